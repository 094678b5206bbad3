import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { bench } from 'vitest';
import { measureMemory, raceChip, raceDies, type ChipRow } from './chip-race.ts';

const ONCE = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 };
/** Biological seconds per second and core; s; MB. */
const BARS = { lif: 20, adex: 15, dies: 3, memory: 4, withSensors: 6 };

// the race takes its own times; vitest calls more than once, the first call counts
let done = false;
bench(
  'a whole chip with its network; a hundred dies; the memory of one',
  async () => {
    if (done) return;
    done = true;
    const rows = [
      await raceChip('lif', 'mesh-4x4'),
      await raceChip('adex', 'mesh-4x4'),
      await raceChip('lif', 'ideal'),
      await raceChip('adex', 'ideal'),
    ];
    const dies = await raceDies();
    const memory = measureMemory();
    console.log(
      [
        ...rows.map(describe),
        `100 dies x 512 circuits x 10,000 steps on two threads: ${dies.wall.toFixed(2)} s wall, ${dies.cpu.toFixed(2)} s CPU; scaled ${dies.scaled.toFixed(2)} s, at most ${String(BARS.dies)} wanted`,
        `memory of a die of 131,072 synapses: ${memory.plain.toFixed(2)} MB, with correlation sensors ${memory.withSensors.toFixed(2)} MB; under ${String(BARS.memory)} and ${String(BARS.withSensors)} wanted`,
      ].join('\n'),
    );
    const result = { benchmark: 'chip', machine: cpus()[0]?.model ?? 'unknown', node: process.version, rows, dies, memory };
    const file = process.env['BENCH_JSON'];
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`json ${JSON.stringify(result)}`);
  },
  ONCE,
);

function describe({ circuit, network, rate, synapses, packets, synapticEvents, speed, scaled }: ChipRow): string {
  const load = `${String(synapses)} synapses, ${rate.toFixed(1)} spikes/s and neuron, ${(packets / 1e3).toFixed(1)} k packets to 16 cores and ${(synapticEvents / 1e6).toFixed(2)} M synaptic events per biological s`;
  return `whole chip, ${circuit}, ${network}: ${load}\n  ${speed.toFixed(1)} biological s per CPU s, scaled ${scaled.toFixed(1)}${network === 'ideal' ? '' : `, at least ${String(BARS[circuit])} wanted`}`;
}
