/**
 * Schema of a chip card: a neuromorphic die of the BSS-2-like family. Every physical number carries its evidence; voltages, times and currents are hardware values.
 */
import { z } from 'zod';
import { evident, fraction, integer, number, quantity, word } from '../quantity.ts';

const code = () => integer(0, 1022);

/** A 10-bit voltage cell behind its buffer: voltage = slope x code + offset. */
const voltageCell = () =>
  z
    .strictObject({
      slope: evident(quantity('voltage', { min: 1e-6, max: 0.01 })),
      offset: evident(quantity('voltage', { min: -2, max: 2 })),
      usable: evident(z.tuple([code(), code()]).readonly()),
    })
    .readonly();

/** Spread of one parameter over the circuits of a die, relative to its nominal value or in volts. */
const spread = <T extends z.ZodType>(value: T) =>
  z
    .strictObject({
      value,
      distribution: word(['normal', 'lognormal']).default('normal'),
      evidence: word(['published', 'derived', 'assumed']),
      source: z.string().min(3, 'where the number comes from'),
    })
    .readonly();

const voltageSpread = () => spread(quantity('voltage', { min: 0, max: 0.5 }));
const relativeSpread = () => spread(fraction({ min: 0, max: 1 }));

export const ChipSchema = z
  .strictObject({
    kind: z.literal('chip', { error: 'kind: chip' }),
    name: z.string().min(1),
    description: z.string().default(''),
    family: word(['bss2']),
    /** Hardware runs this much faster than biology. */
    speed_up: evident(number(1, 1e6)),
    /** `fast` = f32 SIMD, one evaluation a step; `accurate` = f64, fourth order, for comparison with the teacher. */
    integrator: word(['fast', 'accurate']).default('fast'),
    /** Length of the analog step, which is also the window of the execution contract. */
    step: evident(quantity('time', { min: 1e-8, max: 1e-6 })),
    geometry: z
      .strictObject({
        cores: evident(integer(1, 64)),
        neurons_per_core: evident(integer(4, 512)),
        rows_per_core: evident(integer(1, 1024)),
        /** Neurons whose parameter cells share one ramp and disturb one another. */
        block: evident(integer(1, 512)),
      })
      .readonly(),
    interface: z
      .strictObject({
        /** Threshold crossing to the source queue of the network. */
        out: evident(quantity('time', { min: 0, max: 1e-5 })),
        /** Ejection from the network to the synapse row. */
        in: evident(quantity('time', { min: 0, max: 1e-5 })),
        /** Threshold crossing to a synapse row of the same core, by the core's own loop. */
        local: evident(quantity('time', { min: 0, max: 1e-5 })),
        delay_line: z
          .union([
            z.literal('none', { error: 'none, or {bits, step}' }),
            z.strictObject({ bits: integer(1, 16), step: quantity('time', { min: 1e-9, max: 1e-3 }) }).readonly(),
          ])
          .default('none'),
      })
      .readonly(),
    cells: z
      .strictObject({
        bits: evident(integer(4, 14)),
        settling: evident(quantity('time', { min: 0, max: 1 })),
        /** Standard deviation in codes, drawn at every write. */
        write_noise: evident(number(0, 50)),
        /** A cell shifts by -k CADC LSB per other cell of its block and kind with the same code. */
        crosstalk: evident(number(0, 1)),
        /** Codes by which a disturbance of one CADC LSB shows in a cell. */
        codes_per_lsb: evident(number(0.1, 100)),
      })
      .readonly(),
    neuron: z
      .strictObject({
        membrane_capacitance: evident(quantity('capacitance', { min: 1e-14, max: 1e-10 })),
        leak: voltageCell(),
        reset: voltageCell(),
        threshold: voltageCell(),
        leak_bias: z
          .strictObject({
            /** Leak conductance per code with the divider at 1. */
            conductance_per_code: evident(quantity('conductance', { min: 1e-12, max: 1e-6 })),
            /** The divided and multiplied modes change the conductance by this factor. */
            mode_factor: evident(number(1, 64)),
            /** Shift of the leak potential per e-fold of the bias current above that of 10 us. */
            leak_shift: evident(quantity('voltage', { min: -0.1, max: 0.1 })),
          })
          .readonly(),
        /** Leak OTA: I = I_b tanh(dV / linear_range); `linear` switches the nonlinearity off. */
        ota: word(['tanh', 'linear']).default('tanh'),
        linear_range: evident(quantity('voltage', { min: 0.01, max: 10 })),
        /** Refractory counter: periods are whole multiples of this. */
        refractory_clock: evident(quantity('time', { min: 1e-9, max: 1e-4 })),
        /** Voltage slope of the offset current per code, with the membrane capacitance of this card. */
        offset_current: evident(quantity('current', { min: 1e-13, max: 1e-6 })),
      })
      .readonly(),
    synapse: z
      .strictObject({
        weight_bits: evident(integer(1, 8)),
        label_bits: evident(integer(0, 16)),
        /** Step of dV/dt in V/s that a full-scale weight makes per code of the synapse bias. */
        drive_per_code: evident(number(0.01, 1e6)),
        /** Time constant = this / code, times the factor below when the line resistance is switched high. */
        tau_per_code: evident(quantity('time', { min: 1e-7, max: 1 })),
        high_resistance_factor: evident(number(1, 1000)),
        line_resistance: word(['low', 'high']).default('low'),
      })
      .readonly(),
    cadc: z
      .strictObject({
        bits: evident(integer(4, 14)),
        /** Voltage that reads 0. */
        zero: evident(quantity('voltage', { min: -1, max: 1 })),
        lsb: evident(quantity('voltage', { min: 1e-5, max: 0.1 })),
        sample_interval: evident(quantity('time', { min: 1e-8, max: 1e-3 })),
        reliable: evident(z.tuple([integer(0, 16383), integer(0, 16383)]).readonly()),
      })
      .readonly(),
    /** 1 = as stated below, 0 = every circuit nominal. */
    variation: fraction({ min: 0, max: 10 }).default(1),
    mismatch: z
      .strictObject({
        /** Share of the variance that the circuits of one quadrant have in common. */
        quadrant_share: evident(fraction({ min: 0, max: 1 })),
        leak: voltageSpread(),
        reset: voltageSpread(),
        threshold: voltageSpread(),
        tau_mem: relativeSpread(),
        tau_syn_excitatory: relativeSpread(),
        tau_syn_inhibitory: relativeSpread(),
        synaptic_strength_excitatory: relativeSpread(),
        synaptic_strength_inhibitory: relativeSpread(),
        synapse: relativeSpread(),
        /** Spread of the amplitude of one event over the drivers, at `driver_reference`. */
        driver_amplitude: voltageSpread(),
        driver_reference: evident(quantity('voltage', { min: 0.001, max: 2 })),
        cadc_offset: spread(number(0, 100)),
      })
      .readonly(),
    /** Spreads of quantities that this version does not model as circuits of their own; kept as anchors for tests and later models. */
    anchors: z.record(z.string(), z.union([voltageSpread(), relativeSpread()])).default({}),
    noise: z
      .strictObject({
        /** 1 = as stated below, 0 = off. */
        scale: fraction({ min: 0, max: 10 }).default(1),
        /** rms of an Ornstein-Uhlenbeck process through the membrane. */
        membrane: evident(quantity('voltage', { min: 0, max: 0.1 })),
        /** Standard deviation of one CADC reading, LSB. */
        cadc_read: evident(number(0, 50)),
      })
      .readonly(),
    /** `off` = real-valued weights and parameters: only to split errors. */
    quantisation: word(['on', 'off']).default('on'),
    binding: z
      .strictObject({
        /** V_hw = voltage_offset + voltage_gain x V_bio. */
        voltage_offset: evident(quantity('voltage', { min: -10, max: 10 })),
        voltage_gain: evident(number(0.1, 1000)),
        /** Percentile of |weight| per core and sign that gets the full code. */
        weight_percentile: evident(number(50, 100)),
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
        /** Area of one storage bit of a synapse (weight, label). */
        synapse_bit: evident(quantity('area', { min: 0, max: 1e-6 })),
        /** Area of a parameter cell, per bit. */
        cell_bit: evident(quantity('area', { min: 0, max: 1e-6 })),
        cadc_channel: evident(quantity('area', { min: 0, max: 1e-6 })),
        neuron: evident(quantity('area', { min: 0, max: 1e-6 })),
      })
      .readonly(),
  })
  .readonly();

/** A chip card as code sees it: SI units, every default filled in, frozen. */
export type ChipCard = z.infer<typeof ChipSchema>;
