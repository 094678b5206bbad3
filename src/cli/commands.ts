/**
 * The commands by name, with their options and one example each. What a command does lies in its own module, loaded when it runs.
 */
import type { Options } from 'yargs';
import type { Command } from './command.ts';
import { CHIP_COMMANDS } from './chip-commands.ts';
import { IMPORT_COMMANDS } from './import-commands.ts';
import { NOC_COMMANDS } from './noc-commands.ts';
import { COMMON, out, realNumber, seed, wholeNumber } from './options.ts';

const DRY_RUN: Options = { type: 'boolean', default: false, describe: 'check everything, say what would be run, write nothing' };
const ALLOW: Options = { type: 'boolean', default: false, describe: 'leave out synapses that the chip has no row for, and count them' };

const TRAIN: Options = {
  requiresArg: true,
  choices: ['student', 'teacher', 'uncalibrated'],
  describe: 'whose spikes, of runs (default: student; of a run without one the teacher)',
};

export const COMMANDS: readonly Command[] = [
  {
    usage: 'codesign <plan>',
    summary: 'run a co-design plan: dies, calibration, emulation, Pareto front, report',
    positionals: { plan: { type: 'string', demandOption: true, describe: 'a co-design plan (YAML)' } },
    options: { ...COMMON, 'dry-run': DRY_RUN, allow: ALLOW, out: out('runs/codesign'), seed: seed('seed of the plan') },
    examples: [['$0 codesign calibration/quickstart.yaml -o runs/quickstart', 'the main job']],
    load: () => import('./commands/codesign.ts'),
  },
  {
    usage: 'emulate <workload>',
    summary: 'run a workload on one die over a network-on-chip, beside its teacher',
    positionals: { workload: { type: 'string', demandOption: true, describe: 'a workload card, or an edge list (CSV)' } },
    options: {
      ...COMMON,
      chip: { type: 'string', requiresArg: true, default: 'bss2', describe: 'chip card: a file, or the name of a shipped one' },
      noc: {
        type: 'string',
        requiresArg: true,
        default: 'mesh-4x4',
        describe: 'design of the network-on-chip: a file, or the name of a shipped one',
      },
      die: { type: 'string', requiresArg: true, default: '1', coerce: wholeNumber('die'), describe: 'seed of the die' },
      stimulus: {
        type: 'string',
        array: false,
        requiresArg: true,
        describe: 'seed of the stimuli (default: 1), or one more stimulus: "current@0:8 amplitude=5mV start=20ms"; may be repeated',
      },
      for: {
        type: 'string',
        requiresArg: true,
        describe: 'duration, biological ("1 s") or hardware ("1 ms hw"); default: that of the workload',
      },
      codes: {
        requiresArg: true,
        choices: ['calibrated', 'nominal'],
        default: 'calibrated',
        describe: 'calibrate the die first, or write what the data sheet says',
      },
      parts: {
        type: 'string',
        requiresArg: true,
        default: '1',
        coerce: wholeNumber('parts', 1),
        describe: 'cut the chip into this many threads; the result is the same',
      },
      probe: {
        type: 'string',
        array: false,
        requiresArg: true,
        describe: 'record: v@0:8 (membranes of neurons 0 to 7), madc@3, cadc, w (weights), spikes (always); may be repeated',
      },
      parquet: { type: 'boolean', default: false, describe: 'write recordings as Parquet too' },
      'dry-run': DRY_RUN,
      allow: ALLOW,
      contract: { type: 'string', requiresArg: true, describe: 'an execution contract to hold the run against' },
      seed: { ...seed('seed of noise'), default: '1' },
      out: out('runs/emulate'),
    },
    examples: [['$0 emulate calibration/workloads/small-world-300.yaml --noc small-world-4x4 --die 3 --for 1s -o runs/one', 'one die']],
    load: () => import('./commands/emulate.ts'),
  },
  {
    usage: 'reference <workload>',
    summary: 'run a workload on the exact teacher alone, in biological time',
    positionals: { workload: { type: 'string', demandOption: true, describe: 'a workload card, or an edge list (CSV)' } },
    options: {
      set: COMMON.set,
      force: COMMON.force,
      quiet: COMMON.quiet,
      json: COMMON.json,
      mode: {
        requiresArg: true,
        choices: ['precise', 'grid'],
        default: 'precise',
        describe: 'precise: every spike at its exact time; grid: as NEST does it, on a grid of steps',
      },
      for: { type: 'string', requiresArg: true, describe: 'biological duration ("1 s"); default: that of the workload' },
      tolerance: {
        type: 'string',
        requiresArg: true,
        default: '1e-8',
        coerce: realNumber('tolerance', 1e-13, 1e-2),
        describe: 'local error of one step of the integrators, mV, pA, nS; LIF neurons are exact',
      },
      step: { type: 'string', requiresArg: true, default: '0.1 ms', describe: 'step of the grid' },
      delay: {
        type: 'string',
        requiresArg: true,
        default: '1 ms',
        describe: 'delay of all synapses where the card leaves it to a reference design',
      },
      stimulus: { type: 'string', requiresArg: true, default: '1', coerce: wholeNumber('stimulus'), describe: 'seed of the stimulus' },
      'dry-run': DRY_RUN,
      out: out('runs/reference'),
    },
    examples: [
      ['$0 reference calibration/workloads/small-world-300.yaml --mode precise --for 1s -o runs/teacher', 'what the network does'],
    ],
    load: () => import('./commands/reference.ts'),
  },
  {
    usage: 'calibrate <card>',
    summary: 'calibrate dies of a chip and report how well',
    positionals: { card: { type: 'string', demandOption: true, describe: 'chip card: a file, or the name of a shipped one' } },
    options: {
      ...COMMON,
      'dry-run': DRY_RUN,
      plan: {
        type: 'string',
        requiresArg: true,
        describe: 'calibration plan with targets and effort (default: the shipped calibration/spiking.yaml)',
      },
      dies: { type: 'string', requiresArg: true, describe: 'seeds of the dies: 1,2,3 or 1:6 (default: those of the plan)' },
      update: {
        type: 'string',
        requiresArg: true,
        describe: 'run directory of an earlier calibration: begin from its codes and refine only',
      },
      only: {
        type: 'string',
        requiresArg: true,
        describe: 'with --update: quantities to do again, such as leak,tau_mem, with all that they shift; moved: those that have drifted',
      },
      out: out('runs/calibrate'),
      seed: seed('seed of searches and noise'),
    },
    examples: [['$0 calibrate chips/bss2.yaml --dies 1:4 -S "targets.tau_mem=20 us" -o runs/cal', 'four dies, another time constant']],
    load: () => import('./commands/calibrate.ts'),
  },
  {
    usage: 'yield <card>',
    summary: 'Monte Carlo over dies: how many can be calibrated to the gates?',
    positionals: { card: { type: 'string', demandOption: true, describe: 'chip card: a file, or the name of a shipped one' } },
    options: {
      ...COMMON,
      dies: {
        type: 'string',
        requiresArg: true,
        default: '20',
        describe: 'how many dies (100 = seeds 1 to 100), a range (1:20) or a list (3,7)',
      },
      gates: { type: 'string', requiresArg: true, describe: 'what a die must reach (default: the shipped calibration/gates.yaml)' },
      plan: {
        type: 'string',
        requiresArg: true,
        describe: 'calibration plan with targets and effort (default: the shipped calibration/spiking.yaml)',
      },
      studies: {
        type: 'boolean',
        default: false,
        describe: 'also switch off one source of error at a time and try other bits of the cells, on the first two dies',
      },
      'dry-run': DRY_RUN,
      out: out('runs/yield'),
      seed: seed('seed of searches and noise'),
    },
    examples: [['$0 yield chips/bss2.yaml --dies 100 --json > yield.json', 'exit code 1 where a gate falls short']],
    load: () => import('./commands/yield.ts'),
  },
  {
    usage: 'patterns <card>',
    summary: 'calibrate whole neurons to firing patterns: which share of the circuits shows each?',
    positionals: { card: { type: 'string', demandOption: true, describe: 'chip card: a file, or the name of a shipped one' } },
    options: {
      ...COMMON,
      'dry-run': DRY_RUN,
      plan: {
        type: 'string',
        requiresArg: true,
        describe: 'patterns, effort and gates (default: the shipped calibration/firing-patterns.yaml)',
      },
      only: { type: 'string', requiresArg: true, describe: 'some patterns of the plan: "tonic,irregular"' },
      dies: { type: 'string', requiresArg: true, describe: 'seeds of the dies: 1,2,3 or 1:6 (default: those of the plan)' },
      out: out('runs/patterns'),
      seed: seed('seed of searches and noise'),
    },
    examples: [['$0 patterns bss2 --only "adaptation,irregular" -o runs/patterns', 'exit code 1 where a pattern falls short']],
    load: () => import('./commands/patterns.ts'),
  },
  {
    usage: 'decalibrate <card>',
    summary: 'weights transferred and weights tuned in the loop, on dies that spread more and more',
    positionals: { card: { type: 'string', demandOption: true, describe: 'chip card: a file, or the name of a shipped one' } },
    options: {
      ...COMMON,
      plan: {
        type: 'string',
        requiresArg: true,
        describe: 'calibration plan with the targets (default: the shipped calibration/spiking.yaml)',
      },
      dies: { type: 'string', requiresArg: true, default: '1:6', describe: 'seeds of the dies: 1,2,3 or 1:6' },
      out: out('runs/decalibrate'),
      seed: seed('seed of task, search and noise'),
    },
    examples: [['$0 decalibrate bss2 --dies 1:6 -o runs/decalibrate', 'six dies, spread 0 to 50 %']],
    load: () => import('./commands/decalibrate.ts'),
  },
  {
    usage: 'report <run>',
    summary: 'make the report of a run directory again: HTML, PNG, Markdown',
    positionals: { run: { type: 'string', demandOption: true, describe: 'a run directory' } },
    options: { png: { type: 'boolean', default: true, describe: 'draw figures/*.png' }, quiet: COMMON.quiet },
    examples: [['$0 report runs/quickstart', 'report.html, summary.md and figures/']],
    load: () => import('./commands/report.ts'),
  },
  {
    usage: 'export <run>',
    summary: 'write the spikes of a run in a layout that other tools read',
    positionals: {
      run: { type: 'string', demandOption: true, describe: 'a run directory of codesign, emulate or reference' },
    },
    options: {
      to: {
        requiresArg: true,
        demandOption: true,
        choices: ['sonata', 'nir', 'nest', 'csv', 'parquet', 'npy'],
        describe: 'layout of the file',
      },
      train: TRAIN,
      out: { alias: 'o', type: 'string', requiresArg: true, demandOption: true, describe: 'file to write' },
    },
    examples: [['$0 export runs/quickstart --to sonata -o spikes.h5', 'the student of the reference design, times in ms']],
    load: () => import('./commands/export.ts'),
  },
  {
    usage: 'compare <a> <b>',
    summary: 'two runs or groups of runs: do their spikes have the same statistics?',
    positionals: {
      a: {
        type: 'string',
        demandOption: true,
        describe: 'the reference: a run directory or spike file, or several with commas (one per seed)',
      },
      b: { type: 'string', demandOption: true, describe: 'what is held against it, likewise' },
    },
    options: {
      within: {
        type: 'string',
        requiresArg: true,
        describe: 'also pair the spikes of one run and one other that lie no further apart ("0.1 ms"), and list the rest',
      },
      tolerance: { type: 'string', requiresArg: true, describe: 'limits (a card of kind tolerance); without: significance tests at 5 %' },
      junit: { type: 'string', requiresArg: true, describe: 'write the verdicts as a JUnit file' },
      train: TRAIN,
      from: {
        type: 'string',
        requiresArg: true,
        coerce: realNumber('from', 0, 1e12),
        describe: 'begin, biological ms (default: the warm-up)',
      },
      until: {
        type: 'string',
        requiresArg: true,
        coerce: realNumber('until', 0, 1e12),
        describe: 'end, biological ms (default: that of the shortest)',
      },
      seed: seed('seed of permutations'),
      json: COMMON.json,
      out: { alias: 'o', type: 'string', requiresArg: true, describe: 'folder for compare.html, compare.json and pictures' },
    },
    examples: [['$0 compare runs/before runs/after --junit compare.xml -o runs/compare', 'exit code 1 outside tolerance']],
    load: () => import('./commands/compare.ts'),
  },
  {
    usage: 'analyse <source>',
    summary: 'statistics of a run, a spike file or a patch-clamp recording: spectra, synchrony, avalanches, f-I curve, features',
    positionals: {
      source: {
        type: 'string',
        demandOption: true,
        describe: 'a run directory, a spike file, or (with --steps) sweeps: CSV with t_ms and a voltage in mV per sweep',
      },
    },
    options: {
      steps: { type: 'string', requiresArg: true, describe: 'the steps of current of the sweeps: CSV with sweep, t0_ms, t1_ms, I_pA' },
      train: TRAIN,
      from: {
        type: 'string',
        requiresArg: true,
        coerce: realNumber('from', 0, 1e12),
        describe: 'begin, biological ms (default: the warm-up)',
      },
      until: {
        type: 'string',
        requiresArg: true,
        coerce: realNumber('until', 0, 1e12),
        describe: 'end, biological ms (default: that of the recording)',
      },
      json: COMMON.json,
      out: { alias: 'o', type: 'string', requiresArg: true, describe: 'folder for analysis.html, analysis.json and pictures' },
    },
    examples: [
      ['$0 analyse runs/teacher -o runs/teacher-analysis', 'rates, irregularity, spectra, synchrony, avalanches'],
      ['$0 analyse sweeps.csv --steps steps.csv', 'threshold, width, AHP, sag, adaptation, resistance, tau, rheobase'],
    ],
    load: () => import('./commands/analyse.ts'),
  },
  {
    usage: 'schema <kind>',
    summary: 'print the JSON Schema of a kind of card',
    positionals: {
      kind: {
        type: 'string',
        demandOption: true,
        choices: [
          'chip',
          'loihi',
          'dynapse',
          'noc',
          'traffic',
          'sweep',
          'workload',
          'trained',
          'codesign',
          'calibration',
          'calibrated',
          'gates',
          'tolerance',
          'patterns',
          'contract',
        ],
      },
    },
    options: {},
    examples: [['$0 schema chip > chip.schema.json', 'for an editor that completes and checks']],
    load: () => import('./commands/schema.ts'),
  },
  {
    usage: 'regress [cards..]',
    summary: 'compare chip and network cards with their baselines: what moved?',
    positionals: { cards: { type: 'string', array: true, describe: 'chip or noc cards (default: all shipped ones)' } },
    options: {
      update: { type: 'boolean', default: false, describe: 'write the baselines anew' },
      baselines: { type: 'string', requiresArg: true, default: 'reports/baselines', describe: 'folder of the baselines' },
      json: COMMON.json,
      quiet: COMMON.quiet,
    },
    examples: [['$0 regress chips/bss2.yaml', 'exit code 1 if any metric moved']],
    load: () => import('./commands/regress.ts'),
  },
  ...CHIP_COMMANDS,
  ...NOC_COMMANDS,
  ...IMPORT_COMMANDS,
  {
    usage: 'validate <what> [folder]',
    summary: 'run the cases of a reference folder, or of a chip card, and judge every one: why should you trust the simulator?',
    positionals: {
      what: {
        type: 'string',
        demandOption: true,
        choices: ['noc', 'loihi', 'teacher', 'chip'],
        describe:
          'noc: configurations, packet traces and results of BookSim2; loihi: a network file of lava-dl with input and output; teacher: cells, plastic synapses, NEST networks; chip: closed forms, firing patterns, noise, crosstalk, statistics of dies',
      },
      folder: {
        type: 'string',
        describe:
          'noc: a folder with runs.csv, configs, graphs, traces; loihi: one with network.net, input.npy, ground_truth.npy; teacher: one with single, plasticity, deterministic; chip: none',
      },
    },
    options: {
      seeds: {
        type: 'string',
        requiresArg: true,
        default: '5',
        coerce: wholeNumber('seeds'),
        describe: 'noc: searches for saturation per configuration',
      },
      only: { type: 'string', requiresArg: true, describe: 'run only cases whose name contains this' },
      chip: {
        type: 'string',
        requiresArg: true,
        describe: 'loihi: chip card of the digital family (default: loihi-like); chip: the card that is judged (default: bss2)',
      },
      circuits: {
        type: 'string',
        requiresArg: true,
        default: '512',
        coerce: wholeNumber('circuits', 10),
        describe: 'chip: circuits per cell of the table of firing patterns',
      },
      seed: { ...seed('chip: seed of spreads and dies'), default: '1' },
      set: COMMON.set,
      json: COMMON.json,
      quiet: COMMON.quiet,
    },
    examples: [
      ['$0 validate noc reference/noc --json > noc.json', 'raw figures per case; exit code 1 if any falls short'],
      ['$0 validate chip --only retention', 'firing patterns against mismatch, cell by cell; exit code 1 if too few agree'],
      ['$0 validate teacher reference/sim --only adex', 'spike-time and voltage errors of every case whose name has adex'],
    ],
    load: () => import('./commands/validate.ts'),
  },
];
