import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { bench } from 'vitest';
import { raceRouters } from './router-race.ts';

const ONCE = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 };

// The race takes its own times (CPU, medians of five turns); vitest calls more than once, the first call counts.
let done = false;
bench(
  'router kernel: flit-hops and cycles per second, traffic and statistics on',
  () => {
    if (done) return;
    done = true;
    const { calibration, scale, rows, large } = raceRouters();
    const result = { benchmark: 'router', machine: cpus()[0]?.model ?? 'unknown', node: process.version, calibration, scale, rows, large };
    const file = process.env['BENCH_JSON'];
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`calibration loop ${calibration.toFixed(1)} ns: this machine is ${scale.toFixed(2)} x slower than the reference`);
    for (const row of rows) {
      const hops = `${(row.hopsPerSecond / 1e6).toFixed(1)} M flit-hops/s, scaled ${((row.hopsPerSecond * scale) / 1e6).toFixed(1)}`;
      console.log(`  ${row.name.padEnd(44)} ${hops.padEnd(40)} ${(row.cyclesPerSecond / 1e3).toFixed(0)} k cycles/s`);
    }
    console.log(`  a flit-hop of 64x64 costs ${large.middle.toFixed(2)} of 8x8 at 0.25, ${large.low.toFixed(2)} at 0.04`);
    console.log(`json ${JSON.stringify(result)}`);
  },
  ONCE,
);
