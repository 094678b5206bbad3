/**
 * Routines that are no search over a cell of every circuit: synapse drivers, correlation sensors, what circuits of a block share, converters, clocks. Each finds its codes in its own way and tells
 * what it has found, as quantities and as a setting; in the order of routines it stands like any other. A new one is one entry.
 */
import type { CalibratedQuantity, CalibrationEffort, Setting, Substrate } from '../model/index.ts';
import { characterisations } from './characterise.ts';
import { trimCorrelation } from './correlation.ts';
import { trimDrivers } from './drivers.ts';
import type { RoutineNode } from './order.ts';
import { refractoryRoutine } from './refractory.ts';
import type { PotentialReader } from './reader.ts';
import type { CalibrationTargets, Routine, WorkingSetting } from './routine.ts';
import { shortTermRoutine } from './short-term.ts';
import { synapseDacRoutine } from './synapse-dac.ts';

/** What such a routine has found, and what it leaves on the substrate. */
export interface OwnFinding {
  readonly quantities: readonly CalibratedQuantity[];
  readonly setting: Setting;
}

export interface OwnRoutine extends RoutineNode {
  readonly quantities: readonly CalibratedQuantity['quantity'][];
  /** What it brings quantities to, where a plan says that, and how many of them: what differs from an earlier calibration is done again. */
  readonly wants?: readonly { readonly quantity: CalibratedQuantity['quantity']; readonly target: number; readonly count: number }[];
  /** Runs after the verification of all others: nothing is read through what it sets. */
  readonly last?: boolean;
  readonly run: () => Promise<OwnFinding>;
}

/** What these routines need. */
export interface OwnContext {
  readonly substrate: Substrate;
  readonly reader: PotentialReader;
  readonly targets: CalibrationTargets;
  readonly effort: CalibrationEffort;
  readonly working: WorkingSetting;
  /** Standard deviation of one reading, LSB. */
  readonly readingNoise: number;
  /** Standard error of a channel's correction at a reading, LSB. */
  readonly channelError: (reading: number) => number;
}

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
      return { quantities: [quantity], setting: { driverTrim: codes } };
    },
  };
  const sensors: OwnRoutine = {
    name: 'correlation',
    needs: ['threshold'],
    invalidates: [],
    quantities: ['correlation_amplitude', 'correlation_tau'],
    ...(targets.correlation && {
      wants: [
        {
          quantity: 'correlation_amplitude',
          target: targets.correlation.amplitude,
          count: targets.correlation.rows * substrate.capabilities.neurons,
        },
        { quantity: 'correlation_tau', target: targets.correlation.tau, count: targets.correlation.rows * substrate.capabilities.neurons },
      ],
    }),
    // as on the real chip: nothing else is read through the sensors
    last: true,
    run: async () => {
      const { trim, quantities } = await trimCorrelation(
        substrate,
        { reader, errorAt: context.channelError },
        targets.correlation!,
        effort,
      );
      return { quantities, setting: { correlationTrim: trim } };
    },
  };
  return [
    ...characterisations(context),
    ...synapseDacRoutine(context),
    ...(trims ? [drivers] : []),
    ...shortTermRoutine(context, [...names, ...(trims ? ['driver_amplitude'] : [])]),
    ...refractoryRoutine(context),
    ...(targets.correlation === undefined ? [] : [sensors]),
  ];
}

/** Settings one over the other: members of short-term plasticity are settings of their own. */
export function merged(settings: readonly (Setting | undefined)[]): Setting {
  const shortTerm = Object.assign({}, ...settings.map((one) => one?.shortTerm ?? {})) as NonNullable<Setting['shortTerm']>;
  const all = Object.assign({}, ...settings) as Setting;
  return { ...all, ...(Object.keys(shortTerm).length > 0 && { shortTerm }) };
}
