/** `neurolith noc compare DESIGNS`: several networks on one page. */
import { loadRequest, nocCompare } from '../../sweep/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, text } from '../values.ts';
import { searchOptions, tellNoc } from './noc-tell.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const request = {
    ...loadRequest(list(argv, 'designs'), text(argv, 'traffic'), { overrides: list(argv, 'set'), allowUnsafe: flag(argv, 'allow-unsafe') }),
    ...searchOptions(argv, host),
  };
  return tellNoc('compare', () => nocCompare(request), request, argv, host);
}
