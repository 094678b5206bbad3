/**
 * Schema of what a calibration found for one die whose biases are shared: `calibrated/die-N.json` of a run directory. The codes of each core have the names of the DYNAP-SE2
 * software (samna parameters, rockpool `sim2device_se2`); biases that have none there are left out. Codes belong to the generator of the card.
 */
import * as z from 'zod';
import { CALIBRATED_HEAD } from './calibrated.ts';

const values = () => z.array(z.number().nullable());
const code = () => z.strictObject({ coarse: z.int().min(0), fine: z.int().min(0), current: z.number().describe('by the data sheet, A') });

export const CalibratedCoresSchema = z
  .strictObject({
    kind: z.literal('calibrated cores', { error: 'kind: calibrated cores' }),
    ...CALIBRATED_HEAD,
    tolerance: z.number().describe('largest distance of a median from its target that is ok'),
    target: z.record(z.string(), z.number()).describe('by quantity, in its unit'),
    cores: z
      .array(z.strictObject({ parameters: z.record(z.string(), code()) }))
      .describe('codes of every core, by SOIF_LEAK_N and its like'),
    quantities: z
      .array(
        z.strictObject({
          quantity: z.string(),
          unit: z.enum(['s', 'A', 'Hz']),
          bias: z.string().describe('which bias was set by it'),
          target: z.number(),
          reading: values().describe('median of the neurons of every core, read afresh; null without a reading'),
          error68: values().describe('half width of the interval that holds the true median with 68 %'),
          error95: values(),
          spread: values().describe('robust relative deviation of the neurons of every core'),
          half_code: z.array(z.number()).describe('half of the relative distance to the next code'),
          status: z.array(z.enum(['ok', 'at limit', 'not reached', 'masked'])),
        }),
      )
      .describe('one entry per core in every list'),
    neurons: z
      .strictObject({
        masked: z.array(z.strictObject({ neuron: z.int().min(0), why: z.array(z.string()), dead: z.boolean() })),
        group: z.array(z.int().min(-1)).describe('alike neurons of a core, by their rate; -1 for masked ones'),
        distance: values().describe('from the median neuron of the core, over all quantities; null for dead ones'),
      })
      .describe('cores outermost'),
  })
  .readonly();
export type CalibratedCores = z.infer<typeof CalibratedCoresSchema>;
