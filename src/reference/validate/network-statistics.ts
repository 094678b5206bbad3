/**
 * Stochastic networks of a reference folder: networks/<name>_s<seed>.json (what was run, and the distributions found). No spike-for-spike claim can be made, so our own seeds
 * 1, 2, ... (as many as the reference has) run for the same span after the same warm-up, and per population and statistic the distance between the groups of seeds is
 * judged by that within them (analysis/equivalence.ts).
 * Brunel networks also have a negative control: the same seeds with g and eta moved by 0.5 must be told from the reference.
 *   rate          of every neuron (1/s)
 *   cv            of the intervals of every neuron with at least three of them
 *   correlation   of spike counts in bins of 2 ms, all pairs of the first 100 neurons that have any spikes
 */
import * as z from 'zod';
import { InfeasibleError } from '../../base/index.ts';
import { equivalence, type Equivalence } from '../../analysis/index.ts';
import type { GridSpikes } from '../../kernels/grid-net-types.ts';
import { GridNet } from '../../kernels/grid-net.ts';
import { brunelNetwork, microcircuitNetwork, type KnownNetwork } from '../grid/known-networks.ts';
import { ParallelGrid } from '../grid/parallel-grid.ts';
import { bar, refused, verdictOf, type TeacherCase } from './case.ts';

const NUMBER = z.string().transform(Number).or(z.number());

/** A file of one seed; what is not listed is not read. */
export const NETWORK_FILE = z.object({
  meta: z.object({
    model: z.string(),
    args: z.looseObject({
      N: NUMBER.optional(),
      J: NUMBER.optional(),
      g: NUMBER.optional(),
      eta: NUMBER.optional(),
      scale: NUMBER.optional(),
      bg: z.string().optional(),
      T: NUMBER,
      warm: NUMBER.optional(),
    }),
    warm_ms: z.number().optional(),
  }),
  distributions: z.record(
    z.string(),
    z.object({ rate: z.array(z.number()), cv: z.array(z.number().nullable()), cc: z.array(z.number().nullable()) }),
  ),
});
export type NetworkFile = z.infer<typeof NETWORK_FILE>;

/** Samples of one run: by population, one sample per statistic. */
export type NetworkSamples = Readonly<Record<string, Readonly<Record<'rate' | 'cv' | 'cc', readonly number[]>>>>;

/** Arguments that say nothing about the network, and those that are read. */
const NEUTRAL = new Set(['seed', 'out', 'threads']);
const READ = new Set(['N', 'J', 'g', 'eta', 'scale', 'bg', 'T', 'warm']);

const STATISTICS = ['rate', 'cv', 'cc'] as const;
const CONTROL_SHIFT = 0.5;
const STEP = 0.1; // ms
const BIN = 2; // ms
const PAIRED = 100;
const FEWEST_SPIKES = 4; // three intervals

/** Runs and judges one network against the files of its seeds, which must agree in everything but the seed. Each run takes `workers` threads. */
export async function networkCase(name: string, seeds: readonly NetworkFile[], workers = 1): Promise<TeacherCase> {
  const { model, args } = seeds[0]!.meta;
  const id = name;
  const span = args.T;
  const warm = args.warm ?? seeds[0]!.meta.warm_ms ?? 0;
  if (model !== 'brunel' && model !== 'pd14') return refused('statistics', id, model, `a network that the teacher does not have: ${model}`);
  checkSeeds(seeds);
  const samples = async (network: (file: NetworkFile, seed: number) => KnownNetwork): Promise<NetworkSamples[]> => {
    const found: NetworkSamples[] = [];
    for (let seed = 1; seed <= Math.max(2, seeds.length); seed++)
      found.push(await networkSamples(network(seeds[0]!, seed), { seed, warm, span, workers }));
    return found;
  };
  const ours = await samples(networkOf);
  const theirs = seeds.map(samplesOf);
  const compared = compare(theirs, ours);
  const judged = seeds.length >= 5;
  const rejected = compared?.statistics.filter((one) => one.rejected) ?? [];
  const moved = judged ? await samples(controlOf) : [];
  const control = moved.length === 0 ? undefined : compare(theirs, moved);
  const bars = [bar('statistics that differ', 0, judged ? rejected.length : NaN, '')];
  if (control !== undefined) bars.push(bar('negative controls taken for equal', 0, control.verdict === 'different' ? 0 : 1, ''));
  const unread = Object.keys(seeds[0]!.meta.args).filter((one) => !NEUTRAL.has(one) && !READ.has(one));
  const notes = [
    ...(unread.length > 0 ? [`arguments that are not known here, and not taken into account: ${unread.join(', ')}`] : []),
    ...rejected.map(
      (one) => `${one.name}: between ${one.between.toFixed(3)}, within ${one.within.toFixed(3)}, adjusted p ${one.adjusted.toFixed(4)}`,
    ),
  ];
  return {
    kind: 'statistics',
    id,
    model,
    method: `clock-driven, exact propagators, step ${String(STEP)} ms; permutation test of KS distances between and within groups of seeds, Holm at 5 %`,
    mode: 'grid',
    tolerance: null,
    spikes: null,
    expectedSpikes: null,
    spikeError: null,
    voltageError: null,
    bars: judged ? bars : [],
    verdict: judged ? verdictOf(bars) : 'not judged',
    ...(notes.length > 0 ? { note: notes.join('; ') } : {}),
    raw: {
      referenceSeeds: seeds.length,
      ...(control === undefined ? {} : { control: control.statistics }),
      ourSeeds: ours.length,
      warm,
      span,
      statistics: compared?.statistics ?? distancesOnly(theirs, ours),
      rates: meanRates(ours),
      referenceRates: meanRates(theirs),
    },
  };
}

/** InfeasibleError unless all files describe one network, with populations that ours has. */
function checkSeeds(seeds: readonly NetworkFile[]): void {
  const ours = new Set(networkOf(seeds[0]!, 1).names);
  const told = seeds.map(({ meta: { model, args }, distributions }) =>
    JSON.stringify([model, Object.entries(args).filter(([name]) => !NEUTRAL.has(name)), Object.keys(distributions)]),
  );
  if (told.some((one) => one !== told[0])) throw new InfeasibleError('the files of the seeds differ in model, arguments or populations');
  const stray = Object.keys(seeds[0]!.distributions).find((name) => !ours.has(name));
  if (stray !== undefined) throw new InfeasibleError(`distributions: found population ${stray}, expected ${[...ours].join(', ')}`);
}

/** The network that a file describes. */
function networkOf({ meta: { model, args } }: NetworkFile, seed: number): KnownNetwork {
  if (model === 'pd14') {
    return microcircuitNetwork({
      scale: args.scale ?? 1,
      background: args.bg === 'dc' ? 'dc' : 'poisson',
      seed,
      step: STEP,
      ...(args.g === undefined ? {} : { inhibition: args.g }),
    });
  }
  return brunelNetwork({ neurons: args.N ?? 12500, weight: args.J ?? 0.1, g: args.g ?? 5, eta: args.eta ?? 2, step: STEP });
}

/** The same network with a little more inhibition (and, where it has an outside rate, drive). */
function controlOf(file: NetworkFile, seed: number): KnownNetwork {
  const { args, model } = file.meta;
  const usual = model === 'pd14' ? 4 : 5;
  return networkOf(
    { ...file, meta: { ...file.meta, args: { ...args, g: (args.g ?? usual) + CONTROL_SHIFT, eta: (args.eta ?? 2) + CONTROL_SHIFT } } },
    seed,
  );
}

interface NetworkRun {
  readonly seed: number;
  readonly warm: number; // ms
  readonly span: number; // ms
  readonly workers: number;
}

/** Runs `network` for warm-up and span and takes its statistics over the span. */
async function networkSamples(network: KnownNetwork, { seed, warm, span, workers }: NetworkRun): Promise<NetworkSamples> {
  const total = network.sizes.reduce((sum, size) => sum + size, 0);
  const trains = Array.from({ length: total }, (): number[] => []);
  const first = Math.round(warm / STEP);
  const count = first + Math.round(span / STEP);
  const note = ({ steps, neurons }: GridSpikes): void => {
    for (let i = 0; i < steps.length; i++) if (steps[i]! >= first) trains[neurons[i]!]!.push(steps[i]! - first);
  };
  if (workers === 1) new GridNet(network.populations, network.projections, seed).run(count, note);
  else {
    const parts = await ParallelGrid.open(network, seed, workers);
    try {
      note(await parts.run(count));
    } finally {
      await parts.close();
    }
  }
  const samples: Record<string, Record<'rate' | 'cv' | 'cc', number[]>> = {};
  let begin = 0;
  network.names.forEach((name, p) => {
    const own = trains.slice(begin, begin + network.sizes[p]!);
    begin += network.sizes[p]!;
    samples[name] = {
      rate: own.map((train) => (train.length * 1000) / span),
      cv: own.filter((train) => train.length >= FEWEST_SPIKES).map(variation),
      cc: correlations(own, span),
    };
  });
  return samples;
}

function samplesOf(file: NetworkFile): NetworkSamples {
  return Object.fromEntries(
    Object.entries(file.distributions).map(([name, { rate, cv, cc }]) => [name, { rate, cv: present(cv), cc: present(cc) }]),
  );
}

/** All statistics of all populations, judged; undefined with too few seeds for any test. */
function compare(theirs: readonly NetworkSamples[], ours: readonly NetworkSamples[]): Equivalence | undefined {
  if (theirs.length < 2) return undefined;
  const names = Object.keys(theirs[0]!);
  return equivalence(
    names.flatMap((name) =>
      STATISTICS.map((statistic) => ({
        name: `${name} ${statistic}`,
        reference: theirs.map((sample) => sample[name]![statistic]),
        candidate: ours.map((sample) => sample[name]?.[statistic] ?? []),
      })),
    ),
  );
}

/** With one reference seed there is nothing to judge by; its distances from our seeds are told all the same. */
function distancesOnly(theirs: readonly NetworkSamples[], ours: readonly NetworkSamples[]): unknown {
  return compare([theirs[0]!, theirs[0]!], ours)?.statistics.map(({ name, between }) => ({ name, between }));
}

function meanRates(samples: readonly NetworkSamples[]): Record<string, number> {
  return Object.fromEntries(Object.keys(samples[0]!).map((name) => [name, mean(samples.map((sample) => mean(sample[name]!.rate)))]));
}

/** To the five decimals of the files: neurons of one spike each give one and the same correlation, and a tie must stay a tie. */
function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

function variation(train: readonly number[]): number {
  const count = train.length - 1;
  const typical = (train.at(-1)! - train[0]!) / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (train[i + 1]! - train[i]! - typical) ** 2;
  return rounded(Math.sqrt(squares / count) / typical);
}

function correlations(trains: readonly (readonly number[])[], span: number): number[] {
  const bins = Math.floor(span / BIN);
  const counts = trains.slice(0, PAIRED).map((train) => {
    const row = new Float64Array(bins);
    for (const step of train) {
      const bin = Math.floor((step * STEP) / BIN + 1e-9);
      if (bin < bins) row[bin]!++;
    }
    const middle = mean(row);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + (value - middle) ** 2, 0));
    return norm === 0 ? undefined : row.map((value) => (value - middle) / norm);
  });
  const active = counts.filter((row) => row !== undefined);
  const found: number[] = [];
  active.forEach((a, i) => {
    for (let j = i + 1; j < active.length; j++) {
      const b = active[j]!;
      let sum = 0;
      for (let k = 0; k < bins; k++) sum += a[k]! * b[k]!;
      found.push(rounded(sum));
    }
  });
  return found;
}

function present(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / Math.max(1, values.length);
}
