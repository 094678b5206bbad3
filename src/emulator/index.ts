export { Emulator, type EmulatorPlan, type FanOut, type InterfaceTiming, type Part } from './emulator.ts';
export { bind, nominalSetting, type Binding, type BoundSynapses, type CircuitTargets } from './mapping/binding.ts';
export { partition, type Partition } from './mapping/partition.ts';
export { groupTraffic, place } from './mapping/placement.ts';
export { interfaceTiming, setUpEmulation, type Emulation, type EmulationOptions } from './setup.ts';
export type { Snapshot } from './snapshot.ts';
export { runTeacher, type PathDelay, type TeacherOptions, type TeacherRun } from './teacher.ts';
export { IdealTransport, NocTransport, type PacketAccount, type Payload, type Transport } from './transport.ts';
export type { Activity } from './snapshot.ts';
