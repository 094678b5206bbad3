/** Building blocks of chip cards: cells with their transfer, spreads with their distribution and evidence. */
import * as z from 'zod';
import { evident, fraction, integer, quantity, word } from '../../quantity.ts';

const code = () => integer(0, 1022);

/** A 10-bit voltage cell behind its buffer: voltage = slope x code + offset. */
export const voltageCell = () =>
  z
    .strictObject({
      slope: evident(quantity('voltage', { min: 1e-6, max: 0.01 })),
      offset: evident(quantity('voltage', { min: -2, max: 2 })),
      usable: evident(z.tuple([code(), code()]).readonly()),
    })
    .readonly();

/** Spread of one parameter over the circuits of a die, relative to its nominal value or in volts. */
export const spread = <T extends z.ZodType>(value: T) =>
  z
    .strictObject({
      value,
      distribution: word(['normal', 'lognormal']).default('normal'),
      evidence: word(['published', 'derived', 'assumed']),
      source: z.string().min(3, 'where the number comes from'),
    })
    .readonly();

/** Spread of a potential, V. */
export const voltageSpread = () => spread(quantity('voltage', { min: 0, max: 0.5 }));

/** Spread relative to the nominal value. */
export const relativeSpread = () => spread(fraction({ min: 0, max: 1 }));

/** How a chip card of any family begins. */
export const cardHead = {
  kind: z.literal('chip', { error: 'kind: chip' }),
  name: z.string().min(1),
  description: z.string().default(''),
};

/** Length of the analog step between bounds in s. */
export const analogStep = (min: number, max: number) =>
  evident(quantity('time', { min, max })).describe('length of the analog step, which is also the window of the execution contract');

/** Delay line of the interface, whose steps are at most `longest` s; `none` unless given. */
export const delayLine = (longest: number) =>
  z
    .union([
      z.literal('none', { error: 'none, or {bits, step}' }),
      z.strictObject({ bits: integer(1, 16), step: quantity('time', { min: 1e-9, max: longest }) }).readonly(),
    ])
    .default('none');
