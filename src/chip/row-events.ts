/**
 * Stimulus events on synapse rows: an event on row r reaches every neuron of the die through its own synapse of row r of its core. What it does to neuron n is
 *   step of dV/dt = weight / largest weight x drive(n, sign) x synapse factor(row, n)
 * with the fixed pattern of the die in the factor: the synapse's own strength and that of its driver. It acts from its tick on, also in the middle of a step.
 */
import { InfeasibleError } from '../base/index.ts';
import type { DenseRows, LifBank } from '../kernels/index.ts';
import type { ChipCard, RowEvent, ShortTermCodes, Stimulus } from '../model/index.ts';
import type { CircuitParameters } from './circuit.ts';
import type { DieLayout } from './die-layout.ts';
import { trimmedSynapse } from './driver-trim.ts';
import { ShortTerm, shortTermPlan, type ShortTermPlan } from './short-term.ts';

/** Events of one run by the analog step in which they arrive. */
export interface RowEventPlan {
  readonly byStep: ReadonlyMap<number, readonly RowEvent[]>;
  /** Weight of the synapses as a share of full scale. */
  readonly share: number;
}

/** The synapse rows of one die, as a stimulus reaches them. */
export class RowEvents {
  readonly #card: ChipCard;
  readonly #die: DieLayout;
  /** One row of effective weights in the memory of the bank, rewritten for every event. */
  readonly #scratch: DenseRows;
  /** Factors of all neurons by row within a core: drawn when a row is first used, because a die has more synapses than an experiment ever touches. */
  readonly #factors = new Map<number, Float64Array>();
  #drivers: ShortTermPlan | undefined;
  #trim: Uint8Array | undefined;
  #shortTerm: ShortTerm | undefined;

  /** `bank` holds all neurons of the die and is the only one to which these rows deliver. */
  constructor(card: ChipCard, die: DieLayout, bank: LifBank) {
    this.#card = card;
    this.#die = die;
    this.#scratch = bank.placeDense(1, die.neurons, new Float32Array(die.neurons));
    this.#drivers = shortTermPlan(card, die);
  }

  /** Codes of the drivers' short-term plasticity and their trim from the next run on. */
  drivers(shortTerm: ShortTermCodes | undefined, trim: Uint8Array | undefined): void {
    if (trim !== this.#trim) this.#factors.clear();
    this.#trim = trim;
    this.#drivers = shortTermPlan(this.#card, this.#die, shortTerm, trim);
  }

  /** All drivers rested, as at the begin of a run. */
  rest(): void {
    this.#shortTerm = this.#drivers && new ShortTerm(this.#drivers);
  }

  /** An event of the step to come that ends `remaining` seconds after it; `time` is that of the event since the begin of the run, s. */
  deliver(bank: LifBank, { row, sign }: RowEvent, share: number, parameters: CircuitParameters, remaining: number, time: number): void {
    this.drives({ row, sign }, share, parameters, time);
    bank.deliverRow(this.#scratch, 0, sign < 0, remaining);
  }

  /** What an event does to every neuron, step of dV/dt in V/s; its driver has then seen it. Valid until the next event. */
  drives({ row, sign }: Pick<RowEvent, 'row' | 'sign'>, share: number, parameters: CircuitParameters, time: number): Float32Array {
    const drive = sign > 0 ? parameters.driveExcitatory : parameters.driveInhibitory;
    const factors = this.#factorsOf(row);
    const weights = this.#scratch.row(0);
    for (let n = 0; n < weights.length; n++) weights[n] = share * drive[n]! * factors[n]!;
    if (this.#shortTerm !== undefined) this.#fade(weights, row, time);
    return weights;
  }

  /** Every core has a driver of its own for this row. */
  #fade(weights: Float32Array, row: number, time: number): void {
    const { cores, neurons_per_core, rows_per_core } = this.#card.geometry;
    for (let core = 0; core < cores.value; core++) {
      const width = this.#shortTerm!.event(core * rows_per_core.value + row, time);
      for (let n = core * neurons_per_core.value; n < (core + 1) * neurons_per_core.value; n++) weights[n]! *= width;
    }
  }

  #factorsOf(row: number): Float64Array {
    let factors = this.#factors.get(row);
    if (factors === undefined) {
      const { geometry } = this.#card;
      const core = (n: number): number => Math.floor(n / geometry.neurons_per_core.value);
      factors = Float64Array.from({ length: this.#die.neurons }, (_, n) =>
        trimmedSynapse(this.#card, this.#die, core(n) * geometry.rows_per_core.value + row, n, this.#trim),
      );
      this.#factors.set(row, factors);
    }
    return factors;
  }
}

/** Sorts the events of a run into its `steps` steps of `stepTicks`; events after the end never come. Throws InfeasibleError for rows and weights that the chip has not. */
export function planRowEvents({ rowEvents = [], weight }: Stimulus, card: ChipCard, stepTicks: number, steps: number): RowEventPlan {
  const rows = card.geometry.rows_per_core.value;
  const largest = 2 ** card.synapse.weight_bits.value - 1;
  const wrong = rowEvents.find(({ row }) => !Number.isInteger(row) || row < 0 || row >= rows);
  if (wrong !== undefined)
    throw new InfeasibleError(`row ${String(wrong.row)}: the cores of ${card.name} have rows 0 to ${String(rows - 1)}`);
  const code = weight ?? largest;
  if (!Number.isInteger(code) || code < 0 || code > largest) {
    throw new InfeasibleError(`weight ${String(code)}: synapses of ${card.name} hold whole numbers from 0 to ${String(largest)}`);
  }
  const byStep = new Map<number, RowEvent[]>();
  // the total order of events: by tick, then row, then sign, whatever order they were given in
  for (const event of rowEvents.toSorted((a, b) => a.tick - b.tick || a.row - b.row || b.sign - a.sign)) {
    const step = Math.floor(event.tick / stepTicks);
    if (step >= steps) continue;
    if (!byStep.has(step)) byStep.set(step, []);
    byStep.get(step)!.push(event);
  }
  return { byStep, share: code / largest };
}
