/**
 * What moves a die away from its data sheet besides mismatch, each switched by name on the card: scales of single spreads, process corner, temperature and supply, faults.
 * Effects: `src/chip/conditions.ts`, `src/chip/faults.ts`.
 */
import * as z from 'zod';
import { evident, fraction, integer, number, quantity, word } from '../../quantity.ts';
import { NEURON_CELLS } from '../../neuron-cells.ts';
import { DIE_PARAMETERS, type DieParameter } from './measured.ts';

/** Spreads of `mismatch` that can be scaled by name. */
export type VariationName = DieParameter | (typeof OF_CELLS_AND_SYNAPSES)[number];
const OF_CELLS_AND_SYNAPSES = [
  'cell_gain',
  'cell_offset',
  'cell_quadrant_gain',
  'driver_amplitude',
  'synapse',
  'short_term_utilisation',
  'short_term_recovery',
  'short_term_ramp',
  'inter_compartment',
  'correlation_amplitude',
  'correlation_tau',
  'correlation_asymmetry',
] as const;
const NAMES = [...Object.keys(DIE_PARAMETERS), ...OF_CELLS_AND_SYNAPSES] as VariationName[];

const scale = () => fraction({ min: 0, max: 10 });
const scales = Object.fromEntries(NAMES.map((name) => [name, scale().optional()])) as Record<
  VariationName,
  z.ZodOptional<ReturnType<typeof scale>>
>;

/** Scale of all spreads, or scales by name beside one for `all` others. */
export const VariationSchema = z
  .union([
    scale(),
    z
      .strictObject({
        all: scale().default(1),
        distribution: word(['normal', 'lognormal']).optional().describe('of all spreads, whatever each of them says; absent: as each says'),
        ...scales,
      })
      .readonly()
      .describe('scales by the names of `mismatch`; `all` = the others'),
  ])
  .default(1)
  .describe('1 = as stated below, 0 = every circuit nominal; `variation.tau_mem: 20 %` scales one spread');

/** Scale of one spread; without a name that of all which have none of their own. */
export function variationOf({ variation }: { readonly variation: z.output<typeof VariationSchema> }, name?: VariationName): number {
  if (typeof variation === 'number') return variation;
  return (name === undefined ? undefined : variation[name]) ?? variation.all;
}

/** The spreads of a card, each with the distribution that it is drawn from. */
export function mismatchOf<M extends object>({
  mismatch,
  variation,
}: {
  readonly mismatch: M;
  readonly variation: z.output<typeof VariationSchema>;
}): M {
  const distribution = typeof variation === 'number' ? undefined : variation.distribution;
  if (distribution === undefined) return mismatch;
  const drawn = (spread: unknown): unknown =>
    typeof spread === 'object' && spread !== null && 'distribution' in spread ? { ...spread, distribution } : spread;
  return Object.fromEntries(Object.entries(mismatch).map(([name, spread]) => [name, drawn(spread)])) as M;
}

const assumed = <Value>(value: Value, source: string) => ({ value, evidence: 'assumed' as const, source });

export const conditions = {
  corner: word(['SS', 'TT', 'FF'])
    .default('TT')
    .describe('process corner: bias currents of a slow die are smaller, of a fast one larger, by `sensitivity.corner`'),
  temperature: number(-40, 125).default(27).describe('degrees Celsius; 27 is what the card states'),
  supply: quantity('voltage', { min: 0.5, max: 3 }).prefault('1.2 V').describe('analog supply; the card states 1.2 V'),
  sensitivity: z
    .strictObject({
      corner: evident(fraction({ min: 0, max: 0.9 })).prefault(assumed('10 %', 'ours: bias currents at the corners')),
      current_per_kelvin: evident(number(-0.05, 0.05)).prefault(assumed(0.001, 'ours: relative change of bias currents')),
      potential_per_supply: evident(number(-2, 2)).prefault(assumed(0.1, 'ours: part of a supply error that potentials follow')),
    })
    .readonly()
    .prefault({}),
};

const ours = 'ours: no published drift of this circuit';

export const ageing = {
  age: quantity('time', { min: 0, max: 1e9 })
    .prefault('0 s')
    .describe('since the day to which the spreads belong: every circuit drifts on a course of its own (`drift`); "1000 h"'),
  drift: z
    .strictObject({
      onset: evident(quantity('time', { min: 1, max: 1e7 }))
        .prefault(assumed('1 h', ours))
        .describe('drift goes with log10(1 + age / onset)'),
      potential_per_decade: evident(quantity('voltage', { min: 0, max: 0.5 }))
        .prefault(assumed('3 mV', ours))
        .describe('spread per decade of time'),
      gain_per_decade: evident(fraction({ min: 0, max: 0.5 }))
        .prefault(assumed('1 %', ours))
        .describe('of time constants, strengths and slopes'),
      potential_walk: evident(quantity('voltage', { min: 0, max: 0.1 }))
        .prefault(assumed('0.5 mV', ours))
        .describe('random walk: spread after a day, growing as the root of time'),
      gain_walk: evident(fraction({ min: 0, max: 0.1 })).prefault(assumed('0.2 %', ours)),
    })
    .readonly()
    .prefault({}),
};

const circuit = () => integer(0, 65_535);

export const FaultsSchema = z
  .strictObject({
    dead: z
      .union([fraction({ min: 0, max: 1 }), z.array(circuit()).max(65_536).readonly()])
      .default(0)
      .describe('circuits whose comparator never fires: a share, drawn by the die seed, or a list'),
    stuck: z
      .union([
        fraction({ min: 0, max: 1 }),
        z
          .array(z.strictObject({ circuit: circuit(), cell: word(NEURON_CELLS), bit: integer(0, 13), at: integer(0, 1) }).readonly())
          .max(65_536)
          .readonly(),
      ])
      .default(0)
      .describe('parameter cells with one bit stuck: a share, drawn by the die seed, or a list'),
  })
  .readonly()
  .prefault({});
