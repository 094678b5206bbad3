/**
 * BookSim2 configuration files: "key = value;" statements, // comments; keys that are left out have BookSim's defaults. Becomes a design, a traffic pattern and a way of measuring.
 * What we model otherwise or not at all is refused by name, never guessed: a run that looks like BookSim's and is not would be worse than none.
 */
import { CardError, together, type Mistake } from '../../base/index.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import { NocSchema, type NocDesign, type NocDesignInput } from '../../model/schemas/noc.ts';
import type { TrafficSpec } from '../traffic/traffic.ts';
import { DEFAULTS, Reader, statementsOf } from './booksim-reader.ts';
import { processOf, trafficOf, type BookSimProcess } from './booksim-traffic.ts';

/** How BookSim2 measures: sample periods until three in a row agree. */
export interface Protocol {
  /** Mean latency at an offered load, or accepted load whatever the latency. */
  readonly measures: 'latency' | 'throughput';
  readonly warmupPeriods: number;
  readonly samplePeriod: number; // cycles
  readonly maxSamples: number; // periods, those of the warm-up included
  readonly latencyLimit: number; // cycles; a mean above it is called unstable
}

/** A configuration as plain data. */
export interface BookSimRun {
  readonly design: NocDesign;
  readonly traffic: TrafficSpec;
  readonly process: BookSimProcess;
  readonly rate: number; // flits per node and cycle
  readonly seed: number;
  readonly protocol: Protocol;
}

/** Values that have to be what they are here, because nothing else is modelled. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  router: ['iq'],
  vc_alloc_delay: ['1'],
  sw_alloc_delay: ['1'],
  st_prepare_delay: ['0'],
  internal_speedup: ['1', '1.0'],
  input_speedup: ['1'],
  output_speedup: ['1'],
  wait_for_tail_credit: ['0'],
  hold_switch_for_packet: ['0'],
  buffer_policy: ['private'],
  priority: ['none'],
  classes: ['1'],
  subnets: ['1'],
  use_read_write: ['0'],
  use_noc_latency: ['1'],
  output_delay: ['0'],
  link_failures: ['0'],
  sim_count: ['1'],
};

/** Keys that change what is printed, not what happens; and how often packets have each of several sizes, which is told where the sizes are. */
const SILENT =
  /^(print_|watch_|viewer|stats_out|pair_stats|sim_power|tech_file|channel_width|deadlock_warn|measure_stats|include_queuing$|packet_size_rate$)/;

/**
 * Reads a configuration. `file` names it in messages and names the design; files that it mentions are left to the caller, by the names that it gives them. CardError with every mistake.
 * `hasFile` tells whether a file exists: minimal routing on an anynet uses the replica of BookSim's tie-breaking beside the graph (`x.min.routes` for `x.anynet`) where there is one.
 * `checkFiles` is called for a configuration with mistakes, to tell those of the files that it names beside them (CardError).
 */
export function readBookSimConfig(
  text: string,
  file: string,
  hasFile: (name: string) => boolean = () => false,
  checkFiles: (network: NocDesign) => void = () => undefined,
): BookSimRun {
  const mistakes: Mistake[] = [];
  const values = statementsOf(text, file, mistakes);
  const reader = new Reader(values, file, mistakes);
  for (const [key, { text: found, line }] of values) {
    const allowed = FIXED[key];
    if (allowed !== undefined && !allowed.includes(found))
      mistakes.push({ file, line, path: key, found, expected: `${allowed.join(' or ')}: nothing else is modelled` });
    if (allowed === undefined && !(key in DEFAULTS) && !SILENT.test(key))
      mistakes.push({ file, line, path: key, found, expected: 'a BookSim2 key that the importer knows', ...nearestOf(key) });
  }
  const flits = sizeOf(reader);
  const perFlit = reader.word('injection_rate_uses_flits', ['0', '1']) === '1';
  const rate = reader.number('injection_rate', 0, perFlit ? flits : 1) * (perFlit ? 1 : flits);
  const network = networkOf(reader, hasFile);
  const parts = {
    kind: 'noc',
    name: (file.split('/').at(-1) ?? file).replace(/\.cfg$/, ''),
    ...network,
    router: {
      vcs: reader.integer('num_vcs', 1, 16),
      buffer: reader.integer('vc_buf_size', 1, 64),
      routing_delay: reader.integer('routing_delay', 0, 8),
      ...allocationOf(reader),
      switch_traversal_delay: reader.integer('st_final_delay', 1, 8),
      credit_delay: reader.integer('credit_delay', 0, 8),
    },
    packet: { flits },
  };
  const traffic = trafficOf(reader, network.topology);
  const process = processOf(reader, rate / flits);
  const protocol: Protocol = {
    measures: reader.word('sim_type', ['latency', 'throughput']) as Protocol['measures'],
    warmupPeriods: reader.integer('warmup_periods', 1, 1000),
    samplePeriod: reader.integer('sample_period', 1, 1e7),
    maxSamples: reader.integer('max_samples', 1, 1000),
    latencyLimit: reader.number('latency_thres', 1, 1e9),
  };
  const seed = reader.integer('seed', 0, Number.MAX_SAFE_INTEGER);
  if (mistakes.length > 0)
    together(
      () => {
        throw new CardError(mistakes);
      },
      () => {
        checkFiles(NocSchema.parse({ kind: 'noc', name: file, ...network, router: { vcs: 16 } }));
      },
    );
  return { design: NocSchema.parse(parts), traffic, process, rate, seed, protocol };
}

function nearestOf(key: string): { nearest?: string } {
  const nearest = didYouMean(key, [...Object.keys(DEFAULTS), ...Object.keys(FIXED)]);
  return nearest === undefined ? {} : { nearest };
}

/** Both allocators are of one kind; speculation takes the separable one, because iSLIP ignores that a bid is a guess. */
function allocationOf(reader: Reader): {
  allocator: 'islip' | 'separable-input-first';
  allocator_iterations: number;
  speculative: boolean;
} {
  const kinds = ['islip', 'separable_input_first'];
  const allocator = reader.word('vc_allocator', kinds);
  const speculative = reader.word('speculative', ['0', '1']) === '1';
  if (reader.word('sw_allocator', kinds) !== allocator) reader.complain('sw_allocator', `${allocator}, the same as vc_allocator`);
  if (speculative && allocator === 'islip') reader.complain('speculative', '0 with islip, or separable_input_first for both allocators');
  const iterations = reader.integer('alloc_iters', 1, 16);
  // the separable allocators know no iterations and leave the key alone
  if (allocator === 'islip') return { allocator: 'islip', allocator_iterations: iterations, speculative };
  return { allocator: 'separable-input-first', allocator_iterations: 1, speculative };
}

/** Routers of a grid of other than two dimensions. */
const LARGEST_CUBE = 4096;

/** Flits of all packets: a number, or a list of one. */
function sizeOf(reader: Reader): number {
  const list = /^\{(.*)\}$/.exec(reader.text('packet_size'))?.[1]?.split(',');
  if (list === undefined) return reader.integer('packet_size', 1, 64);
  const flits = Number(list[0]);
  if (list.length === 1 && /^\d+$/.test(list[0]!) && flits >= 1 && flits <= 64) return flits;
  reader.complain('packet_size', 'one whole number between 1 and 64: packets of several sizes in one run are not modelled');
  return 1;
}

type Network = Pick<NocDesignInput, 'topology' | 'routing' | 'link'>;

/** Topology, routing and link latency; BookSim sets the latency of some topologies itself. */
function networkOf(reader: Reader, hasFile: (name: string) => boolean): Network {
  const topologies = ['mesh', 'torus', 'cmesh', 'flatfly', 'anynet'];
  const topology = reader.word('topology', topologies);
  // which routing and size an unknown topology would have taken, nobody knows: one mistake, one line
  if (!topologies.includes(reader.text('topology')))
    return { topology: { kind: 'mesh', width: 2, height: 2 }, routing: { kind: 'dimension-order' }, link: { latency: 1 } };
  if (topology === 'anynet') return anynetOf(reader, hasFile);
  const k = reader.integer('k', 2, 128);
  const n = reader.integer('n', 1, 8);
  if (n !== 2 && (topology === 'mesh' || topology === 'torus')) return cubeOf(reader, topology === 'torus', k, n);
  if (n !== 2) reader.complain('n', '2: grids of two dimensions');
  const grid = { width: k, height: k } as const;
  if (topology === 'mesh') {
    const routing = reader.word('routing_function', ['dor', 'dim_order', 'xy_yx', 'valiant', 'romm']);
    const ours = { dor: 'dimension-order', dim_order: 'dimension-order', xy_yx: 'xy-yx', valiant: 'valiant', romm: 'romm' } as const;
    return { topology: { kind: 'mesh', ...grid }, routing: { kind: ours[routing as keyof typeof ours] }, link: { latency: 1 } };
  }
  if (topology === 'torus') {
    reader.word('routing_function', ['dim_order', 'dor']);
    return { topology: { kind: 'torus', ...grid }, routing: { kind: 'dimension-order', ties: 'drawn' }, link: { latency: 2 } };
  }
  const block = [reader.integer('xr', 1, 4), reader.integer('yr', 1, 4)] as const;
  if (block[0] * block[1] !== reader.integer('c', 1, 64)) reader.complain('c', `xr x yr = ${String(block[0] * block[1])} nodes per router`);
  if (topology === 'cmesh') {
    reader.word('routing_function', ['dor_no_express']);
    return {
      topology: { kind: 'concentrated-mesh', ...grid, block: [...block] },
      routing: { kind: 'dimension-order' },
      link: { latency: 2 },
    };
  }
  reader.word('routing_function', ['ran_min']);
  // two cycles per tile of distance
  return {
    topology: { kind: 'flattened-butterfly', ...grid, block: [...block] },
    routing: { kind: 'row-column' },
    link: { latency: { reach_per_cycle: '0.5 mm' } },
  };
}

/** Grids of one dimension, or more than two. Ways of equal length round a torus go by the source, where BookSim2 draws. */
function cubeOf(reader: Reader, wrap: boolean, k: number, n: number): Network {
  if (k ** n > LARGEST_CUBE) reader.complain('n', `k^n of at most ${String(LARGEST_CUBE)} routers`);
  if (k < (wrap ? 3 : 2) || k > 64) reader.complain('k', `a number between ${wrap ? '3' : '2'} and 64`);
  reader.word('routing_function', wrap ? ['dim_order', 'dor'] : ['dor', 'dim_order']);
  const sides = Array.from({ length: n }, () => Math.min(64, k));
  return { topology: { kind: 'cube', sides, wrap }, routing: { kind: 'dimension-order' }, link: { latency: wrap ? 2 : 1 } };
}

function anynetOf(reader: Reader, hasFile: (name: string) => boolean): Network {
  const file = reader.text('network_file');
  if (file === '') reader.complain('network_file', 'the name of an anynet file');
  const topology = { kind: 'edge-list', file: file || 'none', format: 'anynet' } as const;
  if (reader.word('routing_function', ['min', 'table']) === 'min') {
    const replica = file.replace(/\.anynet$/, '') + '.min.routes';
    return { topology, routing: hasFile(replica) ? { kind: 'table', file: replica } : { kind: 'minimal' } };
  }
  const routes = reader.text('route_file');
  if (routes === '') reader.complain('route_file', 'the name of a route file');
  return { topology, routing: { kind: 'table', file: routes || 'none' } };
}
