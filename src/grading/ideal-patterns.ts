/**
 * The ideal die under the same noise: every circuit has exactly the parameters of the target, no mismatch, no rounding to codes, but the membrane and comparator noise of the
 * card. What it reaches is the ceiling of any calibration to a firing pattern.
 */
import { adexOptions, noiseOptions, ChipPart, compileDie, exactAdex, type AdexTarget, type StepArrivals } from '../chip/index.ts';
import type { ChipCard } from '../model/index.ts';

/** A neuron under a step of current, in hardware units. */
export interface StepNeuron {
  readonly adex: AdexTarget;
  /** V. */
  readonly reset: number;
  readonly cutOff: number;
  /** s. */
  readonly refractory: number;
  /** dV/dt of the current, V/s. */
  readonly drive: number;
}

const NOTHING: StepArrivals = { count: 0, from: new Uint32Array(1), to: new Uint32Array(1), remaining: new Float64Array(1) };

/** Spike times (s since the onset) of all circuits of an ideal die; `trial` names the noise. */
export function idealStepTrial(card: ChipCard, neuron: StepNeuron, duration: number, trial: number): readonly (readonly number[])[] {
  const ideal: ChipCard = { ...card, variation: 0 };
  const die = compileDie(ideal, 0);
  const all = (value: number): Float64Array => new Float64Array(die.neurons).fill(value);
  const targets = Array.from({ length: die.neurons }, () => neuron.adex);
  const step = card.step.value;
  const part = new ChipPart({
    integrator: 'fast',
    parameters: {
      rest: all(neuron.adex.leak),
      reset: all(neuron.reset),
      threshold: all(neuron.cutOff),
      tauMem: all(neuron.adex.tauMem),
      tauSynExcitatory: all(neuron.adex.tauMem),
      tauSynInhibitory: all(neuron.adex.tauMem),
      driveExcitatory: all(0),
      driveInhibitory: all(0),
      offsetCurrent: all(0),
      adex: exactAdex(ideal, die, targets),
    },
    synapses: { circuit: new Uint32Array(0), sign: new Int8Array(0), drive: new Float64Array(0) },
    options: {
      first: 0,
      count: die.neurons,
      step,
      linearRange: card.neuron.ota === 'linear' ? Infinity : card.neuron.linear_range.value,
      ...noiseOptions(card),
      noiseSeed: trial,
      dieSeed: 0,
      refractory: neuron.refractory,
      ...adexOptions(card),
    },
  });
  part.setCurrent(all(neuron.drive));
  const trains = Array.from({ length: die.neurons }, (): number[] => []);
  const steps = Math.round(duration / step);
  for (let k = 0; k < steps; k++) {
    const { count, circuit, fraction } = part.advance(k, NOTHING);
    for (let i = 0; i < count; i++) trains[circuit[i]!]!.push((k + fraction[i]!) * step);
  }
  return trains;
}
