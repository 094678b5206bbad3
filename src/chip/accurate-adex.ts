/**
 * The `accurate` integrator of the whole neuron circuit: comparator, reset, noise and what happens in a step; adex-integrator.ts integrates the stretches in between.
 * What happens in a step: arrivals (sorted by time) cut it into stretches; a stretch ends early where the comparator fires, where a delay or a blind time ends, or at the end of the
 * reset. A crossing starts the comparator's delay; after it the event goes out, the adaptation jumps and the reset OTA pulls the membrane to its level for refractory - hold-off; until the end
 * of the refractory period the comparator is blind. The rest of the step is integrated. Noise is added once at the end of the step as in accurate.ts. Voltages stop at the rails.
 * A circuit that would fire without end (reset over the threshold, exponential on at the reset) fires at most MOST_SPIKES times per step, the rate of its event encoder.
 */
import { Chance, exp, InternalError } from '../base/index.ts';
import type { AdexParameters } from './adex-circuit.ts';
import { AdexIntegrator, INSTANT } from './adex-integrator.ts';
import type { CircuitParameters } from './circuit.ts';
import {
  SMALLEST_FRACTION,
  noiseOf,
  type AdexOptions,
  type MembraneOptions,
  type Membranes,
  type MembraneSnapshot,
  type StepSpikes,
} from './membranes.ts';

const MOST_SPIKES = 12;
/** The comparator draws its noise from units of its own. */
const COMPARATOR = 2 ** 41;

/** The whole circuit of a range of circuits in f64. */
export class AccurateAdexMembranes implements Membranes {
  readonly #p: CircuitParameters;
  readonly #x: AdexParameters;
  readonly #o: MembraneOptions;
  readonly #a: AdexOptions;
  readonly #circuits: AdexIntegrator;
  /** Time left in reset, in which the comparator is blind, and of its delay, s. */
  readonly #clamped: Float64Array;
  readonly #blind: Float64Array;
  readonly #delay: Float64Array;
  /** Threshold of the next spike over its mean, V. */
  readonly #shift: Float64Array;
  readonly #spikes: StepSpikes;
  readonly #chance: Chance;
  readonly #arrivals: number[][];
  readonly #sigma: Float64Array;
  #index = 0;
  #fired = 0;
  #free = 0;

  constructor(parameters: CircuitParameters, options: MembraneOptions) {
    const { first, count } = options;
    const { adex } = parameters;
    if (adex === undefined || options.adex === undefined) throw new InternalError('the whole circuit needs its parameters and options');
    const zeros = (): Float64Array => new Float64Array(count);
    this.#p = parameters;
    this.#x = adex;
    this.#o = options;
    this.#a = options.adex;
    this.#circuits = new AdexIntegrator(parameters, adex, options, options.adex);
    this.#clamped = zeros();
    this.#blind = zeros();
    this.#delay = zeros();
    this.#shift = zeros();
    const room = MOST_SPIKES * count;
    this.#spikes = { count: 0, circuit: new Uint32Array(room), fraction: new Float64Array(room) };
    this.#chance = new Chance(options.noiseSeed, 'noise', options.dieSeed);
    this.#arrivals = Array.from({ length: count }, () => []);
    this.#sigma = zeros().map(
      (_, n) => noiseOf(options, parameters.tauMem[first + n]!) * Math.sqrt(1 - exp((-2 * options.step) / parameters.tauMem[first + n]!)),
    );
  }

  voltages(): Float64Array {
    return this.#circuits.v.slice();
  }

  deliver(circuit: number, sign: number, drive: number, remaining: number): void {
    this.#arrivals[circuit - this.#o.first]!.push(remaining, sign, drive);
  }

  setCurrent(slopes: Float64Array): void {
    this.#circuits.current.set(slopes);
  }

  advance(index: number): StepSpikes {
    this.#spikes.count = 0;
    this.#index = index;
    for (let n = 0; n < this.#o.count; n++) this.#advanceOne(n);
    return this.#spikes;
  }

  snapshot(): MembraneSnapshot {
    return { kind: 'accurate adex', columns: this.#state().map((column) => column.slice()) };
  }

  restore({ columns }: MembraneSnapshot): void {
    this.#state().forEach((column, i) => column.set(columns[i]!));
  }

  #state(): readonly Float64Array[] {
    const { v, u, excitatory, inhibitory, current } = this.#circuits;
    return [v, u, excitatory, inhibitory, this.#clamped, this.#blind, this.#delay, this.#shift, current];
  }

  #advanceOne(n: number): void {
    const arrivals = this.#arrivals[n]!;
    let left = this.#o.step;
    this.#free = 0;
    this.#fired = 0;
    for (let k = 0; k < arrivals.length; k += 3) {
      const until = Math.min(arrivals[k]!, left);
      this.#stretch(n, left, until);
      left = until;
      if (arrivals[k + 1]! > 0) this.#circuits.excitatory[n]! += arrivals[k + 2]!;
      else this.#circuits.inhibitory[n]! += arrivals[k + 2]!;
    }
    arrivals.length = 0;
    this.#stretch(n, left, 0);
    this.#addNoise(n);
  }

  #addNoise(n: number): void {
    if (!(this.#sigma[n]! > 0) || this.#clamped[n]! > 0 || this.#fired === MOST_SPIKES) return;
    const c = this.#o.first + n;
    const wholeStep = this.#free >= this.#o.step * (1 - 1e-9);
    const sigma = wholeStep
      ? this.#sigma[n]!
      : noiseOf(this.#o, this.#p.tauMem[c]!) * Math.sqrt(1 - exp((-2 * this.#free) / this.#p.tauMem[c]!));
    this.#circuits.v[n] = this.#circuits.withinRails(this.#circuits.v[n]! + sigma * this.#chance.normal(c, this.#index));
    if (this.#comparing(n) && this.#circuits.v[n] >= this.#threshold(n)) this.#cross(n, 0);
  }

  /** Advances one circuit from `from` to `to` seconds before the end of the step. */
  #stretch(n: number, from: number, to: number): void {
    let left = from;
    while (left - to > INSTANT) {
      const pause = Math.min(this.#clamped[n]!, left - to);
      if (pause > 0) {
        this.#hold(n, pause);
        this.#clamped[n] = remainder(this.#clamped[n]!, pause);
        this.#blind[n] = remainder(this.#blind[n]!, pause);
        left -= pause;
        continue;
      }
      const delay = this.#delay[n]!;
      const blind = this.#blind[n]!;
      const reach = Math.min(left - to, delay > 0 ? delay : blind > 0 ? blind : Infinity);
      const time = this.#circuits.integrate(n, reach, this.#comparing(n) ? this.#threshold(n) : Infinity);
      this.#free += time;
      left -= time;
      this.#blind[n] = remainder(blind, time);
      if (delay > 0) {
        this.#delay[n] = remainder(delay, time);
        if (this.#delay[n] === 0) this.#fire(n, left);
      } else if (this.#circuits.crossed) this.#cross(n, left);
    }
  }

  #comparing(n: number): boolean {
    return this.#blind[n] === 0 && this.#delay[n] === 0;
  }

  #threshold(n: number): number {
    return this.#p.threshold[this.#o.first + n]! + this.#shift[n]!;
  }

  /** The comparator sees the crossing `left` seconds before the end of the step. */
  #cross(n: number, left: number): void {
    const delay = this.#x.comparatorDelay[this.#o.first + n]!;
    if (delay > 0) this.#delay[n] = delay;
    else this.#fire(n, left);
  }

  #fire(n: number, left: number): void {
    const c = this.#o.first + n;
    const { circuit, fraction, count } = this.#spikes;
    circuit[count] = c;
    fraction[count] = Math.max(1 - left / this.#o.step, SMALLEST_FRACTION);
    this.#spikes.count++;
    this.#fired++;
    const { refractory, step } = this.#o;
    const reset = this.#p.reset[c]!;
    let clamped = Math.max(refractory - this.#a.holdOff, 0);
    // without end otherwise
    if (reset >= this.#p.threshold[c]!) clamped = Math.max(clamped, step);
    if (this.#fired === MOST_SPIKES) clamped = Math.max(clamped, left);
    if (this.#a.resetTau === 0 || clamped === 0) this.#circuits.v[n] = this.#circuits.withinRails(reset);
    this.#clamped[n] = clamped;
    this.#blind[n] = Math.max(refractory, clamped);
    this.#circuits.u[n] = this.#circuits.adaptationWithinRails(c, this.#circuits.u[n]! + this.#x.adaptationJump[c]!);
    if (this.#a.comparatorNoise > 0) {
      this.#shift[n] = this.#a.comparatorNoise * this.#chance.normal(COMPARATOR + c, this.#index * MOST_SPIKES + this.#fired - 1);
    }
    this.#free = 0;
  }

  /** The reset OTA pulls the membrane for `pause` seconds; everything else goes on. */
  #hold(n: number, pause: number): void {
    const c = this.#o.first + n;
    const { resetTau } = this.#a;
    const level = this.#circuits.withinRails(this.#p.reset[c]!);
    const before = this.#circuits.v[n]!;
    this.#circuits.v[n] = resetTau === 0 ? level : level + (before - level) * exp(-pause / resetTau);
    // the membrane in the middle of the pause stands for all of it
    const middle = resetTau === 0 ? level : level + (before - level) * exp(-pause / 2 / resetTau);
    this.#circuits.relax(n, c, middle, pause);
    this.#circuits.decay(n, c, pause);
  }
}

/** What is left of a span, exactly 0 when it is over. */
function remainder(span: number, time: number): number {
  const left = span - time;
  return left < INSTANT ? 0 : left;
}
