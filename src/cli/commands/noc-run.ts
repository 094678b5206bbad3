/** `neurolith noc run DESIGN`: one load on one network. */
import { writeAtomically } from '../../store/index.ts';
import { loadRequest, nocDump, nocRun, type NocRequest } from '../../sweep/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalNumber, optionalText, text } from '../values.ts';
import { tellNoc } from './noc-tell.ts';

/** Cycles of a waveform file. */
const DUMPED_CYCLES = 2000;

export async function run(argv: Arguments, host: Host): Promise<number> {
  const rate = optionalNumber(argv, 'rate');
  const seed = optionalNumber(argv, 'seed');
  const options = { overrides: list(argv, 'set'), allowUnsafe: flag(argv, 'allow-unsafe'), rate, needsRate: true };
  const request: NocRequest = {
    ...loadRequest([text(argv, 'design')], text(argv, 'traffic'), options),
    ...(seed === undefined ? {} : { seed }),
    models: { estimate: flag(argv, 'estimate'), outputQueued: flag(argv, 'output-queued') },
  };
  const vcd = optionalText(argv, 'vcd');
  if (vcd !== undefined) await writeAtomically(vcd, nocDump(request, DUMPED_CYCLES));
  return tellNoc('run', () => nocRun(request), request, argv, host);
}
