/**
 * The traffic card: who sends to whom on a network-on-chip, how much, and how it is measured.
 * A card names patterns by their words; files that it names (a matrix, a permutation, a workload) are resolved by whoever loads it.
 */
import * as z from 'zod';
import { integer, number, word } from '../quantity.ts';
import { MappingSchema } from './plan.ts';

const nodeNumber = () => integer(0, 65_535);
const fileName = (what: string) => z.string({ error: what }).min(1, what);

/** Who sends to whom. */
export const PatternSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('uniform') }),
    z.strictObject({ kind: z.literal('transpose') }),
    z.strictObject({ kind: z.literal('bit-complement') }),
    z.strictObject({ kind: z.literal('bit-reverse') }),
    z.strictObject({ kind: z.literal('shuffle') }),
    z.strictObject({ kind: z.literal('tornado') }),
    z.strictObject({ kind: z.literal('neighbour') }),
    z.strictObject({
      kind: z.literal('hotspot'),
      nodes: z.array(nodeNumber()).min(1, 'at least one node').describe('nodes that receive'),
      weights: z.array(number(0, 1e9)).optional().describe('one per node; all alike unless given'),
    }),
    z.strictObject({
      kind: z.literal('permutation'),
      destinations: z
        .union(
          [
            z.array(nodeNumber()).min(1, 'a destination per node'),
            z.strictObject({ file: fileName('the name of a file with a destination per node') }),
          ],
          {
            error: 'a list with a destination per node, or { file: NAME }',
          },
        )
        .describe(
          'destination of node 0, 1, 2 ..., each node once: a list, or `{ file: NAME }` with numbers between commas, blanks or lines',
        ),
    }),
    z.strictObject({
      kind: z.literal('matrix'),
      file: fileName('the name of a CSV file with the columns source,destination,rate').describe(
        'CSV with the columns source,destination,rate; only ratios of the rates count',
      ),
    }),
    z.strictObject({
      kind: z.literal('workload'),
      workload: fileName('the name of a workload card, or an edge list (CSV)').describe(
        'a workload whose neurons are shared out over the nodes; every neuron spikes alike. A span measures one packet per target core, spikes are measured in the packets of the design',
      ),
      mapping: MappingSchema.prefault({}),
    }),
  ])
  .describe('who sends to whom');

/** When packets are created, at the mean rate. */
export const ProcessSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('bernoulli') }),
    z.strictObject({ kind: z.literal('poisson') }),
    z.strictObject({
      kind: z.literal('on-off'),
      on: number(1, 1e6).describe('cycles of a burst, mean'),
      off: number(1, 1e6).describe('cycles between two bursts, mean'),
    }),
    z.strictObject({ kind: z.literal('synchronous'), period: integer(1, 100_000_000).describe('cycles from burst to burst') }),
  ])
  .prefault({ kind: 'bernoulli' })
  .describe('when packets are created, at the mean rate');

const SpanSchema = z.strictObject({
  kind: z.literal('span'),
  warmup: z
    .union([integer(0, 100_000_000), z.literal('auto')])
    .default(1500)
    .describe('cycles before the measured span; auto: until the latencies are steady (MSER-5)'),
  cycles: integer(1, 100_000_000).default(4000).describe('cycles of the measured span'),
});

const SpikesSchema = z.strictObject({
  kind: z.literal('spikes'),
  warmup: integer(0, 10_000_000).default(1000).describe('cycles before the measured span'),
  cycles: integer(1, 10_000_000).default(4000).describe('cycles of the measured span'),
});

const BookSimProtocolSchema = z.strictObject({
  kind: z.literal('booksim'),
  measures: word(['latency', 'throughput']).default('latency').describe('sim_type'),
  warmup_periods: integer(1, 1000).default(3),
  sample_period: integer(1, 10_000_000).default(1000).describe('cycles'),
  max_samples: integer(1, 1000).default(10).describe('periods, those of the warm-up included'),
  latency_limit: number(1, 1e9).default(500).describe('cycles; a mean latency above it is called unstable'),
});

/** How a load is measured. */
export const MeasureSchema = z
  .discriminatedUnion('kind', [SpanSchema, SpikesSchema, BookSimProtocolSchema])
  .prefault({ kind: 'span' })
  .describe("a warm-up and a measured span, of packets or of whole spikes of a workload; or BookSim2's sample periods");

/** How much faster than biology the hardware runs. */
export const SpeedUpSchema = number(1, 1e9)
  .default(1000)
  .describe('biological time over hardware time; latencies and jitter are told in both');

/** Schema of a traffic card. */
export const TrafficSchema = z
  .strictObject({
    kind: z.literal('traffic', { error: 'kind: traffic' }),
    name: z.string({ error: 'a name' }).min(1, 'a name'),
    description: z.string().default(''),
    pattern: PatternSchema,
    process: ProcessSchema,
    rate: number(0, 64).optional().describe('offered load, flits per node and cycle, mean over the nodes'),
    seed: integer(0, Number.MAX_SAFE_INTEGER).default(1),
    speed_up: SpeedUpSchema,
    measure: MeasureSchema,
  })
  .refine(({ rate = 0, measure }) => rate <= 1 || measure?.kind === 'booksim', {
    path: ['rate'],
    // said beside other mistakes too
    when: ({ value }) => typeof value === 'object' && value !== null,
    error: 'at most 1 flit per node and cycle; a node has one channel into the network (BookSim2 alone is asked for more)',
  })
  .refine(({ process, measure }) => measure.kind !== 'booksim' || process.kind === 'bernoulli' || process.kind === 'on-off', {
    path: ['process', 'kind'],
    error: 'bernoulli or on-off, the processes that BookSim2 has, where the way of measuring is its own',
  })
  .refine(({ process, measure }) => measure.kind !== 'spikes' || process.kind === 'bernoulli' || process.kind === 'poisson', {
    path: ['process', 'kind'],
    error: 'poisson, or nothing: so do neurons spike whose spikes are measured',
  })
  .refine(({ pattern, measure }) => measure.kind !== 'spikes' || pattern.kind === 'workload', {
    path: ['measure', 'kind'],
    error: 'span or booksim; spikes are those of a workload: pattern: { kind: workload, workload: NAME }',
  })
  .readonly();

export type Pattern = z.output<typeof PatternSchema>;
export type MeasurePlan = z.output<typeof MeasureSchema>;
export type TrafficCard = z.output<typeof TrafficSchema>;
