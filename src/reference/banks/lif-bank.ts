/**
 * Leaky integrate-and-fire neurons with current-based exponential synapses, exact between events.
 *   tauMem dV/dt = -(V - rest) + tauMem (drive + xe + xi),   dxe/dt = -xe/tauSynExc,   dxi/dt = -xi/tauSynInh
 *   V >= threshold: spike, V = reset and clamped there for the refractory time, while the currents keep decaying
 * A bank knows no clock. The state of a neuron is as of its own last event (an arrival or a spike); whoever owns time asks how long it stays quiet, tells it how much
 * time has passed, and what arrives. Nothing is propagated at any other instant, so the bits of a run do not depend on where it is cut.
 * The unit of time is the caller's (the network uses ticks, the single cell ms): all time constants are in it, all drives and amplitudes in voltage per that unit.
 * Source: Rotter and Diesmann 1999 (exact integration); Morrison et al. 2007 (precise spike times).
 */
import { exp, InfeasibleError } from '../../base/index.ts';
import type { NeuronBank } from './neuron-bank.ts';
import { peakOfUnitPsp, unitPspFrom } from '../psp.ts';
import { VoltageCourse } from '../cells/voltage-course.ts';

/** One value per neuron in each column; times in the caller's unit. */
export interface LifColumns {
  readonly tauMem: Float64Array; // time
  readonly tauSynExc: Float64Array; // time
  readonly tauSynInh: Float64Array; // time
  readonly restVoltage: Float64Array; // V
  readonly threshold: Float64Array; // V
  readonly reset: Float64Array; // V
  readonly refractory: Float64Array; // time
  readonly drive: Float64Array; // V/time, constant part of dV/dt
}

/** Where the neurons stand, each as of its own last event. */
export interface LifState {
  readonly voltage: Float64Array; // V
  readonly excitation: Float64Array; // V/time
  readonly inhibition: Float64Array; // V/time
  readonly refractoryLeft: Float64Array; // time until the clamp opens; 0 = free
}

/** A current that would move the membrane by less than this many volts over a membrane time constant is nothing: subnormal numbers are slow and mean nothing. */
const FADED = 1e-30;
/** Bounds that spare the search must hold against rounding: they give away this part of the voltages. */
const MARGIN = 1e-12;

/** Exact LIF neurons. Throws InfeasibleError when a parameter allows no membrane (time constants at or below 0, reset at or above threshold). */
export class LifBank implements NeuronBank {
  readonly count: number;
  readonly state: LifState;
  readonly #columns: LifColumns;
  readonly #excPeak: Float64Array; // peak PSP per unit of excitation, time
  readonly #inhPeak: Float64Array; // peak PSP per unit of inhibition, time
  readonly #excDistance: Float64Array; // |1/tauMem - 1/tauSynExc|, 1/time
  readonly #inhDistance: Float64Array; // 1/time
  readonly #predicted: Float64Array; // time from the last event to the next spike; NaN = not searched yet
  readonly #course = new VoltageCourse();

  /** `state` is taken over, not copied; without it all neurons rest. */
  constructor(columns: LifColumns, state?: LifState) {
    check(columns);
    const count = columns.tauMem.length;
    this.count = count;
    this.#columns = { ...columns, drive: columns.drive.slice() };
    this.state = state ?? {
      voltage: columns.restVoltage.slice(),
      excitation: new Float64Array(count),
      inhibition: new Float64Array(count),
      refractoryLeft: new Float64Array(count),
    };
    this.#excPeak = columns.tauMem.map((tau, n) => peakOfUnitPsp(tau, columns.tauSynExc[n]!));
    this.#inhPeak = columns.tauMem.map((tau, n) => peakOfUnitPsp(tau, columns.tauSynInh[n]!));
    this.#excDistance = columns.tauMem.map((tau, n) => Math.abs(1 / tau - 1 / columns.tauSynExc[n]!));
    this.#inhDistance = columns.tauMem.map((tau, n) => Math.abs(1 / tau - 1 / columns.tauSynInh[n]!));
    this.#predicted = new Float64Array(count).fill(NaN);
  }

  quietFor(neuron: number): number {
    const known = this.#predicted[neuron]!;
    if (!Number.isNaN(known)) return known;
    const { tauMem, threshold, restVoltage, drive, reset } = this.#columns;
    const left = this.state.refractoryLeft[neuron]!;
    const voltage = left > 0 ? reset[neuron]! : this.state.voltage[neuron]!;
    const asymptote = restVoltage[neuron]! + tauMem[neuron]! * drive[neuron]!;
    const exc = Math.max(0, this.state.excitation[neuron]!);
    const inh = Math.max(0, this.state.inhibition[neuron]!);
    const limit = threshold[neuron]! - MARGIN * (Math.abs(threshold[neuron]!) + Math.abs(voltage) + Math.abs(asymptote));
    if (Math.max(voltage, asymptote) + exc * this.#excPeak[neuron]! + inh * this.#inhPeak[neuron]! < limit) return Infinity;
    // as long as V is above its start it rises no faster than at the start with the currents undiminished
    const slope = (asymptote - voltage) / tauMem[neuron]! + exc + inh;
    if (voltage >= limit) return left;
    return slope > 0 ? left + (limit - voltage) / slope : Infinity;
  }

  untilSpike(neuron: number, horizon: number): number {
    const known = this.#predicted[neuron]!;
    if (!Number.isNaN(known)) return known;
    if (this.quietFor(neuron) > horizon) return Infinity;
    const { tauMem, tauSynExc, tauSynInh, restVoltage, threshold, reset, drive } = this.#columns;
    const left = this.state.refractoryLeft[neuron]!;
    const tau = tauMem[neuron]!;
    const [tauExc, tauInh] = [tauSynExc[neuron]!, tauSynInh[neuron]!];
    this.#course.begin(
      tau,
      tauExc,
      tauInh,
      left > 0 ? reset[neuron]! : this.state.voltage[neuron]!,
      restVoltage[neuron]! + tau * drive[neuron]!,
      threshold[neuron]!,
      faded(this.state.excitation[neuron]! * decay(left, tauExc), tau),
      faded(this.state.inhibition[neuron]! * decay(left, tauInh), tau),
    );
    const predicted = left + this.#course.firstCrossing();
    this.#predicted[neuron] = predicted;
    return predicted;
  }

  advance(neuron: number, elapsed: number): void {
    if (elapsed === 0) return;
    const { voltage, excitation, inhibition, refractoryLeft } = this.state;
    const left = refractoryLeft[neuron]!;
    const clamped = Math.min(left, elapsed);
    if (clamped > 0) {
      this.#decayCurrents(neuron, clamped);
      refractoryLeft[neuron] = left - clamped;
    }
    if (elapsed > clamped) {
      const { tauMem, tauSynExc, tauSynInh } = this.#columns;
      const free = elapsed - clamped;
      const [exc, inh] = [excitation[neuron]!, inhibition[neuron]!];
      const excDecay = exc === 0 ? 1 : exp(-free / tauSynExc[neuron]!);
      const inhDecay = inh === 0 ? 1 : exp(-free / tauSynInh[neuron]!);
      const tau = tauMem[neuron]!;
      voltage[neuron] = this.#propagated(neuron, free, exc, inh, excDecay, inhDecay);
      excitation[neuron] = faded(exc * excDecay, tau);
      inhibition[neuron] = faded(inh * inhDecay, tau);
    }
    this.#predicted[neuron] = NaN;
  }

  receive(neuron: number, amplitude: number): void {
    if (amplitude >= 0) this.excite(neuron, amplitude);
    else this.inhibit(neuron, amplitude);
  }

  /** Adds `amount` (V/time, any sign) to the current with the excitatory time constant. */
  excite(neuron: number, amount: number): void {
    this.state.excitation[neuron]! += amount;
    this.#predicted[neuron] = NaN;
  }

  /** Adds `amount` (V/time, any sign) to the current with the inhibitory time constant. */
  inhibit(neuron: number, amount: number): void {
    this.state.inhibition[neuron]! += amount;
    this.#predicted[neuron] = NaN;
  }

  /** From now on the constant part of dV/dt is `drive` (V/time). The state must have been advanced to now. */
  setDrive(neuron: number, drive: number): void {
    this.#columns.drive[neuron] = drive;
    this.#predicted[neuron] = NaN;
  }

  fire(neuron: number): void {
    this.state.voltage[neuron] = this.#columns.reset[neuron]!;
    this.state.refractoryLeft[neuron] = this.#columns.refractory[neuron]!;
    this.#predicted[neuron] = NaN;
  }

  voltageAfter(neuron: number, elapsed: number): number {
    const { tauSynExc, tauSynInh } = this.#columns;
    const left = this.state.refractoryLeft[neuron]!;
    const free = elapsed - left;
    if (free <= 0) return this.state.voltage[neuron]!;
    const [tauExc, tauInh] = [tauSynExc[neuron]!, tauSynInh[neuron]!];
    const exc = this.state.excitation[neuron]! * decay(left, tauExc);
    const inh = this.state.inhibition[neuron]! * decay(left, tauInh);
    return this.#propagated(neuron, free, exc, inh, decay(free, tauExc), decay(free, tauInh));
  }

  /** Voltage after a time without clamp, from the currents at its start and their decays over it. */
  #propagated(neuron: number, time: number, exc: number, inh: number, excDecay: number, inhDecay: number): number {
    const { tauMem, restVoltage, drive } = this.#columns;
    const tau = tauMem[neuron]!;
    const asymptote = restVoltage[neuron]! + tau * drive[neuron]!;
    const leak = exp(-time / tau);
    let deviation = (this.state.voltage[neuron]! - asymptote) * leak;
    if (exc !== 0) deviation += exc * unitPspFrom(leak, excDecay, this.#excDistance[neuron]!, time);
    if (inh !== 0) deviation += inh * unitPspFrom(leak, inhDecay, this.#inhDistance[neuron]!, time);
    return asymptote + deviation;
  }

  #decayCurrents(neuron: number, time: number): void {
    const { tauMem, tauSynExc, tauSynInh } = this.#columns;
    const { excitation, inhibition } = this.state;
    const tau = tauMem[neuron]!;
    if (excitation[neuron] !== 0) excitation[neuron] = faded(excitation[neuron]! * exp(-time / tauSynExc[neuron]!), tau);
    if (inhibition[neuron] !== 0) inhibition[neuron] = faded(inhibition[neuron]! * exp(-time / tauSynInh[neuron]!), tau);
  }
}

function decay(time: number, tau: number): number {
  return time === 0 ? 1 : exp(-time / tau);
}

function faded(current: number, tau: number): number {
  return Math.abs(current) * tau < FADED ? 0 : current;
}

function check(columns: LifColumns): void {
  const count = columns.tauMem.length;
  for (const [name, column] of Object.entries(columns) as [string, Float64Array][]) {
    if (column.length !== count) throw new InfeasibleError(`${name}: ${String(column.length)} values for ${String(count)} neurons`);
    const bad = column.findIndex((value) => !Number.isFinite(value) || (name.startsWith('tau') && value <= 0));
    if (bad >= 0) {
      const wanted = name.startsWith('tau') ? 'a time above 0' : 'a finite number';
      throw new InfeasibleError(`${name} of neuron ${String(bad)}: found ${String(column[bad])}, expected ${wanted}`);
    }
  }
  for (let n = 0; n < count; n++) {
    if (columns.reset[n]! >= columns.threshold[n]!) {
      throw new InfeasibleError(
        `neuron ${String(n)}: reset ${String(columns.reset[n])} must lie below threshold ${String(columns.threshold[n])}`,
      );
    }
    if (columns.refractory[n]! < 0)
      throw new InfeasibleError(`refractory of neuron ${String(n)}: found ${String(columns.refractory[n])}, expected 0 or more`);
  }
}
