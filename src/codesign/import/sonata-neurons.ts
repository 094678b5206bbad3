/**
 * Point neurons of SONATA networks as populations of a workload card, and what their weights are as postsynaptic potentials.
 *   nrn:IntFire1       m decays with tau, an event adds its weight, m > 1 is a spike: a LIF with delta synapses, one unit of m = 20 mV above a rest of -70 mV
 *   nest:iaf_psc_*     C dV/dt = -(C/tau_m) (V - E_L) + I_syn; weights are peak currents (pA), for delta potentials (mV); what a file leaves out has NEST's defaults
 * Sources: NEURON, src/nrnoc/intfire1.mod; NEST 3, models/iaf_psc_alpha.h, iaf_psc_exp.h, iaf_psc_delta.h.
 */
import { CardError } from '../../base/index.ts';
import type { SonataType } from '../../network/index.ts';
import { peakOfAlphaPsp, peakOfUnitPsp } from '../../reference/index.ts';
import { inMs, inMv } from './imported.ts';

export interface ImportedNeurons {
  /** Entry of `populations`, without its size. */
  readonly population: Readonly<Record<string, unknown>>;
  /** mV of a postsynaptic potential that a weight of the file makes. */
  readonly potential: (weight: number) => number;
  /** Depolarisation (V) that the constant current of the type holds; 0 for most. */
  readonly held: number;
  readonly notes: readonly string[];
}

/** What the examples of the format ship as files of their own; ms. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'IntFire1_exc_1.json': { tau: 24, refrac: 3 },
  'IntFire1_inh_1.json': { tau: 7, refrac: 3 },
};
const UNIT = 20; // mV
const NEST = { tau_m: 10, C_m: 250, t_ref: 2, E_L: -70, V_th: -55, V_reset: -70, tau_syn_ex: 2, tau_syn_in: 2, I_e: 0 };

/** Neurons of one type. Throws CardError for a model that no population of a workload stands for. */
export function sonataNeurons({ id, columns, parameters }: SonataType, file: string): ImportedNeurons {
  const template = columns['model_template'] ?? '';
  const shared = { rest: -70e-3, threshold: -50e-3, reset: -70e-3 };
  if (template === 'nrn:IntFire1' || template === 'NEURON_IntFire1') {
    const component = columns['dynamics_params'] ?? '';
    const shipped = parameters === null ? KNOWN[component] : undefined;
    const given = parameters ?? shipped ?? {};
    // some files hold seconds: no membrane of this kind is faster than a millisecond
    const ms = (name: string, otherwise: number): number => {
      const value = given[name] ?? otherwise;
      return value < 1 ? value * 1000 : value;
    };
    const from =
      shipped === undefined
        ? []
        : [
            `${component} is not there: tau ${String(shipped['tau'])} ms, refractory ${String(shipped['refrac'])} ms, as the examples of the format have them`,
          ];
    const none =
      parameters === null && shipped === undefined
        ? [`type ${String(id)} has no parameters: NEURON's defaults, tau 10 ms, refractory 5 ms`]
        : [];
    return {
      population: populationOf('delta', { ...shared, tauMem: ms('tau', 10), refractory: ms('refrac', 5), tauExc: 1, tauInh: 1 }),
      potential: (weight) => weight * UNIT,
      held: 0,
      notes: [...from, ...none, `one unit of IntFire1 is ${String(UNIT)} mV: threshold -50 mV, rest and reset -70 mV`],
    };
  }
  const kind = /^nest:iaf_psc_(alpha|exp|delta)$/.exec(template)?.[1];
  if (kind === undefined) {
    throw new CardError([
      {
        file,
        path: `node type ${String(id)} model_template`,
        found: `"${template.slice(0, 60)}"`,
        expected: 'nrn:IntFire1, nest:iaf_psc_alpha, nest:iaf_psc_exp or nest:iaf_psc_delta',
      },
    ]);
  }
  const p = { ...NEST, ...parameters };
  const wrong = Object.entries({ tau_m: p.tau_m, C_m: p.C_m, tau_syn_ex: p.tau_syn_ex, tau_syn_in: p.tau_syn_in }).filter(
    ([, value]) => !(value > 0),
  );
  if (wrong.length > 0)
    throw new CardError(
      wrong.map(([name, value]) => ({ file, path: `node type ${String(id)} ${name}`, found: String(value), expected: 'a number above 0' })),
    );
  const peak = kind === 'alpha' ? peakOfAlphaPsp : peakOfUnitPsp;
  const [excitatory, inhibitory] = [peak(p.tau_m, p.tau_syn_ex), peak(p.tau_m, p.tau_syn_in)];
  return {
    population: populationOf(kind === 'exp' ? 'exponential' : kind === 'alpha' ? 'alpha' : 'delta', {
      tauMem: p.tau_m,
      tauExc: p.tau_syn_ex,
      tauInh: p.tau_syn_in,
      refractory: p.t_ref,
      rest: p.E_L / 1000,
      threshold: p.V_th / 1000,
      reset: p.V_reset / 1000,
    }),
    potential: (weight) => (kind === 'delta' ? weight : (weight / p.C_m) * (weight >= 0 ? excitatory : inhibitory)),
    held: (p.I_e * p.tau_m) / p.C_m / 1000,
    notes: parameters === null ? [`type ${String(id)} has no parameters: NEST's defaults`] : [],
  };
}

interface Membrane {
  /** ms. */
  readonly tauMem: number;
  readonly tauExc: number;
  readonly tauInh: number;
  readonly refractory: number;
  /** V. */
  readonly rest: number;
  readonly threshold: number;
  readonly reset: number;
}

/** Entry of `populations` of a LIF population, without its size. */
function populationOf(synapses: 'exponential' | 'alpha' | 'delta', m: Membrane): Readonly<Record<string, unknown>> {
  return {
    model: 'lif',
    ...(synapses === 'exponential' ? {} : { synapses: { kind: synapses } }),
    parameters: {
      tau_mem: inMs(m.tauMem / 1000),
      tau_syn_excitatory: inMs(m.tauExc / 1000),
      tau_syn_inhibitory: inMs(m.tauInh / 1000),
      rest: inMv(m.rest),
      threshold: inMv(m.threshold),
      reset: inMv(m.reset),
      refractory: inMs(m.refractory / 1000),
    },
  };
}
