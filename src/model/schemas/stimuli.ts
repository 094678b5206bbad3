/** The part of a workload card that says what acts on its neurons from outside: events through synapses of their own, and currents. Biological units. */
import * as z from 'zod';
import { integer, quantity, word } from '../quantity.ts';

/** What `to` says for the neurons of all populations. */
export const EVERY_NEURON = 'every neuron';

const time = quantity('time', { min: 0, max: 1e4 });
const timeConstant = quantity('time', { min: 1e-5, max: 10 });
const voltage = quantity('voltage', { min: -1, max: 1 });
const name = z.string({ error: 'a name' }).min(1, 'a name').max(200, 'a name of at most 200 characters');

const addressed = {
  to: name.meta({ description: `a population, or "${EVERY_NEURON}"` }),
  neurons: z
    .string({ error: 'neurons such as "0:8" (0 to 7) or "0:4,7"' })
    .max(1000, 'a shorter list')
    .optional()
    .meta({ description: 'some neurons of it, numbered from 0, such as "0:8" (0 to 7) or "0:4,7"; all unless given' }),
};
const stimulated = {
  ...addressed,
  weight: voltage.meta({ description: 'peak postsynaptic potential of one event; below zero for inhibition' }),
  sources: word(['per neuron', 'shared']).default('per neuron'),
};
const span = { start: time.prefault('0 s'), stop: time.optional() };
const period = quantity('time', { min: 1e-6, max: 1e4 });

const current = { ...addressed, ...span };
const CURRENT = 'as the depolarisation that it holds on the leak, V = I / g_L';

/** A background generator of the chip; model: src/network/background.ts. */
const BackgroundSchema = z
  .strictObject({
    kind: z.literal('background'),
    ...stimulated,
    generator: word(['poisson', 'regular'])
      .default('poisson')
      .meta({ description: '`regular` = an event every period; `poisson` = in a period an event with probability rate / 256' }),
    period: integer(1, 65_535).meta({ description: 'clock cycles' }),
    rate: integer(0, 255).default(255).meta({ description: 'of 256; `poisson` only' }),
    mask: integer(0, 255)
      .default(0)
      .meta({ description: 'bits of the label that are drawn anew for every event: label k reaches the k-th of the neurons' }),
    seed: integer(1, 0xffff_ffff).meta({ description: 'start of the shift register, 32 bit, not 0' }),
    cycle: quantity('time', { min: 1e-9, max: 1 })
      .prefault('8 us')
      .meta({ description: 'clock cycle in biological time: 8 ns of a chip that is 1000 times as fast' }),
    ...span,
  })
  .readonly();

/** Currents into membranes. */
const CURRENT_SCHEMAS = [
  z
    .strictObject({
      kind: z.literal('current'),
      ...current,
      amplitude: voltage.meta({ description: `constant current from start to stop, ${CURRENT}` }),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('ornstein-uhlenbeck'),
      ...current,
      mean: voltage.meta({ description: `mean of the current, ${CURRENT}` }),
      deviation: quantity('voltage', { min: 0, max: 1 }).meta({ description: 'stationary standard deviation' }),
      tau: timeConstant.meta({ description: 'correlation time' }),
      bin: period.prefault('1 ms').meta({ description: 'the current is constant within a bin' }),
    })
    .readonly(),
] as const;

/** One stimulus of a workload. */
export const StimulusSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('poisson'),
      ...stimulated,
      rate: quantity('frequency', { min: 0, max: 1e8 }),
      bin: quantity('time', { min: 1e-6, max: 1 }).optional().meta({
        description:
          'the number of events in every bin is drawn at once and they all arrive at its end: for drive by thousands of sources per neuron. Rates above 100 kHz need it',
      }),
      ...span,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('regular'),
      ...stimulated,
      period,
      phase: word(['together', 'spread', 'seeded']).default('together'),
      ...span,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('burst'),
      ...stimulated,
      at: z.array(time).min(1).readonly(),
      spikes: integer(1, 10_000).default(1),
      interval: period.prefault('1 ms'),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('spikes'),
      weight: stimulated.weight,
      trains: z
        .array(z.strictObject({ to: name, at: z.array(time).readonly() }).readonly())
        .min(1)
        .readonly(),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('spike-file'),
      file: name.meta({ description: "a text file of spikes in the card's folder: CSV with or without header, or NEST's .dat" }),
      population: name.optional().meta({ description: 'the population of the file that spikes, where it has several' }),
      to: name.optional().meta({ description: 'without `synapses`: the population whose neurons the nodes of the file drive one to one' }),
      weight: voltage.meta({ description: 'peak postsynaptic potential of one event, or of a synapse of weight 1' }),
      synapses: z
        .strictObject({
          file: name.meta({ description: "a CSV file in the card's folder: node of the spike file, neuron, weight" }),
          columns: z.strictObject({ pre: name, post: name, weight: name, delay: name.optional() }).readonly(),
          delay: quantity('time', { min: 0, max: 10 })
            .prefault('0 s')
            .meta({ description: 'of all synapses, or the unit of the column delay' }),
        })
        .readonly()
        .optional(),
    })
    .readonly(),
  ...CURRENT_SCHEMAS,
  BackgroundSchema,
]);
