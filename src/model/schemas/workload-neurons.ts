/**
 * Populations of a workload card: neuron model, parameters, how its neurons receive, passive dendrites, and how parameters differ between neurons.
 * Conductances and capacitances are relative to those of the soma's leak, so that a card speaks of times and voltages alone. `lif` and `adex` with exponential currents run
 * on a chip too; everything else runs on the teacher (neurolith reference).
 */
import * as z from 'zod';
import { DIMENSIONS, parseQuantity, type Dimension } from '../../base/index.ts';
import { integer, number, quantity, word } from '../quantity.ts';

const MOST_NEURONS = 1_000_000;

const time = quantity('time', { min: 0, max: 1e4 });
const timeConstant = quantity('time', { min: 1e-5, max: 10 });
const voltage = quantity('voltage', { min: -1, max: 1 });
const name = z.string({ error: 'a name' }).min(1, 'a name').max(200, 'a name of at most 200 characters');

const synapticTimes = { tau_syn_excitatory: timeConstant, tau_syn_inhibitory: timeConstant };
const leaky = {
  tau_mem: timeConstant,
  ...synapticTimes,
  rest: voltage,
  threshold: voltage.meta({ description: 'where a spike is seen; for `adex` the peak, above the threshold of the exponential' }),
  reset: voltage,
  refractory: time,
};

const ExponentialSchema = z
  .strictObject({
    threshold: voltage.meta({ description: 'V_T: where the exponential takes over' }),
    slope: quantity('voltage', { min: 1e-5, max: 0.1 }).meta({ description: 'Delta_T' }),
  })
  .readonly();

const AdaptationSchema = z
  .strictObject({
    strength: number(-100, 100).meta({ description: 'a relative to the leak conductance; below zero it speeds up' }),
    tau: timeConstant.meta({ description: 'tau_w' }),
    jump: voltage.meta({ description: 'b divided by the leak conductance' }),
  })
  .readonly();

const size = z
  .union([integer(1, MOST_NEURONS), z.literal('from edges')])
  .meta({ description: 'number of neurons, or "from edges": as many as the edge files name' });

const limit = quantity('voltage', { min: 1e-5, max: 10 }).meta({ description: 'steady depolarisation that the saturated input holds' });
const reversals = { reversal_excitatory: voltage, reversal_inhibitory: voltage };

const SynapsesSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('exponential') }).readonly(),
    z.strictObject({ kind: z.literal('alpha') }).readonly(),
    z
      .strictObject({ kind: z.literal('delta') })
      .readonly()
      .meta({ description: 'an event moves the membrane itself by its weight' }),
    z.strictObject({ kind: z.literal('saturating'), limit }).readonly(),
    z
      .strictObject({ kind: z.literal('conductance'), shape: word(['exponential', 'alpha']).default('exponential'), ...reversals })
      .readonly()
      .meta({ description: 'an event adds a conductance, whose current at rest is that of a current synapse of the same weight' }),
  ])
  .meta({ description: 'how a population receives; exponential currents unless given, others only on the teacher (neurolith reference)' });

const DendriteSchema = z
  .strictObject({
    coupling: number(0, 1e4).meta({
      description: 'conductance to the compartment before (the soma first), relative to the leak of the soma',
    }),
    leak: number(0, 1e4).meta({ description: 'relative to the leak of the soma; it leads to the rest of the soma' }),
    capacitance: number(1e-4, 1e4).meta({ description: 'relative to that of the soma' }),
  })
  .readonly();

const dendrites = z
  .array(DendriteSchema)
  .max(2, 'at most two compartments')
  .readonly()
  .optional()
  .meta({ description: 'passive compartments in a row behind the soma; only on the teacher' });
const receives = word(['soma', 'last dendrite']).default('soma').meta({ description: 'where synapses sit; currents go into the soma' });

const SpreadSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('normal'),
        deviation: z.union([z.string(), z.number()]).meta({ description: 'standard deviation, as text with the unit of the parameter' }),
        minimum: z.union([z.string(), z.number()]).optional(),
        maximum: z.union([z.string(), z.number()]).optional(),
      })
      .readonly(),
    z
      .strictObject({ kind: z.literal('lognormal'), sigma: number(0, 5) })
      .readonly()
      .meta({ description: 'the stated value times exp(sigma x standard normal)' }),
    z
      .strictObject({ kind: z.literal('uniform'), minimum: z.union([z.string(), z.number()]), maximum: z.union([z.string(), z.number()]) })
      .readonly(),
    z
      .strictObject({
        kind: z.literal('file'),
        file: name.meta({ description: "a CSV file with a header line in the card's folder, one row per neuron" }),
        column: name,
        unit: z.string().optional().meta({ description: 'what 1 in the column stands for, such as `1 mV`; of plain numbers none' }),
      })
      .readonly(),
  ])
  .meta({ description: 'how one parameter differs between neurons; the value under `parameters` is its centre' });

const common = {
  size,
  spread: z.record(name, SpreadSchema).readonly().optional().meta({
    description: 'parameters that differ between neurons, by name (`threshold`, `adaptation.jump`), drawn by the graph seed or read',
  }),
};

/** One population of a workload card. */
export const PopulationSchema = z.discriminatedUnion('model', [
  z
    .strictObject({
      model: z.literal('lif'),
      ...common,
      parameters: z.strictObject(leaky).readonly(),
      synapses: SynapsesSchema.optional(),
      dendrites,
      receives,
    })
    .readonly(),
  z
    .strictObject({
      model: z.literal('adex'),
      ...common,
      parameters: z.strictObject({ ...leaky, exponential: ExponentialSchema, adaptation: AdaptationSchema }).readonly(),
      synapses: SynapsesSchema.optional(),
      dendrites,
      receives,
    })
    .readonly(),
  z
    .strictObject({
      model: z.literal('izhikevich'),
      ...common,
      parameters: z
        .strictObject({
          a: number(-10, 10).meta({ description: '1/ms, rate of the recovery' }),
          b: number(-100, 100).meta({ description: 'sensitivity of the recovery to v' }),
          c: voltage.meta({ description: 'reset of v' }),
          d: number(-1000, 1000).meta({ description: 'jump of the recovery' }),
          peak: voltage.prefault('30 mV').meta({ description: 'where a spike is seen and v reset' }),
          start: voltage.prefault('-65 mV').meta({ description: 'v at time 0; the recovery starts at b v' }),
          tau_syn_excitatory: timeConstant.prefault('5 ms'),
          tau_syn_inhibitory: timeConstant.prefault('5 ms'),
        })
        .readonly(),
      synapses: SynapsesSchema.optional(),
    })
    .readonly()
    .meta({ description: 'currents and weights are those of dv/dt in mV per ms: 1 mV stands for 1; with delta synapses a weight moves v' }),
  z
    .strictObject({
      model: z.literal('hodgkin-huxley'),
      ...common,
      parameters: z
        .strictObject({
          tau_mem: timeConstant.meta({ description: 'capacitance over leak conductance' }),
          ...synapticTimes,
          rest: voltage.meta({ description: 'E_L, reversal of the leak' }),
          threshold: voltage.meta({ description: 'whose upward crossing is the spike; nothing is reset' }),
          onset: voltage.meta({ description: 'V_T, to which the rates of the gates refer' }),
          sodium: number(0, 1e6).meta({ description: 'g_Na relative to the leak' }),
          sodium_reversal: voltage,
          potassium: number(0, 1e6).meta({ description: 'g_K relative to the leak' }),
          potassium_reversal: voltage,
        })
        .readonly(),
      synapses: SynapsesSchema.optional(),
      dendrites,
      receives,
    })
    .readonly()
    .meta({ description: 'kinetics of Traub and Miles' }),
  z
    .strictObject({
      model: z.literal('intfire'),
      ...common,
      parameters: z.strictObject({ tau_mem: timeConstant, refractory: time }).readonly(),
    })
    .readonly()
    .meta({
      description: 'IntFire1 of NEURON and SONATA: m decays to 0, an event adds its weight, above 1 is a spike; a weight of 1 mV is 1',
    }),
  z
    .strictObject({
      model: z.literal('loihi'),
      ...common,
      parameters: z
        .strictObject({
          current_decay: integer(0, 4096).meta({ description: 'share of the current that is lost per step, in 4096ths' }),
          voltage_decay: integer(0, 4096).meta({ description: 'share of the voltage that is lost per step, in 4096ths' }),
          threshold: integer(1, 2 ** 23).meta({ description: 'a voltage above it is a spike' }),
          bias: integer(-(2 ** 20), 2 ** 20).default(0),
          refractory: integer(0, 4096).default(0).meta({ description: 'steps for which the voltage stays 0' }),
          unit: quantity('voltage', { min: 1e-9, max: 1 })
            .prefault('1 mV')
            .meta({ description: 'weight that adds 1 to the current; weights are rounded to whole units' }),
        })
        .readonly(),
    })
    .readonly()
    .meta({ description: 'integer neuron of Loihi, in mode grid only: one step of the grid is one time step of the chip' }),
]);
export type WorkloadPopulation = z.output<typeof PopulationSchema>;
export type WorkloadSpread = z.output<typeof SpreadSchema>;

/** Parameters of a population by name, in the order of the model; nested ones with a dot, dendrites as `dendrites.0.coupling`. */
export function flatParameters(population: {
  readonly parameters: object;
  readonly dendrites?: readonly object[] | undefined;
}): Map<string, number> {
  const found = new Map<string, number>();
  const gather = (prefix: string, value: unknown): void => {
    if (typeof value === 'number') found.set(prefix, value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) gather(prefix === '' ? key : `${prefix}.${key}`, inner);
  };
  gather('', population.parameters);
  gather('dendrites', population.dendrites ?? []);
  return found;
}

const TIMES = new Set(['tau_mem', 'tau_syn_excitatory', 'tau_syn_inhibitory', 'refractory', 'adaptation.tau']);
const VOLTAGES = new Set(
  'rest threshold reset onset exponential.threshold exponential.slope adaptation.jump c peak start sodium_reversal potassium_reversal unit'.split(
    ' ',
  ),
);

/** SI value of a number in a spread of this parameter, NaN when the text does not fit. */
export function spreadValue(model: WorkloadPopulation['model'], parameter: string, given: string | number): number {
  const dimension = dimensionOf(model, parameter);
  if (dimension === undefined) return typeof given === 'number' ? given : NaN;
  return typeof given === 'string' ? (parseQuantity(given, dimension) ?? NaN) : NaN;
}

/** What a value of this parameter looks like, for messages. */
export function expectedSpread(model: WorkloadPopulation['model'], parameter: string): string {
  const dimension = dimensionOf(model, parameter);
  return dimension === undefined
    ? 'a plain number'
    : `a ${dimension} such as "1 ${dimension === 'time' ? 'ms' : `m${DIMENSIONS[dimension]}`}"`;
}

function dimensionOf(model: WorkloadPopulation['model'], parameter: string): Dimension | undefined {
  if (model === 'loihi' && parameter !== 'unit') return undefined;
  if (TIMES.has(parameter)) return 'time';
  return VOLTAGES.has(parameter) ? 'voltage' : undefined;
}
