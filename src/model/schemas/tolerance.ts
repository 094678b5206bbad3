/** Schema of a tolerance: how far two runs may lie apart before `neurolith compare` says that they differ. */
import * as z from 'zod';
import { fraction, number, word } from '../quantity.ts';

/** What is measured of every population: one value per neuron, for correlations one per pair of neurons. */
const COMPARED_STATISTICS = ['rate', 'cv', 'lv', 'correlation'] as const;

export const ToleranceSchema = z
  .strictObject({
    kind: z.literal('tolerance', { error: 'kind: tolerance' }),
    name: z.string().min(1),
    description: z.string().default(''),
    level: fraction({ min: 0.0001, max: 0.5 }).default(0.05).describe('chance of one false alarm over all tests together'),
    tests: z.boolean().default(false).describe('whether a significant difference fails the comparison, or the limits alone do'),
    limits: z
      .partialRecord(
        word([...COMPARED_STATISTICS]),
        z.strictObject({
          ks: number(0, 1).optional().describe('largest Kolmogorov-Smirnov distance'),
          wasserstein: number(0, 1e6).optional().describe('largest Wasserstein distance: Hz for rates'),
          effect: number(0, 1e3).optional().describe('largest absolute difference of the means, in standard deviations'),
        }),
      )
      .default({}),
  })
  .readonly();
export type Tolerance = z.infer<typeof ToleranceSchema>;
