/**
 * The conductance between two circuits. Every circuit is joined with its neighbour (as the dendrite of the pair 0-1, 2-3, ..., then the other way round, because each way is a switch of its own),
 * resets of even circuits stand below their leaks and those of odd ones above, and after a release the difference of both membranes decays:
 *   D = V_dendrite - V_soma,   dD/dt = -D / tau_tot,   1 / tau_tot = 1 / tau_leak + 2 / tau_icc,   tau_icc = C / g = 2 tau_leak tau_tot / (tau_leak - tau_tot)
 * with 1 / tau_leak the mean of both leaks, which are calibrated before; what both membranes have in common does not show. The tanh of the leak changes tau_icc by 0.2 % at this amplitude.
 * Source: tau_icc of electronicvisions/calix (total time constant, and the same relation).
 */
import { ticksOf } from '../base/index.ts';
import type { CalibrationEffort, Join, Substrate } from '../model/index.ts';
import { lowerResets } from './decay-range.ts';
import { fitRegularDecays } from './decay.ts';
import { allCircuits, HALF_STEP, medianOf, QUIET, roundingError, type PotentialReader } from './reader.ts';
import type { Routine, WorkingSetting } from './routine.ts';
import type { CalibrationTargets } from './targets.ts';

/** LSB: distance of every reset from its leak; the difference begins at twice of it. */
const AMPLITUDE = 16;
/** Length of a trace, in units of the expected time constant of the difference, and its fewest samples. */
const SPAN = 5;
const FEWEST = 10;
/** Relative change of the fitted time constant per relative error of single samples, for two samples in each time constant. */
const SHAPE = 3;
/** A difference of two channels repeats less well than one: more repetitions than for the decay of a membrane. */
const REPEATS = 2;
/** Relative residual that no working join shows. */
const TOLERANCE = 0.5;

/** The routine of all joins; none without targets. `readingNoise`: standard deviation of one reading, LSB. */
export function interCompartmentRoutine(
  substrate: Substrate,
  reader: PotentialReader,
  { tauIcc, tauMem }: CalibrationTargets,
  effort: CalibrationEffort,
  working: WorkingSetting,
  readingNoise: number,
): readonly Routine[] {
  const start = working.codes.inter_compartment;
  if (tauIcc === undefined || start === undefined) return [];
  const tauOf = (n: number): number => working.tauMem?.values[n] ?? tauMem[n]!;
  const apartFromLeaks = async (): Promise<void> =>
    lowerResets(substrate, reader, effort, working, (n) => (n % 2 === 0 ? AMPLITUDE : -AMPLITUDE));
  // how much more of tau_icc than of tau_tot an error moves
  const lever = 1 + medianOf(tauIcc) / (2 * medianOf(tauMem));
  const shape = (SHAPE * lever) / (2 * AMPLITUDE);
  return [
    {
      name: 'tau_icc',
      needs: ['cadc_offset', 'leak', 'tau_mem'],
      // resets are moved out of the way for the reading
      invalidates: ['reset'],
      parameters: [
        {
          quantity: 'tau_icc',
          cell: 'inter_compartment',
          unit: 's',
          rising: false,
          inverse: true,
          targets: tauIcc,
          tolerance: TOLERANCE,
          resolution: shape * Math.SQRT2 * HALF_STEP,
          start,
        },
      ],
      prepare: apartFromLeaks,
      ready: apartFromLeaks,
      measure: async (trial) => [await measureJoins(substrate, reader, trial, { tauOf, expected: medianOf(tauIcc) })],
      systematic: () => [
        {
          component: 'membrane time constants',
          // the mean of two leaks whose errors are their own
          at: (n, reading) => ((reading / (2 * tauOf(n))) * (working.tauMem?.errors[n] ?? 0)) / Math.SQRT2,
        },
        { component: 'converter steps', at: () => shape * Math.SQRT2 * roundingError(readingNoise) },
      ],
    },
  ];
}

/** All circuits as dendrites of their neighbours, in two groups that have no circuit twice. */
export function neighbourJoins(neurons: number): readonly (readonly Join[])[] {
  const pairs = Array.from({ length: Math.floor(neurons / 2) }, (_, k) => k);
  return [pairs.map((k): Join => ({ soma: 2 * k, dendrite: 2 * k + 1 })), pairs.map((k): Join => ({ soma: 2 * k + 1, dendrite: 2 * k }))];
}

interface Known {
  /** Membrane time constants, s. */
  readonly tauOf: (circuit: number) => number;
  /** Time constant of the joins on the data sheet, s. */
  readonly expected: number;
}

/** Time constants C / g of all joins by the circuit on the side of the dendrite, s; Infinity where the membranes are as slow as alone, NaN where no decay was seen. */
async function measureJoins(
  substrate: Substrate,
  reader: PotentialReader,
  effort: CalibrationEffort,
  { tauOf, expected }: Known,
): Promise<Float64Array> {
  const { neurons, ticksPerSecond, cadc } = substrate.capabilities;
  const circuits = allCircuits(substrate);
  const total = 1 / (1 / tauOf(0) + 2 / expected);
  const samples = Math.max(Math.ceil((SPAN * total) / cadc.sampleInterval), FEWEST);
  const period = ticksOf(cadc.sampleInterval, ticksPerSecond) * samples;
  const repeats = REPEATS * effort.repeats;
  const result = new Float64Array(neurons).fill(NaN);
  for (const joins of neighbourJoins(neurons)) {
    await substrate.configure({ ...QUIET, joins });
    const { samples: probed } = await substrate.run({
      stimulus: { releaseAt: Array.from({ length: repeats }, (_, k) => k * period) },
      probes: [{ kind: 'cadc', circuits, from: 0 }],
      until: repeats * period,
    });
    const { tick, values } = probed[0]!;
    const mean = (n: number, s: number): number => {
      let sum = 0;
      for (let k = 0; k < repeats; k++) sum += reader.correct(n, values[n * tick.length + k * samples + s]!);
      return sum / repeats;
    };
    const differences = new Float64Array(joins.length * samples);
    joins.forEach(({ soma, dendrite }, j) => {
      for (let s = 0; s < samples; s++) differences[j * samples + s] = mean(dendrite, s) - mean(soma, s);
    });
    const times = Float64Array.from({ length: samples }, (_, s) => tick[s]! / ticksPerSecond);
    const fitted = fitRegularDecays(times, differences, joins.length, total);
    joins.forEach(({ soma, dendrite }, j) => {
      const leaks = (1 / tauOf(soma) + 1 / tauOf(dendrite)) / 2;
      result[dendrite] = Number.isNaN(fitted[j]) ? NaN : 2 / Math.max(1 / fitted[j]! - leaks, 0);
    });
  }
  await substrate.configure({ joins: [] });
  return result;
}
