/**
 * What is measured and not set: both lines of the membrane ADC, and the capacitance of every circuit. What was found is taken off, and fresh readings say what is left of it.
 *   membrane ADC:   raw = (slope (V - zero) + offset) / lsb,   a straight line through known debug voltages on one circuit of each line
 *   capacitance:    a membrane at rest under a constant current I from t = 0 on,   C = I / a,   dv/dt = a - L tanh(v / L) / tau,   read once while it rises, with the leak known
 *                   intrinsic part = what is left of it at code 0, from the full capacitance and a small code c:   (63 C(c) - c C(63)) / (63 - c)
 * The current of a reading is written anew, a few codes off, so that the noise of its write is part of what repetition shows; what a code is worth is the data sheet's. So are the bias currents of the leak, and
 * the time constants through which the rise is seen are read over as many writes of their own before: both capacitances of a circuit have t / 2 tau of their relative error.
 * Source: electronicvisions/calix measurement/intrinsic_capacitance.py (fit over capacitance codes), its ADC characterisation by external voltages.
 */
import { tanh, ticksOf } from '../base/index.ts';
import type { CalibratedQuantity, Setting, Substrate } from '../model/index.ts';
import { fitLine } from '../search/index.ts';
import { apart } from './apart.ts';
import type { OwnContext, OwnRoutine } from './own-routine.ts';
import { DECAY_AMPLITUDE, lowerResets } from './decay-range.ts';
import { medianOf, QUIET, roundingError, type PotentialReader } from './reader.ts';
import { stated } from './stated.ts';
import { DECAY_SHAPE, measureTauMem } from './tau-mem.ts';
import { asTimes, intervalsOf, meanRepeated, type Intervals } from './uncertainty.ts';

/** V at which the lines of the membrane ADC are read, and samples at each. */
const VOLTAGES = [0.15, 0.35, 0.55, 0.75, 0.95];
const SAMPLES = 512;
/** Runs of one reading. */
const RUNS = 32;
/** LSB to which a membrane rises until it is read, and codes by which currents differ from reading to reading. The tanh of the leak counts by the square of the height, the noise of the converter by one over it. */
const AT_LARGEST = { height: 50, apart: 3 } as const;
const AT_SMALL = { height: 70, apart: 1 } as const;
/** Small code of the capacitance: the intrinsic part is a third of what is left. */
const SMALL = 7;
/** Currents of neighbours differ: two circuits of a block share a code. */
const OFFSETS = 64;
/** Residuals that no working line and no working circuit shows. */
const TOLERANCE = { offset: 3, slope: 0.02, capacitance: 0.2, intrinsic: 0.6 } as const;

/** Both routines; none unless the effort asks for them. */
export function characterisations(context: OwnContext): readonly OwnRoutine[] {
  const { substrate, effort } = context;
  if (effort.characterise !== true) return [];
  const { madc, capacitance } = substrate.capabilities;
  const repeats = Math.max(effort.verify, 4);
  return [
    ...(madc === undefined
      ? []
      : [
          {
            name: 'membrane_adc',
            needs: ['cadc_offset'],
            invalidates: [],
            quantities: ['madc_offset', 'madc_slope'] as const,
            run: async () => ({ setting: {}, quantities: await lines(substrate, madc, repeats) }),
          },
        ]),
    ...(capacitance === undefined
      ? []
      : [
          {
            name: 'capacitance',
            needs: ['cadc_offset', 'leak', 'tau_mem'],
            // bias currents of the leak are written again, and the resets are moved out of the way for the reading of the membranes
            invalidates: ['leak', 'reset'],
            quantities: capacitance.intrinsic > 0 ? (['capacitance', 'intrinsic_capacitance'] as const) : (['capacitance'] as const),
            run: async () => ({ setting: {}, quantities: await capacitances(context, capacitance, repeats) }),
          },
        ]),
  ];
}

type Madc = NonNullable<Substrate['capabilities']['madc']>;

async function lines(substrate: Substrate, madc: Madc, repeats: number): Promise<readonly CalibratedQuantity[]> {
  const reading = async (): Promise<{ readonly offset: Float64Array; readonly slope: Float64Array; readonly noise: number }> => {
    const means: Float64Array[] = [];
    let squares = 0;
    for (const debugVoltage of VOLTAGES) {
      await substrate.configure({ cadcInput: { debugVoltage } });
      const raw = await substrate.read(Uint32Array.of(0, 1), SAMPLES, 'madc');
      const rows = [raw.subarray(0, SAMPLES), raw.subarray(SAMPLES)];
      means.push(Float64Array.from(rows, meanOf));
      squares += rows.reduce((sum, row) => sum + row.reduce((s, value) => s + (value - meanOf(row)) ** 2, 0) / (SAMPLES - 1), 0) / 2;
    }
    await substrate.configure({ cadcInput: 'membrane' });
    const ideal = VOLTAGES.map((volts) => (volts - madc.zero) / madc.lsb);
    const fits = [0, 1].map((line) =>
      fitLine(
        ideal,
        means.map((mean) => mean[line]!),
      )!,
    );
    return {
      slope: Float64Array.from(fits, ({ slope }) => slope),
      // at the lower end of the range, where an offset is what the card calls one
      offset: Float64Array.from(fits, ({ slope }, line) => meanOf(means.map((mean) => mean[line]!)) - slope * meanOf(ideal)),
      noise: Math.sqrt(squares / VOLTAGES.length),
    };
  };
  const first = [];
  for (let k = 0; k < repeats; k++) first.push(await reading());
  const [offset, slope] = [meanRepeated(first.map((one) => one.offset)), meanRepeated(first.map((one) => one.slope))];
  const fresh = [];
  for (let k = 0; k < repeats; k++) fresh.push(await reading());
  const noise = meanOf(fresh.map((one) => one.noise));
  const later = { component: 'noise of a sample', rms: noise, of: 'next write' } as const;
  const offsets = stated({
    quantity: 'madc_offset',
    unit: 'LSB',
    target: 0,
    codes: offset,
    readings: fresh.map((one) => one.offset.map((value, line) => value - offset[line]!)),
    status: (_, residual) => (Math.abs(residual) < TOLERANCE.offset ? 'ok' : 'not reached'),
  });
  return [
    { ...offsets, verification: { ...offsets.verification!, budget: [...offsets.verification!.budget, later] } },
    stated({
      quantity: 'madc_slope',
      unit: '1',
      target: 1,
      codes: slope,
      readings: fresh.map((one) => one.slope.map((value, line) => value / slope[line]!)),
      status: (_, residual) => (Math.abs(residual) < TOLERANCE.slope ? 'ok' : 'not reached'),
    }),
  ];
}

type Sheet = NonNullable<Substrate['capabilities']['capacitance']>;

async function capacitances(context: OwnContext, sheet: Sheet, repeats: number): Promise<readonly CalibratedQuantity[]> {
  const { substrate, reader, effort, working, channelSlopeError } = context;
  const { neurons, codes: ranges, cadc } = substrate.capabilities;
  const share = (sheet.intrinsic + ((sheet.full - sheet.intrinsic) * SMALL) / sheet.largest) / sheet.full;
  const bias = working.codes.leak_bias!;
  const ways = [
    { ...AT_LARGEST, capacitance: sheet.largest, share: 1, bias },
    // less capacitance and as much less leak: the time constant stays about the same, and so does the reading's dependence on it
    { ...AT_SMALL, capacitance: SMALL, share, bias: bias.map((code) => Math.max(Math.round(code * share), ranges.leak_bias.min, 1)) },
  ].slice(0, sheet.intrinsic > 0 ? 2 : 1);
  await lowerResets(substrate, reader, effort, working);
  const membranes: Intervals[] = [];
  for (const { capacitance, bias: codes } of ways) {
    await substrate.configure({ capacitance: new Uint8Array(neurons).fill(capacitance) });
    membranes.push(await membranesOverWrites(context, codes, repeats));
  }
  await substrate.configure({ codes: { reset: working.codes.reset! } });
  /** Capacitances at the largest and at the small code. */
  const readings = async (k: number): Promise<readonly Float64Array[]> => {
    const values: Float64Array[] = [];
    for (const [way, { capacitance, bias: codes, share: part, height, apart: step }] of ways.entries()) {
      await substrate.configure({ capacitance: new Uint8Array(neurons).fill(capacitance) });
      await writeAnew(substrate, codes);
      values.push(await rise(substrate, reader, { share: part, height, shift: k * step, tauMem: membranes[way]!.mean, sheet }));
    }
    const [full, small] = values;
    return small === undefined ? [full!] : [full!, full!.map((value, n) => ofIntrinsic(sheet, value, small[n]!))];
  };
  const first: (readonly Float64Array[])[] = [];
  for (let k = 0; k < repeats; k++) first.push(await readings(k));
  const found = ways.map((_, p) => meanRepeated(first.map((one) => one[p]!)));
  const fresh: (readonly Float64Array[])[] = [];
  for (let k = 0; k < repeats; k++) fresh.push(await readings(k + repeats));
  await substrate.configure({ capacitance: new Uint8Array(neurons).fill(sheet.largest), codes: { leak_bias: bias } });
  // an error of the leak is one of all readings: the rise has lost t / 2 tau of its height to it
  const errors = ways.map(({ share: part }, way) => {
    const { mean, error68 } = membranes[way]!;
    return mean.map((tau, n) => (cadc.sampleInterval / (2 * tau)) * (error68[n]! / tau) * part * sheet.full);
  });
  return found.map((values, p) => {
    const [quantity, target, tolerance] =
      p === 0
        ? (['capacitance', sheet.full, TOLERANCE.capacitance] as const)
        : (['intrinsic_capacitance', sheet.intrinsic, TOLERANCE.intrinsic] as const);
    const membrane =
      p === 0
        ? errors[0]!
        : errors[0]!.map((error, n) => Math.sqrt(ofIntrinsic(sheet, error, 0) ** 2 + ofIntrinsic(sheet, 0, errors[1]![n]!) ** 2));
    // what was found has the same error as what it is compared with, as far as repetition shows it
    return stated({
      quantity,
      unit: 'F',
      target,
      // what could not be read counts as the data sheet says, and is masked
      codes: values.map((value) => (value > 0 && Number.isFinite(value) ? value : target)),
      readings: fresh.map((one) => one[p]!.map((value, n) => (value / values[n]!) * target)),
      systematic: [
        { component: 'membrane time constant', at: (n) => membrane[n]! },
        { component: 'converter channel', at: () => channelSlopeError * target },
      ],
      status: (_, residual) => (Math.abs(residual) < tolerance * target ? 'ok' : 'not reached'),
    });
  });
}

/** What both capacitances have at code 0: a straight line through the values (F) at the largest and at the small code. */
function ofIntrinsic({ largest }: Sheet, full: number, small: number): number {
  return (largest * small - SMALL * full) / (largest - SMALL);
}

/** Membrane time constants (s) with these codes of the bias, whatever the noise of their last write: it is part of what repetition shows. The resets must lie well below the leak. */
async function membranesOverWrites(
  { substrate, reader, targets, effort, readingNoise }: OwnContext,
  codes: Int32Array,
  repeats: number,
): Promise<Intervals> {
  const rates: Float64Array[] = [];
  for (let k = 0; k < repeats; k++) {
    await writeAnew(substrate, codes);
    const taus = await measureTauMem(substrate, reader, effort, medianOf(targets.tauMem));
    rates.push(taus.map((tau) => (tau > 0 && tau < Infinity ? 1 / tau : NaN)));
  }
  const steps = (DECAY_SHAPE * roundingError(readingNoise)) / DECAY_AMPLITUDE;
  return asTimes(intervalsOf(rates, (_, rate) => steps * rate));
}

/** The same codes with other write noise. */
async function writeAnew(substrate: Substrate, codes: Int32Array): Promise<void> {
  const { max } = substrate.capabilities.codes.leak_bias;
  await substrate.configure({ codes: { leak_bias: codes.map((code) => (code < max ? code + 1 : code - 1)) } });
  await substrate.configure({ codes: { leak_bias: codes } });
}

interface RiseOf {
  /** Capacitance by the data sheet, a share of the full one. */
  readonly share: number;
  /** LSB. */
  readonly height: number;
  /** Codes by which this reading's current differs. */
  readonly shift: number;
  /** s. */
  readonly tauMem: Float64Array;
  readonly sheet: Sheet;
}

/** Capacitance of every circuit, F. */
async function rise(
  substrate: Substrate,
  reader: PotentialReader,
  { share, height: wantedHeight, shift, tauMem, sheet }: RiseOf,
): Promise<Float64Array> {
  const { neurons, codes: ranges, cadc, ticksPerSecond, leakLinearRange } = substrate.capabilities;
  const circuits = Uint32Array.from({ length: neurons }, (_, n) => n);
  const wanted = (sheet.full * share * wantedHeight * cadc.lsb) / cadc.sampleInterval / sheet.currentPerCode;
  const code = Math.min(Math.round(wanted) + shift, ranges.offset_current.max - OFFSETS);
  const codes = apart(new Int32Array(neurons).fill(code), ranges.offset_current, Math.min(OFFSETS, code));
  await substrate.configure(QUIET);
  const rest = await reader.read(RUNS * 4);
  const on: Setting = { ...QUIET, offsetCurrentOn: true, codes: { offset_current: codes } };
  await substrate.configure(on);
  const interval = ticksOf(cadc.sampleInterval, ticksPerSecond);
  const sums = new Float64Array(neurons);
  for (let k = 0; k < RUNS; k++) {
    const { samples } = await substrate.run({ stimulus: {}, probes: [{ kind: 'cadc', circuits, from: interval }], until: interval });
    const { values, tick } = samples[0]!;
    for (const n of circuits) sums[n]! += (reader.correct(n, values[n * tick.length]!) - rest[n]!) / RUNS;
  }
  await substrate.configure(QUIET);
  return sums.map(
    (height, n) => (sheet.currentPerCode * codes[n]!) / slopeOf(height * cadc.lsb, cadc.sampleInterval, tauMem[n]!, leakLinearRange),
  );
}

/** Constant slope (V/s) under which a membrane at rest is `height` (V) higher after `time`. */
function slopeOf(height: number, time: number, tau: number, range: number): number {
  let slope = height / time;
  for (let round = 0; round < 6; round++) slope *= height / heightOf(slope, time, tau, range);
  return slope;
}

/** Steps of the fourth-order Runge-Kutta rule: a thousandth of a time constant each. */
const STEPS = 24;

function heightOf(slope: number, time: number, tau: number, range: number): number {
  const leak = (v: number): number => (range === Infinity ? v : range * tanh(v / range)) / tau;
  const h = time / STEPS;
  let v = 0;
  for (let k = 0; k < STEPS; k++) {
    const k1 = slope - leak(v);
    const k2 = slope - leak(v + (h / 2) * k1);
    const k3 = slope - leak(v + (h / 2) * k2);
    const k4 = slope - leak(v + h * k3);
    v += (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
  }
  return v;
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k]!;
  return sum / values.length;
}
