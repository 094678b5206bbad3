/**
 * Routines that are no search over a cell of every circuit: synapse drivers, correlation sensors, what circuits of a block share, converters, clocks. Each finds its codes in its own way and tells
 * what it has found, as quantities and as a setting; in the order of routines it stands like any other. A new one is one entry.
 */
import type { Setting } from '../model/index.ts';
import { characterisations } from './characterise.ts';
import { trimDrivers } from './drivers.ts';
import { driversRead } from './earlier.ts';
import type { OwnContext, OwnRoutine } from './own-routine.ts';
import { sensorRoutines } from './sensor-routines.ts';
import { refractoryRoutine } from './refractory.ts';
import type { Routine } from './routine.ts';
import { shortTermRoutine } from './short-term.ts';
import { synapseDacRoutine } from './synapse-dac.ts';

/** Those that the targets and the effort ask for, in any order; `circuits` are the routines of circuits. */
export function ownRoutinesOf(context: OwnContext, circuits: readonly Routine[]): readonly OwnRoutine[] {
  const { substrate, reader, targets, effort, working } = context;
  const names = circuits.map(({ name }) => name);
  const hasSynapses = targets.driveExcitatory !== undefined || targets.driveInhibitory !== undefined;
  const trims = effort.drivers === true && hasSynapses;
  const drivers: OwnRoutine = {
    name: 'driver_amplitude',
    // when all codes of circuits stand
    needs: names,
    invalidates: [],
    quantities: ['driver_amplitude'],
    run: async () => {
      const { codes, quantity, meanError } = await trimDrivers(substrate, reader, targets, working);
      working.driverMean = meanError;
      working.drivers = driversRead([quantity]);
      return { quantities: [quantity], setting: { driverTrim: codes } };
    },
  };
  return [
    ...characterisations(context),
    ...synapseDacRoutine(context),
    ...(trims ? [drivers] : []),
    ...shortTermRoutine(context, [...names, ...(trims ? ['driver_amplitude'] : [])]),
    ...refractoryRoutine(context),
    ...sensorRoutines(context),
  ];
}

/** Settings one over the other: members of short-term plasticity are settings of their own. */
export function merged(settings: readonly (Setting | undefined)[]): Setting {
  const shortTerm = Object.assign({}, ...settings.map((one) => one?.shortTerm ?? {})) as NonNullable<Setting['shortTerm']>;
  const all = Object.assign({}, ...settings) as Setting;
  return { ...all, ...(Object.keys(shortTerm).length > 0 && { shortTerm }) };
}
