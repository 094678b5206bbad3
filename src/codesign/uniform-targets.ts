/** Targets of a plan for every circuit of a card, with the nominal codes for them. */
import type { CalibrationTargets } from '../calibration/index.ts';
import {
  codeOfDrive,
  codeOfJoin,
  codeOfTauMem,
  codeOfTauSyn,
  codeOfVoltage,
  initialCode,
  peakPerDrive,
  restOfPeriod,
  reversalCode,
  thresholdOfPeriod,
} from '../chip/index.ts';
import { RATE_REFRACTORY } from '../grading/index.ts';
import { LEAK_MODES, type CalibrationPlan, type ChipCard, type NeuronCell, type Setting } from '../model/index.ts';

/** The nominal setting with the leak, or the threshold, of the data sheet for a firing rate. Throws InfeasibleError where that does not reach so far. */
export function firingSetting(card: ChipCard, { targets: wanted, effort }: CalibrationPlan, nominal: Setting, rate: number): Setting {
  const linearRange = card.neuron.ota === 'linear' ? Infinity : card.neuron.linear_range.value;
  const { reset, threshold, tau_mem: tauMem } = wanted;
  if (effort.rate_by === 'threshold') {
    const volts = thresholdOfPeriod({ rest: wanted.leak, reset, tauMem, linearRange, refractory: RATE_REFRACTORY }, 1 / rate);
    const at = codeOfVoltage(card, 'threshold', volts);
    return { ...nominal, codes: { ...nominal.codes, threshold: nominal.codes!.threshold!.map(() => at) } };
  }
  const rest = restOfPeriod({ reset, threshold, tauMem, linearRange, refractory: RATE_REFRACTORY }, 1 / rate);
  const code = codeOfVoltage(card, 'leak', rest);
  return { ...nominal, codes: { ...nominal.codes, leak: nominal.codes!.leak!.map(() => code) } };
}

/** The same targets for every circuit, with the nominal codes for them. Throws InfeasibleError for what the card cannot do. */
export function uniformTargets(
  card: ChipCard,
  wanted: CalibrationPlan['targets'],
): { readonly targets: CalibrationTargets; readonly nominal: Setting } {
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const all = (value: number): Float64Array => new Float64Array(neurons).fill(value);
  const codes = (value: number): Int32Array => new Int32Array(neurons).fill(value);
  const bias = codeOfTauMem(card, wanted.tau_mem);
  const synapses = synapticTargets(wanted);
  const conducts = wanted.reversal_excitatory !== undefined || wanted.reversal_inhibitory !== undefined;
  return {
    targets: {
      leak: all(wanted.leak),
      reset: all(wanted.reset),
      threshold: all(wanted.threshold),
      tauMem: all(wanted.tau_mem),
      ...(synapses && {
        tauSynExcitatory: all(synapses.tauSyn),
        driveExcitatory: all(synapses.drive),
        tauSynInhibitory: all(synapses.tauSyn),
        driveInhibitory: all(synapses.drive),
      }),
      ...(wanted.tau_icc !== undefined && { tauIcc: all(wanted.tau_icc) }),
      ...(wanted.refractory !== undefined && { refractory: wanted.refractory, holdOff: wanted.hold_off ?? 0 }),
      ...(wanted.reversal_excitatory !== undefined && { reversalExcitatory: all(wanted.reversal_excitatory) }),
      ...(wanted.reversal_inhibitory !== undefined && { reversalInhibitory: all(wanted.reversal_inhibitory) }),
      ...(wanted.input_shift !== undefined && { inputShift: all(wanted.input_shift) }),
      ...(wanted.short_term && { shortTerm: wanted.short_term }),
      ...(wanted.correlation && { correlation: wanted.correlation }),
    },
    nominal: {
      ...(conducts && { conductanceSynapses: true }),
      codes: {
        ...conductanceCodes(card, 'excitatory', wanted.reversal_excitatory),
        ...conductanceCodes(card, 'inhibitory', wanted.reversal_inhibitory),
        leak: codes(codeOfVoltage(card, 'leak', wanted.leak)),
        reset: codes(codeOfVoltage(card, 'reset', wanted.reset)),
        threshold: codes(codeOfVoltage(card, 'threshold', wanted.threshold)),
        leak_bias: codes(bias.code),
        ...(synapses && {
          synapse_tau_excitatory: codes(codeOfTauSyn(card, synapses.tauSyn)),
          synapse_bias_excitatory: codes(codeOfDrive(card, synapses.drive)),
          synapse_tau_inhibitory: codes(codeOfTauSyn(card, synapses.tauSyn)),
          synapse_bias_inhibitory: codes(codeOfDrive(card, synapses.drive)),
        }),
        ...(wanted.input_shift !== undefined && {
          synapse_reference_excitatory: codes(initialCode(card, 'synapse_reference_excitatory')),
          synapse_reference_inhibitory: codes(initialCode(card, 'synapse_reference_inhibitory')),
        }),
        ...(wanted.tau_icc !== undefined && { inter_compartment: codes(codeOfJoin(card, wanted.tau_icc)) }),
      },
      leakMode: new Uint8Array(neurons).fill(LEAK_MODES.indexOf(bias.mode)),
    },
  };
}

/** Nominal codes of an input that is a conductance with this reversal potential, V. */
function conductanceCodes(
  card: ChipCard,
  sign: 'excitatory' | 'inhibitory',
  wanted: number | undefined,
): Partial<Record<NeuronCell, Int32Array>> {
  if (wanted === undefined) return {};
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const reversal = reversalCode(card, `reversal_${sign}`, wanted);
  const { reference, [`reversal_${sign}` as const]: sheet } = card.synapse.input!;
  // a reversal potential that is nearer needs a steeper slope for the same current at the reference
  const slope = initialCode(card, `conductance_${sign}`) * ((sheet.value - reference.value) / (wanted - reference.value));
  return {
    [`reversal_${sign}`]: new Int32Array(neurons).fill(reversal),
    [`conductance_${sign}`]: new Int32Array(neurons).fill(Math.round(slope)),
  };
}

/** Time constant and strength (V/s by a full-scale weight) of the synaptic inputs, where the plan names them. */
function synapticTargets({
  tau_mem,
  tau_syn,
  psp,
}: CalibrationPlan['targets']): { readonly tauSyn: number; readonly drive: number } | undefined {
  if (tau_syn === undefined || psp === undefined) return undefined;
  return { tauSyn: tau_syn, drive: psp / peakPerDrive(tau_mem, tau_syn) };
}
