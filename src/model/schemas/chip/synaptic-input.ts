/** The part of a chip card that describes how a synaptic line drives its membrane; model: `src/chip/synaptic-input.ts`. */
import * as z from 'zod';
import { evident, integer, quantity, word } from '../../quantity.ts';

const potential = () => evident(quantity('voltage', { min: -1, max: 3 }));

export const SynapticInputSchema = z
  .strictObject({
    mode: word(['current', 'conductance'])
      .default('current')
      .describe(
        '`conductance` = the current is proportional to the distance from the reversal potential, and as in `current` mode at `reference`',
      ),
    reversal_excitatory: potential(),
    reversal_inhibitory: potential(),
    reference: potential().describe('membrane potential at which both modes give the same current; between the reversal potentials'),
    reversal_per_code: evident(quantity('voltage', { min: 1e-6, max: 0.01 }))
      .optional()
      .describe('potential per code of the cells of the reversal potentials; absent: they cannot be set'),
    conductance_code: evident(integer(1, 16383))
      .optional()
      .describe(
        'code of the cells that set the slope over the membrane potential, at which both modes give the same current at `reference`; absent: it cannot be set',
      ),
    full_drop: evident(quantity('voltage', { min: 1e-4, max: 1 }))
      .optional()
      .describe(
        'drop of a line by an event of full weight. With it an input has a resting current: what an offset of its OTA makes of it, as a drop of that size would; absent: none',
      ),
    reference_per_code: evident(quantity('voltage', { min: 1e-8, max: 1e-3 }))
      .optional()
      .describe('shift of the reference of the OTA per code of its cell, which cancels the resting current; absent: it cannot be set'),
    saturation: evident(quantity('current', { min: 1e-12, max: 1e-3 }))
      .optional()
      .describe('largest current of the input OTA; absent, or with `ota: linear`: none'),
  })
  .refine(({ reversal_excitatory: e, reversal_inhibitory: i, reference: r }) => i.value < r.value && r.value < e.value, {
    path: ['reference'],
    error: 'a potential between the reversal potentials, the excitatory one above',
  })
  .readonly();
