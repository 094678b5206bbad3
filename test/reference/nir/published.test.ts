/** NIR files of the field, against the traces of its simulators and against plain loops. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readNir } from '../../../src/network/index.ts';
import { openHdf5 } from '../../../src/store/index.ts';
import { compileNir, divergence, seededInput, type Discretisation, type StepSpikes } from '../../../src/reference/index.ts';

const FOLDER = new URL('../../../../shared/data/nir/', import.meta.url).pathname;
const absent = !existsSync(FOLDER);
const said = absent ? ' (skipped: ../shared is not here)' : '';
const RESETS = ['zero', 'subtract'] as const;

test.skipIf(absent)(`the LIF of the NIR paper spikes in Norse's steps, its membrane within 1e-8 V${said}`, async () => {
  const rows = readFileSync(`${FOLDER}lif-traces/lif_norse.csv`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));
  const network = compileNir(await readNir(`${FOLDER}lif_norse.nir`), { dt: 1e-4, reset: 'zero', integrator: 'forward-euler' });
  const run = network.run(new Map([['input', rows.map(([input]) => input!)]]), rows.length, ['1']);
  const spikes = rows.flatMap(([, , spike], step) => (spike === 1 ? [step] : []));
  expect(spikes).toHaveLength(4);
  expect(Array.from(run.spikes.get('1')!.step)).toEqual(spikes);
  const squares = rows.map(([, voltage], step) => (run.voltages.get('1')![step]! - voltage!) ** 2);
  expect(Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / rows.length)).toBeLessThan(1e-8);
});

test.skipIf(absent)(`the Braille network at 0.1 ms, forward Euler and reset to zero is i = 0.55 i + S, v = 0.9 v + i${said}`, async () => {
  const { update, schedule, populations } = compileNir(await readNir(`${FOLDER}braille_noDelay_bias_zero.nir`), {
    dt: 1e-4,
    reset: 'zero',
    integrator: 'forward-euler',
  });
  const { keepI, gainI, keepV, gainV, drive } = update('lif1.lif');
  for (const [values, expected] of [
    [keepI, 0.55],
    [gainI, 1],
    [keepV, 0.9],
    [gainV, 1],
    [drive, 0],
  ] as const) {
    expect(values).toHaveLength(38);
    for (const value of values) expect(Math.abs(value - expected)).toBeLessThan(1e-5);
  }
  expect(schedule.delayed).toEqual([['lif1.lif', 'lif1.w_rec']]);
  expect([...populations]).toEqual([
    ['lif1.lif', 38],
    ['lif2', 7],
  ]);
});

/** Cells "step:neuron" of a raster. */
const cells = ({ step, neuron }: StepSpikes): string[] => Array.from(step, (one, k) => `${String(one)}:${String(neuron[k])}`);

test.skipIf(absent).each(RESETS)(`the Braille network gives the spikes of a plain loop, reset %s${said}`, async (reset) => {
  const file = await openHdf5(`${FOLDER}braille_noDelay_bias_zero.nir`);
  const of = (name: string): Float64Array => file.numbers(`node/nodes/${name}`).data;
  const [w1, b1, wr, br, w2, b2] = ['fc1/weight', 'fc1/bias', 'lif1.w_rec/weight', 'lif1.w_rec/bias', 'fc2/weight', 'fc2/bias'].map(of);
  const steps = 256;
  const input = seededInput(new Map([['input', 12]]), steps, 0.3, 5);
  const x = input.get('input')!;
  const layer = (name: string, n: number) => {
    const [tauSyn, tauMem, r, wIn, threshold] = ['tau_syn', 'tau_mem', 'r', 'w_in', 'v_threshold'].map((field) => of(`${name}/${field}`));
    const zeros = (): number[] => Array.from({ length: n }, () => 0);
    const [i, v, z] = [zeros(), zeros(), zeros()];
    const step = (k: number, s: number): void => {
      i[k]! += (1e-4 / tauSyn![k]!) * (-i[k]! + wIn![k]! * s);
      v[k]! += (1e-4 / tauMem![k]!) * (-v[k]! + r![k]! * i[k]!);
      z[k] = v[k]! > threshold![k]! ? 1 : 0;
      if (z[k] === 1) v[k] = reset === 'zero' ? 0 : v[k]! - threshold![k]!;
    };
    return { z, step };
  };
  const [one, two] = [layer('lif1.lif', 38), layer('lif2', 7)];
  const expected: string[][] = [[], []];
  for (let t = 0; t < steps; t++) {
    const before = [...one.z];
    for (let k = 0; k < 38; k++) {
      let s = b1![k]! + br![k]!;
      for (let j = 0; j < 12; j++) s += w1![k * 12 + j]! * x[t * 12 + j]!;
      for (let j = 0; j < 38; j++) s += wr![k * 38 + j]! * before[j]!;
      one.step(k, s);
      if (one.z[k] === 1) expected[0]!.push(`${String(t)}:${String(k)}`);
    }
    for (let k = 0; k < 7; k++) {
      let s = b2![k]!;
      for (let j = 0; j < 38; j++) s += w2![k * 38 + j]! * one.z[j]!;
      two.step(k, s);
      if (two.z[k] === 1) expected[1]!.push(`${String(t)}:${String(k)}`);
    }
  }
  file.close();
  const { spikes } = compileNir(await readNir(`${FOLDER}braille_noDelay_bias_zero.nir`), {
    dt: 1e-4,
    reset,
    integrator: 'forward-euler',
  }).run(input, steps);
  expect(expected.every((raster) => raster.length > 20)).toBe(true);
  expect([cells(spikes.get('lif1.lif')!), cells(spikes.get('lif2')!)]).toEqual(expected);
});

test.skipIf(absent).each(RESETS)(
  `the spiking convolutional network gives the spikes of a plain loop in every layer, reset %s${said}`,
  async (reset) => {
    const path = `${FOLDER}cnn_sinabs.nir`;
    const graph = await readNir(path);
    const discretisation: Discretisation = { dt: 1, reset, integrator: 'forward-euler' };
    const steps = 12;
    const input = seededInput(new Map([['input', 2 * 34 * 34]]), steps, 0.1, 3);
    const { spikes } = compileNir(graph, discretisation).run(input, steps);
    const file = await openHdf5(path);
    const expected = plainCnn((name) => file.numbers(`node/nodes/${name}`).data, input.get('input')!, steps, reset);
    file.close();
    for (const [name, raster] of expected) expect(cells(spikes.get(name)!), name).toEqual(raster);
    expect([...spikes.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    expect([...expected.values()].reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(5000);
  },
);

/** The network of cnn_sinabs.nir, written out: conv, IF, conv, IF, pool, conv, IF, pool, dense, IF, dense, IF. */
function plainCnn(
  of: (name: string) => Float64Array,
  x: Float64Array,
  steps: number,
  reset: (typeof RESETS)[number],
): Map<string, string[]> {
  const conv = (a: number[], channels: number, size: number, name: string, out: number, kernel: number, stride: number): number[] => {
    const [w, b] = [of(`${name}/weight`), of(`${name}/bias`)];
    const side = Math.floor((size + 2 - kernel) / stride) + 1;
    const y: number[] = [];
    for (let o = 0; o < out; o++) {
      for (let r = 0; r < side; r++) {
        for (let c = 0; c < side; c++) {
          let sum = b[o]!;
          for (let i = 0; i < channels; i++) {
            for (let p = 0; p < kernel; p++) {
              for (let q = 0; q < kernel; q++) {
                const [row, column] = [r * stride - 1 + p, c * stride - 1 + q];
                if (row < 0 || column < 0 || row >= size || column >= size) continue;
                sum += w[((o * channels + i) * kernel + p) * kernel + q]! * a[(i * size + row) * size + column]!;
              }
            }
          }
          y.push(sum);
        }
      }
    }
    return y;
  };
  const pool = (a: number[], channels: number, size: number): number[] =>
    Array.from({ length: (channels * size * size) / 4 }, (_, k) => {
      const [i, r, c] = [Math.floor(k / (size * size * 0.25)), Math.floor(k / (size / 2)) % (size / 2), k % (size / 2)];
      const at = (row: number, column: number): number => a[(i * size + row) * size + column]!;
      return at(2 * r, 2 * c) + at(2 * r, 2 * c + 1) + at(2 * r + 1, 2 * c) + at(2 * r + 1, 2 * c + 1);
    });
  const dense = (a: number[], name: string): number[] =>
    Array.from(of(`${name}/bias`), (bias, k) => a.reduce((sum, value, j) => sum + of(`${name}/weight`)[k * a.length + j]! * value, bias));
  const rasters = new Map<string, string[]>(['1', '3', '6', '10', '12'].map((name) => [name, []]));
  const membranes = new Map<string, number[]>();
  const fire = (a: number[], name: string, step: number): number[] => {
    const [r, threshold] = [of(`${name}/r`), of(`${name}/v_threshold`)];
    const v = membranes.get(name) ?? a.map(() => 0);
    membranes.set(name, v);
    return a.map((value, k) => {
      v[k]! += r[k]! * value;
      if (v[k]! <= threshold[k]!) return 0;
      v[k] = reset === 'zero' ? 0 : v[k]! - threshold[k]!;
      rasters.get(name)!.push(`${String(step)}:${String(k)}`);
      return 1;
    });
  };
  const cache = new Map<string, Float64Array>();
  const read = of;
  of = (name) => cache.get(name) ?? (cache.set(name, read(name)), cache.get(name)!);
  for (let step = 0; step < steps; step++) {
    let a = Array.from(x.subarray(step * 2312, (step + 1) * 2312));
    a = fire(conv(a, 2, 34, '0', 16, 5, 2), '1', step);
    a = pool(fire(conv(a, 16, 16, '2', 16, 3, 1), '3', step), 16, 16);
    a = pool(fire(conv(a, 16, 8, '5', 8, 3, 1), '6', step), 8, 8);
    fire(dense(fire(dense(a, '9'), '10', step), '11'), '12', step);
  }
  return rasters;
}

test.skipIf(absent)(`every shipped file runs, and says how far the choices are apart${said}`, async () => {
  for (const name of ['two_lif_neurons', 'lif_rockpool', 'lif_norse', 'braille_noDelay_bias_zero']) {
    const choices = divergence(
      await readNir(`${FOLDER}${name}.nir`),
      { dt: 1e-4, reset: 'zero', integrator: 'forward-euler' },
      { steps: 100 },
    );
    expect(choices.map(({ reset, integrator }) => `${reset} ${integrator}`)).toEqual([
      'zero forward-euler',
      'zero exponential-euler',
      'subtract forward-euler',
      'subtract exponential-euler',
    ]);
  }
});
