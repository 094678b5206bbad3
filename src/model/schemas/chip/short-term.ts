/** The part of a chip card that describes the short-term plasticity of its synapse drivers; model: `src/chip/short-term.ts`. */
import * as z from 'zod';
import { evident, fraction, integer, quantity, word } from '../../quantity.ts';

const code = () => integer(0, 15);

export const ShortTermSchema = z
  .strictObject({
    mode: word(['off', 'depression', 'facilitation'])
      .default('off')
      .describe(
        '`off` = every pulse has full width; `depression` = resources are used up; `facilitation` = pulses grow from `utilisation` of their width',
      ),
    utilisation: code().describe('4-bit code of all drivers'),
    recovery: code().describe('4-bit code of all drivers'),
    utilisation_per_code: evident(fraction({ min: 0.001, max: 0.0667 })).describe(
      'share of the remaining swing that an event takes, per code + 1 (16 = code 15)',
    ),
    ramp_code: evident(integer(1, 16383))
      .optional()
      .describe(
        'code of the ramp of a block, at which a rested driver sends pulses of full width: pulses are as wide as code / this; absent: no such cell',
      ),
    recovery_longest: evident(quantity('time', { min: 1e-7, max: 1 })).describe('time constant at code 0; code c has this / (c + 1)'),
  })
  .readonly();
