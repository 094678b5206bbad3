/**
 * Joint search: several knobs at once, a noisy loss, a fixed budget. The interface, and the honest frame around every method:
 *   explore   the method proposes points, each is evaluated `repeats` times, the method learns the mean
 *   confirm   the best few candidates are evaluated afresh, the one with the least fresh mean wins
 *   verify    the winner is evaluated afresh once more, and only these losses are reported
 * The best single reading of a noisy loss is mostly luck; confirming and verifying take it out of the choice and out of the report.
 * Points lie in the unit cube; whoever drives the search maps them to codes. A loss that is NaN counts as Infinity.
 */
import { InternalError } from '../base/index.ts';

export interface JointOptions {
  /** Number of knobs. */
  readonly dimensions: number;
  /** Evaluations in all: exploring, confirming and verifying. */
  readonly budget: number;
  readonly seed: number;
  /** Searches with one seed and different units draw different numbers: the circuit, for example. 0 unless given. */
  readonly unit?: number;
  /** Evaluations of every proposed point, 1 unless given. */
  readonly repeats?: number;
  /** Candidates that are confirmed, 4 unless given. */
  readonly finalists?: number;
  /** Fresh evaluations of each finalist, 3 unless given. */
  readonly confirm?: number;
  /** Fresh evaluations of the winner, 3 unless given. */
  readonly verify?: number;
  /** Where to begin, in the unit cube: evaluated first; the middle unless given. */
  readonly start?: Float64Array;
  /** Standard deviation of the first steps, in the unit cube; 0.3 unless given. Random search draws from the whole cube whatever it is. */
  readonly spread?: number;
}

/** What a method has to know. */
export interface MethodOptions {
  readonly dimensions: number;
  /** Proposals that it will be asked for. */
  readonly proposals: number;
  readonly seed: number;
  readonly unit: number;
  readonly start: Float64Array;
  readonly spread: number;
}

/** A method proposes points and learns from their losses, one by one. */
export interface JointMethod {
  propose(): Float64Array;
  learn(point: Float64Array, loss: number): void;
}

export interface JointResult {
  readonly point: Float64Array;
  /** Mean of the fresh evaluations of the winner, which took no part in choosing it. */
  readonly loss: number;
  /** Mean loss of the winner while it was explored: what the search believed. */
  readonly believed: number;
  readonly evaluations: number;
}

interface Candidate {
  readonly point: Float64Array;
  readonly believed: number;
  readonly fresh: number[];
}

/** The frame around one method: ask for a point, tell its loss, until it is done. */
export class JointSearch {
  readonly #method: JointMethod;
  readonly #repeats: number;
  readonly #proposals: number;
  readonly #finalists: number;
  readonly #confirm: number;
  readonly #verify: number;
  readonly #candidates: Candidate[] = [];
  #current: { readonly point: Float64Array; readonly losses: number[] };
  #proposed = 0;
  #final: readonly Candidate[] | undefined;
  #winner: Candidate | undefined;
  readonly #verified: number[] = [];
  #evaluations = 0;

  /** `make` builds the method. Throws InternalError for a budget that leaves nothing to explore and for a start outside the unit cube. */
  constructor(make: (options: MethodOptions) => JointMethod, options: JointOptions) {
    const { dimensions, budget, seed, unit = 0, repeats = 1, finalists = 4, confirm = 3, verify = 3, spread = 0.3 } = options;
    const start = options.start ?? new Float64Array(dimensions).fill(0.5);
    this.#proposals = Math.floor((budget - finalists * confirm - verify) / repeats);
    if (!(this.#proposals >= 1 && finalists >= 1 && confirm >= 1 && verify >= 1 && repeats >= 1)) {
      throw new InternalError(`a budget of ${String(budget)} evaluations leaves nothing to explore`);
    }
    if (start.length !== dimensions || start.some((value) => !(value >= 0 && value <= 1))) {
      throw new InternalError(`a joint search starts at a point of ${String(dimensions)} numbers from 0 to 1`);
    }
    [this.#repeats, this.#finalists, this.#confirm, this.#verify] = [repeats, finalists, confirm, verify];
    this.#method = make({ dimensions, proposals: this.#proposals, seed, unit, start, spread });
    this.#current = { point: this.#method.propose(), losses: [] };
  }

  get done(): boolean {
    return this.#verified.length >= this.#verify;
  }

  /** The point to evaluate next; not to be changed. */
  ask(): Float64Array {
    if (this.#winner !== undefined) return this.#winner.point;
    if (this.#final !== undefined) return this.#nextFinalist().point;
    return this.#current.point;
  }

  tell(loss: number): void {
    if (this.done) throw new InternalError('the search is over');
    this.#evaluations++;
    const told = Number.isNaN(loss) ? Infinity : loss;
    if (this.#winner !== undefined) {
      this.#verified.push(told);
    } else if (this.#final !== undefined) {
      this.#nextFinalist().fresh.push(told);
      if (this.#final.every(({ fresh }) => fresh.length >= this.#confirm)) this.#winner = best(this.#final, ({ fresh }) => mean(fresh));
    } else {
      this.#explored(told);
    }
  }

  result(): JointResult {
    if (!this.done || this.#winner === undefined) throw new InternalError('the search is not over');
    return {
      point: this.#winner.point.slice(),
      loss: mean(this.#verified),
      believed: this.#winner.believed,
      evaluations: this.#evaluations,
    };
  }

  #explored(loss: number): void {
    const { point, losses } = this.#current;
    losses.push(loss);
    if (losses.length < this.#repeats) return;
    const believed = mean(losses);
    this.#method.learn(point, believed);
    this.#candidates.push({ point, believed, fresh: [] });
    this.#proposed++;
    if (this.#proposed < this.#proposals) {
      this.#current = { point: this.#method.propose(), losses: [] };
      return;
    }
    this.#final = this.#candidates.toSorted((a, b) => a.believed - b.believed || 0).slice(0, this.#finalists);
  }

  /** The finalists take turns, so that a drift during the confirmation meets all alike. */
  #nextFinalist(): Candidate {
    return best(this.#final!, ({ fresh }) => fresh.length);
  }
}

/** The first item with the least value. */
function best<T>(items: readonly T[], value: (item: T) => number): T {
  return items.reduce((least, item) => (value(item) < value(least) ? item : least));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A coordinate mirrored at the walls of the unit interval until it lies inside. */
export function reflected(value: number): number {
  const folded = Math.abs(value) % 2;
  return folded > 1 ? 2 - folded : folded;
}
