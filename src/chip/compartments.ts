/**
 * Neuron circuits joined into dendrites by inter-compartment conductances, in f64:
 *   dV_n/dt = leak_n(V_n) + synapses_n + current_n + sum over joined circuits k of g_nk / C_n (V_k - V_n)
 * All circuits of a part advance together, by fourth-order Runge-Kutta on every stretch between arrivals; a stretch ends early at the first crossing of any comparator, or where a refractory
 * period ends. A circuit in its refractory period stands at its reset plateau and goes on to pull its neighbours. Circuits on the far side of a join have their comparator switched off.
 * Noise is added at the end of a step as in accurate.ts. Stretches are at most the shortest time constant there is, C / g of the joins included.
 * Source: facts of the switches: haldls lola neuron.h (inter-compartment conductance, divided and multiplied); cable equation in compartments: Rall 1964.
 */
import { Chance, exp, InternalError, tanh } from '../base/index.ts';
import { firstCrossing, LONGEST } from './accurate.ts';
import type { CircuitParameters, Joins } from './circuit.ts';
import { joinsWithin } from './joined.ts';
import { synapticDrive } from './synaptic-input.ts';
import { SMALLEST_FRACTION, noiseOf, type MembraneOptions, type Membranes, type MembraneSnapshot, type StepSpikes } from './membranes.ts';

/** Spikes of one part in one step for which there is room, per circuit. */
const MOST_SPIKES = 64;
/** A remainder of time below this is none, s. */
const INSTANT = 1e-18;

/** Membranes of a range of circuits of which some are joined. */
export class CompartmentMembranes implements Membranes {
  readonly #p: CircuitParameters;
  readonly #o: MembraneOptions;
  readonly #joins: Joins;
  readonly #v: Float64Array;
  readonly #excitatory: Float64Array;
  readonly #inhibitory: Float64Array;
  readonly #current: Float64Array;
  readonly #remaining: Float64Array;
  /** Longest stretch of all circuits, s. */
  readonly #longest: number;
  /** Whether a circuit has its comparator on. */
  readonly #comparing: Uint8Array;
  readonly #spikes: StepSpikes;
  readonly #chance: Chance;
  #arrivals: { readonly n: number; readonly sign: number; readonly drive: number; readonly remaining: number }[] = [];
  /** Membranes and slopes of the stages of a trial step. */
  readonly #stage: readonly [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

  /** Throws InfeasibleError for a join that leaves this part. */
  constructor(parameters: CircuitParameters, options: MembraneOptions) {
    const { first, count } = options;
    if (parameters.joins === undefined) throw new InternalError('compartments need their joins');
    this.#joins = joinsWithin(parameters.joins, first, count);
    const zeros = (): Float64Array => new Float64Array(count);
    this.#p = parameters;
    this.#o = options;
    this.#v = parameters.rest.slice(first, first + count);
    this.#excitatory = zeros();
    this.#inhibitory = zeros();
    this.#current = zeros();
    this.#remaining = zeros();
    const rates = parameters.tauMem.slice(first, first + count).map((tau) => 1 / tau);
    this.#joins.soma.forEach((n, j) => (rates[n]! += this.#joins.somaRate[j]!));
    this.#joins.dendrite.forEach((n, j) => (rates[n]! += this.#joins.dendriteRate[j]!));
    this.#longest = rates.reduce((least, rate) => (rate > 0 ? Math.min(least, LONGEST / rate) : least), Infinity);
    this.#comparing = new Uint8Array(count).fill(1);
    for (const n of this.#joins.dendrite) this.#comparing[n] = 0;
    this.#spikes = { count: 0, circuit: new Uint32Array(MOST_SPIKES * count), fraction: new Float64Array(MOST_SPIKES * count) };
    this.#chance = new Chance(options.noiseSeed, 'noise', options.dieSeed);
    this.#stage = [zeros(), zeros(), zeros(), zeros(), zeros(), zeros(), zeros()];
  }

  voltages(): Float64Array {
    return this.#v.slice();
  }

  deliver(circuit: number, sign: number, drive: number, remaining: number): void {
    this.#arrivals.push({ n: circuit - this.#o.first, sign, drive, remaining });
  }

  setCurrent(slopes: Float64Array): void {
    this.#current.set(slopes);
  }

  advance(index: number): StepSpikes {
    this.#spikes.count = 0;
    let left = this.#o.step;
    for (const { n, sign, drive, remaining } of this.#arrivals) {
      const until = Math.min(remaining, left);
      this.#stretch(left, until);
      left = until;
      if (sign > 0) this.#excitatory[n]! += drive;
      else this.#inhibitory[n]! += drive;
    }
    this.#arrivals = [];
    this.#stretch(left, 0);
    this.#addNoise(index);
    return this.#spikes;
  }

  snapshot(): MembraneSnapshot {
    return { kind: 'compartments', columns: this.#state().map((column) => column.slice()) };
  }

  restore({ columns }: MembraneSnapshot): void {
    this.#state().forEach((column, i) => column.set(columns[i]!));
  }

  #state(): readonly Float64Array[] {
    return [this.#v, this.#excitatory, this.#inhibitory, this.#remaining];
  }

  /** Advances all circuits from `from` to `to` seconds before the end of the step. */
  #stretch(from: number, to: number): void {
    let left = from;
    while (left - to > INSTANT) {
      let h = Math.min(left - to, this.#longest);
      for (const pause of this.#remaining) if (pause > 0 && pause < h) h = pause;
      const next = this.#trial(h);
      const crossed = this.#earliest(next, h);
      if (crossed === undefined) this.#accept(next, h);
      else {
        const time = crossed.at * h;
        if (time > 0) this.#accept(this.#trial(time), time);
        this.#fire(crossed.n, 1 - (left - time) / this.#o.step);
        h = time;
      }
      left -= h;
    }
  }

  /** Membranes after h, from the present ones. */
  #trial(h: number): Float64Array {
    const [k1, k2, k3, k4, a, next] = this.#stage;
    const v = this.#v;
    this.#slopes(v, 0, k1);
    for (let n = 0; n < v.length; n++) a[n] = v[n]! + (h / 2) * k1[n]!;
    this.#slopes(a, h / 2, k2);
    for (let n = 0; n < v.length; n++) a[n] = v[n]! + (h / 2) * k2[n]!;
    this.#slopes(a, h / 2, k3);
    for (let n = 0; n < v.length; n++) a[n] = v[n]! + h * k3[n]!;
    this.#slopes(a, h, k4);
    for (let n = 0; n < v.length; n++) next[n] = v[n]! + (h / 6) * (k1[n]! + 2 * k2[n]! + 2 * k3[n]! + k4[n]!);
    return next;
  }

  /** dV/dt of all circuits, `time` after the synaptic lines were as they are stored; 0 in the refractory period. */
  #slopes(v: Float64Array, time: number, out: Float64Array): void {
    const { first, linearRange } = this.#o;
    const p = this.#p;
    for (let n = 0; n < v.length; n++) {
      const c = first + n;
      const distance = p.rest[c]! - v[n]!;
      const restoring = linearRange === Infinity ? distance : linearRange * tanh(distance / linearRange);
      const e = this.#excitatory[n] === 0 ? 0 : this.#excitatory[n]! * exp(-time / p.tauSynExcitatory[c]!);
      const i = this.#inhibitory[n] === 0 ? 0 : this.#inhibitory[n]! * exp(-time / p.tauSynInhibitory[c]!);
      out[n] = restoring / p.tauMem[c]! + synapticDrive(p.inputs, c, v[n]!, e, i) + this.#current[n]!;
    }
    const { soma, dendrite, somaRate, dendriteRate } = this.#joins;
    for (let j = 0; j < soma.length; j++) {
      const [a, b] = [soma[j]!, dendrite[j]!];
      const difference = v[b]! - v[a]!;
      out[a]! += somaRate[j]! * difference;
      out[b]! -= dendriteRate[j]! * difference;
    }
    for (let n = 0; n < v.length; n++) if (this.#remaining[n]! > 0) out[n] = 0;
  }

  /** The first comparator that fires on the way to `next`, and after which part of h. */
  #earliest(next: Float64Array, h: number): { readonly n: number; readonly at: number } | undefined {
    const k1 = this.#stage[0];
    const end = this.#stage[6];
    this.#slopes(next, h, end);
    let found: { n: number; at: number } | undefined;
    for (let n = 0; n < next.length; n++) {
      if (this.#comparing[n] === 0 || this.#remaining[n]! > 0) continue;
      const at = firstCrossing(this.#v[n]!, next[n]!, k1[n]! * h, end[n]! * h, this.#p.threshold[this.#o.first + n]!);
      if (at !== undefined && (found === undefined || at < found.at)) found = { n, at };
    }
    return found;
  }

  #accept(next: Float64Array, h: number): void {
    const { first } = this.#o;
    this.#v.set(next);
    for (let n = 0; n < next.length; n++) {
      this.#excitatory[n]! *= exp(-h / this.#p.tauSynExcitatory[first + n]!);
      this.#inhibitory[n]! *= exp(-h / this.#p.tauSynInhibitory[first + n]!);
      const left = this.#remaining[n]! - h;
      this.#remaining[n] = left < INSTANT ? 0 : left;
    }
  }

  #fire(n: number, fraction: number): void {
    const c = this.#o.first + n;
    const { circuit, count } = this.#spikes;
    if (count === circuit.length) throw new InternalError(`over ${String(MOST_SPIKES)} spikes per circuit in one step`);
    circuit[count] = c;
    this.#spikes.fraction[count] = Math.max(fraction, SMALLEST_FRACTION);
    this.#spikes.count++;
    this.#v[n] = this.#p.reset[c]!;
    this.#remaining[n] = this.#p.reset[c]! < this.#p.threshold[c]! ? this.#o.refractory : Math.max(this.#o.refractory, this.#o.step);
  }

  #addNoise(index: number): void {
    const { noise, step, first } = this.#o;
    if (noise === 0) return;
    for (let n = 0; n < this.#v.length; n++) {
      const c = first + n;
      if (this.#remaining[n]! > 0 || this.#p.tauMem[c] === Infinity) continue;
      this.#v[n]! +=
        noiseOf(this.#o, this.#p.tauMem[c]!) * Math.sqrt(1 - exp((-2 * step) / this.#p.tauMem[c]!)) * this.#chance.normal(c, index);
      if (this.#comparing[n] === 1 && this.#v[n]! >= this.#p.threshold[c]!) this.#fire(n, 1);
    }
  }
}
