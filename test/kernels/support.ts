/** Small banks for the tests, with parameters from time constants in closed form. */
import { LIF_FIELDS, LifBank, type LifBankOptions, type LifField } from '../../src/kernels/index.ts';
import type { LifNeuron } from '../../src/kernels/twins/lif.ts';

export interface Physics {
  readonly step: number; // s
  readonly tauMem: number; // s
  readonly tauExc: number; // s
  readonly tauInh: number; // s
}

export const TYPICAL: Physics = { step: 1e-7, tauMem: 10e-6, tauExc: 5e-6, tauInh: 7e-6 };

/** Fields that follow from the time constants, exact for a linear membrane. */
function fieldsOf({ step, tauMem, tauExc, tauInh }: Physics): Partial<Record<LifField, number>> {
  const gain = (tau: number): number => (Math.exp(-step / tauMem) - Math.exp(-step / tau)) / (1 / tau - 1 / tauMem);
  return {
    leak: -Math.expm1(-step / tauMem),
    decayExc: Math.exp(-step / tauExc),
    decayInh: Math.exp(-step / tauInh),
    gainExc: gain(tauExc),
    gainInh: gain(tauInh),
    rateExc: 1 / tauExc,
    rateInh: 1 / tauInh,
    rateMem: 1 / tauMem,
  };
}

/** A bank of silent neurons resting at 0.6 V, threshold out of reach. */
export function silentBank(count: number, physics = TYPICAL, options: Partial<LifBankOptions> = {}): LifBank {
  const bank = new LifBank(count, { maxSpikes: 100_000, maxSamples: 1000, ...options });
  bank.set({ ...fieldsOf(physics), v: 0.6, rest: 0.6, reset: 0.5, threshold: 2, refractorySteps: 20.4 });
  return bank;
}

/** A bank in which everything is random and busy: inputs, noise, spikes at about one step in twenty, some neurons refractory at the beginning. */
export function busyBank(count: number, seed: number, options: Partial<LifBankOptions> = {}): LifBank {
  const bank = new LifBank(count, { maxSpikes: 200_000, seed, linear: 0.1, ...options });
  const first = options.firstNeuron ?? 0;
  for (const [field, [low, high]] of Object.entries(RANGES) as [LifField, [number, number]][]) {
    const values = bank.field(field);
    for (let n = 0; n < count; n++) values[n] = low + (high - low) * pseudo(first + n, LIF_FIELDS.indexOf(field) + 100 * seed);
  }
  return bank;
}

const RANGES: Readonly<Record<LifField, readonly [low: number, high: number]>> = {
  v: [0.3, 0.9],
  rest: [0.5, 0.8],
  leak: [0.002, 0.1],
  synapseExc: [0, 1e4],
  gainExc: [5e-8, 1e-7],
  decayExc: [0.9, 0.999],
  inExc: [0, 1e4],
  synapseInh: [0, 1e4],
  gainInh: [5e-8, 1e-7],
  decayInh: [0.9, 0.999],
  inInh: [0, 1e4],
  drive: [-1e-3, 6e-3],
  inV: [0, 1e-3],
  sigma: [0, 5e-3],
  remaining: [-3, 5],
  reset: [0.3, 0.5],
  threshold: [0.55, 0.75],
  refractorySteps: [0, 12],
  rateExc: [1e5, 5e5],
  rateInh: [1e5, 5e5],
  rateMem: [2e4, 2e5],
};

/** All fields of one neuron of a bank, for the twins. */
export function neuronOf(bank: LifBank, index: number): LifNeuron {
  return Object.fromEntries(LIF_FIELDS.map((name) => [name, bank.field(name)[index]!])) as LifNeuron;
}

/** A reproducible number in [0, 1): only its irregularity matters here. */
export function pseudo(a: number, b: number): number {
  let hash = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
