/**
 * The fixed pattern of a die as named columns, and back: what `die show`, `die diff` and `die export` read, and how a measured die takes the place of a drawn one.
 *   parameter of circuit n = measured value where the card has one for this die, else the draw.
 * `variation: 0` makes every circuit nominal, measured ones too; any other variation leaves measured values as they are, because they were measured.
 */
import { DIE_PARAMETERS, variationOf, type ChipCard, type DieParameter, type MeasuredDie } from '../model/index.ts';
import type { DieLayout } from './die-layout.ts';

/** Where each parameter lies in a layout. */
const FIELDS = {
  leak: 'leakOffset',
  reset: 'resetOffset',
  threshold: 'thresholdOffset',
  tau_mem: 'tauMemFactor',
  tau_syn_excitatory: 'tauSynExcitatoryFactor',
  tau_syn_inhibitory: 'tauSynInhibitoryFactor',
  synaptic_strength_excitatory: 'strengthExcitatoryFactor',
  synaptic_strength_inhibitory: 'strengthInhibitoryFactor',
  cadc_offset: 'cadcOffset',
  cadc_slope: 'cadcSlope',
  exponential: 'exponentialOffset',
  exponential_slope: 'exponentialSlopeFactor',
  adaptation_leak: 'adaptationLeakOffset',
  adaptation_reference: 'adaptationReferenceOffset',
  adaptation_tau: 'adaptationTauFactor',
  adaptation_strength: 'adaptationStrengthFactor',
  adaptation_jump: 'adaptationJumpFactor',
  comparator_delay: 'comparatorDelayFactor',
  reversal_excitatory: 'reversalExcitatoryOffset',
  reversal_inhibitory: 'reversalInhibitoryOffset',
  conductance_excitatory: 'conductanceExcitatoryFactor',
  conductance_inhibitory: 'conductanceInhibitoryFactor',
  synapse_reference_excitatory: 'synapseReferenceExcitatoryOffset',
  synapse_reference_inhibitory: 'synapseReferenceInhibitoryOffset',
  membrane_capacitance: 'membraneCapacitanceFactor',
  intrinsic_capacitance: 'intrinsicCapacitanceFactor',
} as const satisfies Record<DieParameter, keyof DieLayout>;
type Field = (typeof FIELDS)[DieParameter];

/** The measured die with this number, if the card has one and does not switch variation off. */
export function measuredDie(card: ChipCard, seed: number): MeasuredDie | undefined {
  return variationOf(card) === 0 ? undefined : card.measured?.find(({ die }) => die === seed);
}

/** Columns of a layout of which something was measured; what was not is as `drawn`. */
export function measuredColumns(
  measured: MeasuredDie | undefined,
  drawn: Readonly<Record<Field, Float64Array>>,
): Partial<Record<Field, Float64Array>> {
  const columns = Object.entries(measured?.circuits ?? {}) as [DieParameter, readonly (number | null)[] | undefined][];
  return Object.fromEntries(
    columns.flatMap(([name, values]) => {
      const field = FIELDS[name];
      return values === undefined ? [] : [[field, Float64Array.from(values, (value, n) => value ?? drawn[field][n]!)]];
    }),
  );
}

interface Named {
  readonly measured?: readonly { readonly name: string; readonly die: number }[] | undefined;
}

/** Number of a die given as a number, or as the name of a measured die of the card; undefined for any other name. */
export function dieNumber(card: Named, given: string): number | undefined {
  const named = card.measured?.find(({ name }) => name === given);
  if (named !== undefined) return named.die;
  return /^\d+$/.test(given) && Number.isSafeInteger(Number(given)) ? Number(given) : undefined;
}

/** One parameter of all circuits: offsets in V or ADC LSB, factors of the nominal value (unit 1). */
export interface DieColumn {
  readonly name: DieParameter;
  readonly unit: 'V' | 'LSB' | '1';
  readonly values: Float64Array;
}

/** The fixed pattern of all circuits. Columns of circuits that the card does not have (no `adex`, no `synapse.input`, no resting currents) are left out. */
export function dieColumns(card: ChipCard, die: DieLayout): readonly DieColumn[] {
  const missing = [
    ...(card.neuron.adex === undefined ? ['exponential', 'adaptation', 'comparator'] : []),
    ...(card.synapse.input === undefined ? ['reversal', 'conductance'] : []),
    ...(card.synapse.input?.full_drop === undefined ? ['synapse_reference'] : []),
  ];
  const names = (Object.keys(DIE_PARAMETERS) as DieParameter[]).filter((name) => !missing.some((circuit) => name.startsWith(circuit)));
  return names.map((name) => ({ name, unit: DIE_PARAMETERS[name], values: die[FIELDS[name]] }));
}
