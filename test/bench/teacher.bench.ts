import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { bench } from 'vitest';
import { adexRows, brunel, microcircuit, threads, type NetworkRow } from './teacher-speed.ts';

const ONCE = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 };
/** The full microcircuit takes minutes and 2 GB: only on demand. */
const FULL = process.env['BENCH_FULL'] === '1';

// vitest calls more than once, the first call counts
let done = false;
bench(
  'teacher: networks on the grid, AdEx in precise',
  async () => {
    if (done) return;
    done = true;
    const adex = adexRows();
    const networks = [brunel(0.5), microcircuit(0.1, 2), ...(FULL ? [microcircuit(1, 1)] : [])];
    const parallel = await threads(FULL ? 1 : 0.1, FULL ? 0.5 : 2);
    const result = { benchmark: 'teacher', machine: cpus()[0]?.model ?? 'unknown', node: process.version, adex, networks, parallel };
    const file = process.env['BENCH_JSON'];
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(
      [
        ...networks.map(describe),
        `${parallel.name} on 1 and 2 threads: ${parallel.seconds.map((one) => one.toFixed(2)).join(' and ')} s a biological second, ${parallel.cpu.map((one) => one.toFixed(2)).join(' and ')} CPU s`,
        ...adex.map(
          ({ name, rate, microsecondsPerMs }) =>
            `AdEx precise, ${name} (${String(rate)} spikes/s): ${microsecondsPerMs.toFixed(2)} CPU us per neuron-ms, at most 2 wanted`,
        ),
      ].join('\n'),
    );
    console.log(`json ${JSON.stringify(result)}`);
  },
  ONCE,
);

function describe(row: NetworkRow): string {
  return [
    `${row.name}: ${String(row.neurons)} neurons, ${String(row.synapses)} synapses of ${String(row.bytesPerSynapse)} bytes, built in ${row.buildSeconds.toFixed(1)} CPU s`,
    `  ${(row.eventsPerSecond / 1e6).toFixed(0)} million synaptic events per CPU second, ${row.secondsPerSecond.toFixed(2)} CPU s per biological second`,
    `  rates ${row.rates.map((rate) => rate.toFixed(2)).join(' ')} /s, peak memory ${(row.peakMemory / 1e9).toFixed(2)} GB`,
  ].join('\n');
}
