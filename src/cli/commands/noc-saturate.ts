/** `neurolith noc saturate DESIGN`: where a network saturates. */
import { loadNetwork, loadTraffic, nocSaturate } from '../../sweep/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, text } from '../values.ts';
import { searchOptions, tellNoc } from './noc-tell.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const request = {
    networks: [loadNetwork(text(argv, 'design'), list(argv, 'set'), { allowUnsafe: flag(argv, 'allow-unsafe') })],
    traffic: loadTraffic(text(argv, 'traffic')),
    ...searchOptions(argv, host),
  };
  return tellNoc(nocSaturate(request), request, argv, host);
}
