/**
 * A packet trace over a network: what its packets saw and what the network did; where the trace says when each packet was injected and arrived (BookSim2's traces do), whether it was so here,
 * packet by packet.
 */
import { together } from '../base/errors.ts';
import { readTextFile } from '../model/read-text.ts';
import type { NocNetworkResult, NocReplay, NocResult } from '../model/index.ts';
import { measurePackets, readPacketList, readTrace, replayTrace, type CompileOptions } from '../noc/index.ts';
import { describeNetwork } from './experiment.ts';
import { lossesOf, mapOf, measuresOf } from './measures.ts';
import { loadNetwork, type Network } from './network-source.ts';
import type { NocRequest } from './noc.ts';
import { loadTraffic } from './traffic.ts';
import { runWords } from './words.ts';

/** Replays the trace in `file` over a design. CardError with the mistakes of the design, of the files that it names, and of the trace. */
export function nocReplay(
  design: string,
  file: string,
  options: Pick<NocRequest, 'seed' | 'note'> & CompileOptions & { readonly overrides?: readonly string[] },
): { readonly result: NocResult; readonly request: NocRequest } {
  let loaded: Network | undefined;
  const [network, { text, packets }] = together(
    () => (loaded = loadNetwork(design, options.overrides, options)),
    () => {
      const trace = readTextFile(file);
      // without a network any node may be one
      return { text: trace, packets: readPacketList(trace, file, loaded?.layout.packetFlits, loaded?.layout.nodes) };
    },
  );
  const { layout } = network;
  const traffic = loadTraffic('uniform');
  const run = measurePackets(layout, packets, { seed: options.seed ?? 1 });
  const isDated = ['pid', 'itime', 'atime', 'routers'].every((name) =>
    (text.split('\n', 1)[0] ?? '')
      .split(',')
      .map((cell) => cell.trim())
      .includes(name),
  );
  const compared = isDated ? replayTrace(layout, readTrace(text, file)) : undefined;
  const replay: NocReplay = {
    trace: file,
    packets: packets.length,
    delivered: run.activity.deliveredPackets.reduce((sum, count) => sum + count, 0),
    cycles: run.activity.cycles,
    mismatching: compared?.mismatching ?? null,
    examples: compared?.examples ?? [],
  };
  const rates = new Float64Array(layout.nodes * layout.nodes);
  for (const { source, destination, flits } of packets) rates[source * layout.nodes + destination]! += flits;
  const described = describeNetwork(layout, {
    spec: { kind: 'matrix', rates },
    process: { kind: 'bernoulli' },
    seed: run.seed,
    plan: { kind: 'span', warmup: 0, cycles: 1 },
    speedUp: traffic.value.speed_up,
  });
  const point = {
    rate: run.rate,
    seed: run.seed,
    stable: run.stable,
    verdict: run.verdict,
    measures: measuresOf(layout, run, traffic.value.speed_up),
  };
  const result: NocNetworkResult = {
    ...described,
    saturation: null,
    points: [point],
    map: mapOf(layout, run),
    mapRate: run.rate,
    losses: lossesOf(run),
  };
  const words =
    compared === undefined
      ? []
      : [
          compared.mismatching === 0
            ? `All ${String(compared.packets)} packets were injected and arrived in the cycles that the trace says, through as many routers.`
            : `${String(compared.mismatching)} of ${String(compared.packets)} packets were injected, arrived or travelled otherwise than the trace says.`,
        ];
  return {
    result: { task: 'replay', traffic: file, networks: [result], replay, verdict: [...words, ...runWords(point)] },
    request: { ...options, networks: [network], traffic, trace: text },
  };
}
