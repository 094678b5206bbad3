/** `neurolith noc run DESIGN`: one load on one network. */
import { loadNetwork, loadTraffic, nocRun, type NocRequest } from '../../sweep/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalNumber, text } from '../values.ts';
import { tellNoc } from './noc-tell.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const rate = optionalNumber(argv, 'rate');
  const seed = optionalNumber(argv, 'seed');
  const request: NocRequest = {
    networks: [loadNetwork(text(argv, 'design'), list(argv, 'set'), { allowUnsafe: flag(argv, 'allow-unsafe') })],
    traffic: loadTraffic(text(argv, 'traffic')),
    ...(rate === undefined ? {} : { rate }),
    ...(seed === undefined ? {} : { seed }),
  };
  return tellNoc(nocRun(request), request, argv, host);
}
