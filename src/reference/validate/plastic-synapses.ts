/**
 * Plastic synapses of a reference folder: plasticity/<name>.json. What a file holds tells what it is: a pair rule (lam), a triplet rule (A2p) or short-term plasticity (U).
 * Every weight of every course, every protocol and every steady state is compared.
 */
import * as z from 'zod';
import { pairStdpCourse, tripletStdpCourse, tsodyksMarkramCourse, tsodyksMarkramSteadyState, type Pairing } from '../plasticity.ts';
import { PlasticSynapses, type PlasticRule } from '../plastic-synapses.ts';
import { bar, refused, verdictOf, type TeacherCase } from './case.ts';

const TABLE = z.object({ rows: z.array(z.array(z.number())) });
const PAIRING = z.enum(['all', 'nearest']);
const COURSE = z.array(z.tuple([z.number(), z.string(), z.number()]));

const PAIR_FILE = z.object({
  params: z.object({
    lam: z.number(),
    alpha: z.number(),
    mu_plus: z.number(),
    mu_minus: z.number(),
    tau_plus: z.number(),
    tau_minus: z.number(),
    w0: z.number(),
  }),
  window_single_pair: z.array(z.tuple([z.number(), z.number()])).default([]),
  runs: z.array(z.object({ scheme: PAIRING, pre: z.array(z.number()), post: z.array(z.number()), trajectory: COURSE })).default([]),
});

const TRIPLET_FILE = z.object({
  params: z.object({
    A2p: z.number(),
    A3p: z.number(),
    A2m: z.number(),
    A3m: z.number(),
    tau_plus: z.number(),
    tau_minus: z.number(),
    tau_x: z.number(),
    tau_y: z.number(),
  }),
  scheme: PAIRING,
  frequency_protocol: TABLE.optional(),
  triplet_protocol: TABLE.optional(),
  poisson: z.object({ pre: z.array(z.number()), post: z.array(z.number()), trajectory: COURSE }).optional(),
});

const TM_FILE = z.object({
  U: z.number(),
  tau_rec: z.number(),
  tau_fac: z.number(),
  trains: z.array(TABLE).default([]),
  steady_state: TABLE.optional(),
});

/** Weights and efficacies are promised to this. */
const BAR = 1e-12;
/** Repetitions of the classical protocols, and their interval (ms) where the protocol does not set it. */
const REPETITIONS = 60;
const TRIPLET_INTERVAL = 1000;

/** Runs one file. */
export function plasticCase(id: string, content: unknown): TeacherCase {
  const pair = PAIR_FILE.safeParse(content);
  if (pair.success) return concluded(id, 'STDP, pairs', pairErrors(pair.data));
  const triplet = TRIPLET_FILE.safeParse(content);
  if (triplet.success) return concluded(id, 'STDP, triplets', tripletErrors(triplet.data));
  const tm = TM_FILE.safeParse(content);
  if (tm.success) return concluded(id, 'Tsodyks-Markram', shortTermErrors(tm.data));
  return refused('plasticity', id, 'unknown', 'a plasticity file of a kind that the teacher does not have');
}

interface Compared {
  readonly errors: Readonly<Record<string, number>>; // largest, by part of the file
  readonly found: Readonly<Record<string, readonly number[]>>;
  readonly events: number;
}

function concluded(id: string, model: string, { errors, found, events }: Compared): TeacherCase {
  const bars = Object.entries(errors).map(([name, error]) => bar(name, BAR, error, ''));
  return {
    kind: 'plasticity',
    id,
    model,
    method: 'event-driven, exact traces',
    mode: 'precise',
    tolerance: null,
    spikes: events,
    expectedSpikes: events,
    spikeError: null,
    voltageError: null,
    bars,
    verdict: verdictOf(bars),
    raw: found,
  };
}

/** Collects figures under a name, with the largest error of each. */
class Comparison {
  readonly errors: Record<string, number> = {};
  readonly found: Record<string, number[]> = {};
  events = 0;

  add(name: string, found: ArrayLike<number>, expected: ArrayLike<number>): void {
    let worst = found.length === expected.length ? (this.errors[name] ?? 0) : NaN;
    for (let i = 0; i < found.length; i++) {
      const error = Math.abs(found[i]! - expected[i]!);
      worst = error <= worst ? worst : error;
    }
    this.errors[name] = worst;
    this.found[name] = [...(this.found[name] ?? []), ...Array.from(found)];
    this.events += found.length;
  }
}

/** Weight after every spike of the source of one synapse in a network that sees these trains (ms), with a dendritic delay of one tick of no length; of an unbounded rule from the middle. */
function projected(rule: PlasticRule, pre: readonly number[], post: readonly number[], start: number): Float64Array {
  const synapse = new PlasticSynapses(
    { rules: [rule], rule: [0], synapse: Uint32Array.of(0), target: [0], delayTicks: [0], start: Float64Array.of(start) },
    { synapses: 1, neurons: 1, msPerTick: 1, ties: 'source first' },
  );
  let next = 0;
  return Float64Array.from(pre, (at) => {
    for (; post[next]! <= at; next++) synapse.fired(0, Math.floor(post[next]!), post[next]! % 1);
    return synapse.transmit(0, Math.floor(at), at % 1);
  });
}

/** Weights after the spikes of the source alone. */
function ofSource(trajectory: z.infer<typeof COURSE>): number[] {
  return trajectory.filter(([, side]) => side === 'pre').map(([, , weight]) => weight);
}

function pairErrors({ params, window_single_pair: window, runs }: z.infer<typeof PAIR_FILE>): Compared {
  const rule = {
    lambda: params.lam,
    alpha: params.alpha,
    muPlus: params.mu_plus,
    muMinus: params.mu_minus,
    tauPlus: params.tau_plus,
    tauMinus: params.tau_minus,
  };
  const comparison = new Comparison();
  const changes = window.map(([lag]) => {
    const [pre, post] = lag >= 0 ? [0, lag] : [-lag, 0];
    return pairStdpCourse(rule, [pre], [post], params.w0).weights.at(-1)! - params.w0;
  });
  comparison.add(
    'window of a single pair',
    changes,
    window.map(([, change]) => change),
  );
  for (const { scheme, pre, post, trajectory } of runs) {
    const course = pairStdpCourse(rule, pre, post, params.w0, scheme);
    comparison.add(
      `weights, ${scheme} pairs`,
      course.weights,
      trajectory.map((row) => row[2]),
    );
    const projection = { kind: 'pair', rule, pairing: scheme, delay: 'dendritic' } as const;
    comparison.add(`on a projection, ${scheme} pairs`, projected(projection, pre, post, params.w0), ofSource(trajectory));
  }
  return comparison;
}

function tripletErrors(file: z.infer<typeof TRIPLET_FILE>): Compared {
  const { params } = file;
  const rule = {
    pairPlus: params.A2p,
    tripletPlus: params.A3p,
    pairMinus: params.A2m,
    tripletMinus: params.A3m,
    tauPlus: params.tau_plus,
    tauMinus: params.tau_minus,
    tauX: params.tau_x,
    tauY: params.tau_y,
  };
  const total = (pre: number[], post: number[], pairing: Pairing): number =>
    tripletStdpCourse(rule, sorted(pre), sorted(post), 0, pairing).weights.at(-1) ?? 0;
  const comparison = new Comparison();
  const pairs = file.frequency_protocol?.rows ?? [];
  comparison.add(
    'pairs at a frequency',
    pairs.map(([rate, lag]) => total(repeated(1000 / rate!, [0]), repeated(1000 / rate!, [lag!]), file.scheme)),
    pairs.map((row) => row[2]!),
  );
  const triplets = file.triplet_protocol?.rows ?? [];
  comparison.add(
    'triplets',
    // both lags are post minus pre: + first is pre-post-pre, - first post-pre-post
    triplets.map(([first, second]) => {
      const double = repeated(TRIPLET_INTERVAL, first! > 0 ? [-first!, -second!] : [first!, second!]);
      const single = repeated(TRIPLET_INTERVAL, [0]);
      return first! > 0 ? total(double, single, file.scheme) : total(single, double, file.scheme);
    }),
    triplets.map((row) => row[2]!),
  );
  if (file.poisson !== undefined) {
    comparison.add(
      'weights under Poisson trains',
      tripletStdpCourse(rule, file.poisson.pre, file.poisson.post, 0, file.scheme).weights,
      file.poisson.trajectory.map((row) => row[2]),
    );
    // weights of a network stay within [0, 1]: changes are told from the middle
    const { pre, post, trajectory } = file.poisson;
    const projection = { kind: 'triplet', rule, pairing: file.scheme, delay: 'dendritic' } as const;
    comparison.add(
      'on a projection',
      projected(projection, pre, post, 0.5).map((weight) => weight - 0.5),
      ofSource(trajectory),
    );
  }
  return comparison;
}

function shortTermErrors(file: z.infer<typeof TM_FILE>): Compared {
  const synapse = { utilisation: file.U, tauRecovery: file.tau_rec, tauFacilitation: file.tau_fac };
  const comparison = new Comparison();
  for (const { rows } of file.trains) {
    const { u, x } = tsodyksMarkramCourse(
      synapse,
      rows.map((row) => row[0]!),
    );
    for (const [name, values, place] of [
      ['release probability', u, 1],
      ['resources', x, 2],
      ['efficacy', u.map((value, i) => value * x[i]!), 3],
    ] as const) {
      comparison.add(
        name,
        values,
        rows.map((row) => row[place]!),
      );
    }
  }
  for (const { rows } of file.trains) {
    comparison.add(
      'on a projection',
      projected(
        { kind: 'short-term', rule: synapse },
        rows.map((row) => row[0]!),
        [],
        1,
      ),
      rows.map((row) => row[3]!),
    );
  }
  const settled = file.steady_state?.rows ?? [];
  comparison.add(
    'steady state',
    settled.flatMap((row) => {
      const { u, x } = tsodyksMarkramSteadyState(synapse, 1000 / row[0]!);
      return [u, x, u * x];
    }),
    settled.flatMap((row) => row.slice(1, 4)),
  );
  return comparison;
}

/** Times of a protocol: the offsets (ms), once per repetition. */
function repeated(interval: number, offsets: readonly number[]): number[] {
  return Array.from({ length: REPETITIONS }, (_, i) => offsets.map((offset) => TRIPLET_INTERVAL + i * interval + offset)).flat();
}

function sorted(times: readonly number[]): number[] {
  return times.toSorted((a, b) => a - b);
}
