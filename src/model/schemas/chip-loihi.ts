/**
 * Schema of a chip card of the digital family: cores of exact integer arithmetic of the Loihi kind. Nothing on such a die varies, so it is the control of every analog study.
 */
import * as z from 'zod';
import { evident, integer, quantity, word } from '../quantity.ts';
import { cardHead } from './chip/parts.ts';

const cost = () =>
  z
    .strictObject({
      energy: evident(quantity('energy', { min: 0, max: 1e-6 })),
      time: evident(quantity('time', { min: 0, max: 1e-3 })),
    })
    .readonly();

export const LoihiSchema = z
  .strictObject({
    ...cardHead,
    family: word(['loihi']),
    geometry: z
      .strictObject({
        cores: evident(integer(1, 4096)),
        neurons_per_core: evident(integer(1, 65536)),
        tiles: evident(z.tuple([integer(1, 256), integer(1, 256)]).readonly())
          .optional()
          .describe('columns and rows of tiles on the die, with equally many cores each; absent: not known'),
        synapse_bits_per_core: evident(integer(1, 2 ** 30)).describe('memory of a core for synapses'),
      })
      .readonly()
      .superRefine(({ cores, tiles }, context) => {
        if (tiles === undefined || cores.value % (tiles.value[0] * tiles.value[1]) === 0) return;
        const message = `columns and rows of tiles that divide ${String(cores.value)} cores evenly`;
        context.addIssue({ code: 'custom', path: ['tiles', 'value'], message, input: tiles.value });
      }),
    neuron: z
      .strictObject({
        state_bits: evident(integer(8, 32)).describe(
          'width of current and voltage, sign included; the current wraps around, the voltage saturates',
        ),
        decay_bits: evident(integer(4, 16)).describe('a decay d keeps the share (2^bits - d) / 2^bits of a state per step'),
        threshold_bits: evident(integer(4, 24)).describe('width of the threshold mantissa'),
        shift: evident(integer(0, 12)).describe('weighted sums and thresholds are shifted left by this many bits'),
        longest_refractory: evident(integer(1, 4096)).describe('most steps for which a neuron stays at rest after a spike'),
        fires: word(['at-threshold', 'above-threshold']).default('at-threshold').describe('whether a voltage equal to the threshold fires'),
      })
      .readonly(),
    synapse: z
      .strictObject({
        weight_bits: evident(integer(2, 16)).describe('bits of a weight without its sign; weights of mixed sign are even'),
        delay: evident(integer(0, 62)).describe('steps from a spike to its effect'),
      })
      .readonly(),
    costs: z
      .strictObject({
        barrier: evident(quantity('time', { min: 0, max: 1e-3 })).describe('synchronisation of all cores at the end of a step'),
        neuron_update: cost(),
        spike: cost(),
        synaptic_event: cost(),
      })
      .readonly(),
  })
  .readonly();

/** The family of a chip card, before anything else of it is known. */
export const FamilySchema = z.looseObject({ family: z.string({ error: 'a family of chips: bss2, dynapse, loihi' }).default('bss2') });

/** A digital chip card as code sees it. */
export type LoihiCard = z.infer<typeof LoihiSchema>;
