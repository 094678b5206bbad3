/**
 * The race of the membrane kernel against plain JavaScript, in one process and one run, CPU time, the contestants taking turns. Ratios are what counts; rates are also given for the
 * reference machine, scaled by the calibration loop.
 */
import { LifBank, type LifField } from '../../src/kernels/index.ts';
import { AdexLoop } from './adex-loop.ts';
import { LifLoop } from './lif-loop.ts';

const REFERENCE = 26.6; // ns per neuron-step of the calibration loop on the reference machine
const ROUNDS = 5;
const WORK = 6e6; // neuron-steps a turn
const LINEAR = 0.1; // V
const SEED = 7;

export interface LifRaceRow {
  readonly neurons: number;
  readonly adexJavaScript: number; // ns per neuron-step, like the next three
  readonly lifJavaScript: number;
  readonly lifKernel: number;
  readonly lifKernelWithoutNoise: number;
  readonly ratio: number; // lifJavaScript / lifKernel, median over the rounds: neighbours on the machine then disturb both sides
  readonly scale: number; // adexJavaScript / 26.6: above 1 this machine is slower than the reference
  readonly scaledRate: number; // neuron-steps per second of the kernel on the reference machine
  readonly firing: readonly [javaScript: number, kernel: number]; // spikes per neuron-step: the same model must fire alike
}

export interface DeliveryRow {
  readonly dense: number; // ns per synapse, rows of 512
  readonly sparse: number; // ns per event, rows of 100 of 512 neurons
}

export function raceLif(neurons: number): LifRaceRow {
  const steps = Math.ceil(WORK / neurons);
  const adex = new AdexLoop(neurons);
  const loop = new LifLoop(neurons, steps * neurons, valueOf);
  const noisy = bankOf(neurons, steps);
  const quiet = bankOf(neurons, steps);
  const turns = [
    (first: number) => adex.run(first, steps),
    (first: number) => loop.run(first, steps, LINEAR, SEED),
    (first: number) => noisy.run(first, steps).spikes,
    (first: number) => quiet.run(first, steps, { noise: false }).spikes,
  ];
  const times = turns.map((): number[] => []);
  const spikes = turns.map(() => 0);
  for (let round = 0; round <= ROUNDS; round++) {
    turns.forEach((turn, i) => {
      const before = process.cpuUsage();
      spikes[i] = turn(round * steps);
      const { user, system } = process.cpuUsage(before);
      // the first round warms up
      if (round > 0) times[i]!.push(((user + system) * 1e3) / (steps * neurons));
    });
  }
  const [adexJavaScript, lifJavaScript, lifKernel, lifKernelWithoutNoise] = times.map(median) as [number, number, number, number];
  const scale = adexJavaScript / REFERENCE;
  return {
    neurons,
    adexJavaScript,
    lifJavaScript,
    lifKernel,
    lifKernelWithoutNoise,
    ratio: median(times[1]!.map((time, round) => time / times[2]![round]!)),
    scale,
    scaledRate: (1e9 / lifKernel) * scale,
    firing: [spikes[1]! / (steps * neurons), spikes[2]! / (steps * neurons)],
  };
}

export function raceDelivery(): DeliveryRow {
  const neurons = 512;
  const rows = 256;
  const bank = bankOf(neurons, 1);
  const dense = bank.placeDense(rows, neurons, new Float32Array(rows * neurons).fill(1e-3));
  const fanOut = 100;
  const offsets = Uint32Array.from({ length: rows + 1 }, (_, i) => i * fanOut);
  const targets = Uint32Array.from({ length: rows * fanOut }, (_, i) => Math.floor(((i % fanOut) * neurons) / fanOut) + (i % 5));
  const sparse = bank.placeSparse(offsets, targets, new Float32Array(rows * fanOut).fill(1e-3));
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    bank.set({ inExc: 0, inV: 0 });
    [1500, 4000].forEach((repeats, kind) => {
      const before = process.cpuUsage();
      for (let i = 0; i < repeats; i++) {
        for (let row = 0; row < rows; row += 4) {
          if (kind === 0) bank.deliverRow(dense, row, false, 1e-8);
          else bank.deliverSparse(sparse, row, false, 1e-8);
        }
      }
      const { user, system } = process.cpuUsage(before);
      if (round > 0) times[kind]!.push(((user + system) * 1e3) / (repeats * (rows / 4) * (kind === 0 ? neurons : fanOut)));
    });
  }
  return { dense: median(times[0]), sparse: median(times[1]) };
}

function bankOf(neurons: number, steps: number): LifBank {
  const bank = new LifBank(neurons, { maxSpikes: Math.ceil(steps * neurons * 0.02), seed: SEED, linear: LINEAR });
  for (const field of Object.keys(TYPICAL) as LifField[])
    bank.set({ [field]: Float64Array.from({ length: neurons }, (_, n) => valueOf(field, n)) });
  bank.check();
  return bank;
}

/** A regularly firing neuron: 10 us membrane, 0.1 us steps, a spike about every 400 steps. */
const TYPICAL: Readonly<Record<LifField, number>> = {
  v: 0.45,
  rest: 0.7,
  leak: 0.00995,
  synapseExc: 100,
  gainExc: 0.985e-7,
  decayExc: 0.98,
  inExc: 0,
  synapseInh: 100,
  gainInh: 0.985e-7,
  decayInh: 0.98,
  inInh: 0,
  drive: 1e-5,
  inV: 0,
  sigma: 0.0003,
  remaining: 0,
  reset: 0.45,
  threshold: 0.69,
  refractorySteps: 20.4,
  rateExc: 2e5,
  rateInh: 2e5,
  rateMem: 1e5,
};

function valueOf(field: LifField, neuron: number): number {
  return TYPICAL[field] * (1 + 0.005 * (((neuron * 7 + field.length * 13) % 101) / 101 - 0.5));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
