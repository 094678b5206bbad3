/**
 * Leak over threshold by rate: neurons that fire by themselves, because their leak potential lies over their threshold, are brought to one rate by their leak codes, or by those of
 * their thresholds; all that is read are the digital spike counters. The other potentials and the membrane time constant are calibrated before, the rate takes up what is left of them.
 * Source: BrainScaleS-2's calibration library (calix), neuron_threshold by rate: 8-bit counters.
 */
import { ticksOf } from '../base/index.ts';
import type { CalibrationEffort, NeuronCell, Substrate } from '../model/index.ts';
import type { DieCalibration } from './calibrate.ts';
import { UNBROKEN, type Journal } from './journal.ts';
import { searchCodes } from './parameter-search.ts';
import { maskOf, quantityOf } from './quantity.ts';
import { allCircuits, QUIET } from './reader.ts';
import type { Routine } from './routine.ts';
import { verifyDie } from './verify.ts';

/** Spikes that are counted at the wanted rate: below half of what a counter of 8 bit can hold. */
const COUNTED = 100;
/** Periods before the count begins. */
const SETTLED = 5;
/** s: refractory period of the working neuron. */
const REFRACTORY = 2e-6;
/** Relative residual that no working circuit shows. */
const TOLERANCE = 0.35;
const FIRST_SEED = 700_000;

/** Calibrates one potential (`effort.rate_by`) of all circuits to these rates, Hz of hardware time. It is no target any more and has no quantity in the result. */
export async function calibrateRate(
  substrate: Substrate,
  base: DieCalibration,
  rates: Float64Array,
  effort: CalibrationEffort,
  journal: Journal = UNBROKEN,
): Promise<DieCalibration> {
  const { neurons } = substrate.capabilities;
  const cell = effort.rate_by ?? 'leak';
  const working: Partial<Record<NeuronCell, Int32Array>> = { ...base.setting.codes };
  const routine: Routine = {
    name: 'rate',
    needs: [],
    invalidates: [],
    parameters: [
      {
        quantity: 'rate',
        cell,
        unit: 'Hz',
        rising: cell === 'leak',
        inverse: false,
        targets: rates,
        tolerance: TOLERANCE,
        resolution: 1 / COUNTED,
      },
    ],
    measure: async (trial) => [await measureRates(substrate, rates[0]!, Math.ceil(trial.repeats / 4))],
    // a counter sees whole spikes: the end of its window falls anywhere between two
    systematic: () => [{ component: 'counter steps', at: () => 1 / (Math.sqrt(12) * COUNTED) }],
  };
  const answers = await journal.step('rate', substrate, async () => {
    const found = await searchCodes(substrate, routine, effort, effort.seed + FIRST_SEED, undefined, undefined);
    await substrate.configure({ codes: { [cell]: found[0]!.codes } });
    return found;
  });
  working[cell] = answers[0]!.codes;
  const results = new Map([[routine.name, answers]]);
  const verified =
    effort.verify > 1
      ? await verifyDie(substrate, [routine], results, effort, { codes: working, leakMode: undefined, kept: {} })
      : undefined;
  const rate = quantityOf(routine.parameters[0]!, answers[0]!, verified?.parameters.get('rate')?.[0], effort, base.writeNoise);
  const setting = { ...base.setting, codes: { ...base.setting.codes, [cell]: working[cell] } };
  await substrate.configure({ ...setting, refractory: REFRACTORY, spiking: true, holdReset: false, offsetCurrentOn: false });
  const quantities = [...base.quantities.filter(({ quantity }) => quantity !== cell), rate];
  return { ...base, setting, quantities, order: [...base.order, 'rate'], masked: maskOf(neurons, quantities) };
}

/** Rates of all circuits by their counters, Hz; Infinity for a counter that was full. */
async function measureRates(substrate: Substrate, expected: number, runs: number): Promise<Float64Array> {
  const { ticksPerSecond, neurons } = substrate.capabilities;
  const circuits = allCircuits(substrate);
  await substrate.configure({ ...QUIET, spiking: true, refractory: REFRACTORY });
  const from = ticksOf(SETTLED / expected, ticksPerSecond);
  const window = ticksOf(COUNTED / expected, ticksPerSecond);
  const sums = new Float64Array(neurons);
  for (let k = 0; k < runs; k++) {
    const { counters } = await substrate.run({ stimulus: {}, probes: [{ kind: 'counter', circuits, from }], until: from + window });
    circuits.forEach((_, n) => (sums[n]! += counters!.overflow[n] === 1 ? Infinity : counters!.count[n]!));
  }
  return sums.map((count) => (count / runs / window) * ticksPerSecond);
}
