/**
 * What the choices that NIR leaves open do to a network: the same input under both resets and both integrators, spike rasters compared cell by cell.
 *   share = cells (step, neuron) in which exactly one of the two rasters has a spike / spikes of the first
 */
import { Chance, InfeasibleError } from '../../base/index.ts';
import type { NirGraph } from '../../network/index.ts';
import { compileNir, type NirNetwork, type NirRun, type StepSpikes } from './run.ts';
import type { Discretisation } from './population.ts';

export interface Divergence {
  readonly reset: Discretisation['reset'];
  readonly integrator: Discretisation['integrator'];
  /** Spikes per population. */
  readonly spikes: Readonly<Record<string, number>>;
  /** Cells of the rasters of all populations that differ from the chosen discretisation; null where this one is unstable. */
  readonly cells: number | null;
  /** Cells / spikes of the chosen one; null when it is silent. */
  readonly share: number | null;
}

/** Most values that a comparison may compute, and that its input may hold: it is a glance, not a simulation. */
const MOST_WORK = 2 ** 28;
const MOST_INPUT = 2 ** 25;

/** How many of `steps` a comparison of a network can afford; products of a dense evaluation count a tenth, as spikes are few. */
export function comparedSteps({ inputs, elements, connections }: NirNetwork, steps: number): number {
  const given = [...inputs.values()].reduce((sum, size) => sum + size, 0);
  return Math.max(1, Math.min(steps, Math.floor(MOST_WORK / (elements + connections / 10)), Math.floor(MOST_INPUT / Math.max(given, 1))));
}

/**
 * Runs the graph on seeded input (each element 1 with `probability` in each step) under every choice; the chosen one comes first. A choice under which the step is unstable has
 * no figures. Large graphs run for fewer steps (`comparedSteps`).
 */
export function divergence(
  graph: NirGraph,
  chosen: Discretisation,
  { steps = 200, probability = 0.1, seed = 1 }: { readonly steps?: number; readonly probability?: number; readonly seed?: number } = {},
): Divergence[] {
  const network = compileNir(graph, chosen);
  const compared = comparedSteps(network, steps);
  const inputs = seededInput(network.inputs, compared, probability, seed);
  const others = (['zero', 'subtract'] as const).flatMap((reset) =>
    (['forward-euler', 'exponential-euler'] as const).map((integrator) => ({ ...chosen, reset, integrator })),
  );
  const rest = others.filter(({ reset, integrator }) => reset !== chosen.reset || integrator !== chosen.integrator);
  const first = network.run(inputs, compared);
  const total = [...first.spikes.values()].reduce((sum, { step }) => sum + step.length, 0);
  return [chosen, ...rest].map((one, k) => {
    const run = k === 0 ? first : runOrNone(graph, one, inputs, compared);
    if (run === undefined) return { reset: one.reset, integrator: one.integrator, spikes: {}, cells: null, share: null };
    const cells = differingCells(first, run);
    return {
      reset: one.reset,
      integrator: one.integrator,
      spikes: Object.fromEntries([...run.spikes].map(([name, { step }]) => [name, step.length])),
      cells,
      share: total === 0 ? null : cells / total,
    };
  });
}

/** The run, unless the discretisation is unstable. */
function runOrNone(
  graph: NirGraph,
  discretisation: Discretisation,
  inputs: ReadonlyMap<string, Float64Array>,
  steps: number,
): NirRun | undefined {
  try {
    return compileNir(graph, discretisation).run(inputs, steps);
  } catch (error) {
    if (error instanceof InfeasibleError) return undefined;
    throw error;
  }
}

/** Seeded 0 and 1 for every element of every input and step. */
export function seededInput(
  inputs: ReadonlyMap<string, number>,
  steps: number,
  probability: number,
  seed: number,
): Map<string, Float64Array> {
  const chance = new Chance(seed, 'stimulus');
  return new Map(
    [...inputs].map(([name, size], unit) => [
      name,
      Float64Array.from({ length: steps * size }, (_, k) => (chance.uniform(unit, k) < probability ? 1 : 0)),
    ]),
  );
}

/** Cells of the rasters of all populations with a spike in exactly one of two runs. */
export function differingCells(a: NirRun, b: NirRun): number {
  let cells = 0;
  for (const [name, spikes] of a.spikes) {
    const [mine, theirs] = [keysOf(spikes), keysOf(b.spikes.get(name)!)];
    cells += [...mine].filter((key) => !theirs.has(key)).length + [...theirs].filter((key) => !mine.has(key)).length;
  }
  return cells;
}

function keysOf({ step, neuron }: StepSpikes): Set<number> {
  return new Set(Array.from(step, (one, k) => one * 2 ** 24 + neuron[k]!));
}
