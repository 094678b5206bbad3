/** The part of a chip card that joins neuron circuits into larger membranes and dendrites; model: `src/chip/switches.ts`, `src/chip/compartments.ts`, `src/chip/joined.ts`, `src/chip/merged.ts`. */
import * as z from 'zod';
import { evident, integer, quantity, word } from '../../quantity.ts';

const circuit = () => integer(0, 32_767);
const mode = () => word(['divided', 'normal', 'multiplied']).default('normal');

/** Switches of a circuit that can be closed. */
const SWITCHES = ['soma', 'soma_right', 'membrane_right', 'vertical', 'conductance'] as const;

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
            mode: mode(),
          })
          .readonly(),
      )
      .max(4096)
      .readonly()
      .default([])
      .describe('conductances between two circuits; with either integrator and any kind of circuit'),
    columns: evident(integer(1, 16_384))
      .optional()
      .describe(
        'circuits in a row of the die: where `soma_right` and `membrane_right` end, and which circuit `vertical` reaches; absent: one row',
      ),
    circuits_per_neuron: integer(1, 64)
      .optional()
      .describe(
        'so many neighbouring circuits of a row share a membrane and carry one neuron of the workload, with the rows of all of them; the last ones of a row may be fewer; absent: 1',
      ),
    switches: z
      .array(
        z
          .strictObject({
            circuit: circuit(),
            closed: z
              .array(word(SWITCHES))
              .min(1)
              .max(SWITCHES.length)
              .readonly()
              .describe(
                '`soma`: membrane to its somatic line; `soma_right`: this line to that of the right neighbour; `membrane_right`: membrane to that of the right neighbour; `vertical`: membrane to that of the circuit in the other row; `conductance`: membrane to its somatic line through the inter-compartment conductance',
              ),
            mode: mode().describe('of the conductance'),
            comparator: word(['on'])
              .optional()
              .describe('`on`: this comparator fires for its membrane; absent everywhere in it: that of its first circuit'),
          })
          .readonly(),
      )
      .max(4096)
      .readonly()
      .default([])
      .describe(
        'closed switches of single circuits: circuits on one membrane share it (capacitances and currents add, one comparator fires for all), a membrane behind a conductance is a dendrite',
      ),
  })
  .readonly();
