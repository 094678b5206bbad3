/** One run of an event-driven network on a bank of any neurons: checks, the run with its changing currents, and what comes out. */
import { DEFAULT_TICKS_PER_SECOND } from '../base/index.ts';
import type { NeuronBank } from './banks/neuron-bank.ts';
import { checkRun, checkStimulus, checkTable } from './network-check.ts';
import { EventDrivenNetwork } from './network-engine.ts';
import type { DriveChanges, NetworkOptions, NetworkRun, NetworkState, SynapseTable } from './network-types.ts';

interface Tables {
  readonly synapses: SynapseTable;
  readonly external?: SynapseTable;
  readonly ticksPerSecond?: number;
}

/** Runs `count` neurons, whose bank is made from a copy of their initial state once all is checked. Throws InfeasibleError for impossible tables, events, probes or currents. */
export function runOnBank<Neurons extends object>(
  network: Tables,
  options: NetworkOptions<Neurons>,
  initial: NetworkState<Neurons>,
  count: number,
  bankOf: (state: Neurons) => NeuronBank & { readonly state: Neurons; setDrive(neuron: number, drive: number): void },
): NetworkRun<Neurons> {
  const { synapses, external, ticksPerSecond = DEFAULT_TICKS_PER_SECOND } = network;
  const events = options.events ?? { ticks: [], sources: [] };
  checkTable('synapses', synapses, count, count, 1);
  if (external !== undefined) checkTable('external', external, external.offsets.length - 1, count, 0);
  checkStimulus(events, external);
  checkRun(options, initial, count);
  const perTick = (table: SynapseTable): SynapseTable => ({
    ...table,
    amplitudes: table.amplitudes.map((value) => value / ticksPerSecond),
  });
  const bank = bankOf(structuredClone(initial.neurons));
  const engine = new EventDrivenNetwork(bank, perTick(synapses), {
    ...initial,
    ...(external === undefined ? {} : { external: perTick(external), events }),
    ...(options.probes === undefined ? {} : { probes: options.probes }),
  });
  runWithDrives(engine, bank, options, initial.tick, ticksPerSecond);
  return {
    spikes: engine.takeSpikes(),
    ...engine.samples(),
    state: { tick: options.until, neurons: bank.state, ...engine.standing() },
  };
}

/** Neurons in this state at tick 0, nothing under way. */
export function nothingUnderWay<Neurons>(neurons: Neurons, count: number): NetworkState<Neurons> {
  return {
    tick: 0,
    neurons,
    eventTicks: new Float64Array(count),
    eventFractions: new Float64Array(count),
    pending: { ticks: new Float64Array(0), fractions: new Float64Array(0), targets: new Uint32Array(0), amplitudes: new Float64Array(0) },
  };
}

/** Up to (not including) `until`; changes before `from` are in force at once. Currents belong to the bank, which is as of the last event of a neuron: `touch` brings it to the tick of a change. */
function runWithDrives(
  engine: EventDrivenNetwork,
  bank: { setDrive(neuron: number, drive: number): void },
  { drives, until }: { readonly drives?: DriveChanges; readonly until: number },
  from: number,
  ticksPerSecond: number,
): void {
  const count = drives?.ticks.length ?? 0;
  for (let k = 0; k < count; k++) {
    const tick = drives!.ticks[k]!;
    if (tick >= until) break;
    const [neuron, drive] = [drives!.neurons[k]!, drives!.drive[k]! / ticksPerSecond];
    if (tick < from) bank.setDrive(neuron, drive);
    else {
      engine.advance(tick);
      engine.touch(neuron, () => bank.setDrive(neuron, drive));
    }
  }
  engine.advance(until);
}
