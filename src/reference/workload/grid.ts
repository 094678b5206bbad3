/** A workload in mode `grid`: delays in whole steps, an external event at the end of the step it falls in. */
import { InfeasibleError, InternalError } from '../../base/index.ts';
import type { WorkloadCard } from '../../model/index.ts';
import type { Network, PoissonDrive, StimulusEvents } from '../../network/index.ts';
import { stepsOf } from '../grid/grid-lif.ts';
import { GridNetwork, type GridEngine, type GridInput, type GridOfWhole, type GridSnapshot } from '../grid/grid-network.ts';
import { CountedDrive, type GridCounts } from '../grid/grid-counts.ts';
import { KernelNetwork, outsideKernel } from '../grid/kernel-network.ts';
import type { PreciseSpikes } from '../network.ts';
import type { PlasticSynapses } from '../plastic-synapses.ts';
import { gridPopulation } from './grid-banks.ts';
import { GridParts } from './grid-parts.ts';
import { describePlasticity, fullWeights, plasticSynapsesOf } from './plastic.ts';
import { TEACHER_TICKS_PER_SECOND, type TeacherInput, type TeacherMethod, type TeacherSnapshot, type WorkloadTeacher } from './method.ts';

const MS = 1000;

/** See teacherOf. */
export class GridWorkload implements WorkloadTeacher {
  readonly method: readonly string[];
  readonly #net: GridEngine;
  readonly #stepTicks: number;
  readonly #slots: number;
  readonly #plastic: PlasticSynapses | undefined;
  readonly #arrive: GridInput;
  #step: number;

  constructor(
    card: WorkloadCard,
    network: Network,
    { events, currents, drives = [] }: TeacherInput,
    { step, tolerance }: TeacherMethod,
    from?: TeacherSnapshot,
    whole?: GridOfWhole,
  ) {
    const stepTicks = ticksOf(step);
    if (!(stepTicks >= 1)) throw new InfeasibleError(`a step of ${String(step)} s: expected at least a nanosecond`);
    const milliseconds = Number((step * MS).toPrecision(15));
    this.#stepTicks = stepTicks;
    const current = new Float64Array(network.count); // mV/ms
    const populations = network.populations.map(({ name, first, count }, p) =>
      gridPopulation(card.populations[name]!, network.parameters[p]!, current.subarray(first, first + count), milliseconds, tolerance),
    );
    const banks = populations.flatMap((one) => one.banks);
    const delays = delaySteps(network, milliseconds);
    const partOf = network.populations.flatMap(({ count }, p) => Array.from({ length: count }, () => p));
    const amplitude = (target: number, weight: number): number => {
      const p = partOf[target]!;
      return populations[p]!.amplitude(target - network.populations[p]!.first, weight);
    };
    this.#plastic = plasticSynapsesOf(
      card,
      network,
      {
        synapses: network.target.length,
        neurons: network.count,
        msPerTick: milliseconds,
        ties: 'target first',
      },
      delays,
    );
    const synapses = {
      offsets: network.rowStart,
      targets: network.target,
      weights: fullWeights(network).map((weight, k) => amplitude(network.target[k]!, weight)),
      delays,
    };
    const version = { changes: 0 };
    const counts = drives.flatMap((drive) => countsOf(drive, stepTicks, amplitude));
    const reason = outsideKernel(banks, synapses, this.#plastic !== undefined, whole);
    const kernel = reason === undefined ? new KernelNetwork(banks, synapses, version, counts, whole) : undefined;
    this.#net = kernel ?? new GridNetwork(new GridParts(banks), synapses, this.#plastic, whole);
    this.method = [
      ...new Set(populations.map(({ method }) => method)),
      `spikes, resets and arrivals on a grid of ${String(milliseconds)} ms, delays in whole steps (dendritic)`,
      kernel === undefined
        ? `in plain TypeScript, not in the WebAssembly kernel: ${String(reason)}`
        : `in the WebAssembly kernel, ${String(kernel.bytesPerSynapse)} bytes a synapse; bit by bit the plain grid`,
      ...describePlasticity(network),
    ];
    this.#slots = (whole?.longestDelay ?? longestOf(delays)) + 1;
    const arrive = external(network, events, stepTicks, amplitude);
    let change = 0;
    const counted = kernel === undefined ? counts.map((one) => new CountedDrive(one)) : [];
    this.#arrive = (k, excitation, inhibition) => {
      // a step is taken with the current that flows at its start
      for (; (currents.tick[change] ?? Infinity) <= k * stepTicks; change++) {
        const neuron = currents.neuron[change]!;
        current[neuron] = currents.depolarisation[change]! / network.tauMem[neuron]!;
        version.changes++;
      }
      arrive(k, excitation, inhibition);
      for (const drive of counted) drive.add(k, excitation, inhibition);
    };
    this.#step = Math.round((from?.tick ?? 0) / stepTicks);
    if (from === undefined) return;
    this.#net.restore(this.#unpacked(from, network.count));
    this.#plastic?.restore(from.columns);
  }

  advance(until: number): PreciseSpikes {
    const steps = Math.max(0, Math.ceil(until / this.#stepTicks) - this.#step);
    const { steps: when, neurons } = this.#net.run(steps, [], this.#arrive);
    this.#step += steps;
    return { ticks: when.map((k) => (k + 1) * this.#stepTicks), fractions: new Float64Array(when.length), neurons };
  }

  weights(): Float64Array | undefined {
    return this.#plastic?.weights();
  }

  snapshot(): TeacherSnapshot {
    const { bank, excitation, inhibition } = this.#net.snapshot();
    return {
      tick: this.#step * this.#stepTicks,
      columns: { ...bank, ...numbered('excitation', excitation), ...numbered('inhibition', inhibition), ...this.#plastic?.columns() },
    };
  }

  #unpacked({ columns }: TeacherSnapshot, count: number): GridSnapshot {
    const column = (name: string): Float64Array => {
      const found = columns[name];
      if (found?.length !== count) throw new InfeasibleError('the snapshot is of another network');
      return found;
    };
    const slots = (name: string): Float64Array[] => Array.from({ length: this.#slots }, (_, slot) => column(`${name}.${String(slot)}`));
    return { step: this.#step, bank: columns, excitation: slots('excitation'), inhibition: slots('inhibition') };
  }
}

/** Steps of the longest delay of a network on a grid of `step` s. Throws InfeasibleError for a delay that is no whole number of steps. */
export function longestDelayOf(network: Network, step: number): number {
  return longestOf(delaySteps(network, Number((step * MS).toPrecision(15))));
}

function longestOf(delays: Uint32Array): number {
  return delays.reduce((worst, delay) => Math.max(worst, delay), 1);
}

function numbered(name: string, columns: readonly Float64Array[]): Record<string, Float64Array> {
  return Object.fromEntries(columns.map((column, slot) => [`${name}.${String(slot)}`, column]));
}

function delaySteps({ delay, target }: Network, step: number): Uint32Array {
  if (delay === null) throw new InternalError('the network has no delay yet');
  const steps = (seconds: number): number => stepsOf('delay', Number((seconds * MS).toPrecision(15)), step, 1);
  return typeof delay === 'number' ? new Uint32Array(target.length).fill(steps(delay)) : Uint32Array.from(delay, steps);
}

/** A counted drive by runs of neurons with equal amplitude. Throws InfeasibleError for bins that are no steps. */
function countsOf(
  { neurons, weight, mean, bin, start, stop, unit, key }: PoissonDrive,
  stepTicks: number,
  amplitude: (target: number, weight: number) => number,
): GridCounts[] {
  const [binTicks, startTick, stopTick] = [ticksOf(bin), ticksOf(start), stop === Infinity ? Infinity : ticksOf(stop)];
  if (binTicks % stepTicks !== 0 || startTick % stepTicks !== 0)
    throw new InfeasibleError(
      `a Poisson drive counted in bins of ${String(bin * MS)} ms from ${String(start * MS)} ms on: expected multiples of the step`,
    );
  const binAt = (step: number): number | undefined => {
    const end = (step + 1) * stepTicks;
    const passed = end - startTick;
    return passed > 0 && passed % binTicks === 0 && end <= stopTick ? passed / binTicks - 1 : undefined;
  };
  const runs: GridCounts[] = [];
  for (const { first, name, count } of neurons) {
    for (let from = 0; from < count;) {
      const one = amplitude(first + from, weight);
      let to = from + 1;
      while (to < count && amplitude(first + to, weight) === one) to++;
      runs.push({ first: first + from, name: name + from, count: to - from, weight: one, mean, unit, key, binAt });
      from = to;
    }
  }
  return runs;
}

function ticksOf(seconds: number): number {
  return Math.round(Number((seconds * TEACHER_TICKS_PER_SECOND).toPrecision(15)));
}

/** External events by the step at whose end they act. */
function external(
  network: Network,
  events: StimulusEvents,
  stepTicks: number,
  amplitude: (target: number, weight: number) => number,
): GridInput {
  const { rowStart, target, weight } = network.inputs;
  const stepOf = (event: number): number => Math.max(0, Math.ceil(events.tick[event]! / stepTicks) - 1);
  const amplitudes = weight.map((value, k) => amplitude(target[k]!, value));
  let next = 0;
  return (step, excitation, inhibition) => {
    while (next < events.tick.length && stepOf(next) < step) next++;
    for (; next < events.tick.length && stepOf(next) === step; next++) {
      const source = events.source[next]!;
      for (let k = rowStart[source]!; k < rowStart[source + 1]!; k++) {
        const sums = amplitudes[k]! >= 0 ? excitation : inhibition;
        sums[target[k]!]! += amplitudes[k]!;
      }
    }
  };
}
