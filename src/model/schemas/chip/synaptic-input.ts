/** The part of a chip card that describes how a synaptic line drives its membrane; model: `src/chip/synaptic-input.ts`. */
import { z } from 'zod';
import { evident, quantity, word } from '../../quantity.ts';

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
    saturation: evident(quantity('current', { min: 1e-12, max: 1e-3 }))
      .optional()
      .describe('largest current of the input OTA; absent, or with `ota: linear`: none'),
  })
  .refine(({ reversal_excitatory: e, reversal_inhibitory: i, reference: r }) => i.value < r.value && r.value < e.value, {
    path: ['reference'],
    error: 'a potential between the reversal potentials, the excitatory one above',
  })
  .readonly();
