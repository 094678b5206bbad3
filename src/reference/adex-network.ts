/**
 * The network teacher with AdEx neurons, mode `precise`: as network.ts, with the equations of adex-bank.ts. Times are seconds of one time domain, voltages volts.
 */
import { DEFAULT_TICKS_PER_SECOND } from '../base/index.ts';
import { AdexBank, type AdexState } from './banks/adex-bank.ts';
import type { AdexColumns } from './cells/adex-course.ts';
import { nothingUnderWay, runOnBank } from './network-run.ts';
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
  return runOnBank(network, options, initial, count, (state) => new AdexBank(columns, state, network.tolerance));
}

function restingAdexState(neurons: AdexColumns): NetworkState<AdexState> {
  const count = neurons.tauMem.length;
  const zeros = (): Float64Array => new Float64Array(count);
  return nothingUnderWay(
    {
      voltage: neurons.restVoltage.slice(),
      adaptation: zeros(),
      excitation: zeros(),
      inhibition: zeros(),
      refractoryLeft: zeros(),
    },
    count,
  );
}
