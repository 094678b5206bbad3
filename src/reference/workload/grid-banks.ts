/**
 * The populations of a workload card as neurons of the grid. LIF with exponential, alpha or delta synapses is NEST's iaf_psc_exp, iaf_psc_alpha and iaf_psc_delta, AdEx its aeif_psc_exp and
 * aeif_cond_exp, Izhikevich with delta synapses its izhikevich; everything else is integrated inside a step (grid-ode.ts).
 * The card knows no capacitance; with 1 pF a weight in pA is the amplitude in V/s.
 */
import type { WorkloadPopulation } from '../../model/index.ts';
import type { NeuronColumns } from '../../network/index.ts';
import { GridAdex } from '../grid/grid-adex.ts';
import type { GridBank } from '../grid/grid-bank.ts';
import { GridIzhikevich } from '../grid/grid-izhikevich.ts';
import { GridLifDelta, GridLifExp } from '../grid/grid-lif.ts';
import { GridLifAlpha } from '../grid/grid-lif-alpha.ts';
import { GridLoihi } from '../grid/grid-loihi.ts';
import { GridOde } from '../grid/grid-ode.ts';
import { peakOfAlphaPsp } from '../membrane/alpha-psp.ts';
import { amplitudeOf } from '../membrane/membrane.ts';
import { peakOfUnitPsp } from '../psp.ts';
import { describe, hasJumps, membranesOf } from './population-banks.ts';

const CAPACITANCE = 1; // pF
const MS = 1000;

/** One population on the grid. */
export interface GridPopulation {
  /** One after the other; neurons that differ stand in banks of their own. */
  readonly banks: readonly GridBank[];
  /** What a weight (V) puts into neuron `n` of the population. */
  readonly amplitude: (n: number, weight: number) => number;
  /** For reports. */
  readonly method: string;
}

/** The neurons of one population. `current` (mV/ms, one per neuron) may change between steps. Throws InfeasibleError for parameters that do not fit the grid. */
export function gridPopulation(
  population: WorkloadPopulation,
  columns: NeuronColumns,
  current: Float64Array,
  step: number,
  tolerance: number,
): GridPopulation {
  const { model } = population;
  if (model === 'loihi') return loihi(columns);
  const plain = model === 'intfire' || population.synapses === undefined || population.synapses.kind === 'exponential';
  const compact = !('dendrites' in population) || (population.dendrites ?? []).length === 0;
  const alike = (make: (from: number, to: number) => GridBank): GridBank[] =>
    runs(columns, current.length).map(([from, to]) => make(from, to));
  if (model === 'intfire' || (model === 'lif' && (hasJumps(population) || (plain && compact)))) {
    const jumps = model === 'intfire' || hasJumps(population);
    return {
      banks: alike((from, to) => lif(columns, current.subarray(from, to), from, step, jumps ? 'delta' : 'exponential')),
      amplitude: jumps ? (_n, weight) => weight * MS : (n, weight) => currentAmplitude(columns, n, weight),
      method: 'LIF by exact propagators on the grid',
    };
  }
  if (model === 'lif' && compact && population.synapses?.kind === 'alpha') {
    return {
      banks: alike((from, to) => lif(columns, current.subarray(from, to), from, step, 'alpha')),
      amplitude: (n, weight) =>
        weight / peakOfAlphaPsp(columns['tau_mem']![n]!, columns[weight >= 0 ? 'tau_syn_excitatory' : 'tau_syn_inhibitory']![n]!),
      method: 'LIF with alpha synapses by exact propagators on the grid',
    };
  }
  const reversals =
    population.synapses?.kind === 'conductance' && population.synapses.shape === 'exponential' ? population.synapses : undefined;
  if (model === 'adex' && compact && (plain || reversals !== undefined)) {
    return {
      banks: alike((from, to) => adex(columns, current.subarray(from, to), from, step, tolerance, reversals)),
      amplitude: (n, weight) =>
        reversals === undefined ? currentAmplitude(columns, n, weight) : conductanceAmplitude(columns, n, weight, reversals),
      method: `AdEx by Runge-Kutta-Fehlberg 4(5) inside a step, tolerance ${String(tolerance)}`,
    };
  }
  if (model === 'izhikevich' && population.synapses?.kind === 'delta') {
    const millivolts = (name: string): Float64Array => columns[name]!.map((value) => value * MS);
    return {
      banks: [
        new GridIzhikevich({
          step,
          a: columns['a']!,
          b: columns['b']!,
          c: millivolts('c'),
          d: columns['d']!,
          peak: millivolts('peak'),
          start: millivolts('start'),
          current,
        }),
      ],
      amplitude: (_n, weight) => weight * MS,
      method: 'Izhikevich by forward Euler on the grid, as NEST does it',
    };
  }
  return {
    banks: [new GridOde(membranesOf(population, columns, current.length), { step, tolerance, drive: current })],
    amplitude: (n, weight) => amplitudeOf(population, columns, n, weight),
    method: `${describe(population)} by Runge-Kutta-Fehlberg 4(5) inside a step, tolerance ${String(tolerance)}`,
  };
}

function loihi(columns: NeuronColumns): GridPopulation {
  const whole = (name: string): Float64Array => columns[name]!.map(Math.round);
  return {
    banks: [
      new GridLoihi({
        currentDecay: whole('current_decay'),
        voltageDecay: whole('voltage_decay'),
        threshold: whole('threshold'),
        bias: whole('bias'),
        refractory: whole('refractory'),
      }),
    ],
    amplitude: (n, weight) => Math.round(weight / columns['unit']![n]!),
    method: 'Loihi in integers, one time step of the chip per step of the grid',
  };
}

/** Stretches of neurons with the same parameters. */
function runs(columns: NeuronColumns, count: number): [number, number][] {
  const all = Object.values(columns);
  const found: [number, number][] = [];
  for (let from = 0; from < count;) {
    let to = from + 1;
    while (to < count && all.every((column) => column[to] === column[from])) to++;
    found.push([from, to]);
    from = to;
  }
  return found;
}

const milliseconds = (seconds: number): number => Number((seconds * MS).toPrecision(15));

function lif(
  columns: NeuronColumns,
  current: Float64Array,
  n: number,
  step: number,
  synapses: 'exponential' | 'alpha' | 'delta',
): GridBank {
  const mv = (name: string, otherwise: number): number => (columns[name]?.[n] ?? otherwise / MS) * MS;
  const rest = mv('rest', 0);
  const shared = {
    step,
    capacitance: CAPACITANCE,
    tauMem: milliseconds(columns['tau_mem']![n]!),
    rest,
    // m = 1 of IntFire1 is 1 mV
    threshold: mv('threshold', 1),
    reset: mv('reset', 0),
    refractory: milliseconds(columns['refractory']![n]!),
    current,
    start: new Float64Array(current.length).fill(rest),
  };
  if (synapses === 'delta') return new GridLifDelta(shared);
  return new (synapses === 'alpha' ? GridLifAlpha : GridLifExp)(shared, synapticTimes(columns, n));
}

function adex(
  columns: NeuronColumns,
  current: Float64Array,
  n: number,
  step: number,
  tolerance: number,
  reversals: Reversals | undefined,
): GridBank {
  const p = (name: string): number => columns[name]![n]!;
  const leakConductance = CAPACITANCE / milliseconds(p('tau_mem')); // nS
  return new GridAdex({
    step,
    tolerance,
    capacitance: CAPACITANCE,
    leakConductance,
    rest: p('rest') * MS,
    reset: p('reset') * MS,
    peak: p('threshold') * MS,
    refractory: milliseconds(p('refractory')),
    thresholdVoltage: p('exponential.threshold') * MS,
    slopeFactor: p('exponential.slope') * MS,
    adaptationConductance: p('adaptation.strength') * leakConductance,
    adaptationJump: p('adaptation.jump') * MS * leakConductance,
    adaptationTau: milliseconds(p('adaptation.tau')),
    ...synapticTimes(columns, n),
    ...(reversals === undefined
      ? {}
      : { reversalExc: reversals.reversal_excitatory * MS, reversalInh: reversals.reversal_inhibitory * MS }),
    current,
    start: new Float64Array(current.length).fill(p('rest') * MS),
  });
}

interface Reversals {
  readonly reversal_excitatory: number;
  readonly reversal_inhibitory: number;
}

function synapticTimes(columns: NeuronColumns, n: number): { tauExc: number; tauInh: number } {
  return { tauExc: milliseconds(columns['tau_syn_excitatory']![n]!), tauInh: milliseconds(columns['tau_syn_inhibitory']![n]!) };
}

/** pA on 1 pF = V/s. */
function currentAmplitude(columns: NeuronColumns, n: number, weight: number): number {
  const tauMem = columns['tau_mem']![n]!;
  const tauSyn = columns[weight >= 0 ? 'tau_syn_excitatory' : 'tau_syn_inhibitory']![n]!;
  // millions of synapses ask for the peaks of neurons that are alike
  const peak = peaks[weight >= 0 ? 0 : 1];
  if (peak.tauMem !== tauMem || peak.tauSyn !== tauSyn) Object.assign(peak, { tauMem, tauSyn, value: peakOfUnitPsp(tauMem, tauSyn) });
  return weight / peak.value;
}

const peaks = [
  { tauMem: 0, tauSyn: 0, value: 0 },
  { tauMem: 0, tauSyn: 0, value: 0 },
] as const;

/** nS on 1 pF. */
function conductanceAmplitude(columns: NeuronColumns, n: number, weight: number, reversals: Reversals): number {
  const reversal = weight >= 0 ? reversals.reversal_excitatory : reversals.reversal_inhibitory;
  return currentAmplitude(columns, n, weight) / (Math.abs(reversal - columns['rest']![n]!) * MS);
}
