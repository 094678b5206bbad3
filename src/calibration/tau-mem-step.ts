/**
 * The membrane time constant by the other way: the response to a step of the offset current, from rest to a plateau; no reset has to move, and no decay has to begin far away.
 * The leak OTA is a tanh, so the rise is no exponential; with x = (v - rest) / L, drive k = s tau / L = tanh(x at the plateau),
 *   tau dx/dt = k - tanh x    =>    G(x) = (cosh x - sinh x / k) exp(k x) = exp(-(1 - k^2) t / tau),
 * a decay with the time constant tau / (1 - k^2). An error of the plateau moves G at late times by a constant, which the fit takes up; for a linear leak G is the plain exponential.
 * Source: solution of the membrane equation by separation of variables; the way itself: electronicvisions/calix (time constants from 3 us on).
 */
import { exp, sinh, tanh, ticksOf } from '../base/index.ts';
import type { CalibrationEffort, Setting, Substrate } from '../model/index.ts';
import { apart } from './apart.ts';
import { fitRegularDecays } from './decay.ts';
import { allCircuits, medianOf, QUIET, type PotentialReader } from './reader.ts';

/** LSB: rise of a typical membrane, as high as decays are deep. */
const RISE = 28;
/** Code of the current with which its effect is first seen. */
const FIRST_CODE = 16;
/** Neighbours' currents differ by up to half of this, codes. */
const APART = 7;
/** Length of a trace in units of the expected time constant. */
const SPAN = 5;
/** Fits, each with the plateau that the last one says. */
const ROUNDS = 3;
/** LSB: below this rise nothing is seen. */
const SEEN = 4;
/** Rise at half of the trace over that at its end: of membranes that are too fast for it, and too slow. */
const FAST = 0.97;
const SLOW = 0.65;

/** Code of the current that lifts a typical membrane by `RISE`. `expected`: s. */
export async function stepCurrent(
  substrate: Substrate,
  reader: PotentialReader,
  effort: CalibrationEffort,
  expected: number,
): Promise<number> {
  const { neurons, codes } = substrate.capabilities;
  const { values, samples } = await rises(substrate, reader, { ...effort, repeats: 2 }, expected, FIRST_CODE);
  const ends = Float64Array.from({ length: neurons }, (_, n) => values[(n + 1) * samples - 1]!).filter(Number.isFinite);
  const code = Math.round((FIRST_CODE * RISE) / Math.max(medianOf(ends), 1));
  return Math.min(Math.max(code, 1), codes.offset_current.max);
}

/** Time constants in s; NaN where no rise was seen, 0 or Infinity where it was too fast or too slow to be fitted: a side, not a value. */
export async function measureTauMemByStep(
  substrate: Substrate,
  reader: PotentialReader,
  effort: CalibrationEffort,
  expected: number,
  current: number,
): Promise<Float64Array> {
  const { neurons, leakLinearRange, cadc } = substrate.capabilities;
  const { times, values, samples } = await rises(substrate, reader, effort, expected, current);
  const range = leakLinearRange / cadc.lsb;
  const linear = !Number.isFinite(range);
  const decays = linear ? values : new Float64Array(values.length);
  const square = new Float64Array(neurons);
  // what is missing to the plateau at the end depends on the answer
  let fitted = new Float64Array(neurons).fill(expected);
  for (let round = 0; round < (linear ? 1 : ROUNDS); round++) {
    const bent = linear ? 0 : neurons;
    for (let n = 0; n < bent; n++) {
      const rise = values.subarray(n * samples, (n + 1) * samples);
      const k = tanh(plateauOf(rise, times, fitted[n]!) / range);
      square[n] = k * k;
      for (let s = 0; s < samples; s++) {
        const x = rise[s]! / range;
        decays[n * samples + s] = (exp(-x) + sinh(x) * (1 - 1 / k)) * exp(k * x);
      }
    }
    fitted = Float64Array.from(fitRegularDecays(times, decays, neurons, expected));
  }
  return fitted.map((tau, n) => (Number.isNaN(tau) ? sideOf(values.subarray(n * samples, (n + 1) * samples)) : tau * (1 - square[n]!)));
}

/** Plateau of a rise with this time constant at its end, from its last quarter. */
function plateauOf(rise: Float64Array, times: Float64Array, tau: number): number {
  let [sum, reached] = [0, 0];
  for (let s = rise.length - Math.ceil(rise.length / 4); s < rise.length; s++) {
    sum += rise[s]!;
    reached += 1 - exp(-times[s]! / (tau > 0 ? tau : times.at(-1)!));
  }
  return sum / reached;
}

/** Mean rises over rest after the current was switched on, LSB, circuits x samples, and their times, s. */
async function rises(substrate: Substrate, reader: PotentialReader, effort: CalibrationEffort, expected: number, current: number) {
  const circuits = allCircuits(substrate);
  const { ticksPerSecond, cadc } = substrate.capabilities;
  await substrate.configure(QUIET);
  const rest = await reader.read(effort.samples);
  await substrate.configure(driven(substrate, current));
  const samples = Math.max(Math.ceil((SPAN * expected) / cadc.sampleInterval), 8);
  const interval = ticksOf(cadc.sampleInterval, ticksPerSecond);
  const values = new Float64Array(circuits.length * samples);
  const times = new Float64Array(samples);
  for (let k = 0; k < effort.repeats; k++) {
    const { samples: probed } = await substrate.run({
      stimulus: {},
      probes: [{ kind: 'cadc', circuits, from: 0 }],
      until: samples * interval,
    });
    const rows = probed[0]!;
    for (const n of circuits)
      for (let s = 0; s < samples; s++)
        values[n * samples + s]! += (reader.correct(n, rows.values[n * rows.tick.length + s]!) - rest[n]!) / effort.repeats;
    for (let s = 0; s < samples; s++) times[s] = rows.tick[s]! / ticksPerSecond;
  }
  await substrate.configure(QUIET);
  return { times, values, samples };
}

/** The current switched on; neighbours keep apart. */
function driven(substrate: Substrate, code: number): Setting {
  const { neurons, codes } = substrate.capabilities;
  return {
    ...QUIET,
    offsetCurrentOn: true,
    codes: { offset_current: apart(new Int32Array(neurons).fill(code), codes.offset_current, APART) },
  };
}

/** What a rise without a fitted time constant says. */
function sideOf(rise: Float64Array): number {
  const end = rise.at(-1)!;
  if (!(end > SEEN)) return NaN;
  const share = rise[rise.length >> 1]! / end;
  return share > FAST ? 0 : share < SLOW ? Infinity : NaN;
}
