/**
 * Joint fit of a neuron to a firing pattern: parameter by parameter is not enough where a pattern hangs on the balance of several, so the codes of all of them are searched
 * together, every circuit on its own and all in parallel, on nothing but the spikes of step responses.
 *   search   separable CMA-ES around the codes that the single routines found, every proposal tried a few times, the best confirmed and verified afresh (search room)
 *   settle   a code that is written again has another write noise, and some patterns do not forgive it: each circuit is written next to its winner until its trials show the
 *            pattern, less demanding from round to round, and is not touched after that
 * Only the trials after that, on circuits as they stand, are reported.
 */
import { Chance, ticksOf } from '../../base/index.ts';
import { firingPattern } from '../../analysis/index.ts';
import type { NeuronCell, Setting, Substrate } from '../../model/index.ts';
import { JointSearch, separableCmaEs } from '../../search/index.ts';
import { trainsOf } from './before-spikes.ts';
import { countKept, patternLoss, type PatternGoal } from './pattern-loss.ts';

/** How hard the fit tries. */
export interface PatternEffort {
  /** Trials of the search, per circuit and all in parallel. */
  readonly budget: number;
  /** Trials of every proposal. */
  readonly repeats: number;
  /** Rounds of settling, and trials in each. */
  readonly rounds: number;
  readonly trials: number;
  readonly seed: number;
}

/** What the fit left on the die. */
export interface PatternFit {
  readonly setting: Setting;
  /** Loss per circuit that the search verified on fresh trials. */
  readonly loss: Float64Array;
  readonly runs: number;
}

/** A cell of the search: codes on both sides of its start, at least, and as a share of it. */
interface Knob {
  readonly cell: NeuronCell;
  readonly codes: number;
  readonly share: number;
}

const KNOBS: readonly Knob[] = [
  { cell: 'exponential', codes: 14, share: 0 },
  { cell: 'reset', codes: 14, share: 0 },
  { cell: 'offset_current', codes: 4, share: 0.15 },
  { cell: 'adaptation_jump', codes: 4, share: 0.3 },
  { cell: 'adaptation_strength', codes: 3, share: 0.2 },
  { cell: 'adaptation_leak', codes: 10, share: 0 },
  { cell: 'adaptation_tau', codes: 2, share: 0.15 },
];
/** Standard deviation of the first steps, of the whole span. */
const SPREAD = 0.12;
/** Codes next to the winner that settling writes. */
const AROUND = 1;

/** Fits all circuits; the setting that it returns stands on the die. `setting` holds the start, the offset current included. */
export async function fitPattern(substrate: Substrate, setting: Setting, goal: PatternGoal, effort: PatternEffort): Promise<PatternFit> {
  const { neurons } = substrate.capabilities;
  const knobs = KNOBS.filter(({ cell }) => setting.codes?.[cell]?.some((code) => code > 0) ?? false);
  const codes = Object.fromEntries(knobs.map(({ cell }) => [cell, setting.codes![cell]!.slice()]));
  const spans = knobs.map(({ cell, codes: least, share }) =>
    setting.codes![cell]!.map((code) => Math.max(least, Math.round(share * code))),
  );
  const place = (n: number, point: Float64Array): void =>
    knobs.forEach(({ cell }, k) => {
      const start = setting.codes![cell]![n]!;
      codes[cell]![n] = within(substrate, cell, Math.round(start + (2 * point[k]! - 1) * spans[k]![n]!));
    });
  await substrate.configure({ ...setting, offsetCurrentOn: true, spiking: true, holdReset: false });
  const searches = Array.from(
    { length: neurons },
    (_, unit) =>
      new JointSearch(separableCmaEs, {
        dimensions: knobs.length,
        budget: effort.budget,
        seed: effort.seed,
        unit,
        repeats: effort.repeats,
        spread: SPREAD,
      }),
  );
  let runs = 0;
  while (searches.some((search) => !search.done)) {
    searches.forEach((search, n) => (search.done ? undefined : place(n, search.ask())));
    await substrate.configure({ codes });
    const trains = await stepTrial(substrate, goal);
    runs++;
    searches.forEach((search, n) => (search.done ? undefined : search.tell(patternLoss(trains[n]!, goal))));
  }
  searches.forEach((search, n) => place(n, search.result().point));
  runs += await settle(substrate, codes, goal, effort);
  return {
    setting: { ...setting, codes: { ...setting.codes, ...codes } },
    loss: Float64Array.from(searches, (search) => search.result().loss),
    runs,
  };
}

/** One response of all circuits to the step: spike times in s since its onset. Membranes start at rest, the current with the run. */
export async function stepTrial(substrate: Substrate, { duration }: PatternGoal): Promise<readonly (readonly number[])[]> {
  const { neurons, ticksPerSecond } = substrate.capabilities;
  const { spikes } = await substrate.run({ stimulus: {}, probes: [], until: ticksOf(duration, ticksPerSecond) });
  return trainsOf(spikes, neurons).map((train) => train.map((tick) => tick / ticksPerSecond));
}

/** Writes circuits anew, a code or so next to their winner, until their trials show the pattern; changes `codes` to what stands at the end. Returns the runs it took. */
async function settle(
  substrate: Substrate,
  codes: Readonly<Record<string, Int32Array>>,
  goal: PatternGoal,
  { rounds, trials, seed }: PatternEffort,
): Promise<number> {
  const { neurons } = substrate.capabilities;
  const chance = new Chance(seed, 'search', 5);
  const cells = Object.keys(codes) as NeuronCell[];
  const winner = Object.fromEntries(cells.map((cell) => [cell, codes[cell]!.slice()]));
  const best = { score: new Float64Array(neurons).fill(-1), codes: Object.fromEntries(cells.map((cell) => [cell, codes[cell]!.slice()])) };
  const kept = new Uint8Array(neurons);
  for (let round = 0; round < rounds; round++) {
    const last = round === rounds - 1;
    for (const [k, cell] of cells.entries()) {
      for (let n = 0; n < neurons; n++) {
        if (kept[n] === 1 || round === 0) continue;
        const aside = chance.integer(n, round * cells.length + k, 2 * AROUND + 1) - AROUND;
        codes[cell]![n] = last ? best.codes[cell]![n]! : within(substrate, cell, winner[cell]![n]! + aside);
      }
    }
    await substrate.configure({ codes });
    const score = new Float64Array(neurons);
    for (let trial = 0; trial < trials; trial++) {
      const trains = await stepTrial(substrate, goal);
      trains.forEach((train, n) => {
        if (firingPattern(train, goal.duration) === goal.pattern) score[n]! += (countKept(train, goal) ? 1 : 0.5) / trials;
      });
    }
    const wanted = 1 - round / rounds;
    for (let n = 0; n < neurons; n++) {
      if (kept[n] === 1) continue;
      if (score[n]! >= wanted - 1e-9) kept[n] = 1;
      if (score[n]! > best.score[n]!) {
        best.score[n] = score[n]!;
        for (const cell of cells) best.codes[cell]![n] = codes[cell]![n]!;
      }
    }
    if (kept.every((value) => value === 1)) return (round + 1) * trials;
  }
  return rounds * trials;
}

function within({ capabilities }: Substrate, cell: NeuronCell, code: number): number {
  const { min, max } = capabilities.codes[cell];
  return Math.min(Math.max(code, min), max);
}
