/**
 * The card of a network in discrete time, as training frameworks exchange them: the network file itself lies beside the card, and the card says what the file leaves open
 * (step, reset, integrator), what goes in, and for how long. `neurolith import` writes such cards, `neurolith reference` runs them.
 */
import * as z from 'zod';
import { fraction, integer, quantity, word } from '../quantity.ts';

const name = z.string({ error: 'a name' }).min(1, 'a name').max(200, 'a name of at most 200 characters');
const file = name.meta({ description: "a file in the card's folder" });
const time = quantity('time', { min: 0, max: 1e6 });
const step = quantity('time', { min: 1e-9, max: 1e3 });

const NetworkFileSchema = z.discriminatedUnion('format', [
  z
    .strictObject({
      format: z.literal('nir'),
      file,
      step: step.meta({ description: 'dt of the update; the file does not hold it' }),
      time_unit: step.prefault('1 s').meta({ description: 'what one unit of the time constants in the file is' }),
      reset: word(['zero', 'subtract'])
        .default('zero')
        .meta({ description: 'a spike puts v to v_reset, or takes threshold - v_reset from it' }),
      integrator: word(['forward-euler', 'exponential-euler']).default('forward-euler'),
    })
    .readonly(),
  z
    .strictObject({
      format: z.literal('lava-dl'),
      file,
      step: step.prefault('1 ms').meta({ description: 'biological time of one step; the integers do not depend on it' }),
    })
    .readonly(),
]);

const to = name.optional().meta({ description: 'the input node; may be left out where the network has one' });

const InputSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('seeded'), to, probability: fraction({ min: 0, max: 1 }) })
    .readonly()
    .meta({ description: 'every element is 1 with this probability in every step, else 0' }),
  z
    .strictObject({ kind: z.literal('spikes'), to, file })
    .readonly()
    .meta({ description: 'a spike file of any layout; times are rounded to steps, halves to the even one' }),
  z
    .strictObject({ kind: z.literal('table'), to, file })
    .readonly()
    .meta({ description: 'numbers as CSV without a header, one row per step, one column per element' }),
]);

/** Card of a trained network in discrete time; times in s after reading. */
export const TrainedSchema = z
  .strictObject({
    kind: z.literal('trained', { error: 'kind: trained' }),
    name,
    description: z.string({ error: 'a sentence on what this network is' }).min(1),
    network: NetworkFileSchema,
    inputs: z.array(InputSchema).min(1).readonly(),
    record: z
      .array(name)
      .readonly()
      .default([])
      .meta({ description: 'nodes of a NIR graph to be written too: membranes of populations, values of outputs' }),
    duration: quantity('time', { min: 1e-9, max: 1e6 }),
    warm_up: time.prefault('0 s'),
    seeds: z
      .strictObject({
        stimulus: z
          .array(integer(0, 2 ** 52))
          .min(1)
          .readonly(),
      })
      .readonly(),
  })
  .readonly()
  .check((context) => {
    const { warm_up, duration } = context.value;
    if (warm_up >= duration)
      context.issues.push({ code: 'custom', input: warm_up, path: ['warm_up'], message: 'a warm-up shorter than the duration' });
  });
export type TrainedCard = z.output<typeof TrainedSchema>;
