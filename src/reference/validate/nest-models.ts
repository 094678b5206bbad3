/**
 * Neuron models of NEST by name, as neurons of the grid. Parameters, units and defaults are NEST's (ms, mV, pA, pF, nS); the weight of a conductance is in nS and its sign selects
 * the synapse. Exact models are held to NEST's spikes one by one, integrated ones to a step.
 *   iaf_psc_exp, iaf_psc_alpha, iaf_psc_delta                       exact propagators
 *   iaf_cond_exp, iaf_cond_alpha                                    Runge-Kutta-Fehlberg with the tolerance that they have in NEST
 *   aeif_cond_exp, aeif_cond_alpha, aeif_psc_exp, aeif_psc_alpha    the same, tolerance `gsl_error_tol`
 *   izhikevich                                                      forward Euler, as there
 * Source: NEST model documentation.
 */
import { exp, InfeasibleError } from '../../base/index.ts';
import type { OdeModel } from '../banks/ode-model.ts';
import { GridAdex } from '../grid/grid-adex.ts';
import type { GridBank } from '../grid/grid-bank.ts';
import { GridIzhikevich } from '../grid/grid-izhikevich.ts';
import { GridLifAlpha } from '../grid/grid-lif-alpha.ts';
import { GridLifDelta, GridLifExp, type GridLifParameters, type SynapticTimes } from '../grid/grid-lif.ts';
import { GridOde } from '../grid/grid-ode.ts';

/** Neurons with the same parameters. */
export interface NestNeurons {
  readonly step: number; // ms
  readonly current: readonly number[]; // pA, one per neuron
  readonly start: readonly number[]; // mV, one per neuron
  /** A parameter; InfeasibleError when it is missing and has no default. */
  readonly parameter: (name: string, byDefault?: number) => number;
}

/** How a model is run and judged. */
export interface NestModel {
  readonly method: string;
  /** Whether spikes are to be NEST's one by one, and voltages its own. */
  readonly exact: boolean;
  /** Name of its tolerance and what NEST takes without; absent for models without. */
  readonly tolerance?: readonly [name: string, byDefault: number];
  readonly build: (neurons: NestNeurons) => GridBank;
}

const EXACT = 'exact propagators';
const EMBEDDED = 'Runge-Kutta-Fehlberg 4(5) as in GSL';
/** Fixed in NEST's iaf_cond models. */
const COARSE = 1e-3;
const FINE = 1e-6;

const lif = ({ step, current, start, parameter }: NestNeurons): GridLifParameters => ({
  step,
  capacitance: parameter('C_m'),
  tauMem: parameter('tau_m'),
  rest: parameter('E_L'),
  threshold: parameter('V_th'),
  reset: parameter('V_reset'),
  refractory: parameter('t_ref'),
  current,
  start,
});

const times = ({ parameter }: NestNeurons): SynapticTimes => ({ tauExc: parameter('tau_syn_ex'), tauInh: parameter('tau_syn_in') });

/** Two synapses on a membrane: currents without reversal potentials, conductances with them. */
interface Synapses extends SynapticTimes {
  readonly alpha: boolean;
  readonly reversals: readonly [exc: number, inh: number] | undefined;
}

const synapsesOf = (neurons: NestNeurons, alpha: boolean, conductances: boolean): Synapses => ({
  ...times(neurons),
  alpha,
  reversals: conductances ? [neurons.parameter('E_ex'), neurons.parameter('E_in')] : undefined,
});

/** A soma of `own` variables with its two synapses behind them: dV/dt = soma + synapses / C. */
function withSynapses(
  soma: Omit<OdeModel, 'receive' | 'derivative' | 'start'> & {
    own: readonly number[];
    slope: (y: Float64Array, out: Float64Array) => void;
  },
  { tauExc, tauInh, alpha, reversals }: Synapses,
  capacitance: number,
): OdeModel {
  const { own, slope, ...rest } = soma;
  const [exc, inh] = [own.length, own.length + 1];
  const place = alpha ? own.length + 2 : own.length;
  const [unitExc, unitInh] = alpha ? [Math.E / tauExc, Math.E / tauInh] : [1, 1];
  return {
    ...rest,
    start: [...own, ...Array.from({ length: alpha ? 4 : 2 }, () => 0)],
    derivative: (y, drive, out) => {
      slope(y, out);
      const v = y[0]!;
      const input = reversals === undefined ? y[exc]! - y[inh]! : y[exc]! * (reversals[0] - v) + y[inh]! * (reversals[1] - v);
      out[0]! += drive + input / capacitance;
      out[exc] = (alpha ? y[place]! : 0) - y[exc]! / tauExc;
      out[inh] = (alpha ? y[place + 1]! : 0) - y[inh]! / tauInh;
      if (!alpha) return;
      out[place] = -y[place]! / tauExc;
      out[place + 1] = -y[place + 1]! / tauInh;
    },
    receive: (y, amplitude) => {
      if (amplitude >= 0) y[place]! += unitExc * amplitude;
      else y[place + 1]! -= unitInh * amplitude;
    },
  };
}

function conductanceLif(neurons: NestNeurons, alpha: boolean): GridBank {
  const { parameter, step, current, start } = neurons;
  const [capacitance, leak, rest] = [parameter('C_m'), parameter('g_L'), parameter('E_L')];
  const synapses = synapsesOf(neurons, alpha, true);
  const [level, reset, refractory] = [parameter('V_th'), parameter('V_reset'), parameter('t_ref')];
  if (reset >= level) throw new InfeasibleError(`reset ${String(reset)} mV must lie below threshold ${String(level)} mV`);
  const soma = { level, reset, refractory, firstStep: step };
  const models = start.map((v) =>
    withSynapses({ ...soma, own: [v], slope: (y, out) => (out[0] = (leak * (rest - y[0]!)) / capacitance) }, synapses, capacitance),
  );
  return new GridOde(models, { step, tolerance: COARSE, drive: current.map((value) => value / capacitance) });
}

function alphaAdex(neurons: NestNeurons, conductances: boolean): GridBank {
  const { parameter, step, current, start } = neurons;
  const [capacitance, leak, rest, onset] = [parameter('C_m'), parameter('g_L'), parameter('E_L'), parameter('V_th')];
  const [slope, a, b, tauW] = [parameter('Delta_T'), parameter('a'), parameter('b'), parameter('tau_w')];
  const synapses = synapsesOf(neurons, true, conductances);
  const soma = {
    level: parameter('V_peak'),
    reset: parameter('V_reset'),
    refractory: parameter('t_ref'),
    firstStep: step,
    climbs: () => true, // resets stand at the end of the substep, as in aeif_cond_exp
    fire: (y: Float64Array) => void (y[1]! += b),
    slope: (y: Float64Array, out: Float64Array): void => {
      const [v, w] = [y[0]!, y[1]!];
      out[0] = (leak * (rest - v) + leak * slope * exp((v - onset) / slope) - w) / capacitance;
      out[1] = (a * (v - rest) - w) / tauW;
    },
  };
  const models = start.map((v) => withSynapses({ ...soma, own: [v, 0] }, synapses, capacitance));
  return new GridOde(models, { step, tolerance: parameter('gsl_error_tol', FINE), drive: current.map((value) => value / capacitance) });
}

function adex(neurons: NestNeurons, conductances: boolean): GridBank {
  const { parameter, step, current, start } = neurons;
  return new GridAdex({
    step,
    capacitance: parameter('C_m'),
    leakConductance: parameter('g_L'),
    rest: parameter('E_L'),
    thresholdVoltage: parameter('V_th'),
    slopeFactor: parameter('Delta_T'),
    adaptationConductance: parameter('a'),
    adaptationJump: parameter('b'),
    adaptationTau: parameter('tau_w'),
    reset: parameter('V_reset'),
    peak: parameter('V_peak'),
    refractory: parameter('t_ref'),
    ...times(neurons),
    ...(conductances ? { reversalExc: parameter('E_ex'), reversalInh: parameter('E_in') } : {}),
    tolerance: parameter('gsl_error_tol', FINE),
    current,
    start,
  });
}

function izhikevich({ parameter, step, current, start }: NestNeurons): GridBank {
  const column = (name: string): Float64Array => new Float64Array(start.length).fill(parameter(name));
  const [a, b, c, d] = [column('a'), column('b'), column('c'), column('d')];
  const peak = new Float64Array(start.length).fill(parameter('V_th', 30));
  const recovery = new Float64Array(start.length).fill(parameter('U_m', 0));
  return new GridIzhikevich({ step, a, b, c, d, peak, start: Float64Array.from(start), recovery, current });
}

const adaptive = (build: NestModel['build']): NestModel => ({
  method: EMBEDDED,
  exact: false,
  tolerance: ['gsl_error_tol', FINE],
  build,
});
const coarse = (alpha: boolean): NestModel => ({
  method: EMBEDDED,
  exact: false,
  tolerance: ['', COARSE],
  build: (neurons) => conductanceLif(neurons, alpha),
});

/** All models that are run on the grid. */
export const NEST_MODELS: Readonly<Record<string, NestModel>> = {
  iaf_psc_exp: { method: EXACT, exact: true, build: (neurons) => new GridLifExp(lif(neurons), times(neurons)) },
  iaf_psc_alpha: { method: EXACT, exact: true, build: (neurons) => new GridLifAlpha(lif(neurons), times(neurons)) },
  iaf_psc_delta: { method: EXACT, exact: true, build: (neurons) => new GridLifDelta(lif(neurons)) },
  iaf_cond_exp: coarse(false),
  iaf_cond_alpha: coarse(true),
  aeif_cond_exp: adaptive((neurons) => adex(neurons, true)),
  aeif_psc_exp: adaptive((neurons) => adex(neurons, false)),
  aeif_cond_alpha: adaptive((neurons) => alphaAdex(neurons, true)),
  aeif_psc_alpha: adaptive((neurons) => alphaAdex(neurons, false)),
  izhikevich: { method: 'forward Euler', exact: false, build: izhikevich },
};
