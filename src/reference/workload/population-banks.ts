/**
 * From a population of a workload card to neurons of the `precise` teacher: which bank, in ticks and volts, and what amplitude a weight is.
 *   weight of a synapse (V) = peak of one postsynaptic potential from rest   =>   amplitude = weight / peak of the unit PSP (V per tick)
 */
import type { WorkloadCard } from '../../model/index.ts';
import { AdexBank } from '../adex-bank.ts';
import { LifBank } from '../lif-bank.ts';
import { alphaModel, deltaModel, peakOfAlphaPsp, saturatingModel, type LifShape } from '../lif-synapses.ts';
import type { NeuronBank } from '../neuron-bank.ts';
import { OdeBank } from '../ode-bank.ts';
import { peakOfUnitPsp } from '../psp.ts';

type Population = WorkloadCard['populations'][string];

/** Neurons that can be laid aside and taken up: all that changes, as columns. */
export interface StatefulBank extends NeuronBank {
  /** Members are Float64Arrays. */
  readonly state: object;
  /** From now on the constant part of dV/dt is `drive` (V per tick). The state must have been advanced to now. */
  setDrive(neuron: number, drive: number): void;
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
  if (population.model === 'lif' && population.synapses !== undefined && population.synapses.kind !== 'exponential')
    return otherSynapses(p, population.synapses, count, ticksPerSecond, tolerance);
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

const MS = 1000;

/** LIF neurons that receive in another way than by exponential currents. */
function otherSynapses(
  p: Population['parameters'],
  synapses: Exclude<NonNullable<Extract<Population, { model: 'lif' }>['synapses']>, { kind: 'exponential' }>,
  count: number,
  ticksPerSecond: number,
  tolerance: number,
): PopulationBank {
  const shape: LifShape = {
    tauMem: p.tau_mem * MS,
    tauExc: p.tau_syn_excitatory * MS,
    tauInh: p.tau_syn_inhibitory * MS,
    rest: p.rest * MS,
    threshold: p.threshold * MS,
    reset: p.reset * MS,
    refractory: p.refractory * MS,
  };
  const bank = (model: ConstructorParameters<typeof OdeBank>[1]): OdeBank => new OdeBank(count, model, ticksPerSecond / MS, tolerance);
  const method = `LIF with ${synapses.kind} synapses by Dormand-Prince 5(4) from event to event, crossings by shortened steps, tolerance ${String(tolerance)}`;
  if (synapses.kind === 'delta') return { bank: bank(deltaModel(shape)), amplitude: (weight) => weight * MS, method };
  const peakOf = synapses.kind === 'alpha' ? peakOfAlphaPsp : peakOfUnitPsp;
  const [peakExc, peakInh] = [peakOf(shape.tauMem, shape.tauExc), peakOf(shape.tauMem, shape.tauInh)];
  const amplitude = (weight: number): number => (weight * MS) / (weight >= 0 ? peakExc : peakInh);
  const model = synapses.kind === 'alpha' ? alphaModel(shape) : saturatingModel(shape, (synapses.limit * MS) / shape.tauMem);
  return { bank: bank(model), amplitude, method };
}
