/** Schema of gates: what a calibrated die must reach, quantity by quantity. RMS deviations are in ADC LSB for potentials and relative to the target for times and strengths. */
import * as z from 'zod';
import { QUANTITY_NAMES } from '../calibration-quantities.ts';
import { CORE_QUANTITY_NAMES } from '../core-quantities.ts';
import { fraction, number, word } from '../quantity.ts';

export const GatesSchema = z
  .strictObject({
    kind: z.literal('gates', { error: 'kind: gates' }),
    name: z.string().min(1),
    description: z.string().default(''),
    masked: fraction({ min: 0, max: 1 }).default(0.02).describe('largest share of circuits that may be masked, of all dies together'),
    dies: fraction({ min: 0, max: 1 }).default(0).describe('least share of dies that must keep every gate on their own'),
    rate: fraction({ min: 0, max: 1 })
      .default(0)
      .describe('least share of all circuits whose firing rate lies within 0.9 to 1.15 of its target, where rates were calibrated'),
    rms: z
      .partialRecord(word(QUANTITY_NAMES), z.union([number(0, 1000), fraction({ min: 0, max: 10 })]))
      .default({})
      .describe(
        'largest RMS deviation from the target over unmasked circuits: ADC LSB for potentials, "6 %" or 0.06 of the target for the others',
      ),
    ratio: z
      .partialRecord(word(QUANTITY_NAMES), fraction({ min: 0, max: 1 }))
      .default({})
      .describe('largest RMS deviation after calibration over that before, of all dies together'),
    medians: z
      .partialRecord(word(CORE_QUANTITY_NAMES), fraction({ min: 0, max: 10 }))
      .default({})
      .describe('chips with shared biases: largest RMS deviation of the medians of the cores from their target, relative'),
  })
  .readonly();
export type Gates = z.infer<typeof GatesSchema>;
