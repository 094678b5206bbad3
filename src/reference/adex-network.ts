/**
 * The network teacher with AdEx neurons, mode `precise`: as network.ts, with the equations of adex-bank.ts. Times are seconds of one time domain, voltages volts.
 */
import { DEFAULT_TICKS_PER_SECOND } from '../base/index.ts';
import { AdexBank, type AdexState } from './banks/adex-bank.ts';
import type { AdexColumns } from './cells/adex-course.ts';
import { checkRun, checkStimulus, checkTable } from './network-check.ts';
import { runWithDrives } from './network-drives.ts';
import { EventDrivenNetwork } from './network-engine.ts';
import type { NetworkOptions, NetworkRun, NetworkState, SynapseTable } from './network.ts';

/** Neurons as columns, one value per neuron: s, V, 1/s (adaptationRate), V/s (adaptationJump, drive). Without reversal potentials synapses are currents. */
export type AdexNeurons = Omit<AdexColumns, 'drive'> & { readonly drive?: Float64Array };

/** What is asked. Amplitudes are steps of dV/dt in V/s, or of conductance per capacitance in 1/s; the sign selects the synapse. */
export interface AdexNetwork {
  readonly neurons: AdexNeurons;
  readonly synapses: SynapseTable; // one row per neuron
  readonly external?: SynapseTable; // one row per external source
  readonly ticksPerSecond?: number; // default 1e9
  readonly tolerance?: number; // default 1e-8
}

const TIMES = ['tauMem', 'tauSynExc', 'tauSynInh', 'refractory', 'adaptationTau'] as const;
const RATES = ['adaptationRate', 'adaptationJump', 'drive'] as const;

/** Runs the network up to (not including) tick `until`; deterministic as runNetwork is. Throws InfeasibleError for impossible parameters. */
export function runAdexNetwork(network: AdexNetwork, options: NetworkOptions<AdexState>): NetworkRun<AdexState> {
  const ticksPerSecond = network.ticksPerSecond ?? DEFAULT_TICKS_PER_SECOND;
  const count = network.neurons.tauMem.length;
  const neurons: AdexColumns = { ...network.neurons, drive: network.neurons.drive ?? new Float64Array(count) };
  const scaled = (names: readonly (keyof AdexColumns)[], factor: number): Partial<AdexColumns> =>
    Object.fromEntries(names.map((name) => [name, neurons[name]!.map((value) => value * factor)]));
  const columns = { ...neurons, ...scaled(TIMES, ticksPerSecond), ...scaled(RATES, 1 / ticksPerSecond) };
  const initial = options.initial ?? restingAdexState(neurons);
  const events = options.events ?? { ticks: [], sources: [] };
  checkTable('synapses', network.synapses, count, count, 1);
  if (network.external !== undefined) checkTable('external', network.external, network.external.offsets.length - 1, count, 0);
  checkStimulus(events, network.external);
  checkRun(options, initial, count);
  const state = Object.fromEntries(Object.entries(initial.neurons).map(([name, column]: [string, Float64Array]) => [name, column.slice()]));
  const bank = new AdexBank(columns, state as unknown as AdexState, network.tolerance);
  const perTick = (table: SynapseTable): SynapseTable => ({
    ...table,
    amplitudes: table.amplitudes.map((value) => value / ticksPerSecond),
  });
  const engine = new EventDrivenNetwork(bank, perTick(network.synapses), {
    ...initial,
    ...(network.external === undefined ? {} : { external: perTick(network.external), events }),
    ...(options.probes === undefined ? {} : { probes: options.probes }),
  });
  runWithDrives(engine, bank, options, initial.tick, ticksPerSecond);
  return {
    spikes: engine.takeSpikes(),
    ...engine.samples(),
    state: { tick: options.until, neurons: bank.state, ...engine.standing() },
  };
}

function restingAdexState(neurons: AdexColumns): NetworkState<AdexState> {
  const count = neurons.tauMem.length;
  const zeros = (): Float64Array => new Float64Array(count);
  return {
    tick: 0,
    neurons: {
      voltage: neurons.restVoltage.slice(),
      adaptation: zeros(),
      excitation: zeros(),
      inhibition: zeros(),
      refractoryLeft: zeros(),
    },
    eventTicks: zeros(),
    eventFractions: zeros(),
    pending: { ticks: new Float64Array(0), fractions: new Float64Array(0), targets: new Uint32Array(0), amplitudes: new Float64Array(0) },
  };
}
