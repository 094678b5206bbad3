/** Dies of the subthreshold family whose neurons were measured: factors of the nominal values, per neuron, and errors of the bias generators, per core. */
import * as z from 'zod';
import { labelMistakes, measuredColumn, measuredLabel } from './measured.ts';

/** Parameters that differ from neuron to neuron, all factors of the nominal value. */
export const DYNAPSE_DIE_PARAMETERS = [
  'tau_mem',
  'threshold',
  'refractory',
  'tau_ahp',
  'ahp',
  'tau_ampa',
  'tau_nmda',
  'tau_gaba_a',
  'tau_gaba_b',
  'weight_ampa',
  'weight_nmda',
  'weight_gaba_a',
  'weight_gaba_b',
] as const;
export type DynapseDieParameter = (typeof DYNAPSE_DIE_PARAMETERS)[number];

const column = () => measuredColumn().optional();

/** `biases`: the names of all bias currents. */
export function measuredDynapseSchema<const B extends string>(biases: readonly B[]) {
  const neurons = Object.fromEntries(DYNAPSE_DIE_PARAMETERS.map((name) => [name, column()])) as Record<
    DynapseDieParameter,
    ReturnType<typeof column>
  >;
  const generators = Object.fromEntries(biases.map((name) => [name, column()])) as Record<B, ReturnType<typeof column>>;
  return z
    .array(
      z
        .strictObject({
          ...measuredLabel,
          neurons: z.strictObject(neurons).readonly().describe('factors, one number per neuron, null where it was not measured'),
          biases: z.strictObject(generators).readonly().optional().describe('factors of the bias currents, one number per core'),
        })
        .readonly(),
    )
    .max(64)
    .readonly();
}

interface Geometry {
  readonly geometry: Readonly<Record<'cores' | 'neurons_per_core', { readonly value: number }>>;
  readonly measured?:
    | readonly {
        readonly name: string;
        readonly die: number;
        readonly neurons: Readonly<Record<string, readonly unknown[] | undefined>>;
        readonly biases?: Readonly<Record<string, readonly unknown[] | undefined>> | undefined;
      }[]
    | undefined;
}

/** What is wrong with measured dies, beside their fields. */
export function measuredDynapseMistakes({ geometry, measured = [] }: Geometry): { message: string; path: PropertyKey[] }[] {
  const cores = geometry.cores.value;
  const wrong = (i: number, group: 'neurons' | 'biases', count: number, of: string): { message: string; path: PropertyKey[] }[] =>
    Object.entries(measured[i]![group] ?? {}).flatMap(([name, values]) =>
      values === undefined || values.length === count
        ? []
        : [{ message: `${String(count)} numbers, one per ${of}, not ${String(values.length)}`, path: ['measured', i, group, name] }],
    );
  return [
    ...measured.flatMap((_, i) => [
      ...wrong(i, 'neurons', cores * geometry.neurons_per_core.value, 'neuron'),
      ...wrong(i, 'biases', cores, 'core'),
    ]),
    ...labelMistakes(measured),
  ];
}
