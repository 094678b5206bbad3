export { areaOf, type NocArea } from './design/area.ts';
export { type ArrivalProcess } from './traffic/arrival-process.ts';
export { readBookSimConfig, type BookSimRun, type Protocol } from './booksim/booksim-config.ts';
export { deadlockWords, type BlockedChannel, type Deadlock } from './router/deadlock.ts';
export { readRoutes } from './booksim/booksim-files.ts';
export { runProtocol, type ProtocolLoad, type ProtocolResult } from './booksim/booksim-run.ts';
export { channelLoads } from './design/channel-load.ts';
export { compileNoc, type CompileOptions } from './design/compile.ts';
export { activityBetween, type Activity, type Reading } from './router/counters.ts';
export { engineOf, type Engine } from './kernel/engine.ts';
export { energyOf, routerCosts, type NocEnergy } from './design/energy.ts';
export { routerOf } from './kernel/fast-tables.ts';
export { type RouterGraph } from './design/graph.ts';
export { latencyLoadCurve } from './measure/latency-load.ts';
export { type Coefficients, type NocLayout } from './design/layout.ts';
export { measure, type MeasureOptions } from './measure/measure.ts';
export { measurePackets, type MeasurePacketsOptions } from './measure/measure-packets.ts';
export { measureSpikes, type MeasureSpikesOptions, type SpikeMeasurement, type SpikingNeuron } from './spikes/measure-spikes.ts';
export { type Measurement } from './measure/measure-record.ts';
export { multicastExcess, type MulticastExcess } from './design/multicast-excess.ts';
export { NocNetwork } from './router/network.ts';
export type { OnDrop, OnEject } from './router/network-types.ts';
export type { Audit } from './router/audit.ts';
export type { NocSnapshot } from './router/snapshot.ts';
export { inSeconds, type FlowRow, type FlowStatistics, type LatencyStatistics } from './measure/packet-statistics.ts';
export { readTrace, replayTrace, type Mismatch, type ReplayResult, type TracePacket } from './booksim/replay.ts';
export { treesOf } from './spikes/multicast-trees.ts';
export { type Certificate } from './routing/certificate.ts';
export { type SourceTrees } from './routing/source-trees.ts';
export { bisectLoad, findSaturation, highestLoad, type Saturation } from './measure/saturation.ts';
export { coreGroups, bridgeOf, type CoreGroups } from './spikes/core-groups.ts';
export {
  codecBits,
  codecRanges,
  decodeSpikes,
  encodeSpikes,
  PLAIN_CODECS,
  type PlainCodec,
  type SpikeCodec,
} from './spikes/spike-codec.ts';
export { MulticastSpikes, type MulticastSnapshot } from './spikes/multicast-spikes.ts';
export { KernelSpikes, type KernelSpikesSnapshot } from './spikes/kernel-spikes.ts';
export { SpikeNetwork } from './spikes/spike-network.ts';
export { type SpikeAccounts, type SpikeNetworkSnapshot, type SpikePart } from './spikes/spike-packets.ts';
export { batchMeans, mser5, type BatchMeans } from './measure/steady-state.ts';
export { readArrivalProcess, readPacketList, readPermutation, readTrafficPattern, type ListedPacket } from './traffic/traffic-text.ts';
export { matrixOf, readMatrixRows, type MatrixRow } from './traffic/traffic-csv.ts';
export { tableMemory, type TableMemory } from './design/table-memory.ts';
export { BernoulliSource, compileTraffic, expectedMatrix, expectedWeights, type Traffic, type TrafficSpec } from './traffic/traffic.ts';
export { meanZeroLoadLatency, zeroLoadLatencies } from './design/zero-load.ts';
export { coefficientsOf } from './design/technology.ts';
export { type RunCase, type SaturationCase, type TraceCase } from './booksim/validate-cases.ts';
export { type BookSimRow, type Difference } from './booksim/validate-rules.ts';
export { estimateLoad, type NocEstimate } from './design/estimate.ts';
export { runOutputQueued, type OutputQueuedRun } from './router/output-queued.ts';
export { dumpLoad, dumpPackets } from './measure/vcd.ts';
export { validateNoc, type Bar, type NocValidation, type ValidateOptions } from './booksim/validate.ts';
