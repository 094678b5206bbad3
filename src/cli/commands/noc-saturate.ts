/** `neurolith noc saturate DESIGN`: where a network saturates. */
import { loadRequest, nocSaturate } from '../../sweep/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, text } from '../values.ts';
import { searchOptions, tellNoc } from './noc-tell.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const request = {
    ...loadRequest([text(argv, 'design')], text(argv, 'traffic'), {
      overrides: list(argv, 'set'),
      allowUnsafe: flag(argv, 'allow-unsafe'),
    }),
    ...searchOptions(argv, host),
  };
  return tellNoc('saturate', () => nocSaturate(request), request, argv, host);
}
