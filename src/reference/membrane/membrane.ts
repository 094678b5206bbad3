/**
 * A neuron of a workload as one system of equations: soma, up to two passive compartments in a row, synapses on the soma or on the last compartment.
 *   c_k dV_k/dt = (g_k (E_L - V_k) + G_k (V_k-1 - V_k) + G_k+1 (V_k+1 - V_k)) / tau_m,   conductances and capacitances relative to those of the soma's leak
 *   exponential   input x_e + x_i,   dx/dt = -x / tau            alpha   dx/dt = (z - x) / tau, dz/dt = -z / tau; an event adds e to z: x(t) = (t / tau) e^(1 - t/tau)
 *   saturating    input s tanh(x_e / s) + s tanh(x_i / s)        delta   an event moves V itself
 *   conductance   input x_e (E_e - V) + x_i (E_i - V), x exponential or alpha
 * Order of variables: V and those of the soma, voltages of the compartments, those of the synapses.
 * Source: Rotter and Diesmann 1999 (alpha); Billaudelle et al. 2022 for the saturating input of an analog neuron.
 */
import { tanh } from '../../base/index.ts';
import type { WorkloadPopulation } from '../../model/index.ts';
import type { NeuronColumns } from '../../network/index.ts';
import type { OdeModel } from '../banks/ode-model.ts';
import { peakOfUnitPsp } from '../psp.ts';
import { peakOfAlphaPsp } from './alpha-psp.ts';
import { CAPACITANCE, somaOf, type Soma } from './soma.ts';

const MS = 1000;

/** Models whose course is integrated; the others have closed forms or steps of their own. */
export type OdePopulation = Extract<WorkloadPopulation, { model: 'lif' | 'adex' | 'izhikevich' | 'hodgkin-huxley' }>;
type Synapses = NonNullable<OdePopulation['synapses']>;

const EXPONENTIAL: Synapses = { kind: 'exponential' };

/** The equations of neuron `n`. */
export function membraneOf(population: OdePopulation, columns: NeuronColumns, n: number): OdeModel {
  const soma = somaOf(population.model, columns, n);
  const dendrites = dendritesOf(population, columns, n);
  const far = 'receives' in population && population.receives === 'last dendrite';
  const first = soma.start.length + dendrites.length;
  const place = far ? first - 1 : 0;
  const capacitance = far ? dendrites.at(-1)!.capacitance : 1;
  const synapses = synapsesOf(population.synapses ?? EXPONENTIAL, columns, n, { first, place, capacitance });
  const tau = dendrites.length === 0 ? 1 : columns['tau_mem']![n]! * MS;
  return {
    ...soma,
    start: [...soma.start, ...dendrites.map(() => soma.rest), ...Array.from({ length: synapses.size }, () => 0)],
    derivative: (y, drive, out) => {
      soma.derivative(y, out);
      out[0]! += drive;
      if (dendrites.length > 0) passive(y, out, soma, dendrites, tau);
      synapses.derivative(y, out);
    },
    receive: synapses.receive,
  };
}

/** What an event of `weight` (V) puts into neuron `n`: the amplitude of its current or conductance, or mV. */
export function amplitudeOf(population: OdePopulation, columns: NeuronColumns, n: number, weight: number): number {
  const synapses = population.synapses ?? EXPONENTIAL;
  if (synapses.kind === 'delta') return weight * MS;
  const ms = (name: string): number => columns[name]![n]! * MS;
  const shape = synapses.kind === 'conductance' ? synapses.shape : synapses.kind;
  const tau = ms(weight >= 0 ? 'tau_syn_excitatory' : 'tau_syn_inhibitory');
  const peakOf = shape === 'alpha' ? peakOfAlphaPsp : peakOfUnitPsp;
  // izhikevich has no leak of its own: there a weight is the peak of dv/dt
  const amplitude = (weight * MS * CAPACITANCE) / (population.model === 'izhikevich' ? 1 : peakOf(ms('tau_mem'), tau));
  if (synapses.kind !== 'conductance') return amplitude;
  const reversal = (weight >= 0 ? synapses.reversal_excitatory : synapses.reversal_inhibitory) * MS;
  return amplitude / Math.abs(reversal - ms(population.model === 'izhikevich' ? 'start' : 'rest'));
}

interface Dendrite {
  readonly coupling: number;
  readonly leak: number;
  readonly capacitance: number;
}

function dendritesOf(population: OdePopulation, columns: NeuronColumns, n: number): Dendrite[] {
  if (!('dendrites' in population)) return [];
  return (population.dendrites ?? []).map((_, k) => {
    const of = (name: string): number => columns[`dendrites.${String(k)}.${name}`]![n]!;
    return { coupling: of('coupling'), leak: of('leak'), capacitance: of('capacitance') };
  });
}

function passive(y: Float64Array, out: Float64Array, soma: Soma, dendrites: readonly Dendrite[], tau: number): void {
  const base = soma.start.length;
  let before = y[0]!;
  out[0]! += (dendrites[0]!.coupling * (y[base]! - before)) / tau;
  dendrites.forEach(({ coupling, leak, capacitance }, k) => {
    const v = y[base + k]!;
    let net = leak * (soma.rest - v) + coupling * (before - v);
    const next = dendrites[k + 1];
    if (next !== undefined) net += next.coupling * (y[base + k + 1]! - v);
    out[base + k] = net / (capacitance * tau);
    before = v;
  });
}

/** Where synapses sit: their first variable, the voltage that they see, the capacitance that they charge. */
interface Site {
  readonly first: number;
  readonly place: number;
  readonly capacitance: number;
}

type Receiving = Pick<OdeModel, 'receive'> & { readonly size: number; readonly derivative: (y: Float64Array, out: Float64Array) => void };

function synapsesOf(synapses: Synapses, columns: NeuronColumns, n: number, { first, place, capacitance }: Site): Receiving {
  if (synapses.kind === 'delta') {
    return { size: 0, derivative: () => undefined, receive: (y, amplitude) => (y[place]! += amplitude / capacitance) };
  }
  const [tauExc, tauInh] = [columns['tau_syn_excitatory']![n]! * MS, columns['tau_syn_inhibitory']![n]! * MS];
  const scale = 1 / (CAPACITANCE * capacitance);
  const alpha = synapses.kind === 'alpha' || (synapses.kind === 'conductance' && synapses.shape === 'alpha');
  const [exc, inh] = [first, first + 1];
  const decay = (y: Float64Array, out: Float64Array): void => {
    out[exc] = ((alpha ? y[first + 2]! : 0) - y[exc]!) / tauExc;
    out[inh] = ((alpha ? y[first + 3]! : 0) - y[inh]!) / tauInh;
    if (!alpha) return;
    out[first + 2] = -y[first + 2]! / tauExc;
    out[first + 3] = -y[first + 3]! / tauInh;
  };
  const [unit, at] = alpha ? [Math.E, first + 2] : [1, first];
  const sign = synapses.kind === 'conductance' ? -1 : 1;
  const receive = (y: Float64Array, amplitude: number): void => {
    if (amplitude >= 0) y[at]! += unit * amplitude;
    else y[at + 1]! += sign * unit * amplitude;
  };
  const input = inputOf(synapses, columns, n);
  return {
    size: alpha ? 4 : 2,
    receive,
    derivative: (y, out) => {
      out[place]! += scale * input(y[exc]!, y[inh]!, y[place]!);
      decay(y, out);
    },
  };
}

/** Current of both synapses at a voltage. */
function inputOf(synapses: Synapses, columns: NeuronColumns, n: number): (exc: number, inh: number, v: number) => number {
  if (synapses.kind === 'conductance') {
    const [toExc, toInh] = [synapses.reversal_excitatory * MS, synapses.reversal_inhibitory * MS];
    return (exc, inh, v) => exc * (toExc - v) + inh * (toInh - v);
  }
  if (synapses.kind === 'saturating') {
    const limit = (CAPACITANCE * synapses.limit) / (columns['tau_mem']?.[n] ?? 1e-3);
    return (exc, inh) => limit * (tanh(exc / limit) + tanh(inh / limit));
  }
  return (exc, inh) => exc + inh;
}
