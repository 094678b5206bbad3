/**
 * A NIR graph in discrete time: the digital teacher of trained networks. The format leaves open the step, the integrator and the reset; all three are arguments here, and
 * `divergence.ts` measures what they change. In a step, nodes act in the order of `scheduleOf`: each takes the sum of its sources, spikes travel without delay, and only the
 * edges that close a cycle read the step before. A bias acts in every step, spike or none.
 */
import { InfeasibleError, UsageError } from '../../base/index.ts';
import { isNeurons, isSpiking, type NirGraph, type NirNode } from '../../network/index.ts';
import { linearMap, sizeOf, type LinearMap } from './linear.ts';
import { Population, type Discretisation, type Update } from './population.ts';
import { scheduleOf, type Schedule } from './schedule.ts';

/** Spikes of one population, sorted by (step, neuron); neurons count through the population's shape in C order. */
export interface StepSpikes {
  readonly step: Uint32Array;
  readonly neuron: Uint32Array;
}

export interface NirRun {
  readonly steps: number;
  /** By the name of the population (or Threshold), in the order of a step. */
  readonly spikes: ReadonlyMap<string, StepSpikes>;
  /** What reaches each Output: steps x elements. */
  readonly outputs: ReadonlyMap<string, Float64Array>;
  /** v after the step (and reset) of the populations asked for: steps x neurons. */
  readonly voltages: ReadonlyMap<string, Float64Array>;
}

interface Placed {
  readonly name: string;
  readonly node: NirNode;
  readonly size: number;
  readonly sources: readonly { readonly from: number; readonly delayed: boolean }[];
  readonly map: LinearMap | null;
}

/** A graph that fits together, ready to run. */
export interface NirNetwork {
  readonly schedule: Schedule;
  readonly discretisation: Discretisation;
  /** Elements per input node. */
  readonly inputs: ReadonlyMap<string, number>;
  /** Spiking populations with their sizes, in the order of a step. */
  readonly populations: ReadonlyMap<string, number>;
  /** Weights of all connections, shared ones counted as often as they act. */
  readonly connections: number;
  /** Coefficients of a population's update. Throws UsageError for another name. */
  readonly update: (name: string) => Update;
  /** Runs from rest. `inputs` holds steps x elements per input node, row after row. */
  readonly run: (inputs: ReadonlyMap<string, ArrayLike<number>>, steps: number, voltages?: readonly string[]) => NirRun;
}

/** Most values that a recording may hold. */
const MOST_VALUES = 2 ** 27;

/** Checks shapes and orders nodes. Throws InfeasibleError where the graph does not fit together or forward Euler would blow up. */
export function compileNir(graph: NirGraph, discretisation: Discretisation): NirNetwork {
  if (!(discretisation.dt > 0 && Number.isFinite(discretisation.dt))) throw new UsageError('a NIR graph needs a step above 0');
  const schedule = scheduleOf(graph);
  const nodes = place(graph, schedule);
  const neurons = nodes.filter(({ node }) => isNeurons(node));
  for (const { name, node, size } of neurons) {
    const { keepV, keepI } = new Population(node as Extract<NirNode, { r: Float64Array }>, size, discretisation).update;
    if (keepV.some((keep) => keep < -1) || keepI.some((keep) => keep < -1)) {
      throw new InfeasibleError(
        `node ${name}: forward Euler with a step of ${String(discretisation.dt)} s is unstable, expected a step below twice the shortest time constant`,
      );
    }
  }
  const ofType = (wanted: (one: Placed) => boolean): Map<string, number> =>
    new Map(nodes.filter(wanted).map(({ name, size }) => [name, size]));
  return {
    schedule,
    discretisation,
    inputs: ofType(({ name, node }) => node.type === 'Input' && !name.includes('/')),
    populations: ofType(({ node }) => isSpiking(node)),
    connections: nodes.reduce((sum, { map }) => sum + (map?.connections ?? 0), 0),
    update: (name) => {
      const found = neurons.find((one) => one.name === name);
      if (found === undefined || !isNeurons(found.node)) throw new UsageError(`"${name}" is no population of this graph`);
      return new Population(found.node, found.size, discretisation).update;
    },
    run: (inputs, steps, voltages = []) => run(nodes, discretisation, inputs, steps, voltages),
  };
}

function place(graph: NirGraph, { order, delayed }: Schedule): Placed[] {
  const late = new Set(delayed.map(([from, to]) => `${from}\0${to}`));
  const placeOf = new Map(order.map((name, k) => [name, k]));
  const shapes: (readonly number[])[] = [];
  const nodes = order.map((name): Placed => {
    const node = graph.nodes.get(name)!;
    const sources = graph.edges
      .filter(([, to]) => to === name)
      .map(([from]) => ({ from: placeOf.get(from)!, delayed: late.has(`${from}\0${name}`) }));
    const known = sources.find(({ delayed: isLate }) => !isLate);
    const incoming = known === undefined ? undefined : shapes[known.from];
    const map = linearMap(name, node, incoming ?? []);
    const shape = map?.shape ?? shapeOf(node, incoming);
    shapes.push(shape);
    return { name, node, size: sizeOf(shape), sources, map };
  });
  for (const { name, map, size, sources } of nodes) {
    const expected = map?.inputs ?? size;
    for (const { from } of sources) {
      const found = nodes[from]!.size;
      if (found !== expected) {
        throw new InfeasibleError(`edge ${nodes[from]!.name} -> ${name}: found ${String(found)} values, expected ${String(expected)}`);
      }
    }
  }
  return nodes;
}

/** Shape of a node that passes on what it gets, elementwise: its own, or that of its source where it says nothing of use. */
function shapeOf(node: NirNode, incoming: readonly number[] | undefined): readonly number[] {
  if (node.type === 'Output') return incoming ?? node.shape;
  const own = 'shape' in node ? node.shape : [];
  return sizeOf(own) === 1 && incoming !== undefined ? incoming : own;
}

function run(
  nodes: readonly Placed[],
  discretisation: Discretisation,
  inputs: ReadonlyMap<string, ArrayLike<number>>,
  steps: number,
  voltages: readonly string[],
): NirRun {
  const cells = nodes.map(({ node, size }) => (isNeurons(node) ? new Population(node, size, discretisation) : undefined));
  const values = nodes.map(({ size }, k) => cells[k]?.output ?? new Float64Array(size));
  const before = nodes.map(({ size }, k) =>
    nodes.some(({ sources }) => sources.some((one) => one.delayed && one.from === k)) ? new Float64Array(size) : undefined,
  );
  const gathered = nodes.map(({ map, size }) => new Float64Array(map?.inputs ?? size));
  const lines = nodes.map(({ node, size }) => (node.type === 'Delay' ? new DelayLine(node.values, size, discretisation.dt) : undefined));
  const watched = nodes.map(({ name, node }) =>
    isSpiking(node) || node.type === 'Threshold' ? { name, step: [] as number[], neuron: [] as number[] } : undefined,
  );
  const record = (wanted: (one: Placed) => boolean): Map<string, Float64Array> =>
    new Map(nodes.filter(wanted).map(({ name, size }) => [name, new Float64Array(checkedSize(size * steps))]));
  const outputs = record(({ name, node }) => node.type === 'Output' && !name.includes('/'));
  const traces = record(({ name, node }) => isNeurons(node) && voltages.includes(name));
  const given = nodes.map(({ name, node, size }) => {
    if (node.type !== 'Input' || name.includes('/')) return undefined;
    const data = inputs.get(name);
    if (data === undefined || data.length < steps * size) {
      throw new UsageError(`input ${name}: found ${String(data?.length ?? 0)} values, expected ${String(steps)} steps of ${String(size)}`);
    }
    return data;
  });

  for (let step = 0; step < steps; step++) {
    before.forEach((copy, k) => copy?.set(values[k]!));
    nodes.forEach(({ name, sources, map, size }, k) => {
      const x = gathered[k]!;
      const y = values[k]!;
      const data = given[k];
      x.fill(0);
      for (const { from, delayed } of sources) {
        const source = delayed ? before[from]! : values[from]!;
        for (let i = 0; i < x.length; i++) x[i]! += source[i]!;
      }
      if (data !== undefined) for (let i = 0; i < size; i++) x[i]! += data[step * size + i]!;
      if (map !== null) map.apply(x, y);
      else if (cells[k] !== undefined) cells[k].step(x);
      else if (lines[k] !== undefined) lines[k].step(x, y);
      else y.set(x);
      outputs.get(name)?.set(y, step * size);
      if (traces.size > 0) traces.get(name)?.set(cells[k]!.voltage, step * size);
      const spikes = watched[k];
      if (spikes === undefined) return;
      for (let i = 0; i < size; i++) {
        if (y[i] === 0) continue;
        spikes.step.push(step);
        spikes.neuron.push(i);
      }
    });
  }
  const spikes = watched.flatMap((one): [string, StepSpikes][] =>
    one === undefined ? [] : [[one.name, { step: Uint32Array.from(one.step), neuron: Uint32Array.from(one.neuron) }]],
  );
  return { steps, spikes: new Map(spikes), outputs, voltages: traces };
}

function checkedSize(values: number): number {
  if (values > MOST_VALUES)
    throw new InfeasibleError(`a recording of ${String(values)} values, expected at most ${String(MOST_VALUES)}: run fewer steps`);
  return values;
}

/** y(t) = x(t - delay), the delay in whole steps, rounded; 0 before the first value arrives. */
class DelayLine {
  readonly #ring: Float64Array;
  readonly #lengths: Uint32Array;
  readonly #depth: number;
  #step = 0;

  constructor(delays: Float64Array, size: number, dt: number) {
    this.#lengths = Uint32Array.from({ length: size }, (_, k) => Math.round(delays[delays.length === 1 ? 0 : k]! / dt));
    this.#depth = this.#lengths.reduce((most, length) => Math.max(most, length), 0) + 1;
    this.#ring = new Float64Array(checkedSize(this.#depth * size));
  }

  step(x: Float64Array, y: Float64Array): void {
    const size = x.length;
    const now = this.#step % this.#depth;
    this.#ring.set(x, now * size);
    for (let k = 0; k < size; k++) y[k] = this.#ring[((now - this.#lengths[k]! + this.#depth) % this.#depth) * size + k]!;
    this.#step++;
  }
}
