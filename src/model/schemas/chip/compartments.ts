/** The part of a chip card that joins neuron circuits into dendrites; model: `src/chip/compartments.ts`, `src/chip/joined.ts`. */
import { z } from 'zod';
import { evident, integer, quantity, word } from '../../quantity.ts';

const circuit = () => integer(0, 32_767);

export const CompartmentsSchema = z
  .strictObject({
    conductance: evident(quantity('conductance', { min: 1e-12, max: 1e-4 })).describe('inter-compartment conductance in mode `normal`'),
    bias_code: evident(integer(1, 1022))
      .optional()
      .describe(
        "code of the inter-compartment bias of the dendrite's circuit at which the conductance is as stated, in 10-bit codes; absent: it cannot be set",
      ),
    mode_factor: evident(z.number().min(1).max(64)).describe('`divided` and `multiplied` change it by this factor'),
    joins: z
      .array(
        z
          .strictObject({
            soma: circuit().describe('circuit on the side of the soma'),
            dendrite: circuit().describe('circuit on the other side; its comparator and its exponential are switched off'),
            mode: word(['divided', 'normal', 'multiplied']).default('normal'),
          })
          .readonly(),
      )
      .max(4096)
      .readonly()
      .default([])
      .describe('switches that are closed; with either integrator and any kind of circuit'),
  })
  .readonly();
