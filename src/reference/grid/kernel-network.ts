/**
 * A network on the grid in the WebAssembly kernel: LIF neurons with exponential or delta synapses that do not learn. Spikes, voltages and snapshots are those of GridNetwork bit by bit (the same
 * operations in the same order), so either goes on from the other's snapshot.
 */
import { InfeasibleError } from '../../base/index.ts';
import { GridRows, unfitRows, type RowsState } from '../../kernels/grid-rows.ts';
import type { GridBank } from './grid-bank.ts';
import { GridLifDelta, GridLifExp } from './grid-lif.ts';
import type { GridCounts } from './grid-counts.ts';
import {
  longestDelay,
  type GridEngine,
  type GridInput,
  type GridOfWhole,
  type GridRun,
  type GridSnapshot,
  type GridSynapses,
} from './grid-network.ts';

/** Told how often the constant currents of the banks have changed. */
export interface CurrentVersion {
  readonly changes: number;
}

/** Why these neurons and synapses are not for the kernel; undefined when they are. */
export function outsideKernel(
  banks: readonly GridBank[],
  synapses: GridSynapses,
  isPlastic: boolean,
  whole?: GridOfWhole,
): string | undefined {
  if (isPlastic) return 'synapses are plastic';
  if (banks.some((bank) => !isLif(bank))) return 'a population is not LIF with exponential or delta synapses';
  const neurons = banks.reduce((sum, { count }) => sum + count, 0);
  return unfitRows(neurons, synapses.targets.length, Math.max(longestOf(synapses.delays), whole?.longestDelay ?? 1));
}

/** One network. Throws InfeasibleError for synapses that do not fit the neurons. */
export class KernelNetwork implements GridEngine {
  readonly bytesPerSynapse: number;
  readonly #banks: readonly Lif[];
  readonly #rows: GridRows;
  readonly #longest: number;
  readonly #whole: GridOfWhole | undefined;
  readonly #currents: CurrentVersion;
  readonly #counts: readonly { readonly counts: GridCounts; readonly table: ReturnType<GridRows['placeDistribution']> }[];
  #changes = -1;

  /** The banks must be those that `outsideKernel` lets pass. */
  constructor(
    banks: readonly GridBank[],
    synapses: GridSynapses,
    currents: CurrentVersion,
    counts: readonly GridCounts[] = [],
    whole?: GridOfWhole,
  ) {
    this.#banks = banks.filter(isLif);
    const neurons = this.#banks.reduce((sum, { count }) => sum + count, 0);
    this.#longest = Math.max(longestDelay(synapses, neurons, whole !== undefined), whole?.longestDelay ?? 1);
    this.#whole = whole;
    this.#currents = currents;
    this.#rows = new GridRows(
      this.#banks.map((bank) => bank.record()),
      synapses,
      this.#longest,
    );
    this.bytesPerSynapse = this.#rows.bytesPerSynapse;
    this.#counts = counts.map((one) => ({ counts: one, table: this.#rows.placeDistribution(one.mean) }));
    this.#load(this.#columns());
  }

  run(steps: number, probes: readonly number[] = [], arrive?: GridInput): GridRun {
    const rows = this.#rows;
    const [when, who]: [number[], number[]] = [[], []];
    const voltages = probes.map(() => new Float64Array(steps));
    const rests = probes.map((probe) => this.#restOf(probe));
    const { voltage, constant } = rows.state();
    for (let k = 0; k < steps; k++) {
      const { step } = rows;
      const { excitation, inhibition } = rows.slot(step);
      arrive?.(step, excitation, inhibition);
      if (this.#changes !== this.#currents.changes) this.#setCurrents(constant);
      for (const { counts, table } of this.#counts) {
        const bin = counts.binAt(step);
        if (bin !== undefined) rows.count(counts, table, bin);
      }
      const own = Array.from(rows.move());
      for (const neuron of own) {
        when.push(step);
        who.push(neuron);
      }
      rows.deliver(this.#whole === undefined ? own : this.#whole.exchange(step, own));
      probes.forEach((probe, p) => (voltages[p]![k] = voltage[probe]! + rests[p]!));
    }
    return { steps: Float64Array.from(when), neurons: Uint32Array.from(who), voltages };
  }

  snapshot(): GridSnapshot {
    const { voltage, exc, inh, refractory } = this.#rows.state();
    const slots = Array.from({ length: this.#longest + 1 }, (_, slot) => this.#rows.slot(this.#stepOf(slot)));
    return {
      step: this.#rows.step,
      bank: { voltage: voltage.slice(), exc: exc.slice(), inh: inh.slice(), refractory: Float64Array.from(refractory) },
      excitation: slots.map(({ excitation }) => excitation.slice()),
      inhibition: slots.map(({ inhibition }) => inhibition.slice()),
    };
  }

  restore(snapshot: GridSnapshot): void {
    this.#rows.step = snapshot.step;
    this.#load(snapshot.bank);
    snapshot.excitation.forEach((sums, slot) => this.#rows.slot(this.#stepOf(slot)).excitation.set(sums));
    snapshot.inhibition.forEach((sums, slot) => this.#rows.slot(this.#stepOf(slot)).inhibition.set(sums));
  }

  /** The step, of those that something can arrive at, whose slot in a ring of longest delay + 1 is this one. */
  #stepOf(slot: number): number {
    const { step } = this.#rows;
    const slots = this.#longest + 1;
    return step + ((slot - (step % slots) + slots) % slots);
  }

  #columns(): Readonly<Record<string, Float64Array>> {
    const parts = this.#banks.map((bank) => bank.snapshot());
    const joined = (name: string): Float64Array => Float64Array.from(parts.flatMap((part) => Array.from(part[name]!)));
    return { voltage: joined('voltage'), exc: joined('exc'), inh: joined('inh'), refractory: joined('refractory') };
  }

  #load(columns: Readonly<Record<string, Float64Array>>): void {
    const state = this.#rows.state();
    for (const name of ['voltage', 'exc', 'inh', 'refractory'] as const satisfies readonly (keyof RowsState)[]) {
      const column = columns[name];
      if (column?.length !== state[name].length || column.some(Number.isNaN))
        throw new InfeasibleError('the snapshot is of another network');
      state[name].set(column);
    }
  }

  #setCurrents(constant: Float64Array): void {
    this.#changes = this.#currents.changes;
    let first = 0;
    for (const bank of this.#banks) {
      constant.set(Float64Array.from(bank.current), first);
      first += bank.count;
    }
  }

  #restOf(neuron: number): number {
    let first = 0;
    for (const bank of this.#banks) {
      if (neuron < first + bank.count) return bank.rest;
      first += bank.count;
    }
    return 0;
  }
}

type Lif = GridLifExp | GridLifDelta;

function isLif(bank: GridBank): bank is Lif {
  return bank instanceof GridLifExp || bank instanceof GridLifDelta;
}

function longestOf(delays: ArrayLike<number>): number {
  let longest = 1;
  for (let k = 0; k < delays.length; k++) if (delays[k]! > longest) longest = delays[k]!;
  return longest;
}
