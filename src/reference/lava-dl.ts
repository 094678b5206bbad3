/**
 * Feed-forward layers of integer neurons, as lava-dl exports them: what the training framework itself computes, whatever the chip. Per step and layer, in integers,
 *   u = wrap(trunc(u (4096 - iDecay) / 4096) + 64 x sum of the weights of the spikes that arrive)
 *   v = saturate(trunc(v (4096 - vDecay) / 4096) + u)     unless the neuron rests: refDelay - 1 steps after its spike
 *   spike and v = 0 if v >= 64 vThMant
 * A spike of step t arrives at the next layer, an input spike at the first, in step t + 1. u has 24 bits and wraps, v saturates at +-(2^23 - 1).
 * Source: lava-nc/lava-dl, slayer CUBA neurons with a quantised forward pass; measured on its Oxford network.
 */
import { UsageError } from '../base/index.ts';
import type { LavaLayer, LavaNetwork } from '../network/index.ts';
import type { StepSpikes } from './nir/run.ts';

const UNIT = 4096;
const SHIFT = 64;
const HALF = 2 ** 23;

/** Spikes of every layer, sorted by (step, neuron). `input`: spikes of the input, sorted by step; two of one element in one step are one. Throws UsageError for an element that is not there. */
export function runLava({ layers }: LavaNetwork, input: StepSpikes, steps: number): StepSpikes[] {
  const inputs = layers[0]!.inputs;
  const strange = input.neuron.find((neuron) => neuron >= inputs);
  if (strange !== undefined) throw new UsageError(`input element ${String(strange)}: the network has ${String(inputs)}`);
  const stages = layers.map(stageOf);
  const made = layers.map(() => ({ step: [] as number[], neuron: [] as number[] }));
  /** What each layer reads in this step: the spikes that the one before made in the last. */
  let arriving: number[][] = layers.map(() => []);
  let next = 0;
  for (let step = 0; step < steps; step++) {
    const sent = new Set<number>();
    for (; next < input.step.length && input.step[next]! <= step; next++) if (input.step[next] === step) sent.add(input.neuron[next]!);
    const fired = stages.map((stage, k) => advance(stage, arriving[k]!));
    fired.forEach((neurons, k) => {
      for (const neuron of neurons) {
        made[k]!.step.push(step);
        made[k]!.neuron.push(neuron);
      }
    });
    arriving = [[...sent], ...fired.slice(0, -1)];
  }
  return made.map(({ step, neuron }) => ({ step: Uint32Array.from(step), neuron: Uint32Array.from(neuron) }));
}

interface Stage {
  readonly layer: LavaLayer;
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly rest: Int32Array;
}

function stageOf(layer: LavaLayer): Stage {
  return { layer, u: new Float64Array(layer.outputs), v: new Float64Array(layer.outputs), rest: new Int32Array(layer.outputs) };
}

function advance({ layer, u, v, rest }: Stage, arriving: readonly number[]): number[] {
  const { outputs, weight, currentDecay, voltageDecay, threshold, refractory } = layer;
  const fired: number[] = [];
  for (let n = 0; n < outputs; n++) {
    let sum = 0;
    for (const source of arriving) sum += weight[source * outputs + n]!;
    const current = Math.trunc((u[n]! * (UNIT - currentDecay)) / UNIT) + SHIFT * sum;
    u[n] = current - 2 * HALF * Math.floor((current + HALF) / (2 * HALF));
    if (rest[n]! > 0) {
      rest[n]!--;
      continue;
    }
    const voltage = Math.trunc((v[n]! * (UNIT - voltageDecay)) / UNIT) + u[n]!;
    v[n] = Math.max(1 - HALF, Math.min(HALF - 1, voltage));
    if (v[n]! < SHIFT * threshold) continue;
    v[n] = 0;
    rest[n] = Math.max(refractory - 1, 0);
    fired.push(n);
  }
  return fired;
}
