/** `neurolith noc replay --design D --trace T.csv`: a packet trace over a network. */
import { loadNetwork, nocReplay } from '../../sweep/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, text } from '../values.ts';
import { searchOptions, tellNoc } from './noc-tell.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const network = loadNetwork(text(argv, 'design'), list(argv, 'set'), { allowUnsafe: flag(argv, 'allow-unsafe') });
  const { result, request } = nocReplay(network, text(argv, 'trace'), searchOptions(argv, host));
  return tellNoc(result, request, argv, host);
}
