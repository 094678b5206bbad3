/**
 * The network teacher: LIF neurons with current-based exponential synapses, mode `precise`. Every spike stands at its exact place between two ticks, arrives at its targets
 * a whole number of ticks later (axonal delay: it belongs to the path, the fraction is kept), and acts there at that very instant.
 * Units: times are seconds of one time domain whose ticks the caller counts - for comparison with a chip the hardware's, so that time constants are biological ones
 * divided by the speed-up; voltages are biological volts; amplitudes are steps of dV/dt in V/s of the same time domain.
 * Source: equations in lif-bank.ts, algorithm in network-engine.ts.
 */
import { DEFAULT_TICKS_PER_SECOND } from '../base/index.ts';
import { LifBank } from './banks/lif-bank.ts';
import { nothingUnderWay, runOnBank } from './network-run.ts';
import type { LifNetwork, NetworkState, NetworkOptions, NetworkRun } from './network-types.ts';

export type {
  LifNeurons,
  SynapseTable,
  LifNetwork,
  ExternalEvents,
  DriveChanges,
  VoltageProbes,
  PendingArrivals,
  NetworkState,
  NetworkOptions,
  PreciseSpikes,
  NetworkRun,
} from './network-types.ts';

/**
 * Runs the network from its initial state up to (not including) tick `until`. Deterministic: the result does not depend on the order in which synapses or events are
 * listed, nor on where the run is cut. The arrays of `initial` stay untouched. Throws InfeasibleError for impossible parameters.
 */
export function runNetwork(network: LifNetwork, options: NetworkOptions): NetworkRun {
  const { neurons } = network;
  const ticksPerSecond = network.ticksPerSecond ?? DEFAULT_TICKS_PER_SECOND;
  const count = neurons.tauMem.length;
  const initial = options.initial ?? restingState(network);
  const inTicks = (seconds: Float64Array): Float64Array => seconds.map((value) => value * ticksPerSecond);
  const perTick = (perSecond: Float64Array): Float64Array => perSecond.map((value) => value / ticksPerSecond);
  const columns = {
    tauMem: inTicks(neurons.tauMem),
    tauSynExc: inTicks(neurons.tauSynExc),
    tauSynInh: inTicks(neurons.tauSynInh),
    restVoltage: neurons.restVoltage,
    threshold: neurons.threshold,
    reset: neurons.reset,
    refractory: inTicks(neurons.refractory),
    drive: perTick(neurons.drive ?? new Float64Array(count)),
  };
  return runOnBank(network, options, initial, count, (state) => new LifBank(columns, state));
}

/** All neurons at rest at tick 0, nothing under way; `voltages` (V, one per neuron) replaces the rest voltages as the start. */
export function restingState(network: LifNetwork, voltages?: Float64Array): NetworkState {
  const count = network.neurons.tauMem.length;
  const zeros = (): Float64Array => new Float64Array(count);
  return nothingUnderWay(
    {
      voltage: (voltages ?? network.neurons.restVoltage).slice(),
      excitation: zeros(),
      inhibition: zeros(),
      refractoryLeft: zeros(),
    },
    count,
  );
}
