/** The commands `neurolith noc VERB`: experiments on networks-on-chip, without a chip. A new verb is one entry here. */
import type { Options } from 'yargs';
import type { Command } from './command.ts';
import { argument, COMMON, flag, realNumber, seed, text, wholeNumber, written } from './options.ts';
import { writableFile } from './written-paths.ts';

const DESIGN = 'design of a network-on-chip: a file, or the name of a shipped one';
const TRAFFIC: Options = text(
  'a pattern (uniform, tornado, hotspot:NODE=WEIGHT,...), permutation:FILE, a traffic card (.yaml) or a matrix (.csv)',
  { default: 'uniform' },
);
const RATE: Options = text('offered load, flits per node and cycle; default: that of the traffic card', {
  coerce: realNumber('rate', 0, 1),
});
const STEP: Options = text('resolution of the search, flits per node and cycle', {
  default: '0.0125',
  coerce: realNumber('step', 0.0005, 0.5),
});
const RUN: Options = written('run directory to write, with a report page');
const VCD: Options = text('waveforms to write: flits, credits and packets of the first 2,000 cycles', { coerce: writableFile('vcd') });
const ESTIMATE: Options = flag('also estimate by queueing theory, with the error');
const IDEAL: Options = flag('also run ideal output-queued routers, with the difference');
const UNSAFE: Options = flag('run a routing that may deadlock, to study deadlocks');
const { set, json, quiet, force } = COMMON;
const SHARED = { traffic: TRAFFIC, seed: seed('seed of the traffic'), out: RUN, 'allow-unsafe': UNSAFE, set, json, quiet, force } as const;

export const NOC_COMMANDS: readonly Command[] = [
  {
    usage: 'noc run <design>',
    summary: 'run traffic over a network at one load: latency, throughput, loads, energy',
    positionals: { design: argument(DESIGN) },
    options: { rate: RATE, vcd: VCD, estimate: ESTIMATE, 'output-queued': IDEAL, ...SHARED },
    examples: [['$0 noc run mesh-8x8 --traffic uniform --rate 0.2 -o runs/mesh', 'all measures and a page']],
    load: () => import('./commands/noc-run.ts'),
  },
  {
    usage: 'noc show <design>',
    summary: 'say what a network is before anything runs on it: graph, certificate, floor plan, tables, costs',
    positionals: { design: argument(DESIGN) },
    options: { ...SHARED, seed: seed('seed of null models, shuffles and sets of destinations') },
    examples: [['$0 noc show kleinberg-8x8 -o runs/show', 'a page, a picture of the floor plan, a row per router']],
    load: () => import('./commands/noc-show.ts'),
  },
  {
    usage: 'noc saturate <design>',
    summary: 'find the load at which a network saturates',
    positionals: { design: argument(DESIGN) },
    options: { step: STEP, ...SHARED },
    examples: [['$0 noc saturate kleinberg-8x8 --traffic tornado', 'by bisection']],
    load: () => import('./commands/noc-saturate.ts'),
  },
  {
    usage: 'noc compare <designs..>',
    summary: 'compare networks on one page: latency against load, saturation, heat maps, verdict',
    positionals: { designs: { type: 'string', array: true, demandOption: true, describe: 'designs: files, or names of shipped ones' } },
    options: { step: STEP, ...SHARED },
    examples: [['$0 noc compare mesh-8x8 kleinberg-8x8 -o runs/compare', 'which one, and why']],
    load: () => import('./commands/noc-compare.ts'),
  },
  {
    usage: 'noc wire <workload>',
    summary: 'choose long links for the traffic of a workload, and compare them with the mesh and with regular express links',
    positionals: { workload: argument('a workload card, or an edge list (CSV)') },
    options: {
      width: text('routers of the mesh along x', { default: '8', coerce: wholeNumber('width', 3) }),
      height: text('routers along y', { default: '8', coerce: wholeNumber('height', 3) }),
      wire: text('wire of the design in units of the mesh', { default: '2', coerce: realNumber('wire', 1, 8) }),
      'max-degree': text('most neighbours of a router', { default: '7', coerce: wholeNumber('max-degree', 4) }),
      rate: text('spikes per neuron and cycle (default: 0.00008, 20 Hz at x1000 and 250 MHz)', { coerce: realNumber('rate', 0, 1) }),
      seed: seed('first seed of partition, placement and spikes'),
      seeds: text('how many seeds: the interval is taken over them', { default: '5', coerce: wholeNumber('seeds', 1) }),
      out: written('folder for the design card, its traffic matrix and the numbers'),
      json,
    },
    examples: [
      ['$0 noc wire connectome.csv --wire 2 -o designs/wired', 'then: neurolith noc compare mesh-8x8 designs/wired/long-links.yaml'],
    ],
    load: () => import('./commands/noc-wire.ts'),
  },
  {
    usage: 'noc replay',
    summary: 'replay a packet trace over a network; a BookSim2 trace is compared packet by packet',
    options: {
      design: text(DESIGN, { demandOption: true }),
      trace: text(
        'CSV with the columns cycle,source,destination and flits (or ctime,src,dst,size and, to compare, pid,itime,atime,routers)',
        { demandOption: true },
      ),
      seed: seed('draws the ways of routings that offer several'),
      out: RUN,
      'allow-unsafe': UNSAFE,
      set,
      json,
      quiet,
      force,
    },
    examples: [['$0 noc replay --design mesh-8x8 --trace packets.csv', 'what its packets see']],
    load: () => import('./commands/noc-replay.ts'),
  },
  {
    usage: 'sweep <card>',
    summary: 'sweep designs and traffic of a network-on-chip: curves, maps, Pareto front, CSV and Parquet',
    positionals: { card: argument('a sweep card (YAML)') },
    options: {
      ...COMMON,
      seed: seed('seed of the traffic'),
      out: { ...RUN, default: 'runs/sweep' },
      png: flag('draw figures/*.png'),
      'dry-run': flag('check everything, say how many points there are, run nothing'),
    },
    examples: [['$0 sweep noc/sweeps/small-world.yaml -j 2 -o runs/sweep', 'the same command goes on after a kill']],
    load: () => import('./commands/sweep.ts'),
  },
  {
    usage: 'import booksim <file>',
    summary: 'make a design and a traffic card of a BookSim2 configuration, graph and route files included',
    positionals: { file: argument('a BookSim2 configuration (.cfg)') },
    options: {
      out: written('design card to write (.yaml); traffic and files go beside it', { demandOption: true }),
      json,
      force,
    },
    examples: [['$0 import booksim mesh.cfg -o mesh.yaml', 'then: neurolith noc run mesh.yaml --traffic mesh.traffic.yaml']],
    load: () => import('./commands/import-booksim.ts'),
  },
];
