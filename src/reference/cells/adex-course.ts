/**
 * Right-hand sides of AdEx neurons for adex-bank.ts, for one neuron at a time with its parameters in plain fields; the equations stand there.
 * Times are tenths of the membrane time constant, voltages mV, w and x as if the capacitance were 200 pF, so that one tolerance suits all variables.
 */
import { exp, InfeasibleError } from '../../base/index.ts';
import { expByTable } from '../exp-table.ts';
import type { PlaneField } from '../plane-stepper.ts';

/** One value per neuron in each column; times in the caller's unit. */
export interface AdexColumns {
  readonly tauMem: Float64Array; // time
  readonly tauSynExc: Float64Array; // time
  readonly tauSynInh: Float64Array; // time
  readonly restVoltage: Float64Array; // V
  readonly threshold: Float64Array; // V, V_T: where the exponential takes over
  readonly slopeFactor: Float64Array; // V, D
  readonly peak: Float64Array; // V
  readonly reset: Float64Array; // V
  readonly refractory: Float64Array; // time
  readonly adaptationTau: Float64Array; // time
  readonly adaptationRate: Float64Array; // 1/time, a per capacitance
  readonly adaptationJump: Float64Array; // V/time, b per capacitance
  readonly drive: Float64Array; // V/time, constant part of dV/dt
  /** V: with them synapses are conductances (amplitudes in 1/time, the sign selects the synapse), without them currents (V/time, signed). */
  readonly reversalExc?: Float64Array;
  readonly reversalInh?: Float64Array;
}

export const VOLT = 1000; // mV
export const CAPACITANCE = 200; // pF, of the inside
export const UNITS_PER_TAU = 10;
const CARRIES = 4;

/** The right-hand sides for the neuron in hand, with its parameters in plain fields. */
export class AdexCourse implements PlaneField {
  peak = 0; // mV
  voltageStep = 1; // mV
  #rest = 0;
  #threshold = 0;
  #slope = 1;
  #switch = 0;
  #adaptation = 0; // pA/mV
  #adaptationRate = 1; // 1/unit
  #drive = 0; // pA
  #excRate = 1;
  #inhRate = 1;
  #conductance = false;
  #reversalExc = 0;
  #reversalInh = 0;

  select(c: AdexColumns, n: number): void {
    const unit = c.tauMem[n]! / UNITS_PER_TAU;
    this.peak = c.peak[n]! * VOLT;
    this.#rest = c.restVoltage[n]! * VOLT;
    this.#threshold = c.threshold[n]! * VOLT;
    this.#slope = c.slopeFactor[n]! * VOLT;
    this.voltageStep = this.#slope / 4;
    this.#switch = this.#threshold + 2 * this.#slope;
    this.#adaptation = c.adaptationRate[n]! * unit * CAPACITANCE;
    this.#adaptationRate = unit / c.adaptationTau[n]!;
    this.#drive = c.drive[n]! * VOLT * unit * CAPACITANCE;
    this.#excRate = unit / c.tauSynExc[n]!;
    this.#inhRate = unit / c.tauSynInh[n]!;
    this.#conductance = c.reversalExc !== undefined;
    this.#reversalExc = (c.reversalExc?.[n] ?? 0) * VOLT;
    this.#reversalInh = (c.reversalInh?.[n] ?? 0) * VOLT;
  }

  /** dV/dt of a neuron that receives nothing. */
  rise(voltage: number, w: number): number {
    return (this.#spiking(voltage) - (voltage - this.#rest)) / UNITS_PER_TAU + (this.#drive - w) / CAPACITANCE;
  }

  /** dw/dt. */
  follow(voltage: number, w: number): number {
    return (this.#adaptation * (voltage - this.#rest) - w) * this.#adaptationRate;
  }

  inTime(y: Float64Array, out: Float64Array): void {
    const voltage = y[0]!;
    out[0] = this.#rise(voltage, y);
    this.#others(voltage, y, out, 1);
  }

  inVoltage(voltage: number, y: Float64Array, out: Float64Array): void {
    const time = 1 / this.#rise(voltage, y);
    out[0] = time;
    this.#others(voltage, y, out, time);
  }

  climbs(voltage: number, rise: number): boolean {
    return voltage >= this.#switch && CARRIES * rise > this.#spiking(voltage) / UNITS_PER_TAU;
  }

  /** The state after `pause` units at the reset. */
  clamped(y: Float64Array, pause: number): void {
    const settled = this.#adaptation * (y[0]! - this.#rest);
    y[1] = settled + (y[1]! - settled) * exp(-pause * this.#adaptationRate);
    if (y[2] !== 0) y[2]! *= exp(-pause * this.#excRate);
    if (y[3] !== 0) y[3]! *= exp(-pause * this.#inhRate);
  }

  #spiking(voltage: number): number {
    return this.#slope * expByTable((voltage - this.#threshold) / this.#slope);
  }

  #rise(voltage: number, y: Float64Array): number {
    let current = this.#drive - y[1]!;
    if (this.#conductance) current += y[2]! * (this.#reversalExc - voltage) + y[3]! * (this.#reversalInh - voltage);
    else current += y[2]! + y[3]!;
    return (this.#spiking(voltage) - (voltage - this.#rest)) / UNITS_PER_TAU + current / CAPACITANCE;
  }

  #others(voltage: number, y: Float64Array, out: Float64Array, time: number): void {
    out[1] = this.follow(voltage, y[1]!) * time;
    out[2] = -y[2]! * this.#excRate * time;
    out[3] = -y[3]! * this.#inhRate * time;
  }
}

/** Throws InfeasibleError when a parameter allows no membrane. */
export function checkAdex(columns: AdexColumns): void {
  const count = columns.tauMem.length;
  if ((columns.reversalExc === undefined) !== (columns.reversalInh === undefined)) {
    throw new InfeasibleError('an AdEx neuron has both reversal potentials or none');
  }
  for (const [name, column] of Object.entries(columns) as [string, Float64Array][]) {
    const positive = /^tau|Tau$|^slope/.test(name);
    if (column.length !== count) throw new InfeasibleError(`${name}: ${String(column.length)} values for ${String(count)} neurons`);
    const bad = column.findIndex((value) => !Number.isFinite(value) || (positive && value <= 0) || (name === 'refractory' && value < 0));
    if (bad < 0) continue;
    const wanted = positive ? 'more than 0' : 'a finite number';
    throw new InfeasibleError(`${name} of neuron ${String(bad)}: found ${String(column[bad])}, expected ${wanted}`);
  }
  const high = columns.reset.findIndex((reset, n) => reset >= columns.peak[n]!);
  if (high >= 0) throw new InfeasibleError(`neuron ${String(high)}: its reset must lie below its peak`);
}
