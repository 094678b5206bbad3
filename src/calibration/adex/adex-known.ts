/**
 * What the routines of the whole circuit stand on: the membrane as it was calibrated and read, and how a membrane is driven and left alone. Potentials in V, times in s, one
 * entry per circuit.
 */
import { InternalError, tanh } from '../../base/index.ts';
import type { Capabilities, Setting, Substrate } from '../../model/index.ts';
import type { PotentialReader } from '../reader.ts';

/** The bench on which the whole circuit is measured. */
export interface AdexBench {
  readonly substrate: Substrate;
  readonly reader: PotentialReader;
  readonly rest: Float64Array;
  readonly reset: Float64Array;
  readonly threshold: Float64Array;
  readonly tauMem: Float64Array;
  /** s: of the working neuron, and while its adaptation is measured. */
  readonly refractory: number;
}

/** The data sheet of the whole circuit. Throws InternalError on a chip that bypasses it. */
export function adexSheet({ capabilities }: Substrate): NonNullable<Capabilities['adex']> {
  if (capabilities.adex === undefined)
    throw new InternalError('a chip whose exponential and adaptation are bypassed has none to calibrate');
  return capabilities.adex;
}

/** All circuits on one code. */
export function allAt(substrate: Substrate, code: number): Int32Array {
  return new Int32Array(substrate.capabilities.neurons).fill(code);
}

/** Exponential at the top of its range, where it never conducts; adaptation without strength and jump. */
export function switchedOff(substrate: Substrate): Required<Setting>['codes'] {
  return {
    exponential: allAt(substrate, substrate.capabilities.codes.exponential.max),
    adaptation_strength: allAt(substrate, 0),
    adaptation_jump: allAt(substrate, 0),
  };
}

/** Leak current as dV/dt at a distance from rest, V/s: the tanh of the data sheet. */
export function leakSlope(distance: number, tauMem: number, linearRange: number): number {
  return Number.isFinite(linearRange) ? (linearRange * tanh(distance / linearRange)) / tauMem : distance / tauMem;
}

/** ADC LSB to V by the data sheet. */
export function toVolts({ capabilities: { cadc } }: Substrate, lsb: number): number {
  return cadc.zero + cadc.lsb * lsb;
}
