/**
 * The part of a chip card that describes the whole neuron circuit: exponential, adaptation, reset, comparator. The LIF bypass of a card needs none of it. Form of the circuits: `src/chip/adex-circuit.ts`.
 */
import * as z from 'zod';
import { evident, quantity, word } from '../../quantity.ts';
import { relativeSpread, voltageCell, voltageSpread } from './parts.ts';

const switched = () => word(['on', 'off']).default('on');

export const AdexSchema = z
  .strictObject({
    exponential: z
      .strictObject({
        circuit: switched().describe('`off` = the exponential circuit is disconnected from the membrane'),
        voltage: voltageCell().describe('cell v_exp: membrane voltage at which the exponential current is `current`'),
        current: evident(quantity('current', { min: 1e-12, max: 1e-5 })),
        slope_minimum: evident(quantity('voltage', { min: 1e-3, max: 0.1 })).describe('slope of the exponential with cell i_exp at 0'),
        slope_per_code: evident(quantity('voltage', { min: 0, max: 1e-3 })),
        clip: evident(quantity('current', { min: 1e-9, max: 1 })).describe(
          'the exponential current grows no further; `ota: linear` switches the clip off',
        ),
      })
      .readonly(),
    adaptation: z
      .strictObject({
        circuit: switched().describe('`off` = the adaptation circuit is disconnected from the membrane'),
        leak: voltageCell().describe('cell v_adapt_leak: membrane voltage from which sub-threshold adaptation is measured'),
        reference: voltageCell().describe('cell v_adapt_ref: level to which the adaptation voltage decays'),
        capacitance: evident(quantity('capacitance', { min: 1e-14, max: 1e-10 })),
        tau_per_code: evident(quantity('time', { min: 1e-6, max: 10 })).describe('time constant = this / code of i_bias_adapt_tau'),
        strength_per_code: evident(quantity('conductance', { min: 1e-15, max: 1e-7 })).describe(
          'transconductance from membrane to adaptation capacitor per code of i_bias_adapt_a',
        ),
        coupling: evident(quantity('conductance', { min: 1e-12, max: 1e-5 })).describe(
          'transconductance from adaptation voltage to membrane',
        ),
        jump_current: evident(quantity('current', { min: 1e-13, max: 1e-6 })).describe(
          'current per code of i_bias_adapt_b while the pulse of a spike lasts',
        ),
        jump_pulse: evident(quantity('time', { min: 1e-9, max: 1e-4 })).describe(
          'length of that pulse; its whole charge acts at the spike',
        ),
        linear_range: evident(quantity('voltage', { min: 0.01, max: 10 })).describe('of both OTAs of the adaptation'),
      })
      .readonly(),
    reset_tau: evident(quantity('time', { min: 0, max: 1e-4 })).describe('time constant of the reset OTA; 0 s = at once'),
    hold_off: evident(quantity('time', { min: 0, max: 1e-4 })).describe(
      'last part of the refractory period: the membrane is free, the comparator is not',
    ),
    comparator_delay: evident(quantity('time', { min: 0, max: 1e-6 })).describe('crossing to spike; at most one analog step'),
    comparator_noise: evident(quantity('voltage', { min: 0, max: 0.1 })).describe('rms of the threshold, drawn anew for every spike'),
    intrinsic_capacitance: evident(quantity('capacitance', { min: 0, max: 1e-11 })).describe('membrane capacitance at capacitance code 0'),
    rails: evident(z.tuple([quantity('voltage', { min: -1, max: 5 }), quantity('voltage', { min: -1, max: 5 })]).readonly()).describe(
      'no voltage of the circuit leaves them',
    ),
  })
  .readonly();

/** Spreads of the circuits above; what is absent does not vary. */
export const adexSpreads = {
  exponential: voltageSpread().optional(),
  exponential_slope: relativeSpread().optional(),
  adaptation_leak: voltageSpread().optional(),
  adaptation_reference: voltageSpread().optional(),
  adaptation_tau: relativeSpread().optional(),
  adaptation_strength: relativeSpread().optional(),
  adaptation_jump: relativeSpread().optional(),
  comparator_delay: relativeSpread().optional(),
};
