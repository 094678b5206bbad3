/** Schema of firing patterns: neurons of the literature in biological units, and what share of a die's circuits must show each after calibration. */
import * as z from 'zod';
import { fraction, integer, quantity } from '../quantity.ts';
import { CalibrationEffortSchema, seeds } from './plan.ts';

/** A neuron under a step of current. */
const PatternSchema = z
  .strictObject({
    capacitance: quantity('capacitance', { min: 1e-12, max: 1e-8 }),
    leak_conductance: quantity('conductance', { min: 1e-10, max: 1e-6 }),
    leak: quantity('voltage', { min: -0.12, max: 0 }).describe('E_L'),
    threshold: quantity('voltage', { min: -0.12, max: 0 }).describe('V_T: where the exponential takes over'),
    slope: quantity('voltage', { min: 2e-4, max: 0.01 }).describe('Delta_T'),
    adaptation: quantity('conductance', { min: -1e-6, max: 1e-6 }).describe('a, with its sign'),
    adaptation_time: quantity('time', { min: 1e-3, max: 2 }).describe('tau_w'),
    jump: quantity('current', { min: 0, max: 1e-8 }).describe('b'),
    reset: quantity('voltage', { min: -0.12, max: 0 }),
    current: quantity('current', { min: 0, max: 1e-7 }).describe('step of current'),
    least: fraction({ min: 0, max: 2 })
      .default(0.9)
      .describe("least share of trials in class after calibration, relative to the ideal die's under the same noise"),
  })
  .readonly();
export type PatternCard = z.infer<typeof PatternSchema>;

export const PATTERN_NAMES = [
  'tonic',
  'adaptation',
  'initial burst',
  'regular bursting',
  'delayed accelerating',
  'delayed regular bursting',
  'transient',
  'irregular',
] as const;
export type PatternName = (typeof PATTERN_NAMES)[number];

export const PatternsSchema = z
  .strictObject({
    kind: z.literal('patterns', { error: 'kind: patterns' }),
    name: z.string().min(1),
    description: z.string().default(''),
    dies: seeds().prefault([1]),
    step: quantity('time', { min: 0.05, max: 5 }).describe('length of the step of current, biological'),
    cut_off: quantity('voltage', { min: -0.06, max: 0.05 }).describe('where the comparator fires, biological; above it a spike is certain'),
    refractory: quantity('time', { min: 1e-5, max: 1e-2 }).describe('biological; long enough for the reset of the circuit'),
    patterns: z.partialRecord(z.enum(PATTERN_NAMES), PatternSchema).describe('name of the class -> neuron that shall show it'),
    count: fraction({ min: 0, max: 1 }).default(0.8).describe("least share of trials whose spike count is within a fifth of the teacher's"),
    trials: integer(1, 100).default(5).describe('fresh trials by which a circuit is judged'),
    effort: CalibrationEffortSchema.prefault({}),
    fit: z
      .strictObject({
        budget: integer(20, 5000).default(200).describe('trials of the joint search'),
        repeats: integer(1, 20).default(2).describe('trials of each proposal'),
        rounds: integer(1, 50).default(12).describe('rounds in which circuits that do not show the pattern are written again'),
        trials: integer(1, 50).default(6).describe('trials in each of these rounds'),
      })
      .prefault({})
      .readonly(),
  })
  .readonly();
export type PatternsPlan = z.infer<typeof PatternsSchema>;
