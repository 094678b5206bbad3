/**
 * Schema of a chip card: a neuromorphic die of the BSS-2-like family. Every physical number carries its evidence; voltages, times and currents are hardware values.
 */
import * as z from 'zod';
import { evident, fraction, integer, number, quantity, word } from '../quantity.ts';
import { adexSpreads, AdexSchema } from './chip/adex.ts';
import { ageing, conditions, FaultsSchema, VariationSchema } from './chip/layers.ts';
import { measuredMistakes, MeasuredSchema } from './chip/measured.ts';
import { analogStep, cardHead, delayLine, relativeSpread, spread, voltageCell, voltageSpread } from './chip/parts.ts';
import { CompartmentsSchema } from './chip/compartments.ts';
import { inconsistencies } from './chip/consistency.ts';
import { MacSchema } from './chip/mac.ts';
import { CorrelationSchema } from './chip/correlation.ts';
import { SynapticInputSchema } from './chip/synaptic-input.ts';
import { ShortTermSchema } from './chip/short-term.ts';
import { CrossbarSchema } from './chip/crossbar.ts';
import { BackgroundSchema, CounterSchema, MadcSchema } from './chip/readout.ts';

export const ChipSchema = z
  .strictObject({
    ...cardHead,
    family: z.enum(['bss2'], {
      error:
        'bss2 here; a card of the family dynapse goes to chip show, die, emulate, calibrate, yield and regress, one of loihi to chip show, die, regress and validate loihi',
    }),
    speed_up: evident(number(1, 1e6)).describe('hardware runs this much faster than biology'),
    integrator: word(['fast', 'accurate'])
      .default('fast')
      .describe('`fast` = f32 SIMD, one evaluation a step; `accurate` = f64, fourth order, for comparison with the teacher'),
    step: analogStep(1e-8, 1e-6),
    geometry: z
      .strictObject({
        cores: evident(integer(1, 64)),
        neurons_per_core: evident(integer(4, 512)),
        rows_per_core: evident(integer(1, 1024)),
        block: evident(integer(1, 512)).describe('neurons whose parameter cells share one ramp and disturb one another'),
      })
      .readonly(),
    interface: z
      .strictObject({
        out: evident(quantity('time', { min: 0, max: 1e-5 })).describe('threshold crossing to the source queue of the network'),
        in: evident(quantity('time', { min: 0, max: 1e-5 })).describe('ejection from the network to the synapse row'),
        local: evident(quantity('time', { min: 0, max: 1e-5 })).describe(
          "threshold crossing to a synapse row of the same core, by the core's own loop",
        ),
        delay_line: delayLine(1e-3),
      })
      .readonly(),
    cells: z
      .strictObject({
        bits: evident(integer(4, 14)),
        settling: evident(quantity('time', { min: 0, max: 1 })),
        write_noise: evident(number(0, 50)).describe('standard deviation in codes, drawn at every write'),
        crosstalk: evident(number(0, 1)).describe('a cell shifts by -k CADC LSB per other cell of its block and kind with the same code'),
        codes_per_lsb: evident(number(0.1, 100)).describe('codes by which a disturbance of one CADC LSB shows in a cell'),
        droop: evident(number(0, 20)).optional().describe('codes that a cell loses from one refresh by the ramp to the next; absent: none'),
      })
      .readonly(),
    neuron: z
      .strictObject({
        circuit: word(['lif', 'adex', 'integrator'])
          .default('lif')
          .describe(
            '`lif` = exponential and adaptation bypassed, ideal comparator and reset; `adex` = the whole circuit of `adex`; `integrator` = no leak, no spikes',
          ),
        adex: AdexSchema.optional(),
        compartments: CompartmentsSchema.optional().describe('joins of circuits into dendrites; absent: none'),
        membrane_capacitance: evident(quantity('capacitance', { min: 1e-14, max: 1e-10 })),
        leak: voltageCell(),
        reset: voltageCell(),
        threshold: voltageCell(),
        leak_bias: z
          .strictObject({
            conductance_per_code: evident(quantity('conductance', { min: 1e-12, max: 1e-6 })).describe(
              'leak conductance per code with the divider at 1',
            ),
            mode_factor: evident(number(1, 64)).describe('the divided and multiplied modes change the conductance by this factor'),
            leak_shift: evident(quantity('voltage', { min: -0.1, max: 0.1 })).describe(
              'shift of the leak potential per e-fold of the bias current above that of 10 us',
            ),
          })
          .readonly(),
        ota: word(['tanh', 'linear'])
          .default('tanh')
          .describe('leak OTA: I = I_b tanh(dV / linear_range); `linear` switches the nonlinearity off'),
        linear_range: evident(quantity('voltage', { min: 0.01, max: 10 })),
        refractory_clock: evident(quantity('time', { min: 1e-9, max: 1e-4 })).describe(
          'refractory counter: periods are whole multiples of this',
        ),
        refractory_bits: evident(integer(1, 16))
          .optional()
          .describe(
            'width of the refractory counter: longer periods need its clock divided by 2, 4, ... 2^15; absent: it counts as far as it must',
          ),
        offset_current: evident(quantity('current', { min: 1e-13, max: 1e-6 })).describe(
          'voltage slope of the offset current per code, with the membrane capacitance of this card',
        ),
      })
      .refine(({ circuit, adex }) => circuit !== 'adex' || adex !== undefined, {
        path: ['adex'],
        error: 'the whole circuit, which `circuit: adex` needs',
      })
      .readonly(),
    synapse: z
      .strictObject({
        weight_bits: evident(integer(1, 8)),
        label_bits: evident(integer(0, 16)),
        drive_per_code: evident(number(0.01, 1e6)).describe(
          'step of dV/dt in V/s that a full-scale weight makes per code of the synapse bias',
        ),
        dac_code: evident(integer(1, 16383))
          .optional()
          .describe('code of the DAC that feeds the synapses of a block, at which `drive_per_code` holds; absent: no such cell'),
        tau_per_code: evident(quantity('time', { min: 1e-7, max: 1 })).describe(
          'time constant = this / code, times the factor below when the line resistance is switched high',
        ),
        high_resistance_factor: evident(number(1, 1000)),
        line_resistance: word(['low', 'high']).default('low'),
        driver_trim_per_code: evident(fraction({ min: 1e-4, max: 0.2 }))
          .optional()
          .describe(
            'share of full pulse width by which one code of the 4-bit trim of a driver shifts its pulses; absent: drivers have no trim',
          ),
        input: SynapticInputSchema.optional().describe('input circuit of the synaptic lines; absent: linear currents'),
        correlation: CorrelationSchema.optional().describe('correlation sensors of the synapses; absent: none'),
        short_term: ShortTermSchema.optional().describe('short-term plasticity of the drivers; absent: every pulse has full width'),
      })
      .readonly(),
    cadc: z
      .strictObject({
        bits: evident(integer(4, 14)),
        zero: evident(quantity('voltage', { min: -1, max: 1 })).describe('voltage that reads 0'),
        lsb: evident(quantity('voltage', { min: 1e-5, max: 0.1 })),
        sample_interval: evident(quantity('time', { min: 1e-8, max: 1e-3 })),
        reliable: evident(z.tuple([integer(0, 16383), integer(0, 16383)]).readonly()),
      })
      .readonly(),
    madc: MadcSchema.optional(),
    mac: MacSchema.optional().describe('use as a multiply-accumulate array; absent: none'),
    spike_counter: CounterSchema.optional(),
    background: BackgroundSchema.optional().describe('background generators; absent: none'),
    crossbar: CrossbarSchema.optional().describe('event crossbar; absent: every event reaches the synapses that are meant'),
    variation: VariationSchema,
    ...conditions,
    ...ageing,
    faults: FaultsSchema,
    mismatch: z
      .strictObject({
        quadrant_share: evident(fraction({ min: 0, max: 1 })).describe(
          'share of the variance that the circuits of one quadrant have in common',
        ),
        chip_share: evident(fraction({ min: 0, max: 1 }))
          .prefault({ value: '0 %', evidence: 'assumed', source: 'ours: lots are not modelled unless asked for' })
          .describe('share of the variance that all circuits of a die have in common'),
        device_area: evident(number(0.01, 100))
          .prefault({ value: 1, evidence: 'assumed', source: 'ours: the area for which the spreads are stated' })
          .describe(
            "area of the matched devices relative to that for which the spreads are stated: a circuit's own part of a deviation falls with its square root (Pelgrom), the area of a neuron grows with it",
          ),
        cell_gain: relativeSpread()
          .optional()
          .describe('spread of the gain of a single parameter cell; absent: the spreads of the circuits contain those of their cells'),
        cell_offset: spread(number(0, 200)).optional().describe('spread of the offset of a single parameter cell, codes; absent: as above'),
        cell_quadrant_gain: relativeSpread()
          .optional()
          .describe('spread of the gain that all cells of a kind and quadrant have in common; absent: as above'),
        leak: voltageSpread(),
        reset: voltageSpread(),
        threshold: voltageSpread(),
        tau_mem: relativeSpread(),
        tau_syn_excitatory: relativeSpread(),
        tau_syn_inhibitory: relativeSpread(),
        synaptic_strength_excitatory: relativeSpread(),
        synaptic_strength_inhibitory: relativeSpread(),
        synapse: relativeSpread(),
        driver_amplitude: voltageSpread().describe('spread of the amplitude of one event over the drivers, at `driver_reference`'),
        inter_compartment: relativeSpread().optional().describe('spread of the inter-compartment conductance over the joins'),
        reversal_excitatory: voltageSpread().optional(),
        reversal_inhibitory: voltageSpread().optional(),
        conductance_excitatory: relativeSpread()
          .optional()
          .describe('spread of the slope of a conductance input over the membrane potential'),
        conductance_inhibitory: relativeSpread().optional(),
        synapse_reference_excitatory: voltageSpread()
          .optional()
          .describe('offset of the OTA of an input, which makes its resting current; absent: none'),
        synapse_reference_inhibitory: voltageSpread().optional(),
        membrane_capacitance: relativeSpread().optional().describe('spread of the switched part of the membrane capacitance; absent: none'),
        intrinsic_capacitance: relativeSpread().optional().describe('spread of what is left of it at code 0; absent: none'),
        correlation_amplitude: relativeSpread().optional().describe('spread over the synapses'),
        correlation_tau: relativeSpread().optional().describe('spread over the synapses'),
        correlation_asymmetry: relativeSpread().optional().describe('spread of the ratio of causal to anti-causal amplitude'),
        short_term_utilisation: relativeSpread().optional().describe('spread over the drivers'),
        short_term_recovery: relativeSpread().optional().describe('spread over the drivers'),
        short_term_ramp: relativeSpread().optional().describe('spread of the speed of the ramp over the blocks'),
        driver_reference: evident(quantity('voltage', { min: 0.001, max: 2 })),
        cadc_offset: spread(number(0, 100)),
        cadc_slope: relativeSpread()
          .prefault({ value: '0 %', evidence: 'assumed', source: 'all channels of a quadrant share one ramp' })
          .describe('spread of the slope of the column ADC channels around the data sheet'),
        ...adexSpreads,
      })
      .readonly(),
    anchors: z
      .record(z.string(), z.union([voltageSpread(), relativeSpread()]))
      .default({})
      .describe(
        'spreads of quantities that this version does not model as circuits of their own; kept as anchors for tests and later models',
      ),
    noise: z
      .strictObject({
        scale: fraction({ min: 0, max: 10 }).default(1).describe('1 = as stated below, 0 = off'),
        membrane: evident(quantity('voltage', { min: 0, max: 0.1 })).describe('rms of an Ornstein-Uhlenbeck process through the membrane'),
        current_share: evident(fraction({ min: 0, max: 1 }))
          .prefault({ value: '0 %', evidence: 'assumed', source: 'ours: the same noise at every leak bias' })
          .describe(
            'share of the variance of the membrane noise at a time constant of 10 us that white currents from other circuits make: it grows with the time constant, the noise of the leak itself does not',
          ),
        cadc_read: evident(number(0, 50)).describe('standard deviation of one CADC reading, LSB'),
      })
      .readonly(),
    quantisation: word(['on', 'off']).default('on').describe('`off` = real-valued weights and parameters: only to split errors'),
    binding: z
      .strictObject({
        voltage_offset: evident(quantity('voltage', { min: -10, max: 10 })).describe('V_hw = voltage_offset + voltage_gain x V_bio'),
        voltage_gain: evident(number(0.1, 1000)),
        weight_percentile: evident(number(50, 100)).describe('percentile of |weight| per core and sign that gets the full code'),
      })
      .readonly(),
    energy: z
      .strictObject({
        synaptic_event: evident(quantity('energy', { min: 0, max: 1e-6 })),
        neuron_spike: evident(quantity('energy', { min: 0, max: 1e-6 })),
        static_power: evident(quantity('power', { min: 0, max: 1000 })),
      })
      .readonly(),
    area: z
      .strictObject({
        synapse_bit: evident(quantity('area', { min: 0, max: 1e-6 })).describe('area of one storage bit of a synapse (weight, label)'),
        cell_bit: evident(quantity('area', { min: 0, max: 1e-6 })).describe('area of a parameter cell, per bit'),
        cadc_channel: evident(quantity('area', { min: 0, max: 1e-6 })),
        neuron: evident(quantity('area', { min: 0, max: 1e-6 })),
      })
      .readonly(),
    measured: MeasuredSchema.optional().describe('dies whose circuits were measured; `neurolith die import` writes them'),
  })
  .superRefine((card, context) => {
    for (const mistake of [...measuredMistakes(card), ...inconsistencies(card)]) context.addIssue({ code: 'custom', ...mistake });
  })
  .readonly();

/** A chip card as code sees it: SI units, every default filled in, frozen. */
export type ChipCard = z.infer<typeof ChipSchema>;
