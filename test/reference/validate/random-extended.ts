/** Neurons with dendrites, passive chains and neural masses with parameters and inputs drawn at random; equations as in the papers, written for the tests. */
import { arrivals, twoSteps, type Model, type Values } from './random-input.ts';
import { ADEX, adexCurrent, peakOf } from './random-points.ts';

export function dendritic(compartments: 2 | 3, kind: 'soma' | 'distal' | 'synapses'): Model {
  return (roll) => {
    const p: Values = {
      ...ADEX(roll),
      a: roll(0, 4),
      g_c: roll(8, 25),
      C_d: roll(50, 120),
      g_d: roll(3, 8),
      tau_ex: roll(2, 6),
      E_ex: 0,
      ...(compartments === 3 ? { g_c2: roll(8, 20) } : {}),
    };
    const rheobase = p['g_L']! * (p['V_th']! - p['E_L']!);
    const input = {
      soma: { steps: twoSteps(roll, 2 * rheobase, 5 * rheobase) },
      distal: { distal: twoSteps(roll, 4 * rheobase, 8 * rheobase) },
      synapses: { kicks: arrivals(roll, 200, [1.5, compartments + 1, roll(2, 5)]) },
    }[kind];
    const passive = Array.from({ length: compartments - 1 }, () => p['E_L']!);
    return {
      parameters: p,
      duration: 200,
      every: 1,
      start: [p['E_L']!, 0, ...passive, 0],
      ...input,
      slope: (y, current, distal) => {
        const [v, w] = [y[0]!, y[1]!];
        const exc = y[compartments + 1]!;
        const far = exc * (p['E_ex']! - y[compartments]!) + distal;
        const near = p['g_d']! * (p['E_L']! - y[2]!) + p['g_c']! * (v - y[2]!);
        const dendrites =
          compartments === 2
            ? [(near + far) / p['C_d']!]
            : [
                (near + p['g_c2']! * (y[3]! - y[2]!)) / p['C_d']!,
                (p['g_d']! * (p['E_L']! - y[3]!) + p['g_c2']! * (y[2]! - y[3]!) + far) / p['C_d']!,
              ];
        return [
          (adexCurrent(p, v, w) + p['g_c']! * (y[2]! - v) + current) / p['C_m']!,
          (p['a']! * (v - p['E_L']!) - w) / p['tau_w']!,
          ...dendrites,
          -exc / p['tau_ex']!,
        ];
      },
      spike: { level: peakOf(p), refractory: p['t_ref']!, fire: ([, w, ...rest]) => [p['V_reset']!, w! + p['b']!, ...rest] },
    };
  };
}

export function hodgkinHuxley(place: 'soma' | 'distal'): Model {
  return (roll) => {
    const p: Values = {
      C_m: roll(150, 250),
      g_L: roll(8, 12),
      E_L: roll(-68, -62),
      g_Na: roll(15000, 25000),
      E_Na: 50,
      g_K: roll(5000, 7000),
      E_K: -90,
      V_T: roll(-64, -60),
      g_c: roll(10, 25),
      g_c2: roll(8, 20),
      C_d: roll(50, 120),
      g_d: roll(3, 6),
      theta: roll(-10, 10),
    };
    const rates = (u: number): [number, number][] => [
      [(0.32 * (13 - u)) / Math.expm1((13 - u) / 4), (0.28 * (u - 40)) / Math.expm1((u - 40) / 5)],
      [0.128 * Math.exp((17 - u) / 18), 4 / (1 + Math.exp((40 - u) / 5))],
      [(0.032 * (15 - u)) / Math.expm1((15 - u) / 5), 0.5 * Math.exp((10 - u) / 40)],
    ];
    return {
      parameters: p,
      duration: 150,
      every: 1,
      start: [-65, 0.03, 0.99, 0.03, -65, -65],
      ...(place === 'soma' ? { steps: twoSteps(roll, 500, 900) } : { distal: twoSteps(roll, 700, 1500) }),
      slope: ([v, m, h, n, v1, v2], current, distal) => {
        const gates = rates(v! - p['V_T']!).map(([a, b], i) => a * (1 - [m!, h!, n!][i]!) - b * [m!, h!, n!][i]!);
        const ions = p['g_L']! * (p['E_L']! - v!) + p['g_Na']! * m! ** 3 * h! * (p['E_Na']! - v!) + p['g_K']! * n! ** 4 * (p['E_K']! - v!);
        return [
          (ions + p['g_c']! * (v1! - v!) + current) / p['C_m']!,
          ...gates,
          (p['g_d']! * (p['E_L']! - v1!) + p['g_c']! * (v! - v1!) + p['g_c2']! * (v2! - v1!)) / p['C_d']!,
          (p['g_d']! * (p['E_L']! - v2!) + p['g_c2']! * (v1! - v2!) + distal) / p['C_d']!,
        ];
      },
      spike: { level: p['theta']!, refractory: 0, fire: (y) => y },
    };
  };
}

export const passive: Model = (roll) => {
  const p: Values = {
    C0: roll(50, 300),
    C1: roll(50, 300),
    C2: roll(50, 300),
    g0: roll(1, 20),
    g1: roll(1, 20),
    g2: roll(1, 20),
    g01: roll(1, 60),
    g12: roll(1, 60),
    E_L: roll(-75, -60),
  };
  const rest = p['E_L']!;
  return {
    parameters: p,
    duration: 150,
    every: 1,
    start: [rest, rest, rest],
    steps: twoSteps(roll, -300, 300),
    distal: twoSteps(roll, -300, 300),
    slope: ([a, b, c], current, distal) => [
      (p['g0']! * (rest - a!) + p['g01']! * (b! - a!) + current) / p['C0']!,
      (p['g1']! * (rest - b!) + p['g01']! * (a! - b!) + p['g12']! * (c! - b!)) / p['C1']!,
      (p['g2']! * (rest - c!) + p['g12']! * (b! - c!) + distal) / p['C2']!,
    ],
  };
};

export const wilsonCowan: Model = (roll) => {
  const p: Values = {
    c1: roll(10, 18),
    c2: roll(8, 14),
    c3: roll(10, 18),
    c4: roll(2, 11),
    a_e: roll(1, 1.5),
    theta_e: roll(2.5, 4.5),
    a_i: roll(1, 2.2),
    theta_i: roll(3, 4.5),
    tau_e: roll(5, 15),
    tau_i: roll(5, 20),
    r_e: roll(0.5, 1.2),
    r_i: roll(0.5, 1.2),
    Q: roll(0, 0.5),
  };
  const response = (x: number, a: number, theta: number): number => 1 / (1 + Math.exp(a * (theta - x))) - 1 / (1 + Math.exp(a * theta));
  return {
    parameters: p,
    duration: 300,
    every: 1,
    start: [roll(0, 0.3), roll(0, 0.3)],
    steps: twoSteps(roll, 0.5, 2),
    slope: ([e, i], current) => [
      (-e! + (1 - p['r_e']! * e!) * response(p['c1']! * e! - p['c2']! * i! + current, p['a_e']!, p['theta_e']!)) / p['tau_e']!,
      (-i! + (1 - p['r_i']! * i!) * response(p['c3']! * e! - p['c4']! * i! + p['Q']!, p['a_i']!, p['theta_i']!)) / p['tau_i']!,
    ],
  };
};

export const jansenRit: Model = (roll) => {
  const c = roll(60, 200);
  const p: Values = {
    A: roll(2.6, 5),
    B: roll(17, 30),
    a: roll(80, 120),
    b: roll(40, 60),
    C1: c,
    C2: 0.8 * c,
    C3: 0.25 * c,
    C4: 0.25 * c,
    e0: 2.5,
    v0: roll(5.5, 6.5),
    r: roll(0.5, 0.6),
  };
  const rate = (v: number): number => (2 * p['e0']!) / (1 + Math.exp(p['r']! * (p['v0']! - v)));
  return {
    parameters: p,
    duration: 2,
    every: 0.005,
    start: [0, 0, 0, 0, 0, 0],
    steps: [
      [0, roll(60, 320)],
      [1, roll(60, 320)],
    ],
    slope: ([y0, y1, y2, y3, y4, y5], current) => [
      y3!,
      y4!,
      y5!,
      p['A']! * p['a']! * rate(y1! - y2!) - 2 * p['a']! * y3! - p['a']! ** 2 * y0!,
      p['A']! * p['a']! * (current + p['C2']! * rate(p['C1']! * y0!)) - 2 * p['a']! * y4! - p['a']! ** 2 * y1!,
      p['B']! * p['b']! * p['C4']! * rate(p['C3']! * y0!) - 2 * p['b']! * y5! - p['b']! ** 2 * y2!,
    ],
  };
};

export const epileptor: Model = (roll) => {
  const p: Values = {
    x0: roll(-2.4, -1.5),
    Iext1: 3.1,
    Iext2: 0.45,
    r: roll(3e-4, 3e-3),
    tau2: 10,
    gamma: 0.01,
  };
  return {
    parameters: p,
    duration: 300,
    every: 1,
    start: [0, -5, 3, 0, 0, 0],
    slope: ([x1, y1, z, x2, y2, g]) => [
      y1! - (x1! < 0 ? x1! ** 3 - 3 * x1! ** 2 : (x2! - 0.6 * (z! - 4) ** 2) * x1!) - z! + p['Iext1']!,
      1 - 5 * x1! ** 2 - y1!,
      p['r']! * (4 * (x1! - p['x0']!) - z! - (z! < 0 ? 0.1 * z! ** 7 : 0)),
      -y2! + x2! - x2! ** 3 + p['Iext2']! + 2 * g! - 0.3 * (z! - 3.5),
      (-y2! + (x2! < -0.25 ? 0 : 6 * (x2! + 0.25))) / p['tau2']!,
      -p['gamma']! * (g! - 0.1 * x1!),
    ],
  };
};
