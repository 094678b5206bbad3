/**
 * From a population of a workload card to neurons of the `precise` teacher: which bank, in ticks and volts, and what amplitude a weight is.
 *   weight of a synapse (V) = peak of one postsynaptic potential from rest   =>   amplitude = weight / peak of the unit PSP (V per tick)
 */
import type { WorkloadCard } from '../../model/index.ts';
import { AdexBank } from '../adex-bank.ts';
import { LifBank } from '../lif-bank.ts';
import type { NeuronBank } from '../neuron-bank.ts';
import { peakOfUnitPsp } from '../psp.ts';

type Population = WorkloadCard['populations'][string];

/** Neurons that can be laid aside and taken up: all that changes, as columns. */
export interface StatefulBank extends NeuronBank {
  /** Members are Float64Arrays. */
  readonly state: object;
}

/** One population in the hands of the teacher. */
export interface PopulationBank {
  readonly bank: StatefulBank;
  /** What a weight (V) puts into a neuron. */
  readonly amplitude: (weight: number) => number;
  /** For reports. */
  readonly method: string;
}

/** The neurons of one population. Throws InfeasibleError when a parameter allows no membrane. */
export function populationBank(population: Population, count: number, ticksPerSecond: number, tolerance: number): PopulationBank {
  const { model, parameters: p } = population;
  const column = (value: number): Float64Array => new Float64Array(count).fill(value);
  const shared = {
    tauMem: column(p.tau_mem * ticksPerSecond),
    tauSynExc: column(p.tau_syn_excitatory * ticksPerSecond),
    tauSynInh: column(p.tau_syn_inhibitory * ticksPerSecond),
    restVoltage: column(p.rest),
    reset: column(p.reset),
    refractory: column(p.refractory * ticksPerSecond),
    drive: column(0),
  };
  const peakOf = (tauSyn: number): number => peakOfUnitPsp(p.tau_mem * ticksPerSecond, tauSyn * ticksPerSecond);
  const [peakExc, peakInh] = [peakOf(p.tau_syn_excitatory), peakOf(p.tau_syn_inhibitory)];
  const amplitude = (weight: number): number => weight / (weight >= 0 ? peakExc : peakInh);
  if (model === 'lif') {
    return {
      bank: new LifBank({ ...shared, threshold: column(p.threshold) }),
      amplitude,
      method: 'LIF by exact propagators from event to event, lossless threshold search, no tolerance',
    };
  }
  const perLeak = (value: number): Float64Array => column(value / (p.tau_mem * ticksPerSecond));
  return {
    bank: new AdexBank(
      {
        ...shared,
        threshold: column(p.exponential.threshold),
        slopeFactor: column(p.exponential.slope),
        peak: column(p.threshold),
        adaptationTau: column(p.adaptation.tau * ticksPerSecond),
        adaptationRate: perLeak(p.adaptation.strength),
        adaptationJump: perLeak(p.adaptation.jump),
      },
      undefined,
      tolerance,
    ),
    amplitude,
    method: `AdEx by Dormand-Prince 5(4) from event to event, upstroke over V to the peak, tolerance ${String(tolerance)}`,
  };
}
