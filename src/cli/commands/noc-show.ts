/** `neurolith noc show DESIGN`: what a network is before anything runs on it. */
import { loadNetwork, loadTraffic, nocShow } from '../../sweep/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalNumber, text } from '../values.ts';
import { tellNoc } from './noc-tell.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const seed = optionalNumber(argv, 'seed');
  const request = {
    networks: [loadNetwork(text(argv, 'design'), list(argv, 'set'), { allowUnsafe: flag(argv, 'allow-unsafe') })],
    traffic: loadTraffic(text(argv, 'traffic')),
    ...(seed === undefined ? {} : { seed }),
  };
  return tellNoc(nocShow(request), request, argv, host);
}
