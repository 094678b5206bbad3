/**
 * A NIR graph in discrete time: the digital teacher of trained networks. The format leaves open the step, the integrator and the reset; all three are arguments here, and
 * `divergence.ts` measures what they change. In a step, nodes act in the order of `scheduleOf`: each takes the sum of its sources, spikes travel without delay, and only the
 * edges that close a cycle read the step before (a Delay of a step or more in the loop takes their place). A bias acts in every step, spike or none.
 */
import { InfeasibleError, UsageError } from '../../base/index.ts';
import { isNeurons, isSpiking, type NirGraph, type NirNeurons } from '../../network/index.ts';
import { isInput, isOutput, place, type Placed } from './place.ts';
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
  /** v after the step (and reset) of the nodes asked for that have a membrane: steps x neurons. */
  readonly voltages: ReadonlyMap<string, Float64Array>;
}

/** A graph that fits together, ready to run. */
export interface NirNetwork {
  readonly schedule: Schedule;
  readonly discretisation: Discretisation;
  /** Elements per input node. */
  readonly inputs: ReadonlyMap<string, number>;
  /** What spikes (populations with a threshold, and Threshold) with its size, in the order of a step. */
  readonly populations: ReadonlyMap<string, number>;
  /** Names of the nodes that have a membrane, and of the outputs. */
  readonly membranes: readonly string[];
  readonly outputs: readonly string[];
  /** Values that a step computes. */
  readonly elements: number;
  /** Weights of all connections, shared ones counted as often as they act. */
  readonly connections: number;
  /** Coefficients of a population's update. Throws UsageError for another name. */
  readonly update: (name: string) => Update;
  /** Runs from rest. `inputs` holds steps x elements per input node, row after row. */
  readonly run: (inputs: ReadonlyMap<string, ArrayLike<number>>, steps: number, voltages?: readonly string[]) => NirRun;
}

/** Most values that a recording may hold, and that a step may compute. */
const MOST_VALUES = 2 ** 27;
const MOST_ELEMENTS = 2 ** 24;

/** Checks shapes and orders nodes. Throws InfeasibleError where the graph does not fit together or forward Euler would blow up. */
export function compileNir(graph: NirGraph, discretisation: Discretisation): NirNetwork {
  if (!(discretisation.dt > 0 && Number.isFinite(discretisation.dt))) throw new UsageError('a NIR graph needs a step above 0');
  const schedule = scheduleOf(graph, discretisation.dt);
  const nodes = place(graph, schedule);
  const elements = nodes.reduce((sum, { size }) => sum + size, 0);
  if (elements > MOST_ELEMENTS)
    throw new InfeasibleError(`a graph of ${String(elements)} values a step, expected at most ${String(MOST_ELEMENTS)}`);
  for (const { name, node, size } of nodes) if (node.type === 'Delay') checkDelays(name, node.values, size, discretisation.dt);
  const neurons = nodes.filter(({ node }) => isNeurons(node));
  for (const { name, node, size } of neurons) {
    const { keepV, keepI } = new Population(node as NirNeurons, size, discretisation).update;
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
    inputs: ofType(isInput),
    populations: ofType(({ node }) => isSpiking(node) || node.type === 'Threshold'),
    membranes: neurons.map(({ name }) => name),
    outputs: nodes.filter(isOutput).map(({ name }) => name),
    elements,
    connections: nodes.reduce((sum, { map }) => sum + (map?.connections ?? 0), 0),
    update: (name) => {
      const found = neurons.find((one) => one.name === name);
      if (found === undefined || !isNeurons(found.node)) throw new UsageError(`"${name}" is no population of this graph`);
      return new Population(found.node, found.size, discretisation).update;
    },
    run: (inputs, steps, voltages = []) => run(nodes, discretisation, inputs, steps, voltages),
  };
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
  const outputs = record(isOutput);
  const traces = record(({ name, node }) => isNeurons(node) && voltages.includes(name));
  const given = nodes.map(({ name, node, size }) => {
    if (!isInput({ name, node })) return undefined;
    const data = inputs.get(name);
    if (data === undefined || data.length < steps * size) {
      throw new UsageError(`input ${name}: found ${String(data?.length ?? 0)} values, expected ${String(steps)} steps of ${String(size)}`);
    }
    return data;
  });

  for (let step = 0; step < steps; step++) {
    before.forEach((copy, k) => copy?.set(values[k]!));
    nodes.forEach(({ ahead }, k) => {
      if (ahead) lines[k]!.take(values[k]!);
    });
    nodes.forEach(({ name, sources, map, size, ahead }, k) => {
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
      else if (lines[k] !== undefined) {
        lines[k].put(x);
        if (!ahead) lines[k].take(y);
        lines[k].next();
      } else y.set(x);
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

function checkDelays(name: string, delays: Float64Array, size: number, dt: number): void {
  const longest = delays.reduce((most, delay) => Math.max(most, Math.round(delay / dt)), 0);
  if (longest * size <= MOST_VALUES) return;
  throw new InfeasibleError(
    `node ${name}: found a delay of ${String(longest)} steps of ${String(size)} values, expected at most ${String(MOST_VALUES)} values under way`,
  );
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
    this.#ring = new Float64Array(this.#depth * size);
  }

  put(x: Float64Array): void {
    this.#ring.set(x, (this.#step % this.#depth) * x.length);
  }

  /** What arrives in this step; values put in this step count where the delay is none. */
  take(y: Float64Array): void {
    const [size, depth] = [y.length, this.#depth];
    const now = this.#step % depth;
    for (let k = 0; k < size; k++) y[k] = this.#ring[((now - this.#lengths[k]! + depth) % depth) * size + k]!;
  }

  next(): void {
    this.#step++;
  }
}
