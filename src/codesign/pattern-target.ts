/**
 * From a neuron of the literature to the chip: hardware units (1 mV biological by the card's gain, time by its speed-up), targets of the calibration, nominal codes, and what the
 * exact teacher does under the same step. The full membrane capacitance is kept; conductances and currents scale with it.
 */
import { log } from '../base/index.ts';
import type { AdexTargets, CalibrationTargets, PatternGoal } from '../calibration/index.ts';
import { capabilitiesOf, codeOfTauMem, codeOfVoltage, codesOfAdex, largestCode, type AdexTarget } from '../chip/index.ts';
import type { StepNeuron } from '../grading/index.ts';
import { LEAK_MODES, type ChipCard, type PatternCard, type PatternName, type PatternsPlan, type Setting } from '../model/index.ts';
import { runCell } from '../reference/index.ts';

/** Everything that one pattern needs on one chip. */
export interface PatternTask {
  readonly neuron: StepNeuron;
  readonly goal: PatternGoal;
  readonly membrane: CalibrationTargets;
  readonly whole: AdexTargets;
  /** Where the membrane is calibrated from: exponential and adaptation switched off. */
  readonly bare: Setting;
  /** Codes of the data sheet for exponential, adaptation and the step of current, with the switches. */
  readonly start: Required<Pick<Setting, 'codes' | 'adaptationSign' | 'jumpSign' | 'refractory'>>;
}

/** The task. Throws InfeasibleError for a neuron that the card cannot be. */
export function patternTask(card: ChipCard, plan: PatternsPlan, name: PatternName, pattern: PatternCard): PatternTask {
  const volts = (biological: number): number => card.binding.voltage_offset.value + card.binding.voltage_gain.value * biological;
  const gain = card.binding.voltage_gain.value;
  const seconds = (biological: number): number => biological / card.speed_up.value;
  const g = pattern.leak_conductance;
  const tauMem = seconds(pattern.capacitance / g);
  const adex: AdexTarget = {
    leak: volts(pattern.leak),
    tauMem,
    threshold: volts(pattern.threshold),
    slope: gain * pattern.slope,
    adaptation: pattern.adaptation / g,
    jump: (gain * pattern.jump) / g,
    tau: seconds(pattern.adaptation_time),
  };
  const neuron: StepNeuron = {
    adex,
    reset: volts(pattern.reset),
    cutOff: volts(plan.cut_off),
    refractory: seconds(plan.refractory),
    drive: (gain * pattern.current) / g / tauMem,
  };
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const all = (value: number): Float64Array => new Float64Array(neurons).fill(value);
  const codes = (value: number): Int32Array => new Int32Array(neurons).fill(value);
  const { offsetDrive, exponentialRate } = capabilitiesOf(card, card.cadc.sample_interval.value).adex!;
  const bias = codeOfTauMem(card, tauMem);
  const nominal = codesOfAdex(card, adex);
  return {
    neuron,
    goal: { pattern: name, times: teacherTimes(card, plan, pattern), duration: seconds(plan.step) },
    membrane: { leak: all(adex.leak), reset: all(neuron.reset), threshold: all(neuron.cutOff), tauMem: all(tauMem) },
    whole: {
      exponential: all(adex.threshold - adex.slope * log(adex.slope / tauMem / exponentialRate)),
      slope: all(adex.slope),
      adaptationLeak: all(adex.leak),
      adaptationTau: all(adex.tau),
      adaptation: all(Math.abs(adex.adaptation)),
      jump: all(Math.abs(adex.jump)),
    },
    bare: {
      codes: {
        leak: codes(codeOfVoltage(card, 'leak', adex.leak)),
        reset: codes(codeOfVoltage(card, 'reset', neuron.reset)),
        threshold: codes(codeOfVoltage(card, 'threshold', neuron.cutOff)),
        leak_bias: codes(bias.code),
        exponential: codes(largestCode(card)),
        adaptation_strength: codes(0),
        adaptation_jump: codes(0),
      },
      leakMode: new Uint8Array(neurons).fill(LEAK_MODES.indexOf(bias.mode)),
    },
    start: {
      codes: {
        ...Object.fromEntries(Object.entries(nominal).map(([cell, code]) => [cell, codes(code)])),
        offset_current: codes(Math.min(Math.round(neuron.drive / offsetDrive), largestCode(card))),
      },
      adaptationSign: new Int8Array(neurons).fill(adex.adaptation < 0 ? -1 : 1),
      jumpSign: new Int8Array(neurons).fill(1),
      refractory: neuron.refractory,
    },
  };
}

/** Spikes of the teacher, s of hardware time. */
function teacherTimes(card: ChipCard, plan: PatternsPlan, p: PatternCard): Float64Array {
  const { spikes } = runCell({
    model: 'adex',
    parameters: {
      C_m: p.capacitance * 1e12,
      g_L: p.leak_conductance * 1e9,
      E_L: p.leak * 1e3,
      V_th: p.threshold * 1e3,
      Delta_T: p.slope * 1e3,
      a: p.adaptation * 1e9,
      tau_w: p.adaptation_time * 1e3,
      b: p.jump * 1e12,
      V_reset: p.reset * 1e3,
      V_peak: 0,
      t_ref: 0,
    },
    duration: plan.step * 1e3,
    currentSteps: [[0, p.current * 1e12]],
  });
  return Float64Array.from(spikes, (time) => time / 1e3 / card.speed_up.value);
}
