/** Circuits that share a membrane, against closed forms, the matrix exponential and the teacher's single neuron of the summed capacitance. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InfeasibleError } from '../../src/base/index.ts';
import { RemotePart } from '../../src/emulator/part-remote.ts';
import { ChipPart, type CircuitParameters, type PartPlan, type StepArrivals } from '../../src/chip/index.ts';
import { runCell } from '../../src/reference/index.ts';
import { circuits, options } from './cards.ts';
import { caseOf, PATTERNS, planOf, spikesOf } from './patterns.ts';

const NOTHING: StepArrivals = { count: 0, from: new Uint32Array(1), to: new Uint32Array(1), remaining: new Float64Array(1) };
const NO_SYNAPSES = { circuit: new Uint32Array(0), sign: new Int8Array(0), drive: new Float64Array(0) };

/** Spike times of circuit 0 in steps. */
function spikes(part: ChipPart, steps: number): number[] {
  const times: number[] = [];
  for (let k = 0; k < steps; k++) {
    const { count, circuit, fraction } = part.advance(k, NOTHING);
    for (let i = 0; i < count; i++) if (circuit[i] === 0) times.push(k + fraction[i]!);
  }
  return times;
}

/** Circuits of these properties, all on the membrane of circuit 0. */
interface Circuit {
  /** pF, V, s, V, V/s. */
  readonly capacitance: number;
  readonly rest: number;
  readonly tau: number;
  readonly reset: number;
  readonly current: number;
}
function shared(of: readonly Circuit[], changes: Partial<PartPlan> = {}, threshold = 0.55): ChipPart {
  const column = (value: (c: Circuit) => number): Float64Array => Float64Array.from(of, value);
  const part = new ChipPart({
    integrator: 'accurate',
    parameters: {
      ...circuits(of.length, { threshold }),
      capacitance: column((c) => c.capacitance * 1e-12),
      rest: column((c) => c.rest),
      tauMem: column((c) => c.tau),
      reset: column((c) => c.reset),
      fires: new Uint32Array(of.length),
    },
    synapses: NO_SYNAPSES,
    options: options(of.length, { linearRange: Infinity }),
    ...changes,
  });
  part.setCurrent(column((c) => c.current));
  return part;
}

const anyCircuit = fc.record({
  capacitance: fc.double({ min: 0.2, max: 2.3, noNaN: true }),
  rest: fc.double({ min: 0.35, max: 0.5, noNaN: true }),
  tau: fc.double({ min: 3e-6, max: 3e-5, noNaN: true }),
  reset: fc.double({ min: 0.3, max: 0.4, noNaN: true }),
  current: fc.double({ min: 2e4, max: 6e4, noNaN: true }),
});

describe('circuits on one membrane', () => {
  test('are one leaky membrane of the summed capacitance, conductance and current: intervals as in closed form, with either integrator', () => {
    fc.assert(
      fc.property(
        fc.array(anyCircuit, { minLength: 2, maxLength: 5 }),
        fc.constantFrom('fast' as const, 'accurate' as const),
        (of, integrator) => {
          const sum = (value: (c: Circuit) => number): number => of.reduce((total, c) => total + value(c), 0);
          const whole = sum((c) => c.capacitance);
          const conductance = sum((c) => c.capacitance / c.tau);
          const level = sum((c) => (c.capacitance / c.tau) * c.rest + c.capacitance * c.current) / conductance;
          const tau = whole / conductance;
          const reset = sum((c) => c.capacitance * c.reset) / whole;
          const threshold = reset + 0.6 * (level - reset);
          const interval = 2e-6 + tau * Math.log((level - reset) / (level - threshold));
          const times = spikes(shared(of, { integrator }, threshold), Math.ceil((5 * interval) / 1e-7));
          expect(times.length).toBeGreaterThan(2);
          for (let k = 1; k < times.length; k++) expect(Math.abs((times[k]! - times[k - 1]!) * 1e-7 - interval)).toBeLessThan(2e-12);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('fire the pattern of the teacher whose capacitance, leak and exponential are the sums', () => {
    const p = PATTERNS['adaptation']!;
    // the second circuit brings capacitance and leak, the first everything else: in the sum the same exponential current stands for a higher V_T
    const [extraC, extraG] = [80, 5];
    const plan = planOf(p, 'accurate', { count: 2 });
    const { parameters } = plan;
    const second = (values: Float64Array, value: number): Float64Array => values.map((own, n) => (n === 1 ? value : own));
    const { adex } = parameters;
    const merged = new ChipPart({
      ...plan,
      parameters: {
        ...parameters,
        capacitance: parameters.rest.map((_, n) => (n === 1 ? extraC : p.C) * 1e-12),
        tauMem: second(parameters.tauMem, (extraC / extraG) * 1e-6),
        adex: {
          ...adex!,
          exponentialRate: second(adex!.exponentialRate, 0),
          adaptationCoupling: second(adex!.adaptationCoupling, 0),
        },
        fires: Uint32Array.from(parameters.rest, (_, n) => (n === 1 ? 0 : n)),
      },
    });
    const current = 1.6 * p.current;
    merged.setCurrent(Float64Array.of((current / p.C) * 1e4, 0));
    const found = spikesOf(merged, 600);
    const { parameters: teacher, ...rest } = caseOf(p);
    const sum = {
      ...teacher,
      C_m: p.C + extraC,
      g_L: p.gL + extraG,
      V_th: p.VT + p.slope * Math.log((p.gL + extraG) / p.gL),
    };
    const expected = runCell({ ...rest, parameters: sum, duration: 600, currentSteps: [[0, current]] }, { tolerance: 1e-11 }).spikes;
    expect(expected.length).toBeGreaterThan(8);
    expect(found).toHaveLength(expected.length);
    expected.forEach((time, k) => expect(Math.abs(found[k]! - time)).toBeLessThan(1e-4));
  });

  test('two membranes of several circuits each, joined by a conductance, go as the matrix exponential says', () => {
    // circuits 0, 1 are the soma, 2, 3, 4 the dendrite; the conductance is stated for circuits 1 and 3
    const of = [1, 2.2, 0.5, 1.5, 2].map((capacitance, n) => ({
      capacitance,
      tau: (6 + 3 * n) * 1e-6,
      rest: 0.4 + 0.01 * n,
      current: n === 2 ? 9e4 : 0,
    }));
    const column = (value: (c: (typeof of)[number]) => number): Float64Array => Float64Array.from(of, value);
    const conductance = 0.3; // in pF per us
    const membranes = [
      [0, 1],
      [2, 3, 4],
    ] as const;
    const sum = (k: 0 | 1, value: (c: (typeof of)[number]) => number): number =>
      membranes[k].reduce<number>((total, n) => total + value(of[n]!), 0);
    const c = [sum(0, (x) => x.capacitance), sum(1, (x) => x.capacitance)] as const;
    const g = [sum(0, (x) => x.capacitance / x.tau), sum(1, (x) => x.capacitance / x.tau)] as const;
    const drive = [0, 1].map((k) => sum(k as 0 | 1, (x) => (x.capacitance / x.tau) * x.rest + x.capacitance * x.current) / c[k]!);
    const gc = conductance * 1e6;
    const m = [-(g[0] + gc) / c[0], gc / c[0], gc / c[1], -(g[1] + gc) / c[1]] as const;
    const determinant = m[0] * m[3] - m[1] * m[2];
    const still = [-(m[3] * drive[0]! - m[1] * drive[1]!) / determinant, -(m[0] * drive[1]! - m[2] * drive[0]!) / determinant];
    const parameters: CircuitParameters = {
      ...circuits(5, { threshold: 9 }),
      capacitance: column((x) => x.capacitance * 1e-12),
      tauMem: column((x) => x.tau),
      rest: column((x) => x.rest),
      fires: Uint32Array.of(0, 0, 2, 2, 2),
      joins: {
        soma: Uint32Array.of(1),
        dendrite: Uint32Array.of(3),
        somaRate: Float64Array.of(gc / of[1]!.capacitance),
        dendriteRate: Float64Array.of(gc / of[3]!.capacitance),
      },
    };
    for (const integrator of ['fast', 'accurate'] as const) {
      const part = new ChipPart({ integrator, parameters, synapses: NO_SYNAPSES, options: options(5, { linearRange: Infinity }) });
      const begin = [part.voltages()[0]!, part.voltages()[2]!];
      const noCurrent = [0, 1].map((k) => sum(k as 0 | 1, (x) => (x.capacitance / x.tau) * x.rest) / c[k]!);
      const rest = [
        -(m[3] * noCurrent[0]! - m[1] * noCurrent[1]!) / determinant,
        -(m[0] * noCurrent[1]! - m[2] * noCurrent[0]!) / determinant,
      ];
      begin.forEach((v, k) => expect(Math.abs(v - rest[k]!)).toBeLessThan(1e-9));
      part.setCurrent(column((x) => x.current));
      // eigenvalues of the 2 x 2 system
      const half = (m[0] + m[3]) / 2;
      const root = Math.sqrt(half * half - determinant);
      const at = (time: number): number[] => {
        const [e1, e2] = [Math.exp((half + root) * time), Math.exp((half - root) * time)];
        const [cosh, sinh] = [(e1 + e2) / 2, (e1 - e2) / (2 * root)];
        const d = begin.map((v, k) => v - still[k]!);
        return [
          still[0]! + d[0]! * (cosh - half * sinh) + sinh * (m[0] * d[0]! + m[1] * d[1]!),
          still[1]! + d[1]! * (cosh - half * sinh) + sinh * (m[2] * d[0]! + m[3] * d[1]!),
        ];
      };
      for (let k = 1; k <= 300; k++) {
        part.advance(k - 1, NOTHING);
        const v = part.voltages();
        expect(v[0]).toBe(v[1]);
        expect(v[2]).toBe(v[4]);
        at(k * 1e-7).forEach((expected, side) => expect(Math.abs(v[side * 2]! - expected)).toBeLessThan(1e-8));
      }
    }
  });

  test('m alike whole circuits fire as one of them does, at every pattern', () => {
    for (const name of ['tonic', 'initial burst', 'delayed regular bursting']) {
      const p = PATTERNS[name]!;
      const train = (count: number, merged: boolean): number[] => {
        const plan = planOf(p, 'accurate', { count });
        const parameters = { ...plan.parameters, fires: Uint32Array.from(plan.parameters.rest, (_, n) => (n < count ? 0 : n)) };
        const part = new ChipPart(merged ? { ...plan, parameters } : plan);
        part.setCurrent(new Float64Array(count).fill((p.current / p.C) * 1e4));
        const found: number[] = [];
        for (let k = 0; k < 3000; k++) {
          const { count: fired, circuit: which, fraction } = part.advance(k, NOTHING);
          for (let i = 0; i < fired; i++) if (which[i] === 0) found.push((k + fraction[i]!) * 0.1);
        }
        return found;
      };
      const [alone, three] = [train(1, false), train(3, true)];
      expect(alone.length).toBeGreaterThan(5);
      expect(three).toHaveLength(alone.length);
      alone.forEach((time, k) => expect(Math.abs(three[k]! - time)).toBeLessThan(0.02));
    }
  });

  test('m alike circuits are quieter by the square root of m, with the autocorrelation of one', () => {
    const [m, groups, steps] = [4, 64, 4000];
    const count = m * groups;
    const parameters = { ...circuits(count, { threshold: 9 }), fires: Uint32Array.from({ length: count }, (_, n) => n - (n % m)) };
    const part = new ChipPart({
      integrator: 'fast',
      parameters,
      synapses: NO_SYNAPSES,
      options: options(count, { linearRange: Infinity, noise: 2e-3, step: 1e-6 }),
    });
    const lag = 10;
    const rows: Float64Array[] = [];
    let [variance, covariance, n] = [0, 0, 0];
    for (let k = 0; k < steps; k++) {
      part.advance(k, NOTHING);
      rows.push(part.voltages());
      if (k < 100) continue;
      const [now, before] = [rows[k]!, rows[k - lag]!];
      for (let i = 0; i < count; i += m, n++) {
        variance += (now[i]! - 0.42) ** 2;
        covariance += (now[i]! - 0.42) * (before[i]! - 0.42);
      }
    }
    // 64 membranes x 390 us / (2 x 10 us): a standard error of 1.4 % of the rms
    expect(Math.abs(Math.sqrt(variance / n) / (2e-3 / Math.sqrt(m)) - 1)).toBeLessThan(0.03);
    expect(Math.abs(covariance / variance - Math.exp(-1))).toBeLessThan(0.03);
  });

  test('change nothing for circuits beside them, bit for bit, and continue from a snapshot', () => {
    const plan = (fires?: Uint32Array): PartPlan => ({
      integrator: 'fast',
      parameters: { ...circuits(8, { threshold: 0.43 }), ...(fires && { fires }) },
      synapses: { circuit: Uint32Array.of(0, 1, 5), sign: Int8Array.of(1, 1, 1), drive: Float64Array.of(3e4, 2e4, 4e4) },
      options: options(8, { noise: 2e-3 }),
    });
    const merged = (): ChipPart => new ChipPart(plan(Uint32Array.of(0, 0, 0, 3, 4, 5, 6, 7)));
    const [alone, whole, half] = [new ChipPart(plan()), merged(), merged()];
    const events = (k: number): StepArrivals =>
      k % 37 === 0 ? { count: 1, from: Uint32Array.of(0), to: Uint32Array.of(3), remaining: Float64Array.of(4e-8) } : NOTHING;
    const told = (part: ChipPart, from: number, to: number): number[] => {
      const all: number[] = [];
      for (let k = from; k < to; k++) {
        const { count, circuit, fraction } = part.advance(k, events(k));
        for (let i = 0; i < count; i++) all.push(k, circuit[i]!, fraction[i]!);
      }
      return all;
    };
    const beside = (all: number[]): number[] => all.filter((_, i) => all[i - (i % 3) + 1]! > 2);
    const [mine, theirs] = [told(alone, 0, 2000), told(whole, 0, 500)];
    half.restore(whole.snapshot());
    const rest = told(whole, 500, 2000);
    expect(told(half, 500, 2000)).toEqual(rest);
    expect(beside([...theirs, ...rest])).toEqual(beside(mine));
    const circuitsThatFired = new Set([...theirs, ...rest].filter((_, i) => i % 3 === 1));
    expect(circuitsThatFired.has(1) || circuitsThatFired.has(2)).toBe(false);
    expect(circuitsThatFired.has(0)).toBe(true);
  });

  test('cannot be cut apart, in words that a worker thread passes on', () => {
    const parameters = { ...circuits(128), fires: Uint32Array.from({ length: 128 }, (_, n) => (n === 127 ? 0 : n)) };
    const plan: PartPlan = { integrator: 'fast', parameters, synapses: NO_SYNAPSES, options: options(64) };
    expect(() => new ChipPart(plan)).toThrow('fewer --parts');
    const part = new RemotePart(plan);
    expect(() => part.voltages()).toThrow(
      new InfeasibleError('circuits 0, 127 share membranes: the chip cannot be cut between them (fewer --parts)'),
    );
    part.close();
  });
});
