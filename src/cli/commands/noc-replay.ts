/** `neurolith noc replay --design D --trace T.csv`: a packet trace over a network. */
import { nocReplay } from '../../sweep/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, text } from '../values.ts';
import { searchOptions, tellNoc } from './noc-tell.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const options = { allowUnsafe: flag(argv, 'allow-unsafe'), ...searchOptions(argv, host) };
  const { result, request } = nocReplay(text(argv, 'design'), text(argv, 'trace'), { overrides: list(argv, 'set'), ...options });
  return tellNoc('replay', () => result, request, argv, host);
}
