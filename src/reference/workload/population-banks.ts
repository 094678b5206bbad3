/** The populations of a workload card as neurons of the event-driven network, each with what a weight means to it. Banks count in ticks and volts. */
import { InfeasibleError } from '../../base/index.ts';
import type { WorkloadPopulation } from '../../model/index.ts';
import type { NeuronColumns } from '../../network/index.ts';
import { AdexBank } from '../banks/adex-bank.ts';
import { JumpBank } from '../banks/jump-bank.ts';
import { LifBank } from '../banks/lif-bank.ts';
import { amplitudeOf, membraneOf, type OdePopulation } from '../membrane/membrane.ts';
import type { NeuronBank } from '../banks/neuron-bank.ts';
import { OdeBank } from '../banks/ode-bank.ts';
import type { OdeModel } from '../banks/ode-model.ts';
import { peakOfUnitPsp } from '../psp.ts';

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
  /** What a weight (V) puts into neuron `n` of the population. */
  readonly amplitude: (n: number, weight: number) => number;
  /** For reports. */
  readonly method: string;
}

const MS = 1000;

/** Izhikevich neurons spike hundreds of times, and each spike inherits the error of the one before. */
const FINER = { izhikevich: 1e-2 } as const;

/** The neurons of one population; `columns` are those of neuronParameters. Throws InfeasibleError when a parameter allows no membrane. */
export function populationBank(
  population: WorkloadPopulation,
  columns: NeuronColumns,
  count: number,
  ticksPerSecond: number,
  tolerance: number,
): PopulationBank {
  if (population.model === 'loihi')
    throw new InfeasibleError('model loihi: its neurons know whole steps only, run it with --mode grid and the step of the chip');
  if (population.model === 'intfire' || (population.model === 'lif' && hasJumps(population))) {
    return jumping(population.model, columns, count, ticksPerSecond);
  }
  const plain = population.synapses === undefined || population.synapses.kind === 'exponential';
  const compact = !('dendrites' in population) || (population.dendrites ?? []).length === 0;
  if (population.model === 'lif' && plain && compact) return leaky(columns, count, ticksPerSecond);
  const conductances = population.synapses?.kind === 'conductance' && population.synapses.shape === 'exponential';
  if (population.model === 'adex' && compact && (plain || conductances)) {
    return adaptive(population, columns, count, ticksPerSecond, tolerance);
  }
  return integrated(population, columns, count, ticksPerSecond, tolerance);
}

/** LIF with delta synapses and nothing but a soma. */
export function hasJumps(population: Extract<WorkloadPopulation, { model: 'lif' }>): boolean {
  return population.synapses?.kind === 'delta' && (population.dendrites ?? []).length === 0;
}

function jumping(model: 'lif' | 'intfire', columns: NeuronColumns, count: number, ticksPerSecond: number): PopulationBank {
  const millivolts = (name: string, otherwise: number): Float64Array =>
    columns[name]?.map((value) => value * MS) ?? new Float64Array(count).fill(otherwise);
  const bank = new JumpBank({
    tauMem: inTicks(columns['tau_mem']!, ticksPerSecond),
    refractory: inTicks(columns['refractory']!, ticksPerSecond),
    rest: millivolts('rest', 0),
    threshold: millivolts('threshold', 1),
    reset: millivolts('reset', 0),
    strict: model === 'intfire',
  });
  const what = model === 'lif' ? 'LIF with delta synapses' : 'IntFire1';
  return {
    bank,
    amplitude: (_n, weight) => Number((weight * MS).toPrecision(15)),
    method: `${what} in closed form from event to event, no tolerance`,
  };
}

function membraneColumns(columns: NeuronColumns, count: number, ticksPerSecond: number) {
  return {
    tauMem: inTicks(columns['tau_mem']!, ticksPerSecond),
    tauSynExc: inTicks(columns['tau_syn_excitatory']!, ticksPerSecond),
    tauSynInh: inTicks(columns['tau_syn_inhibitory']!, ticksPerSecond),
    restVoltage: columns['rest']!.slice(),
    reset: columns['reset']!.slice(),
    refractory: inTicks(columns['refractory']!, ticksPerSecond),
    drive: new Float64Array(count),
  };
}

/** Amplitude of a current of this weight on neuron n. */
function currentOf(shared: ReturnType<typeof membraneColumns>): PopulationBank['amplitude'] {
  const peaks = (tauSyn: Float64Array): Float64Array => tauSyn.map((tau, n) => peakOfUnitPsp(shared.tauMem[n]!, tau));
  const [exc, inh] = [peaks(shared.tauSynExc), peaks(shared.tauSynInh)];
  return (n, weight) => weight / (weight >= 0 ? exc : inh)[n]!;
}

function leaky(columns: NeuronColumns, count: number, ticksPerSecond: number): PopulationBank {
  const shared = membraneColumns(columns, count, ticksPerSecond);
  return {
    bank: new LifBank({ ...shared, threshold: columns['threshold']!.slice() }),
    amplitude: currentOf(shared),
    method: 'LIF by exact propagators from event to event, lossless threshold search, no tolerance',
  };
}

function adaptive(
  { synapses }: Extract<WorkloadPopulation, { model: 'adex' }>,
  columns: NeuronColumns,
  count: number,
  ticksPerSecond: number,
  tolerance: number,
): PopulationBank {
  const shared = membraneColumns(columns, count, ticksPerSecond);
  const perLeak = (values: Float64Array): Float64Array => values.map((value, n) => value / shared.tauMem[n]!);
  const current = currentOf(shared);
  const reversals = synapses?.kind === 'conductance' ? synapses : undefined;
  const filled = (value: number): Float64Array => new Float64Array(count).fill(value);
  const bank = new AdexBank(
    {
      ...shared,
      threshold: columns['exponential.threshold']!,
      slopeFactor: columns['exponential.slope']!,
      peak: columns['threshold']!,
      adaptationTau: inTicks(columns['adaptation.tau']!, ticksPerSecond),
      adaptationRate: perLeak(columns['adaptation.strength']!),
      adaptationJump: perLeak(columns['adaptation.jump']!),
      ...(reversals === undefined
        ? {}
        : { reversalExc: filled(reversals.reversal_excitatory), reversalInh: filled(reversals.reversal_inhibitory) }),
    },
    undefined,
    tolerance,
  );
  const across = (n: number, weight: number): number =>
    reversals === undefined
      ? 1
      : Math.abs((weight >= 0 ? reversals.reversal_excitatory : reversals.reversal_inhibitory) - columns['rest']![n]!);
  return {
    bank,
    amplitude: (n, weight) => current(n, weight) / across(n, weight),
    method: `AdEx${reversals === undefined ? '' : ' with conductances'} by Dormand-Prince 5(4) from event to event, upstroke over V to the peak, tolerance ${String(tolerance)}`,
  };
}

function integrated(
  population: OdePopulation,
  columns: NeuronColumns,
  count: number,
  ticksPerSecond: number,
  asked: number,
): PopulationBank {
  const tolerance = asked * (population.model === 'izhikevich' ? FINER.izhikevich : 1);
  return {
    bank: new OdeBank(membranesOf(population, columns, count), ticksPerSecond / MS, tolerance),
    amplitude: (n, weight) => amplitudeOf(population, columns, n, weight),
    method: `${describe(population)} by Dormand-Prince 5(4) from event to event, ${crossing(population)}, tolerance ${String(tolerance)}`,
  };
}

/** One model per neuron; neurons that are alike share theirs. */
export function membranesOf(population: OdePopulation, columns: NeuronColumns, count: number): OdeModel[] {
  const alike = Object.values(columns).every((column) => column.every((value) => value === column[0]));
  if (!alike) return Array.from({ length: count }, (_, n) => membraneOf(population, columns, n));
  const one = membraneOf(population, columns, 0);
  return Array.from({ length: count }, () => one);
}

const MODEL_NAMES = { lif: 'LIF', adex: 'AdEx', izhikevich: 'Izhikevich', 'hodgkin-huxley': 'Hodgkin-Huxley (Traub-Miles)' } as const;

/** Model, compartments and synapses in words. */
export function describe(population: OdePopulation): string {
  const dendrites = 'dendrites' in population ? (population.dendrites ?? []).length : 0;
  const { synapses } = population;
  const kind = synapses?.kind === 'conductance' ? `${synapses.shape} conductance` : (synapses?.kind ?? 'exponential');
  const compartments = dendrites === 0 ? '' : ` with ${String(dendrites)} passive ${dendrites === 1 ? 'dendrite' : 'dendrites'}`;
  return `${MODEL_NAMES[population.model]}${compartments}, ${kind} synapses,`;
}

function crossing({ model }: OdePopulation): string {
  if (model === 'lif') return 'crossings by shortened steps';
  return model === 'hodgkin-huxley' ? 'upward crossings by shortened steps' : 'upstroke over V to the peak';
}

function inTicks(seconds: Float64Array, ticksPerSecond: number): Float64Array {
  return seconds.map((value) => value * ticksPerSecond);
}
