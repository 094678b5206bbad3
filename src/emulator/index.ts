export { Emulator } from './emulator.ts';
export type { EmulatorPlan, FanOut, InterfaceTiming, Part } from './emulator-plan.ts';
export { bind, nominalSetting, type Binding, type BoundSynapses, type CircuitTargets } from './mapping/binding.ts';
export { fitRows } from './mapping/fit-rows.ts';
export { localShare, partition, type Partition } from './mapping/partition.ts';
export { bindDynapse, type DynapseBinding, type DynapseMapping } from './mapping/bind-dynapse.ts';
export { setUpDynapse, type DynapseEmulationOptions } from './setup-dynapse.ts';
export { groupTraffic, place } from './mapping/placement.ts';
export {
  parseProbes,
  readCorrelation,
  readProbes,
  recordingPlan,
  tellingProbes,
  type EmulationProbe,
  type ProbeRecordings,
} from './probes.ts';
export { interfaceTiming, setUpEmulation, type Emulation, type EmulationOptions } from './setup.ts';
export type { Snapshot } from './snapshot.ts';
export { runTeacher, type PathDelay, type TeacherOptions, type TeacherRun } from './teacher.ts';
export { IdealTransport } from './ideal-transport.ts';
export { NocTransport } from './noc-transport.ts';
export { ROUTE_WORDS, type PacketAccount, type Arrive, type SpikeRoute, type Transport } from './transport.ts';
export type { Activity } from './snapshot.ts';
export { contention, crossbarCounts, inputPorts, throughCrossbar, withQueues, type CrossbarTable } from './mapping/crossbar.ts';
export { capacityOf, fewestCircuits, seated, seatsOf } from './mapping/seats.ts';
