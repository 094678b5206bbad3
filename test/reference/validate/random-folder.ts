/**
 * A reference folder of cells that nobody has seen: parameters, inputs and starts drawn at random for every model, equations written here a second time, truth by an integrator of
 * another family (../extrapolation.ts). `neurolith validate teacher` reads it like any other.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chance } from '../../../src/base/index.ts';
import { follow } from '../extrapolation.ts';
import { dendritic, epileptor, hodgkinHuxley, jansenRit, passive, wilsonCowan } from './random-extended.ts';
import type { Equations, Model, State } from './random-input.ts';
import { adex, conductanceLif, currentLif, izhikevich } from './random-points.ts';

/** Every model of the bench under every kind of input that it takes: [name in the folder, model of the file]. */
const MODELS: readonly (readonly [string, string, Model])[] = [
  ['lif_psc_step', 'lif_psc', currentLif(false)],
  ['lif_psc_poisson', 'lif_psc', currentLif(true)],
  ['lif_cond_step', 'lif_cond', conductanceLif(false)],
  ['lif_cond_poisson', 'lif_cond', conductanceLif(true)],
  ['adex_step', 'adex', adex('steps')],
  ['adex_noise', 'adex', adex('noise')],
  ['adex_synapses', 'adex', adex('synapses')],
  ['adex2_soma', 'adex2c', dendritic(2, 'soma')],
  ['adex2_distal', 'adex2c', dendritic(2, 'distal')],
  ['adex2_synapses', 'adex2c', dendritic(2, 'synapses')],
  ['adex3_soma', 'adex3c', dendritic(3, 'soma')],
  ['adex3_distal', 'adex3c', dendritic(3, 'distal')],
  ['adex3_synapses', 'adex3c', dendritic(3, 'synapses')],
  ['hh3_soma', 'hh3c', hodgkinHuxley('soma')],
  ['hh3_distal', 'hh3c', hodgkinHuxley('distal')],
  ['izh', 'izh', izhikevich],
  ['passive', 'pas3c', passive],
  ['wilson_cowan', 'wc', wilsonCowan],
  ['jansen_rit', 'jr', jansenRit],
  ['epileptor', 'epi', epileptor],
];

/** Writes `count` cases of every model whose name contains `only` into `directory`/single; equal seeds give equal folders. */
export function writeRandomCells(directory: string, seed: number, count: number, only = ''): void {
  mkdirSync(join(directory, 'single'), { recursive: true });
  MODELS.forEach(([name, model, draw], stream) => {
    if (!name.includes(only)) return;
    for (let number = 0; number < count; number++) {
      const chance = new Chance(seed, 'search', stream);
      let index = 0;
      const equations = draw((low, high) => low + (high - low) * chance.uniform(number, index++));
      const { spikes, trace } = truthOf(equations);
      const id = `${name}_${String(number)}`;
      const file = {
        id,
        model,
        params: equations.parameters,
        T: equations.duration,
        y0: equations.start,
        input_steps_I: equations.steps ?? [],
        input_steps_I1: equations.distal ?? [],
        kicks: equations.kicks ?? [],
        spikes,
        final_state: trace.at(-1)!.slice(1),
      };
      writeFileSync(join(directory, 'single', `${id}.json`), JSON.stringify(file));
      const rows = trace.slice(0, -1).map((row) => row.map((value) => String(Number(value.toPrecision(10)))).join(','));
      writeFileSync(join(directory, 'single', `${id}.trace.csv`), ['t,y', ...rows, ''].join('\n'));
    }
  });
}

/** From input to input and sample to sample; a spike holds V for its refractory time. The last row of the trace is the end. */
function truthOf(equations: Equations): { spikes: number[]; trace: number[][] } {
  const { duration, every, steps = [], distal = [], kicks = [], slope, spike } = equations;
  const samples = Array.from({ length: Math.ceil(duration / every - 1e-9) }, (_, k) => Number((k * every).toPrecision(12)));
  const stops = [...new Set([...steps, ...distal, ...kicks].map(([t]) => t).concat(samples, duration))]
    .filter((t) => t <= duration)
    .toSorted((a, b) => a - b);
  const sampled = new Set(samples);
  const spikes: number[] = [];
  const trace: number[][] = [];
  let y: State = equations.start;
  let [now, held, current, far] = [0, 0, 0, 0];
  const run = (until: number): void => {
    while (now < until) {
      if (held > now) {
        const end = Math.min(held, until);
        const fixed = y[0]!;
        y = follow((_t, state) => [0, ...slope([fixed, ...state.slice(1)], current, far).slice(1)], [...y], now, end);
        now = end;
        continue;
      }
      let reached = until;
      y = follow(
        (_t, state) => slope(state, current, far),
        [...y],
        now,
        until,
        ([v]) => v! - (spike?.level ?? Infinity),
        (t, state) => {
          spikes.push(t);
          held = t + spike!.refractory;
          reached = t;
          return spike!.fire(state);
        },
        () => spike !== undefined && spike.refractory > 0 && reached < until,
      );
      now = spike !== undefined && spike.refractory > 0 ? reached : until;
    }
  };
  for (const stop of stops) {
    run(stop);
    current = steps.find(([t]) => t === stop)?.[1] ?? current;
    far = distal.find(([t]) => t === stop)?.[1] ?? far;
    for (const [t, index, amount] of kicks) if (t === stop) y = y.map((value, i) => (i === index ? value + amount : value));
    if (sampled.has(stop)) trace.push([stop, ...y]);
  }
  trace.push([duration, ...y]);
  return { spikes, trace };
}
