/**
 * Cases that nobody has seen: parameters drawn at random for every model of the bench, equations written here a second time, an integrator of another family (extrapolation,
 * order 16). The bars are those of the reference cases.
 */
import { expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { pairStdpCourse, runCell, tripletStdpCourse, tsodyksMarkramCourse, type CellCase } from '../../src/reference/index.ts';
import { follow } from './extrapolation.ts';

const CASES = [1, 2, 3];

/** Numbers of one case: a value of [low, high] at each call. */
function dice(model: number, number: number): (low: number, high: number) => number {
  const chance = new Chance(2026, 'search', model);
  let index = 0;
  return (low, high) => low + (high - low) * chance.uniform(number, index++);
}

type Values = Record<string, number>;

/** Spikes (ms) of equations with a reset under steps of current; the state is held at the reset for `refractory`. */
function spikesOf(
  cell: CellCase,
  slope: (y: readonly number[], current: number) => number[],
  start: readonly number[],
  level: number,
  fire: ((y: number[]) => number[]) | undefined,
): { spikes: number[]; state: number[] } {
  const spikes: number[] = [];
  let y = [...start];
  const stops = [...(cell.currentSteps ?? []).map(([t]) => t), cell.duration];
  let current = 0;
  let from = 0;
  stops.forEach((stop, k) => {
    const input = current;
    y = follow(
      (_t, state) => slope(state, input),
      y,
      from,
      stop,
      ([v]) => v! - level,
      (t, state) => {
        spikes.push(t);
        return fire === undefined ? state : fire(state);
      },
    );
    from = stop;
    current = cell.currentSteps?.[k]?.[1] ?? current;
  });
  return { spikes, state: y };
}

function farthest(found: ArrayLike<number>, expected: readonly number[]): number {
  if (found.length !== expected.length) return Infinity;
  return expected.reduce((worst, value, k) => Math.max(worst, Math.abs(found[k]! - value)), 0);
}

const steps = (roll: (low: number, high: number) => number, low: number, high: number): [number, number][] => [
  [10, roll(low, high)],
  [90, roll(low, high)],
];

test.each(CASES)('AdEx, random parameters, case %i: spikes within 1e-4 ms at the default tolerance and 1e-6 ms at 1e-10', (number) => {
  const roll = dice(1, number);
  const p: Values = {
    C_m: roll(100, 250),
    g_L: roll(8, 20),
    E_L: roll(-72, -60),
    V_th: roll(-52, -48),
    Delta_T: roll(1, 3),
    a: roll(0, 4),
    b: roll(10, 80),
    tau_w: roll(40, 200),
    V_reset: roll(-66, -56),
    V_peak: roll(-5, 10),
    t_ref: 0,
  };
  const cell: CellCase = { model: 'adex', parameters: p, duration: 200, currentSteps: steps(roll, 500, 900) };
  const slope = ([v, w]: readonly number[], current: number): number[] => [
    (-p['g_L']! * (v! - p['E_L']!) + p['g_L']! * p['Delta_T']! * Math.exp((v! - p['V_th']!) / p['Delta_T']!) - w! + current) / p['C_m']!,
    (p['a']! * (v! - p['E_L']!) - w!) / p['tau_w']!,
  ];
  const { spikes } = spikesOf(cell, slope, [p['E_L']!, 0], p['V_peak']!, ([, w]) => [p['V_reset']!, w! + p['b']!]);
  expect(spikes.length).toBeGreaterThan(3);
  expect(farthest(runCell(cell).spikes, spikes)).toBeLessThan(1e-4);
  expect(farthest(runCell(cell, { tolerance: 1e-10 }).spikes, spikes)).toBeLessThan(1e-6);
});

test.each(CASES)('Izhikevich, random parameters, case %i: spikes within 1e-5 ms', (number) => {
  const roll = dice(2, number);
  const p: Values = { a: roll(0.02, 0.1), b: roll(0.19, 0.25), c: roll(-65, -50), d: roll(0.05, 8), V_peak: 30, v0: -65, u0: -13 };
  const cell: CellCase = { model: 'izh', parameters: p, duration: 200, currentSteps: steps(roll, 6, 15) };
  const slope = ([v, u]: readonly number[], current: number): number[] => [
    0.04 * v! * v! + 5 * v! + 140 - u! + current,
    p['a']! * (p['b']! * v! - u!),
  ];
  const { spikes } = spikesOf(cell, slope, [-65, -13], 30, ([, u]) => [p['c']!, u! + p['d']!]);
  expect(spikes.length).toBeGreaterThan(3);
  expect(farthest(runCell(cell).spikes, spikes)).toBeLessThan(1e-5);
});

test.each(CASES)('Hodgkin-Huxley with three compartments, random parameters, case %i: spikes within 1e-5 ms', (number) => {
  const roll = dice(3, number);
  const p: Values = {
    C_m: roll(150, 250),
    g_L: roll(8, 12),
    E_L: roll(-68, -62),
    g_Na: roll(15000, 25000),
    E_Na: 50,
    g_K: roll(5000, 7000),
    E_K: -90,
    V_T: roll(-64, -60),
    g_c: roll(5, 20),
    g_c2: roll(5, 15),
    C_d: roll(50, 120),
    g_d: roll(3, 6),
    theta: 0,
  };
  const cell: CellCase = { model: 'hh3c', parameters: p, duration: 140, currentSteps: steps(roll, 500, 900) };
  const rates = (u: number): [number, number][] => [
    [(0.32 * (13 - u)) / (Math.exp((13 - u) / 4) - 1), (0.28 * (u - 40)) / (Math.exp((u - 40) / 5) - 1)],
    [0.128 * Math.exp((17 - u) / 18), 4 / (1 + Math.exp((40 - u) / 5))],
    [(0.032 * (15 - u)) / (Math.exp((15 - u) / 5) - 1), 0.5 * Math.exp((10 - u) / 40)],
  ];
  const slope = ([v, m, h, n, v1, v2]: readonly number[], current: number): number[] => {
    const gates = rates(v! - p['V_T']!).map(([a, b], i) => a * (1 - [m!, h!, n!][i]!) - b * [m!, h!, n!][i]!);
    const ions = -p['g_L']! * (v! - p['E_L']!) - p['g_Na']! * m! ** 3 * h! * (v! - p['E_Na']!) - p['g_K']! * n! ** 4 * (v! - p['E_K']!);
    return [
      (ions + p['g_c']! * (v1! - v!) + current) / p['C_m']!,
      ...gates,
      (-p['g_d']! * (v1! - p['E_L']!) + p['g_c']! * (v! - v1!) + p['g_c2']! * (v2! - v1!)) / p['C_d']!,
      (-p['g_d']! * (v2! - p['E_L']!) + p['g_c2']! * (v1! - v2!)) / p['C_d']!,
    ];
  };
  const rest = p['E_L']!;
  const start = [rest, ...rates(rest - p['V_T']!).map(([a, b]) => a / (a + b)), rest, rest];
  const { spikes } = spikesOf(cell, slope, start, 0, undefined);
  expect(spikes.length).toBeGreaterThan(3);
  expect(farthest(runCell(cell).spikes, spikes)).toBeLessThan(1e-5);
});

test.each(CASES)('a passive chain, random parameters, case %i: voltages within 1e-10 mV', (number) => {
  const roll = dice(4, number);
  const p: Values = {
    C0: roll(50, 300),
    C1: roll(50, 300),
    C2: roll(50, 300),
    g0: roll(1, 20),
    g1: roll(1, 20),
    g2: roll(1, 20),
    g01: roll(1, 60),
    g12: roll(1, 60),
    E_L: -65,
  };
  const cell: CellCase = { model: 'pas3c', parameters: p, duration: 150, currentSteps: steps(roll, -300, 300) };
  const slope = ([a, b, c]: readonly number[], current: number): number[] => [
    (-p['g0']! * (a! + 65) + p['g01']! * (b! - a!) + current) / p['C0']!,
    (-p['g1']! * (b! + 65) + p['g01']! * (a! - b!) + p['g12']! * (c! - b!)) / p['C1']!,
    (-p['g2']! * (c! + 65) + p['g12']! * (b! - c!)) / p['C2']!,
  ];
  const { state } = spikesOf(cell, slope, [-65, -65, -65], Infinity, undefined);
  expect(farthest(runCell(cell).finalState, state)).toBeLessThan(1e-10);
});

test.each(CASES)('current-based LIF, random parameters, case %i: spikes within 1e-9 ms of the closed form', (number) => {
  const roll = dice(5, number);
  const p: Values = {
    C_m: roll(100, 300),
    tau_m: roll(5, 30),
    E_L: roll(-75, -65),
    V_th: roll(-55, -45),
    V_reset: roll(-70, -60),
    t_ref: roll(0.5, 4),
    tau_ex: 2,
    tau_in: 5,
  };
  const current = (roll(1.3, 3) * (p['V_th']! - p['E_L']!) * p['C_m']!) / p['tau_m']!;
  const cell: CellCase = { model: 'lif_psc', parameters: p, duration: 300, currentSteps: [[10, current]] };
  const settled = p['E_L']! + (current * p['tau_m']!) / p['C_m']!;
  const rise = (v: number): number => p['tau_m']! * Math.log((settled - v) / (settled - p['V_th']!));
  const expected: number[] = [];
  for (let t = 10 + rise(p['E_L']!); t < 300; t += p['t_ref']! + rise(p['V_reset']!)) expected.push(t);
  expect(expected.length).toBeGreaterThan(3);
  expect(farthest(runCell(cell).spikes, expected)).toBeLessThan(1e-9);
});

/** Poisson times with a dead time of 0.1 ms. */
function train(roll: (low: number, high: number) => number, count: number): number[] {
  const times: number[] = [];
  let t = 0;
  for (let k = 0; k < count; k++) times.push((t += 0.1 - 20 * Math.log(roll(1e-9, 1))));
  return times;
}

test.each(CASES)('pair STDP, triplet STDP and Tsodyks-Markram, random parameters, case %i: sums over all pairs, to 1e-12', (number) => {
  const roll = dice(6, number);
  const [pre, post] = [train(roll, 40), train(roll, 40)];
  const sum = (times: readonly number[], before: number, tau: number): number =>
    times.reduce((total, t) => (t < before ? total + Math.exp((t - before) / tau) : total), 0);
  const events = [...pre.map((t) => ({ t, isPre: true })), ...post.map((t) => ({ t, isPre: false }))].toSorted((a, b) => a.t - b.t);
  const pair = {
    lambda: roll(0.005, 0.05),
    alpha: roll(0.8, 1.2),
    muPlus: roll(0, 1),
    muMinus: roll(0, 1),
    tauPlus: roll(10, 30),
    tauMinus: roll(10, 40),
  };
  let weight = 0.5;
  const pairs = events.map(({ t, isPre }) => {
    const change = isPre
      ? -pair.alpha * pair.lambda * weight ** pair.muMinus * sum(post, t, pair.tauMinus)
      : pair.lambda * (1 - weight) ** pair.muPlus * sum(pre, t, pair.tauPlus);
    return (weight = Math.min(1, Math.max(0, weight + change)));
  });
  expect(farthest(pairStdpCourse(pair, pre, post, 0.5).weights, pairs)).toBeLessThan(1e-12);
  const triplet = {
    pairPlus: roll(0, 0.01),
    tripletPlus: roll(0, 0.01),
    pairMinus: roll(0, 0.01),
    tripletMinus: roll(0, 0.01),
    tauPlus: roll(10, 20),
    tauMinus: roll(20, 40),
    tauX: roll(80, 600),
    tauY: roll(50, 150),
  };
  let change = 0;
  const triplets = events.map(({ t, isPre }) => {
    change += isPre
      ? -sum(post, t, triplet.tauMinus) * (triplet.pairMinus + triplet.tripletMinus * sum(pre, t, triplet.tauX))
      : sum(pre, t, triplet.tauPlus) * (triplet.pairPlus + triplet.tripletPlus * sum(post, t, triplet.tauY));
    return change;
  });
  expect(farthest(tripletStdpCourse(triplet, pre, post).weights, triplets)).toBeLessThan(1e-12);
  const [utilisation, tauRecovery, tauFacilitation] = [roll(0.1, 0.8), roll(50, 800), roll(10, 800)];
  let [u, x] = [utilisation, 1];
  const efficacies = pre.map((t, k) => {
    if (k > 0) {
      const dt = t - pre[k - 1]!;
      const left = x * (1 - u);
      x = 1 - (1 - left) * Math.exp(-dt / tauRecovery);
      u = utilisation + u * (1 - utilisation) * Math.exp(-dt / tauFacilitation);
    }
    return u * x;
  });
  const found = tsodyksMarkramCourse({ utilisation, tauRecovery, tauFacilitation }, pre);
  expect(
    farthest(
      found.u.map((value, k) => value * found.x[k]!),
      efficacies,
    ),
  ).toBeLessThan(1e-12);
});
