/**
 * NIR graphs and networks of lava-dl become cards of kind `trained`, with the network file beside them. The format leaves open step, reset and integrator of a NIR graph: they are
 * said on the card, and what they change is measured here on seeded input.
 *   step: as given; else tau_mem / R where every CubaLIF of the graph says the same and w_in = tau_syn / step agrees (trained with forward Euler), one unit of time for a graph
 *   that only integrates (I, IF), and 0.1 ms for all others
 */
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { InfeasibleError, UsageError } from '../../base/index.ts';
import { readLavaNetwork, readNir, isNeurons, type NirGraph } from '../../network/index.ts';
import { comparedSteps, compileNir, divergence, type Discretisation } from '../../reference/index.ts';
import { readNpy, readSpikeFile } from '../../store/index.ts';
import { inMs, plainName, type ImportedFile, type ImportedWorkload, type ImportOptions } from './imported.ts';

const STEPS = 200;
/** Share of ones of the input on which the choices are compared. */
const PROBABILITY = 0.1;

/** Reads a NIR file. Throws CardError for a file that is none, InfeasibleError for a graph that does not fit together. */
export async function importNir(file: string, options: ImportOptions): Promise<ImportedWorkload> {
  const { reset = 'zero', integrator = 'forward-euler', timeUnit = 1 } = options;
  const graph = await readNir(file);
  const guess = guessedStep(graph, timeUnit);
  const step = options.step ?? guess.step;
  const chosen: Discretisation = { dt: Number((step / timeUnit).toPrecision(15)), reset, integrator };
  const network = compileNir(graph, chosen);
  const input = await inputOf(options, step);
  const steps = options.duration === undefined ? (input?.steps ?? STEPS) : Math.ceil(options.duration / step);
  if (network.inputs.size === 0) throw new InfeasibleError(`${file}: found no Input in the graph, expected at least one`);
  const compared = comparedSteps(network, Math.min(steps, STEPS));
  const choices = divergence(graph, chosen, { steps: compared, probability: PROBABILITY });
  const populations = [...network.populations].map(([name, size]) => `${name} ${String(size)}`);
  const inputs = [...network.inputs.keys()];
  const fed = new Set(graph.edges.map(([, to]) => to));
  const unfed = [...graph.nodes].filter(([name, node]) => isNeurons(node) && !fed.has(name)).map(([name]) => name);
  const text = cardText(
    `NIR graph of ${plainName(file)}, version ${graph.version}; the file leaves open step, reset and integrator, so they are said here.`,
    {
      kind: 'trained',
      name: nameOf(file),
      description: `Trained network imported from ${plainName(file)}: ${String(network.populations.size)} spiking populations`,
      network: { format: 'nir', file: plainName(file), step: inMs(step), time_unit: inMs(timeUnit), reset, integrator },
      inputs: input === null ? inputs.map((to) => ({ kind: 'seeded', to, probability: PROBABILITY })) : [input.entry],
      duration: inMs(Number((steps * step).toPrecision(12))),
      warm_up: '0 s',
      seeds: { stimulus: [1] },
    },
  );
  return {
    format: 'nir',
    files: [
      { name: plainName(options.card), content: text },
      { name: plainName(file), content: readFileSync(file) },
      ...(input?.files ?? []),
    ],
    notes: [
      `populations: ${populations.join(', ')}; ${String(network.connections)} connections; inputs: ${[...network.inputs].map(([name, size]) => `${name} ${String(size)}`).join(', ')}`,
      ...(unfed.length === 0 ? [] : [`no edge leads to ${unfed.slice(0, 10).join(', ')}: driven by the leak alone`]),
      `step ${inMs(step)}: ${options.step === undefined ? guess.why : 'as given'}`,
      `reset ${reset}, ${integrator}${options.reset === undefined && options.integrator === undefined ? ' (defaults)' : ''}`,
      `measured on seeded input (${String(compared)} steps, ${String(PROBABILITY * 100)} % ones), cells of all rasters that differ from this choice:`,
      ...choices
        .slice(1)
        .map(
          ({ reset: other, integrator: method, cells, share }) =>
            `  reset ${other}, ${method}: ${cells === null ? 'unstable at this step' : `${String(cells)} cells${share === null ? '' : ` (${(100 * share).toFixed(1)} % of the spikes)`}`}`,
        ),
    ],
    facts: {
      step,
      reset,
      integrator,
      stepReason: options.step === undefined ? guess.why : 'as given',
      divergence: choices,
      delayed: network.schedule.delayed,
    },
  };
}

/** Reads a network of lava-dl. Throws CardError with all mistakes of the file. */
export async function importLava(file: string, options: ImportOptions): Promise<ImportedWorkload> {
  const given = (['reset', 'integrator', 'timeUnit'] as const).filter((name) => options[name] !== undefined);
  if (given.length > 0) throw new UsageError(`${given.join(', ')}: a network of lava-dl leaves nothing of that open`);
  const { layers } = await readLavaNetwork(file);
  const step = options.step ?? 1e-3;
  const input = await inputOf(options, step);
  // a spike needs a step from layer to layer
  const steps = options.duration === undefined ? (input?.steps ?? STEPS) + layers.length : Math.ceil(options.duration / step);
  const shape = [layers[0]!.inputs, ...layers.map(({ outputs }) => outputs)].join('-');
  const text = cardText(`Integer network of lava-dl, ${shape}: exact, nothing is left open.`, {
    kind: 'trained',
    name: nameOf(file),
    description: `Integer network imported from ${plainName(file)}: ${shape}`,
    network: { format: 'lava-dl', file: plainName(file), step: inMs(step) },
    inputs: [input?.entry ?? { kind: 'seeded', probability: PROBABILITY }],
    duration: inMs(Number((steps * step).toPrecision(12))),
    warm_up: '0 s',
    seeds: { stimulus: [1] },
  });
  return {
    format: 'lava-dl',
    files: [
      { name: plainName(options.card), content: text },
      { name: plainName(file), content: readFileSync(file) },
      ...(input?.files ?? []),
    ],
    notes: [`layers ${shape}; a step is called ${inMs(step)}, the integers do not depend on it`],
    facts: { layers: layers.map(({ inputs, outputs }) => ({ inputs, outputs })), step },
  };
}

function nameOf(file: string): string {
  return plainName(file).replace(/\.\w+$/, '');
}

function cardText(head: string, card: Readonly<Record<string, unknown>>): string {
  return `# ${head}\n${stringify(card, { lineWidth: 160 })}`;
}

/** The step that a graph was trained with, if its coefficients give it away; s. */
function guessedStep(graph: NirGraph, timeUnit: number): { readonly step: number; readonly why: string } {
  const neurons = [...graph.nodes.values()].filter(isNeurons);
  if (neurons.length > 0 && neurons.every(({ type }) => type === 'I' || type === 'IF'))
    return { step: timeUnit, why: 'one unit of time, for the graph only integrates' };
  const cuba = neurons.filter(({ type }) => type === 'CubaLIF');
  const steps = cuba.flatMap(({ tau, tauSyn, r, wIn }) => [
    ...Array.from(tau, (value, k) => value / r[r.length === 1 ? 0 : k]!),
    ...Array.from(tauSyn, (value, k) => value / wIn[wIn.length === 1 ? 0 : k]!),
  ]);
  const [first = 0] = steps;
  if (cuba.length > 0 && first > 0 && steps.every((step) => Math.abs(step / first - 1) < 1e-3)) {
    return { step: Number((first * timeUnit).toPrecision(4)), why: 'tau_mem / R and tau_syn / w_in of every CubaLIF say so' };
  }
  return { step: 1e-4, why: '0.1 ms, a default: nothing in the file says it' };
}

interface Input {
  readonly entry: Readonly<Record<string, unknown>>;
  readonly files: readonly ImportedFile[];
  readonly steps: number;
}

/** The input file: events of lava-dl (.npy), a spike file, or a table of numbers. */
async function inputOf({ input: file, to }: ImportOptions, step: number): Promise<Input | null> {
  if (file === undefined) return null;
  const where = to === undefined ? {} : { to };
  const name = plainName(file);
  if (/\.npy$/i.test(file)) {
    const { shape, data } = await readNpy(file, { largest: 2 ** 28 });
    if (shape[1] !== 3)
      throw new UsageError(`--input: ${file} has the shape (${shape.join(', ')}), expected rows of neuron, channel, time in steps`);
    const rows = Array.from({ length: shape[0]! }, (_, k) => [data[3 * k]!, data[3 * k + 2]!] as const);
    const table = name.replace(/npy$/i, 'csv');
    const last = rows.reduce((most, [, time]) => Math.max(most, time), 0);
    const content = `time_ms,node\n${rows.map(([node, time]) => `${String(time * step * 1000)},${String(node)}\n`).join('')}`;
    return { entry: { kind: 'spikes', ...where, file: table }, files: [{ name: table, content }], steps: Math.ceil(last) + 1 };
  }
  const bytes = readFileSync(file);
  const kept = [{ name, content: bytes }];
  const first = bytes.subarray(0, 4096).toString('latin1').split('\n', 1)[0]!;
  if (/^[-+\d.eE,\s]+$/.test(first) && /\.csv$/i.test(file) && !(await looksLikeSpikes(file, first))) {
    const steps = bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '').length;
    return { entry: { kind: 'table', ...where, file: name }, files: kept, steps };
  }
  const tables = await readSpikeFile(file);
  const end = tables.reduce((most, { time, end: said }) => Math.max(most, said ?? time.at(-1) ?? 0), 0) / 1000;
  return { entry: { kind: 'spikes', ...where, file: name }, files: kept, steps: Math.floor(end / step) + 1 };
}

/** A file without a header is a spike list only where it has two columns, the second of whole numbers and the first rising. */
async function looksLikeSpikes(file: string, first: string): Promise<boolean> {
  if (first.split(',').length !== 2) return false;
  try {
    await readSpikeFile(file);
    return true;
  } catch {
    return false;
  }
}
