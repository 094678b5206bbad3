/**
 * The card of a neural mass: the mean activity of a patch of tissue on the teacher alone. Parameters are named as in the papers; what has a unit there is written with it, gains and couplings
 * are plain numbers. `neurolith reference` runs it.
 * Sources of the defaults: Wilson and Cowan 1972 (limit cycle), Jansen and Rit 1995, Jirsa et al. 2014.
 */
import * as z from 'zod';
import { integer, number, quantity } from '../quantity.ts';

const name = z.string({ error: 'a name' }).min(1, 'a name').max(200, 'a name of at most 200 characters');
const time = quantity('time', { min: 0, max: 1e6 });
const timeConstant = quantity('time', { min: 1e-6, max: 1e3 });
const rate = quantity('frequency', { min: 0, max: 1e6 });
const voltage = quantity('voltage', { min: -10, max: 10 });
const plain = (byDefault: number) => number(-1e6, 1e6).default(byDefault);

const InputSchema = z
  .strictObject({
    steps: z
      .array(z.strictObject({ from: time, value: number(-1e9, 1e9) }).readonly())
      .max(100_000)
      .readonly()
      .default([])
      .meta({ description: 'from each time on the input has this value (P of Wilson-Cowan; p of Jansen-Rit, in 1/s); 0 before the first' }),
    noise: z
      .strictObject({
        deviation: number(0, 1e9).meta({ description: 'standard deviation, in the unit of the input' }),
        hold: timeConstant.meta({ description: 'how long each normal draw, added to the steps, is held' }),
      })
      .readonly()
      .optional(),
  })
  .readonly()
  .prefault({});

const start = (variables: readonly string[]) =>
  z
    .array(number(-1e9, 1e9))
    .length(variables.length, `${String(variables.length)} numbers: ${variables.join(', ')}`)
    .readonly()
    .optional()
    .meta({ description: `state at time 0: ${variables.join(', ')}` });

/** Variables of every model, in the order of its state. */
export const MASS_VARIABLES = {
  'wilson-cowan': ['E', 'I'],
  'jansen-rit': ['y0', 'y1', 'y2', 'y3', 'y4', 'y5'],
  epileptor: ['x1', 'y1', 'z', 'x2', 'y2', 'g'],
} as const;

const MassModelSchema = z.discriminatedUnion('model', [
  z
    .strictObject({
      model: z.literal('wilson-cowan'),
      parameters: z
        .strictObject({
          c1: plain(16),
          c2: plain(12),
          c3: plain(15),
          c4: plain(3),
          a_e: plain(1.3),
          theta_e: plain(4),
          a_i: plain(2),
          theta_i: plain(3.7),
          tau_e: timeConstant.prefault('10 ms'),
          tau_i: timeConstant.prefault('10 ms'),
          r_e: plain(1),
          r_i: plain(1),
          Q: plain(0),
        })
        .readonly()
        .prefault({}),
      input: InputSchema,
      start: start(MASS_VARIABLES['wilson-cowan']),
    })
    .readonly(),
  z
    .strictObject({
      model: z.literal('jansen-rit'),
      parameters: z
        .strictObject({
          A: voltage.prefault('3.25 mV'),
          B: voltage.prefault('22 mV'),
          a: rate.prefault('100 Hz'),
          b: rate.prefault('50 Hz'),
          C1: plain(135),
          C2: plain(108),
          C3: plain(33.75),
          C4: plain(33.75),
          e0: rate.prefault('2.5 Hz'),
          v0: voltage.prefault('6 mV'),
          r: plain(0.56).meta({ description: '1/mV' }),
        })
        .readonly()
        .prefault({}),
      input: InputSchema,
      start: start(MASS_VARIABLES['jansen-rit']),
    })
    .readonly()
    .meta({ description: 'y1 - y2 is the potential that an electrode sees (mV)' }),
  z
    .strictObject({
      model: z.literal('epileptor'),
      parameters: z
        .strictObject({ x0: plain(-1.6), Iext1: plain(3.1), Iext2: plain(0.45), r: plain(0.00035), tau2: plain(10), gamma: plain(0.01) })
        .readonly()
        .prefault({}),
      time_unit: timeConstant.prefault('1 ms').meta({ description: 'what one unit of the time of the equations is' }),
      start: start(MASS_VARIABLES.epileptor),
    })
    .readonly(),
]);

/** Card of a neural mass; times in s, voltages in V after reading. */
export const MassSchema = z
  .strictObject({
    kind: z.literal('mass', { error: 'kind: mass' }),
    name,
    description: z.string({ error: 'a sentence on what this mass is' }).min(1),
    mass: MassModelSchema,
    tolerance: number(1e-14, 1e-3)
      .default(1e-13)
      .meta({ description: 'local error of the integrator; a smaller `--tolerance` counts instead' }),
    record_every: quantity('time', { min: 1e-9, max: 1e3 }).meta({ description: 'interval of the samples' }),
    duration: quantity('time', { min: 1e-9, max: 1e6 }),
    seeds: z
      .strictObject({
        stimulus: z
          .array(integer(0, 2 ** 52))
          .min(1)
          .readonly(),
      })
      .readonly(),
  })
  .readonly();
export type MassCard = z.output<typeof MassSchema>;
