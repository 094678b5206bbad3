/**
 * From factors to points. A plan is the full factorial of its factors, times dies, times seeds; every combination is one point, named by what it computes: the hash of model
 * version, resolved configuration, die and seed. Two combinations that resolve to the same computation are one point, so nothing is computed twice under two labels.
 */
import { hashOf, InfeasibleError } from '../base/index.ts';
import { MODEL_VERSION } from '../model/index.ts';

/** Dotted paths into the cards and the values they take. */
export type Overrides = Readonly<Record<string, string | number | boolean>>;

/** Factor -> level -> what it changes. */
export type Factors = Readonly<Record<string, Readonly<Record<string, Overrides>>>>;

/** One combination of levels. */
export interface Design {
  /** Level of every factor by name. */
  readonly levels: Readonly<Record<string, string>>;
  /** The levels of the factors that vary, for people. */
  readonly label: string;
  /** Of all levels together, short paths first: a whole card is chosen before fields of it are changed. */
  readonly overrides: Overrides;
}

/** One design on one die under one seed. Plain data: it is sent to workers as it is. */
export interface Point {
  readonly id: string;
  /** Position in the plan. */
  readonly index: number;
  /** Design, and die and seed where there are several: "mesh, 25 MHz, die 3". */
  readonly label: string;
  /** Labels of other combinations that turned out to be this very computation. */
  readonly aliases: readonly string[];
  readonly design: Design;
  readonly die: number;
  readonly seed: number;
}

/** What makes the points of a plan. */
export interface PlanOptions {
  readonly factors: Factors;
  readonly dies: readonly number[];
  readonly seeds: readonly number[];
  /** Everything that the result of a design depends on (its cards with every default filled in, effort, durations), as plain data. Only hashed. */
  readonly resolve: (design: Design) => unknown;
  /** Changes every id; by default the version of the models. */
  readonly modelVersion?: number;
}

/** A plan above this size is a typing error: its list of points alone would be some hundred megabytes. */
const MOST_POINTS = 1_000_000;

/** The points of a plan: designs as they are written (the last factor turns fastest), then dies, then seeds. Throws InfeasibleError for a plan without points or far too many. */
export function planPoints({ factors, dies, seeds, resolve, modelVersion = MODEL_VERSION }: PlanOptions): Point[] {
  checkSize(factors, dies, seeds);
  const points = new Map<string, Point & { readonly aliases: string[] }>();
  for (const design of factorial(factors)) {
    const configuration = hashOf(resolve(design));
    for (const die of dies) {
      for (const seed of seeds) {
        const id = hashOf({ modelVersion, configuration, die, seed });
        const label = pointLabel(design, die, dies.length > 1, seed, seeds.length > 1);
        const known = points.get(id);
        if (known === undefined) points.set(id, { id, index: points.size, label, aliases: [], design, die, seed });
        else if (known.label !== label && !known.aliases.includes(label)) known.aliases.push(label);
      }
    }
  }
  return [...points.values()];
}

/** All combinations of the levels of all factors; without factors one empty design. Throws InfeasibleError when two factors change the same thing. */
export function factorial(factors: Factors): Design[] {
  refuseCommonPaths(factors);
  let combinations: (readonly [factor: string, level: string])[][] = [[]];
  for (const [factor, levels] of Object.entries(factors)) {
    combinations = combinations.flatMap((chosen) => Object.keys(levels).map((level) => chosen.concat([[factor, level]])));
  }
  return combinations.map((chosen) => {
    const levels = Object.fromEntries(chosen);
    return { levels, label: designLabel(factors, levels), overrides: mergeOverrides(factors, levels) };
  });
}

function checkSize(factors: Factors, dies: readonly number[], seeds: readonly number[]): void {
  const sizes: [string, number][] = Object.entries(factors).map(([factor, levels]) => [`factor ${factor}`, Object.keys(levels).length]);
  sizes.push(['dies', dies.length], ['seeds', seeds.length]);
  const empty = sizes.find(([, size]) => size === 0);
  if (empty !== undefined) throw new InfeasibleError(`the plan has no points: ${empty[0]} has no entry, at least one is needed`);
  const points = sizes.reduce((product, [, size]) => product * size, 1);
  if (points > MOST_POINTS) {
    const product = sizes.map(([name, size]) => `${String(size)} (${name})`).join(' x ');
    throw new InfeasibleError(`the plan has ${product} = ${String(points)} points, at most ${String(MOST_POINTS)} are possible`);
  }
}

/** With a common path the later factor would silently undo the earlier one, and labels would lie. */
function refuseCommonPaths(factors: Factors): void {
  const owner = new Map<string, string>();
  for (const [factor, levels] of Object.entries(factors)) {
    for (const path of Object.values(levels).flatMap((overrides) => Object.keys(overrides))) {
      const other = owner.get(path) ?? factor;
      if (other !== factor) throw new InfeasibleError(`factors ${other} and ${factor} both change ${path}: one path belongs to one factor`);
      owner.set(path, factor);
    }
  }
}

function mergeOverrides(factors: Factors, levels: Readonly<Record<string, string>>): Overrides {
  const merged = Object.entries(levels).flatMap(([factor, level]) => Object.entries(factors[factor]?.[level] ?? {}));
  merged.sort(([a], [b]) => depth(a) - depth(b) || (a < b ? -1 : 1));
  return Object.fromEntries(merged);
}

function depth(path: string): number {
  return path.split('.').length;
}

/** A level is named alone where that is clear; "on" of one factor beside "on" of another, or a bare number, is named with its factor. */
function designLabel(factors: Factors, levels: Readonly<Record<string, string>>): string {
  const varying = Object.keys(factors).filter((factor) => Object.keys(factors[factor]!).length > 1);
  const parts = varying.map((factor) => {
    const level = levels[factor]!;
    const shared = varying.some((other) => other !== factor && Object.hasOwn(factors[other]!, level));
    return shared || level.trim() === '' || Number.isFinite(Number(level)) ? `${factor} ${level}` : level;
  });
  return parts.join(', ') || 'the only design';
}

function pointLabel(design: Design, die: number, dieVaries: boolean, seed: number, seedVaries: boolean): string {
  return [design.label, ...(dieVaries ? [`die ${String(die)}`] : []), ...(seedVaries ? [`seed ${String(seed)}`] : [])].join(', ');
}
