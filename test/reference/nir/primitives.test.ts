import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InfeasibleError } from '../../../src/base/index.ts';
import { readNir } from '../../../src/network/index.ts';
import { compileNir, divergence, type Discretisation } from '../../../src/reference/index.ts';
import { writtenNir, type HandGraph, type HandNode } from '../../network/nir/write-nir.ts';

const EULER: Discretisation = { dt: 1, reset: 'zero', integrator: 'forward-euler' };

/** input -> node -> output, with an input of the given shape. */
const around = (node: HandNode | HandGraph, shape: readonly number[]): HandGraph => ({
  nodes: { in: { type: 'Input', shape }, node, out: { type: 'Output', shape } },
  edges: [
    ['in', 'node'],
    ['node', 'out'],
  ],
});

/** What the graph puts out, step by step. */
async function outputOf(graph: HandGraph, input: readonly number[], steps: number, discretisation = EULER): Promise<number[]> {
  const network = compileNir(await readNir(await writtenNir(graph)), discretisation);
  return Array.from(network.run(new Map([['in', input]]), steps).outputs.get('out')!);
}

test('Affine, Linear, Scale, Threshold, Flatten', async () => {
  const weight = { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] };
  expect(await outputOf(around({ type: 'Affine', weight, bias: [10, 20] }, [3]), [1, 0, 2, 0, 0, 0], 2)).toEqual([17, 36, 10, 20]);
  expect(await outputOf(around({ type: 'Linear', weight }, [3]), [1, 0, 2], 1)).toEqual([7, 16]);
  expect(await outputOf(around({ type: 'Scale', scale: [2, -1, 0] }, [3]), [1, 4, 2], 1)).toEqual([2, -4, 0]);
  expect(await outputOf(around({ type: 'Threshold', threshold: [0.5, 1, 2] }, [3]), [1, 1, 3], 1)).toEqual([1, 0, 1]);
  expect(await outputOf(around({ type: 'Flatten', start_dim: [0], end_dim: [-1] }, [1, 3]), [1, 4, 2], 1)).toEqual([1, 4, 2]);
});

test('a Delay of 2 ms holds values back by two steps of 1 ms, each element by its own', async () => {
  const run = await outputOf(around({ type: 'Delay', delay: [0.002, 0] }, [2]), [1, 1, 2, 2, 3, 3], 3, { ...EULER, dt: 1e-3 });
  expect(run).toEqual([0, 1, 0, 2, 1, 3]);
});

/** PyTorch's conv2d, read off its definition: every output asks its window. */
function convolved(
  x: readonly number[],
  [channels, height, width]: readonly [number, number, number],
  w: readonly number[],
  [out, perGroup, kh, kw]: readonly [number, number, number, number],
  options: { stride: number; padding: number; dilation: number; groups: number; bias: readonly number[] },
): number[] {
  const { stride, padding, dilation, groups, bias } = options;
  const size = (length: number, kernel: number): number => Math.floor((length + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1);
  const y: number[] = [];
  for (let o = 0; o < out; o++) {
    const group = Math.floor(o / (out / groups));
    for (let row = 0; row < size(height, kh); row++) {
      for (let column = 0; column < size(width, kw); column++) {
        let sum = bias[o]!;
        for (let c = 0; c < perGroup; c++) {
          for (let i = 0; i < kh; i++) {
            for (let j = 0; j < kw; j++) {
              const [yy, xx] = [row * stride - padding + i * dilation, column * stride - padding + j * dilation];
              if (yy < 0 || xx < 0 || yy >= height || xx >= width) continue;
              sum += w[((o * perGroup + c) * kh + i) * kw + j]! * x[((group * perGroup + c) * height + yy) * width + xx]!;
            }
          }
        }
        y.push(sum);
      }
    }
  }
  expect(channels).toBe(perGroup * groups);
  return y;
}

test('Conv2d with any stride, padding, dilation and groups is the sum over its windows', async () => {
  const small = fc.integer({ min: 1, max: 2 });
  await fc.assert(
    fc.asyncProperty(
      small,
      small,
      small,
      fc.integer({ min: 0, max: 2 }),
      fc.infiniteStream(fc.integer({ min: -3, max: 3 })),
      async (stride, dilation, groups, padding, stream) => {
        const take = (count: number): number[] => [...stream.take(count)];
        const [input, kernel] = [[2, 5, 6] as const, [2 * groups, 2 / groups, 3, 2] as const];
        const [x, weight, bias] = [take(60), take(24), take(2 * groups)];
        const node = {
          type: 'Conv2d',
          weight: { shape: kernel, data: weight },
          bias,
          stride: [stride, stride],
          padding: [padding, padding],
          dilation: [dilation],
          groups: [groups],
        };
        const expected = convolved(x, input, weight, kernel, { stride, padding, dilation, groups, bias });
        expect(await outputOf(around(node, input), x, 1)).toEqual(expected);
      },
    ),
    { numRuns: 25 },
  );
});

test('Conv1d, padding by words, pools', async () => {
  const weight = { shape: [1, 1, 3], data: [1, 10, 100] };
  const conv = (padding: HandNode[string]): HandGraph =>
    around({ type: 'Conv1d', weight, bias: [0], stride: [1], dilation: [1], groups: [1], padding }, [1, 4]);
  expect(await outputOf(conv('same'), [1, 2, 3, 4], 1)).toEqual([210, 321, 432, 43]);
  expect(await outputOf(conv('valid'), [1, 2, 3, 4], 1)).toEqual([321, 432]);
  const window = { kernel_size: [2, 2], stride: [2, 2], padding: [0, 0] };
  expect(await outputOf(around({ type: 'SumPool2d', ...window }, [1, 2, 4]), [1, 2, 3, 4, 5, 6, 7, 8], 1)).toEqual([14, 22]);
  expect(await outputOf(around({ type: 'AvgPool2d', ...window }, [1, 2, 4]), [1, 2, 3, 4, 5, 6, 7, 8], 1)).toEqual([3.5, 5.5]);
});

test('populations: closed forms of one constant input', async () => {
  const lif = { tau: [10], r: [2], v_leak: [0.5], v_threshold: [1e9] };
  const steps = 30;
  const one = Array.from({ length: steps }, () => 1);
  const last = async (node: HandNode, integrator: Discretisation['integrator']): Promise<number> => {
    const network = compileNir(await readNir(await writtenNir(around(node, [1]))), { ...EULER, integrator });
    return network
      .run(new Map([['in', one]]), steps, ['node'])
      .voltages.get('node')!
      .at(-1)!;
  };
  // v(t) = (v_leak + R) (1 - keep^n)
  expect(await last({ type: 'LIF', ...lif }, 'forward-euler')).toBeCloseTo(2.5 * (1 - 0.9 ** steps), 12);
  expect(await last({ type: 'LI', ...lif }, 'exponential-euler')).toBeCloseTo(2.5 * (1 - Math.exp(-steps / 10)), 12);
  expect(await last({ type: 'I', r: [0.25] }, 'exponential-euler')).toBeCloseTo(steps / 4, 12);
  // the synapse settles at w_in S, the membrane at v_leak + R w_in S
  const cuba = { type: 'CubaLI', tau_syn: [2], tau_mem: [3], r: [2], v_leak: [0.5], w_in: [3] };
  expect(await last(cuba, 'exponential-euler')).toBeCloseTo(6.5, 2);
});

test('reset to zero puts the membrane at v_reset, subtract takes the threshold off', async () => {
  const node = { type: 'IF', r: [1], v_threshold: [1], v_reset: [0.25] };
  const graph = await readNir(await writtenNir(around(node, [1])));
  const voltage = (reset: Discretisation['reset']): number[] =>
    Array.from(
      compileNir(graph, { ...EULER, reset })
        .run(new Map([['in', [1.5, 0.5, 0.5, 0.5]]]), 4, ['node'])
        .voltages.get('node')!,
    );
  expect(voltage('zero')).toEqual([0.25, 0.75, 0.25, 0.75]);
  expect(voltage('subtract')).toEqual([0.75, 0.5, 1, 0.75]);
});

test('a nested graph does what its nodes do outside, and a cycle reads the step before', async () => {
  const lif = { type: 'IF', r: [1], v_threshold: [0.5] };
  const weight = (value: number): HandNode => ({ type: 'Affine', weight: { shape: [1, 1], data: [value] }, bias: [0] });
  const inner = {
    nodes: { i: { type: 'Input', shape: [1] }, fc: weight(1), lif, w_rec: weight(0.6), o: { type: 'Output', shape: [1] } },
    edges: [
      ['lif', 'o'],
      ['w_rec', 'lif'],
      ['fc', 'lif'],
      ['lif', 'w_rec'],
      ['i', 'fc'],
    ] as const,
  };
  const nested = await readNir(await writtenNir(around(inner, [1])));
  expect([...nested.nodes.keys()]).toContain('node/w_rec');
  const network = compileNir(nested, EULER);
  expect(network.schedule.delayed).toEqual([['node/lif', 'node/w_rec']]);
  // one input spike rings on for ever through the loop
  expect(Array.from(network.run(new Map([['in', [0, 1, 0, 0, 0]]]), 5).outputs.get('out')!)).toEqual([0, 1, 1, 1, 1]);
});

test('a loop over two layers is closed where it goes back to the first', async () => {
  const lif = { type: 'LIF', tau: [10], r: [1], v_leak: [0], v_threshold: [1] };
  const one = { type: 'Linear', weight: { shape: [1, 1], data: [1] } };
  const graph = await readNir(
    await writtenNir({
      nodes: { in: { type: 'Input', shape: [1] }, z1: lif, w12: one, a2: lif, back: one, self: one, out: { type: 'Output', shape: [1] } },
      edges: [
        ['in', 'z1'],
        ['z1', 'w12'],
        ['w12', 'a2'],
        ['a2', 'back'],
        ['back', 'z1'],
        ['z1', 'self'],
        ['self', 'z1'],
        ['a2', 'out'],
      ],
    }),
  );
  expect(compileNir(graph, EULER).schedule.delayed).toEqual([
    ['a2', 'back'],
    ['z1', 'self'],
  ]);
});

test('mistakes are told: an unknown primitive, a cycle without a state, shapes that do not fit, a step that blows up', async () => {
  const one = { type: 'Linear', weight: { shape: [1, 1], data: [1] } };
  await expect(readNir(await writtenNir(around({ type: 'CubaLif' }, [1])))).rejects.toThrow(
    /node\/nodes\/node\/type.*CubaLif.*did you mean "CubaLIF"/,
  );
  await expect(readNir(await writtenNir({ ...around(one, [1]), edges: [['in', 'nod']] }))).rejects.toThrow(/did you mean "node"/);
  await expect(readNir(await writtenNir(around({ type: 'LIF', tau: [0], r: [1], v_leak: [0], v_threshold: [1] }, [1])))).rejects.toThrow(
    /times above 0 s/,
  );
  const loop = await readNir(
    await writtenNir({
      nodes: { in: { type: 'Input', shape: [1] }, a: one, b: one },
      edges: [
        ['in', 'a'],
        ['a', 'b'],
        ['b', 'a'],
      ],
    }),
  );
  expect(() => compileNir(loop, EULER)).toThrow(InfeasibleError);
  const misfit = await readNir(await writtenNir(around(one, [2])));
  expect(() => compileNir(misfit, EULER)).toThrow('edge in -> node: found 2 values, expected 1');
  const fast = await readNir(await writtenNir(around({ type: 'LI', tau: [0.4], r: [1], v_leak: [0] }, [1])));
  expect(() => compileNir(fast, EULER)).toThrow('unstable');
});

test('the divergence of the choices is nothing for one choice against itself, and seen where resets matter', async () => {
  const graph = await readNir(await writtenNir(around({ type: 'IF', r: [0.7], v_threshold: [1] }, [4])));
  const [chosen, ...others] = divergence(graph, EULER, { steps: 400 });
  expect(chosen).toMatchObject({ cells: 0, share: 0 });
  expect(others.find(({ reset, integrator }) => reset === 'zero' && integrator === 'exponential-euler')!.cells).toBe(0);
  expect(others.filter(({ reset }) => reset === 'subtract').every(({ cells }) => cells! > 0)).toBe(true);
});
