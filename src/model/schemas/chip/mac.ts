/** The part of a chip card that describes its use as a multiply-accumulate array; model: `src/chip/mac.ts`. */
import * as z from 'zod';
import { evident, integer, number, quantity } from '../../quantity.ts';

export const MacSchema = z
  .strictObject({
    input_bits: evident(integer(1, 8)).describe('an input is the width of the pulse that its driver sends'),
    event_interval: evident(quantity('time', { min: 1e-9, max: 1e-6 })).describe('one row after the other, this far apart'),
    gain: evident(number(1e-6, 1)).describe('LSB of the column ADC per unit of input x weight that the nominal codes aim at'),
    baseline: evident(number(0, 16383)).describe('reading of a sum of zero that the nominal codes aim at, LSB'),
    settling: evident(number(1, 100)).describe('wait between last event and reading, in nominal time constants of the synaptic line'),
    noise: evident(quantity('voltage', { min: 0, max: 1 })).describe('rms of an integrated sum, beside the noise of the converter'),
  })
  .readonly();
