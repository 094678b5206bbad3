/**
 * What many calibrated dies say about a design before it is made: per quantity the RMS deviation of all circuits together and of the worst die, the share of dies and of circuits
 * that keep their gate with Wilson intervals, and how many standard deviations of the needed codes the range of the cell covers.
 *   covers k sigma, the smaller of both sides: where circuits stand at the end, k is the normal quantile of the share that does not (k = 1.75 where 4 % do); where none do,
 *   the distance of the end from the median code over the spread on that side, by its 84 % or 97.7 % point, whichever says less: codes of gains have long tails
 * A leak bias has modes that divide or multiply it: its range is that of all modes together, in codes of the smallest.
 */
import { percentiles, studentQuantile, wilsonInterval } from '../analysis/index.ts';
import {
  factsOf,
  LEAK_MODES,
  type CalibrationResult,
  type CodeUse,
  type Gates,
  type GradedQuantity,
  type MaskCauses,
  type YieldEntry,
} from '../model/index.ts';

/** Bars of a histogram of codes. */
const BINS = 32;
/** Deviation of a firing rate that still counts as near its target: the anchor's own gate. */
const NEAR = [-0.1, 0.15] as const;

/** Circuits of one quantity on one die. */
interface OnDie {
  readonly graded: GradedQuantity;
  readonly codes: readonly number[];
  readonly status: readonly string[];
  /** Codes on one scale, where modes give them several. */
  readonly scaled?: readonly number[];
}

/** One entry per graded quantity, in the order of the dies' own. `highest` is the largest code of a cell, `modeFactor` what a mode of the leak bias has over the one below. */
export function yieldEntries(dies: readonly CalibrationResult[], gates: Gates, highest: number, modeFactor = 1): readonly YieldEntry[] {
  const names = [...new Set(dies.flatMap(({ graded }) => graded.map(({ quantity }) => quantity)))];
  return names.map((quantity) => {
    const all = dies.flatMap((die): readonly OnDie[] => {
      const graded = die.graded.find((one) => one.quantity === quantity);
      const searched = die.quantities.find((one) => one.quantity === quantity);
      if (graded === undefined || searched === undefined) return [];
      const { codes, status } = searched;
      const modes = factsOf(quantity).cell === 'leak_bias' ? die.leakMode : undefined;
      return [{ graded, codes, status, ...(modes && { scaled: codes.map((code, n) => code * modeFactor ** modes[n]!) }) }];
    });
    return entryOf(quantity, all, gates, highest, modeFactor ** (LEAK_MODES.length - 1));
  });
}

/** What falls short of its gate, in words; nothing when all is well. */
export function shortfalls(entries: readonly YieldEntry[], gates: Gates): readonly string[] {
  const missing = [...new Set([...Object.keys(gates.rms), ...Object.keys(gates.ratio)])].filter(
    (name) => !entries.some(({ quantity }) => quantity === name),
  );
  return [
    ...missing.map((name) => `${name}: has a gate but was not calibrated`),
    ...entries.flatMap(({ quantity, gate, rmsAfter, rmsBefore, maskedShare, dies, within, codes, causes }) => [
      ...(within !== undefined && (within.share ?? 0) < gates.rate
        ? [
            `${quantity}: ${(100 * (within.share ?? 0)).toFixed(1)} % of the circuits within 0.9 to 1.15 of the target, ${String(100 * gates.rate)} % wanted`,
          ]
        : []),
      ...((gates.ratio[quantity] ?? Infinity) < rmsAfter / rmsBefore
        ? [`${quantity}: RMS after over before ${(rmsAfter / rmsBefore).toPrecision(3)} over its gate of ${String(gates.ratio[quantity])}`]
        : []),
      ...(gate !== null && !(rmsAfter <= gate) ? [`${quantity}: RMS ${rmsAfter.toPrecision(3)} over its gate of ${String(gate)}`] : []),
      ...(maskedShare > gates.masked
        ? [
            `${quantity}: ${(100 * maskedShare).toFixed(2)} % of the circuits masked, ${String(100 * gates.masked)} % allowed (${reasonsOf(causes, codes)})`,
          ]
        : []),
      ...(dies.share !== null && dies.share < gates.dies
        ? [`${quantity}: ${(100 * dies.share).toFixed(1)} % of the dies keep the gate, ${String(100 * gates.dies)} % wanted`]
        : []),
    ]),
  ];
}

/** Why circuits are masked, most frequent first. */
function reasonsOf({ atLimit, notRead, notReached, noisy, other }: MaskCauses, codes: CodeUse | null): string {
  const range = codes === null ? '' : `, trim range covers ${codes.covers.toFixed(1)} sigma`;
  return [
    { count: atLimit, text: `at an end of the range of their code${range}` },
    { count: notRead, text: 'without a reading: silent, or their converter channel ends before the level' },
    { count: notReached, text: 'read far from the target' },
    { count: noisy, text: 'outliers' },
    { count: other, text: 'by another quantity of the circuit' },
  ]
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .map(({ count, text }) => `${String(count)} ${text}`)
    .join('; ');
}

/** Masked circuits by the status of this quantity; those that are masked though it is well belong to others. */
function causesOf(all: readonly OnDie[]): MaskCauses {
  const causes = { atLimit: 0, notRead: 0, notReached: 0, noisy: 0, other: 0 };
  const names: Readonly<Record<string, keyof MaskCauses>> = {
    'at limit': 'atLimit',
    masked: 'notRead',
    'not reached': 'notReached',
    noisy: 'noisy',
  };
  for (const { graded, status } of all)
    graded.masked.forEach((dead, n) => {
      if (dead) causes[names[status[n]!] ?? 'other']++;
    });
  return causes;
}

function entryOf(quantity: GradedQuantity['quantity'], all: readonly OnDie[], gates: Gates, highest: number, widest: number): YieldEntry {
  const { unit, target } = all[0]!.graded;
  const gate = gates.rms[quantity] ?? null;
  // what is brought to the weakest of a die has another target on every die
  const deviationOf = (own: GradedQuantity, value: number): number => (value - own.target) / (unit === 'LSB' ? 1 : own.target);
  let [squares, squaresBefore, judged, masked, circuits, good, near] = [0, 0, 0, 0, 0, 0, 0];
  for (const { graded } of all) {
    graded.masked.forEach((dead, n) => {
      circuits++;
      if (dead) {
        masked++;
        return;
      }
      const deviation = deviationOf(graded, graded.after[n]!);
      squares += deviation * deviation;
      squaresBefore += deviationOf(graded, graded.before[n]!) ** 2;
      judged++;
      if (deviation >= NEAR[0] && deviation <= NEAR[1]) near++;
      // a gate is an RMS: a circuit is good when it is within twice of it, as 95 % of a normal law are
      if (gate !== null && Math.abs(deviation) <= 2 * gate) good++;
    });
  }
  const keeps = ({ graded }: OnDie): boolean =>
    gate === null || (graded.rmsAfter <= gate && graded.masked.filter(Boolean).length <= gates.masked * graded.masked.length);
  const coverage = all.flatMap(({ graded }) => (graded.coverage === undefined ? [] : [graded.coverage]));
  const stated = coverage.reduce((sum, one) => sum + one.circuits, 0);
  const share = (within: 'within68' | 'within95'): number | null =>
    stated === 0 ? null : coverage.reduce((sum, one) => sum + one[within], 0) / stated;
  return {
    quantity,
    unit,
    target,
    gate,
    rmsBefore: judged === 0 ? 0 : Math.sqrt(squaresBefore / judged),
    rmsAfter: judged === 0 ? 0 : Math.sqrt(squares / judged),
    worstDie: Math.max(...all.map(({ graded }) => graded.rmsAfter)),
    maskedShare: masked / circuits,
    causes: causesOf(all),
    dies: wilsonInterval(all.filter(keeps).length, all.length),
    circuits: wilsonInterval(gate === null ? judged : good, circuits),
    coverage: { within68: share('within68'), within95: share('within95') },
    codes:
      factsOf(quantity).fixed === true
        ? null
        : codeUse(all, factsOf(quantity).largestCode ?? highest, factsOf(quantity).cell === 'leak_bias' ? widest : 1),
    ...(quantity === 'rate' ? { within: wilsonInterval(near, circuits) } : {}),
  };
}

/** `widest`: how much further the range of the widest mode reaches than that of the smallest. */
function codeUse(all: readonly OnDie[], highest: number, widest: number): CodeUse {
  const codes = all.flatMap((die) => die.codes);
  const scaled = all.flatMap((die) => die.scaled ?? die.codes);
  const [low2, low, middle, high, high2] = percentiles(scaled, [0.0228, 0.1587, 0.5, 0.8413, 0.9772]) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [median] = percentiles(codes, [0.5]) as [number];
  const bins = Math.min(BINS, highest + 1);
  const histogram = Array.from({ length: bins }, () => 0);
  for (const code of codes) histogram[Math.min(Math.floor((code * bins) / (highest + 1)), bins - 1)]!++;
  const limits = all.flatMap((die) => die.codes.filter((_, n) => die.status[n] === 'at limit'));
  const atLimit = limits.length;
  const atTop = limits.filter((code) => code > highest / 2).length;
  const upwards = sideCovers(highest * widest - middle, [high - middle, (high2 - middle) / 2], atTop / codes.length);
  const downwards = sideCovers(middle, [middle - low, (middle - low2) / 2], (atLimit - atTop) / codes.length);
  return {
    lowest: 0,
    highest,
    median,
    covers: Number(Math.min(upwards, downwards).toPrecision(4)),
    atLowest: codes.filter((code) => code <= 0).length,
    atHighest: codes.filter((code) => code >= highest).length,
    atLimit,
    histogram,
  };
}

/** Standard deviations from the median to an end of the range: by the share of the circuits that stand there, else by what a standard deviation is on this side. */
function sideCovers(room: number, deviations: readonly number[], beyond: number): number {
  return beyond > 0 ? studentQuantile(1 - beyond, Infinity) : room / Math.max(...deviations, 1e-9);
}
