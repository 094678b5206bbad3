/**
 * Schema of a chip card of the subthreshold family: neurons and synapses of the DYNAP-SE2 kind, made of differential pair integrators in current mode. All neurons of a core
 * share one set of biases, each a coarse and a fine code; what differs from neuron to neuron is mismatch, which no code reaches. Circuits: `src/chip/dynapse`.
 */
import * as z from 'zod';
import { evident, fraction, integer, number, quantity, word } from '../quantity.ts';
import { measuredDynapseMistakes, measuredDynapseSchema } from './chip/measured-dynapse.ts';
import { analogStep, cardHead, delayLine, relativeSpread } from './chip/parts.ts';

/** Biases of a core, in the order of their draws on a die. Numbers are never reused, so new ones are added at the end. */
export const DYNAPSE_BIASES = [
  'tau_mem',
  'gain_mem',
  'dc',
  'threshold',
  'refractory',
  'feedback',
  'feedback_threshold',
  'feedback_width',
  'tau_ahp',
  'gain_ahp',
  'weight_ahp',
  'tau_ampa',
  'gain_ampa',
  'tau_nmda',
  'gain_nmda',
  'tau_gaba_a',
  'gain_gaba_a',
  'tau_gaba_b',
  'gain_gaba_b',
  'weight_0',
  'weight_1',
  'weight_2',
  'weight_3',
  'nmda_gate',
  'pulse',
] as const;
/** Name of a bias current. */
export type DynapseBias = (typeof DYNAPSE_BIASES)[number];

/** The four kinds of synapse, by their 2-bit code. */
export const DYNAPSE_SYNAPSES = ['ampa', 'nmda', 'gaba_a', 'gaba_b'] as const;
/** Kind of a synapse. */
export type DynapseSynapse = (typeof DYNAPSE_SYNAPSES)[number];

const capacitance = () => evident(quantity('capacitance', { min: 1e-15, max: 1e-9 }));
const current = () => evident(quantity('current', { min: 1e-14, max: 1e-4 }));
const time = () => evident(quantity('time', { min: 1e-8, max: 10 }));
const interval = () => evident(quantity('time', { min: 0, max: 1e-2 }));

export const DynapseSchema = z
  .strictObject({
    ...cardHead,
    family: word(['dynapse']),
    speed_up: evident(number(1, 1)).describe('subthreshold circuits run in biological time'),
    integrator: word(['fast', 'accurate'])
      .default('accurate')
      .describe('`fast` = f32 SIMD, one evaluation a step; `accurate` = f64 with its own step control'),
    step: analogStep(1e-6, 1e-3),
    geometry: z
      .strictObject({
        cores: evident(integer(1, 64)),
        neurons_per_core: evident(integer(4, 1024)),
        synapses_per_neuron: evident(integer(1, 1024)).describe('words of the content-addressable memory of a neuron'),
      })
      .readonly(),
    interface: z
      .strictObject({
        out: interval().describe('threshold crossing to the source queue of the network'),
        in: interval().describe('ejection from the network to the effect of the synapse'),
        local: interval().describe("threshold crossing to the effect on a synapse of the same core, by the core's own router"),
        delay_line: delayLine(1e-1).describe('delay bits of a synapse; early spikes wait in whole steps'),
      })
      .readonly(),
    bias_generator: z
      .strictObject({
        dark: current().describe('dark current: the least that flows anywhere'),
        coarse: evident(z.tuple([quantity('current')], quantity('current')).readonly()).describe(
          'full-scale current of every coarse code, ascending',
        ),
        fine: evident(integer(1, 4095)).describe('largest fine code: the current is this share of the coarse one'),
      })
      .readonly(),
    physics: z
      .strictObject({
        kappa: evident(number(0.3, 1)).describe('subthreshold slope factor, mean of n and p transistors'),
        thermal_voltage: evident(quantity('voltage', { min: 0.01, max: 0.05 })),
        switching_voltage: evident(quantity('voltage', { min: 0.05, max: 3 })).describe(
          'swing by which a bias charges the capacitor of the refractory circuit or of the pulse extender',
        ),
        clip: current().describe('largest membrane current: the transistor leaves the subthreshold region'),
      })
      .readonly(),
    capacitances: z
      .strictObject({
        membrane: capacitance(),
        ampa: capacitance(),
        nmda: capacitance(),
        gaba_a: capacitance(),
        gaba_b: capacitance(),
        ahp: capacitance(),
        refractory: capacitance(),
        pulse: capacitance(),
      })
      .readonly(),
    weight_bits: evident(integer(1, 4)).describe('a weight is the sum of these of the base currents of its core'),
    design: z
      .strictObject({
        tau_mem: time(),
        tau_syn: time(),
        tau_ahp: time(),
        refractory: time(),
        pulse: time(),
        gain_mem: evident(number(0.1, 1000)).describe('gain current over leak current of the membrane'),
        gain_syn: evident(number(0.1, 10_000)).describe('gain current over leak current of the synapses'),
        gain_ahp: evident(number(0.1, 1000)).describe('gain current over leak current of the adaptation'),
        threshold: current(),
        dc: current().describe('constant input current'),
        weights: evident(z.array(quantity('current')).min(1).max(4).readonly()).describe('base currents of the weight bits'),
        weight_ahp: current().describe('dark current: no adaptation'),
        feedback: current().describe('largest positive feedback; dark current: none'),
        feedback_threshold: current().describe('membrane current of half the feedback'),
        feedback_width: current().describe('width of the sigmoid'),
        nmda_gate: current().describe('membrane current at which half of the NMDA current flows; dark current: gate open'),
      })
      .readonly()
      .describe('what the biases of every core are set to until they are changed: nearest codes'),
    variation: fraction({ min: 0, max: 10 }).default(1).describe('scale of all spreads; 0 = every circuit nominal'),
    mismatch: z
      .strictObject({
        core_share: evident(fraction({ min: 0, max: 1 })).describe('share of the variance that the neurons of one core have in common'),
        bias: relativeSpread().describe('spread of one bias current over the cores: the error of its generator'),
        tau_mem: relativeSpread(),
        tau_syn: relativeSpread().describe('over the neurons, each kind of synapse on its own'),
        tau_ahp: relativeSpread(),
        weight: relativeSpread().describe('strength of all synapses of a kind of a neuron'),
        synapse: relativeSpread().describe('strength of a single synapse'),
        threshold: relativeSpread(),
        refractory: relativeSpread(),
        ahp: relativeSpread().describe('strength of the adaptation'),
      })
      .readonly(),
    noise: z
      .strictObject({
        scale: fraction({ min: 0, max: 10 }).default(1).describe('1 = as stated below, 0 = off'),
        membrane: evident(fraction({ min: 0, max: 0.3 })).describe(
          'rms of the membrane current as comparator and monitor see it, relative',
        ),
        interval: evident(quantity('time', { min: 1e-6, max: 1 })).describe('time for which a value of the noise stands'),
      })
      .readonly(),
    monitor: z
      .strictObject({
        sample_interval: evident(quantity('time', { min: 1e-6, max: 1 })).describe('one neuron per core at a time'),
        noise: evident(fraction({ min: 0, max: 1 })).describe('rms of one reading, relative'),
      })
      .readonly(),
    faults: z
      .strictObject({
        dead: z
          .union([fraction({ min: 0, max: 1 }), z.array(integer(0, 65_535)).max(65_536).readonly()])
          .default(0)
          .describe('neurons that never fire: a share, drawn by the die seed, or a list'),
      })
      .readonly()
      .prefault({}),
    settling: evident(quantity('time', { min: 0, max: 10 })).describe('time after a change of biases until the circuits rest'),
    energy: z
      .strictObject({
        synaptic_event: evident(quantity('energy', { min: 0, max: 1e-6 })),
        neuron_spike: evident(quantity('energy', { min: 0, max: 1e-6 })),
        static_power: evident(quantity('power', { min: 0, max: 1000 })),
      })
      .readonly(),
    area: z.strictObject({ die: evident(quantity('area', { min: 0, max: 1e-2 })) }).readonly(),
    measured: measuredDynapseSchema(DYNAPSE_BIASES)
      .optional()
      .describe('dies whose neurons were measured; `neurolith die import` writes them'),
  })
  .superRefine((card, context) => {
    for (const mistake of measuredDynapseMistakes(card)) context.addIssue({ code: 'custom', ...mistake });
    const { coarse } = card.bias_generator;
    if (coarse.value.some((value, i) => !(value > (coarse.value[i - 1] ?? card.bias_generator.dark.value))))
      context.addIssue({
        code: 'custom',
        path: ['bias_generator', 'coarse', 'value'],
        message: 'ascending currents above the dark current',
      });
    if (card.design.weights.value.length !== card.weight_bits.value)
      context.addIssue({ code: 'custom', path: ['design', 'weights', 'value'], message: 'a base current for every bit of a weight' });
  })
  .readonly();

/** A chip card of the subthreshold family as code sees it. SI units. */
export type DynapseCard = z.infer<typeof DynapseSchema>;

/** A measured die of this family. */
export type MeasuredDynapse = NonNullable<DynapseCard['measured']>[number];
