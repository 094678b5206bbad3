/**
 * Synaptic inputs as conductances: reversal potential and slope over the membrane potential of every circuit. An input that is a conductance drives k (E - V) times the current that it drives without. The same
 * events are sent in both modes, with the membranes at rest at two levels V1 and V2 (leaks as calibrated, and raised), and the ratios R of the amplitudes tell both:
 *   excitatory   k = (m1 - m2) / (V2 - V1),  E = V1 + m1 / k;     inhibitory   k = (m2 - m1) / (V2 - V1),  E = V1 - m1 / k
 *   m = R / F(k x peak):   F is what is left of an amplitude because the potential itself moves the membrane on the way, for the time constants of the data sheet
 * Strength, time constants and the synapses drop out of the ratios. The slope is stated relative to that at which both modes agree at the reference potential.
 * Source: electronicvisions/calix synaptic input, COBA (amplitudes at two membrane potentials; bias for the slope, amplitude unchanged at a reference potential).
 */
import { exp, InfeasibleError, ticksOf } from '../base/index.ts';
import type { CalibrationEffort, RowEvent, Substrate } from '../model/index.ts';
import { potentialShape } from './potential-shape.ts';
import { measureLeak } from './potentials.ts';
import { allCircuits, medianOf, QUIET, toLsb, type PotentialReader } from './reader.ts';
import type { Routine, WorkingSetting } from './routine.ts';
import type { CalibrationTargets } from './targets.ts';

/** LSB: distance of the upper level from the lower, and codes by which leaks are moved to see what a code does. */
const APART = 85;
const PROBE = 60;
/** LSB: peak of a typical potential. */
const PEAK = 20;
/** Rows that fire together, and events per repetition. */
const ROWS = 8;
const EVENTS_PER_REPEAT = 2;
/** Time from event to event in units of the longer time constant. */
const SPACING = 8;
/** Residuals that no working input shows: LSB, and relative; what rounding may leave. */
const TOLERANCE = { reversal: 40, slope: 0.35 } as const;
const RESOLUTION = { reversal: 2, slope: 0.02 } as const;
const ROUNDS = 8;
/** Largest k x peak of a typical input. */
const STRONGEST = 0.2;

const SIGNS = [
  { name: 'excitatory', sign: 1, drive: 'driveExcitatory', tau: 'tauSynExcitatory', reversal: 'reversalExcitatory' },
  { name: 'inhibitory', sign: -1, drive: 'driveInhibitory', tau: 'tauSynInhibitory', reversal: 'reversalInhibitory' },
] as const;

/** Routines of both signs; none without targets. Throws InfeasibleError for chips that cannot set them, and without targets of the synaptic inputs. */
export function conductanceRoutines(
  substrate: Substrate,
  reader: PotentialReader,
  targets: CalibrationTargets,
  effort: CalibrationEffort,
  working: WorkingSetting,
): readonly Routine[] {
  const sheet = substrate.capabilities.conductanceSynapses;
  return SIGNS.flatMap(({ name, sign, drive, tau, reversal }): readonly Routine[] => {
    const wanted = targets[reversal];
    if (wanted === undefined) return [];
    const [drives, taus] = [targets[drive], targets[tau]];
    const [reversalStart, slopeStart] = [working.codes[`reversal_${name}`], working.codes[`conductance_${name}`]];
    if (sheet === undefined || reversalStart === undefined || slopeStart === undefined)
      throw new InfeasibleError(`targets.reversal_${name} needs a chip whose synaptic inputs can be conductances (synapse.input)`);
    if (drives === undefined || taus === undefined)
      throw new InfeasibleError(`targets.reversal_${name} needs tau_syn and psp: conductances are compared with currents`);
    const { lsb } = substrate.capabilities.cadc;
    const distance = wanted.map((potential) => Math.abs(potential - sheet.reference));
    const perCode = `leak per code, conductances ${name}`;
    const prepare = async (): Promise<void> => {
      working.kept[perCode] = await leakPerCode(substrate, reader, effort, working);
    };
    return [
      {
        name: `conductance_${name}`,
        needs: ['cadc_offset', 'leak', 'tau_mem', `synapse_${name}`],
        // leaks are raised for the reading, and written again
        invalidates: ['leak'],
        parameters: [
          {
            quantity: `reversal_${name}`,
            cell: `reversal_${name}`,
            unit: 'LSB',
            rising: true,
            inverse: false,
            targets: wanted.map((potential) => toLsb(substrate, potential)),
            tolerance: TOLERANCE.reversal,
            resolution: RESOLUTION.reversal,
            start: reversalStart,
            perCode: sheet.reversalPerCode / lsb,
          },
          {
            quantity: `conductance_${name}`,
            cell: `conductance_${name}`,
            unit: '1',
            rising: true,
            inverse: false,
            targets: distance.map(() => 1),
            tolerance: TOLERANCE.slope,
            resolution: RESOLUTION.slope,
            start: slopeStart,
          },
        ],
        prepare,
        ready: prepare,
        measure: async (trial) => {
          const { reversals, slopes } = await measureConductances(substrate, reader, trial, working, {
            sign,
            drive: medianOf(drives),
            tauSyn: medianOf(taus),
            tauMem: medianOf(targets.tauMem),
            reversal: medianOf(wanted),
            reference: sheet.reference,
            shift: Math.round(APART / working.kept[perCode]!),
          });
          return [reversals.map((volts) => toLsb(substrate, volts)), slopes.map((slope, n) => slope * distance[n]!)];
        },
      },
    ];
  });
}

/** LSB by which a typical leak moves per code. */
async function leakPerCode(
  substrate: Substrate,
  reader: PotentialReader,
  effort: CalibrationEffort,
  { codes }: WorkingSetting,
): Promise<number> {
  const own = codes.leak!;
  const before = await measureLeak(substrate, reader, effort);
  await substrate.configure({ codes: { leak: raised(substrate, own, PROBE) } });
  const after = await measureLeak(substrate, reader, effort);
  await substrate.configure({ codes: { leak: own } });
  return medianOf(after.map((level, n) => (level - before[n]!) / PROBE).filter(Number.isFinite));
}

function raised({ capabilities }: Substrate, codes: Int32Array, by: number): Int32Array {
  const { min, max } = capabilities.codes.leak;
  return codes.map((code) => Math.min(Math.max(code + by, min), max));
}

interface Known {
  readonly sign: 1 | -1;
  /** V/s by a full weight, s, V. */
  readonly drive: number;
  readonly tauSyn: number;
  readonly tauMem: number;
  readonly reversal: number;
  readonly reference: number;
  /** Codes by which leaks are raised. */
  readonly shift: number;
}

/** Reversal potentials (V) and slopes (1/V) of all circuits; NaN where nothing was seen. */
async function measureConductances(
  substrate: Substrate,
  reader: PotentialReader,
  effort: CalibrationEffort,
  working: WorkingSetting,
  known: Known,
): Promise<{ readonly reversals: Float64Array; readonly slopes: Float64Array }> {
  const { cadc, synapses } = substrate.capabilities;
  const own = working.codes.leak!;
  const volts = (level: number): number => cadc.zero + cadc.lsb * level;
  const highest = Math.max(...potentialShape(known.tauMem, known.tauSyn, cadc.sampleInterval, 64).values) * known.drive;
  const together = Math.min(ROWS, synapses!.rows);
  const weightFor = (strength: number): number =>
    Math.min(
      Math.max(Math.round((PEAK * cadc.lsb * synapses!.largestWeight) / (highest * together * strength)), 1),
      synapses!.largestWeight,
    );
  const levels: { readonly v: Float64Array; readonly ratio: Float64Array; readonly peak: Float64Array }[] = [];
  for (const shift of [0, known.shift]) {
    await substrate.configure({ conductanceSynapses: false, codes: { leak: shift === 0 ? own : raised(substrate, own, shift) } });
    const v = (await measureLeak(substrate, reader, effort)).map(volts);
    const typical = Math.abs((medianOf(v) - known.reversal) / (known.reference - known.reversal));
    // a steep input sees its own potential: it is kept small
    const slope = (PEAK * cadc.lsb) / Math.abs(known.reference - known.reversal);
    const [plain, weak] = [weightFor(1), weightFor(Math.max(typical, slope / STRONGEST, 0.7))];
    const current = await amplitudes(substrate, reader, effort, known, plain);
    await substrate.configure({ conductanceSynapses: true });
    const conductance = await amplitudes(substrate, reader, effort, known, weak);
    await substrate.configure({ conductanceSynapses: false });
    levels.push({
      v,
      ratio: conductance.map((value, n) => (value / weak / current[n]!) * plain),
      peak: current.map((value) => (value / plain) * weak * cadc.lsb),
    });
  }
  await substrate.configure({ codes: { leak: own } });
  const left = selfSeen(known.tauMem, known.tauSyn);
  const [low, high] = levels as [(typeof levels)[0], (typeof levels)[0]];
  const slopes = new Float64Array(own.length);
  const reversals = Float64Array.from(own, (_, n) => {
    let [m1, m2, k] = [low.ratio[n]!, high.ratio[n]!, 0];
    for (let round = 0; round < ROUNDS; round++) {
      k = (known.sign * (m1 - m2)) / (high.v[n]! - low.v[n]!);
      m1 = low.ratio[n]! / left(k * low.peak[n]!);
      m2 = high.ratio[n]! / left(k * high.peak[n]!);
    }
    slopes[n] = k > 0 ? k : NaN;
    return k > 0 ? low.v[n]! + (known.sign * m1) / k : NaN;
  });
  return { reversals, slopes };
}

/** Mean amplitudes of potentials, LSB at their peak, one per circuit and positive in the direction of the sign. */
async function amplitudes(
  substrate: Substrate,
  reader: PotentialReader,
  effort: CalibrationEffort,
  { sign, tauMem, tauSyn }: Known,
  weight: number,
): Promise<Float64Array> {
  const { cadc, synapses, ticksPerSecond } = substrate.capabilities;
  const circuits = allCircuits(substrate);
  await substrate.configure(QUIET);
  const interval = ticksOf(cadc.sampleInterval, ticksPerSecond);
  const perEvent = Math.max(Math.ceil((SPACING * Math.max(tauMem, tauSyn)) / cadc.sampleInterval), 8);
  const { values: shape, middle, squares } = potentialShape(tauMem, tauSyn, cadc.sampleInterval, perEvent);
  const highest = Math.max(...shape);
  const events = EVENTS_PER_REPEAT * effort.repeats;
  const together = Math.min(ROWS, synapses!.rows);
  const rowEvents = Array.from({ length: events * together }, (_, k): RowEvent => ({
    tick: Math.floor(k / together) * perEvent * interval,
    row: k % synapses!.rows,
    sign,
  }));
  const { samples } = await substrate.run({
    stimulus: { rowEvents, weight },
    probes: [{ kind: 'cadc', circuits, from: interval }],
    until: events * perEvent * interval,
  });
  const { values, tick } = samples[0]!;
  return Float64Array.from(circuits, (n) => {
    let sum = 0;
    for (let e = 0; e < events; e++) {
      for (let s = 0; s < perEvent; s++) sum += (shape[s]! - middle) * reader.correct(n, values[n * tick.length + e * perEvent + s]!);
    }
    return (sign * sum * highest) / squares / events;
  });
}

/** Points of the table of `lostShare`, and the largest k x peak in it. */
const POINTS = 40;
const LARGEST = 1;
/** Steps per time constant. */
const FINE = 100;

/**
 * What is left of the amplitude of a conductance's potential because it moves the membrane on the way, by x = k x peak of the same event as a current: amplitude of v' = -v / tau_m + s (1 - x v / peak) over
 * that of x = 0, both as the least squares over samples see them.
 */
function selfSeen(tauMem: number, tauSyn: number): (x: number) => number {
  const step = Math.min(tauMem, tauSyn) / FINE;
  const steps = Math.ceil((SPACING * Math.max(tauMem, tauSyn)) / step);
  const course = (k: number): Float64Array => {
    const v = new Float64Array(steps);
    let now = 0;
    for (let i = 0; i < steps; i++) {
      const slope = (t: number, u: number): number => -u / tauMem + exp(-t / tauSyn) * (1 - k * u);
      const middle = now + (step / 2) * slope(i * step, now);
      now += step * slope((i + 0.5) * step, middle);
      v[i] = now;
    }
    return v;
  };
  const plain = course(0);
  const peak = Math.max(...plain);
  const mean = plain.reduce((sum, value) => sum + value, 0) / steps;
  const project = (v: Float64Array): number => v.reduce((sum, value, i) => sum + (plain[i]! - mean) * value, 0);
  const table = Float64Array.from({ length: POINTS + 1 }, (_, p) => project(course((p * LARGEST) / POINTS / peak)) / project(plain));
  return (x) => {
    const at = Math.min(Math.max((x * POINTS) / LARGEST, 0), POINTS - 1e-9);
    const p = Math.floor(at);
    return table[p]! + (at - p) * (table[p + 1]! - table[p]!);
  };
}
