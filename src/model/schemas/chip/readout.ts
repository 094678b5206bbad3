/** Parts of a chip card that describe its second instrument, a fast converter for two membranes at a time, and its spike counters. */
import * as z from 'zod';
import { evident, fraction, integer, number, quantity } from '../../quantity.ts';

export const MadcSchema = z
  .strictObject({
    bits: evident(integer(4, 16)),
    zero: evident(quantity('voltage', { min: -1, max: 1 })).describe('voltage that reads 0'),
    lsb: evident(quantity('voltage', { min: 1e-5, max: 0.1 })),
    sample_interval: evident(quantity('time', { min: 1e-9, max: 1e-5 })).describe('between two samples; two circuits share them in turns'),
    invalid: evident(quantity('time', { min: 0, max: 1e-3 })).describe(
      'samples of this time after it is switched on are worthless and not delivered',
    ),
    longest: evident(integer(1, 2 ** 24)).describe('samples until its counter is full'),
    read_noise: evident(number(0, 50)).describe('standard deviation of one sample, LSB'),
    line_slope: evident(fraction({ min: 0, max: 0.5 }))
      .optional()
      .describe('spread of the slopes of the two readout lines over dies, relative to the data sheet; absent: none'),
    line_offset: evident(quantity('voltage', { min: 0, max: 0.5 })).describe(
      'spread of the offsets of the two readout lines, even and odd circuits, over dies',
    ),
  })
  .readonly();

export const CounterSchema = z
  .strictObject({ bits: evident(integer(1, 32)).describe('a full counter starts again at 0 and raises its overflow flag') })
  .readonly();

/** Generators of events on the chip; model: src/network/background.ts. */
export const BackgroundSchema = z
  .strictObject({
    sources: evident(integer(1, 256)),
    cycle: evident(quantity('time', { min: 1e-10, max: 1e-3 })).describe('clock cycle: a generator makes at most one event in it'),
  })
  .readonly();
