/**
 * Two networks that every simulator is compared on, as populations and projections for the grid kernel.
 *   Brunel         N neurons, 4/5 excitatory, delta synapses of J mV (inhibitory -g J), a tenth of each population onto every neuron, one delay of 1.5 ms, Poisson drive of
 *                  eta times the rate that alone would bring the mean to threshold
 *   microcircuit   eight populations of one square millimetre of cortex, exponential synapses with normal weights and delays, numbers of synapses from connection probabilities;
 *                  scaled down, weights grow by 1/sqrt(scale) and a constant current makes up for the mean that is lost
 * Source: Brunel 2000, J. Comput. Neurosci. 8:183; Potjans and Diesmann 2014, Cerebral Cortex 24:785, with rates and initial voltages of the INM-6 model description.
 */
import { normalQuantile } from '../../analysis/index.ts';
import { Chance, InfeasibleError, log1p } from '../../base/index.ts';
import type { GridPopulation, GridProjection } from '../../kernels/grid-net-types.ts';
import { peakOfUnitPsp } from '../psp.ts';
import { lifPropagators, stepsOf, type GridLifParameters } from './grid-lif.ts';

/** A network for the kernel, with the names and sizes of its populations. */
export interface KnownNetwork {
  readonly names: readonly string[];
  readonly sizes: readonly number[];
  readonly populations: readonly GridPopulation[];
  readonly projections: readonly GridProjection[];
}

/** What Brunel's network is varied in. */
export interface BrunelOptions {
  readonly neurons: number; // a multiple of 5, of 50 for whole in-degrees
  readonly weight?: number; // mV, J; 0.1 unless given
  readonly g: number;
  readonly eta: number;
  readonly step?: number; // ms; 0.1 unless given
}

/** Brunel's network A. Throws InfeasibleError for sizes that give no whole in-degrees. */
export function brunelNetwork({ neurons, weight = 0.1, g, eta, step = 0.1 }: BrunelOptions): KnownNetwork {
  const sizes = [neurons * 0.8, neurons * 0.2].map(Math.round);
  const inDegrees = sizes.map((size) => Math.round(size / 10));
  if (!(neurons >= 50 && neurons % 5 === 0)) throw new InfeasibleError(`${String(neurons)} neurons: expected a multiple of 5, at least 50`);
  const lif: Omit<GridLifParameters, 'current' | 'start'> = {
    step,
    capacitance: 1,
    tauMem: 20,
    rest: 0,
    threshold: 20,
    reset: 10,
    refractory: 2,
  };
  // events per ms onto one neuron: eta x threshold / (J tau)
  const events = { mean: ((eta * 20) / (weight * 20)) * step, weight };
  const delay = stepsOf('delay', 1.5, step, 1);
  return {
    names: ['E', 'I'],
    sizes,
    populations: sizes.map((size) => kernelPopulation({ ...lif, current: [0], start: new Float64Array(size) }, 'delta', events, 0)),
    projections: [0, 1].flatMap((from) =>
      [0, 1].map((to) => ({
        from,
        to,
        number: { inDegree: inDegrees[from]! },
        weights: [from === 0 ? weight : -g * weight],
        delays: [delay],
      })),
    ),
  };
}

const LAYERS = ['L23E', 'L23I', 'L4E', 'L4I', 'L5E', 'L5I', 'L6E', 'L6I'];
const FULL_SIZES = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948];
/** Probability of a connection; first index target, second source. */
const CONNECTED = [
  [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0],
  [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0],
  [0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0.0],
  [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0],
  [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0],
  [0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0.0],
  [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
  [0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443],
];
const EXTERNAL_IN_DEGREES = [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100];
const EXTERNAL_RATE = 8; // 1/s
/** 1/s, published rates of the full network by population: what a scaled one has to make up for. */
export const MICROCIRCUIT_RATES = [0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829];
const START_MEANS = [-68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43]; // mV
const START_DEVIATIONS = [5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48]; // mV
const TAU_SYN = 0.5; // ms
const PSP = 0.15; // mV
const RELATIVE_INHIBITION = 4;
const CELL = { capacitance: 250, tauMem: 10, rest: -65, threshold: -50, reset: -65, refractory: 2 };
const WEIGHT_LEVELS = 1024;
const DELAY_LEVELS = 4096;

/** What the microcircuit is varied in. */
export interface MicrocircuitOptions {
  readonly scale: number; // of neurons and of in-degrees, up to 1
  readonly background?: 'poisson' | 'dc';
  readonly seed: number; // of the initial voltages
  readonly step?: number; // ms; 0.1 unless given
  readonly inhibition?: number; // weight of inhibition relative to excitation; 4 unless given
}

/** The cortical microcircuit, full or scaled. Throws InfeasibleError for a scale that is not in (0, 1]. */
export function microcircuitNetwork({
  scale,
  background = 'poisson',
  seed,
  step = 0.1,
  inhibition = RELATIVE_INHIBITION,
}: MicrocircuitOptions): KnownNetwork {
  if (!(scale > 0 && scale <= 1)) throw new InfeasibleError(`scale: found ${String(scale)}, expected more than 0 and at most 1`);
  const sizes = FULL_SIZES.map((size) => roundHalfEven(size * scale));
  const psc = (PSP * CELL.capacitance) / peakOfUnitPsp(CELL.tauMem, TAU_SYN); // pA
  const grown = psc / Math.sqrt(scale);
  const synapses = (to: number, from: number): number => log1p(-CONNECTED[to]![from]!) / log1p(-1 / (FULL_SIZES[to]! * FULL_SIZES[from]!));
  const lost = (1 - Math.sqrt(scale)) * TAU_SYN * 0.001;
  const chance = new Chance(seed, 'die');
  const populations = sizes.map((size, to) => {
    const external = EXTERNAL_IN_DEGREES[to]! * EXTERNAL_RATE; // 1/s
    const recurrent = FULL_SIZES.reduce(
      (sum, _, from) =>
        sum + (psc * relativeWeight(to, from, inhibition) * synapses(to, from) * MICROCIRCUIT_RATES[from]!) / FULL_SIZES[to]!,
      0,
    );
    const constant = background === 'dc' ? TAU_SYN * 0.001 * external * psc : lost * external * psc;
    const current = lost * recurrent + constant;
    const start = Float64Array.from({ length: size }, (_, n) => START_MEANS[to]! + START_DEVIATIONS[to]! * chance.normal(to, n));
    const events = background === 'dc' ? undefined : { mean: external * scale * 0.001 * step, weight: grown };
    return kernelPopulation({ ...CELL, step, current: [0], start }, 'exponential', events, current);
  });
  const normal = normalLevels(WEIGHT_LEVELS);
  const fine = normalLevels(DELAY_LEVELS);
  const delays = [1.5, 0.75].map((typical) => truncatedDelays(fine, typical, typical / 2, step));
  const projections = sizes.flatMap((_, to) =>
    sizes.flatMap((__, from): GridProjection[] => {
      const total = Math.round(synapses(to, from) * scale * scale);
      if (total === 0) return [];
      const typical = relativeWeight(to, from, inhibition) * grown;
      return [{ from, to, number: { total }, weights: normal.map((z) => typical * (1 + 0.1 * z)), delays: delays[from % 2]! }];
    }),
  );
  return { names: LAYERS, sizes, populations, projections };
}

/** Mean weight in units of an excitatory one; that from layer 4 onto layer 2/3 is doubled. */
function relativeWeight(to: number, from: number, inhibition: number): number {
  if (from % 2 === 1) return -inhibition;
  return to === 0 && from === 2 ? 2 : 1;
}

/** As the model description rounds: 106.5 neurons are 106. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}

/** Equally likely values of a standard normal. */
function normalLevels(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => normalQuantile((i + 0.5) / count));
}

/** Normal delays in steps, redrawn below half a step, as equally likely values. */
function truncatedDelays(levels: Float64Array, mean: number, deviation: number, step: number): Float64Array {
  const kept = levels.map((z) => Math.round((mean + deviation * z) / step)).filter((steps) => steps >= 1);
  return Float64Array.from(levels, (_, i) => kept[Math.floor((i * kept.length) / levels.length)]!);
}

/** Physical parameters as factors of one step; the constant current (pA) is the same for all neurons. */
function kernelPopulation(
  lif: GridLifParameters,
  synapses: GridPopulation['synapses'],
  events: GridPopulation['events'],
  current: number,
): GridPopulation {
  const by = lifPropagators(lif, { tauExc: TAU_SYN, tauInh: TAU_SYN });
  return {
    size: lif.start.length,
    synapses,
    leak: by.leak,
    decay: by.excDecay,
    fromCurrent: by.fromExc,
    drive: current * by.fromCurrent,
    threshold: lif.threshold - lif.rest,
    reset: lif.reset - lif.rest,
    refractorySteps: by.refractorySteps,
    start: Float64Array.from(lif.start, (voltage) => voltage - lif.rest),
    ...(events === undefined ? {} : { events }),
  };
}
