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
