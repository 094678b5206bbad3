import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { bench } from 'vitest';
import { raceAdex } from './adex-race.ts';

const ONCE = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 };
/** Neuron-steps per second on the reference machine that are wanted. */
const BARS: Readonly<Record<number, number>> = { 512: 110e6, 1_048_576: 70e6 };

// the race takes its own times; vitest calls more than once, the first call counts
let done = false;
bench(
  'whole circuits (AdEx) in the fast kernel',
  () => {
    if (done) return;
    done = true;
    const rows = Object.keys(BARS).map((neurons) => raceAdex(Number(neurons)));
    for (const { neurons, loop, kernel, kernelWithoutNoise, scaledRate, firing } of rows) {
      console.log(
        `${String(neurons)} neurons, ns per neuron-step: calibration loop ${loop.toFixed(2)}, kernel ${kernel.toFixed(2)}, without noise ${kernelWithoutNoise.toFixed(2)}; ` +
          `scaled ${(scaledRate / 1e6).toFixed(0)} M/s, bar ${(BARS[neurons]! / 1e6).toFixed(0)}; fires ${(firing * 100).toFixed(3)} %`,
      );
    }
    const result = { benchmark: 'adex', machine: cpus()[0]?.model ?? 'unknown', node: process.version, rows };
    const file = process.env['BENCH_JSON'];
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`json ${JSON.stringify(result)}`);
  },
  ONCE,
);
