/**
 * The searched parameters of a circuit as data: which cell sets them, what is read, towards what, what must have run before and what they disturb. A new routine is one entry.
 */
import type { CalibrationEffort, Substrate } from '../model/index.ts';
import { apart } from './apart.ts';
import type { ChannelOffsets } from './cadc-offset.ts';
import { conductanceRoutines } from './conductance.ts';
import { chooseLeakModes, DECAY_AMPLITUDE, lowerResets } from './decay-range.ts';
import { interCompartmentRoutine } from './inter-compartment.ts';
import { measureLeak, measureReset } from './potentials.ts';
import { HALF_STEP, medianOf, roundingError, toLsb, type PotentialReader } from './reader.ts';
import { referenceRoutines } from './synaptic-reference.ts';
import type { Routine, SearchedParameter, SystematicError, WorkingSetting } from './routine.ts';
import type { CalibrationTargets } from './targets.ts';
import { synapseRoutines } from './synapse-routines.ts';
import { measureTauMemByStep, stepCurrent } from './tau-mem-step.ts';
import { DECAY_SHAPE, measureTauMem } from './tau-mem.ts';
import { drivingCurrent, measureThreshold } from './threshold.ts';

/** Residual of a potential (LSB) and of a time constant (relative) that no working circuit shows. */
const POTENTIAL_TOLERANCE = 8;
const TIME_TOLERANCE = 0.35;

/** The routines of a die, in any order; each reads and prepares through the same substrate. `working` is changed by those that choose modes. */
export function routinesOf(
  substrate: Substrate,
  reader: PotentialReader,
  targets: CalibrationTargets,
  effort: CalibrationEffort,
  working: WorkingSetting,
  channels: Pick<ChannelOffsets, 'errorAt' | 'noise'>,
): readonly Routine[] {
  const potential = (quantity: 'leak' | 'reset' | 'threshold'): SearchedParameter => ({
    quantity,
    cell: quantity,
    unit: 'LSB',
    rising: true,
    inverse: false,
    targets: targets[quantity].map((v) => toLsb(substrate, v)),
    tolerance: POTENTIAL_TOLERANCE,
    resolution: HALF_STEP,
  });
  const expected = medianOf(targets.tauMem);
  const byStep = effort.tau_mem_by === 'step';
  const membranesReady = async (): Promise<void> => {
    if (byStep) working.kept['step_current'] = await stepCurrent(substrate, reader, effort, expected);
    else await lowerResets(substrate, reader, effort, working);
  };
  const measureMembranes = async (trial: CalibrationEffort): Promise<Float64Array> =>
    byStep
      ? measureTauMemByStep(substrate, reader, trial, expected, working.kept['step_current']!)
      : measureTauMem(substrate, reader, trial, expected);
  const converter = (): readonly SystematicError[] => [
    { component: 'converter channel', at: (_, reading) => channels.errorAt(reading) },
    { component: 'converter steps', at: () => roundingError(channels.noise) },
  ];
  return [
    {
      name: 'leak',
      needs: ['cadc_offset'],
      invalidates: [],
      parameters: [potential('leak')],
      measure: async (trial) => [await measureLeak(substrate, reader, trial)],
      systematic: converter,
    },
    {
      name: 'tau_mem',
      // a searched leak keeps the amplitude of the decays in reach; the bias current of a new time constant moves the leak again
      needs: ['cadc_offset', 'leak'],
      invalidates: ['leak'],
      parameters: [
        {
          quantity: 'tau_mem',
          cell: 'leak_bias',
          unit: 's',
          rising: false,
          inverse: true,
          targets: targets.tauMem,
          tolerance: TIME_TOLERANCE,
          resolution: (DECAY_SHAPE * HALF_STEP) / DECAY_AMPLITUDE,
        },
      ],
      prepare: async () => {
        await membranesReady();
        await chooseLeakModes(substrate, working, targets.tauMem, await measureMembranes(effort));
      },
      ready: membranesReady,
      measure: async (trial) => [await measureMembranes(trial)],
      systematic: () => [{ component: 'converter steps', at: () => (DECAY_SHAPE * roundingError(channels.noise)) / DECAY_AMPLITUDE }],
    },
    ...synapseRoutines(substrate, reader, targets, effort, working, channels.noise),
    ...referenceRoutines(substrate, reader, targets, working, channels.noise),
    ...conductanceRoutines(substrate, reader, targets, effort, working),
    ...interCompartmentRoutine(substrate, reader, targets, effort, working, channels.noise),
    {
      name: 'reset',
      needs: ['cadc_offset', 'tau_mem'],
      invalidates: [],
      parameters: [potential('reset')],
      measure: async (trial) => [await measureReset(substrate, reader, trial)],
      systematic: converter,
    },
    {
      name: 'threshold',
      needs: ['cadc_offset', 'reset'],
      invalidates: [],
      parameters: [potential('threshold')],
      prepare: async () => {
        // the current has to serve the thresholds that the search will find, undisturbed by one another
        const start = working.codes.threshold;
        if (start !== undefined) await substrate.configure({ codes: { threshold: apart(start, substrate.capabilities.codes.threshold) } });
        working.kept['threshold current'] = await drivingCurrent(substrate, effort);
      },
      measure: async (trial) => [
        await measureThreshold(substrate, reader, trial, {
          current: working.kept['threshold current']!,
          tauMem: expected,
          rest: toLsb(substrate, medianOf(targets.leak)),
        }),
      ],
      systematic: converter,
    },
  ];
}
