/** The BSS-2-like card with changes, and small helpers of the tests of dies. */
import { fileURLToPath } from 'node:url';
import { loadCard } from '../../src/model/load.ts';
import { ChipSchema, LEAK_MODES, type ChipCard, type Setting } from '../../src/model/index.ts';
import { codeOfTauMem, codeOfVoltage, type CircuitParameters, type MembraneOptions } from '../../src/chip/index.ts';

/** chips/bss2.yaml with `key=value` overrides. */
export function bss2(...overrides: readonly string[]): ChipCard {
  return loadCard(ChipSchema, fileURLToPath(new URL('../../chips/bss2.yaml', import.meta.url)), { overrides }).value;
}

/** No mismatch, no noise, no crosstalk, no write noise: the data sheet itself. */
export const IDEAL = ['variation=0', 'noise.scale=0', 'cells.write_noise.value=0', 'cells.crosstalk.value=0'];

/** V and s. */
export const TARGETS = { leak: 0.42, reset: 0.375, threshold: 0.6225, tauMem: 10e-6 };

/** The nominal codes of the targets, the same for all circuits. */
export function nominal(card: ChipCard): Setting {
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const all = (code: number): Int32Array => new Int32Array(neurons).fill(code);
  const { mode, code } = codeOfTauMem(card, TARGETS.tauMem);
  return {
    codes: {
      leak: all(codeOfVoltage(card, 'leak', TARGETS.leak)),
      reset: all(codeOfVoltage(card, 'reset', TARGETS.reset)),
      threshold: all(codeOfVoltage(card, 'threshold', TARGETS.threshold)),
      leak_bias: all(code),
    },
    leakMode: new Uint8Array(neurons).fill(LEAK_MODES.indexOf(mode)),
  };
}

/** Circuits that are all alike. */
export function circuits(count: number, values: Partial<Readonly<Record<keyof CircuitParameters, number>>> = {}): CircuitParameters {
  const typical = {
    rest: 0.42,
    reset: 0.375,
    threshold: 2,
    tauMem: 10e-6,
    tauSynExcitatory: 5e-6,
    tauSynInhibitory: 7e-6,
    driveExcitatory: 4e4,
    driveInhibitory: 4e4,
    offsetCurrent: 0,
    ...values,
  };
  return Object.fromEntries(
    Object.entries(typical).map(([name, value]) => [name, new Float64Array(count).fill(value)]),
  ) as unknown as CircuitParameters;
}

/** Options of a part from circuit 0 on, without noise. */
export function options(count: number, changes: Partial<MembraneOptions> = {}): MembraneOptions {
  return { first: 0, count, step: 1e-7, linearRange: 0.25, noise: 0, noiseSeed: 1, dieSeed: 1, refractory: 2e-6, ...changes };
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

export function deviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}
