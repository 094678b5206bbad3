/**
 * The teacher on the laboratory bench: the `Substrate` of ideal neurons. It is set by physical parameters instead of codes, has no mismatch and no noise, and its converter
 * neither rounds nor errs, so an experiment that is right on it is right; what the same experiment says of a die beyond that is the die's doing.
 * Neurons are exact current-based LIF (`lif-bank.ts`) in hardware time. Order within one tick as on a die: membranes move and fire, the converter samples, membranes are
 * released, synaptic events act. Spike times are rounded up to a tick only when they are written down.
 */
import { DEFAULT_TICKS_PER_SECOND, InfeasibleError, secondsOf, ticksOf } from '../base/index.ts';
import {
  NEURON_CELLS,
  sortSpikes,
  type Bill,
  type Capabilities,
  type Experiment,
  type NeuronParameters,
  type Probe,
  type Recording,
  type RowEvent,
  type SampleRows,
  type Setting,
  type Stimulus,
  type Substrate,
} from '../model/index.ts';
import { LifBank } from './banks/lif-bank.ts';

/** What the bench is to look like to an experiment. */
export interface TeacherBench {
  readonly neurons: number;
  /** Hardware runs this much faster than biology (default 1000). */
  readonly speedUp?: number;
  /** s between two samples (default 1 us). */
  readonly sampleInterval?: number;
  /** Synapse rows and the largest weight code (default 256 and 63). */
  readonly synapses?: { readonly rows: number; readonly largestWeight: number };
}

/** One LSB of the converter, V: readings are real numbers, so this is a unit, no resolution. */
const LSB = 1e-9;
/** Reading 0, V; the scale is 32 bits wide. */
const ZERO = -2;
/** Comparators that are switched off never fire. */
const OUT_OF_REACH = 1e9; // V

/** Parameters before the first setting: those of a typical spiking network in hardware time. */
const INITIAL: Readonly<Record<keyof NeuronParameters, number>> = {
  leak: 0.6,
  reset: 0.5,
  threshold: 0.8,
  tauMem: 10e-6,
  tauSynExcitatory: 5e-6,
  tauSynInhibitory: 5e-6,
  driveExcitatory: 0,
  driveInhibitory: 0,
  offset: 0,
};

/** Ideal neurons behind the interface of a chip. Throws InfeasibleError for codes, for parameters that allow no membrane, and for events on rows that do not exist. */
export class TeacherSubstrate implements Substrate {
  readonly capabilities: Capabilities;
  readonly #parameters: Record<keyof NeuronParameters, Float64Array>;
  #switches = {
    offsetCurrentOn: false,
    holdReset: false,
    spiking: true,
    cadcInput: 'membrane' as NonNullable<Setting['cadcInput']>,
    refractory: 2e-6,
  };
  #bill = { settling: 0, reading: 0, running: 0 };

  constructor({ neurons, speedUp = 1000, sampleInterval = 1e-6, synapses = { rows: 256, largestWeight: 63 } }: TeacherBench) {
    this.capabilities = {
      neurons,
      ticksPerSecond: DEFAULT_TICKS_PER_SECOND,
      speedUp,
      blockSize: 1,
      codes: Object.fromEntries(NEURON_CELLS.map((cell) => [cell, { min: 0, max: 0 }])) as Capabilities['codes'],
      cadc: { bits: 32, zero: ZERO, lsb: LSB, sampleInterval, reliable: [0, 2 ** 32] },
      leakLinearRange: Infinity,
      synapses,
    };
    this.#parameters = Object.fromEntries(
      Object.entries(INITIAL).map(([name, value]) => [name, new Float64Array(neurons).fill(value)]),
    ) as Record<keyof NeuronParameters, Float64Array>;
  }

  get bill(): Bill {
    return { ...this.#bill };
  }

  async configure({ codes, parameters, ...switches }: Setting): Promise<void> {
    if (codes !== undefined) throw new InfeasibleError('the teacher has no codes: bind targets to {parameters}');
    for (const [name, values] of Object.entries(parameters ?? {}) as [keyof NeuronParameters, Float64Array][]) {
      if (values.length !== this.capabilities.neurons) {
        throw new InfeasibleError(`${name}: ${String(values.length)} values for ${String(this.capabilities.neurons)} neurons`);
      }
      this.#parameters[name] = values.slice();
    }
    this.#switches = { ...this.#switches, ...switches };
  }

  async read(circuits: Uint32Array, samples: number): Promise<Float64Array> {
    const { ticksPerSecond, cadc } = this.capabilities;
    const interval = ticksOf(cadc.sampleInterval, ticksPerSecond);
    this.#bill.reading += samples * cadc.sampleInterval;
    const tick = Float64Array.from({ length: samples }, (_, s) => (s + 1) * interval);
    const rows = this.#samplesAt(circuits, tick, {});
    return Float64Array.from(rows.values);
  }

  async run({ stimulus, probes, until }: Experiment): Promise<Recording> {
    const { ticksPerSecond, neurons } = this.capabilities;
    this.#bill.running += secondsOf(until, ticksPerSecond);
    const spikes: [tick: number, neuron: number][] = [];
    const bank = this.#bank();
    const happenings = this.#happenings(stimulus, [], until);
    for (let n = 0; n < neurons; n++) this.#live(bank, n, happenings, until, (tick) => spikes.push([tick, n]));
    return {
      until,
      ticksPerSecond,
      spikes: sortSpikes({ tick: Float64Array.from(spikes, ([tick]) => tick), neuron: Uint32Array.from(spikes, ([, n]) => n) }),
      samples: probes.map((probe) => this.#samplesAt(probe.circuits, this.#sampleTicks(probe, until), stimulus)),
    };
  }

  #sampleTicks({ from }: Probe, until: number): Float64Array {
    const interval = ticksOf(this.capabilities.cadc.sampleInterval, this.capabilities.ticksPerSecond);
    const first = Math.max(from, 1);
    return Float64Array.from({ length: first > until ? 0 : Math.floor((until - first) / interval) + 1 }, (_, s) => first + s * interval);
  }

  /** A probe changes nothing, so it has a run of its own. */
  #samplesAt(circuits: Uint32Array, tick: Float64Array, stimulus: Stimulus): SampleRows {
    const values = new Float32Array(circuits.length * tick.length);
    const { cadcInput, holdReset } = this.#switches;
    const last = tick.at(-1) ?? 0;
    const bank = this.#bank();
    const happenings = this.#happenings(stimulus, tick, last);
    circuits.forEach((n, row) => {
      const held = cadcInput === 'membrane' ? (holdReset ? this.#parameters.reset[n]! : undefined) : cadcInput.debugVoltage;
      if (held !== undefined) values.fill(readingOf(held), row * tick.length, (row + 1) * tick.length);
      else this.#live(bank, n, happenings, last, undefined, (sample, voltage) => (values[row * tick.length + sample] = readingOf(voltage)));
    });
    return { probe: 'cadc', circuits, tick, values };
  }

  /** Everything that happens to a membrane from outside, in order of time; samples before releases before events. */
  #happenings(stimulus: Stimulus, samples: ArrayLike<number>, until: number): readonly Happening[] {
    const { rows, largestWeight } = this.capabilities.synapses!;
    const share = (stimulus.weight ?? largestWeight) / largestWeight;
    const events = stimulus.rowEvents ?? [];
    const stray = events.find(({ row }) => !(row >= 0 && row < rows));
    if (stray !== undefined) throw new InfeasibleError(`row ${String(stray.row)}: the bench has rows 0 to ${String(rows - 1)}`);
    return [
      ...Array.from(samples, (tick, sample): Happening => ({ tick, order: 0, sample })),
      ...(stimulus.releaseAt ?? []).map((tick): Happening => ({ tick, order: 1 })),
      ...events.map(({ tick, sign }): Happening => ({ tick, order: 2, sign, share })),
    ]
      .filter(({ tick }) => tick <= until)
      .toSorted((a, b) => a.tick - b.tick || a.order - b.order);
  }

  /** One neuron from settled to the end; its state is left where it is, so every bank serves one run. */
  #live(
    bank: LifBank,
    n: number,
    happenings: readonly Happening[],
    until: number,
    spiked: ((tick: number) => void) | undefined,
    sampled?: (sample: number, voltage: number) => void,
  ): void {
    const { ticksPerSecond } = this.capabilities;
    let now = 0;
    const advanceTo = (end: number): void => {
      for (;;) {
        const wait = bank.untilSpike(n, end - now);
        if (!(wait <= end - now)) break;
        bank.advance(n, wait);
        bank.fire(n);
        now += wait;
        spiked?.(Math.ceil(now * ticksPerSecond - 1e-6));
      }
      bank.advance(n, end - now);
      now = end;
    };
    for (const happening of happenings) {
      advanceTo(secondsOf(happening.tick, ticksPerSecond));
      if (happening.order === 0) sampled?.(happening.sample, bank.voltageAfter(n, 0));
      else if (happening.order === 1) {
        bank.fire(n);
        bank.state.refractoryLeft[n] = 0;
      } else if (happening.sign > 0) bank.excite(n, happening.share * this.#parameters.driveExcitatory[n]!);
      else bank.inhibit(n, -happening.share * this.#parameters.driveInhibitory[n]!);
    }
    advanceTo(secondsOf(until, ticksPerSecond));
  }

  /** Fresh neurons at rest with the present parameters. */
  #bank(): LifBank {
    const { leak, reset, threshold, tauMem, tauSynExcitatory, tauSynInhibitory, offset } = this.#parameters;
    const { spiking, offsetCurrentOn, refractory } = this.#switches;
    return new LifBank({
      tauMem,
      tauSynExc: tauSynExcitatory,
      tauSynInh: tauSynInhibitory,
      restVoltage: leak,
      threshold: spiking ? threshold : threshold.map(() => OUT_OF_REACH),
      reset,
      refractory: reset.map(() => refractory),
      drive: offsetCurrentOn ? offset : offset.map(() => 0),
    });
  }
}

/** Voltage to a reading. */
function readingOf(voltage: number): number {
  return (voltage - ZERO) / LSB;
}

/** A sample, a release, or a synaptic event; `order` is their order within a tick. */
type Happening =
  | { readonly tick: number; readonly order: 0; readonly sample: number }
  | { readonly tick: number; readonly order: 1 }
  | { readonly tick: number; readonly order: 2; readonly sign: RowEvent['sign']; readonly share: number };
