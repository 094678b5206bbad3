/**
 * Physical values that a laboratory measures as offsets and factors of a die: what the truth of a circuit (circuit.ts, adex-circuit.ts) makes of them, solved for the fixed pattern.
 * Potentials: value - nominal(code); a leak potential is meant at the leak bias of 10 us, where the bias does not shift it. Times: value / nominal(code), that of the membrane with the leak in mode
 * `normal`, full capacitance code, and the capacitance that this circuit has. Capacitances: value / nominal.
 */
import {
  capacitanceFactor,
  codeWeight,
  initialCode,
  largestCode,
  LARGEST_CAPACITANCE,
  tauMemOfCode,
  tauSynOfCode,
  voltageOfCode,
  type DieLayout,
} from '../../chip/index.ts';
import { DIE_PARAMETERS, type ChipCard, type DieParameter } from '../../model/index.ts';
import type { MeasuredRule } from './measured-table.ts';

/** One way from a physical value to the fixed pattern. */
interface Physical {
  readonly dimension: 'voltage' | 'time' | 'capacitance';
  /** Nominal value of circuit n at a code; `needsCode` tells whether it depends on one. */
  readonly needsCode: boolean;
  readonly nominal: (code: number, n: number, die: DieLayout) => number;
}

/** Rules of all parameters for reading a table. */
export function measuredRules(card: ChipCard): Readonly<Record<DieParameter, MeasuredRule>> {
  const physical = physicalValues(card);
  return Object.fromEntries(
    Object.entries(DIE_PARAMETERS).map(([name, unit]) => {
      const found = physical[name as DieParameter];
      const absolute = found && { dimension: found.dimension, ...(found.needsCode && { codes: largestCode(card) }) };
      return [name, { unit, ...(absolute && { absolute }) }];
    }),
  ) as Record<DieParameter, MeasuredRule>;
}

/** Offset or factor of circuit n that makes this physical value; `die` has what the table says of capacitances. */
export function patternOf(card: ChipCard, name: DieParameter, value: number, code: number, n: number, die: DieLayout): number {
  const nominal = physicalValues(card)[name]!.nominal(code, n, die);
  return DIE_PARAMETERS[name] === 'V' ? value - nominal : value / nominal;
}

function physicalValues(card: ChipCard): Partial<Record<DieParameter, Physical>> {
  const { neuron, synapse } = card;
  const { adex } = neuron;
  const unit = codeWeight(card);
  const cell = (of: { readonly slope: { readonly value: number }; readonly offset: { readonly value: number } }): Physical =>
    voltage((code) => of.slope.value * unit * code + of.offset.value);
  const tauSyn: Physical = { dimension: 'time', needsCode: true, nominal: (code) => tauSynOfCode(card, code) };
  const perCode = synapse.input?.reversal_per_code?.value;
  const reversal = (kind: 'reversal_excitatory' | 'reversal_inhibitory'): Physical =>
    voltage((code) => synapse.input![kind].value + perCode! * unit * (code - initialCode(card, kind)));
  const whole = neuron.membrane_capacitance.value;
  const intrinsic = adex?.intrinsic_capacitance.value ?? 0;
  return {
    leak: voltage((code) => voltageOfCode(card, 'leak', code)),
    reset: voltage((code) => voltageOfCode(card, 'reset', code)),
    threshold: voltage((code) => voltageOfCode(card, 'threshold', code)),
    tau_mem: {
      dimension: 'time',
      needsCode: true,
      nominal: (code, n, die) => tauMemOfCode(card, 'normal', code) * capacitanceFactor(card, die, n, LARGEST_CAPACITANCE),
    },
    tau_syn_excitatory: tauSyn,
    tau_syn_inhibitory: tauSyn,
    membrane_capacitance: fixed('capacitance', whole - intrinsic),
    ...(perCode !== undefined && {
      reversal_excitatory: reversal('reversal_excitatory'),
      reversal_inhibitory: reversal('reversal_inhibitory'),
    }),
    ...(adex && {
      exponential: cell(adex.exponential.voltage),
      exponential_slope: voltage((code) => adex.exponential.slope_minimum.value + adex.exponential.slope_per_code.value * unit * code),
      adaptation_leak: cell(adex.adaptation.leak),
      adaptation_reference: cell(adex.adaptation.reference),
      adaptation_tau: {
        dimension: 'time',
        needsCode: true,
        nominal: (code) => adex.adaptation.tau_per_code.value / (Math.max(code, 0.5) * unit),
      },
      comparator_delay: fixed('time', adex.comparator_delay.value),
      intrinsic_capacitance: fixed('capacitance', intrinsic),
    }),
  };
}

function voltage(nominal: (code: number) => number): Physical {
  return { dimension: 'voltage', needsCode: true, nominal };
}

function fixed(dimension: Physical['dimension'], value: number): Physical {
  return { dimension, needsCode: false, nominal: () => value };
}
