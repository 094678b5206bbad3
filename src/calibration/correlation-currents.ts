/**
 * Store and ramp current of the correlation sensors of every block: the first sets the amplitude of all its sensors, the second their time constant. Sensors of a sample of rows, with their trims at the
 * nominal code, are read after spike pairs at two distances (correlation-pairs.ts); what the block has in common is their median,
 *   amplitude(b), tau(b) = medians over the sample,   code(b) <- code(b) x seen(b) / wanted     (both fall with their code)
 * and what is left of single synapses is the work of their trims, which come after. A correction of one code is none: writing a cell moves it as far. A sensor that is full or too low to be seen stands on its
 * side of the median. Nothing but the direction is taken from the data sheet: corrections go on until none is left, with steps that a flatter or steeper law only makes more of.
 * Source: electronicvisions/calix correlation.py (medians over a few columns of each quadrant, ramp and store current, both inverted; number of pairs as the wanted amplitude asks for).
 */
import { exp, log } from '../base/index.ts';
import type { CalibratedQuantity, CircuitStatus, CorrelationCurrents, Substrate } from '../model/index.ts';
import { pairs, type Sight } from './correlation-pairs.ts';
import { allCircuits } from './reader.ts';
import { stated } from './stated.ts';
import type { CorrelationTargets } from './targets.ts';

/** LSB that a typical sensor holds when it is read: less than one in a hundred is full or too low for its channel then. */
const HELD = 45;
/** Distances of both events from the spikes, beyond what neurons need to fire, in units of the wanted time constant. */
const NEAR = 0.15;
const FAR = 0.8;
/** Synapses of a block that are the sample at the least: all its circuits in a few rows, spread over the core. */
const SAMPLE = 512;
const MIDDLE = 2;
const ROUNDS = 6;
/** Largest factor of one correction: a median at an end of the scale tells only a side. */
const LARGEST_FACTOR = 4;
/** Codes: a correction that write noise would undo. */
const LEFT = 1;
/** Residual that no working current shows. */
const TOLERANCE = 0.2;
/** Standard error of a median over that of a mean, and a median absolute deviation as a standard deviation: normal distribution. */
const OF_MEDIAN = Math.sqrt(Math.PI / 2);
const MAD = 1.4826;
/** Fresh readings: what they differ by is small beside the choice of the sample. */
const READINGS = 3;

/** Codes of both currents of every block, with what fresh readings say of their sensors. */
export interface CurrentsCalibration {
  readonly currents: CorrelationCurrents;
  readonly quantities: readonly CalibratedQuantity[];
}

/** Medians of the blocks: amplitude, LSB per pair, and time constant, s; and relative standard errors that repetition does not show. */
interface Medians {
  readonly amplitude: Float64Array;
  readonly tau: Float64Array;
  readonly sample: Readonly<Record<'amplitude' | 'tau', Float64Array>>;
  readonly channels: Readonly<Record<'amplitude' | 'tau', Float64Array>>;
}

/** Searches both currents of all blocks. Codes of circuits must stand; trims are left at their nominal codes. */
export async function searchCurrents(substrate: Substrate, sight: Sight, targets: CorrelationTargets): Promise<CurrentsCalibration> {
  const { correlation, synapses, neurons, blockSize } = substrate.capabilities;
  const sheet = correlation!.currents!;
  const blocks = Math.ceil(neurons / blockSize);
  const within = (code: number): number => Math.min(Math.max(Math.round(code), 1), sheet.largest);
  const nominal = new Uint8Array(synapses!.rows * neurons).fill(MIDDLE);
  let currents: CorrelationCurrents = {
    store: new Int32Array(blocks).fill(within((sheet.store * correlation!.amplitude) / targets.amplitude)),
    ramp: new Int32Array(blocks).fill(within((sheet.ramp * correlation!.tau) / targets.tau)),
  };
  await substrate.configure({ correlationTrim: { amplitude: nominal, tau: nominal }, correlationCurrents: currents });
  for (let round = 0; round < ROUNDS; round++) {
    const { amplitude, tau } = await medians(substrate, sight, targets);
    const corrected = (codes: Int32Array, seen: Float64Array, wanted: number): Int32Array =>
      codes.map((code, b) => {
        if (Number.isNaN(seen[b])) return code;
        const next = code * Math.min(Math.max(seen[b]! / wanted, 1 / LARGEST_FACTOR), LARGEST_FACTOR);
        return Math.abs(next - code) <= LEFT ? code : within(next);
      });
    const next = { store: corrected(currents.store, amplitude, targets.amplitude), ramp: corrected(currents.ramp, tau, targets.tau) };
    const moved = [...next.store, ...next.ramp].some((code, k) => code !== [...currents.store, ...currents.ramp][k]);
    if (!moved) break;
    currents = next;
    await substrate.configure({ correlationCurrents: currents });
  }
  const fresh: Medians[] = [];
  for (let k = 0; k < READINGS; k++) fresh.push(await medians(substrate, sight, targets));
  const quantityOf = (which: 'amplitude' | 'tau', codes: Int32Array): CalibratedQuantity => {
    const target = targets[which];
    const relative = (of: 'sample' | 'channels') => (b: number) =>
      Math.sqrt(fresh.reduce((sum, one) => sum + one[of][which][b]! ** 2, 0) / fresh.length) * target;
    return stated({
      quantity: which === 'amplitude' ? 'correlation_store' : 'correlation_ramp',
      unit: which === 'amplitude' ? '1' : 's',
      target,
      codes,
      readings: fresh.map((one) => one[which]),
      inverse: which === 'tau',
      systematic: [
        { component: 'sample of synapses', at: relative('sample') },
        { component: 'converter channel', at: relative('channels') },
      ],
      status: (b, residual): CircuitStatus => {
        if (Math.abs(residual) <= TOLERANCE * target) return 'ok';
        return codes[b] === 1 || codes[b] === sheet.largest ? 'at limit' : 'not reached';
      },
    });
  };
  return { currents, quantities: [quantityOf('amplitude', currents.store), quantityOf('tau', currents.ramp)] };
}

async function medians(substrate: Substrate, { reader, errorAt }: Sight, targets: CorrelationTargets): Promise<Medians> {
  const { neurons, blockSize, synapses } = substrate.capabilities;
  const circuits = allCircuits(substrate);
  const count = Math.min(Math.ceil(SAMPLE / blockSize), synapses!.rows);
  const sensors = { ...targets, rows: Array.from({ length: count }, (_, k) => Math.floor((k * synapses!.rows) / count)) };
  const near = await pairs(substrate, reader, sensors, circuits, NEAR, HELD);
  const far = await pairs(substrate, reader, sensors, circuits, FAR, HELD);
  const blocks = Math.ceil(neurons / blockSize);
  const lists = () => Array.from({ length: blocks }, (): number[] => []);
  const [amplitudes, rates, ofAmplitude, ofRate] = [lists(), lists(), lists(), lists()];
  for (const n of circuits) {
    const b = Math.floor(n / blockSize);
    const moved = far.before[n]! - near.before[n]! + far.after[n]! - near.after[n]!;
    // a neuron that does not fire once per period has no pairs
    if (Number.isNaN(moved)) continue;
    const distance = (near.before[n]! + near.after[n]!) / 2;
    // deviations of one channel are those of all its sensors
    const errors = { amplitude: 0, rate: 0, read: 0 };
    for (let row = 0; row < count; row++) {
      const at = row * circuits.length + n;
      const [here, there] = [sides(near.causal[at]!, near.anticausal[at]!), sides(far.causal[at]!, far.anticausal[at]!)];
      if (!(here > 0 && here < Infinity)) {
        amplitudes[b]!.push(here);
        continue;
      }
      const rate = log(((far.count / near.count) ** 2 * here) / there) / moved;
      rates[b]!.push(rate);
      const seen = Number.isFinite(rate) ? rate : 1 / targets.tau;
      amplitudes[b]!.push((Math.sqrt(here) * exp(seen * distance)) / near.count);
      if (!Number.isFinite(rate)) continue;
      const ofNear = inverses(near.causal[at]!, near.anticausal[at]!);
      const perLsb = (ofNear - inverses(far.causal[at]!, far.anticausal[at]!)) / moved;
      errors.rate += perLsb;
      errors.amplitude += ofNear / 2 + perLsb * distance;
      errors.read++;
    }
    if (errors.read === 0) continue;
    const channel = errorAt(HELD) / errors.read;
    ofAmplitude[b]!.push(errors.amplitude * channel);
    ofRate[b]!.push(errors.rate * channel * targets.tau);
  }
  return {
    amplitude: Float64Array.from(amplitudes, median),
    tau: Float64Array.from(rates, (values) => 1 / median(values)),
    sample: { amplitude: Float64Array.from(amplitudes, medianError), tau: Float64Array.from(rates, medianError) },
    channels: { amplitude: Float64Array.from(ofAmplitude, commonError), tau: Float64Array.from(ofRate, commonError) },
  };
}

/** Product of both sides; Infinity where one may be full, 0 where one is too low to be seen. */
function sides(causal: number, anticausal: number): number {
  if (causal === Infinity || anticausal === Infinity) return Infinity;
  return Number.isNaN(causal * anticausal) ? 0 : causal * anticausal;
}

function inverses(causal: number, anticausal: number): number {
  return 1 / causal + 1 / anticausal;
}

/** NaN of nothing. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Relative standard error of the median by the synapses that happened to be in the sample. */
function medianError(values: readonly number[]): number {
  const middle = median(values);
  return (OF_MEDIAN * MAD * median(values.map((value) => Math.abs(value / middle - 1)))) / Math.sqrt(values.length);
}

/** Standard error of a median by what one channel does to all its sensors. */
function commonError(ofChannels: readonly number[]): number {
  return (OF_MEDIAN * Math.sqrt(ofChannels.reduce((sum, value) => sum + value * value, 0))) / ofChannels.length;
}
