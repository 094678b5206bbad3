/** The command `neurolith import FILE`: networks and spikes of other tools. `import booksim` stands with the networks-on-chip. */
import type { Command } from './command.ts';
import { argument, COMMON, text, written } from './options.ts';

export const IMPORT_COMMANDS: readonly Command[] = [
  {
    usage: 'import <file>',
    summary: 'make a workload of what other tools wrote: NIR, lava-dl, SONATA, NeuroML, connectomes (CSV), spikes',
    positionals: { file: argument('the file; its content tells the format') },
    options: {
      out: written('workload card to write (.yaml); arrays go beside it', { demandOption: true }),
      dt: text('step of a network in discrete time (NIR: read off its coefficients where they tell, else 0.1 ms)'),
      reset: text('what a spike does to the membrane (NIR; default: zero)', { choices: ['zero', 'subtract'] }),
      integrator: text('update between spikes (NIR; default: forward-euler)', { choices: ['forward-euler', 'exponential-euler'] }),
      'time-unit': text('unit of the time constants in a NIR file (default: 1 s)'),
      input: text('spikes, events or a table of numbers for the input (default: seeded)'),
      into: text('workload that imported spikes shall drive'),
      to: text('the input node that gets --input, or the population that imported spikes drive'),
      weight: text('peak potential of an imported spike (default: 8 mV)'),
      for: text('duration (default: that of the input)'),
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
