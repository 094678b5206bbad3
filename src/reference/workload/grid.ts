/**
 * A workload in mode `grid`: populations as NEST's iaf_psc_exp and aeif_psc_exp, delays in whole steps, an external event at the end of the step it falls in.
 * The card knows no capacitance; with 1 pF a weight in pA is the amplitude in V/s.
 */
import { InfeasibleError, InternalError } from '../../base/index.ts';
import type { WorkloadCard } from '../../model/index.ts';
import type { CurrentChanges, Network, StimulusEvents } from '../../network/index.ts';
import { GridAdex } from '../grid/grid-adex.ts';
import type { GridBank } from '../grid/grid-bank.ts';
import { GridLifDelta, GridLifExp, stepsOf } from '../grid/grid-lif.ts';
import { GridNetwork, type GridInput, type GridSnapshot } from '../grid/grid-network.ts';
import type { PreciseSpikes } from '../network.ts';
import { peakOfUnitPsp } from '../psp.ts';
import { TEACHER_TICKS_PER_SECOND, type TeacherMethod, type TeacherSnapshot, type WorkloadTeacher } from './method.ts';

const CAPACITANCE = 1; // pF
const MS = 1000;

type Population = WorkloadCard['populations'][string];

/** See teacherOf. */
export class GridWorkload implements WorkloadTeacher {
  readonly method: readonly string[];
  readonly #net: GridNetwork;
  readonly #stepTicks: number;
  readonly #slots: number;
  readonly #arrive: GridInput;
  #step: number;

  constructor(
    card: WorkloadCard,
    network: Network,
    { events, currents }: { readonly events: StimulusEvents; readonly currents: CurrentChanges },
    { step, tolerance }: TeacherMethod,
    from?: TeacherSnapshot,
  ) {
    const stepTicks = Math.round(Number((step * TEACHER_TICKS_PER_SECOND).toPrecision(15)));
    if (!(stepTicks >= 1)) throw new InfeasibleError(`a step of ${String(step)} s: expected at least a nanosecond`);
    const milliseconds = Number((step * MS).toPrecision(15));
    this.#stepTicks = stepTicks;
    const populations = network.populations.map(({ name }) => card.populations[name]!);
    this.method = [
      ...(populations.some(({ model }) => model === 'lif') ? ['LIF by exact propagators on the grid'] : []),
      ...(populations.some(({ model }) => model === 'adex')
        ? [`AdEx by Runge-Kutta-Fehlberg 4(5) inside a step, tolerance ${String(tolerance)}`]
        : []),
      `spikes, resets and arrivals on a grid of ${String(milliseconds)} ms, delays in whole steps (dendritic)`,
    ];
    const current = new Float64Array(network.count); // pA
    const bank = new GridParts(
      network.populations.map(({ first, count }, p) =>
        gridBank(populations[p]!, current.subarray(first, first + count), { step: milliseconds, tolerance }),
      ),
    );
    const delays = delaySteps(network, milliseconds);
    const isDelta = network.populations.flatMap(({ count }, p) => Array.from({ length: count }, () => hasDelta(populations[p]!)));
    const amplitude = amplitudeOf(network, isDelta);
    this.#net = new GridNetwork(bank, {
      offsets: network.rowStart,
      targets: network.target,
      weights: network.weight.map((weight, k) => amplitude(network.target[k]!, weight)),
      delays,
    });
    this.#slots = delays.reduce((worst, delay) => Math.max(worst, delay), 1) + 1;
    const arrive = external(network, events, stepTicks, amplitude);
    let change = 0;
    this.#arrive = (k, excitation, inhibition) => {
      // a step is taken with the current that flows at its start
      for (; (currents.tick[change] ?? Infinity) <= k * stepTicks; change++) {
        const neuron = currents.neuron[change]!;
        current[neuron] = (CAPACITANCE * currents.depolarisation[change]!) / network.tauMem[neuron]!;
      }
      arrive(k, excitation, inhibition);
    };
    this.#step = Math.round((from?.tick ?? 0) / stepTicks);
    if (from !== undefined) this.#net.restore(this.#unpacked(from, network.count, bank));
  }

  advance(until: number): PreciseSpikes {
    const steps = Math.max(0, Math.ceil(until / this.#stepTicks) - this.#step);
    const { steps: when, neurons } = this.#net.run(steps, [], this.#arrive);
    this.#step += steps;
    return { ticks: when.map((k) => (k + 1) * this.#stepTicks), fractions: new Float64Array(when.length), neurons };
  }

  snapshot(): TeacherSnapshot {
    const { bank, excitation, inhibition } = this.#net.snapshot();
    return {
      tick: this.#step * this.#stepTicks,
      columns: { ...bank, ...numbered('excitation', excitation), ...numbered('inhibition', inhibition) },
    };
  }

  #unpacked({ columns }: TeacherSnapshot, count: number, bank: GridParts): GridSnapshot {
    const column = (name: string): Float64Array => {
      const found = columns[name];
      if (found?.length !== count) throw new InfeasibleError('the snapshot is of another network');
      return found;
    };
    const slots = (name: string): Float64Array[] => Array.from({ length: this.#slots }, (_, slot) => column(`${name}.${String(slot)}`));
    bank.check(columns);
    return { step: this.#step, bank: columns, excitation: slots('excitation'), inhibition: slots('inhibition') };
  }
}

function numbered(name: string, columns: readonly Float64Array[]): Record<string, Float64Array> {
  return Object.fromEntries(columns.map((column, slot) => [`${name}.${String(slot)}`, column]));
}

/** Populations of different models side by side. */
class GridParts implements GridBank {
  readonly count: number;
  readonly #parts: readonly { readonly bank: GridBank; readonly first: number; readonly end: number }[];

  constructor(banks: readonly GridBank[]) {
    let first = 0;
    this.#parts = banks.map((bank) => ({ bank, first, end: (first += bank.count) }));
    this.count = first;
  }

  step(excitation: Float64Array, inhibition: Float64Array, spike: (neuron: number) => void): void {
    for (const { bank, first, end } of this.#parts)
      bank.step(excitation.subarray(first, end), inhibition.subarray(first, end), (neuron) => spike(first + neuron));
  }

  voltage(neuron: number): number {
    const part = this.#parts.find(({ end }) => neuron < end)!;
    return part.bank.voltage(neuron - part.first);
  }

  snapshot(): Readonly<Record<string, Float64Array>> {
    return Object.fromEntries(
      this.#parts.flatMap(({ bank }, p) => Object.entries(bank.snapshot()).map(([name, column]) => [`${String(p)}.${name}`, column])),
    );
  }

  restore(columns: Readonly<Record<string, Float64Array>>): void {
    this.#parts.forEach(({ bank }, p) => {
      bank.restore(Object.fromEntries(Object.keys(bank.snapshot()).map((name) => [name, columns[`${String(p)}.${name}`]!])));
    });
  }

  /** Throws InfeasibleError unless the columns are of these neurons. */
  check(columns: Readonly<Record<string, Float64Array>>): void {
    for (const [name, column] of Object.entries(this.snapshot())) {
      if (columns[name]?.length !== column.length) throw new InfeasibleError('the snapshot is of another network');
    }
  }
}

function gridBank(
  population: Population,
  current: Float64Array,
  { step, tolerance }: { readonly step: number; readonly tolerance: number },
): GridBank {
  const { model, parameters: p } = population;
  const ms = (seconds: number): number => Number((seconds * MS).toPrecision(15));
  const shared = {
    step,
    capacitance: CAPACITANCE,
    rest: p.rest * MS,
    reset: p.reset * MS,
    refractory: ms(p.refractory),
    current,
    start: new Float64Array(current.length).fill(p.rest * MS),
  };
  const [tauExc, tauInh] = [ms(p.tau_syn_excitatory), ms(p.tau_syn_inhibitory)];
  if (model === 'lif' && population.synapses !== undefined && !['exponential', 'delta'].includes(population.synapses.kind)) {
    throw new InfeasibleError(`${population.synapses.kind} synapses: the grid has exponential and delta ones, use precise`);
  }
  if (hasDelta(population)) return new GridLifDelta({ ...shared, tauMem: ms(p.tau_mem), threshold: p.threshold * MS });
  if (model === 'lif') return new GridLifExp({ ...shared, tauMem: ms(p.tau_mem), threshold: p.threshold * MS }, { tauExc, tauInh });
  const leakConductance = CAPACITANCE / ms(p.tau_mem); // nS
  return new GridAdex({
    ...shared,
    leakConductance,
    thresholdVoltage: p.exponential.threshold * MS,
    slopeFactor: p.exponential.slope * MS,
    adaptationConductance: p.adaptation.strength * leakConductance,
    adaptationJump: p.adaptation.jump * MS * leakConductance,
    adaptationTau: ms(p.adaptation.tau),
    peak: p.threshold * MS,
    tauExc,
    tauInh,
    tolerance,
  });
}

function hasDelta(population: Population): boolean {
  return population.model === 'lif' && population.synapses?.kind === 'delta';
}

/** Amplitude of a weight (V) onto a neuron: pA on 1 pF = V/s, or mV where events move V itself. */
function amplitudeOf({ tauMem, tauSynExcitatory, tauSynInhibitory }: Network, isDelta: readonly boolean[]) {
  return (target: number, weight: number): number =>
    isDelta[target] === true
      ? weight * MS
      : weight / peakOfUnitPsp(tauMem[target]!, (weight >= 0 ? tauSynExcitatory : tauSynInhibitory)[target]!);
}

function delaySteps({ delay, target }: Network, step: number): Uint32Array {
  if (delay === null) throw new InternalError('the network has no delay yet');
  const steps = (seconds: number): number => stepsOf('delay', Number((seconds * MS).toPrecision(15)), step, 1);
  return typeof delay === 'number' ? new Uint32Array(target.length).fill(steps(delay)) : Uint32Array.from(delay, steps);
}

/** External events by the step at whose end they act. */
function external(network: Network, events: StimulusEvents, stepTicks: number, amplitude: ReturnType<typeof amplitudeOf>): GridInput {
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
