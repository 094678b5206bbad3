/**
 * The models of the single-cell bench by name, and how the parameters of the literature (named as in NEST) become those of each model.
 */
import { InfeasibleError } from '../../base/index.ts';
import { AdexCell, type AdexParameters } from './adex-cell.ts';
import { AdexDendriteCell } from './adex-dendrite-cell.ts';
import type { Cell } from './cell.ts';
import { hodgkinHuxley } from './hodgkin-huxley.ts';
import { IzhikevichCell } from './izhikevich-cell.ts';
import { LifConductanceCell } from './lif-conductance-cell.ts';
import { LifCurrentCell } from './lif-current-cell.ts';
import { epileptor, jansenRit, wilsonCowan } from './neural-mass.ts';
import { PassiveCell } from './passive-cell.ts';
import { SmoothCell, type SmoothModel } from './smooth-cell.ts';

/** One model: how it is built, which of its variables synaptic events may change, whether a second current has a place to go, and how it is integrated. */
export interface CellModelEntry {
  readonly method: string;
  readonly kicked: readonly number[];
  readonly distal: boolean; // whether it has a far compartment for a second current
  readonly spiking: boolean;
  readonly exact?: boolean; // no tolerance enters
  readonly mass?: boolean; // a mean activity, not a membrane
  readonly tolerance?: number; // by default, where another one than that of neurons serves
  /** Accuracy promised at the default tolerance: spike times under steps (ms), voltage (mV) without spikes, part of the signal's range for masses. */
  readonly bar: number;
  readonly noisyBar?: number; // ms, spike times under synaptic events or noise
  readonly fineBar?: number; // ms, spike times under steps at tolerance 1e-10
  readonly rmsBar?: number; // mV, voltage away from spikes
  readonly build: (need: Need, tolerance: number, has: (name: string) => boolean) => Cell;
}

type Need = (name: string) => number;

const EXACT = 'exact propagators between events, safeguarded Newton for the threshold';
const UPSTROKE = 'Dormand-Prince 5(4), adaptive; V as independent variable in the upstroke (Henon)';
const SMOOTH = 'Dormand-Prince 5(4), adaptive';

/** Masses are cheap and their bars strict: their steps are as fine as rounding allows. */
const mass = (model: (need: Need) => SmoothModel, accuracy: number): CellModelEntry => ({
  method: SMOOTH,
  kicked: [],
  distal: false,
  spiking: false,
  mass: true,
  tolerance: 1e-13,
  bar: accuracy,
  build: (need, tolerance) => new SmoothCell(model(need), tolerance),
});

const dendritic = (couplings: readonly string[]): CellModelEntry => ({
  method: UPSTROKE,
  kicked: [2 + couplings.length],
  distal: true,
  spiking: true,
  bar: 1e-4,
  build: (need, tolerance) =>
    new AdexDendriteCell(
      {
        ...adexParameters(need),
        coupling: couplings.map(need),
        dendriteCapacitance: need('C_d'),
        dendriteLeak: need('g_d'),
        tauExc: need('tau_ex'),
        reversalExc: need('E_ex'),
      },
      tolerance,
    ),
});

/** All models. lif_psc, lif_cond, adex, izh and the masses are single points; adex2c, adex3c, hh3c and pas3c have passive compartments. */
export const CELL_MODEL_TABLE = {
  lif_psc: {
    method: EXACT,
    kicked: [1, 2],
    distal: false,
    spiking: true,
    exact: true,
    bar: 1e-9,
    noisyBar: 1e-6,
    build: (need) =>
      new LifCurrentCell({
        capacitance: need('C_m'),
        tauMem: need('tau_m'),
        tauExc: need('tau_ex'),
        tauInh: need('tau_in'),
        rest: need('E_L'),
        threshold: need('V_th'),
        reset: need('V_reset'),
        refractory: need('t_ref'),
      }),
  },
  lif_cond: {
    method: `${SMOOTH}; dense output and Newton for the threshold`,
    kicked: [1, 2],
    distal: false,
    spiking: true,
    tolerance: 1e-10,
    bar: 1e-9,
    noisyBar: 1e-6,
    build: (need, tolerance) =>
      new LifConductanceCell(
        {
          capacitance: need('C_m'),
          leakConductance: need('g_L'),
          rest: need('E_L'),
          threshold: need('V_th'),
          reset: need('V_reset'),
          refractory: need('t_ref'),
          ...conductanceSynapses(need),
        },
        tolerance,
      ),
  },
  adex: {
    method: UPSTROKE,
    kicked: [2, 3],
    distal: false,
    spiking: true,
    bar: 1e-4,
    noisyBar: 1e-4,
    fineBar: 1e-6,
    build: (need, tolerance, has) =>
      new AdexCell({ ...adexParameters(need), ...(has('tau_ex') ? { synapses: conductanceSynapses(need) } : {}) }, tolerance),
  },
  izh: {
    method: UPSTROKE,
    kicked: [],
    distal: false,
    spiking: true,
    // hundreds of spikes that inherit each other's error stay within the bar too
    tolerance: 1e-10,
    bar: 1e-5,
    build: (need, tolerance, has) =>
      new IzhikevichCell(
        {
          a: need('a'),
          b: need('b'),
          c: need('c'),
          d: need('d'),
          peak: need('V_peak'),
          start: has('v0') ? [need('v0'), need('u0')] : [-65, need('b') * -65],
        },
        tolerance,
      ),
  },
  adex2c: dendritic(['g_c']),
  adex3c: dendritic(['g_c', 'g_c2']),
  hh3c: {
    method: SMOOTH,
    kicked: [],
    distal: true,
    spiking: true,
    bar: 1e-5,
    rmsBar: 1e-4,
    build: (need, tolerance) =>
      new SmoothCell(
        hodgkinHuxley({
          C_m: need('C_m'),
          g_L: need('g_L'),
          E_L: need('E_L'),
          g_Na: need('g_Na'),
          E_Na: need('E_Na'),
          g_K: need('g_K'),
          E_K: need('E_K'),
          V_T: need('V_T'),
          g_c: need('g_c'),
          g_c2: need('g_c2'),
          C_d: need('C_d'),
          g_d: need('g_d'),
          theta: need('theta'),
        }),
        tolerance,
      ),
  },
  pas3c: {
    method: 'matrix exponential, exact',
    kicked: [],
    distal: true,
    spiking: false,
    exact: true,
    bar: 1e-10,
    build: (need) =>
      new PassiveCell({
        capacitances: [need('C0'), need('C1'), need('C2')],
        leaks: [need('g0'), need('g1'), need('g2')],
        couplings: [need('g01'), need('g12')],
        rest: need('E_L'),
      }),
  },
  wc: mass(wilsonCowan, 1e-8),
  jr: mass(jansenRit, 1e-8),
  epi: mass(epileptor, 1e-6),
} as const satisfies Readonly<Record<string, CellModelEntry>>;

export type CellModel = keyof typeof CELL_MODEL_TABLE;

/** The models of the bench by name. */
export const CELL_MODELS = Object.keys(CELL_MODEL_TABLE) as readonly CellModel[];

/** Builds a cell of the bench; InfeasibleError for a parameter that is missing or no number. */
export function cellOf(model: CellModel, parameters: Readonly<Record<string, number>>, tolerance: number): Cell {
  const need: Need = (name) => {
    const value = parameters[name];
    if (value !== undefined && Number.isFinite(value)) return value;
    throw new InfeasibleError(`${model}: found ${String(value)} for ${name}, expected a number`);
  };
  const entry: CellModelEntry = CELL_MODEL_TABLE[model];
  return entry.build(need, tolerance, (name) => parameters[name] !== undefined);
}

function adexParameters(need: Need): Omit<AdexParameters, 'synapses'> {
  return {
    capacitance: need('C_m'),
    leakConductance: need('g_L'),
    rest: need('E_L'),
    thresholdVoltage: need('V_th'),
    slopeFactor: need('Delta_T'),
    adaptationConductance: need('a'),
    adaptationJump: need('b'),
    adaptationTau: need('tau_w'),
    reset: need('V_reset'),
    peak: need('V_peak'),
    refractory: need('t_ref'),
  };
}

function conductanceSynapses(need: Need): { tauExc: number; tauInh: number; reversalExc: number; reversalInh: number } {
  return { tauExc: need('tau_ex'), tauInh: need('tau_in'), reversalExc: need('E_ex'), reversalInh: need('E_in') };
}
