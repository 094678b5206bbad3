/**
 * Trim of the synapse drivers. Every row gets an event of its own; the amplitude of the potential of circuit n after row r over the mean of that circuit over all rows is, but for the mismatch of the one
 * synapse, the amplitude of the driver relative to the mean of its core, and the mean over the circuits of the core tells it:
 *   relative(r) = mean over n of  a(n, r) / mean over rows of a(n, .),   standard error = their standard deviation / sqrt(circuits)
 * which holds the mismatch of synapses (5 % / sqrt(32) on the BSS-2-like card) and the noise alike. a is the least-squares amplitude of the circuit's own potential shape, so its strength, its time
 * constants and its channel drop out. One sweep over all rows is enough: its noise is half of what the synapses leave. The amplitude is a straight line over the code, so two corrections do; the target is the mean of the core as it was made.
 * Anchor: the calibration of short-term plasticity offsets towards the median of a block (electronicvisions/calix); chips differ, and so do the means of their cores, which belong to the strengths.
 */
import { studentQuantile } from '../analysis/index.ts';
import { InfeasibleError, InternalError, ticksOf } from '../base/index.ts';
import type { CalibratedQuantity, CircuitStatus, Substrate } from '../model/index.ts';
import { potentialShape } from './potential-shape.ts';
import { allCircuits, medianOf, QUIET, type PotentialReader } from './reader.ts';
import type { WorkingSetting } from './routine.ts';
import type { CalibrationTargets } from './targets.ts';

/** LSB: largest peak of a typical potential; full weights stay below it where strengths are small. */
const PEAK = 17;
/** Time from event to event in units of the longer time constant: 0.25 % of a potential is left. */
const SPACING = 6;
/** A circuit whose potentials are smaller than this share of the usual ones tells nothing. */
const WEAK = 0.2;
/** 1 standard deviation of a normal law on both sides, and 95 %. */
const LEVEL_68 = 0.8413447460685429;
const LEVEL_95 = 0.975;

/** Codes of all drivers, with what fresh readings say of them. */
export interface DriverTrim {
  readonly codes: Uint8Array;
  readonly quantity: CalibratedQuantity;
  /** Standard deviation of the mean of a core's drivers as they were made, which trimming keeps: what a strength read through them does not tell from the circuit's own. */
  readonly meanError: number;
}

/** Trims all drivers of a die whose membranes and synaptic inputs are set; there must be targets for synapses. InfeasibleError for drivers without a trim. */
export async function trimDrivers(
  substrate: Substrate,
  reader: PotentialReader,
  targets: CalibrationTargets,
  working: WorkingSetting,
): Promise<DriverTrim> {
  const { trim } = substrate.capabilities.synapses ?? {};
  if (trim === undefined) throw new InfeasibleError('drivers: true in the effort needs a chip whose synapse drivers have a trim');
  const sweep = driverSweep(substrate, reader, targets, working);
  let codes = new Uint8Array(sweep.drivers).fill(trim.middle);
  await substrate.configure({ driverTrim: codes });
  const first = await sweep.read();
  let { relative } = first.over(first.means);
  const meanError = deviationOf(relative) / Math.sqrt(substrate.capabilities.synapses!.rows);
  for (const last of [false, true]) {
    codes = codes.map((code, d) =>
      Number.isFinite(relative[d]) ? Math.min(Math.max(Math.round(code - (relative[d]! - 1) / trim.step), 0), trim.largest) : code,
    );
    await substrate.configure({ driverTrim: codes });
    if (!last) ({ relative } = (await sweep.read()).over(first.means));
  }
  const fresh = (await sweep.read()).over(first.means);
  return { codes, quantity: quantityOf(fresh, codes, trim, trim.amplitude / substrate.capabilities.cadc.lsb), meanError };
}

/** Robust standard deviation around 1. */
function deviationOf(relative: Float64Array): number {
  return 1.4826 * medianOf(relative.filter(Number.isFinite).map((value) => Math.abs(value - 1)));
}

interface Relative {
  readonly relative: Float64Array;
  /** Standard error, and the circuits that it comes from. */
  readonly error: Float64Array;
  readonly circuits: Float64Array;
}

type Trim = NonNullable<NonNullable<Substrate['capabilities']['synapses']>['trim']>;

function quantityOf({ relative, error, circuits }: Relative, codes: Uint8Array, trim: Trim, lsb: number): CalibratedQuantity {
  const inLsb = (values: Float64Array): (number | null)[] =>
    Array.from(values, (value) => (Number.isFinite(value) ? Number((value * lsb).toPrecision(7)) : null));
  const wide = (level: number): (number | null)[] =>
    inLsb(error.map((one, d) => (circuits[d]! > 1 ? one * studentQuantile(level, circuits[d]! - 1) : NaN)));
  const finite = error.filter(Number.isFinite);
  const rms = Math.sqrt(finite.reduce((sum, one) => sum + one * one, 0) / Math.max(finite.length, 1));
  return {
    quantity: 'driver_amplitude',
    unit: 'LSB',
    target: lsb,
    codes: Array.from(codes),
    residual: inLsb(relative.map((value) => value - 1)),
    status: Array.from(relative, (value, d): CircuitStatus => {
      if (!Number.isFinite(value)) return 'masked';
      return (codes[d] === 0 || codes[d] === trim.largest) && Math.abs(value - 1) > trim.step ? 'at limit' : 'ok';
    }),
    verification: {
      reading: inLsb(relative),
      error68: wide(LEVEL_68),
      error95: wide(LEVEL_95),
      budget: [{ component: 'synapses of the row and repetition', rms: rms * lsb, of: 'value as it stands' }],
    },
  };
}

interface Amplitudes {
  /** Mean over the rows of each circuit, in LSB per unit of its shape; NaN for circuits that tell nothing. */
  readonly means: Float64Array;
  over(means: Float64Array): Relative;
}

/** Events on all rows in turn, and the amplitudes that they leave. */
function driverSweep(substrate: Substrate, reader: PotentialReader, targets: CalibrationTargets, working: WorkingSetting) {
  const { ticksPerSecond, cadc, synapses, neurons } = substrate.capabilities;
  const { rows, largestWeight, trim } = synapses!;
  const sign = targets.driveExcitatory === undefined ? -1 : 1;
  const [drives, taus] =
    sign === 1 ? [targets.driveExcitatory, targets.tauSynExcitatory] : [targets.driveInhibitory, targets.tauSynInhibitory];
  if (drives === undefined || taus === undefined)
    throw new InternalError('drivers are read through synaptic potentials, which have no targets');
  const circuits = allCircuits(substrate);
  const tauMem = working.tauMem?.values ?? targets.tauMem;
  const perEvent = Math.max(Math.ceil((SPACING * Math.max(medianOf(tauMem), medianOf(taus))) / cadc.sampleInterval), 8);
  const interval = ticksOf(cadc.sampleInterval, ticksPerSecond);
  const shapes =
    circuits.length === 0 ? [] : Array.from(circuits, (n) => potentialShape(tauMem[n]!, taus[n]!, cadc.sampleInterval, perEvent));
  const highest = Math.max(...shapes[0]!.values) * medianOf(drives);
  const weight = Math.min(Math.max(Math.round(((PEAK * cadc.lsb) / highest) * largestWeight), 1), largestWeight);
  const drivers = Math.floor(neurons / trim!.circuits) * rows;

  const read = async (): Promise<Amplitudes> => {
    const amplitudes = new Float64Array(neurons * rows);
    await substrate.configure(QUIET);
    const { samples } = await substrate.run({
      stimulus: { rowEvents: Array.from({ length: rows }, (_, row) => ({ tick: row * perEvent * interval, row, sign })), weight },
      probes: [{ kind: 'cadc', circuits, from: interval }],
      until: rows * perEvent * interval,
    });
    const { values, tick } = samples[0]!;
    for (const n of circuits) {
      const { values: shape, middle, squares } = shapes[n]!;
      for (let row = 0; row < rows; row++) {
        const from = n * tick.length + row * perEvent;
        let sum = 0;
        for (let s = 0; s < perEvent; s++) sum += (shape[s]! - middle) * values[from + s]!;
        amplitudes[n * rows + row]! += (sign * sum) / squares;
      }
    }
    return amplitudesOf(amplitudes, rows, trim!.circuits, drivers, reader);
  };
  return { drivers, read };
}

function amplitudesOf(amplitudes: Float64Array, rows: number, perCore: number, drivers: number, reader: PotentialReader): Amplitudes {
  const means = Float64Array.from({ length: amplitudes.length / rows }, (_, n) => {
    const mean = amplitudes.subarray(n * rows, (n + 1) * rows).reduce((sum, one) => sum + one, 0) / rows;
    return Number.isFinite(reader.slope(n)) ? mean : NaN;
  });
  const usual = medianOf(means.filter(Number.isFinite));
  return {
    means: means.map((mean) => (mean > WEAK * usual ? mean : NaN)),
    over: (reference) => {
      const [relative, error, circuits] = [new Float64Array(drivers), new Float64Array(drivers), new Float64Array(drivers)];
      for (let d = 0; d < drivers; d++) {
        const core = Math.floor(d / rows);
        let [count, sum, sumOfSquares] = [0, 0, 0];
        for (let n = core * perCore; n < (core + 1) * perCore; n++) {
          const value = amplitudes[n * rows + (d % rows)]! / reference[n]!;
          if (!Number.isFinite(value)) continue;
          count++;
          sum += value;
          sumOfSquares += value * value;
        }
        circuits[d] = count;
        relative[d] = sum / count;
        error[d] = count < 2 ? NaN : Math.sqrt(Math.max(sumOfSquares - (sum * sum) / count, 0) / (count - 1) / count);
      }
      return { relative, error, circuits };
    },
  };
}
