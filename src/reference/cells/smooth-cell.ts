/**
 * A system of smooth equations without resets, on Dormand-Prince 5(4): neural masses, and neurons whose spike is an upward crossing of a level (Hodgkin-Huxley).
 * A crossing is located by the continuous extension and then by repeated steps of the right length (Newton), so it has the full order of the method; the course itself
 * goes on unchanged.
 */
import { InfeasibleError, InternalError } from '../../base/index.ts';
import type { Cell, Injected } from './cell.ts';
import { DormandPrince, stepFactor } from '../dormand-prince.ts';
import { bracketedRoot } from '../root.ts';

/** The equations. */
export interface SmoothModel {
  readonly start: readonly number[]; // state at time 0 unless told otherwise
  readonly level?: number; // of variable 0: an upward crossing is a spike
  readonly firstStep: number; // in the model's unit of time
  /** Derivatives of all variables into `out`. */
  derivative(y: Float64Array, injected: Injected, out: Float64Array): void;
}

/** One such system. */
export class SmoothCell implements Cell {
  readonly #model: SmoothModel;
  readonly #tolerance: number;
  readonly #core: DormandPrince;
  readonly #probe: DormandPrince; // for steps onto a crossing, so that the course is not disturbed
  readonly #injected: [number, number] = [0, 0];
  #step: number;

  constructor(model: SmoothModel, tolerance: number) {
    this.#model = model;
    this.#tolerance = tolerance;
    this.#step = model.firstStep;
    const derivative = (_t: number, y: Float64Array, out: Float64Array): void => model.derivative(y, this.#injected, out);
    this.#core = new DormandPrince(model.start.length, derivative);
    this.#probe = new DormandPrince(model.start.length, derivative);
    this.#core.y.set(model.start);
  }

  state(): Float64Array {
    return this.#core.y.slice();
  }

  setState(state: ArrayLike<number>): void {
    this.#core.y.set(Array.from(state).slice(0, this.#core.y.length));
  }

  setCurrent(current: number, compartment: number): void {
    this.#injected[compartment === 0 ? 0 : 1] = current;
  }

  kick(): void {
    throw new InfeasibleError('this model has no synapses');
  }

  advance(duration: number, spike: (offset: number) => void): void {
    const core = this.#core;
    let done = 0;
    core.restart(0);
    while (done < duration) {
      const rest = duration - done;
      let h = Math.min(this.#step, rest);
      let error = core.trial(0, h, this.#tolerance);
      while (!(error <= 1)) {
        h *= Math.min(0.9, stepFactor(error));
        if (h < 1e-14 * this.#model.firstStep) throw new InternalError('the step of a smooth system vanished');
        error = core.trial(0, h, this.#tolerance);
      }
      if (h < rest || stepFactor(error) < 1) this.#step = h * stepFactor(error);
      if (this.#model.level !== undefined) this.#look(this.#model.level, h, (offset) => spike(done + offset));
      core.accept();
      done = h === rest ? duration : done + h;
    }
  }

  /** Tells a crossing of `level` inside the trial step of length `h`, also one that comes back below before the end of the step. */
  #look(level: number, h: number, spike: (offset: number) => void): void {
    const core = this.#core;
    if (core.y[0]! >= level) return;
    const turns = core.slope[0]! > 0 && core.nextSlope[0]! < 0;
    if (core.next[0]! < level && !turns) return;
    const top = core.next[0]! >= level ? 1 : this.#top(h);
    if (core.interpolate(0, h, top) < level) return;
    let place = h * bracketedRoot((theta) => core.interpolate(0, h, theta) - level, 0, top, 1e-12);
    const probe = this.#probe;
    probe.y.set(core.y);
    probe.restart(0);
    for (let iteration = 0; iteration < 5; iteration++) {
      probe.trial(0, place, this.#tolerance);
      const correction = (probe.next[0]! - level) / probe.nextSlope[0]!;
      if (!(Math.abs(correction) < 1e-2 * h)) break;
      place = Math.min(h, Math.max(0, place - correction));
    }
    spike(place);
  }

  /** Where in the trial step variable 0 is largest, as a part of the step. */
  #top(h: number): number {
    const core = this.#core;
    const tilt = (theta: number): number =>
      core.interpolate(0, h, Math.min(1, theta + 1e-5)) - core.interpolate(0, h, Math.max(0, theta - 1e-5));
    return tilt(0) > 0 && tilt(1) < 0 ? bracketedRoot(tilt, 0, 1, 1e-6) : 1;
  }
}
