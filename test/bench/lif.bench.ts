import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { bench } from 'vitest';
import { raceDelivery, raceLif } from './lif-race.ts';

const ONCE = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 };

// The race takes its own times (CPU, medians of five turns); vitest calls more than once, the first call counts.
let done = false;
bench(
  'membrane kernel against plain JavaScript',
  () => {
    if (done) return;
    done = true;
    const rows = [512, 10_240].map(raceLif);
    const delivery = raceDelivery();
    const result = { benchmark: 'lif', machine: cpus()[0]?.model ?? 'unknown', node: process.version, rows, delivery };
    const file = process.env['BENCH_JSON'];
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(
      [...rows.map(describe), `delivery: dense ${ns(delivery.dense)} per synapse, sparse ${ns(delivery.sparse)} per event`].join('\n'),
    );
    console.log(`json ${JSON.stringify(result)}`);
  },
  ONCE,
);

type Row = ReturnType<typeof raceLif>;

function describe(row: Row): string {
  return [
    `${String(row.neurons)} neurons, CPU time per neuron-step, median of 5:`,
    `  calibration loop (AdEx, JavaScript f64)   ${ns(row.adexJavaScript)}   this machine is ${row.scale.toFixed(2)} x slower than the reference`,
    `  LIF, JavaScript f64                       ${ns(row.lifJavaScript)}   fires ${percent(row.firing[0])}`,
    `  LIF, kernel                               ${ns(row.lifKernel)}   fires ${percent(row.firing[1])}`,
    `  LIF, kernel, noise off                    ${ns(row.lifKernelWithoutNoise)}`,
    `  JavaScript / kernel                       ${row.ratio.toFixed(2)}        at least 4 wanted`,
    `  kernel, scaled to the reference machine   ${(row.scaledRate / 1e6).toFixed(0)} million neuron-steps per second`,
  ].join('\n');
}

function ns(value: number): string {
  return `${value.toFixed(2)} ns`;
}

function percent(value: number): string {
  return `${(value * 100).toFixed(3)} %`;
}
