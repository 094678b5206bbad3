/** What a calibration leaves for other programs: one JSON per die (schema `calibrated`) and one table of all circuits (results.csv, results.parquet). */
import {
  factsOf,
  LEAK_MODES,
  type Calibrated,
  type CalibratedQuantity,
  type CalibrationResult,
  type CircuitStatus,
} from '../model/index.ts';
import { writeResults, type Row } from '../store/index.ts';
import { headOf, writeDies } from './calibrated-dies.ts';

/** Writes `calibrated/die-N.json`, `results.csv` and `results.parquet` into a run directory. */
export async function writeCalibrated(directory: string, dies: readonly CalibrationResult[], planHash: string): Promise<void> {
  await writeDies(directory, dies, (die) => calibratedDie(die, planHash));
  await writeResults(directory, calibrationTable(dies));
}

/** One die under the names of the BrainScaleS-2 software. */
function calibratedDie(result: CalibrationResult, planHash: string): Calibrated {
  const { quantities, leakMode } = result;
  const found = (name: CalibratedQuantity['quantity']): CalibratedQuantity | undefined =>
    quantities.find(({ quantity }) => quantity === name);
  const circuits = quantities[0]?.codes.length ?? 0;
  const code = (name: CalibratedQuantity['quantity'], n: number): number => found(name)?.codes[n] ?? 0;
  const input = (sign: 'excitatory' | 'inhibitory', n: number): object =>
    found(`strength_${sign}`) === undefined
      ? {}
      : { [`${sign}_input`]: { i_bias_gm: code(`strength_${sign}`, n), i_bias_tau: code(`tau_syn_${sign}`, n) } };
  const mode = (n: number): string | undefined => LEAK_MODES[leakMode?.[n] ?? 1];
  const all = Array.from({ length: circuits }, (_, n) => n);
  const nothing = (): null[] => all.map(() => null);
  return {
    kind: 'calibrated',
    ...headOf(result.chip, result, planHash),
    target: Object.fromEntries(quantities.map(({ quantity, target }) => [quantity, target])),
    neuron_configs: Object.fromEntries(
      all.map((n) => [
        nameOf(n),
        {
          leak: {
            v_leak: code('leak', n),
            i_bias: code('tau_mem', n),
            enable_division: mode(n) === 'divided',
            enable_multiplication: mode(n) === 'multiplied',
          },
          reset: { v_reset: code('reset', n) },
          threshold: { v_threshold: code('threshold', n) },
          ...input('excitatory', n),
          ...input('inhibitory', n),
        },
      ]),
    ),
    success: Object.fromEntries(
      all.map((n) => [nameOf(n), quantities.every(({ quantity, status }) => factsOf(quantity).beside === true || status[n] === 'ok')]),
    ),
    quantities: quantities.map(({ quantity, unit, target, codes, residual, status, verification }) => ({
      quantity,
      unit,
      target,
      code: [...codes],
      reading: [...(verification?.reading ?? nothing())],
      error68: [...(verification?.error68 ?? nothing())],
      error95: [...(verification?.error95 ?? nothing())],
      residual: [...residual],
      status: status.map((state): CircuitStatus => state),
    })),
  };
}

function nameOf(circuit: number): string {
  return `AtomicNeuronOnDLS(${String(circuit)})`;
}

/** One row per die, quantity and circuit; truth before and after where it was graded. */
function calibrationTable(dies: readonly CalibrationResult[]): Row[] {
  return dies.flatMap(({ chip, die, quantities, graded }) =>
    quantities.flatMap(({ quantity, unit, target, codes, residual, status, verification }) => {
      const grade = graded.find((one) => one.quantity === quantity);
      return codes.map((code, circuit): Row => ({
        chip,
        die,
        circuit,
        quantity,
        unit,
        target,
        code,
        reading: verification?.reading[circuit] ?? null,
        error68: verification?.error68[circuit] ?? null,
        error95: verification?.error95[circuit] ?? null,
        residual: residual[circuit] ?? null,
        status: status[circuit] ?? null,
        truth_before: grade?.before[circuit] ?? null,
        truth: grade?.after[circuit] ?? null,
      }));
    }),
  );
}
