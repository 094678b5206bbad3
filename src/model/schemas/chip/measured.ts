/**
 * Dies whose circuits were measured: instead of a draw, the value that a laboratory found. A measured die has a number like any other die, and stands wherever a die's number stands; what was not
 * measured is drawn from that number.
 */
import * as z from 'zod';
import { integer } from '../../quantity.ts';

/** Parameters of a circuit that differ from die to die, under the names of their spreads on the card. An offset is added to the nominal value (V, or ADC LSB), a factor multiplies it. */
export const DIE_PARAMETERS = {
  leak: 'V',
  reset: 'V',
  threshold: 'V',
  tau_mem: '1',
  tau_syn_excitatory: '1',
  tau_syn_inhibitory: '1',
  synaptic_strength_excitatory: '1',
  synaptic_strength_inhibitory: '1',
  cadc_offset: 'LSB',
  cadc_slope: '1',
  exponential: 'V',
  exponential_slope: '1',
  adaptation_leak: 'V',
  adaptation_reference: 'V',
  adaptation_tau: '1',
  adaptation_strength: '1',
  adaptation_jump: '1',
  comparator_delay: '1',
  reversal_excitatory: 'V',
  reversal_inhibitory: 'V',
  conductance_excitatory: '1',
  conductance_inhibitory: '1',
  synapse_reference_excitatory: 'V',
  synapse_reference_inhibitory: 'V',
  membrane_capacitance: '1',
  intrinsic_capacitance: '1',
} as const satisfies Record<string, 'V' | 'LSB' | '1'>;
export type DieParameter = keyof typeof DIE_PARAMETERS;

/** One number per circuit, row or block; null = not measured, drawn as ever. */
export const measuredColumn = () =>
  z.array(z.number({ error: 'a finite number, or null for what was not measured' }).nullable()).readonly();
const names = Object.keys(DIE_PARAMETERS) as DieParameter[];
const circuits = Object.fromEntries(
  names.map((name) => {
    const unit = DIE_PARAMETERS[name];
    const meaning = unit === '1' ? 'factor of the nominal value' : `offset from the nominal value, ${unit}`;
    return [name, measuredColumn().optional().describe(meaning)];
  }),
) as unknown as Record<DieParameter, z.ZodOptional<ReturnType<typeof measuredColumn>>>;

/** Fields of a measured die of any family. */
export const measuredLabel = {
  name: z.string().regex(/^[a-zA-Z][\w.-]*$/, 'a name that begins with a letter: letters, digits, dot, dash'),
  die: integer(0, Number.MAX_SAFE_INTEGER).describe('number under which commands find this die; draws what was not measured'),
  source: z.string().min(3, 'where the numbers come from'),
};

export const MeasuredSchema = z
  .array(
    z
      .strictObject({
        ...measuredLabel,
        circuits: z.strictObject(circuits).readonly().describe('one number per circuit, null where it was not measured'),
        drivers: measuredColumn().optional().describe('factor of the amplitude of each synapse driver, one per row over all cores'),
        sensors: z
          .strictObject({ amplitude: measuredColumn().optional(), tau: measuredColumn().optional() })
          .readonly()
          .optional()
          .describe(
            'amplitude and time constant of the median correlation sensor of each block of circuits, as factors of the nominal value',
          ),
      })
      .readonly(),
  )
  .max(64)
  .readonly();

/** A measured die as code sees it. */
export type MeasuredDie = z.infer<typeof MeasuredSchema>[number];

/** What is wrong with the labels of measured dies: names and numbers are unique. */
export function labelMistakes(
  measured: readonly { readonly name: string; readonly die: number }[],
): { message: string; path: PropertyKey[] }[] {
  return measured.flatMap(({ name, die }, i) => [
    ...(measured.findIndex((other) => other.name === name) < i
      ? [{ message: 'a name that no die above has', path: ['measured', i, 'name'] }]
      : []),
    ...(measured.findIndex((other) => other.die === die) < i
      ? [{ message: 'a number that no die above has', path: ['measured', i, 'die'] }]
      : []),
  ]);
}

interface Geometry {
  readonly geometry: Readonly<Record<'cores' | 'neurons_per_core' | 'rows_per_core' | 'block', { readonly value: number }>>;
  readonly measured?: readonly MeasuredDie[] | undefined;
}

/** What is wrong with measured dies, beside their fields: columns have one number per circuit, row or block, names and numbers of dies are unique. */
export function measuredMistakes({ geometry, measured = [] }: Geometry): { message: string; path: PropertyKey[] }[] {
  const circuitCount = geometry.cores.value * geometry.neurons_per_core.value;
  const rowCount = geometry.cores.value * geometry.rows_per_core.value;
  const blockCount = Math.ceil(circuitCount / geometry.block.value);
  const mistakes: { message: string; path: PropertyKey[] }[] = [];
  const complain = (message: string, ...path: PropertyKey[]): number => mistakes.push({ message, path: ['measured', ...path] });
  for (const [i, { circuits: columns, drivers, sensors = {} }] of measured.entries()) {
    for (const [parameter, values] of Object.entries(columns))
      if (values !== undefined && values.length !== circuitCount)
        complain(`${String(circuitCount)} numbers, one per circuit, not ${String(values.length)}`, i, 'circuits', parameter);
    if (drivers !== undefined && drivers.length !== rowCount)
      complain(`${String(rowCount)} numbers, one per synapse row, not ${String(drivers.length)}`, i, 'drivers');
    for (const [which, values] of Object.entries(sensors))
      if (values !== undefined && values.length !== blockCount)
        complain(`${String(blockCount)} numbers, one per block of circuits, not ${String(values.length)}`, i, 'sensors', which);
  }
  return [...mistakes, ...labelMistakes(measured)];
}
