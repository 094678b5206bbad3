/** Whole graphs against loops written out by hand, and graphs that do not fit together. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InfeasibleError } from '../../../src/base/index.ts';
import { importWorkload } from '../../../src/codesign/index.ts';
import { readNir } from '../../../src/network/index.ts';
import { compileNir, divergence, type Discretisation } from '../../../src/reference/index.ts';
import { writtenNir, type HandGraph, type HandNode } from '../../network/nir/write-nir.ts';

const EULER: Discretisation = { dt: 1, reset: 'zero', integrator: 'forward-euler' };
const input = (...shape: number[]): HandNode => ({ type: 'Input', shape });
const output: HandNode = { type: 'Output', shape: [1] };
const linear = (value: number): HandNode => ({ type: 'Linear', weight: { shape: [1, 1], data: [value] } });
const relay = { type: 'IF', r: [1], v_threshold: [0.5] };

/** One node after the other. */
function chain(nodes: Readonly<Record<string, HandNode | HandGraph>>, ...further: [string, string][]): HandGraph {
  const names = Object.keys(nodes);
  return { nodes, edges: [...names.slice(1).map((name, k): [string, string] => [names[k]!, name]), ...further] };
}

const compiled = async (graph: HandGraph, discretisation = EULER) => compileNir(await readNir(await writtenNir(graph)), discretisation);

test('recurrent LIF, delays, CubaLIF, Scale, LI and Threshold in one graph do what a loop of the equations does', async () => {
  const weight = fc.double({ min: -1, max: 1.5, noNaN: true });
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        forward: fc.array(weight, { minLength: 6, maxLength: 6 }),
        back: fc.array(weight, { minLength: 4, maxLength: 4 }),
        on: fc.array(weight, { minLength: 4, maxLength: 4 }),
        bias: fc.array(weight, { minLength: 2, maxLength: 2 }),
        tau: fc.array(fc.double({ min: 2, max: 20, noNaN: true }), { minLength: 2, maxLength: 2 }),
        tauSyn: fc.double({ min: 2, max: 20, noNaN: true }),
        wIn: fc.option(fc.double({ min: 0.5, max: 5, noNaN: true })),
        vReset: fc.option(fc.double({ min: -0.5, max: 0.2, noNaN: true })),
        hold: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 2 }),
        reset: fc.constantFrom('zero', 'subtract'),
        integrator: fc.constantFrom('forward-euler', 'exponential-euler'),
        dt: fc.constantFrom(1, 0.25),
        spikes: fc.array(fc.constantFrom(0, 0, 1), { minLength: 120, maxLength: 120 }),
      }),
      async ({ forward, back, on, bias, tau, tauSyn, wIn, vReset, hold, reset, integrator, dt, spikes }) => {
        const given = vReset === null ? {} : { v_reset: [vReset] };
        const graph = chain(
          {
            in: input(3),
            fc: { type: 'Affine', weight: { shape: [2, 3], data: forward }, bias },
            lif: { type: 'LIF', tau, r: [8], v_leak: [0.1, -0.1], v_threshold: [1], ...given },
            wait: { type: 'Delay', delay: hold.map((steps) => steps * dt) },
            on: { type: 'Linear', weight: { shape: [2, 2], data: on } },
            cuba: {
              type: 'CubaLIF',
              tau_syn: [tauSyn],
              tau_mem: tau,
              r: [10],
              v_leak: [0],
              v_threshold: [0.7, 0.9],
              ...given,
              ...(wIn === null ? {} : { w_in: [wIn] }),
            },
            scale: { type: 'Scale', scale: [2, -3] },
            li: { type: 'LI', tau, r: [1], v_leak: [0.05] },
            above: { type: 'Threshold', threshold: [0.1] },
            out: output,
          },
          ['lif', 'back'],
          ['back', 'lif'],
        );
        const network = await compiled(
          { ...graph, nodes: { ...graph.nodes, back: { type: 'Linear', weight: { shape: [2, 2], data: back } } } },
          { dt, reset, integrator },
        );
        const run = network.run(new Map([['in', spikes]]), 40, ['cuba', 'li']);

        const keep = (t: number): number => (integrator === 'forward-euler' ? 1 - dt / t : Math.exp(-dt / t));
        const after = (v: number, threshold: number): number => (reset === 'subtract' ? v - (threshold - (vReset ?? 0)) : (vReset ?? 0));
        const [v, z, i, u, y] = [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 0],
        ];
        const history: number[][] = [];
        for (let step = 0; step < 40; step++) {
          const before = [...z];
          for (const k of [0, 1]) {
            const x = bias[k]! + [0, 1, 2].reduce((sum, j) => sum + forward[3 * k + j]! * spikes[3 * step + j]!, 0);
            const current = x + back[2 * k]! * before[0]! + back[2 * k + 1]! * before[1]!;
            const leak = [0.1, -0.1][k]!;
            v[k] = leak + 8 * current + (v[k]! - leak - 8 * current) * keep(tau[k]!);
            z[k] = v[k] > 1 ? 1 : 0;
            if (z[k] === 1) v[k] = after(v[k], 1);
          }
          history.push([...z]);
          const held = [0, 1].map((k) => history[step - hold[k]!]?.[k] ?? 0);
          for (const k of [0, 1]) {
            const x = on[2 * k]! * held[0]! + on[2 * k + 1]! * held[1]!;
            i[k] = keep(tauSyn) * i[k]! + (1 - keep(tauSyn)) * (wIn ?? 1) * x;
            u[k] = keep(tau[k]!) * u[k]! + (1 - keep(tau[k]!)) * 10 * i[k];
            const threshold = [0.7, 0.9][k]!;
            const fires = u[k] > threshold;
            if (fires) u[k] = after(u[k], threshold);
            y[k] = keep(tau[k]!) * y[k]! + (1 - keep(tau[k]!)) * (0.05 + (fires ? [2, -3][k]! : 0));
            expect(run.voltages.get('cuba')![2 * step + k]).toBeCloseTo(u[k], 9);
            expect(run.voltages.get('li')![2 * step + k]).toBeCloseTo(y[k], 9);
            // a value at the threshold within rounding may go either way
            if (Math.abs(y[k] - 0.1) > 1e-12) expect(run.outputs.get('out')![2 * step + k]).toBe(y[k] > 0.1 ? 1 : 0);
          }
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('a Delay in a loop holds back by its own length, nothing more', async () => {
  for (const [delay, expected] of [
    [3, [1, 0, 0, 1, 0, 0, 1]],
    [1, [1, 1, 1, 1, 1, 1, 1]],
    // none: the loop reads the step before, as without a Delay
    [0, [1, 1, 1, 1, 1, 1, 1]],
  ] as const) {
    const network = await compiled(
      chain({ in: input(1), lif: relay, wait: { type: 'Delay', delay: [delay] }, w: linear(1), back: linear(1) }, ['back', 'lif']),
    );
    const { spikes } = network.run(new Map([['in', [1, 0, 0, 0, 0, 0, 0]]]), 7);
    const seen = Array.from({ length: 7 }, (_, step) => (spikes.get('lif')!.step.includes(step) ? 1 : 0));
    expect(seen).toEqual(expected);
  }
});

test('nodes without a shape of their own take it through a loop: a convolution and a factor that lead back', async () => {
  const weight = { shape: [1, 1, 1, 3], data: [0, 0, 1] };
  const conv = { type: 'Conv2d', weight, bias: [0], stride: [1, 1], padding: 'same', dilation: [1, 1], groups: [1] };
  const wide = { ...relay, v_threshold: { shape: [1, 1, 4], data: [0.5, 0.5, 0.5, 0.5] } };
  const graph = chain({ in: input(1, 1, 4), lif: wide, factor: { type: 'Scale', scale: { shape: [], data: [1] } }, conv }, ['conv', 'lif']);
  const network = await compiled(graph);
  const { spikes } = network.run(new Map([['in', [0, 0, 0, 1, ...Array<number>(12).fill(0)]]]), 4);
  // the spike walks one place to the left in every step
  expect(Array.from(spikes.get('lif')!.neuron)).toEqual([3, 2, 1, 0]);
});

test('a batch of one before an image is no axis, and Flatten joins the axes that it names', async () => {
  const conv = { type: 'Conv1d', weight: { shape: [2, 2, 2], data: [1, 1, 0, 0, 0, 0, 1, 1] }, bias: [0, 0], stride: [1], padding: [0] };
  const network = await compiled(
    chain({ in: input(2, 2, 2), flat: { type: 'Flatten', start_dim: [1], end_dim: [-1] }, conv, out: output }),
  );
  expect(Array.from(network.run(new Map([['in', [1, 2, 3, 4, 5, 6, 7, 8]]]), 1).outputs.get('out')!)).toEqual([3, 5, 7, 11, 13, 15]);
  const pool = { type: 'SumPool2d', kernel_size: [2, 2], stride: [2, 2], padding: [0, 0] };
  const batch = await compiled(chain({ in: input(1, 1, 2, 2), pool, out: output }));
  expect(Array.from(batch.run(new Map([['in', [1, 2, 3, 4]]]), 1).outputs.get('out')!)).toEqual([10]);
});

test('a threshold that is never reached is one, and what a Threshold emits are spikes', async () => {
  const silent = await compiled(chain({ in: input(1), lif: { ...relay, v_threshold: [Infinity] }, out: output }));
  expect(silent.run(new Map([['in', [9, 9]]]), 2).spikes.get('lif')!.step).toHaveLength(0);
  const network = await compiled(chain({ in: input(2), above: { type: 'Threshold', threshold: [0.5] }, out: output }));
  expect([...network.populations]).toEqual([['above', 2]]);
});

test('a loop of all to all is ordered in no time', async () => {
  const names = Array.from({ length: 70 }, (_, k) => `lif${String(k)}`);
  const edges = [['in', 'lif0'] as const, ...names.flatMap((from) => names.map((to) => [from, to] as const))];
  const graph = await readNir(
    await writtenNir({ nodes: { in: input(1), ...Object.fromEntries(names.map((name) => [name, relay])) }, edges }),
  );
  const cpu = process.cpuUsage();
  const { schedule } = compileNir(graph, EULER);
  expect(process.cpuUsage(cpu).user / 1e6).toBeLessThan(2);
  // every pair has one edge that goes on and one that goes back, and every node one to itself
  expect(schedule.delayed).toHaveLength(70 + (70 * 69) / 2);
});

test('the choices of an exponential update at a long step are compared, forward Euler being unstable there', async () => {
  const fast = { type: 'CubaLIF', tau_syn: [1e-4], tau_mem: [1e-4], r: [1], v_leak: [0], v_threshold: [0.1] };
  const file = await writtenNir(chain({ in: input(1), fast, out: output }));
  const choices = divergence(await readNir(file), { dt: 1e-3, reset: 'zero', integrator: 'exponential-euler' });
  expect(choices.map(({ integrator, cells }) => [integrator, cells === null])).toEqual([
    ['exponential-euler', false],
    ['forward-euler', true],
    ['forward-euler', true],
    ['exponential-euler', false],
  ]);
  const { notes } = await importWorkload(file, { card: 'a.yaml', step: 1e-3, integrator: 'exponential-euler' });
  expect(notes.join('\n')).toContain('forward-euler: unstable at this step');
});

test('graphs that cannot be meant are refused: no source, no Input, ends missing, delays and sizes without bound', async () => {
  const refused = async (graph: HandGraph, message: RegExp): Promise<void> => {
    const error: unknown = await importWorkload(await writtenNir(graph), { card: 'a.yaml', step: 1 }).catch((reason: unknown) => reason);
    expect((error as Error).message).toMatch(message);
  };
  await refused({ nodes: { in: input(1), relay, out: output }, edges: [['in', 'relay']] }, /node out: no edge leads to it/);
  await refused(chain({ relay, out: output }), /no Input in the graph/);
  await refused(
    chain({ in: input(1), inner: chain({ i: input(1), relay }), out: output }),
    /inner -> out, out of a graph without an Output/,
  );
  await refused(chain({ in: input(1), inner: chain({ relay, o: output }), out: output }), /in -> inner, into a graph without an Input/);
  await refused(chain({ in: input(1), wait: { type: 'Delay', delay: [1e300] }, out: output }), /node wait: found a delay of 1e\+300 steps/);
  const scales = Object.fromEntries(Array.from({ length: 20 }, (_, k) => [`s${String(k)}`, { type: 'Scale', scale: [1] }]));
  await refused(chain({ in: input(1024, 1024), ...scales, out: output }), /expected at most 16777216/);
  await expect(compiled(chain({ in: input(1), a: linear(1), b: linear(1) }, ['b', 'a']))).rejects.toThrow(InfeasibleError);
});
