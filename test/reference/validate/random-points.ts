/** Neurons of one compartment with parameters and inputs drawn at random; equations as in the papers, written for the tests. */
import { arrivals, noise, twoSteps, type Model, type Roll, type Values } from './random-input.ts';

const LIF = (roll: Roll): Values => ({
  C_m: roll(100, 300),
  E_L: roll(-72, -65),
  V_th: roll(-55, -48),
  V_reset: roll(-72, -58),
  t_ref: roll(0, 4),
  tau_ex: roll(0.3, 8),
  tau_in: roll(0.3, 12),
});

export function currentLif(noisy: boolean): Model {
  return (roll) => {
    const p: Values = { ...LIF(roll), tau_m: roll(5, 30) };
    const rheobase = ((p['V_th']! - p['E_L']!) * p['C_m']!) / p['tau_m']!;
    return {
      parameters: p,
      duration: 200,
      every: 1,
      start: [p['E_L']!, 0, 0],
      ...(noisy
        ? { kicks: arrivals(roll, 200, [3, 1, rheobase / (2.4 * p['tau_ex']!)], [0.8, 2, -rheobase / (6 * p['tau_in']!)]) }
        : { steps: twoSteps(roll, 1.01 * rheobase, 3 * rheobase) }),
      slope: ([v, exc, inh], current) => [
        (p['E_L']! - v!) / p['tau_m']! + (exc! + inh! + current) / p['C_m']!,
        -exc! / p['tau_ex']!,
        -inh! / p['tau_in']!,
      ],
      spike: { level: p['V_th']!, refractory: p['t_ref']!, fire: ([, exc, inh]) => [p['V_reset']!, exc!, inh!] },
    };
  };
}

export function conductanceLif(noisy: boolean): Model {
  return (roll) => {
    const p: Values = { ...LIF(roll), g_L: roll(5, 20), E_ex: roll(-10, 10), E_in: roll(-90, -76) };
    const rheobase = (p['V_th']! - p['E_L']!) * p['g_L']!;
    return {
      parameters: p,
      duration: 200,
      every: 1,
      start: [p['E_L']!, 0, 0],
      ...(noisy
        ? { kicks: arrivals(roll, 200, [2, 1, (0.25 * p['g_L']!) / p['tau_ex']!], [0.5, 2, (0.3 * p['g_L']!) / p['tau_in']!]) }
        : { steps: twoSteps(roll, 1.01 * rheobase, 3 * rheobase) }),
      slope: ([v, exc, inh], current) => [
        (p['g_L']! * (p['E_L']! - v!) + exc! * (p['E_ex']! - v!) + inh! * (p['E_in']! - v!) + current) / p['C_m']!,
        -exc! / p['tau_ex']!,
        -inh! / p['tau_in']!,
      ],
      spike: { level: p['V_th']!, refractory: p['t_ref']!, fire: ([, exc, inh]) => [p['V_reset']!, exc!, inh!] },
    };
  };
}

export const ADEX = (roll: Roll): Values => ({
  C_m: roll(100, 280),
  g_L: roll(8, 30),
  E_L: roll(-72, -60),
  V_th: roll(-52, -48),
  Delta_T: roll(1, 4),
  a: roll(-4, 6),
  b: roll(0, 100),
  tau_w: roll(30, 300),
  V_reset: roll(-70, -52),
  V_peak: roll(-20, 20),
  t_ref: roll(0, 1) < 0.5 ? 0 : roll(0.5, 3),
});

/** Where the upstroke is left: what remains of it takes less than 1e-9 ms. */
export const peakOf = (p: Values): number => Math.min(p['V_peak']!, p['V_th']! + 24 * p['Delta_T']!);

export const adexCurrent = (p: Values, v: number, w: number): number =>
  p['g_L']! * (p['E_L']! - v) + p['g_L']! * p['Delta_T']! * Math.exp((v - p['V_th']!) / p['Delta_T']!) - w;

export function adex(kind: 'steps' | 'noise' | 'synapses'): Model {
  return (roll) => {
    const p: Values = { ...ADEX(roll), tau_ex: roll(1, 6), tau_in: roll(3, 12), E_ex: 0, E_in: roll(-85, -75) };
    const rheobase = p['g_L']! * (p['V_th']! - p['E_L']!);
    const input = {
      steps: { steps: twoSteps(roll, 1.2 * rheobase, 3 * rheobase) },
      noise: { steps: noise(roll, 200, rheobase, rheobase) },
      synapses: { kicks: arrivals(roll, 200, [2.5, 2, (0.3 * p['g_L']!) / p['tau_ex']!], [0.5, 3, (0.4 * p['g_L']!) / p['tau_in']!]) },
    }[kind];
    return {
      parameters: p,
      duration: 200,
      every: 1,
      start: [p['E_L']!, 0, 0, 0],
      ...input,
      slope: ([v, w, exc, inh], current) => [
        (adexCurrent(p, v!, w!) + exc! * (p['E_ex']! - v!) + inh! * (p['E_in']! - v!) + current) / p['C_m']!,
        (p['a']! * (v! - p['E_L']!) - w!) / p['tau_w']!,
        -exc! / p['tau_ex']!,
        -inh! / p['tau_in']!,
      ],
      spike: { level: peakOf(p), refractory: p['t_ref']!, fire: ([, w, ...rest]) => [p['V_reset']!, w! + p['b']!, ...rest] },
    };
  };
}

export const izhikevich: Model = (roll) => {
  const p: Values = { a: roll(0.02, 0.12), b: roll(0.19, 0.26), c: roll(-65, -48), d: roll(0.05, 8), V_peak: 30 };
  return {
    parameters: p,
    duration: 300,
    every: 1,
    start: [-65, p['b']! * -65],
    steps: twoSteps(roll, 4, 18),
    slope: ([v, u], current) => [0.04 * v! * v! + 5 * v! + 140 - u! + current, p['a']! * (p['b']! * v! - u!)],
    spike: { level: 30, refractory: 0, fire: ([, u]) => [p['c']!, u! + p['d']!] },
  };
};
