/** The part of a chip card that describes its event crossbar; model: `src/emulator/mapping/crossbar.ts`. */
import * as z from 'zod';
import { evident, integer, quantity, word } from '../../quantity.ts';

const label = (): z.ZodType<number> => integer(0, 0xffff);

const NodeSchema = z
  .strictObject({
    from: word(['neurons', 'links', 'background']).describe(
      'kind of the input: outputs of neuron events, links from outside, background generators',
    ),
    input: integer(0, 255).optional().describe('number among the inputs of its kind; absent: all of them'),
    to: word(['buses', 'links']).describe('kind of the output: buses to the synapse drivers, links to the outside'),
    output: integer(0, 255).optional().describe('number among the outputs of its kind; absent: all of them'),
    mask: label().default(0).describe('bits of the label that are compared; 0 = every event passes, if the target is 0 too'),
    target: label().default(0).describe('an event passes if (label AND mask) = target'),
  })
  .readonly();

export const CrossbarSchema = z
  .strictObject({
    neuron_outputs: evident(integer(1, 64)).describe('inputs that hear neurons, each an equal share of the circuits'),
    links: evident(integer(1, 64)).describe('links from outside, and as many to the outside'),
    buses: evident(integer(1, 64)).describe(
      'outputs to synapse drivers, each an equal share of the rows of half of the cores (of all, if the number is odd)',
    ),
    label_bits: evident(integer(1, 16)).describe('bits of an event label'),
    event_interval: evident(quantity('time', { min: 1e-9, max: 1e-5 }))
      .optional()
      .describe(
        'an output takes one event in this time: what would have had to wait is counted, and waits where there is a `queue`; absent: not counted',
      ),
    queue: evident(integer(0, 4096))
      .optional()
      .describe(
        'events that wait for a bus of a core, or for a link to the outside, while it takes another; more are dropped; needs `event_interval`; absent: events do not wait',
      ),
    nodes: z
      .array(NodeSchema)
      .readonly()
      .describe(
        'crossing points in use; a later one replaces an earlier one for the points that both name, points that none names are closed',
      ),
  })
  .readonly();

/** A node as the card writes it. */
export type CrossbarNode = z.infer<typeof NodeSchema>;
