/**
 * Spike pairs for correlation sensors. Neurons are made to fire once per period by a current after a release, rows send an event of no weight before and one after that spike, and the sensors are read
 * after many pairs. Distances come from the recorded spikes. Their jitter (0.1 us) changes a reading by half of its square over tau^2, 0.02 %.
 */
import { exp, ticksOf } from '../base/index.ts';
import type { RowEvent, Substrate } from '../model/index.ts';
import { apart } from './apart.ts';
import { trainsOf } from './adex/before-spikes.ts';
import { QUIET, type PotentialReader } from './reader.ts';

/** How sensors are read: through the channels, which are known so well at a reading (LSB). */
export interface Sight {
  readonly reader: PotentialReader;
  readonly errorAt: (reading: number) => number;
}

/** What a typical sensor has, LSB of a coincident pair and s, and the rows of every core whose sensors are read. */
export interface PairedSensors {
  readonly amplitude: number;
  readonly tau: number;
  readonly rows: readonly number[];
}

/** Code of the current that makes neurons fire fast, hence nearly all at once, and by how much neighbours differ. */
const CURRENT = 400;
/** LSB below its saturation from which on a sensor may be full. */
const FULL = 5;
/** s: in which a neuron has fired after its release. */
const FIRED = 4e-6;
/** A period holds the far event after one spike and the far one before the next, with this many time constants between them. */
const APART = 6;

/**
 * What many pairs at one distance leave, LSB, row after row (ascending) of these circuits, and the mean distances by circuit, s; as many pairs as a typical sensor needs to hold `holds` LSB.
 * NaN where the converter does not see a sensor and for neurons that do not fire once per period, Infinity where a sensor may be full.
 */
export async function pairs(
  substrate: Substrate,
  reader: PotentialReader,
  { amplitude, tau, rows }: PairedSensors,
  circuits: Uint32Array,
  distance: number,
  holds: number,
) {
  const { ticksPerSecond, codes, neurons, correlation: sheet } = substrate.capabilities;
  const ticks = (seconds: number): number => ticksOf(seconds, ticksPerSecond);
  const [lead, gap] = [ticks(distance * tau), ticks(FIRED + distance * tau)];
  const period = gap + ticks(APART * tau) + lead;
  const count = Math.max(Math.round((holds / amplitude) * exp(distance + FIRED / (2 * tau))), 8);
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
    [release - lead, release + gap].flatMap((tick) => rows.map((row): RowEvent => ({ tick, row, sign: 1 }))),
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
    Float64Array.from(values, (raw, k) => {
      const i = k % circuits.length;
      return Number.isNaN(late[i]) ? NaN : held(reader.correct(circuits[i]!, raw), sheet!.saturation);
    });
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
