/**
 * The sweep card: a network-on-chip, traffic, and the fields of both that are varied. Lists and ranges make a full factorial; axes given as `sobol(...)` are sampled together.
 */
import * as z from 'zod';
import { integer, number, word } from '../quantity.ts';
import { MeasureSchema, PatternSchema, ProcessSchema, SpeedUpSchema } from './traffic.ts';

const scalar = z.union([z.number(), z.string(), z.boolean(), z.record(z.string(), z.unknown())], { error: 'a value of the field' });

const AxisSchema = z
  .union([z.array(scalar).min(1, 'at least one value').max(10_000, 'at most 10,000 values'), z.string().min(1)], {
    error:
      'a list of values, or "0:1:0.25", "linspace(a, b, n)", "logspace(a, b, n)", "sobol(a, b)", "sobol-integer(a, b)" or "sobol-log(a, b)"',
  })
  .describe(
    'a list of values, or `start:end:step`, `linspace(a, b, n)`, `logspace(a, b, n)`, `sobol(a, b)`, `sobol-integer(a, b)`, `sobol-log(a, b)`',
  );

/** Schema of a sweep card. */
export const SweepSchema = z
  .strictObject({
    kind: z.literal('sweep', { error: 'kind: sweep' }),
    name: z.string({ error: 'a name' }).min(1, 'a name'),
    description: z.string().default(''),
    design: z.string({ error: 'the name of a design, or a file' }).min(1, 'the name of a design, or a file'),
    traffic: z
      .strictObject({
        pattern: PatternSchema.prefault({ kind: 'uniform' }),
        process: ProcessSchema,
        measure: MeasureSchema,
        speed_up: SpeedUpSchema,
      })
      .prefault({})
      .describe('as on a traffic card'),
    rate: number(0, 1).default(0.1).describe('offered load, flits per node and cycle, where it is not varied'),
    seed: integer(0, Number.MAX_SAFE_INTEGER).default(1),
    saturation: z
      .union([z.literal('off'), number(0.001, 0.5)], { error: '"off", or a step in flits per node and cycle' })
      .default('off')
      .describe('search the saturation load of every point, with this step'),
    vary: z
      .record(z.string().min(1), AxisSchema)
      .describe('path -> values: `design.router.vcs`, `design.topology` (a whole topology), `traffic.pattern.kind`, `rate`, `seed`'),
    samples: integer(1, 1_000_000).default(64).describe('points of the axes that are sampled by Sobol'),
    where: z
      .array(z.string().min(1))
      .default([])
      .describe('constraints: a point is run when all are true. Names are paths: `design.router.vcs * design.router.buffer <= 32`'),
    derive: z
      .record(z.string().regex(/^[A-Za-z_]\w*$/, 'a name of letters, digits and underscores'), z.string().min(1))
      .default({})
      .describe('name -> expression over measures and paths'),
    objectives: z
      .record(z.string().min(1), word(['min', 'max']))
      .default({ 'latency.mean': 'min', 'load.accepted': 'max', 'energy.per_flit': 'min', 'wire.length': 'min' })
      .describe('measure or derived name -> min or max'),
  })
  .readonly();

export type SweepCard = z.output<typeof SweepSchema>;
export type SweepAxis = z.output<typeof AxisSchema>;
