/**
 * Schemas of plans: what a job shall do. A co-design plan names cards and varies fields of them; a calibration plan says targets and effort. Cards are named, not addressed:
 * `chip: bss2` is chips/bss2.yaml of the workspace, so no path in a plan can leave it.
 */
import * as z from 'zod';
import { fraction, integer, number, quantity, word } from '../quantity.ts';

/** The name of a card. */
export const cardName = () => z.string().regex(/^[a-z0-9][a-z0-9-]*$/i, 'the name of a card, such as bss2 (letters, digits and dashes)');

/** Seeds as a list [1, 2, 3] or as a range "1:6". */
export const seeds = () =>
  z
    .union([z.array(integer(0, 2 ** 32)).min(1), z.string()], { error: 'a list of seeds such as [1, 2, 3] or a range such as "1:6"' })
    .transform((given, context) => {
      if (typeof given !== 'string') {
        if (new Set(given).size === given.length) return given;
        context.addIssue({ code: 'custom', message: 'each seed once', input: given });
        return z.NEVER;
      }
      const range = /^\s*(\d+)\s*:\s*(\d+)\s*$/.exec(given);
      const [first, last] = [Number(range?.[1]), Number(range?.[2])];
      if (range === null || last < first || last - first > 9999) {
        context.addIssue({ code: 'custom', message: 'a list of seeds such as [1, 2, 3] or a range such as "1:6"', input: given });
        return z.NEVER;
      }
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });

/** Dotted paths into the plan's cards and the values they take: {noc: small-world-4x4} or {noc.clock: 25 MHz}. */
const overrides = () =>
  z.record(
    z.string().regex(/^(noc|chip)(\.[A-Za-z0-9_]+)*$/, 'a path that begins with noc or chip, such as noc.clock'),
    z.union([z.string(), z.number(), z.boolean()]),
  );

/** How hard a calibration tries. */
export const CalibrationEffortSchema = z
  .strictObject({
    samples: integer(1, 4096).default(32).describe('readings averaged per measurement of a potential'),
    repeats: integer(1, 1024).default(8).describe('repetitions of a decay or of a ramp to threshold'),
    dither: integer(0, 50)
      .default(5)
      .describe('start of the searches: codes are spread by up to this many codes against crosstalk; 0 = undithered'),
    mask_above: number(1, 100).default(6).describe('a circuit whose residual exceeds this many robust standard deviations is masked'),
    verify: integer(0, 64)
      .default(8)
      .describe('fresh readings of every circuit with the final codes in place, from which its uncertainty is stated; 0 = none'),
    tau_mem_by: word(['decay', 'step'])
      .optional()
      .describe('how membrane time constants are read: `decay` after a reset (as if unset), or `step` of the offset current'),
    rate_by: word(['leak', 'threshold'])
      .optional()
      .describe('which cell brings neurons to `targets.rate`: `leak` (as if unset) or `threshold`'),
    synapse_dac: z
      .boolean()
      .optional()
      .describe('`true`: bring the synapse DACs of all blocks to one amplitude first, where synapses have targets'),
    characterise: z.boolean().optional().describe('`true`: measure the membrane ADC and the capacitance of every circuit too'),
    mac: z
      .boolean()
      .optional()
      .describe('`true`: calibrate the multiply-accumulate mode of the die too: baseline, gain of both signs, drivers'),
    drivers: z.boolean().optional().describe('`true`: trim the synapse drivers too, where synapses have targets'),
    seed: integer(0, 2 ** 32).default(1),
  })
  .readonly();
export type CalibrationEffort = z.infer<typeof CalibrationEffortSchema>;

export const MappingSchema = z
  .strictObject({
    partition: word(['random', 'round-robin', 'refined']).default('refined'),
    placement: word(['identity', 'random', 'annealed']).default('annealed'),
    seed: integer(0, 2 ** 32).default(1),
  })
  .readonly();
export type MappingPlan = z.infer<typeof MappingSchema>;

export const OBJECTIVES = {
  timing: { sense: 'max', unit: '' },
  rates: { sense: 'min', unit: '' },
  spike_latency: { sense: 'min', unit: 's' },
  energy_per_spike: { sense: 'min', unit: 'J' },
  area: { sense: 'min', unit: 'm^2' },
} as const;
export type ObjectiveName = keyof typeof OBJECTIVES;

export const CodesignSchema = z
  .strictObject({
    kind: z.literal('codesign', { error: 'kind: codesign' }),
    name: z.string().min(1),
    description: z.string().default(''),
    workload: cardName(),
    chip: cardName(),
    noc: cardName(),
    factors: z
      .record(z.string().min(1), z.record(z.string().min(1), overrides()))
      .describe('factor -> level -> what it changes. The plan is the full factorial'),
    reference: z
      .record(z.string(), z.string())
      .describe("level of every factor at the reference design: its zero-load mean path is the workload's delay"),
    dies: seeds(),
    stimulus_seeds: seeds(),
    network_seeds: seeds().prefault('1:4').describe('stimuli under which every network-on-chip is judged alone, with an ideal chip'),
    objectives: z
      .array(word(['timing', 'rates', 'spike_latency', 'energy_per_spike', 'area']))
      .min(1)
      .default(['timing', 'spike_latency', 'energy_per_spike', 'area']),
    calibration: CalibrationEffortSchema.prefault({}),
    mapping: MappingSchema.prefault({}),
    confluence: word(['internal-first', 'external-first'])
      .default('internal-first')
      .describe('a spike that arrives in the tick of a crossing acts before (`external-first`) or after it'),
    duration: quantity('time', { min: 1e-3, max: 86400 })
      .optional()
      .describe("biological; the workload card's own duration and warm-up unless said"),
    warm_up: quantity('time', { min: 0, max: 86400 }).optional(),
    seed: integer(0, 2 ** 32).default(1),
  })
  .readonly();
export type CodesignPlan = z.infer<typeof CodesignSchema>;

/** Targets of a calibration, biological (`rest: -70 mV`); each unset one keeps the nominal code. */
export const CalibrationPlanSchema = z
  .strictObject({
    kind: z.literal('calibration', { error: 'kind: calibration' }),
    name: z.string().min(1),
    description: z.string().default(''),
    chip: cardName(),
    dies: seeds().prefault([1]),
    targets: z
      .strictObject({
        /** Hardware voltages and times. */
        leak: quantity('voltage', { min: 0.06, max: 1.2 }),
        reset: quantity('voltage', { min: 0.06, max: 1.2 }),
        threshold: quantity('voltage', { min: 0.06, max: 1.2 }),
        tau_mem: quantity('time', { min: 1e-7, max: 1e-3 }),
        /** Synaptic inputs of both signs: time constant and the peak of the potential by one full-scale weight. Both or none. */
        tau_syn: quantity('time', { min: 1e-7, max: 1e-3 }).optional(),
        psp: quantity('voltage', { min: 0.001, max: 1 }).optional(),
        /** Joins of circuits: membrane capacitance over inter-compartment conductance. */
        tau_icc: quantity('time', { min: 1e-7, max: 1e-3 }).optional(),
        /** Refractory period of all circuits; the last part of it in which membranes are free. */
        refractory: quantity('time', { min: 8e-9, max: 1e-2 }).optional(),
        hold_off: quantity('time', { min: 0, max: 1e-4 }).optional(),
        /** Short-term plasticity of the drivers: share of the resources that an event uses up, recovery, and how many rows of every core are calibrated. */
        short_term: z
          .strictObject({
            utilisation: fraction({ min: 0.01, max: 0.99 }),
            recovery: quantity('time', { min: 1e-7, max: 1 }),
            rows: integer(1, 4096).default(16),
          })
          .readonly()
          .optional(),
        /** Synaptic inputs as conductances: reversal potentials; the reference at which they are as strong as currents is that of the card. */
        reversal_excitatory: quantity('voltage', { min: 0, max: 2 }).optional(),
        reversal_inhibitory: quantity('voltage', { min: 0, max: 2 }).optional(),
        /** Shift of the resting potential by either synaptic input when it is switched on: 0 V cancels their resting currents. */
        input_shift: quantity('voltage', { min: -0.05, max: 0.05 }).optional(),
        /** Membrane noise: the lowest leak bias that keeps it; the time constant is then no target of its own. */
        noise: quantity('voltage', { min: 1e-4, max: 0.1 }).optional(),
        /** Correlation sensors: LSB of a coincident pair, time constant, and how many rows of every core are trimmed. */
        correlation: z
          .strictObject({ amplitude: number(0.01, 50), tau: quantity('time', { min: 1e-7, max: 1e-2 }), rows: integer(1, 4096).default(8) })
          .readonly()
          .optional(),
        /** Firing rate by leak over threshold, of hardware time; the leak level is then no target of its own. */
        rate: quantity('frequency', { min: 1e3, max: 1e6 }).optional(),
      })
      .refine(({ refractory, hold_off }) => refractory !== undefined || hold_off === undefined, {
        path: ['hold_off'],
        error: 'nothing without `refractory`, whose last part it is',
      })
      .refine(({ tau_syn, psp }) => (tau_syn === undefined) === (psp === undefined), {
        error: 'tau_syn and psp together: a strength is read from a potential whose shape its time constant gives',
      })
      .readonly(),
    effort: CalibrationEffortSchema.prefault({}),
  })
  .readonly();
export type CalibrationPlan = z.infer<typeof CalibrationPlanSchema>;
