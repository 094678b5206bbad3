/**
 * Moves and swaps of neurons until every core has enough synapse rows. A core needs one row per distinct pair (source, sign) with a target on it, external inputs included; a partition that
 * looks at packets alone gathers hubs until their core runs out of rows while others have many left.
 *   excess = sum over cores of max(0, rows needed - rows of a core)
 * Steepest descent: of all moves of a neuron off a core in excess (to a free circuit, or against a neuron elsewhere) the one that lowers the excess most, until none is left or none helps.
 * A partition that fits is not touched. Deterministic.
 */
import type { Network } from '../../network/index.ts';

/** What rows depend on. */
export type RowDemand = Pick<Network, 'count' | 'rowStart' | 'target' | 'weight' | 'inputs'>;

export interface RowLimits {
  readonly cores: number;
  /** Neurons per core. */
  readonly capacity: number;
  /** Synapse rows per core. */
  readonly rows: number;
}

/** The core of each neuron, changed where rows are short. What still does not fit is for the binding to refuse. */
export function fitRows(network: RowDemand, coreOf: Uint32Array, limits: RowLimits): Uint32Array {
  const demand = new Demand(network, coreOf.slice(), limits);
  while (demand.excess > 0 && demand.improve());
  return demand.coreOf;
}

/** Rows that each core needs, kept up to date while neurons move. */
class Demand {
  readonly coreOf: Uint32Array;
  readonly #limits: RowLimits;
  /** Pairs (source, sign) of the synapses onto each neuron; one entry per synapse. */
  readonly #pairs: readonly (readonly number[])[];
  /** Synapses of a pair onto a core: `pair * cores + core`. */
  readonly #synapses: Uint32Array;
  readonly #rows: Int32Array;
  readonly #filled: Uint32Array;
  #excess = 0;

  constructor(network: RowDemand, coreOf: Uint32Array, limits: RowLimits) {
    this.coreOf = coreOf;
    this.#limits = limits;
    const { pairs, count } = pairsOf(network);
    this.#pairs = pairs;
    this.#synapses = new Uint32Array(count * limits.cores);
    this.#rows = new Int32Array(limits.cores);
    this.#filled = new Uint32Array(limits.cores);
    coreOf.forEach((core, neuron) => {
      this.#filled[core]!++;
      for (const pair of pairs[neuron]!) if (this.#synapses[pair * limits.cores + core]!++ === 0) this.#rows[core]!++;
    });
    this.#rows.forEach((_, core) => (this.#excess += this.#over(core)));
  }

  get excess(): number {
    return this.#excess;
  }

  /** The best step from here, a swap only where no core with a free circuit helps; false when none lowers the excess. */
  improve(): boolean {
    const step = this.#best(false) ?? this.#best(true);
    if (step === undefined) return false;
    const home = this.coreOf[step.neuron]!;
    this.#move(step.neuron, step.core);
    if (step.partner >= 0) this.#move(step.partner, home);
    return true;
  }

  #best(swaps: boolean): Step | undefined {
    let [best, least]: [Step | undefined, number] = [undefined, this.#excess];
    const consider = (neuron: number, core: number, partner: number): void => {
      if (this.#excess < least) [best, least] = [{ neuron, core, partner }, this.#excess];
    };
    for (let neuron = 0; neuron < this.coreOf.length; neuron++) {
      const home = this.coreOf[neuron]!;
      if (this.#over(home) === 0) continue;
      for (let core = 0; core < this.#limits.cores; core++) {
        if (core === home || swaps === this.#filled[core]! < this.#limits.capacity) continue;
        this.#move(neuron, core);
        const partners = swaps ? this.coreOf.length : 0;
        if (!swaps) consider(neuron, core, -1);
        for (let partner = 0; partner < partners; partner++) {
          if (this.coreOf[partner] !== core || partner === neuron) continue;
          this.#move(partner, home);
          consider(neuron, core, partner);
          this.#move(partner, core);
        }
        this.#move(neuron, home);
      }
    }
    return best;
  }

  #over(core: number): number {
    return Math.max(0, this.#rows[core]! - this.#limits.rows);
  }

  #move(neuron: number, to: number): void {
    const { cores } = this.#limits;
    const from = this.coreOf[neuron]!;
    this.#excess -= this.#over(from) + this.#over(to);
    for (const pair of this.#pairs[neuron]!) {
      if (--this.#synapses[pair * cores + from]! === 0) this.#rows[from]!--;
      if (this.#synapses[pair * cores + to]!++ === 0) this.#rows[to]!++;
    }
    this.#excess += this.#over(from) + this.#over(to);
    this.coreOf[neuron] = to;
    this.#filled[from]!--;
    this.#filled[to]!++;
  }
}

/** A neuron goes to a core; a partner, if there is one (-1: none), comes back for it. */
interface Step {
  readonly neuron: number;
  readonly core: number;
  readonly partner: number;
}

/** Sources by sign, numbered: 2 x source + (1 if inhibitory); inputs follow the neurons. */
function pairsOf({ count, rowStart, target, weight, inputs }: RowDemand): { pairs: readonly (readonly number[])[]; count: number } {
  const pairs: number[][] = Array.from({ length: count }, () => []);
  const add = (source: number, k: number, targets: Uint32Array, weights: Float64Array): void => {
    pairs[targets[k]!]!.push(2 * source + (weights[k]! < 0 ? 1 : 0));
  };
  for (let s = 0; s < count; s++) for (let k = rowStart[s]!; k < rowStart[s + 1]!; k++) add(s, k, target, weight);
  for (let s = 0; s < inputs.count; s++)
    for (let k = inputs.rowStart[s]!; k < inputs.rowStart[s + 1]!; k++) add(count + s, k, inputs.target, inputs.weight);
  return { pairs, count: 2 * (count + inputs.count) };
}
