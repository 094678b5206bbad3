/**
 * Are two groups further apart than their members are among themselves? With pairwise distances d of all members,
 *   statistic = mean of d between the groups - mean of d within the groups (all pairs within either group together)
 * and p = the share of all ways to deal the members into groups of these sizes that give at least this statistic. All ways are counted where there are at most
 * `EXACT_UP_TO` (10 against 10: 184,756), else seeded draws with the observed one among them. This is the judge of equivalence: the distances within the teacher's own seeds
 * are the yardstick, so no tolerance has to be invented.
 * Sources: Pitman 1937, Supplement to the Journal of the Royal Statistical Society 4:119; Mielke, Berry and Johnson 1976, Communications in Statistics A5:1409 (distances
 * between and within groups); Phipson and Smyth 2010, Statistical Applications in Genetics and Molecular Biology 9:39 (draws).
 */
import { Chance, InternalError } from '../base/index.ts';

export interface GroupDistances {
  /** Mean distance of pairs with one member in each group. */
  readonly between: number;
  /** Mean distance of pairs within a group. */
  readonly within: number;
  /** One-sided: small when the groups are apart. */
  readonly p: number;
  readonly method: 'exact' | 'drawn';
  /** Ways to deal that were looked at. */
  readonly ways: number;
}

export interface PermutationOptions {
  /** Seed of the draws; not used when all ways are counted. 1 unless given. */
  readonly seed?: number;
  /** Number of draws, 20,000 unless given. */
  readonly draws?: number;
}

const EXACT_UP_TO = 200_000;
/** Relative: sums of the same distances in another order differ in the last bits. */
const ROUNDING = 1e-12;

/**
 * Permutation test of group distances. `distance(i, j)` for members 0..count-1 is symmetric, and asked once per pair i < j; the first `first` members are one group, the
 * others the second. Throws InternalError with fewer than two members in a group or a distance that is not finite.
 */
export function groupDistanceTest(
  count: number,
  first: number,
  distance: (i: number, j: number) => number,
  { seed = 1, draws = 20_000 }: PermutationOptions = {},
): GroupDistances {
  if (first < 2 || count - first < 2)
    throw new InternalError(`groups of ${String(first)} and ${String(count - first)}: each needs two members`);
  const matrix = distances(count, distance);
  const deal = new Deal(matrix, count, first);
  const observed = deal.statistic(Array.from({ length: first }, (_, i) => i));
  const bar = observed.value - ROUNDING * Math.max(observed.between, observed.within);
  const ways = waysToDeal(count, first);
  if (ways <= EXACT_UP_TO) {
    const atLeast = deal.countAll(bar);
    return { between: observed.between, within: observed.within, p: atLeast / ways, method: 'exact', ways };
  }
  const chance = new Chance(seed, 'bootstrap');
  let atLeast = 1;
  for (let draw = 0; draw < draws; draw++) {
    if (deal.statistic(Array.from(chance.permutation(draw, count).subarray(0, first))).value >= bar) atLeast++;
  }
  return { between: observed.between, within: observed.within, p: atLeast / (draws + 1), method: 'drawn', ways: draws + 1 };
}

function distances(count: number, distance: (i: number, j: number) => number): Float64Array {
  const matrix = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const value = distance(i, j);
      if (!Number.isFinite(value)) throw new InternalError(`the distance of members ${String(i)} and ${String(j)} is not finite`);
      matrix[i * count + j] = value;
      matrix[j * count + i] = value;
    }
  }
  return matrix;
}

function waysToDeal(count: number, first: number): number {
  let ways = 1;
  for (let k = 1; k <= first; k++) ways = (ways * (count - first + k)) / k;
  return Math.round(ways);
}

/** Statistics of ways to deal the members into two groups of fixed sizes. */
class Deal {
  readonly #matrix: Float64Array;
  readonly #count: number;
  readonly #first: number;
  readonly #total: number;
  readonly #pairsWithin: number;
  readonly #pairsBetween: number;

  constructor(matrix: Float64Array, count: number, first: number) {
    const second = count - first;
    this.#matrix = matrix;
    this.#count = count;
    this.#first = first;
    this.#total = matrix.reduce((sum, value) => sum + value, 0) / 2;
    this.#pairsWithin = (first * (first - 1) + second * (second - 1)) / 2;
    this.#pairsBetween = first * second;
  }

  statistic(group: readonly number[]): { value: number; between: number; within: number } {
    const inside = new Uint8Array(this.#count);
    for (const member of group) inside[member] = 1;
    let within = 0;
    for (let i = 0; i < this.#count; i++) {
      for (let j = i + 1; j < this.#count; j++) if (inside[i] === inside[j]) within += this.#matrix[i * this.#count + j]!;
    }
    return this.#ofWithin(within);
  }

  /** Number of ways whose statistic reaches the bar: members are dealt one after the other, sums carried along. */
  countAll(bar: number): number {
    const groups: [number[], number[]] = [[], []];
    const room = [this.#first, this.#count - this.#first];
    let reached = 0;
    const deal = (member: number, within: number): void => {
      if (member === this.#count) {
        if (this.#ofWithin(within).value >= bar) reached++;
        return;
      }
      for (const side of [0, 1] as const) {
        const group = groups[side];
        if (group.length === room[side]) continue;
        let sum = within;
        for (const other of group) sum += this.#matrix[member * this.#count + other]!;
        group.push(member);
        deal(member + 1, sum);
        group.pop();
      }
    };
    deal(0, 0);
    return reached;
  }

  #ofWithin(sum: number): { value: number; between: number; within: number } {
    const within = sum / this.#pairsWithin;
    const between = (this.#total - sum) / this.#pairsBetween;
    return { value: between - within, between, within };
  }
}
