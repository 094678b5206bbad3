/**
 * The race of the kernel of whole circuits (tanh leak, exponential, adaptation, noise) against the calibration loop, in one process and one run, CPU time, the contestants taking
 * turns. Rates are those of the reference machine, scaled by the loop.
 */
import { LifBank, type BankField } from '../../src/kernels/index.ts';
import { AdexLoop } from './adex-loop.ts';

const REFERENCE = 26.6; // ns per neuron-step of the calibration loop on the reference machine
/** Many short turns: a median of five long ones swung by a fifth with what else the machine did. */
const ROUNDS = 25;
/** Until the compiler is done with the kernel. */
const WARM_UP = 3;
const WORK = 2e6; // neuron-steps a turn

export interface AdexRaceRow {
  readonly neurons: number;
  readonly loop: number; // ns per neuron-step, like the next two
  readonly kernel: number;
  readonly kernelWithoutNoise: number;
  readonly scaledRate: number; // neuron-steps per second of the kernel on the reference machine, median over the rounds
  readonly firing: number; // spikes per neuron-step
}

/** Steps and neurons of a turn make about two million neuron-steps; a million neurons take 8 steps. */
export function raceAdex(neurons: number): AdexRaceRow {
  const steps = Math.max(Math.ceil(WORK / neurons), 8);
  const loop = new AdexLoop(512);
  const [noisy, quiet] = [bankOf(neurons), bankOf(neurons)];
  let spikes = 0;
  const loopSteps = Math.ceil(WORK / 512 / 2);
  const turns: readonly (readonly [work: number, run: (round: number) => number])[] = [
    [loopSteps * 512, (round) => loop.run(round * loopSteps, loopSteps)],
    [steps * neurons, (round) => (spikes = noisy.run(round * steps, steps).spikes)],
    [steps * neurons, (round) => quiet.run(round * steps, steps, { noise: false }).spikes],
  ];
  const times = turns.map((): number[] => []);
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    turns.forEach(([work, run], i) => {
      const before = process.cpuUsage();
      run(round);
      const { user, system } = process.cpuUsage(before);
      if (round >= WARM_UP) times[i]!.push(((user + system) * 1e3) / work);
    });
  }
  const [loopTime, kernel, kernelWithoutNoise] = times.map(median) as [number, number, number];
  return {
    neurons,
    loop: loopTime,
    kernel,
    kernelWithoutNoise,
    scaledRate: median(times[0]!.map((time, round) => (1e9 / times[1]![round]!) * (time / REFERENCE))),
    firing: spikes / (steps * neurons),
  };
}

/** A tonic neuron of the shipped card: 20 us membrane, 0.1 us steps, a spike about every 400 steps. */
const TYPICAL: Readonly<Partial<Record<BankField, number>>> = {
  v: 0.5,
  rest: 0.42,
  leak: 0.00499,
  synapseExc: 100,
  gainExc: 0.985e-7,
  decayExc: 0.98,
  synapseInh: 100,
  gainInh: 0.985e-7,
  decayInh: 0.98,
  drive: 1.32e-3,
  sigma: 0.0002,
  reset: 0.54,
  threshold: 0.72,
  armed: 0.72,
  refractorySteps: 10,
  blindSteps: 10,
  rateExc: 2e5,
  rateInh: 2e5,
  rateMem: 5e4,
  exponentialInverse: 72,
  exponentialVoltage: 0.726,
  exponentialSlope: 0.02,
  exponentialClip: 4.3,
  adaptationDecay: 0.9967,
  adaptationGain: 0.0002,
  adaptationLeak: 0.42,
  adaptationCoupling: 0.0174,
  adaptationReference: 0.7,
  delay: 0.2,
  resetRate: 1.6,
  resetTaken: 0.8,
  adaptationJump: 0.002,
};

export const ADEX_BANK = { maxSpikes: 0, seed: 7, linear: 0.4, adex: { linear: 0.4, rails: [0, 1.2] as const, comparatorNoise: 1e-3 } };

/** Values of all fields, a little apart from neuron to neuron. */
export function adexFields(neurons: number): Readonly<Partial<Record<BankField, Float64Array>>> {
  return Object.fromEntries(
    Object.entries(TYPICAL).map(([field, value]) => [
      field,
      Float64Array.from({ length: neurons }, (_, n) => value * (1 + 0.005 * (((n * 7 + field.length * 13) % 101) / 101 - 0.5))),
    ]),
  );
}

function bankOf(neurons: number): LifBank {
  const bank = new LifBank(neurons, ADEX_BANK);
  bank.set(adexFields(neurons));
  bank.check();
  return bank;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
