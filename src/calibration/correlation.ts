/**
 * Trim of the correlation sensors, two bits for the amplitude and two for the time constant of every synapse. Neurons are made to fire once per period by a current after a release, rows send an
 * event of no weight before and one after that spike, and the sensors are read after many pairs; the same once more with both events further away. With N pairs at the mean distances d1 and d2
 *   causal and anticausal readings:   R = N A exp(-d / tau)
 *   1 / tau = sum over both sides of ln(R1 / R2)  /  sum of (d2 - d1),     A = R1 exp(d1 / tau) / N,     amplitude = sqrt(A+ A-)
 * because one trim serves both sides and their asymmetry is no fault of it. What a code changes is on the data sheet, so all codes are tried on paper and the nearest is taken; its fresh readings judge it.
 * Distances come from the recorded spikes. Their jitter (0.1 us) changes a reading by half of its square over tau^2, 0.02 %.
 * Source: electronicvisions/calix correlation.py (spike pairs, 2 + 2 trim bits, asymmetry that one trim cannot take away).
 */
import { exp, InfeasibleError, log, ticksOf } from '../base/index.ts';
import type { CalibratedQuantity, CalibrationEffort, CircuitStatus, CorrelationTrim, RowEvent, Substrate } from '../model/index.ts';
import { apart } from './apart.ts';
import { trainsOf } from './adex/before-spikes.ts';
import { allCircuits, QUIET, type PotentialReader } from './reader.ts';
import { intervalsOf } from './uncertainty.ts';

/** What the sensors shall do, and how many rows of every core are trimmed. */
export interface CorrelationTargets {
  /** LSB of a coincident pair. */
  readonly amplitude: number;
  /** s. */
  readonly tau: number;
  readonly rows: number;
}

/** Trim codes of all synapses (nominal in the rows that were left alone), with what fresh readings say; entries row after row, all circuits in each. */
export interface CorrelationCalibration {
  readonly trim: CorrelationTrim;
  readonly quantities: readonly CalibratedQuantity[];
}

/** Code of the current that makes neurons fire fast, hence nearly all at once, and by how much neighbours differ. */
const CURRENT = 400;
/** LSB that a typical sensor holds when it is read, near or far: over the deviations of the channels, and below saturation for nearly all. */
const HELD = 70;
/** LSB below its saturation from which on a sensor may be full. */
const FULL = 5;
/** Distances of both events from the spikes, beyond what neurons need to fire, in units of the wanted time constant. */
const NEAR = 0.15;
const FAR = 1.1;
/** s: in which a neuron has fired after its release. */
const FIRED = 4e-6;
/** A period holds the far event after one spike and the far one before the next, with this many time constants between them. */
const APART = 6;
const MIDDLE = 2;
const CODES = [0, 1, 2, 3] as const;
/** A synapse within this factor of its target is of use, whatever its trim could do: the bounds of the anchor's own test. */
const USABLE = 2;

/** Trims the first rows. Codes of circuits must stand. Throws InfeasibleError for a chip without sensors. */
export async function trimCorrelation(
  substrate: Substrate,
  reader: PotentialReader,
  targets: CorrelationTargets,
  effort: CalibrationEffort,
): Promise<CorrelationCalibration> {
  const { correlation, synapses, neurons } = substrate.capabilities;
  if (correlation === undefined || synapses === undefined)
    throw new InfeasibleError('targets.correlation needs a chip with correlation sensors (synapse.correlation)');
  if (targets.rows > synapses.rows)
    throw new InfeasibleError(`targets.correlation.rows: found ${String(targets.rows)}, cores have ${String(synapses.rows)} rows`);
  const all = (): Uint8Array => new Uint8Array(synapses.rows * neurons).fill(MIDDLE);
  const trim = { amplitude: all(), tau: all() };
  await substrate.configure({ correlationTrim: trim });
  const repeats = Math.max(effort.verify, 2);
  const first = await measured(substrate, reader, targets, Math.max(Math.ceil(repeats / 2), 2));
  trim.amplitude.set(nearest(first.amplitude.mean, 1, correlation.amplitudePerTrim, (s) => (first.full[s] === 1 ? CODES[0] : CODES[3])));
  trim.tau.set(nearest(first.tau.mean, targets.tau, correlation.tauPerTrim, () => MIDDLE));
  await substrate.configure({ correlationTrim: trim });
  const fresh = await measured(substrate, reader, targets, repeats);
  return {
    trim,
    quantities: [
      quantityOf('correlation_amplitude', '1', 1, trim.amplitude, fresh.amplitude),
      quantityOf('correlation_tau', 's', targets.tau, trim.tau, fresh.tau),
    ],
  };
}

/** Codes that bring values, as read with the nominal code, nearest to a target; `unread` gives those of what has no reading. */
function nearest(mean: Float64Array, target: number, perCode: number, unread: (synapse: number) => number): Uint8Array {
  return Uint8Array.from(mean, (value, s) => {
    if (!Number.isFinite(value)) return unread(s);
    const miss = (code: number): number => Math.abs(value * (1 + perCode * (code - MIDDLE)) - target);
    return CODES.reduce((best, code) => (miss(code) < miss(best) ? code : best), CODES[MIDDLE] as number);
  });
}

function list(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? Number(value.toPrecision(7)) : null));
}

type Intervals = ReturnType<typeof intervalsOf>;

function quantityOf(
  quantity: 'correlation_amplitude' | 'correlation_tau',
  unit: 's' | '1',
  target: number,
  codes: Uint8Array,
  { mean, statistical, error68, error95 }: Intervals,
): CalibratedQuantity {
  const known = statistical.filter(Number.isFinite);
  const rms = Math.sqrt(known.reduce((sum, one) => sum + one * one, 0) / Math.max(known.length, 1)) / target;
  return {
    quantity,
    unit,
    target,
    codes: Array.from(codes.subarray(0, mean.length)),
    residual: list(mean.map((value) => value - target)),
    status: Array.from(mean, (value, k): CircuitStatus => {
      if (!Number.isFinite(value)) return 'masked';
      if (value < target * USABLE && value > target / USABLE) return 'ok';
      return codes[k] === 0 || codes[k] === 3 ? 'at limit' : 'not reached';
    }),
    verification: {
      reading: list(mean),
      error68: list(error68),
      error95: list(error95),
      budget: [{ component: 'repetition', rms, of: 'value as it stands' }],
    },
  };
}

/** Amplitudes relative to the wanted one and time constants of all synapses of the rows, from repeated readings. */
async function measured(
  substrate: Substrate,
  reader: PotentialReader,
  targets: CorrelationTargets,
  repeats: number,
): Promise<{ readonly amplitude: Intervals; readonly tau: Intervals; readonly full: Uint8Array }> {
  const amplitudes: Float64Array[] = [];
  const rates: Float64Array[] = [];
  let full = new Uint8Array(0);
  for (let k = 0; k < repeats; k++) {
    const near = await pairs(substrate, reader, targets, NEAR);
    const far = await pairs(substrate, reader, targets, FAR);
    const size = near.causal.length;
    full = Uint8Array.from({ length: size }, (_, s) =>
      [near, far].some(({ causal, anticausal }) => causal[s] === Infinity || anticausal[s] === Infinity) ? 1 : 0,
    );
    const rate = Float64Array.from({ length: size }, (_, s) => {
      const n = s % near.before.length;
      const moved = far.before[n]! - near.before[n]! + far.after[n]! - near.after[n]!;
      const more = (far.count / near.count) ** 2;
      return log((more * near.causal[s]! * near.anticausal[s]!) / (far.causal[s]! * far.anticausal[s]!)) / moved;
    });
    rates.push(rate.map((value) => value * targets.tau));
    amplitudes.push(
      rate.map((value, s) => {
        const n = s % near.before.length;
        const both = Math.sqrt(near.causal[s]! * near.anticausal[s]!);
        return (both * exp((value * (near.before[n]! + near.after[n]!)) / 2)) / near.count / targets.amplitude;
      }),
    );
  }
  // a time constant is averaged as a rate: what errs by a part of it errs further upwards than downwards
  const { mean, ...errors } = intervalsOf(rates, () => 0);
  const ofRate = (values: Float64Array): Float64Array => values.map((value, s) => (targets.tau * value) / mean[s]! ** 2);
  const tau = { mean: mean.map((value) => (value > 0 ? targets.tau / value : NaN)), statistical: ofRate(errors.statistical) };
  return {
    amplitude: intervalsOf(amplitudes, () => 0),
    full,
    tau: { ...tau, error68: ofRate(errors.error68), error95: ofRate(errors.error95) },
  };
}

/** What many pairs at one distance leave, LSB, row after row (NaN at an end of the scale and for neurons that do not fire once per period), and the mean distances by circuit, s. */
async function pairs(substrate: Substrate, reader: PotentialReader, { amplitude, tau, rows }: CorrelationTargets, distance: number) {
  const { ticksPerSecond, codes, neurons, correlation: sheet } = substrate.capabilities;
  const circuits = allCircuits(substrate);
  const ticks = (seconds: number): number => ticksOf(seconds, ticksPerSecond);
  const [lead, gap] = [ticks(distance * tau), ticks(FIRED + distance * tau)];
  const period = gap + ticks(APART * tau) + lead;
  const count = Math.max(Math.round((HELD / amplitude) * exp(distance + FIRED / (2 * tau))), 8);
  await substrate.configure({
    ...QUIET,
    spiking: true,
    offsetCurrentOn: true,
    // a release ends it: one spike per period
    refractory: period / ticksPerSecond,
    codes: { offset_current: apart(new Int32Array(neurons).fill(Math.min(CURRENT, codes.offset_current.max)), codes.offset_current) },
  });
  const releaseAt = Array.from({ length: count }, (_, k) => (k + 1) * period);
  const rowEvents = releaseAt.flatMap((release) =>
    [release - lead, release + gap].flatMap((tick) => Array.from({ length: rows }, (_, row): RowEvent => ({ tick, row, sign: 1 }))),
  );
  const { spikes, correlation } = await substrate.run({
    stimulus: { releaseAt, rowEvents, weight: 0 },
    probes: [{ kind: 'correlation', circuits, from: period - lead }],
    until: (count + 1) * period,
  });
  const trains = trainsOf(spikes, neurons);
  const late = Float64Array.from(circuits, (n) => {
    const train = trains[n]!.filter((tick) => tick >= period);
    const sum = train.reduce((total, tick) => total + (tick % period), 0);
    return train.length === count && train.every((tick, k) => Math.floor(tick / period) === k + 1 && tick % period < gap)
      ? sum / count / ticksPerSecond
      : NaN;
  });
  const corrected = (values: Float32Array): Float64Array =>
    Float64Array.from(values, (raw, s) =>
      Number.isNaN(late[s % neurons]) ? NaN : held(reader.correct(s % neurons, raw), sheet!.saturation),
    );
  return {
    count,
    causal: corrected(correlation!.causal),
    anticausal: corrected(correlation!.anticausal),
    before: late.map((after) => lead / ticksPerSecond + after),
    after: late.map((after) => gap / ticksPerSecond - after),
  };
}

/** What a sensor holds; NaN where the converter does not see it, Infinity where it may be full. */
function held(value: number, saturation: number): number {
  return value > saturation - FULL ? Infinity : value > 0 ? value : NaN;
}
