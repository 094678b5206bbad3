/**
 * A whole chip at work: 512 neurons and 131,072 synapses in 16 cores on a mesh with multicast, 20 spikes per second and neuron, membranes with noise; biological seconds per second and core. And many
 * dies: 100 of 512 circuits, 10,000 steps each, over two threads. CPU time, scaled by the calibration loop of the same run.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { ChipPart, compileDie, correlationPlan, type EffectiveSynapses } from '../../src/chip/index.ts';
import { kernelModule } from '../../src/kernels/index.ts';
import { parseCard, WorkloadSchema, type Card, type WorkloadCard } from '../../src/model/index.ts';
import { chip, emulate, makeCase, noc } from '../emulator/build.ts';
import { bss2, circuits, options } from '../chip/cards.ts';
import { AdexLoop } from './adex-loop.ts';
import { ADEX_BANK, adexFields } from './adex-race.ts';

const REFERENCE = 26.6; // ns per neuron-step of the calibration loop on the reference machine
const ROUNDS = 5;
const WINDOW = 1000; // biological ms a turn: long beside the time that the compiler of JavaScript takes
/** rms of the membrane noise that makes neurons fire 20 times per second. */
const NOISE = { lif: '32 mV', adex: '70 mV' };

export interface ChipRow {
  readonly circuit: 'lif' | 'adex';
  readonly network: 'mesh-4x4' | 'ideal';
  readonly synapses: number;
  readonly rate: number; // spikes per biological second and neuron
  readonly packets: number; // per biological second
  readonly synapticEvents: number; // per biological second
  readonly speed: number; // biological seconds per CPU second, median over the rounds
  readonly scaled: number; // the same on the reference machine
}

/** Every source is heard by all 512 neurons, so a packet goes to 16 cores. An ideal network costs nothing: what is left are chip and emulator. */
export async function raceChip(circuit: 'lif' | 'adex', network: ChipRow['network']): Promise<ChipRow> {
  const run = makeCase(
    chip('variation=0', `neuron.circuit=${circuit}`, `noise.membrane.value=${NOISE[circuit]}`),
    workload(circuit),
    WINDOW,
  );
  const { emulator } = await emulate(run, network === 'ideal' ? 'ideal' : noc(network));
  const loop = new AdexLoop(512);
  const [times, loops]: [number[], number[]] = [[], []];
  let before = { ...emulator.activity };
  for (let round = 0; round <= ROUNDS; round++) {
    if (round === ROUNDS - 1) before = { ...emulator.activity };
    loops.push(cpu(() => loop.run(round * 4000, 4000)) / (4000 * 512));
    times.push(cpu(() => emulator.run((round + 1) * WINDOW * 1000)));
  }
  const [spikes, events] = [emulator.activity.spikes - before.spikes, emulator.activity.synapticEvents - before.synapticEvents];
  const seconds = (2 * WINDOW) / 1000;
  // the first round warms up
  const speeds = times.slice(1).map((time) => WINDOW / 1000 / time);
  return {
    circuit,
    network,
    synapses: run.binding.synapses.circuit.length,
    rate: spikes / 512 / seconds,
    packets: spikes / 2 / seconds,
    synapticEvents: events / seconds,
    speed: median(speeds),
    scaled: median(speeds.map((speed, i) => (speed * loops[i + 1]! * 1e9) / REFERENCE)),
  };
}

export interface DiesRow {
  readonly wall: number; // s
  readonly cpu: number; // s, both threads
  readonly scaled: number; // s of two cores of the reference machine: half of the CPU time, scaled
}

/** 100 dies of 512 whole circuits with noise, 10,000 steps each, each in a fresh memory, by two workers. */
export async function raceDies(): Promise<DiesRow> {
  const loop = new AdexLoop(512);
  const scale = (cpu(() => loop.run(0, 8000)) * 1e9) / (8000 * 512) / REFERENCE;
  const shared = { module: kernelModule(), dies: 50, steps: 10_000, fields: adexFields(512), options: ADEX_BANK };
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  await Promise.all(
    [0, 50].map(
      (first) =>
        new Promise<void>((resolve, reject) => {
          const worker = new Worker(new URL('dies-worker.mjs', import.meta.url), { workerData: { ...shared, first } });
          worker.once('error', reject);
          worker.once('exit', () => resolve());
        }),
    ),
  );
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(before);
  const total = (user + system) / 1e6;
  return { wall, cpu: total, scaled: total / 2 / scale };
}

export interface MemoryRow {
  readonly plain: number; // MB of a die of 131,072 synapses
  readonly withSensors: number;
}

/** Memory of a running die with its full synapse array, with and without correlation sensors: growth of the arrays outside the heap of JavaScript and of the heap. */
export function measureMemory(): MemoryRow {
  const card = bss2('synapse.correlation.sensors=on');
  const size = 131_072;
  const count = 512;
  const kept: unknown[] = [];
  const megabytes = (make: () => unknown): number => {
    collect();
    const before = used();
    kept.push(make());
    collect();
    return (used() - before) / 1e6;
  };
  const synapses = (): EffectiveSynapses => ({
    circuit: Uint32Array.from({ length: size }, (_, k) => k % count),
    sign: new Int8Array(size).fill(1),
    drive: new Float64Array(size).fill(1e3),
    row: Uint16Array.from({ length: size }, (_, k) => Math.floor(k / count)),
  });
  const part = (): ChipPart =>
    new ChipPart({ integrator: 'fast', parameters: circuits(count), options: options(count), synapses: synapses() });
  const sensed = (): ChipPart => {
    const all = synapses();
    const correlation = correlationPlan(card, compileDie(card, 1), all.row!, all.circuit);
    return new ChipPart({ integrator: 'fast', parameters: circuits(count), options: options(count), synapses: all, correlation });
  };
  // the first of each compiles functions
  part();
  sensed();
  return { plain: megabytes(part), withSensors: megabytes(sensed) };
}

/** 256 sources onto 512 neurons close to their threshold. Weights are large enough for the codes of the card: with a tenth of them every synapse was rounded to nothing. */
function workload(circuit: 'lif' | 'adex'): Card<WorkloadCard> {
  const common = 'tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 5 ms, refractory: 2 ms';
  const neuron =
    circuit === 'lif'
      ? `model: lif, parameters: { tau_mem: 20 ms, rest: -50.5 mV, threshold: -50 mV, reset: -60 mV, ${common} }`
      : `model: adex, parameters: { tau_mem: 16.7 ms, rest: -51 mV, threshold: -40 mV, reset: -60 mV, ${common}, exponential: { threshold: -50 mV, slope: 2 mV }, adaptation: { strength: 0.1, tau: 100 ms, jump: 0.5 mV } }`;
  const text = `
name: whole-chip
description: every source drives every neuron; membrane noise makes them fire
populations:
  sources: { size: 256, ${neuron} }
  others: { size: 256, ${neuron} }
weight_unit: 0.8 mV
sign: { seeded: 50 % }
delay: 1 ms
edges:
  - { kind: all-to-all, from: sources, to: sources, weight: { kind: uniform, minimum: 0.2, maximum: 1 }, self: true }
  - { kind: all-to-all, from: sources, to: others, weight: { kind: uniform, minimum: 0.2, maximum: 1 } }
stimuli: []
duration: 1 s
warm_up: 50 ms
seeds: { graph: 1, stimulus: [1] }
`;
  return parseCard(WorkloadSchema, text, { file: 'whole-chip', label: 'whole-chip' });
}

/** CPU s. */
function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The collector, which Node keeps to itself unless asked. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let k = 0; k < 3; k++) gc();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
