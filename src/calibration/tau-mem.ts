/**
 * Measurement of the membrane time constant from observables: membranes are released from a reset plateau below their leak level and sampled while they rise to it.
 * The leak OTA is a tanh, so the approach is no exponential; but u = linearRange sinh((rest - v) / linearRange) is one:
 *   du/dt = -u / tau   follows from   dv/dt = linearRange tanh((rest - v) / linearRange) / tau,
 * and tau is the small-signal time constant at rest. The linear range is on the data sheet; the rest level is measured.
 */
import { sinh, ticksOf } from '../base/index.ts';
import type { CalibrationEffort, Substrate } from '../model/index.ts';
import { fitRegularDecays } from './decay.ts';
import { allCircuits, QUIET, type PotentialReader } from './reader.ts';

/** Length of a trace, in units of the expected time constant. */
const SPAN = 5;
/**
 * Relative change of a time constant per relative error of single samples: 1 / sqrt(sum of l'^2), l' = t exp(-t) without what offset and amplitude can take up, for a trace of
 * five time constants sampled six times in each.
 */
export const DECAY_SHAPE = 1.8;
/** LSB: where no decay can be fitted, a membrane that is so near to its rest at the first sample was too fast for it. */
const AT_REST = 4;
/** Share of its first distance that a membrane keeps to the end of the trace when it is too slow for it. */
const STILL_AWAY = 0.6;

/**
 * Time constants in s; NaN where no decay was seen, 0 or Infinity where it was too fast or too slow to be fitted: a side, not a value. `expected` (s) sets the length of the traces. The reset codes must lie well below the leak; the caller sets them.
 */
export async function measureTauMem(
  substrate: Substrate,
  reader: PotentialReader,
  effort: CalibrationEffort,
  expected: number,
): Promise<Float64Array> {
  const circuits = allCircuits(substrate);
  const { ticksPerSecond, cadc, leakLinearRange } = substrate.capabilities;
  await substrate.configure(QUIET);
  const rest = await reader.read(effort.samples);
  const interval = ticksOf(cadc.sampleInterval, ticksPerSecond);
  const samples = Math.max(Math.ceil((SPAN * expected) / cadc.sampleInterval), 8);
  // a release puts the membrane on its plateau whatever came before, so one trace follows the other; at whole sample intervals all repeats fall on the same times
  const period = interval * samples;
  const releaseAt = Array.from({ length: effort.repeats }, (_, k) => k * period);
  const { samples: probed } = await substrate.run({
    stimulus: { releaseAt },
    probes: [{ kind: 'cadc', circuits, from: 0 }],
    until: effort.repeats * period,
  });
  const rows = probed[0]!;
  const times = Float64Array.from({ length: samples }, (_, s) => rows.tick[s]! / ticksPerSecond);
  const range = leakLinearRange / cadc.lsb;
  const values = new Float64Array(circuits.length * samples);
  for (const n of circuits) {
    const row = n * rows.tick.length;
    for (let s = 0; s < samples; s++) {
      let sum = 0;
      for (let k = 0; k < effort.repeats; k++) sum += reader.correct(n, rows.values[row + k * samples + s]!);
      const distance = rest[n]! - sum / effort.repeats;
      values[n * samples + s] = Number.isFinite(range) ? range * sinh(distance / range) : distance;
    }
  }
  const taus = fitRegularDecays(times, values, circuits.length, expected);
  return taus.map((tau, n) => (Number.isNaN(tau) ? sideOf(values.subarray(n * samples, (n + 1) * samples)) : tau));
}

/** What a trace without a fitted decay says: distances from rest in LSB. */
function sideOf(distances: Float64Array): number {
  const quarter = Math.max(distances.length >> 2, 1);
  const [first, last] = [meanOf(distances.subarray(0, quarter)), meanOf(distances.subarray(-quarter))];
  if (Math.abs(first) < AT_REST && Math.abs(last) < AT_REST) return 0;
  return first > AT_REST && last > STILL_AWAY * first ? Infinity : NaN;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
