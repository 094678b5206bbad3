/**
 * The commands by name, with their options and one example each. What a command does lies in its own module, loaded when it runs.
 */
import type { Options } from 'yargs';
import type { Command } from './command.ts';
import { CALIBRATION_COMMANDS } from './calibration-commands.ts';
import { CHIP_COMMANDS } from './chip-commands.ts';
import { IMPORT_COMMANDS } from './import-commands.ts';
import { NOC_COMMANDS } from './noc-commands.ts';
import { argument, COMMON, DRY_RUN, flag, out, realNumber, seed, text, wholeNumber, written } from './options.ts';

const ALLOW: Options = flag('leave out synapses that the chip has no row for, and count them');

const TRAIN: Options = {
  requiresArg: true,
  choices: ['student', 'teacher', 'uncalibrated'],
  describe: 'whose spikes, of runs (default: student; of a run without one the teacher)',
};

export const COMMANDS: readonly Command[] = [
  {
    usage: 'codesign <plan>',
    summary: 'run a co-design plan: dies, calibration, emulation, Pareto front, report',
    positionals: { plan: argument('a co-design plan (YAML)') },
    options: { ...COMMON, 'dry-run': DRY_RUN, allow: ALLOW, out: out('runs/codesign'), seed: seed('seed of the plan') },
    examples: [['$0 codesign calibration/quickstart.yaml -o runs/quickstart', 'the main job']],
    load: () => import('./commands/codesign.ts'),
  },
  {
    usage: 'emulate <workload>',
    summary: 'run a workload on one die over a network-on-chip, beside its teacher',
    positionals: { workload: argument('a workload card, or an edge list (CSV)') },
    options: {
      ...COMMON,
      chip: text('chip card: a file, or the name of a shipped one', { default: 'bss2' }),
      noc: text('design of the network-on-chip: a file, or the name of a shipped one', { default: 'mesh-4x4' }),
      die: text('seed of the die, or the name of a measured one', { default: '1' }),
      stimulus: text('seed of the stimuli (default: 1), or one more stimulus: "current@0:8 amplitude=5mV start=20ms"; may be repeated', {
        array: false,
      }),
      for: text('duration, biological ("1 s") or hardware ("1 ms hw"); default: that of the workload'),
      codes: {
        requiresArg: true,
        choices: ['calibrated', 'nominal'],
        default: 'calibrated',
        describe: 'calibrate the die first, or write what the data sheet says',
      },
      parts: text('cut the chip into this many threads; the result is the same', { default: '1', coerce: wholeNumber('parts', 1) }),
      probe: text(
        'record: v@0:8 (membranes of neurons 0 to 7, a range ends before its second number), madc@3, cadc, w (weights), correlation, spikes (always); may be repeated',
        {
          array: false,
        },
      ),
      parquet: flag('write recordings as Parquet too'),
      'dry-run': DRY_RUN,
      allow: ALLOW,
      contract: text('an execution contract to hold the run against'),
      seed: { ...seed('seed of noise'), default: '1' },
      out: out('runs/emulate'),
    },
    examples: [['$0 emulate calibration/workloads/small-world-300.yaml --noc small-world-4x4 --die 3 --for 1s -o runs/one', 'one die']],
    load: () => import('./commands/emulate.ts'),
  },
  {
    usage: 'reference <workload>',
    summary: 'run a workload on the exact teacher alone, in biological time',
    positionals: { workload: argument('a workload card, or an edge list (CSV)') },
    options: {
      set: COMMON.set,
      force: COMMON.force,
      quiet: COMMON.quiet,
      json: COMMON.json,
      png: COMMON.png,
      mode: {
        requiresArg: true,
        choices: ['precise', 'grid'],
        default: 'precise',
        describe: 'precise: every spike at its exact time; grid: as NEST does it, on a grid of steps',
      },
      for: text('biological duration ("1 s"); default: that of the workload'),
      tolerance: text('local error of one step of the integrators, mV, pA, nS; LIF neurons are exact', {
        default: '1e-8',
        coerce: realNumber('tolerance', 1e-13, 1e-2),
      }),
      'checkpoint-every': text('wall time between checkpoints from which a killed run goes on', { default: '2 s' }),
      step: text('step of the grid', { default: '0.1 ms' }),
      workers: text('grid: threads (default: 1); the same bits for any number, also of a run that is resumed with another', {
        alias: 'j',
        coerce: wholeNumber('workers', 1),
      }),
      delay: text('delay of all synapses where the card leaves it to a reference design', { default: '1 ms' }),
      stimulus: text('seed of the stimulus', { default: '1', coerce: wholeNumber('stimulus') }),
      'dry-run': DRY_RUN,
      out: out('runs/reference'),
    },
    examples: [
      ['$0 reference calibration/workloads/small-world-300.yaml --mode precise --for 1s -o runs/teacher', 'what the network does'],
    ],
    load: () => import('./commands/reference.ts'),
  },
  ...CALIBRATION_COMMANDS,
  {
    usage: 'report <run>',
    summary: 'make the report of a run directory again: HTML, PNG, Markdown',
    positionals: { run: argument('a run directory') },
    options: { png: COMMON.png, quiet: COMMON.quiet },
    examples: [['$0 report runs/quickstart', 'report.html, summary.md and figures/']],
    load: () => import('./commands/report.ts'),
  },
  {
    usage: 'export <run>',
    summary: 'write the spikes of a run in a layout that other tools read',
    positionals: {
      run: argument('a run directory of codesign, emulate or reference'),
    },
    options: {
      to: {
        requiresArg: true,
        demandOption: true,
        choices: ['sonata', 'nir', 'nest', 'csv', 'parquet', 'npy'],
        describe: 'layout of the file',
      },
      train: TRAIN,
      out: written('file to write', { demandOption: true }),
    },
    examples: [['$0 export runs/quickstart --to sonata -o spikes.h5', 'the student of the reference design, times in ms']],
    load: () => import('./commands/export.ts'),
  },
  {
    usage: 'compare <a> <b>',
    summary: 'two runs or groups of runs: do their spikes have the same statistics?',
    positionals: {
      a: argument('the reference: a run directory or spike file, or several with commas (one per seed)'),
      b: argument('what is held against it, likewise'),
    },
    options: {
      within: text('also pair the spikes of one run and one other that lie no further apart ("0.1 ms"), and list the rest'),
      tolerance: text('limits (a card of kind tolerance); without: significance tests at 5 %'),
      junit: text('write the verdicts as a JUnit file'),
      train: TRAIN,
      from: text('begin, biological ms (default: the warm-up)', { coerce: realNumber('from', 0, 1e12) }),
      until: text('end, biological ms (default: that of the shortest)', { coerce: realNumber('until', 0, 1e12) }),
      seed: seed('seed of permutations'),
      json: COMMON.json,
      out: written('folder for compare.html, compare.json and pictures'),
    },
    examples: [['$0 compare runs/before runs/after --junit compare.xml -o runs/compare', 'exit code 1 outside tolerance']],
    load: () => import('./commands/compare.ts'),
  },
  {
    usage: 'analyse <source>',
    summary: 'statistics of a run, a spike file or a patch-clamp recording: spectra, synchrony, avalanches, f-I curve, features',
    positionals: {
      source: argument('a run directory, a spike file, or (with --steps) sweeps: CSV with t_ms and a voltage in mV per sweep'),
    },
    options: {
      steps: text('the steps of current of the sweeps: CSV with sweep, t0_ms, t1_ms, I_pA'),
      train: TRAIN,
      from: text('begin, biological ms (default: the warm-up)', { coerce: realNumber('from', 0, 1e12) }),
      until: text('end, biological ms (default: that of the recording)', { coerce: realNumber('until', 0, 1e12) }),
      json: COMMON.json,
      out: written('folder for analysis.html, analysis.json and pictures'),
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
          'mass',
          'codesign',
          'calibration',
          'cores',
          'calibrated',
          'calibrated_cores',
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
      update: flag('write the baselines anew'),
      baselines: text('folder of the baselines', { default: 'reports/baselines' }),
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
        choices: ['noc', 'loihi', 'teacher', 'microcircuit', 'chip'],
        describe:
          'noc: configurations, packet traces and results of BookSim2; loihi: a network file of lava-dl with input and output; teacher: cells, plastic synapses, NEST networks; microcircuit: 77,169 neurons and 0.3 billion synapses of cortex, cost and published rates; chip: closed forms, firing patterns, noise, crosstalk, statistics of dies',
      },
      folder: {
        type: 'string',
        describe:
          'noc: a folder with runs.csv, configs, graphs, traces; loihi: one with network.net, input.npy, ground_truth.npy; teacher: one with single, plasticity, deterministic; microcircuit, chip: none',
      },
    },
    options: {
      seeds: text('noc: searches for saturation per configuration', { default: '5', coerce: wholeNumber('seeds') }),
      only: text('run only cases whose name contains this'),
      workers: text('teacher, microcircuit: threads of a stochastic network (default: 1, microcircuit: 2); the same bits for any number', {
        alias: 'j',
        coerce: wholeNumber('workers', 1),
      }),
      chip: text('loihi: chip card of the digital family (default: loihi-like); chip: the card that is judged (default: bss2)'),
      scale: text('microcircuit: share of neurons and in-degrees (default: 1)', { coerce: realNumber('scale', 0.001, 1) }),
      circuits: text('chip: circuits per cell of the table of firing patterns', { default: '512', coerce: wholeNumber('circuits', 10) }),
      seed: { ...seed('chip: seed of spreads and dies; microcircuit: of wiring, drive and initial state'), default: '1' },
      set: COMMON.set,
      json: COMMON.json,
      quiet: COMMON.quiet,
    },
    examples: [
      ['$0 validate noc reference/noc --json > noc.json', 'raw figures per case; exit code 1 if any falls short'],
      ['$0 validate chip --only retention', 'firing patterns against mismatch, cell by cell; exit code 1 if too few agree'],
      ['$0 validate microcircuit', 'build time, run time, memory and rates at full scale; about two minutes and 2 GB'],
      ['$0 validate teacher reference/sim --only brunel -j 2', 'stochastic networks on two threads'],
      ['$0 validate teacher reference/sim --only adex', 'spike-time and voltage errors of every case whose name has adex'],
    ],
    load: () => import('./commands/validate.ts'),
  },
];
