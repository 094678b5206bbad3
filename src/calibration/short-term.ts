/**
 * Short-term plasticity of the synapse drivers: two 4-bit codes per driver and the ramp of every block. Rested drivers get two events each, `gap` apart, while the membranes rest between any two events of the
 * die (rows take turns). With depression, and a driver's amplitudes a1 and a2 (least squares with the potential shape of every circuit, mean over the circuits of the core),
 *   d(gap) = 1 - a2 / a1 = U exp(-gap / tau):     tau = (far - near) / ln(d(near) / d(far)),    U = d(near) exp(near / tau)
 * The synapse's own strength and the circuit's drop out of a2 / a1; the width error e of the driver does not, because it lengthens short pulses as much as long ones: with what its trim has read of it, U = (1 + e) x the share seen. Codes follow the data sheet (U by code + 1, tau by one over code + 1), so one correction does, and fresh readings judge it.
 * The ramp of a block is a width that all pulses of plastic drivers have in common: a1 with plasticity over a1 without, mean over the rows of its cores. It comes first.
 * Source: electronicvisions/calix stp.py (offset per driver, ramp per quadrant, by amplitudes); haldls synapse_driver.h (4-bit utilisation and recovery). The offset of a driver is its trim: drivers.ts.
 */
import { exp, InfeasibleError, log, ticksOf } from '../base/index.ts';
import type { CalibratedQuantity, RowEvent, ShortTermCodes } from '../model/index.ts';
import { potentialShape, type PotentialShape } from './potential-shape.ts';
import type { OwnContext, OwnRoutine } from './own-routine.ts';
import { allCircuits, medianOf, QUIET } from './reader.ts';
import { stated } from './stated.ts';
import { meanRepeated } from './uncertainty.ts';

/** LSB: peak of a typical potential by a rested driver. */
const PEAK = 24;
/** Time between two events of the die in units of the longer time constant of membrane and line; what is left of a potential is taken off the next. */
const SPACING = 6;
/** Gaps between the events of a driver, in such slots. */
const NEAR = 1;
const FAR = 2;
/** Sweeps per reading: a reading is good to a few per cent of tau, less than half a code. */
const SWEEPS = 4;
/** Residuals that no working driver shows, relative. */
const TOLERANCE = 0.35;
const RAMP_TOLERANCE = 0.2;
const LARGEST = 15;
const REPEATS = 4;

/** The routine; none without targets. Throws InfeasibleError for drivers that are not plastic. */
export function shortTermRoutine({ substrate, targets, working }: OwnContext, needs: readonly string[]): readonly OwnRoutine[] {
  const { shortTerm: wanted } = targets;
  if (wanted === undefined) return [];
  const { shortTerm: sheet, synapses, neurons, blockSize, ticksPerSecond, cadc } = substrate.capabilities;
  if (sheet === undefined || synapses?.trim === undefined)
    throw new InfeasibleError('targets.short_term needs a chip whose synapse drivers have short-term plasticity (synapse.short_term)');
  if (wanted.rows > synapses.rows)
    throw new InfeasibleError(`targets.short_term.rows: found ${String(wanted.rows)}, cores have ${String(synapses.rows)} rows`);
  const { driveExcitatory: drives, tauSynExcitatory: taus } = targets;
  if (drives === undefined || taus === undefined)
    throw new InfeasibleError('targets.short_term needs tau_syn and psp: drivers are read through synaptic potentials');
  if (!needs.includes('driver_amplitude'))
    throw new InfeasibleError('targets.short_term needs effort.drivers: the width error of a driver is part of every pulse');
  const perCore = synapses.trim.circuits;
  const cores = Math.floor(neurons / perCore);
  const blocks = Math.ceil(neurons / blockSize);
  const ofBlock = (core: number): number => Math.floor((core * perCore) / blockSize);
  const interval = ticksOf(cadc.sampleInterval, ticksPerSecond);

  const samplesPerSlot = (): number =>
    Math.max(Math.ceil((SPACING * Math.max(medianOf(working.tauMem?.values ?? targets.tauMem), medianOf(taus))) / cadc.sampleInterval), 8);
  /** Amplitudes of the first and the second event of every driver of the rows used (core after core), mean over its circuits, relative to each circuit's mean. */
  const sweep = async (gap: number): Promise<readonly [Float64Array, Float64Array]> => {
    const tauMem = working.tauMem?.values ?? targets.tauMem;
    const perSlot = samplesPerSlot();
    const shapes = Array.from(allCircuits(substrate), (n) => {
      const shape = potentialShape(tauMem[n]!, taus[n]!, cadc.sampleInterval, perSlot);
      // what the event of the slot before leaves in this one, as far as it looks like a potential
      const rest = potentialShape(tauMem[n]!, taus[n]!, cadc.sampleInterval, 2 * perSlot).values.subarray(perSlot);
      const tail = rest.reduce((sum, value, k) => sum + (shape.values[k]! - shape.middle) * value, 0) / shape.squares;
      return { ...shape, tail };
    });
    const weight = weightOf(shapes[0]!, medianOf(drives));
    const slots = slotsOf(wanted.rows, gap);
    const rowEvents = slots.flatMap((row, slot): readonly RowEvent[] =>
      row < 0 ? [] : [{ tick: slot * perSlot * interval, row, sign: 1 }],
    );
    const sums = [new Float64Array(cores * wanted.rows), new Float64Array(cores * wanted.rows)] as const;
    await substrate.configure(QUIET);
    for (let k = 0; k < SWEEPS; k++) {
      const { samples } = await substrate.run({
        stimulus: { rowEvents, weight },
        probes: [{ kind: 'cadc', circuits: allCircuits(substrate), from: interval }],
        until: slots.length * perSlot * interval,
      });
      const { values, tick } = samples[0]!;
      const seen = new Set<number>();
      const before = new Float64Array(neurons);
      slots.forEach((row, slot) => {
        const which = seen.has(row) ? 1 : 0;
        seen.add(row);
        for (let n = 0; n < cores * perCore; n++) {
          const { values: shape, middle, squares, tail } = shapes[n]!;
          const from = n * tick.length + slot * perSlot;
          let sum = 0;
          for (let s = 0; s < perSlot; s++) sum += (shape[s]! - middle) * values[from + s]!;
          const amplitude = row < 0 ? 0 : sum / squares - before[n]! * tail;
          before[n] = amplitude;
          if (row >= 0) sums[which][Math.floor(n / perCore) * wanted.rows + row]! += amplitude;
        }
      });
    }
    return sums;
  };
  const weightOf = (shape: PotentialShape, drive: number): number => {
    const highest = Math.max(...shape.values) * drive;
    return Math.min(Math.max(Math.round(((PEAK * cadc.lsb) / highest) * synapses.largestWeight), 1), synapses.largestWeight);
  };
  /** Width of a full pulse of every driver as its trim has read it, with the standard error: relative to the mean of its core, which is nominal within that of its drivers. NaN where nothing was read. */
  const fullPulse = (d: number): { readonly relative: number; readonly error: number } => {
    const driver = Math.floor(d / wanted.rows) * synapses.rows + (d % wanted.rows);
    const error = working.drivers?.errors[driver] ?? NaN;
    return { relative: working.drivers?.relative[driver] ?? NaN, error: Math.sqrt(error ** 2 + (working.driverMean ?? 0) ** 2) };
  };
  /** Resources used and time constant of every driver. */
  const drivers = async (): Promise<{ readonly used: Float64Array; readonly tau: Float64Array }> => {
    const [near, far] = [await sweep(NEAR), await sweep(FAR)];
    const slot = samplesPerSlot() * cadc.sampleInterval;
    const [lostNear, lostFar] = [lost(near), lost(far)];
    const tau = lostNear.map((value, d) => {
      const rate = log(value / lostFar[d]!);
      return rate > 0 ? ((FAR - NEAR) * slot) / rate : NaN;
    });
    return { used: lostNear.map((value, d) => value * exp((NEAR * slot) / tau[d]!) * fullPulse(d).relative), tau };
  };
  /** Width of rested pulses of plastic drivers by block, relative to full width. */
  const widths = async (): Promise<Float64Array> => {
    await substrate.configure({ shortTerm: { mode: 'off' } });
    const [full] = await sweep(NEAR);
    await substrate.configure({ shortTerm: { mode: 'depression' } });
    const [plastic] = await sweep(NEAR);
    const sums = [new Float64Array(blocks), new Float64Array(blocks)] as const;
    full.forEach((value, d) => {
      sums[0][ofBlock(Math.floor(d / wanted.rows))]! += value;
      sums[1][ofBlock(Math.floor(d / wanted.rows))]! += plastic[d]!;
    });
    return sums[1].map((sum, b) => sum / sums[0][b]!);
  };

  const asDesigned = (code: number): Uint8Array => new Uint8Array(cores * synapses.rows).fill(code);
  const run = async () => {
    // from the data sheet, whatever an earlier calibration has left
    const shortTerm: { -readonly [K in keyof ShortTermCodes]: ShortTermCodes[K] } = {
      mode: 'depression',
      utilisation: asDesigned(sheet.utilisation),
      recovery: asDesigned(sheet.recovery),
      ...(sheet.ramp && { ramp: new Int32Array(blocks).fill(sheet.ramp.design) }),
    };
    await substrate.configure({ shortTerm });
    const found: CalibratedQuantity[] = [];
    if (sheet.ramp !== undefined) {
      const { design, largest } = sheet.ramp;
      const first = await widths();
      const ramp = Int32Array.from(first, (width) => (width > 0 ? Math.min(Math.max(Math.round(design / width), 1), largest) : design));
      shortTerm.ramp = ramp;
      await substrate.configure({ shortTerm });
      const fresh: Float64Array[] = [];
      for (let k = 0; k < REPEATS; k++) fresh.push(await widths());
      found.push(
        stated({
          quantity: 'stp_ramp',
          unit: '1',
          target: 1,
          codes: ramp,
          readings: fresh,
          status: (b, residual) =>
            Math.abs(residual) < RAMP_TOLERANCE ? 'ok' : ramp[b] === largest || ramp[b] === 1 ? 'at limit' : 'not reached',
        }),
      );
    }
    const first = [];
    for (let k = 0; k < REPEATS; k++) first.push(await drivers());
    const own = {
      used: meanRepeated(first.map(({ used }) => used)),
      tau: meanRepeated(first.map(({ tau }) => tau.map((time) => 1 / time))).map((rate) => 1 / rate),
    };
    // code + 1 is proportional to what an event uses, and to the rate of recovery
    const corrected = (code: number, factor: number): number =>
      Number.isFinite(factor) ? Math.min(Math.max(Math.round((code + 1) * factor) - 1, 0), LARGEST) : code;
    const start = {
      utilisation: Math.min(Math.max(Math.round(wanted.utilisation / sheet.utilisationPerCode) - 1, 0), LARGEST),
      recovery: Math.min(Math.max(Math.round(sheet.recoveryLongest / wanted.recovery) - 1, 0), LARGEST),
    };
    const usedSheet = sheet.utilisationPerCode * (sheet.utilisation + 1);
    const tauSheet = sheet.recoveryLongest / (sheet.recovery + 1);
    const codes = {
      utilisation: Uint8Array.from(own.used, (used) =>
        corrected(start.utilisation, (usedSheet / used) * (wanted.utilisation / (sheet.utilisationPerCode * (start.utilisation + 1)))),
      ),
      recovery: Uint8Array.from(own.tau, (tau) =>
        corrected(start.recovery, (tau / tauSheet) * (sheet.recoveryLongest / (start.recovery + 1) / wanted.recovery)),
      ),
    };
    const everywhere = (list: Uint8Array, otherwise: number): Uint8Array =>
      Uint8Array.from({ length: cores * synapses.rows }, (_, d) => {
        const [core, row] = [Math.floor(d / synapses.rows), d % synapses.rows];
        return row < wanted.rows ? list[core * wanted.rows + row]! : otherwise;
      });
    shortTerm.utilisation = everywhere(codes.utilisation, sheet.utilisation);
    shortTerm.recovery = everywhere(codes.recovery, sheet.recovery);
    await substrate.configure({ shortTerm });
    const [used, times]: [Float64Array[], Float64Array[]] = [[], []];
    for (let k = 0; k < REPEATS; k++) {
      const fresh = await drivers();
      used.push(fresh.used);
      times.push(fresh.tau);
    }
    const status =
      (list: Uint8Array, target: number) =>
      (d: number, residual: number, error: number): 'ok' | 'at limit' | 'not reached' => {
        if (Math.abs(residual) <= TOLERANCE * target + 3 * error) return 'ok';
        return list[d] === 0 || list[d] === LARGEST ? 'at limit' : 'not reached';
      };
    found.push(
      stated({
        quantity: 'stp_utilisation',
        unit: '1',
        target: wanted.utilisation,
        codes: codes.utilisation,
        readings: used,
        systematic: [{ component: 'width of the trimmed driver', at: (d) => fullPulse(d).error * wanted.utilisation }],
        status: status(codes.utilisation, wanted.utilisation),
      }),
      stated({
        quantity: 'stp_recovery',
        unit: 's',
        target: wanted.recovery,
        codes: codes.recovery,
        readings: times,
        inverse: true,
        status: status(codes.recovery, wanted.recovery),
      }),
    );
    await substrate.configure({ shortTerm: { mode: sheet.mode } });
    return { quantities: found, setting: { shortTerm: { ...shortTerm, mode: sheet.mode } } };
  };
  return [
    {
      name: 'short_term',
      needs,
      invalidates: [],
      quantities: ['stp_ramp', 'stp_utilisation', 'stp_recovery'],
      wants: [
        { quantity: 'stp_utilisation', target: wanted.utilisation, count: cores * wanted.rows },
        { quantity: 'stp_recovery', target: wanted.recovery, count: cores * wanted.rows },
      ],
      run,
    },
  ];
}

/** Share of the resources that the first event of every driver has used up when the second comes. */
function lost([first, second]: readonly [Float64Array, Float64Array]): Float64Array {
  return first.map((value, d) => 1 - second[d]! / value);
}

/** Row of every slot, each twice, `gap` slots apart; rows are interleaved, and a slot without one is -1. */
function slotsOf(rows: number, gap: number): readonly number[] {
  return Array.from({ length: Math.ceil(rows / gap) }, (_, g) => {
    const group = Array.from({ length: gap }, (__, k) => (g * gap + k < rows ? g * gap + k : -1));
    return [...group, ...group];
  }).flat();
}
