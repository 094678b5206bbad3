/**
 * A layer of spiking neurons that tells classes of spike patterns apart, tuned by the tempotron rule: a neuron that should have fired gets more weight on the inputs that could
 * have moved it at the time of its highest potential, one that should not have fired less on those before its spike,
 *   dw_i = +-rate sum over input spikes t_i < t of K(t - t_i),   K(x) = (exp(-x / tau_mem) - exp(-x / tau_syn)) / its maximum.
 * The potential is the chip's, the kernel the teacher's: forward pass on the hardware, gradient from the model. Weights are kept as real numbers and written as signed codes.
 * Source: Gütig and Sompolinsky 2006, Nat. Neurosci. 9:420; chip in the loop after Schmitt et al. 2017 and Cramer et al. 2022.
 */
import { Chance, exp, log } from '../base/index.ts';
import type { ChipPart, StepArrivals } from '../chip/index.ts';

/** One presentation: its class and the spike time of every input (s), NaN for an input that is silent. */
export interface Sample {
  readonly label: number;
  readonly times: Float64Array;
}

export interface TaskShape {
  readonly classes: number;
  readonly inputs: number;
  /** Neurons of each class. */
  readonly copies: number;
  /** Length of a presentation, s. */
  readonly length: number;
  /** Standard deviation of a spike time, s, and share of spikes that are missing. */
  readonly jitter: number;
  readonly missing: number;
}

/** Templates of the task, then `count` noisy presentations of them, numbered from `first`. Pure in (seed, number). */
export function presentations(
  { classes, inputs, length, jitter, missing }: TaskShape,
  seed: number,
  first: number,
  count: number,
): Sample[] {
  const chance = new Chance(seed, 'stimulus');
  const template = (label: number, input: number): number => length * (0.05 + 0.8 * chance.uniform(label, input));
  return Array.from(new Uint32Array(count).keys(), (k) => {
    const unit = 1000 + first + k;
    const label = (first + k) % classes;
    const times = Float64Array.from({ length: inputs }, (_, i) =>
      chance.uniform(unit, 4 * i) < missing
        ? NaN
        : Math.min(Math.max(template(label, i) + jitter * chance.normal(unit, 4 * i + 1), 0), length * 0.95),
    );
    return { label, times };
  });
}

/** The layer on one chip: synapse (neuron n, input i) is number n x inputs + i. */
export interface Layer {
  readonly part: ChipPart;
  readonly neurons: number;
  readonly inputs: number;
  readonly step: number;
  /** Drives and signs that the chip reads: written by `writeWeights`. */
  readonly drive: Float64Array;
  readonly sign: Int8Array;
  /** Drive of a synapse by a full weight of either sign, V/s. */
  readonly full: readonly [excitatory: Float64Array, inhibitory: Float64Array];
}

/** Writes real weights (-1 to 1) as signed codes of `levels` steps. */
export function writeWeights({ drive, sign, full }: Layer, weights: Float64Array, levels: number): void {
  for (let k = 0; k < weights.length; k++) {
    const code = Math.min(Math.round(Math.abs(weights[k]!) * levels), levels);
    sign[k] = weights[k]! < 0 ? -1 : 1;
    drive[k] = (code / levels) * (weights[k]! < 0 ? full[1] : full[0])[k]!;
  }
}

/** What one presentation did: time of the first spike (s, Infinity for none) and of the highest potential of every neuron. */
export interface Response {
  readonly spikes: Uint32Array;
  readonly first: Float64Array;
  readonly peak: Float64Array;
}

/** Samples of the membrane are this many steps apart: the converter's own interval. */
const LOOK_EVERY = 17;

/** Presents one sample to a layer at rest; `clock` counts the analog steps of the layer and names its noise. */
export function present(layer: Layer, { times }: Sample, length: number, clock: number): Response {
  const { part, neurons, inputs, step } = layer;
  const steps = Math.round(length / step);
  const byStep = new Map<number, number[]>();
  times.forEach((time, i) => {
    if (Number.isNaN(time)) return;
    const at = Math.floor(time / step);
    byStep.set(at, [...(byStep.get(at) ?? []), i]);
  });
  const spikes = new Uint32Array(neurons);
  const first = new Float64Array(neurons).fill(Infinity);
  const peak = new Float64Array(neurons);
  const highest = new Float64Array(neurons).fill(-Infinity);
  const arrivals: StepArrivals = {
    count: 0,
    from: new Uint32Array(inputs * neurons),
    to: new Uint32Array(inputs * neurons),
    remaining: new Float64Array(inputs * neurons),
  };
  for (let k = 0; k < steps; k++) {
    arrivals.count = 0;
    for (const i of byStep.get(k) ?? []) {
      const remaining = (k + 1) * step - times[i]!;
      for (let n = 0; n < neurons; n++) {
        const event = arrivals.count++;
        arrivals.from[event] = n * inputs + i;
        arrivals.to[event] = n * inputs + i + 1;
        arrivals.remaining[event] = remaining;
      }
    }
    const { count, circuit, fraction } = part.advance(clock + k, arrivals);
    for (let s = 0; s < count; s++) {
      const n = circuit[s]!;
      if (n >= neurons) continue;
      if (spikes[n]!++ === 0) first[n] = (k + fraction[s]!) * step;
    }
    if (k % LOOK_EVERY !== 0) continue;
    part.voltages().forEach((voltage, n) => {
      if (n >= neurons || voltage <= highest[n]!) return;
      highest[n] = voltage;
      peak[n] = (k + 1) * step;
    });
  }
  return { spikes, first, peak };
}

/**
 * The class of which most neurons fired, of equals the one that fired first; -1 when none fired. Neurons that fire without any input (`masked`) have no vote: they are defects
 * that a calibration finds.
 */
export function decision({ first }: Response, { classes, copies }: TaskShape, masked: readonly boolean[]): number {
  let [best, most, earliest] = [-1, 0, Infinity];
  for (let label = 0; label < classes; label++) {
    let [votes, start] = [0, Infinity];
    for (let n = label * copies; n < (label + 1) * copies; n++) {
      if (masked[n] === true || first[n] === Infinity) continue;
      votes++;
      start = Math.min(start, first[n]!);
    }
    if (votes > most || (votes === most && votes > 0 && start < earliest)) [best, most, earliest] = [label, votes, start];
  }
  return best;
}

/** Changes the weights by the rule after one presentation. */
export function learn(
  weights: Float64Array,
  { label, times }: Sample,
  { first, peak }: Response,
  { inputs, copies }: TaskShape,
  { rate, tauMem, tauSyn: given }: { readonly rate: number; readonly tauMem: number; readonly tauSyn: number },
): void {
  // equal time constants have a kernel of another form, which a hundredth apart is as good as
  const tauSyn = Math.abs(given / tauMem - 1) < 0.01 ? 0.99 * tauMem : given;
  const peakTime = log(tauMem / tauSyn) / (1 / tauSyn - 1 / tauMem);
  const kernel = (x: number): number => exp(-x / tauMem) - exp(-x / tauSyn);
  const scale = rate / kernel(peakTime);
  for (let n = 0; n < first.length; n++) {
    const wanted = Math.floor(n / copies) === label;
    const fired = first[n]! < Infinity;
    if (wanted === fired) continue;
    const at = fired ? first[n]! : peak[n]!;
    for (let i = 0; i < inputs; i++) {
      const before = at - times[i]!;
      if (!(before > 0)) continue;
      const k = n * inputs + i;
      weights[k] = Math.min(1, Math.max(-1, weights[k]! + (wanted ? scale : -scale) * kernel(before)));
    }
  }
}
