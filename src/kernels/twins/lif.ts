/** One step of one neuron and one synaptic event as assembly/lif.ts and assembly/deliver.ts compute them, every operation rounded to f32. */
import type { LifField } from '../lif-layout.ts';
import { pmax, pmin, tanhTwin } from './elementary.ts';
import { floorTwin } from './floor.ts';

const f = Math.fround;

/** All fields of one neuron. */
export type LifNeuron = Record<LifField, number>;

/** Advances `neuron` by step number `step`; returns the fraction of the step at which it fired, or undefined. `gauss` is the draw of this step, 0 for none. */
export function lifStepTwin(neuron: LifNeuron, linear: number, gauss: number, comparing: boolean, step: number): number | undefined {
  const { v, remaining, threshold, reset } = neuron;
  const x = f(f(neuron.rest - v) * f(1 / f(linear)));
  let change = f(f(neuron.leak * f(linear)) * tanhTwin(x));
  change = f(change + f(neuron.gainExc * neuron.synapseExc));
  change = f(change - f(neuron.gainInh * neuron.synapseInh));
  change = f(change + neuron.drive);
  change = f(change + neuron.inV);
  change = f(change + f(neuron.sigma * gauss));
  neuron.synapseExc = floorTwin(f(f(neuron.decayExc * neuron.synapseExc) + neuron.inExc), step);
  neuron.synapseInh = floorTwin(f(f(neuron.decayInh * neuron.synapseInh) + neuron.inInh), step);
  neuron.inExc = 0;
  neuron.inInh = 0;
  neuron.inV = 0;

  const active = pmin(1, pmax(0, f(1 - remaining)));
  const next = active <= 0 ? reset : f(v + f(active * change));
  if (!comparing || active <= 0 || next < threshold) {
    neuron.v = floorTwin(next, step);
    neuron.remaining = pmax(0, f(remaining - 1));
    return undefined;
  }
  const inner = pmin(1, pmax(0, f(pmax(0, f(threshold - v)) / f(next - v))));
  const fraction = pmin(1, f(f(1 - active) + f(active * inner)));
  neuron.v = floorTwin(reset, step);
  neuron.remaining = pmax(0, f(neuron.refractorySteps - f(1 - fraction)));
  return fraction;
}

/** Adds one event of weight `weight` (V/s) that arrives `remainingTime` seconds before the end of the step to the slots of `neuron`. */
export function deliverTwin(neuron: LifNeuron, weight: number, inhibitory: boolean, remainingTime: number): void {
  const r = f(remainingTime);
  const rate = inhibitory ? neuron.rateInh : neuron.rateExc;
  const x = f(r * rate);
  const arrived = f(weight * f(f(1 - x) + f(f(x * x) * 0.5)));
  if (inhibitory) neuron.inInh = f(neuron.inInh + arrived);
  else neuron.inExc = f(neuron.inExc + arrived);
  const moved = f(1 - f(f(r * 0.5) * f(rate + neuron.rateMem)));
  neuron.inV = f(neuron.inV + f(f(weight * (inhibitory ? -r : r)) * moved));
}
