/**
 * A trained network in discrete time on the teacher: the card of a NIR graph or of a lava-dl network, its inputs, and a run directory like that of any reference run.
 * A spike of step k stands at k x step. Its populations are the layers that spike, in the order of a step.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CardError, hashOf, hashOfColumns, InfeasibleError, type Mistake } from '../base/index.ts';
import { kindOfCard, loadCard, MODEL_VERSION, TrainedSchema, type ReferenceRecord, type TrainedCard, type Card } from '../model/index.ts';
import { readLavaNetwork, readNir, splitCsv } from '../network/index.ts';
import { compileNir, runLava, seededInput, TEACHER_TICKS_PER_SECOND, type NirNetwork, type StepSpikes } from '../reference/index.ts';
import { openRunDirectory, readRunRecord, readSpikeFile, writeNpy, writeRunRecord } from '../store/index.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { intentOf, type Intent, type Target } from './intent.ts';
import { populationsOf, writeTeacherSpikes } from './teacher-record.ts';

const MOST_STEPS = 10_000_000;
/** Most values of all inputs together. */
const MOST_VALUES = 2 ** 27;

interface Asked {
  /** Card of a trained network. */
  readonly workload: string;
  /** Biological s; the card's own unless given. */
  readonly duration?: number | undefined;
  /** Seed of seeded inputs. */
  readonly stimulus: number;
  readonly overrides: readonly string[];
}

/** Whether a file is the card of a trained network. */
export function isTrained(file: string): boolean {
  return /\.ya?ml$/i.test(file) && kindOfCard(file) === 'trained';
}

/** Spikes of a trained network, population by population, with the membranes that its card asks for. */
export interface TrainedRun {
  readonly card: TrainedCard;
  readonly steps: number;
  readonly populations: readonly { readonly name: string; readonly count: number; readonly spikes: StepSpikes }[];
  /** steps x values, by name: v of nodes with a membrane, what reaches an Output. */
  readonly voltages: ReadonlyMap<string, Float64Array>;
  readonly connections: number;
  readonly method: readonly string[];
  readonly hash: string;
}

/** Runs the card in `workload`; nothing is written. Throws CardError, UsageError and InfeasibleError for what cannot be read or does not fit. */
export async function runTrained(asked: Asked): Promise<TrainedRun> {
  const ready = await resolve(asked);
  return { ...ready, ...ready.run() };
}

/** Runs the card and writes the run directory. */
export async function trainedReference(request: Asked & { readonly context: RunContext }): Promise<ReferenceRecord> {
  const { context, stimulus } = request;
  const phases = new Phases(context.elapsed);
  const asked = await resolve(request);
  const { card, steps, hash: planHash } = asked;
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as ReferenceRecord;
  phases.end('card, network');
  const { populations, voltages } = asked.run();
  phases.end('simulation');
  const network = rangesOf(populations);
  const spikes = columnsOf(populations, card.network.step);
  const written = await writeTeacherSpikes(context.directory, network, spikes);
  for (const [name, data] of voltages) {
    await writeNpy(join(context.directory, fileOf(name, card.record)), { type: 'f8', shape: [steps, data.length / steps], data });
  }
  const until = steps * card.network.step;
  const record: ReferenceRecord = {
    schema: 'neurolith/run/1',
    kind: 'reference',
    title: `${card.name} on the teacher, in steps`,
    provenance: provenanceOf(context, MODEL_VERSION, stimulus, planHash, phases.timings),
    contract: null,
    contractHash: null,
    evidence: { counts: { published: 0, derived: 0, assumed: 0 }, assumptions: [] },
    result: {
      workload: {
        name: card.name,
        neurons: network.count,
        synapses: asked.connections,
        notes: [],
        graph: {},
        duration: until,
        warmUp: Math.min(card.warm_up, until / 10),
        delay: 0,
      },
      mode: 'steps',
      method: asked.method,
      stimulus,
      populations: populationsOf(network, spikes, Math.min(card.warm_up, until / 10), until * TEACHER_TICKS_PER_SECOND),
      ...written,
    },
  };
  await writeRunRecord(context.directory, record);
  return record;
}

/** What the run would do, with all its checks; nothing is written. */
export async function intendTrained(asked: Asked & { readonly context: Target }): Promise<Intent> {
  const { card, hash } = await resolve(asked);
  return intentOf(asked.context, { title: `${card.name} on the teacher, in steps`, planHash: hash, jobs: { runs: 1 } });
}

interface Ready extends Omit<TrainedRun, 'populations' | 'voltages'> {
  readonly run: () => Pick<TrainedRun, 'populations' | 'voltages'>;
}

async function resolve({ workload, duration, stimulus, overrides }: Asked): Promise<Ready> {
  const loaded = loadCard(TrainedSchema, workload, { overrides });
  const card = loaded.value;
  const steps = Math.round(Number(((duration ?? card.duration) / card.network.step).toPrecision(12)));
  if (!(steps >= 1 && steps <= MOST_STEPS))
    throw new InfeasibleError(`${String(steps)} steps of ${String(card.network.step)} s, expected 1 to ${String(MOST_STEPS)}`);
  const file = loaded.fileBeside(card.network.file, 'network.file');
  const common = { card, steps };
  if (card.network.format === 'lava-dl') {
    const network = await readLavaNetwork(file);
    const values = await inputsOf(loaded, new Map([['input', network.layers[0]!.inputs]]), steps, stimulus);
    const input = spikesIn(values.get('input')!, network.layers[0]!.inputs);
    return {
      ...common,
      connections: network.layers.reduce((sum, { weight }) => sum + weight.length, 0),
      method: ['integer neurons of lava-dl, exact', 'one step from layer to layer', stepInWords(card)],
      hash: hashOfRun(card, steps, stimulus, file, values),
      run: () => ({
        populations: runLava(network, input, steps).map((spikes, k) => ({
          name: `layer${String(k)}`,
          count: network.layers[k]!.outputs,
          spikes,
        })),
        voltages: new Map(),
      }),
    };
  }
  const { step, time_unit: unit, reset, integrator } = card.network;
  const network = compileNir(await readNir(file), { dt: Number((step / unit).toPrecision(15)), reset, integrator });
  const known = [...network.membranes, ...network.outputs];
  const unknown = card.record.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new CardError([{ file: loaded.label, path: 'record', found: unknown.join(', '), expected: known.slice(0, 50).join(', ') }]);
  const values = await inputsOf(loaded, network.inputs, steps, stimulus);
  return {
    ...common,
    connections: network.connections,
    method: [
      `${integrator === 'forward-euler' ? 'forward' : 'exponential'} Euler`,
      `reset ${reset === 'zero' ? 'to v_reset' : 'by subtraction'}`,
      stepInWords(card),
      ...network.schedule.delayed.map(([from, to]) => `${from} -> ${to} reads the step before`),
    ],
    hash: hashOfRun(card, steps, stimulus, file, values),
    run: () => nirRun(network, values, steps, card.record),
  };
}

function stepInWords({ network: { step } }: TrainedCard): string {
  return `steps of ${String(Number((step * 1000).toPrecision(12)))} ms; a spike of step k stands at k steps`;
}

function nirRun(
  network: NirNetwork,
  values: ReadonlyMap<string, Float64Array>,
  steps: number,
  record: readonly string[],
): Pick<TrainedRun, 'populations' | 'voltages'> {
  const { spikes, voltages: membranes, outputs } = network.run(values, steps, record);
  const voltages = new Map(record.map((name) => [name, membranes.get(name) ?? outputs.get(name)!]));
  const populations = [...spikes].flatMap(([name, one]) => {
    const count = network.populations.get(name);
    return count === undefined ? [] : [{ name, count, spikes: one }];
  });
  return { populations, voltages };
}

/** A file name of its own for every recorded node. */
function fileOf(name: string, record: readonly string[]): string {
  const twins = [...new Set(record)].filter((one) => inFileName(one) === inFileName(name));
  return `v-${inFileName(name)}${twins.length > 1 ? `-${String(twins.indexOf(name))}` : ''}.npy`;
}

function inFileName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '_');
}

/** Of the card and of the bytes of the network and of its inputs. */
function hashOfRun(card: TrainedCard, steps: number, stimulus: number, file: string, values: ReadonlyMap<string, Float64Array>): string {
  return hashOf({
    trained: { card, steps, stimulus, model: MODEL_VERSION },
    bytes: hashOfColumns([readFileSync(file), ...values.values()]),
  });
}

/** steps x elements of every input node. */
async function inputsOf(
  loaded: Card<TrainedCard>,
  nodes: ReadonlyMap<string, number>,
  steps: number,
  stimulus: number,
): Promise<Map<string, Float64Array>> {
  const card = loaded.value;
  const total = [...nodes.values()].reduce((sum, size) => sum + size * steps, 0);
  if (total > MOST_VALUES)
    throw new InfeasibleError(`inputs of ${String(total)} values, expected at most ${String(MOST_VALUES)}: run fewer steps`);
  const values = new Map([...nodes].map(([name, size]) => [name, new Float64Array(size * steps)]));
  for (const [i, input] of card.inputs.entries()) {
    const path = `inputs.${String(i)}`;
    const name = input.to ?? (nodes.size === 1 ? [...nodes.keys()][0]! : '');
    const size = nodes.get(name);
    if (size === undefined)
      throw new CardError([
        { file: loaded.label, path: `${path}.to`, found: `"${name}"`, expected: `one of ${[...nodes.keys()].join(', ')}` },
      ]);
    const into = values.get(name)!;
    if (input.kind === 'seeded') {
      // the unit of the draws is the place of the node, so that another input changes none
      seededInput(nodes, steps, input.probability, stimulus)
        .get(name)!
        .forEach((value, k) => (into[k]! += value));
    } else if (input.kind === 'table') addTable(into, loaded.readText(input.file, `${path}.file`), input.file, size, steps);
    else {
      const tables = await readSpikeFile(loaded.fileBeside(input.file, `${path}.file`));
      for (const { time, node } of tables) {
        for (let k = 0; k < time.length; k++) {
          if (node[k]! >= size)
            throw new CardError([
              { file: input.file, found: `element ${String(node[k])}`, expected: `0 to ${String(size - 1)}, the elements of ${name}` },
            ]);
          const step = halfToEven(Number((time[k]! / 1000 / card.network.step).toPrecision(12)));
          if (step >= 0 && step < steps) into[step * size + node[k]!] = 1;
        }
      }
    }
  }
  return values;
}

/** Rows beyond the last step are left; steps beyond the last row get nothing. */
function addTable(into: Float64Array, text: string, file: string, size: number, steps: number): void {
  const wrong: Mistake[] = [];
  splitCsv(text, ',', file).forEach(({ fields, line }, row) => {
    if (wrong.length >= 20) return;
    const cells = fields.map((cell) => (cell.trim() === '' ? NaN : Number(cell)));
    if (cells.length !== size)
      wrong.push({ file, line, found: `${String(cells.length)} columns`, expected: `${String(size)}, one per element` });
    else if (!cells.every(Number.isFinite))
      wrong.push({ file, line, found: `"${fields.join(',').slice(0, 60)}"`, expected: 'finite numbers' });
    else if (row < steps) for (let k = 0; k < size; k++) into[row * size + k]! += cells[k]!;
  });
  if (wrong.length > 0) throw new CardError(wrong);
}

/** Spikes of a table of 0 and 1. */
function spikesIn(values: Float64Array, size: number): StepSpikes {
  const [step, neuron]: [number[], number[]] = [[], []];
  values.forEach((value, k) => {
    if (value === 0) return;
    step.push(Math.floor(k / size));
    neuron.push(k % size);
  });
  return { step: Uint32Array.from(step), neuron: Uint32Array.from(neuron) };
}

/** As numpy.round does. */
function halfToEven(value: number): number {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

function rangesOf(populations: TrainedRun['populations']) {
  let first = 0;
  const ranges = populations.map(({ name, count }) => {
    const range = { name, first, count };
    first += count;
    return range;
  });
  return { count: first, populations: ranges };
}

/** All spikes in ticks, sorted by (tick, neuron); neurons count through the populations. */
function columnsOf(populations: TrainedRun['populations'], step: number) {
  const ranges = rangesOf(populations).populations;
  const keys = populations.flatMap(({ spikes }, p) =>
    Array.from(spikes.step, (at, k) => [at, ranges[p]!.first + spikes.neuron[k]!] as const),
  );
  keys.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const at = keys.map(([k]) => Number((k * step * TEACHER_TICKS_PER_SECOND).toPrecision(14)));
  return {
    ticks: Float64Array.from(at, Math.floor),
    fractions: Float64Array.from(at, (tick) => tick - Math.floor(tick)),
    neurons: Uint32Array.from(keys, ([, neuron]) => neuron),
  };
}
