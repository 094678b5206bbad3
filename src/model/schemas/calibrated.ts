/**
 * Schema of what a calibration found for one die: `calibrated/die-N.json` of a run directory. The configuration of each circuit has the names of the BrainScaleS-2 software
 * (lola AtomicNeuron, calix neuron results: `neuron_configs`, `success`, `target`), so that its users find codes where they are used to; the rest is what theirs does not keep.
 */
import * as z from 'zod';

const code = () => z.int().min(0).max(65535);
const values = () => z.array(z.number().nullable());
const input = () => z.strictObject({ i_bias_gm: code().describe('strength'), i_bias_tau: code().describe('time constant') });

const circuit = z
  .strictObject({
    leak: z.strictObject({ v_leak: code(), i_bias: code(), enable_division: z.boolean(), enable_multiplication: z.boolean() }),
    reset: z.strictObject({ v_reset: code() }),
    threshold: z.strictObject({ v_threshold: code() }),
    excitatory_input: input().optional(),
    inhibitory_input: input().optional(),
  })
  .describe('codes of one circuit');

/** What every calibrated die says of where it comes from. */
export const CALIBRATED_HEAD = {
  chip: z.string().min(1),
  die: z.int().min(0).describe('seed of the die'),
  model: z.string().describe('version of the chip model'),
  plan: z.string().describe('hash of card, plan, options and model: what the result belongs to'),
  order: z.array(z.string()).describe('routines as they ran'),
  hardware_time: z.number().describe('modelled, s'),
};

export const CalibratedSchema = z
  .strictObject({
    kind: z.literal('calibrated', { error: 'kind: calibrated' }),
    ...CALIBRATED_HEAD,
    target: z.record(z.string(), z.number()).describe('by quantity, in its unit'),
    neuron_configs: z.record(z.string(), circuit).describe('by AtomicNeuronOnDLS(n)'),
    success: z.record(z.string(), z.boolean()).describe('no quantity of the circuit failed; by AtomicNeuronOnDLS(n)'),
    quantities: z
      .array(
        z.strictObject({
          quantity: z.string(),
          unit: z.string(),
          target: z.number(),
          code: z.array(z.number()).describe('per circuit; LSB of offset for cadc_offset'),
          reading: values().describe('mean of fresh readings, in the unit; null without a reading'),
          error68: values().describe('half width of the interval that holds the truth with 68 %'),
          error95: values(),
          residual: values(),
          status: z.array(z.enum(['ok', 'at limit', 'noisy', 'masked', 'not reached'])),
        }),
      )
      .describe('per circuit, in the order of their numbers'),
  })
  .readonly();
export type Calibrated = z.infer<typeof CalibratedSchema>;
