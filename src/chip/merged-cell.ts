/**
 * Circuits whose membranes are connected by closed switches, and membranes behind conductances: one cell, in f64.
 *   C_k dV_k/dt = sum over circuits c on membrane k of C_c (dV/dt of c alone at V_k) + sum over conductances g_kl (V_l - V_k),   C_k = sum of C_c
 * so capacitances and currents add; adaptation and synaptic lines stay with their circuit, each sees the common voltage. One comparator fires for a membrane; then the reset OTAs of all its circuits
 * pull, whose joint level is the mean weighted by capacitance, and the adaptation of every circuit jumps. Membranes behind a conductance have comparator and exponential off.
 * Noise: every circuit brings the current that makes its own rms s_c at its own tau_c, so the variance of the membrane grows by sum (C_c / C_k)^2 2 s_c^2 / tau_c per second: m equal circuits are
 * quieter by sqrt(m). It is added at the end of an analog step, for the part of it in which the membrane was free.
 * Integration: Dormand and Prince 5(4) (dormand-prince.ts), error of a step below TOLERANCE, steps halved and doubled; a crossing is found on the cubic through both ends, the step is taken again up to there and
 * corrected once by Newton. Equations: adex-circuit.ts, compartments.ts.
 */
import { exp, tanh } from '../base/index.ts';
import { firstCrossing } from './accurate.ts';
import { exponentialDrive } from './adex-circuit.ts';
import type { CircuitParameters } from './circuit.ts';
import { DormandPrinceStep } from './dormand-prince.ts';
import { noiseOf, type MembraneOptions } from './membranes.ts';
import { synapticDrive } from './synaptic-input.ts';

/** V: largest error of one step. */
const TOLERANCE = 1e-9;
/** A remainder of time below this is none, and the shortest step, s. */
export const INSTANT = 1e-18;
const SHORTEST = 1e-15;
/** Currents below this are zero, V/s. */
const SMALLEST_CURRENT = 1e-30;
/** Sweeps of the search for the rest. */
const SWEEPS = 60;

/** How the circuits of a cell hang together. */
export interface CellPlan {
  /** Circuits of the die, ascending, and the membrane of each. */
  readonly circuits: Uint32Array;
  readonly membrane: Uint32Array;
  /** Of each membrane: the circuit whose comparator fires for it, or -1 where it is a dendrite. */
  readonly fires: Int32Array;
  /** Conductances: membranes, and g / C of the circuits that they are stated for (by place in `circuits`), 1/s. */
  readonly joins: readonly {
    readonly from: { readonly place: number; readonly rate: number };
    readonly to: { readonly place: number; readonly rate: number };
  }[];
}

/** State of one cell and how it moves. The first entries of `y` are the membranes, the others the adaptation voltages. */
export class MergedCell {
  readonly plan: CellPlan;
  readonly #p: CircuitParameters;
  readonly #o: MembraneOptions;
  readonly y: Float64Array;
  readonly excitatory: Float64Array;
  readonly inhibitory: Float64Array;
  readonly current: Float64Array;
  /** Time for which a membrane is held at its reset, s: the owner counts it down. */
  readonly held: Float64Array;
  /** Share of a circuit in the capacitance of its membrane. */
  readonly #weight: Float64Array;
  /** Level of the joint reset of each membrane, V. */
  readonly reset: Float64Array;
  /** Growth of the variance of the noise, V^2/s, and the relaxation of each membrane, 1/s. */
  readonly #diffusion: Float64Array;
  readonly #relaxation: Float64Array;
  readonly #joins: readonly { readonly a: number; readonly b: number; readonly toA: number; readonly toB: number }[];
  readonly #integrator: DormandPrinceStep;
  readonly #rails: readonly [number, number];
  #length = Infinity;

  constructor(parameters: CircuitParameters, options: MembraneOptions, plan: CellPlan) {
    const { circuits, membrane, fires } = plan;
    const [count, membranes] = [circuits.length, fires.length];
    this.plan = plan;
    this.#p = parameters;
    this.#o = options;
    this.#rails = options.adex?.rails ?? [-Infinity, Infinity];
    const capacitance = Float64Array.from(circuits, (c) => parameters.capacitance?.[c] ?? 1);
    const whole = new Float64Array(membranes);
    capacitance.forEach((value, i) => (whole[membrane[i]!]! += value));
    this.#weight = capacitance.map((value, i) => value / whole[membrane[i]!]!);
    const sum = (value: (c: number, weight: number) => number): Float64Array => {
      const out = new Float64Array(membranes);
      circuits.forEach((c, i) => (out[membrane[i]!]! += value(c, this.#weight[i]!)));
      return out;
    };
    this.reset = sum((c, weight) => weight * parameters.reset[c]!).map((v) => this.withinRails(v));
    this.#diffusion = sum((c, weight) => (2 * (weight * noiseOf(options, parameters.tauMem[c]!)) ** 2) / parameters.tauMem[c]!);
    this.#relaxation = sum((c, weight) => weight / parameters.tauMem[c]!);
    this.#joins = plan.joins.map(({ from, to }) => ({
      a: membrane[from.place]!,
      b: membrane[to.place]!,
      toA: from.rate * this.#weight[from.place]!,
      toB: to.rate * this.#weight[to.place]!,
    }));
    const size = membranes + (options.adex === undefined ? 0 : count);
    this.y = new Float64Array(size);
    this.#integrator = new DormandPrinceStep(size, (y, time, out) => this.#derivative(y, time, out));
    this.excitatory = new Float64Array(count);
    this.inhibitory = new Float64Array(count);
    this.current = new Float64Array(count);
    this.held = new Float64Array(membranes);
    this.#settle(sum((c, weight) => weight * parameters.rest[c]!));
  }

  /** Forgets how long its last step was: where a run may be cut. */
  begin(): void {
    this.#length = Infinity;
  }

  /** Integrates up to `reach` seconds and no further than the first crossing of a threshold (Infinity: none), one per membrane; returns the time used and the membrane that crossed. */
  integrate(reach: number, thresholds: Float64Array): { readonly time: number; readonly crossed: number } {
    for (let done = 0; ;) {
      const over = thresholds.findIndex((threshold, k) => this.y[k]! >= threshold);
      if (over >= 0) return { time: done, crossed: over };
      const left = reach - done;
      if (left <= INSTANT) return { time: reach, crossed: -1 };
      const wanted = Math.min(left, this.#length);
      const h = this.#careful(wanted);
      const crossing = this.#earliest(thresholds, h);
      if (crossing === undefined) {
        this.#accept(h);
        done = h === left ? reach : done + h;
        continue;
      }
      return { time: done + this.#upTo(crossing.membrane, crossing.at * h, thresholds[crossing.membrane]!, h), crossed: crossing.membrane };
    }
  }

  /** The joint reset begins, with the jump of every adaptation on this membrane. */
  fire(k: number): void {
    const { adex } = this.#p;
    if (adex === undefined || this.#o.adex === undefined) return;
    this.plan.circuits.forEach((c, i) => {
      if (this.plan.membrane[i] !== k) return;
      const at = this.plan.fires.length + i;
      this.y[at] = this.#adaptationWithinRails(c, this.y[at]! + adex.adaptationJump[c]!);
    });
  }

  /** Standard deviation of the noise of a membrane after `time` seconds, V. */
  noiseAfter(k: number, time: number): number {
    const [diffusion, rate] = [this.#diffusion[k]!, this.#relaxation[k]!];
    return diffusion === 0 ? 0 : Math.sqrt((diffusion / rate / 2) * (1 - exp(-2 * time * rate)));
  }

  withinRails(v: number): number {
    return Math.min(Math.max(v, this.#rails[0]), this.#rails[1]);
  }

  columns(): readonly Float64Array[] {
    return [this.y, this.excitatory, this.inhibitory, this.current, this.held];
  }

  /** Where the leaks of all circuits and the conductances cancel; the slope taken is the steepest that it can be, so no step goes too far. */
  #settle(mean: Float64Array): void {
    const { circuits, membrane } = this.plan;
    const v = this.y.subarray(0, mean.length);
    v.set(mean);
    const steepest = this.#relaxation.slice();
    for (const { a, b, toA, toB } of this.#joins) {
      steepest[a]! += toA;
      steepest[b]! += toB;
    }
    const flow = new Float64Array(mean.length);
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      flow.fill(0);
      circuits.forEach((c, i) => (flow[membrane[i]!]! += this.#weight[i]! * this.#leak(c, v[membrane[i]!]!)));
      for (const { a, b, toA, toB } of this.#joins) {
        const difference = v[b]! - v[a]!;
        flow[a]! += toA * difference;
        flow[b]! -= toB * difference;
      }
      for (let k = 0; k < v.length; k++) if (steepest[k]! > 0) v[k]! += flow[k]! / steepest[k]!;
    }
    for (let k = 0; k < v.length; k++) v[k] = this.withinRails(v[k]!);
    if (this.#o.adex === undefined) return;
    circuits.forEach((c, i) => (this.y[mean.length + i] = this.#adaptationWithinRails(c, this.#adaptationTarget(c, v[membrane[i]!]!))));
  }

  /** A step of at most `wanted` whose error is small enough: its result is in the integrator, its length is returned. */
  #careful(wanted: number): number {
    for (let h = wanted; ; h /= 2) {
      const error = this.#integrator.take(this.y, h);
      if (error <= TOLERANCE || h <= SHORTEST) {
        // longer again after a step that was far better than it had to be; a step cut short by its reach tells nothing
        if (h < wanted || h === this.#length) this.#length = error < TOLERANCE / 64 ? 2 * h : h;
        return h;
      }
    }
  }

  #earliest(thresholds: Float64Array, h: number): { readonly membrane: number; readonly at: number } | undefined {
    const { first, last, next } = this.#integrator;
    let found: { membrane: number; at: number } | undefined;
    for (let k = 0; k < thresholds.length; k++) {
      if (thresholds[k] === Infinity) continue;
      const at = firstCrossing(this.y[k]!, next[k]!, h * first[k]!, h * last[k]!, thresholds[k]!);
      if (at !== undefined && (found === undefined || at < found.at)) found = { membrane: k, at };
    }
    return found;
  }

  /** Goes to where a membrane stands at its threshold, about `time` from now and no further than `most`; returns the time. */
  #upTo(k: number, time: number, threshold: number, most: number): number {
    const { last, next } = this.#integrator;
    this.#integrator.take(this.y, time);
    const slope = last[k]!;
    const better = slope > 0 ? Math.min(Math.max(time + (threshold - next[k]!) / slope, 0), most) : time;
    if (better !== time) this.#integrator.take(this.y, better);
    this.#accept(better);
    this.y[k] = threshold;
    return better;
  }

  #accept(h: number): void {
    const membranes = this.plan.fires.length;
    const { next } = this.#integrator;
    this.plan.circuits.forEach((c, i) => {
      const [e, j] = [
        this.excitatory[i]! * exp(-h / this.#p.tauSynExcitatory[c]!),
        this.inhibitory[i]! * exp(-h / this.#p.tauSynInhibitory[c]!),
      ];
      this.excitatory[i] = e < SMALLEST_CURRENT ? 0 : e;
      this.inhibitory[i] = j < SMALLEST_CURRENT ? 0 : j;
    });
    for (let i = 0; i < next.length; i++)
      this.y[i] = i < membranes ? this.withinRails(next[i]!) : this.#adaptationWithinRails(this.plan.circuits[i - membranes]!, next[i]!);
  }

  /** Slopes of all membranes and adaptation voltages, `time` after the synaptic lines were as they are stored. */
  #derivative(y: Float64Array, time: number, out: Float64Array): void {
    const { circuits, membrane, fires } = this.plan;
    const { adex } = this.#p;
    const membranes = fires.length;
    const [low, high] = this.#rails;
    out.fill(0);
    for (let i = 0; i < circuits.length; i++) {
      const [c, k] = [circuits[i]!, membrane[i]!];
      const v = this.withinRails(y[k]!);
      let slope = this.#leak(c, v) + this.current[i]!;
      const e = this.excitatory[i] === 0 ? 0 : this.excitatory[i]! * exp(-time / this.#p.tauSynExcitatory[c]!);
      const j = this.inhibitory[i] === 0 ? 0 : this.inhibitory[i]! * exp(-time / this.#p.tauSynInhibitory[c]!);
      slope += synapticDrive(this.#p.inputs, c, v, e, j);
      if (adex !== undefined && this.#o.adex !== undefined) {
        const u = y[membranes + i]!;
        if (fires[k]! >= 0) slope += exponentialDrive(adex, c, v);
        slope -= adex.adaptationCoupling[c]! * this.#ota(u);
        out[membranes + i] = (this.#adaptationTarget(c, v) - u) / adex.adaptationTau[c]!;
      }
      out[k]! += this.#weight[i]! * slope;
    }
    for (const { a, b, toA, toB } of this.#joins) {
      const difference = y[b]! - y[a]!;
      out[a]! += toA * difference;
      out[b]! -= toB * difference;
    }
    const tau = this.#o.adex?.resetTau ?? 0;
    for (let k = 0; k < membranes; k++) {
      if (this.held[k]! > 0) out[k] = tau === 0 ? 0 : (this.reset[k]! - y[k]!) / tau;
      else if ((y[k]! >= high && out[k]! > 0) || (y[k]! <= low && out[k]! < 0)) out[k] = 0;
    }
  }

  /** dV/dt of a circuit alone by its leak, V/s. */
  #leak(c: number, v: number): number {
    const { linearRange } = this.#o;
    const distance = this.#p.rest[c]! - v;
    return (linearRange === Infinity ? distance : linearRange * tanh(distance / linearRange)) / this.#p.tauMem[c]!;
  }

  #adaptationTarget(c: number, v: number): number {
    const adex = this.#p.adex!;
    return adex.adaptationGain[c]! * this.#ota(v - adex.adaptationLeak[c]!);
  }

  #ota(x: number): number {
    const { linearRange } = this.#o.adex!;
    return linearRange === Infinity ? x : linearRange * tanh(x / linearRange);
  }

  #adaptationWithinRails(c: number, u: number): number {
    const reference = this.withinRails(this.#p.adex!.adaptationReference[c]!);
    return Math.min(Math.max(u, this.#rails[0] - reference), this.#rails[1] - reference);
  }
}
