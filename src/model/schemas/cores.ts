/**
 * Schema of a plan for chips whose biases are shared by the neurons of a core: what the median neuron of every core shall have. Anything that is not named is what the data
 * sheet promises for the design of the card, seen through what is named.
 */
import * as z from 'zod';
import { CORE_QUANTITIES, type CoreQuantityName } from '../core-quantities.ts';
import { fraction, integer, number, quantity } from '../quantity.ts';
import { cardName, seeds } from './plan.ts';

const RANGES = { time: { min: 1e-6, max: 10 }, current: { min: 1e-14, max: 1e-4 }, frequency: { min: 0.1, max: 1e5 } } as const;

const target = ({ name, dimension }: (typeof CORE_QUANTITIES)[CoreQuantityName]) =>
  quantity(dimension, RANGES[dimension]).optional().describe(name);

export const CoreEffortSchema = z
  .strictObject({
    verify: integer(2, 100).default(3).describe('readings of everything at the end; their spread tells how well a median is known'),
    outlier: number(1, 100).default(3.5).describe('robust deviations from the median of its core at which a neuron is masked'),
    clusters: integer(1, 16).default(3).describe('groups of alike neurons per core'),
    tolerance: fraction({ min: 1e-4, max: 1 })
      .default(0.08)
      .describe(
        'largest distance of a median from its target; as shipped, one and a half steps of a leak current of few fine codes, which are 5 %',
      ),
    seed: integer(0, 2 ** 32).default(1),
  })
  .readonly();
export type CorePlanEffort = z.infer<typeof CoreEffortSchema>;

export const CoresPlanSchema = z
  .strictObject({
    kind: z.literal('cores', { error: 'kind: cores' }),
    name: z.string().min(1),
    description: z.string().default(''),
    chip: cardName(),
    dies: seeds().prefault([1]),
    targets: z
      .strictObject(
        Object.fromEntries(Object.entries(CORE_QUANTITIES).map(([name, facts]) => [name, target(facts)])) as Record<
          CoreQuantityName,
          ReturnType<typeof target>
        >,
      )
      .readonly()
      .prefault({}),
    effort: CoreEffortSchema.prefault({}),
  })
  .readonly();
export type CoresPlan = z.infer<typeof CoresPlanSchema>;
