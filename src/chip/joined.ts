/**
 * Neuron circuits joined into dendrites, for integrators that take circuits one by one: what flows through the inter-compartment conductances is a current into each membrane,
 *   i_n = sum over joined circuits k of g_nk / C_n (V_k - V_n),
 * constant over a sub-step of length h and extrapolated to its middle (Adams and Bashforth, second order): V(t + h/2) = 3/2 V(t) - 1/2 V(t - h). A membrane at rest with its neighbours stays
 * where the coupled equations have it. A membrane that spikes at the fraction f of a sub-step has stood at its reset for the rest of it: what the joins have carried wrongly
 * meanwhile is made up for in the next sub-step, where V is not extrapolated; the last rise of the upstroke is left out, so errors at spikes are of first order. `fast` takes a step as one
 * sub-step, `accurate` as eight.
 * Circuits on the far side of a join have their comparator and their exponential switched off. A circuit in its reset goes on to pull its neighbours.
 * The same equations of circuits without exponential and adaptation, all at once and of fourth order: compartments.ts.
 */
import { InfeasibleError, InternalError } from '../base/index.ts';
import type { CircuitParameters, Joins } from './circuit.ts';
import { NEVER } from './faults.ts';
import { SMALLEST_FRACTION, type Membranes, type MembraneOptions, type MembraneSnapshot, type StepSpikes } from './membranes.ts';

/** Largest (g / C of both sides) x sub-step: beyond it the extrapolation rings. */
const STIFF = 0.5;

/** Joins between circuits of a part, counted from its first. Throws InfeasibleError for a join that leaves it. */
export function joinsWithin({ soma, dendrite, somaRate, dendriteRate }: Joins, first: number, count: number): Joins {
  const inside = (c: number): boolean => c >= first && c < first + count;
  const mine = Array.from(soma, (_, j) => j).filter((j) => inside(soma[j]!) || inside(dendrite[j]!));
  const torn = mine.find((j) => !inside(soma[j]!) || !inside(dendrite[j]!));
  if (torn !== undefined)
    throw new InfeasibleError(
      `circuits ${String(soma[torn])} and ${String(dendrite[torn])} are joined: the chip cannot be cut between them (fewer --parts)`,
    );
  return {
    soma: Uint32Array.from(mine, (j) => soma[j]! - first),
    dendrite: Uint32Array.from(mine, (j) => dendrite[j]! - first),
    somaRate: Float64Array.from(mine, (j) => somaRate[j]!),
    dendriteRate: Float64Array.from(mine, (j) => dendriteRate[j]!),
  };
}

export class JoinedMembranes implements Membranes {
  readonly #inner: Membranes;
  readonly #joins: Joins;
  readonly #step: number;
  readonly #parts: number;
  readonly #first: number;
  /** Currents from outside, and with what flows through the joins, V/s. */
  readonly #current: Float64Array;
  readonly #sum: Float64Array;
  /** Membranes one sub-step ago (now, where they are not to be extrapolated), and what their neighbours saw of them in the last one, V. */
  readonly #before: Float64Array;
  readonly #seen: Float64Array;
  /** What neighbours saw too low of each membrane, to be made up for, V. */
  readonly #owed: Float64Array;
  readonly #spikes: StepSpikes;
  #arrivals: { readonly circuit: number; readonly sign: number; readonly drive: number; readonly remaining: number }[] = [];

  /** `make` builds the membranes of single circuits that are joined here; `parts` are the sub-steps of a step. Throws InfeasibleError for joins too stiff for the step. */
  constructor(
    parameters: CircuitParameters,
    options: MembraneOptions,
    parts: number,
    make: (parameters: CircuitParameters, options: MembraneOptions) => Membranes,
  ) {
    const { first, count, step } = options;
    if (parameters.joins === undefined) throw new InternalError('joined circuits need their joins');
    this.#joins = joinsWithin(parameters.joins, first, count);
    const rates = new Float64Array(count);
    const { soma, dendrite, somaRate, dendriteRate } = this.#joins;
    soma.forEach((n, j) => (rates[n]! += somaRate[j]!));
    dendrite.forEach((n, j) => (rates[n]! += dendriteRate[j]!));
    const stiffest = soma.reduce((most, n, j) => Math.max(most, rates[n]! + rates[dendrite[j]!]!), 0);
    if (stiffest * (step / parts) > STIFF)
      throw new InfeasibleError(
        `joined circuits equalise within ${(1e9 / stiffest).toPrecision(3)} ns: the step must be at most ${((1e9 * STIFF * parts) / stiffest).toPrecision(3)} ns, found ${(1e9 * step).toPrecision(3)} ns`,
      );
    this.#inner = make(silenced(parameters, parameters.joins), { ...options, step: step / parts });
    this.#step = step;
    this.#parts = parts;
    this.#current = new Float64Array(count);
    this.#sum = new Float64Array(count);
    this.#before = this.#inner.voltages();
    this.#seen = new Float64Array(count);
    this.#owed = new Float64Array(count);
    this.#first = first;
    const room = 64 * count;
    this.#spikes = { count: 0, circuit: new Uint32Array(room), fraction: new Float64Array(room) };
  }

  voltages(): Float64Array {
    return this.#inner.voltages();
  }

  deliver(circuit: number, sign: number, drive: number, remaining: number): void {
    this.#arrivals.push({ circuit, sign, drive, remaining });
  }

  setCurrent(slopes: Float64Array): void {
    this.#current.set(slopes);
  }

  advance(index: number): StepSpikes {
    const parts = this.#parts;
    const h = this.#step / parts;
    const all = this.#spikes;
    all.count = 0;
    let next = 0;
    for (let k = 0; k < parts; k++) {
      const left = this.#step - (k + 1) * h; // of the step when this part ends
      for (; next < this.#arrivals.length; next++) {
        const { circuit, sign, drive, remaining } = this.#arrivals[next]!;
        if (k < parts - 1 && remaining <= left) break;
        this.#inner.deliver(circuit, sign, drive, Math.min(Math.max(remaining - left, 0), h));
      }
      this.#flow();
      const { count, circuit, fraction } = this.#inner.advance(index * parts + k);
      if (all.count + count > all.circuit.length) throw new InternalError('over 64 spikes per circuit in one step');
      for (let i = 0; i < count; i++, all.count++) {
        all.circuit[all.count] = circuit[i]!;
        all.fraction[all.count] = Math.max((k + fraction[i]!) / parts, SMALLEST_FRACTION);
      }
      if (count > 0) this.#afterSpikes(count, circuit, fraction);
    }
    this.#arrivals = [];
    return all;
  }

  snapshot(): MembraneSnapshot {
    const { kind, columns } = this.#inner.snapshot();
    return { kind: `joined ${kind}`, columns: [...columns, this.#before.slice(), this.#owed.slice(), this.#current.slice()] };
  }

  restore({ kind, columns }: MembraneSnapshot): void {
    this.#inner.restore({ kind: kind.slice('joined '.length), columns: columns.slice(0, -3) });
    [this.#before, this.#owed, this.#current].forEach((column, i) => column.set(columns.at(i - 3)!));
  }

  /** Gives the inner membranes the currents of the next sub-step. */
  #flow(): void {
    const v = this.#inner.voltages();
    const { soma, dendrite, somaRate, dendriteRate } = this.#joins;
    const [seen, before, owed, sum] = [this.#seen, this.#before, this.#owed, this.#sum];
    for (let n = 0; n < v.length; n++) seen[n] = 1.5 * v[n]! - 0.5 * before[n]!;
    sum.set(this.#current);
    for (let j = 0; j < soma.length; j++) {
      const [a, b] = [soma[j]!, dendrite[j]!];
      const difference = seen[b]! + owed[b]! - seen[a]! - owed[a]!;
      sum[a]! += somaRate[j]! * difference;
      sum[b]! -= dendriteRate[j]! * difference;
    }
    before.set(v);
    owed.fill(0);
    this.#inner.setCurrent(sum);
  }

  #afterSpikes(count: number, circuit: Uint32Array, fraction: Float64Array): void {
    const v = this.#inner.voltages();
    for (let i = 0; i < count; i++) {
      const n = circuit[i]! - this.#first;
      this.#owed[n] = fraction[i]! * this.#before[n]! + (1 - fraction[i]!) * v[n]! - this.#seen[n]!;
      this.#before[n] = v[n]!;
    }
  }
}

/** Parameters with comparator and exponential of the circuits on the far side of a join switched off. */
function silenced(parameters: CircuitParameters, { dendrite }: Joins): CircuitParameters {
  const off = (values: Float64Array, value: number): Float64Array => {
    const changed = values.slice();
    for (const n of dendrite) changed[n] = value;
    return changed;
  };
  const { adex, joins: _, ...rest } = parameters;
  return {
    ...rest,
    threshold: off(parameters.threshold, NEVER),
    ...(adex && { adex: { ...adex, exponentialRate: off(adex.exponentialRate, 0) } }),
  };
}
