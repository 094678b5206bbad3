/**
 * Measurement of the synaptic inputs from observables: isolated events on synapse rows of quiet membranes at rest, sampled by the column ADC and averaged by the time since the
 * event; the shape of the averaged potential gives the strength (step of dV/dt by a full-scale weight) and the time constant of every circuit at once.
 *   - An event is a volley on several rows in one tick, and each event takes other rows, as does each measurement: what is searched belongs to the circuit, not to the mismatch
 *     of single synapses (5 % on the BSS-2-like card) and drivers (10 %, common to the circuits of a core). One measurement of 4 events on 8 rows each leaves
 *     10 % / sqrt(32) = 1.8 % of the drivers and 0.9 % of the synapses, the eight probes of a refinement, on all 256 rows of a core, 0.6 % and 0.3 %.
 *   - The weight is chosen so that the potential peaks far over the noise and stays small against the linear range of the leak.
 *   - Events come at quarters of the sample interval in turn, so that the samples of all together stand four times as dense as those of one: short time constants need that.
 * The channel offset is part of the fit, so readings are taken as they come.
 */
import { exp, InfeasibleError, log, ticksOf } from '../base/index.ts';
import type { CalibrationEffort, RowEvent, Substrate } from '../model/index.ts';
import { fitPsps } from './psp.ts';
import { allCircuits, medianOf, QUIET, type PotentialReader } from './reader.ts';

/** LSB: peak of the potential that a typical circuit shows. */
export const PEAK = 17;
/** Rows of a volley, and the most where full weights of so many are still too weak. */
const ROWS = 8;
const MOST_ROWS = 32;
/** Half as many events as decays are averaged elsewhere: a potential is seen on its way up and down. */
const EVENTS_PER_REPEAT = 0.5;
/** Share of the samples that may stand at an end of the scale: the noise of a potential that just reaches it. */
const LARGEST_CLIPPED = 0.01;
/** Events differ by this part of a sample interval. */
const PHASES = 4;
/** Time from event to event in units of the longer time constant: 0.3 % of a potential is left when the next one begins. */
const SPACING = 8;

/** How the inputs of one sign are driven. */
export interface SynapseStimulus {
  readonly sign: 1 | -1;
  readonly weight: number;
  /** Rows that fire together. */
  readonly rows: number;
  /** Typical synaptic time constant, s. */
  readonly tauSyn: number;
  /** Membrane time constants as measured, s. */
  readonly tauMem: Float64Array;
}

/** One entry per circuit; NaN where no potential was seen. */
export interface SynapseReading {
  /** s. */
  readonly tauSyn: Float64Array;
  /** V/s by a full-scale weight. */
  readonly drive: Float64Array;
}

/** Weight and rows with which circuits of this drive (V/s at full scale) show a potential of the wanted peak. */
export function synapseStimulus(
  substrate: Substrate,
  sign: 1 | -1,
  { drive, tauSyn, tauMem }: { readonly drive: number; readonly tauSyn: number; readonly tauMem: Float64Array },
): SynapseStimulus {
  const { cadc } = substrate.capabilities;
  const { rows, largestWeight } = rowsOf(substrate);
  const wanted = (PEAK * cadc.lsb) / (drive * peakPerDrive(medianOf(tauMem), tauSyn));
  // in units of full weights: eight rows share it, more where they are too weak, fewer where one step of the weight would be too much for eight
  const most = Math.min(MOST_ROWS, rows);
  const together = Math.max(1, Math.min(most, Math.max(Math.ceil(wanted), Math.min(ROWS, Math.floor(wanted * largestWeight)))));
  const weight = Math.min(Math.max(Math.round((wanted / together) * largestWeight), 1), largestWeight);
  return { sign, weight, rows: together, tauSyn, tauMem };
}

/** A reading, how many rows in turn it used, and what the same samples would say with other membrane time constants (s). */
export interface SynapseMeasurement {
  readonly reading: SynapseReading;
  readonly rowsUsed: number;
  readonly refit: (tauMem: Float64Array) => SynapseReading;
}

/** Strength and time constant of all inputs of one sign. `firstRow` is the first of the rows used. */
export async function measureSynapses(
  substrate: Substrate,
  reader: PotentialReader,
  stimulus: SynapseStimulus,
  effort: CalibrationEffort,
  firstRow: number,
): Promise<SynapseMeasurement> {
  const { ticksPerSecond, cadc, leakLinearRange } = substrate.capabilities;
  const { rows, largestWeight } = rowsOf(substrate);
  const circuits = allCircuits(substrate);
  await substrate.configure(QUIET);
  const interval = ticksOf(cadc.sampleInterval, ticksPerSecond);
  const longest = Math.max(stimulus.tauSyn, medianOf(stimulus.tauMem));
  const perEvent = Math.max(Math.ceil((SPACING * longest) / cadc.sampleInterval), 8);
  const events = PHASES * Math.ceil((effort.repeats * EVENTS_PER_REPEAT) / PHASES);
  const rowEvents: RowEvent[] = [];
  for (let e = 0; e < events; e++) {
    const tick = e * perEvent * interval + phaseTicks(e, interval);
    for (let r = 0; r < stimulus.rows; r++) {
      rowEvents.push({ tick, row: (firstRow + e * stimulus.rows + r) % rows, sign: stimulus.sign });
    }
  }
  const { samples } = await substrate.run({
    stimulus: { rowEvents, weight: stimulus.weight },
    // the sample at a multiple of the interval is the first after each event
    probes: [{ kind: 'cadc', circuits, from: interval }],
    until: events * perEvent * interval,
  });
  const probed = samples[0]!;
  const values = averaged(probed.values, circuits.length, probed.tick.length, events, perEvent, stimulus.sign);
  const top = 2 ** cadc.bits - 1;
  for (const n of circuits) {
    const row = probed.values.subarray(n * probed.tick.length, (n + 1) * probed.tick.length);
    const clipped = row.reduce((count, value) => count + (value <= 0 || value >= top ? 1 : 0), 0);
    // a potential that runs into an end of the scale has lost its shape
    if (clipped > LARGEST_CLIPPED * row.length) values.fill(NaN, n * perEvent * PHASES, (n + 1) * perEvent * PHASES);
  }
  const scale = (cadc.lsb * largestWeight) / (stimulus.weight * stimulus.rows);
  const fit = (tauMem: Float64Array): SynapseReading => {
    const fits = fitPsps(
      { values, times: perEvent * PHASES, interval: interval / PHASES / ticksPerSecond, period: (perEvent * interval) / ticksPerSecond },
      tauMem,
      stimulus.tauSyn,
      leakLinearRange / cadc.lsb,
    );
    return { tauSyn: fits.tauSyn, drive: fits.drive.map((drive, n) => (drive * scale) / reader.slope(n)) };
  };
  return { reading: fit(stimulus.tauMem), rowsUsed: events * stimulus.rows, refit: fit };
}

/** Rows of samples over the time since the event, in steps of a phase: event e was `e mod PHASES` phases late, so its sample k stands at (k + 1) PHASES - phase. */
function averaged(values: Float32Array, circuits: number, taken: number, events: number, perEvent: number, sign: number): Float64Array {
  const times = perEvent * PHASES;
  const share = (sign * PHASES) / events;
  const means = new Float64Array(circuits * times);
  for (let n = 0; n < circuits; n++) {
    for (let e = 0; e < events; e++) {
      const from = n * taken + e * perEvent;
      const to = n * times + PHASES - 1 - (e % PHASES);
      for (let k = 0; k < perEvent; k++) means[to + k * PHASES]! += share * values[from + k]!;
    }
  }
  return means;
}

/** Delay of event e after its sample, ticks: whole ticks next to the quarters. */
function phaseTicks(e: number, interval: number): number {
  return Math.round(((e % PHASES) * interval) / PHASES);
}

/** Rows and weights of the synapses. Throws InfeasibleError for a substrate that cannot send events to rows. */
function rowsOf({ capabilities }: Substrate): { readonly rows: number; readonly largestWeight: number } {
  if (capabilities.synapses === undefined) {
    throw new InfeasibleError('synaptic inputs can be calibrated only where events can be sent to synapse rows');
  }
  return capabilities.synapses;
}

/** Peak of a potential per step of dV/dt, s: at time ln(tau_m / tau_s) / (1/tau_s - 1/tau_m). */
function peakPerDrive(tauMem: number, tauSyn: number): number {
  if (Math.abs(tauMem / tauSyn - 1) < 1e-3) return tauMem * exp(-1);
  const time = log(tauMem / tauSyn) / (1 / tauSyn - 1 / tauMem);
  return (exp(-time / tauMem) - exp(-time / tauSyn)) / (1 / tauSyn - 1 / tauMem);
}
