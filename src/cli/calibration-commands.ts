/** The commands that calibrate dies, and that ask how many can be calibrated and what it is worth. */
import type { Command } from './command.ts';
import { CARD, COMMON, DRY_RUN, flag, out, seed, text } from './options.ts';

export const CALIBRATION_COMMANDS: readonly Command[] = [
  {
    usage: 'calibrate <card>',
    summary: 'calibrate dies of a chip and report how well',
    positionals: { card: CARD },
    options: {
      ...COMMON,
      'dry-run': DRY_RUN,
      plan: text(
        'calibration plan with targets and effort (default: the shipped calibration/spiking.yaml, cores.yaml for chips with shared biases)',
      ),
      dies: text('seeds or names of dies: 1,2,lab-3, or 1:6 with both ends (default: those of the plan)'),
      update: text('run directory of an earlier calibration: begin from its codes and refine only'),
      only: text(
        'with --update: quantities to do again, such as leak,tau_mem, with all that they shift; moved: those that have drifted; changed: those with another target',
      ),
      'from-curves': text('run directory of an earlier calibration: new targets are met from its characteristic curves, without a search'),
      cache: text('folder of calibrations: the same targets need no measurement, others only what depends on the difference'),
      out: out('runs/calibrate'),
      seed: seed('seed of searches and noise'),
    },
    examples: [['$0 calibrate chips/bss2.yaml --dies 1:4 -S "targets.tau_mem=20 us" -o runs/cal', 'four dies, another time constant']],
    load: () => import('./commands/calibrate.ts'),
  },
  {
    usage: 'yield <card>',
    summary: 'Monte Carlo over dies: how many can be calibrated to the gates?',
    positionals: { card: CARD },
    options: {
      ...COMMON,
      dies: text('how many dies (100 = seeds 1 to 100), a range with both ends (1:20) or a list (3,lab-7)', { default: '20' }),
      gates: text('what a die must reach (default: the shipped calibration/gates.yaml, cores-gates.yaml for chips with shared biases)'),
      plan: text(
        'calibration plan with targets and effort (default: the shipped calibration/spiking.yaml, cores.yaml for chips with shared biases)',
      ),
      studies: flag('also switch off one source of error at a time and try other bits of the cells, on the first two dies'),
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
    positionals: { card: CARD },
    options: {
      ...COMMON,
      'dry-run': DRY_RUN,
      plan: text('patterns, effort and gates (default: the shipped calibration/firing-patterns.yaml)'),
      only: text('some patterns of the plan: "tonic,irregular"'),
      dies: text('seeds or names of dies: 1,2,lab-3, or 1:6 with both ends (default: those of the plan)'),
      out: out('runs/patterns'),
      seed: seed('seed of searches and noise'),
    },
    examples: [['$0 patterns bss2 --only "adaptation,irregular" -o runs/patterns', 'exit code 1 where a pattern falls short']],
    load: () => import('./commands/patterns.ts'),
  },
  {
    usage: 'decalibrate <card>',
    summary: 'weights transferred and weights tuned in the loop, on dies that spread more and more',
    positionals: { card: CARD },
    options: {
      ...COMMON,
      plan: text('calibration plan with the targets (default: the shipped calibration/spiking.yaml)'),
      dies: text('seeds or names of dies: 1,2,lab-3, or 1:6 with both ends', { default: '1:6' }),
      out: out('runs/decalibrate'),
      seed: seed('seed of task, search and noise'),
    },
    examples: [['$0 decalibrate bss2 --dies 1:6 -o runs/decalibrate', 'six dies, spread 0 to 50 %']],
    load: () => import('./commands/decalibrate.ts'),
  },
];
