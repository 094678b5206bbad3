/**
 * AdEx neurons for the event-driven network, with exponential synapses that are currents or conductances.
 *   dV/dt = (-(V - E_L) + D e^((V - V_T) / D)) / tau_m - w + drive + synapses,   dw/dt = (a (V - E_L) - w) / tau_w,   V reaches V_peak: V = V_reset, w += b
 *   synapses: x_e + x_i (currents), or x_e (E_e - V) + x_i (E_i - V) (conductances);   dx/dt = -x / tau_syn;   clamped at V_reset for the refractory time
 * w and a are per capacitance (V/time, 1/time). A neuron's state moves only at its own events. Between them its course is a chain of steps (Dormand-Prince in time, over V in
 * the upstroke) that depends on the state after its last event alone; the last step, onto the next event, is cut to length. A look ahead to an instant that turns out to be no
 * event is forgotten. So the bits of a run do not depend on windows, probes, or where it is cut.
 * Inside, times are tenths of the membrane time constant, voltages mV, w and x as if the capacitance were 200 pF, so that one tolerance suits all variables.
 * Source: Brette and Gerstner 2005; upstroke as in upstroke-cell.ts.
 */
import { CAPACITANCE, checkAdex, UNITS_PER_TAU, VOLT, type AdexColumns } from '../cells/adex-course.ts';
import { DEFAULT_TOLERANCE } from '../cells/cell.ts';
import { ADEX_VARIABLES, AdexSteps, FIRST_STEP } from './adex-steps.ts';
import type { NeuronBank } from './neuron-bank.ts';

/** Where the neurons stand, each as of its own last event. */
export interface AdexState {
  readonly voltage: Float64Array; // V
  readonly adaptation: Float64Array; // V/time
  readonly excitation: Float64Array; // V/time, or 1/time for conductances
  readonly inhibition: Float64Array; // V/time, or 1/time (not negative) for conductances
  readonly refractoryLeft: Float64Array; // time until the clamp opens; 0 = free
}

const SIZE = ADEX_VARIABLES;

/** AdEx neurons. Throws InfeasibleError when a parameter allows no membrane. */
export class AdexBank implements NeuronBank {
  readonly count: number;
  readonly state: AdexState;
  readonly #c: AdexColumns;
  readonly #steps: AdexSteps;
  readonly #predicted: Float64Array; // caller's time from the last event to the spike; NaN = unknown
  readonly #ahead: Float64Array; // units after the last event up to which steps have been taken; -1 = none
  readonly #aheadState: Float64Array; // SIZE per neuron
  readonly #aheadStep: Float64Array; // units
  readonly #looked: Float64Array; // caller's time of the look ahead, -1 = none
  readonly #lookedState: Float64Array; // SIZE per neuron: at the look ahead, or at the spike
  readonly #cursors = new Map<number, { at: number; step: number; y: Float64Array }>(); // of sampled neurons

  /** `state` is taken over, not copied; without it all neurons rest. */
  constructor(columns: AdexColumns, state?: AdexState, tolerance = DEFAULT_TOLERANCE) {
    checkAdex(columns);
    const count = columns.tauMem.length;
    this.count = count;
    this.#c = { ...columns, drive: columns.drive.slice() };
    this.#steps = new AdexSteps(tolerance);
    const zeros = (): Float64Array => new Float64Array(count);
    this.state = state ?? {
      voltage: columns.restVoltage.slice(),
      adaptation: zeros(),
      excitation: zeros(),
      inhibition: zeros(),
      refractoryLeft: zeros(),
    };
    this.#predicted = zeros().fill(NaN);
    this.#ahead = zeros().fill(-1);
    this.#aheadState = new Float64Array(SIZE * count);
    this.#aheadStep = zeros();
    this.#looked = zeros().fill(-1);
    this.#lookedState = new Float64Array(SIZE * count);
  }

  quietFor(neuron: number): number {
    const known = this.#predicted[neuron]!;
    if (!Number.isNaN(known)) return known;
    const looked = this.#looked[neuron]!;
    if (looked >= 0) return looked;
    return Math.max(this.state.refractoryLeft[neuron]!, 0);
  }

  untilSpike(neuron: number, horizon: number): number {
    const known = this.#predicted[neuron]!;
    if (!Number.isNaN(known)) return known;
    if (horizon <= this.#looked[neuron]! || horizon <= this.state.refractoryLeft[neuron]!) return Infinity;
    const unit = this.#select(neuron);
    const y = this.#steps.inTime.y;
    let { at, step } = this.#resume(neuron, unit);
    const end = horizon / unit;
    // whole steps before the horizon belong to the course whatever happens there; from the first that would pass it on all is only tried
    let trying = false;
    for (;;) {
      if (this.#steps.climbs()) {
        const { used, peaked } = this.#steps.climb();
        at += used;
        if (peaked) {
          this.#lookedState.set(y, SIZE * neuron);
          this.#predicted[neuron] = at * unit;
          return at * unit;
        }
        this.#steps.inTime.restart(0);
      }
      if (at + step >= end) {
        if (!trying && this.#steps.reaches(end - at)) {
          this.#look(neuron, horizon);
          return Infinity;
        }
        trying = true;
      }
      const { used, next } = this.#steps.trial(step);
      if (trying && at + used >= end) {
        const kept = this.#resume(neuron, unit);
        this.#steps.through(end - kept.at, kept.step);
        this.#steps.inTime.next.set(y);
        this.#look(neuron, horizon);
        return Infinity;
      }
      this.#steps.inTime.accept();
      at += used;
      step = next;
      if (!trying) this.#keep(neuron, at, step);
    }
  }

  advance(neuron: number, elapsed: number): void {
    if (elapsed === 0) return;
    const left = this.state.refractoryLeft[neuron]!;
    if (elapsed <= left) {
      const unit = this.#select(neuron);
      const y = this.#steps.inTime.y;
      this.#load(neuron, unit, y);
      this.#steps.clamped(elapsed / unit);
      this.#store(neuron, unit, y, left - elapsed);
    } else if (elapsed === this.#predicted[neuron] || elapsed === this.#looked[neuron]) {
      const unit = this.#select(neuron);
      this.#store(neuron, unit, this.#lookedState.subarray(SIZE * neuron, SIZE * neuron + SIZE), 0);
    } else {
      const unit = this.#select(neuron);
      const { at, step } = this.#resume(neuron, unit);
      this.#steps.through(Math.max(0, elapsed / unit - at), step);
      this.#store(neuron, unit, this.#steps.inTime.y, 0);
    }
  }

  receive(neuron: number, amplitude: number): void {
    if (amplitude >= 0) this.state.excitation[neuron]! += amplitude;
    else this.state.inhibition[neuron]! += this.#c.reversalInh === undefined ? amplitude : -amplitude;
    this.#forget(neuron);
  }

  /** From now on the constant part of dV/dt is `drive` (V/time). The state must have been advanced to now. */
  setDrive(neuron: number, drive: number): void {
    this.#c.drive[neuron] = drive;
    this.#forget(neuron);
  }

  fire(neuron: number): void {
    this.state.voltage[neuron] = this.#c.reset[neuron]!;
    this.state.adaptation[neuron]! += this.#c.adaptationJump[neuron]!;
    this.state.refractoryLeft[neuron] = this.#c.refractory[neuron]!;
    this.#forget(neuron);
  }

  voltageAfter(neuron: number, elapsed: number): number {
    const left = this.state.refractoryLeft[neuron]!;
    if (elapsed <= left) return left > 0 ? this.#c.reset[neuron]! : this.state.voltage[neuron]!;
    const unit = this.#select(neuron);
    const { y } = this.#steps.inTime;
    let cursor = this.#cursors.get(neuron);
    if (cursor === undefined || cursor.at * unit > elapsed) {
      this.#load(neuron, unit, y);
      this.#steps.clamped(left / unit);
      cursor = { at: left / unit, step: FIRST_STEP, y: y.slice() };
      this.#cursors.set(neuron, cursor);
    }
    y.set(cursor.y);
    this.#steps.inTime.restart(0);
    // whole steps move the cursor; the step onto the sample does not
    while (cursor.at + cursor.step < elapsed / unit) {
      const { used, next } = this.#steps.trial(cursor.step);
      this.#steps.inTime.accept();
      cursor.at += used;
      cursor.step = next;
      cursor.y.set(y);
    }
    this.#steps.through(elapsed / unit - cursor.at, cursor.step);
    return y[0]! / VOLT;
  }

  /** Makes `neuron` the one in hand; returns its unit of time in the caller's. */
  #select(neuron: number): number {
    this.#steps.select(this.#c, neuron, this.state.excitation[neuron] === 0 && this.state.inhibition[neuron] === 0);
    return this.#c.tauMem[neuron]! / UNITS_PER_TAU;
  }

  /** State and step after the steps already taken since the last event, ready in the integrator in time. */
  #resume(neuron: number, unit: number): { at: number; step: number } {
    const { y } = this.#steps.inTime;
    if (this.#ahead[neuron]! >= 0) {
      y.set(this.#aheadState.subarray(SIZE * neuron, SIZE * neuron + SIZE));
    } else {
      const left = this.state.refractoryLeft[neuron]! / unit;
      this.#load(neuron, unit, y);
      if (left > 0) this.#steps.clamped(left);
      this.#keep(neuron, left, FIRST_STEP);
    }
    this.#steps.inTime.restart(0);
    return { at: this.#ahead[neuron]!, step: this.#aheadStep[neuron]! };
  }

  #keep(neuron: number, at: number, step: number): void {
    this.#ahead[neuron] = at;
    this.#aheadStep[neuron] = step;
    this.#aheadState.set(this.#steps.inTime.y, SIZE * neuron);
  }

  #load(neuron: number, unit: number, y: Float64Array): void {
    const conductance = this.#c.reversalExc !== undefined;
    const current = VOLT * unit * CAPACITANCE;
    y[0] = this.state.refractoryLeft[neuron]! > 0 ? this.#c.reset[neuron]! * VOLT : this.state.voltage[neuron]! * VOLT;
    y[1] = this.state.adaptation[neuron]! * current;
    const scale = conductance ? unit * CAPACITANCE : current;
    y[2] = this.state.excitation[neuron]! * scale;
    y[3] = this.state.inhibition[neuron]! * scale;
  }

  #store(neuron: number, unit: number, y: Float64Array, left: number): void {
    const conductance = this.#c.reversalExc !== undefined;
    const current = VOLT * unit * CAPACITANCE;
    const scale = conductance ? unit * CAPACITANCE : current;
    this.state.voltage[neuron] = y[0]! / VOLT;
    this.state.adaptation[neuron] = y[1]! / current;
    this.state.excitation[neuron] = y[2]! / scale;
    this.state.inhibition[neuron] = y[3]! / scale;
    this.state.refractoryLeft[neuron] = left;
    this.#forget(neuron);
  }

  #forget(neuron: number): void {
    this.#predicted[neuron] = NaN;
    this.#ahead[neuron] = -1;
    this.#looked[neuron] = -1;
    this.#cursors.delete(neuron);
  }

  /** Keeps the trial step onto the horizon aside: what happens there may be no event. */
  #look(neuron: number, horizon: number): void {
    this.#looked[neuron] = horizon;
    this.#lookedState.set(this.#steps.inTime.next, SIZE * neuron);
  }
}
