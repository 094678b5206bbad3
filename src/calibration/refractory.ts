/**
 * Refractory period and hold-off: digital, so their codes follow from the clock and nothing is searched. All circuits share them. The instrument that looks at the answer is another one, the times of spikes:
 *   period = count x clock x 2^scale,   at the finest scale at which the counter reaches the target;   hold-off = mask x the same clock
 *   ISI(other count) - ISI(count) = (other - count) x clock period,   ISI(no mask) - ISI(mask) = hold-off
 * for neurons under one constant current, whose rise from the reset to the threshold is the same in both and drops out. In a hold-off the membrane is free already, so spikes come earlier by it.
 * Source: haldls neuron.h (8-bit counter, clock 250 MHz / 2^(s + 1), 4-bit hold-off mask); calix computes both from the clock and does not look.
 */
import { formatQuantity, InfeasibleError, ticksOf } from '../base/index.ts';
import type { CalibratedQuantity, CalibrationEffort, Setting, Substrate } from '../model/index.ts';
import { trainsOf } from './adex/before-spikes.ts';
import { apart } from './apart.ts';
import type { OwnContext, OwnRoutine } from './own-routine.ts';
import { QUIET } from './reader.ts';
import { stated } from './stated.ts';
import { drivingCurrent } from './threshold.ts';

/** Spikes that are counted per reading; the driving current is this many times the least that makes all neurons fire. */
const SPIKES = 24;
const STRONGER = 2;
/** s: rise of a driven neuron from its reset to its threshold, at the most. */
const RISE = 12e-6;
/** Relative deviation that no working counter shows. */
const TOLERANCE = 0.1;

/** What the counter can do nearest to a period. */
export interface RefractoryCodes {
  readonly count: number;
  readonly scale: number;
  /** Period of the divided clock, s. */
  readonly clock: number;
  /** Hold-off in periods of that clock. */
  readonly mask: number;
}

/** Codes of a refractory period (s) and a hold-off (s). Throws InfeasibleError for what the counter cannot do, with the range that it can. */
export function refractoryCodes({ capabilities }: Pick<Substrate, 'capabilities'>, period: number, holdOff: number): RefractoryCodes {
  const { refractory } = capabilities;
  if (refractory === undefined) throw new InfeasibleError('targets.refractory needs a chip with refractory counters');
  const { clock: base, scales, largest, holdOffLargest } = refractory;
  const at = (scale: number): number => base * 2 ** scale;
  const scale = Array.from({ length: scales }, (_, s) => s).find(
    (s) => Math.round(period / at(s)) <= largest && Math.round(holdOff / at(s)) <= holdOffLargest,
  );
  if (scale === undefined || Math.round(period / at(scale)) < 1)
    throw new InfeasibleError(
      `a refractory period of ${text(period)} with a hold-off of ${text(holdOff)}: the counters reach from ${text(base)} to ${text(at(scales - 1) * largest)}, hold-offs ${String(holdOffLargest)} periods of the same clock`,
    );
  const [count, mask] = [Math.round(period / at(scale)), Math.round(holdOff / at(scale))];
  if (mask >= count) throw new InfeasibleError(`a hold-off of ${text(holdOff)} leaves nothing of a refractory period of ${text(period)}`);
  return { count, scale, clock: at(scale), mask };
}

function text(seconds: number): string {
  return formatQuantity(seconds, 'time');
}

/** The routine; none without targets. */
export function refractoryRoutine({ substrate, targets, effort }: OwnContext): readonly OwnRoutine[] {
  const { refractory, holdOff = 0 } = targets;
  if (refractory === undefined) return [];
  const codes = refractoryCodes(substrate, refractory, holdOff);
  return [
    {
      name: 'refractory',
      // neurons are made to fire
      needs: ['threshold'],
      invalidates: [],
      quantities: holdOff > 0 ? ['refractory', 'hold_off'] : ['refractory'],
      wants: [
        { quantity: 'refractory', target: refractory, count: substrate.capabilities.neurons },
        ...(holdOff > 0 ? [{ quantity: 'hold_off', target: holdOff, count: substrate.capabilities.neurons } as const] : []),
      ],
      run: async () => {
        const found = await measured(substrate, codes, effort);
        const setting: Setting = { refractoryClock: codes.scale, refractory: codes.count * codes.clock, holdOff: codes.mask * codes.clock };
        return {
          setting,
          quantities: [
            quantityOf('refractory', refractory, codes.count, codes, found.period),
            ...(holdOff > 0 ? [quantityOf('hold_off', holdOff, codes.mask, codes, found.holdOff)] : []),
          ],
        };
      },
    },
  ];
}

/** Repeated readings of both times, one per circuit, s. */
async function measured(
  substrate: Substrate,
  { count, clock, scale, mask }: RefractoryCodes,
  effort: CalibrationEffort,
): Promise<{ readonly period: readonly Float64Array[]; readonly holdOff: readonly Float64Array[] }> {
  const { neurons, codes: ranges, ticksPerSecond, refractory } = substrate.capabilities;
  const current = Math.min(STRONGER * (await drivingCurrent(substrate, effort)), ranges.offset_current.max);
  await substrate.configure({
    ...QUIET,
    spiking: true,
    offsetCurrentOn: true,
    codes: { offset_current: apart(new Int32Array(neurons).fill(current), ranges.offset_current) },
  });
  const other = 2 * count <= refractory!.largest ? 2 * count : Math.max(count >> 1, 1);
  const interval = async (periods: number, held: number): Promise<Float64Array> => {
    await substrate.configure({ refractoryClock: scale, refractory: periods * clock, holdOff: held * clock });
    const until = ticksOf(SPIKES * (RISE + Math.max(count, other) * clock), ticksPerSecond);
    const { spikes } = await substrate.run({ stimulus: { releaseAt: [0] }, probes: [], until });
    return Float64Array.from(trainsOf(spikes, neurons), (train) =>
      train.length > 2 ? (train.at(-1)! - train[0]!) / (train.length - 1) / ticksPerSecond : NaN,
    );
  };
  const [period, holdOff]: [Float64Array[], Float64Array[]] = [[], []];
  for (let k = 0; k < Math.max(effort.verify, 2); k++) {
    const [plain, longer] = [await interval(count, 0), await interval(other, 0)];
    period.push(plain.map((isi, n) => ((longer[n]! - isi) * count) / (other - count)));
    if (mask === 0) continue;
    const free = await interval(count, mask);
    holdOff.push(plain.map((isi, n) => isi - free[n]!));
  }
  // others have periods of their own
  await substrate.configure({ refractoryClock: 'finest' });
  return { period, holdOff };
}

/** `code` of the quantity; a code is a period of the clock. */
function quantityOf(
  quantity: 'refractory' | 'hold_off',
  target: number,
  code: number,
  { clock }: RefractoryCodes,
  readings: readonly Float64Array[],
): CalibratedQuantity {
  return stated({
    quantity,
    unit: 's',
    target,
    codes: Array.from(readings[0]!, () => code),
    readings,
    // a count rounds by half a period
    status: (_, residual, error) => (Math.abs(residual) > Math.max(TOLERANCE * target, clock / 2) + 3 * error ? 'not reached' : 'ok'),
  });
}
