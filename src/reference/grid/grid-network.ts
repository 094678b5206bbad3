/**
 * Network on the grid, in plain TypeScript: NEST-compatible to the last spike. A spike of step k (told at its end) reaches a target with a delay of d steps at the end of
 * step k + d; delays are at least one step and count as dendritic. Arrivals wait in a ring of slots, one sum per neuron and sign.
 * Within a step: all neurons move; their spikes, in ascending order, are put into later slots. Sums are in the order of (step, source, place in the row).
 * The kernel (kernel-network.ts) does the same for large networks and agrees bit for bit.
 */
import { InfeasibleError } from '../../base/index.ts';
import type { PlasticSynapses } from '../plastic-synapses.ts';
import type { GridBank } from './grid-bank.ts';

/** Synapses in compressed rows: those of neuron s are entries offsets[s] to offsets[s + 1] - 1. */
export interface GridSynapses {
  readonly offsets: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  readonly weights: ArrayLike<number>; // pA, mV or nS after the model; the sign selects the synapse
  readonly delays: ArrayLike<number>; // steps, at least 1
}

/** What came out: spikes in order of (step, neuron); step k ends at (k + 1) h. */
export interface GridRun {
  readonly steps: Float64Array;
  readonly neurons: Uint32Array;
  /** Voltages (mV) after each step that was asked for, one column per probed neuron. */
  readonly voltages: readonly Float64Array[];
}

/** Where a grid network stands; restored, it goes on bit by bit. */
export interface GridSnapshot {
  readonly step: number;
  readonly bank: Readonly<Record<string, Float64Array>>;
  readonly excitation: readonly Float64Array[];
  readonly inhibition: readonly Float64Array[];
}

/** Adds to what arrives at the end of `step`, one sum per neuron and sign. */
export type GridInput = (step: number, excitation: Float64Array, inhibition: Float64Array) => void;

/** Told the spikes of own neurons in a step (ascending), gives the sources whose spikes are to be sent, in the numbers of the rows. */
export type GridExchange = (step: number, own: readonly number[]) => ArrayLike<number>;

/** What a network needs to know of one that it is a share of. */
export interface GridOfWhole {
  readonly longestDelay: number; // steps, of all synapses
  readonly exchange: GridExchange;
}

/** What runs a network on the grid: the plain network here, or the kernel. */
export interface GridEngine {
  run(steps: number, probes?: readonly number[], arrive?: GridInput): GridRun;
  snapshot(): GridSnapshot;
  restore(snapshot: GridSnapshot): void;
}

/** A network that is run step by step. Throws InfeasibleError for synapses that do not fit the neurons. */
export class GridNetwork implements GridEngine {
  readonly #bank: GridBank;
  readonly #synapses: GridSynapses;
  readonly #excitation: readonly Float64Array[]; // by slot
  readonly #inhibition: readonly Float64Array[];
  readonly #plastic: PlasticSynapses | undefined;
  readonly #exchange: GridExchange;
  #step = 0;

  /**
   * Weights of plastic synapses are those of a relative weight of 1; their delays are dendritic. A share of a network has a row per neuron of the whole, with the synapses onto its
   * own neurons.
   */
  constructor(bank: GridBank, synapses: GridSynapses, plastic?: PlasticSynapses, whole?: GridOfWhole) {
    this.#plastic = plastic;
    this.#bank = bank;
    this.#synapses = synapses;
    this.#exchange = whole?.exchange ?? ((_step, own) => own);
    const longest = Math.max(longestDelay(synapses, bank.count, whole !== undefined), whole?.longestDelay ?? 1);
    const slots = (): Float64Array[] => Array.from({ length: longest + 1 }, () => new Float64Array(bank.count));
    this.#excitation = slots();
    this.#inhibition = slots();
  }

  /** Takes `steps` steps; `probes` are the neurons whose voltage is read after each of them, `arrive` adds what comes from outside at the end of a step. */
  run(steps: number, probes: readonly number[] = [], arrive?: GridInput): GridRun {
    const when: number[] = [];
    const who: number[] = [];
    const voltages = probes.map(() => new Float64Array(steps));
    for (let k = 0; k < steps; k++) {
      const slot = this.#step % this.#excitation.length;
      const first = who.length;
      arrive?.(this.#step, this.#excitation[slot]!, this.#inhibition[slot]!);
      this.#bank.step(this.#excitation[slot]!, this.#inhibition[slot]!, (neuron) => {
        when.push(this.#step);
        who.push(neuron);
      });
      this.#excitation[slot]!.fill(0);
      this.#inhibition[slot]!.fill(0);
      const own = who.slice(first);
      if (this.#plastic !== undefined) for (const neuron of own) this.#plastic.fired(neuron, this.#step, 0);
      const sources = this.#exchange(this.#step, own);
      for (let i = 0; i < sources.length; i++) this.#send(sources[i]!);
      probes.forEach((neuron, probe) => (voltages[probe]![k] = this.#bank.voltage(neuron)));
      this.#step++;
    }
    this.#plastic?.settle(this.#step);
    return { steps: Float64Array.from(when), neurons: Uint32Array.from(who), voltages };
  }

  snapshot(): GridSnapshot {
    return {
      step: this.#step,
      bank: this.#bank.snapshot(),
      excitation: copies(this.#excitation),
      inhibition: copies(this.#inhibition),
    };
  }

  restore(snapshot: GridSnapshot): void {
    this.#step = snapshot.step;
    this.#bank.restore(snapshot.bank);
    snapshot.excitation.forEach((slot, i) => this.#excitation[i]!.set(slot));
    snapshot.inhibition.forEach((slot, i) => this.#inhibition[i]!.set(slot));
  }

  #send(source: number): void {
    const { offsets, targets, weights, delays } = this.#synapses;
    const slots = this.#excitation.length;
    for (let i = offsets[source]!; i < offsets[source + 1]!; i++) {
      const slot = (this.#step + delays[i]!) % slots;
      const place = this.#plastic?.placeOf[i] ?? -1;
      const weight = place < 0 ? weights[i]! : weights[i]! * this.#plastic!.transmit(place, this.#step, 0);
      const sums = weight >= 0 ? this.#excitation[slot]! : this.#inhibition[slot]!;
      sums[targets[i]!]! += weight;
    }
  }
}

function copies(slots: readonly Float64Array[]): Float64Array[] {
  return slots.map((slot) => slot.slice());
}

/** The longest delay; InfeasibleError for rows, targets or delays that are none. */
export function longestDelay({ offsets, targets, weights, delays }: GridSynapses, count: number, isShare: boolean): number {
  const total = targets.length;
  const rows = offsets.length - 1;
  if ((!isShare && rows !== count) || offsets[0] !== 0 || offsets[rows] !== total || weights.length !== total || delays.length !== total) {
    throw new InfeasibleError(`synapses: expected ${String(count)} rows over ${String(total)} targets, weights and delays`);
  }
  let longest = 1;
  for (let i = 0; i < total; i++) {
    const delay = delays[i]!;
    if (!(targets[i]! >= 0 && targets[i]! < count))
      throw new InfeasibleError(`synapse ${String(i)}: target ${String(targets[i])} of ${String(count)}`);
    if (!Number.isInteger(delay) || delay < 1)
      throw new InfeasibleError(`synapse ${String(i)}: found a delay of ${String(delay)} steps, expected at least 1`);
    if (!Number.isFinite(weights[i]!)) throw new InfeasibleError(`synapse ${String(i)}: found weight ${String(weights[i])}`);
    longest = Math.max(longest, delay);
  }
  return longest;
}

/** Rows from an edge list, the edges of a row in the order of the list. */
export function rowsOf(
  count: number,
  edges: readonly { readonly source: number; readonly target: number; readonly weight: number; readonly delay: number }[],
): GridSynapses {
  const offsets = new Uint32Array(count + 1);
  for (const { source } of edges) {
    if (!(source >= 0 && source < count)) throw new InfeasibleError(`edge from neuron ${String(source)} of ${String(count)}`);
    offsets[source + 1]!++;
  }
  for (let s = 0; s < count; s++) offsets[s + 1]! += offsets[s]!;
  const next = offsets.slice();
  const targets = new Uint32Array(edges.length);
  const weights = new Float64Array(edges.length);
  const delays = new Uint32Array(edges.length);
  for (const { source, target, weight, delay } of edges) {
    const at = next[source]!++;
    targets[at] = target;
    weights[at] = weight;
    delays[at] = delay;
  }
  return { offsets, targets, weights, delays };
}
