/**
 * Routines of the correlation sensors: the currents of a block first, where the chip has such cells, then the trims of single synapses, which begin anew whenever the currents have moved.
 * Both come last of all: on the real chip the biases of the sensors disturb the readout of everything else (calix, order of the spiking calibration). How much is not published, and no card says it.
 */
import { InfeasibleError } from '../base/index.ts';
import { searchCurrents } from './correlation-currents.ts';
import { trimCorrelation } from './correlation.ts';
import type { OwnContext, OwnRoutine } from './own-routine.ts';

/** Both routines, in their order; none without targets. Throws InfeasibleError for a chip without sensors, or with fewer rows than shall be trimmed. */
export function sensorRoutines({ substrate, reader, targets, effort, channelError }: OwnContext): readonly OwnRoutine[] {
  const { correlation: wanted } = targets;
  if (wanted === undefined) return [];
  const { correlation, synapses, neurons, blockSize } = substrate.capabilities;
  if (correlation === undefined || synapses === undefined)
    throw new InfeasibleError('targets.correlation needs a chip with correlation sensors (synapse.correlation)');
  if (wanted.rows > synapses.rows)
    throw new InfeasibleError(`targets.correlation.rows: found ${String(wanted.rows)}, cores have ${String(synapses.rows)} rows`);
  const sight = { reader, errorAt: channelError };
  const fresh = Math.max(Math.ceil(effort.verify / 2), 2);
  const blocks = Math.ceil(neurons / blockSize);
  const currents: OwnRoutine = {
    name: 'correlation_currents',
    needs: ['threshold'],
    invalidates: ['correlation'],
    quantities: ['correlation_store', 'correlation_ramp'],
    wants: [
      { quantity: 'correlation_store', target: wanted.amplitude, count: blocks },
      { quantity: 'correlation_ramp', target: wanted.tau, count: blocks },
    ],
    last: true,
    run: async () => {
      const { currents: correlationCurrents, quantities } = await searchCurrents(substrate, sight, wanted);
      return { quantities, setting: { correlationCurrents } };
    },
  };
  const hasCurrents = correlation.currents !== undefined;
  const trims: OwnRoutine = {
    name: 'correlation',
    needs: hasCurrents ? ['threshold', 'correlation_currents'] : ['threshold'],
    invalidates: [],
    quantities: ['correlation_amplitude', 'correlation_tau'],
    wants: [
      { quantity: 'correlation_amplitude', target: wanted.amplitude, count: wanted.rows * neurons },
      { quantity: 'correlation_tau', target: wanted.tau, count: wanted.rows * neurons },
    ],
    last: true,
    run: async () => {
      const { trim, quantities } = await trimCorrelation(substrate, sight, wanted, fresh);
      return { quantities, setting: { correlationTrim: trim } };
    },
  };
  return hasCurrents ? [currents, trims] : [trims];
}
