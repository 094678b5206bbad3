/**
 * Somata for membrane.ts, per capacitance: V in mV, times in ms, currents in pA as if the capacitance were 200 pF, so that one tolerance suits all variables.
 *   lif              dV/dt = (E_L - V) / tau_m
 *   adex             dV/dt = (E_L - V + D e^((V - V_T) / D)) / tau_m - w / C,   dw/dt = (a (V - E_L) - w) / tau_w;   at the peak V = V_reset, w += b
 *   izhikevich       dv/dt = 0.04 v^2 + 5 v + 140 - u,   du/dt = a (b v - u);   at the peak v = c, u += d
 *   hodgkin-huxley   dV/dt = ((E_L - V) + g_Na m^3 h (E_Na - V) + g_K n^4 (E_K - V)) / tau_m, gates as in hodgkin-huxley.ts;   an upward crossing of the level is a spike
 * Source: as in adex-cell.ts, izhikevich-cell.ts and hodgkin-huxley.ts.
 */
import { exp } from '../../base/index.ts';
import type { WorkloadPopulation } from '../../model/index.ts';
import type { NeuronColumns } from '../../network/index.ts';
import { gateSlopes, settledGates } from '../cells/hodgkin-huxley.ts';
import type { OdeModel } from '../banks/ode-model.ts';

/** pF that currents are told for. */
export const CAPACITANCE = 200;
const MS = 1000;

/** The equations of a soma alone; V and its own variables stand first. */
export type Soma = Pick<OdeModel, 'level' | 'reset' | 'refractory' | 'firstStep' | 'climbs' | 'voltageStep' | 'fire'> & {
  readonly start: readonly number[];
  readonly rest: number; // mV
  readonly derivative: (y: Float64Array, out: Float64Array) => void;
};

/** The soma of neuron `n` of a population with these columns. */
export function somaOf(model: WorkloadPopulation['model'], columns: NeuronColumns, n: number): Soma {
  const p = (name: string): number => columns[name]![n]!;
  const ms = (name: string): number => p(name) * MS;
  if (model === 'adex') return adex(p, ms);
  if (model === 'izhikevich') return izhikevich(p, ms);
  return model === 'hodgkin-huxley' ? hodgkinHuxleySoma(p, ms) : lif(ms);
}

type Value = (name: string) => number;

function leaky(ms: Value) {
  return {
    rest: ms('rest'),
    level: ms('threshold'),
    reset: ms('reset'),
    refractory: ms('refractory'),
    firstStep: Math.min(ms('tau_mem'), ms('tau_syn_excitatory'), ms('tau_syn_inhibitory')) / 20,
  };
}

function lif(ms: Value): Soma {
  const [rest, tau] = [ms('rest'), ms('tau_mem')];
  return { ...leaky(ms), start: [rest], derivative: (y, out) => (out[0] = (rest - y[0]!) / tau) };
}

/** The explosive term carries the upstroke when it exceeds this many times dV/dt: before that dV/dt may still turn around. */
const CARRIES = 4;

function adex(p: Value, ms: Value): Soma {
  const [rest, tau, onset, slope] = [ms('rest'), ms('tau_mem'), ms('exponential.threshold'), ms('exponential.slope')];
  const tauW = ms('adaptation.tau');
  const conductance = (CAPACITANCE * p('adaptation.strength')) / tau;
  const jump = (CAPACITANCE * ms('adaptation.jump')) / tau;
  const spiking = (v: number): number => (slope * exp((v - onset) / slope)) / tau;
  return {
    ...leaky(ms),
    start: [rest, 0],
    voltageStep: slope / 4,
    derivative: (y, out) => {
      out[0] = (rest - y[0]!) / tau + spiking(y[0]!) - y[1]! / CAPACITANCE;
      out[1] = (conductance * (y[0]! - rest) - y[1]!) / tauW;
    },
    climbs: (v, rise) => v >= onset + 2 * slope && CARRIES * rise > spiking(v),
    fire: (y) => (y[1]! += jump),
  };
}

/** mV: lowest point of the parabola. */
const VERTEX = -62.5;

function izhikevich(p: Value, ms: Value): Soma {
  const [a, b, d] = [p('a'), p('b'), p('d')];
  const start = ms('start');
  return {
    rest: start,
    start: [start, b * start],
    level: ms('peak'),
    reset: ms('c'),
    refractory: 0,
    firstStep: 0.05,
    voltageStep: 1,
    derivative: (y, out) => {
      const v = y[0]!;
      out[0] = (0.04 * v + 5) * v + 140 - y[1]!;
      out[1] = a * (b * v - y[1]!);
    },
    climbs: (v, rise) => v >= VERTEX + 20 && CARRIES * rise > 0.04 * (v - VERTEX) * (v - VERTEX),
    fire: (y) => (y[1]! += d),
  };
}

function hodgkinHuxleySoma(p: Value, ms: Value): Soma {
  const [rest, tau, onset] = [ms('rest'), ms('tau_mem'), ms('onset')];
  const [sodium, potassium, toSodium, toPotassium] = [p('sodium'), p('potassium'), ms('sodium_reversal'), ms('potassium_reversal')];
  return {
    rest,
    start: [rest, ...settledGates(rest - onset)],
    level: ms('threshold'),
    refractory: 0,
    firstStep: 0.01,
    derivative: (y, out) => {
      const v = y[0]!;
      const m = y[1]!;
      const n2 = y[3]! * y[3]!;
      out[0] = (rest - v + sodium * m * m * m * y[2]! * (toSodium - v) + potassium * n2 * n2 * (toPotassium - v)) / tau;
      gateSlopes(v - onset, y, out);
    },
  };
}
