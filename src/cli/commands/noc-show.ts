/** `neurolith noc show DESIGN`: what a network is before anything runs on it. */
import { loadRequest, nocShow } from '../../sweep/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalNumber, text } from '../values.ts';
import { tellNoc } from './noc-tell.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const seed = optionalNumber(argv, 'seed');
  const request = {
    ...loadRequest([text(argv, 'design')], text(argv, 'traffic'), {
      overrides: list(argv, 'set'),
      allowUnsafe: flag(argv, 'allow-unsafe'),
    }),
    ...(seed === undefined ? {} : { seed }),
  };
  return tellNoc('show', () => nocShow(request), request, argv, host);
}
