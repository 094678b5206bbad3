/** The routine of the exponential: V_exp and D from the upswing of the membrane, with the adaptation switched off. */
import { lowerResets } from '../decay-range.ts';
import { medianOf } from '../reader.ts';
import type { Routine, SystematicError } from '../routine.ts';
import type { AdexSetup, AdexTargets } from './adex-setup.ts';
import { movedBy, throughGiven } from './adex-uncertainty.ts';
import { measureUpswing, upswingCurrents, type UpswingMeasurement } from './adex-upswing.ts';

/** The routine; `writesAgain` where later ones switch the exponential off and on again. */
export function exponentialRoutine(setup: AdexSetup, targets: AdexTargets, writesAgain: boolean): Routine {
  const { bench, effort, working, errors, sheet, perCode, put, own, line, inLsb, channel, writtenAgain } = setup;
  const { substrate } = bench;
  let currents: Int32Array = new Int32Array(0);
  let last: UpswingMeasurement | undefined;
  const prepare = async (): Promise<void> => {
    await put({});
    // a membrane that is reset above the exponential's voltage has no upswing to be seen
    await lowerResets(substrate, bench.reader, effort, { codes: { reset: working.reset! }, leakMode: undefined, kept: {} });
    await substrate.configure({ codes: own('exponential', 'exponential_slope') });
    currents = await upswingCurrents(substrate);
  };
  const { comparatorDelay = { typical: 0, spread: 0 } } = substrate.capabilities;
  const voltage = line('v_exp', 'exponential', { unit: 'LSB', targets: inLsb(targets.exponential), perCode });
  const slope = line('delta_t', 'exponential_slope', { unit: 'V', targets: targets.slope, perCode: sheet.slopePerCode, byFactor: true });
  const systematic = (p: number): readonly SystematicError[] => {
    const { reading, refit } = last!;
    // the driving currents are written anew for every reading, so that repeated readings show what their codes leave open
    const given = { delay: comparatorDelay.typical, charge: 1 };
    const through = throughGiven(p === 0 ? voltage : slope, reading[p]!);
    return [
      ...(p === 0 ? [channel, ...(writesAgain ? [writtenAgain(voltage)] : [])] : []),
      through('rest potential', refit(movedBy(bench, 'rest', errors.rest), given)[p]!),
      through('spike threshold', refit(movedBy(bench, 'threshold', errors.threshold), given)[p]!),
      through('membrane time constant', refit(movedBy(bench, 'tauMem', errors.tauMem), given)[p]!),
      through('comparator delay', refit(bench, { ...given, delay: given.delay + comparatorDelay.spread })[p]!),
      through('membrane capacitance', refit(bench, { ...given, charge: 1 + (substrate.capabilities.capacitance?.spread ?? 0) })[p]!),
    ];
  };
  return {
    name: 'exponential',
    needs: [],
    invalidates: [],
    parameters: [voltage, slope],
    prepare,
    ready: prepare,
    measure: async (trial) => {
      currents = await upswingCurrents(substrate, currents);
      last = await measureUpswing(bench, trial, {
        currents,
        voltage: medianOf(targets.exponential),
        slope: medianOf(targets.slope),
      });
      return last.reading;
    },
    systematic,
  };
}
