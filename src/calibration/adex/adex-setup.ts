/** What the routines of the whole circuit share: what is wanted, the codes that have been found, how they are put on the bench, the line of a searched cell, the errors of any reading. */
import type { CalibrationEffort, NeuronCell } from '../../model/index.ts';
import { adexSheet, switchedOff, type AdexBench } from './adex-known.ts';
import type { AdexErrors } from './adex-uncertainty.ts';
import { HALF_STEP, toLsb } from '../reader.ts';
import type { SearchedParameter, SystematicError } from '../routine.ts';

/** Targets of the whole circuit, one entry per circuit. Signs of adaptation and jump are switches and no part of them. */
export interface AdexTargets {
  /** V. */
  readonly exponential: Float64Array;
  readonly slope: Float64Array;
  readonly adaptationLeak: Float64Array;
  /** s. */
  readonly adaptationTau: Float64Array;
  /** Relative to the leak conductance, not negative. Circuits alike: all have adaptation, or none. */
  readonly adaptation: Float64Array;
  /** V over the leak, not negative; all or none. */
  readonly jump: Float64Array;
}

/** Codes of some cells, one per circuit. */
type Codes = Partial<Record<NeuronCell, Int32Array>>;

/** The bench of the whole circuit and what stands on it. */
export interface AdexSetup {
  readonly bench: AdexBench;
  readonly effort: CalibrationEffort;
  /** Codes of the data sheet at first and what was found later. */
  readonly working: Codes;
  readonly errors: AdexErrors;
  readonly sheet: ReturnType<typeof adexSheet>;
  /** LSB of the converter per code of a potential. */
  readonly perCode: number;
  /** Puts these codes on the die, with the found reset and everything else of the circuit switched off. */
  readonly put: (codes: Codes) => Promise<void>;
  /** The found codes of these cells. */
  readonly own: (...cells: readonly NeuronCell[]) => Codes;
  /** The searched parameter of a cell that rises with its code. */
  readonly line: (
    quantity: SearchedParameter['quantity'],
    cell: NeuronCell,
    of: Pick<SearchedParameter, 'unit' | 'targets' | 'perCode' | 'byFactor'>,
  ) => SearchedParameter;
  /** V as readings of the converter. */
  readonly inLsb: (volts: Float64Array) => Float64Array;
  readonly channel: SystematicError;
  /** A cell that a later routine switches off is written again: both writes stand between its reading and what is then on the die. */
  readonly writtenAgain: (parameter: SearchedParameter) => SystematicError;
}

/** Residual of a potential (LSB) and of everything else (relative) that no working circuit shows. */
const POTENTIAL_TOLERANCE = 12;
const RELATIVE_TOLERANCE = 0.5;
/** V: size of a step without adaptation. */
export const STEP = 0.08;

/** The setup of a bench; `working` changes as codes are found. */
export function adexSetup(bench: AdexBench, effort: CalibrationEffort, working: Codes, errors: AdexErrors): AdexSetup {
  const { substrate } = bench;
  const sheet = adexSheet(substrate);
  const off = switchedOff(substrate);
  const positive = new Int8Array(substrate.capabilities.neurons).fill(1);
  const put: AdexSetup['put'] = async (codes) =>
    substrate.configure({ codes: { ...off, ...own('reset'), ...codes }, adaptationSign: positive, jumpSign: positive });
  const own: AdexSetup['own'] = (...cells) => Object.fromEntries(cells.map((cell) => [cell, working[cell]!]));
  const line: AdexSetup['line'] = (quantity, cell, of) => ({
    quantity,
    cell,
    rising: true,
    inverse: false,
    tolerance: of.unit === 'LSB' ? POTENTIAL_TOLERANCE : RELATIVE_TOLERANCE,
    resolution: of.unit === 'LSB' ? HALF_STEP : HALF_STEP * (substrate.capabilities.cadc.lsb / STEP),
    start: working[cell]!,
    ...of,
  });
  const inLsb: AdexSetup['inLsb'] = (volts) => volts.map((v) => toLsb(substrate, v));
  const perCode = sheet.voltagePerCode / substrate.capabilities.cadc.lsb;
  const channel: AdexSetup['channel'] = { component: 'converter channel', at: (_, reading) => errors.channelAt(reading) };
  const writtenAgain: AdexSetup['writtenAgain'] = (parameter) => ({
    component: 'write noise',
    at: (n) => {
      const { perCode: slopePerCode, targets: aims, cell, unit } = parameter;
      return (
        Math.SQRT2 *
        errors.writeNoise *
        (slopePerCode === undefined ? 1 / Math.max(working[cell]![n]!, 1) : slopePerCode / (unit === 'LSB' ? 1 : aims[n]!))
      );
    },
  });
  return { bench, effort, working, errors, sheet, perCode, put, own, line, inLsb, channel, writtenAgain };
}
