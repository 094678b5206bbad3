/** The command `neurolith import FILE`: networks and spikes of other tools. `import booksim` stands with the networks-on-chip. */
import type { Command } from './command.ts';
import { COMMON } from './options.ts';

const value = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;

export const IMPORT_COMMANDS: readonly Command[] = [
  {
    usage: 'import <file>',
    summary: 'make a workload of what other tools wrote: NIR, lava-dl, SONATA, NeuroML, connectomes (CSV), spikes',
    positionals: { file: { type: 'string', demandOption: true, describe: 'the file; its content tells the format' } },
    options: {
      out: { alias: 'o', ...value('workload card to write (.yaml); arrays go beside it'), demandOption: true },
      dt: value('step of a network in discrete time (NIR: read off its coefficients where they tell, else 0.1 ms)'),
      reset: { ...value('what a spike does to the membrane (NIR; default: zero)'), choices: ['zero', 'subtract'] },
      integrator: { ...value('update between spikes (NIR; default: forward-euler)'), choices: ['forward-euler', 'exponential-euler'] },
      'time-unit': value('unit of the time constants in a NIR file (default: 1 s)'),
      input: value('spikes, events or a table of numbers for the input (default: seeded)'),
      into: value('workload that imported spikes shall drive'),
      to: value('the input node that gets --input, or the population that imported spikes drive'),
      weight: value('peak potential of an imported spike (default: 8 mV)'),
      for: value('duration (default: that of the input)'),
      json: COMMON.json,
      force: COMMON.force,
    },
    examples: [
      ['$0 import network.nir --dt "0.1 ms" --reset zero -o braille.yaml', 'then: neurolith reference braille.yaml'],
      ['$0 import circuit_config.json -o circuit.yaml', 'a SONATA network with its inputs'],
    ],
    load: () => import('./commands/import.ts'),
  },
];
