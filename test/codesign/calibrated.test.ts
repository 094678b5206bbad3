import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { CalibratedSchema, loadCard, type CalibrationRecord } from '../../src/model/index.ts';
import { neurolith, temporaryFolder } from '../cli/terminal.ts';

test('a calibration leaves a file per die that its schema takes, and a table with every circuit', { timeout: 60_000 }, async () => {
  const folder = join(temporaryFolder(), 'run');
  const light = ['chip.geometry.cores.value=1', 'effort.samples=16', 'effort.repeats=4', 'effort.verify=2'];
  const run = await neurolith(
    'calibrate',
    'bss2',
    '--dies',
    '4',
    ...light.flatMap((set) => ['-S', set]),
    '-j',
    '1',
    '-q',
    '--json',
    '-o',
    folder,
  );
  const { quantities, graded } = (JSON.parse(run.out) as CalibrationRecord).result.dies[0]!;
  const { value } = loadCard(CalibratedSchema, join(folder, 'calibrated/die-4.json'));
  const of = (name: string): (typeof quantities)[number] => quantities.find(({ quantity }) => quantity === name)!;
  for (const n of [0, 31]) {
    const circuit = value.neuron_configs[`AtomicNeuronOnDLS(${String(n)})`]!;
    expect(circuit.leak).toMatchObject({ v_leak: of('leak').codes[n], i_bias: of('tau_mem').codes[n] });
    expect(circuit.threshold.v_threshold).toBe(of('threshold').codes[n]);
    expect(circuit.excitatory_input!.i_bias_gm).toBe(of('strength_excitatory').codes[n]);
    expect(value.success[`AtomicNeuronOnDLS(${String(n)})`]).toBe(
      quantities.filter(({ quantity }) => quantity !== 'driver_amplitude').every(({ status }) => status[n] === 'ok'),
    );
  }
  const file = readFileSync(join(folder, 'results.parquet'));
  const rows = (await parquetReadObjects({ file: file.buffer.slice(file.byteOffset, file.byteOffset + file.length) })) as {
    readonly quantity: string;
    readonly circuit: number;
    readonly code: number;
    readonly truth: number;
  }[];
  expect(rows.length).toBe(quantities.reduce((sum, { codes }) => sum + codes.length, 0));
  const row = rows.find(({ quantity, circuit }) => quantity === 'leak' && circuit === 7)!;
  expect(row).toMatchObject({ code: of('leak').codes[7], truth: graded.find(({ quantity }) => quantity === 'leak')!.after[7] });
});
