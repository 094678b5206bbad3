/**
 * The workload card: a spiking network and its stimuli, in biological units, that teacher and student both run.
 *   weight of a synapse = weight_unit x units, where weight_unit is the peak of one postsynaptic potential from rest (V) and units are counted by edges (for a connectome:
 *   the number of anatomical synapses), cut at weight_maximum.
 * Checks between fields (names of populations, voltages in their order) are made here too, so that they come in one list with all other mistakes.
 */
import * as z from 'zod';
import { fraction, integer, number, quantity, word } from '../quantity.ts';
import { unknownName } from '../zod-errors.ts';
import { expectedSpread, flatParameters, PopulationSchema, spreadValue, type WorkloadPopulation } from './workload-neurons.ts';
import { PlasticitySchema } from './plasticity.ts';
import { EVERY_NEURON, StimulusSchema } from './stimuli.ts';

const MOST_SYNAPSES_OF_NEURON = 1_000_000;

const time = quantity('time', { min: 0, max: 1e4 });
const name = z.string({ error: 'a name' }).min(1, 'a name').max(200, 'a name of at most 200 characters');
const seed = integer(0, 2 ** 52);

/** Units of weight drawn for the synapses of a generator. */
const WeightsSchema = z.union([
  number(0, 1e6),
  z.strictObject({ kind: z.literal('uniform'), minimum: number(0, 1e6), maximum: number(0, 1e6) }).readonly(),
  z
    .strictObject({ kind: z.literal('lognormal'), median: number(1e-6, 1e6), sigma: number(0, 5) })
    .readonly()
    .meta({ description: 'exp(ln(median) + sigma x standard normal)' }),
]);

const plastic = { plasticity: PlasticitySchema.optional() };
const between = { from: name, to: name, weight: WeightsSchema, ...plastic };

const EdgesSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('inline'),
      synapses: z.array(z.strictObject({ from: name, to: name, weight: number(-1e6, 1e6) }).readonly()).min(1),
      ...plastic,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('watts-strogatz'),
      within: name,
      weight: WeightsSchema,
      ...plastic,
      neighbours: integer(2, MOST_SYNAPSES_OF_NEURON).refine((k) => k % 2 === 0, 'an even number of neighbours on the ring'),
      rewired: fraction({ min: 0, max: 1 }),
      reciprocal: fraction({ min: 0, max: 1 }).meta({ description: 'share of connected pairs with a synapse in each direction' }),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('fixed-in-degree'),
      ...between,
      in_degree: integer(0, MOST_SYNAPSES_OF_NEURON),
      self: z.boolean().default(false),
    })
    .readonly(),
  z.strictObject({ kind: z.literal('all-to-all'), ...between, self: z.boolean().default(false) }).readonly(),
  z.strictObject({ kind: z.literal('one-to-one'), ...between }).readonly(),
  z
    .strictObject({
      kind: z.literal('file'),
      file: name.meta({ description: "a CSV file with a header line, in the card's folder" }),
      from: name
        .optional()
        .meta({ description: 'the population of the sources; without it the file names neurons in full, such as layer.0' }),
      to: name.optional().meta({ description: 'the population of the targets, likewise' }),
      separator: word(['comma', 'semicolon', 'tab']).default('comma'),
      columns: z.strictObject({ pre: name, post: name, weight: name, type: name.optional() }).readonly(),
      types: z
        .record(name, word(['chemical', 'electrical']))
        .readonly()
        .default({ chemical: 'chemical', electrical: 'electrical' })
        .meta({ description: 'what each word of the type column stands for' }),
      absent_type: word(['chemical', 'electrical'])
        .optional()
        .meta({ description: 'type of every row of a file without the type column; without this, such a file is refused' }),
      self_loops: word(['keep', 'drop'])
        .default('keep')
        .meta({ description: 'chemical synapses of a neuron onto itself; electrical ones are always dropped' }),
      ...plastic,
    })
    .readonly(),
]);

const SignSchema = z.union([
  z
    .strictObject({ seeded: fraction({ min: 0, max: 1 }) })
    .readonly()
    .meta({ description: 'this share of all neurons, drawn by the graph seed, is inhibitory with all its chemical synapses' }),
  z.strictObject({ population: z.record(name, word(['excitatory', 'inhibitory'])).readonly() }).readonly(),
  z.strictObject({ column: name, excitatory: z.array(name).min(1).readonly(), inhibitory: z.array(name).min(1).readonly() }).readonly(),
  z.literal('of the weight').meta({ description: 'weights below zero are inhibitory' }),
]);

const DelaySchema = z.union([
  quantity('time', { min: 0, max: 10 }),
  z.literal('reference design').meta({ description: "the mean path of the plan's reference design at zero load" }),
  z.strictObject({ column: name, unit: quantity('time', { min: 1e-9, max: 1 }) }).readonly(),
]);

const Fields = z
  .strictObject({
    name,
    description: z.string({ error: 'a sentence on what this workload is' }).min(1),
    populations: z.record(name, PopulationSchema).readonly(),
    weight_unit: quantity('voltage', { min: 1e-9, max: 0.1 }),
    weight_maximum: number(1e-6, 1e6).optional().meta({ description: 'in units; larger weights are cut to it and counted' }),
    sign: SignSchema,
    delay: DelaySchema,
    edges: z.array(EdgesSchema).readonly(),
    stimuli: z.array(StimulusSchema).readonly(),
    duration: quantity('time', { min: 1e-4, max: 1e4 }),
    warm_up: time,
    seeds: z.strictObject({ graph: seed, stimulus: z.array(seed).min(1).readonly() }).readonly(),
  })
  .readonly();

/** A workload card: biological time and voltages, in SI after reading. */
export const WorkloadSchema = Fields.check(
  // `when`: also when single fields are wrong, so that all mistakes come at once
  { _zod: { check: crossCheck, def: { check: 'custom', when: () => true }, onattach: [] } } satisfies z.core.$ZodCheck<
    z.output<typeof Fields>
  >,
);
export { flatParameters, spreadValue, type WorkloadPopulation, type WorkloadSpread } from './workload-neurons.ts';
export type { WorkloadPlasticity } from './plasticity.ts';
export type WorkloadCard = z.output<typeof WorkloadSchema>;
export type WorkloadEdges = WorkloadCard['edges'][number];
export type WorkloadStimulus = WorkloadCard['stimuli'][number];
export type WorkloadWeights = z.output<typeof WeightsSchema>;

/** Fields may be missing or wrong here: what is not of the right kind is passed over, its own complaint is there already. */
function crossCheck(payload: z.core.ParsePayload): void {
  const card = mapOf(payload.value);
  const populations = mapOf(card['populations']);
  const names = Object.keys(populations);
  const complain = (issue: z.core.$ZodRawIssue) => void payload.issues.push(issue);
  const expect = (path: PropertyKey[], input: unknown, message: string) => complain({ code: 'custom', input, path, message });
  const population = (path: PropertyKey[], given: unknown) => {
    if (typeof given === 'string' && names.length > 0 && !names.includes(given)) complain(unknownName(path, given, 'a population', names));
  };
  for (const [key, value] of Object.entries(populations)) {
    const { threshold, reset, rest, exponential, c, peak } = mapOf(mapOf(value)['parameters']);
    const onset = mapOf(exponential)['threshold'];
    if (notBelow(onset, threshold))
      expect(['populations', key, 'parameters', 'exponential', 'threshold'], onset, 'an exponential that begins below the threshold');
    if (notBelow(reset, threshold)) expect(['populations', key, 'parameters', 'reset'], reset, 'a reset below the threshold');
    if (notBelow(rest, threshold)) expect(['populations', key, 'parameters', 'rest'], rest, 'a rest below the threshold');
    if (notBelow(c, peak)) expect(['populations', key, 'parameters', 'c'], c, 'a reset below the peak');
    checkReceiving(['populations', key], mapOf(value), rest, expect);
    checkSpread(['populations', key, 'spread'], mapOf(value), expect, complain);
  }
  const edges = listOf(card['edges']);
  edges.forEach((entry, i) => {
    if (entry['kind'] === 'inline') return;
    for (const field of ['from', 'to', 'within']) population(['edges', i, field], entry[field]);
    const weight = mapOf(entry['weight']);
    if (notBelow(weight['minimum'], weight['maximum']) && weight['minimum'] !== weight['maximum']) {
      expect(['edges', i, 'weight', 'maximum'], weight['maximum'], 'a maximum not below the minimum');
    }
  });
  listOf(card['stimuli']).forEach((entry, i) => {
    if (entry['kind'] !== 'spikes' && entry['to'] !== EVERY_NEURON) population(['stimuli', i, 'to'], entry['to']);
    if (entry['kind'] === 'spike-file' && (entry['to'] === undefined) === (entry['synapses'] === undefined)) {
      expect(['stimuli', i, 'to'], entry['to'], 'either `to`, a population driven one to one, or `synapses`');
    }
    if (entry['kind'] === 'poisson' && entry['bin'] !== undefined && entry['sources'] === 'shared')
      expect(['stimuli', i, 'sources'], 'shared', "sources `per neuron`: counted events are each neuron's own");
    if (entry['kind'] === 'poisson' && entry['bin'] === undefined && notBelow(entry['rate'], 1e5) && entry['rate'] !== 1e5)
      expect(['stimuli', i, 'rate'], entry['rate'], 'at most 100 kHz, or a `bin`, in which events are counted');
    if (notBelow(entry['start'], entry['stop'])) {
      expect(['stimuli', i, 'stop'], entry['stop'], 'a stop after the start');
    }
    for (const [field, at] of beginningsOf(entry))
      if (notBelow(at, card['duration'])) expect(['stimuli', i, ...field], at, 'a time before the end of the run');
  });
  const signs = mapOf(card['sign'])['population'];
  for (const key of Object.keys(mapOf(signs))) population(['sign', 'population', key], key);
  if (signs !== undefined) {
    for (const key of names) {
      if (!Object.hasOwn(mapOf(signs), key))
        expect(['sign', 'population', key], undefined, 'one of excitatory, inhibitory for each population');
    }
  }
  for (const field of ['sign', 'delay']) {
    const column = mapOf(card[field])['column'];
    if (column !== undefined && edges.some(({ kind }) => kind !== 'file'))
      expect([field, 'column'], column, 'a column only where all edges come from files');
  }
  if (notBelow(card['warm_up'], card['duration'])) {
    expect(['warm_up'], card['warm_up'], 'a warm-up shorter than the duration');
  }
}

type Expect = (path: PropertyKey[], input: unknown, message: string) => void;

/** Synapses sit where there is something, and conductances draw away from rest. */
function checkReceiving(path: PropertyKey[], population: Record<string, unknown>, rest: unknown, expect: Expect): void {
  if (population['receives'] === 'last dendrite' && listOf(population['dendrites']).length === 0)
    expect([...path, 'receives'], 'last dendrite', '`soma`, or `dendrites` of which one is the last');
  const { reversal_excitatory: excitatory, reversal_inhibitory: inhibitory } = mapOf(population['synapses']);
  if (notBelow(rest, excitatory))
    expect([...path, 'synapses', 'reversal_excitatory'], excitatory, 'a reversal potential above the rest: weights are peaks from rest');
  if (rest !== undefined && notBelow(inhibitory, rest))
    expect([...path, 'synapses', 'reversal_inhibitory'], inhibitory, 'a reversal potential below the rest: weights are peaks from rest');
}

function checkSpread(
  path: PropertyKey[],
  population: Record<string, unknown>,
  expect: Expect,
  complain: (issue: z.core.$ZodRawIssue) => void,
): void {
  const names = [...flatParameters({ parameters: mapOf(population['parameters']), dendrites: listOf(population['dendrites']) }).keys()];
  const model = population['model'] as WorkloadPopulation['model'];
  for (const [parameter, spread] of Object.entries(mapOf(population['spread']))) {
    if (!names.includes(parameter)) {
      complain(unknownName([...path, parameter], parameter, 'a parameter of this population', names));
      continue;
    }
    for (const field of ['deviation', 'minimum', 'maximum', 'unit']) {
      const given = mapOf(spread)[field];
      if (given === undefined) continue;
      if (Number.isNaN(spreadValue(model, parameter, given as string | number)))
        expect([...path, parameter, field], given, expectedSpread(model, parameter));
    }
  }
}

/** When a stimulus begins, by the path of the field that says so. */
function beginningsOf({ start, at, trains }: Record<string, unknown>): [PropertyKey[], unknown][] {
  const list = Array.isArray(at) ? at.map((one: unknown, k): [PropertyKey[], unknown] => [['at', k], one]) : [];
  const ofTrains = listOf(trains).flatMap((train, t) =>
    (Array.isArray(train['at']) ? train['at'] : []).map((one: unknown, k): [PropertyKey[], unknown] => [['trains', t, 'at', k], one]),
  );
  return [[['start'], start], ...list, ...ofTrains];
}

function mapOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(mapOf) : [];
}

/** Both are numbers and the first is not below the second. */
function notBelow(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && typeof b === 'number' && a >= b;
}
