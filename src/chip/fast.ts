/**
 * The `fast` integrator: a bank of the f32 SIMD kernel, one evaluation of the leak OTA per step, everything linear solved exactly over the step.
 *   leak = 1 - exp(-h / tau_mem), gain = integral over the step of exp(-u / tau_syn) exp(-(h - u) / tau_mem) du, sigma = rms sqrt(1 - exp(-2 h / tau_mem)).
 * An event r seconds before the end of the step leaves w (1 - x + x^2 / 2), x = r / tau_syn, in the current and w r (1 - r (1/tau_syn + 1/tau_mem) / 2) on the membrane.
 */
import { exp } from '../base/index.ts';
import { LIF_STATE, LifBank, type LifField, type LifSnapshot } from '../kernels/index.ts';
import type { CircuitParameters } from './circuit.ts';
import type { Membranes, MembraneOptions, MembraneSnapshot, StepSpikes } from './membranes.ts';

/** A linear OTA in f32: the kernel's tanh is then the identity to rounding. */
const LINEAR = 1e4;

export class FastMembranes implements Membranes {
  readonly #bank: LifBank;
  readonly #first: number;
  readonly #noise: boolean;
  readonly #spikes: StepSpikes;

  constructor(parameters: CircuitParameters, options: MembraneOptions) {
    this.#first = options.first;
    this.#noise = options.noise > 0;
    this.#bank = makeBank(parameters, options, { maxSpikes: options.count, maxSamples: 0 });
    this.#bank.field('v').set(this.#bank.field('rest'));
    this.#spikes = { count: 0, circuit: new Uint32Array(options.count), fraction: new Float64Array(options.count) };
  }

  voltages(): Float64Array {
    return Float64Array.from(this.#bank.field('v'));
  }

  deliver(circuit: number, sign: number, drive: number, remaining: number): void {
    const n = circuit - this.#first;
    const bank = this.#bank;
    const rate = bank.field(sign > 0 ? 'rateExc' : 'rateInh')[n]!;
    const x = remaining * rate;
    bank.field(sign > 0 ? 'inExc' : 'inInh')[n]! += drive * (1 - x + (x * x) / 2);
    bank.field('inV')[n]! += sign * drive * remaining * (1 - (remaining * (rate + bank.field('rateMem')[n]!)) / 2);
  }

  advance(index: number): StepSpikes {
    const { spikes, neurons, fractions } = this.#bank.run(index, 1, { noise: this.#noise });
    this.#spikes.count = spikes;
    this.#spikes.circuit.set(neurons);
    this.#spikes.fraction.set(fractions);
    return this.#spikes;
  }

  snapshot(): MembraneSnapshot {
    const snapshot = this.#bank.snapshot();
    return {
      kind: 'fast',
      columns: [...LIF_STATE.map((name) => Float64Array.from(snapshot[name])), Float64Array.from(snapshot.spikeCounts)],
    };
  }

  restore({ columns }: MembraneSnapshot): void {
    const states = Object.fromEntries(LIF_STATE.map((name, i) => [name, Float32Array.from(columns[i]!)]));
    this.#bank.restore({ ...states, spikeCounts: Uint32Array.from(columns[LIF_STATE.length]!) } as LifSnapshot);
  }
}

/** A kernel bank for a range of circuits with these physical parameters; membranes at 0 V until they are set. */
export function makeBank(
  p: CircuitParameters,
  options: MembraneOptions,
  room: { readonly maxSpikes: number; readonly maxSamples: number },
): LifBank {
  const { first, count, step, linearRange, noise, noiseSeed, dieSeed, refractory } = options;
  const bank = new LifBank(count, {
    ...room,
    firstNeuron: first,
    unit: dieSeed >>> 0,
    seed: noiseSeed,
    linear: linearRange === Infinity ? LINEAR : linearRange,
  });
  const each = (field: LifField, value: (c: number) => number): void =>
    bank.field(field).set(Float64Array.from({ length: count }, (_, n) => value(first + n)));
  each('rest', (c) => p.rest[c]!);
  each('leak', (c) => 1 - exp(-step / p.tauMem[c]!));
  each('gainExc', (c) => stepGain(step, p.tauMem[c]!, p.tauSynExcitatory[c]!));
  each('gainInh', (c) => stepGain(step, p.tauMem[c]!, p.tauSynInhibitory[c]!));
  each('decayExc', (c) => exp(-step / p.tauSynExcitatory[c]!));
  each('decayInh', (c) => exp(-step / p.tauSynInhibitory[c]!));
  each('sigma', (c) => noise * Math.sqrt(1 - exp((-2 * step) / p.tauMem[c]!)));
  each('reset', (c) => p.reset[c]!);
  each('threshold', (c) => p.threshold[c]!);
  each('rateExc', (c) => 1 / p.tauSynExcitatory[c]!);
  each('rateInh', (c) => 1 / p.tauSynInhibitory[c]!);
  each('rateMem', (c) => 1 / p.tauMem[c]!);
  bank.field('refractorySteps').fill(refractory / step);
  bank.check();
  return bank;
}

/** Integral from 0 to h of exp(-u / s) exp(-(h - u) / m) du. */
function stepGain(h: number, m: number, s: number): number {
  const rate = 1 / m - 1 / s;
  // equal time constants: the limit; near them the difference of exponentials would cancel
  if (Math.abs(rate * h) < 1e-7) return h * exp(-h / m);
  return (exp(-h / s) - exp(-h / m)) / rate;
}
