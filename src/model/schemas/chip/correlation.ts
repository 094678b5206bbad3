/** The part of a chip card that describes the correlation sensors of its synapses; model: `src/chip/correlation.ts`. */
import * as z from 'zod';
import { evident, fraction, integer, number, quantity, word } from '../../quantity.ts';

const trim = () => integer(0, 3).default(2);

export const CorrelationSchema = z
  .strictObject({
    sensors: word(['off', 'on']).default('off').describe('`on` = every synapse accumulates; costs memory and time'),
    amplitude: evident(number(0.01, 50)).describe('CADC LSB that a pair of coincident events leaves'),
    tau: evident(quantity('time', { min: 1e-7, max: 1e-2 })).describe('a pair further apart leaves exp(-distance / this) of it'),
    saturation: evident(number(1, 1e4)).describe('LSB at which the capacitor is full'),
    amplitude_trim: trim().describe('2-bit code of all synapses; 2 = nominal'),
    tau_trim: trim().describe('2-bit code of all synapses; 2 = nominal'),
    store_code: evident(integer(1, 16383))
      .optional()
      .describe(
        'code of the store current of a block at which its sensors have this amplitude; it falls as one over the code; absent: no such cell',
      ),
    ramp_code: evident(integer(1, 16383))
      .optional()
      .describe(
        'code of the ramp current of a block at which its sensors have this time constant; it falls as one over the code; absent: no such cell',
      ),
    amplitude_per_trim: evident(fraction({ min: 0, max: 0.45 })).describe('change of the amplitude per code, relative to nominal'),
    tau_per_trim: evident(fraction({ min: 0, max: 0.45 })).describe('change of the time constant per code, relative to nominal'),
  })
  .refine(({ store_code, ramp_code }) => (store_code === undefined) === (ramp_code === undefined), {
    error: 'store_code and ramp_code together: a block has both currents',
  })
  .readonly();
