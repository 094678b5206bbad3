/** The commands `neurolith chip VERB` and `neurolith die VERB`: what a card promises, what one die really is. */
import type { Options } from 'yargs';
import type { Command } from './command.ts';
import { argument, CARD, COMMON, seed, text, written } from './options.ts';

const DIE: Options = text('number of the die, or the name of a measured one', { default: '1' });
const { set, json } = COMMON;
const PAGE: Options = written('HTML file to write');
const FILE = (describe: string): Options => written(describe, { demandOption: true });

export const CHIP_COMMANDS: readonly Command[] = [
  {
    usage: 'chip show <card>',
    summary: 'data sheet of a chip: ranges, LSB, mismatch, evidence of every number, measured errors of the integrators',
    positionals: { card: CARD },
    options: { out: PAGE, set, json },
    examples: [['$0 chip show chips/bss2.yaml -o runs/bss2.html', 'as text and as a page with a floor plan']],
    load: () => import('./commands/chip-show.ts'),
  },
  {
    usage: 'chip mac <card>',
    summary: 'multiply a matrix and vectors on one die: circuits as integrators, inputs as widths of pulses, results as readings',
    positionals: { card: CARD },
    options: {
      weights: text('CSV of signed weights: a line per input, a column per output', { demandOption: true }),
      inputs: text('CSV of inputs: a line per vector', { demandOption: true }),
      calibrated: text('run of a calibration of this mode (plan calibration/mac.yaml): its codes instead of the nominal ones'),
      die: DIE,
      seed: { ...seed('seed of noise'), default: '1' },
      out: written('CSV file of the readings'),
      set,
      json,
    },
    examples: [['$0 chip mac bss2 --weights w.csv --inputs x.csv -S variation=0', 'readings beside the integers']],
    load: () => import('./commands/chip-mac.ts'),
  },
  {
    usage: 'die show <card>',
    summary: 'what one die really is: a histogram of every true parameter',
    positionals: { card: CARD },
    options: { die: DIE, out: PAGE, set, json },
    examples: [['$0 die show chips/bss2.yaml --die 3 -o runs/die-3.html', 'as text and as a page']],
    load: () => import('./commands/die-show.ts'),
  },
  {
    usage: 'die diff <card> <first> <second>',
    summary: 'where and how far two dies differ; exit code 1 if they do',
    positionals: {
      card: CARD,
      first: argument('number or name of a die'),
      second: argument('number or name of a die'),
    },
    options: { other: text('chip card of the second die (default: the same)'), set, json },
    examples: [['$0 die diff chips/bss2.yaml 1 2', 'circuits of one number never share a draw with another']],
    load: () => import('./commands/die-diff.ts'),
  },
  {
    usage: 'die export <card>',
    summary: 'write the fixed pattern of a die: .csv one row per circuit, .json with drivers too',
    positionals: { card: CARD },
    options: { die: DIE, out: FILE('file to write, .csv or .json'), set },
    examples: [['$0 die export chips/bss2.yaml --die 3 -o runs/die-3.csv', 'offsets in V, factors of the nominal value']],
    load: () => import('./commands/die-export.ts'),
  },
  {
    usage: 'die import <file>',
    summary: 'make a measured die of a CSV or JSON file: a card in which that die has the values that were measured',
    positionals: { file: argument('measurements as `die export` writes them') },
    options: {
      card: text('chip card that the die is of', { default: 'bss2' }),
      name: text('name of the die', { demandOption: true }),
      die: { ...DIE, describe: 'number of the die; draws what was not measured' },
      source: text('where the numbers come from (default: the file)'),
      out: FILE('card to write'),
    },
    examples: [
      ['$0 die import measured.csv --card chips/bss2.yaml --name lab-3 --die 3 -o runs/lab.yaml', 'then --chip runs/lab.yaml --die 3'],
    ],
    load: () => import('./commands/die-import.ts'),
  },
  {
    usage: 'trace <run>',
    summary: 'draw membranes and spikes of an emulation, as a page and as pictures',
    positionals: { run: argument('run directory of `emulate`, best with --probe v@0:8') },
    options: {
      from: text('begin, biological, such as "100 ms"'),
      to: text('end, biological'),
      json,
    },
    examples: [['$0 trace runs/one --from "100 ms" --to "200 ms"', 'writes runs/one/trace.html and runs/one/figures/trace-*.png']],
    load: () => import('./commands/trace.ts'),
  },
];
