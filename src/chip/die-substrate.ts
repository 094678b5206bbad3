/**
 * A die on the laboratory bench: the `Substrate` of an emulated chip. It takes codes, gives readings and spikes, and bills hardware time. What it hides is the truth.
 * A write puts the cells at their settled value. A reading or a run after a write starts from settled membranes: the leak level, with the membrane noise that a membrane at
 * rest has; an offset current acts from the start of the reading or the run on. The time of the noise runs on from reading to reading, so no two see the same noise.
 * Order within one tick: the membrane moves, comparators fire and reset, the ADC samples, membranes are released. A sample at the tick of a spike therefore sees the membrane
 * after it, and a sample at the tick of a release the membrane before it; a synaptic event moves the membrane from its tick on. Membranes are integrated by the `fast` kernel,
 * whatever the card says: a laboratory sees them through converters far coarser than the difference.
 */
import { InfeasibleError, InternalError, secondsOf, ticksOf, DEFAULT_TICKS_PER_SECOND } from '../base/index.ts';
import {
  type Bill,
  type Capabilities,
  type ChipCard,
  type Experiment,
  type Instrument,
  type Probe,
  type Recording,
  type Setting,
  type Substrate,
  type SubstrateState,
} from '../model/index.ts';
import type { LifBank } from '../kernels/index.ts';
import { capacitanceFactor } from './adex-circuit.ts';
import { BenchConverters } from './bench-converters.ts';
import { BenchMembranes, SAMPLES_PER_PIECE } from './bench-membranes.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { CircuitParameters } from './circuit.ts';
import { compileDie } from './die.ts';
import { DieSetting, type DieSettingState } from './die-setting.ts';
import type { DieLayout } from './die-layout.ts';
import type { MembraneAdc } from './madc.ts';
import type { TellStep } from './membranes.ts';
import { runConductances, type StepEvent } from './conductance-bench.ts';
import { planRowEvents, RowEvents, type RowEventPlan } from './row-events.ts';
import { countersOf } from './spike-counters.ts';
import { runJoined } from './joined-bench.ts';
import type { SensorFactors } from './shared-settings.ts';
import { emptyRows, isSampled, type Sampled } from './sampled-rows.ts';
import { SpikeLog } from './spike-log.ts';

/** All that changes on a die on the bench. */
interface DieState {
  readonly setting: DieSettingState;
  readonly bill: Bill;
  readonly now: number;
  readonly conversions: number;
  readonly madc: readonly [number, number] | undefined;
}

/** An emulated die as a laboratory meets it. `truth` is for grading alone. */
export class DieSubstrate implements Substrate {
  readonly capabilities: Capabilities;
  readonly #card: ChipCard;
  readonly #die: DieLayout;
  readonly #setting: DieSetting;
  readonly #converters: BenchConverters;
  readonly #membranes: BenchMembranes;
  /** Analog step in ticks, and steps per ADC sample. */
  readonly #stepTicks: number;
  readonly #sampleSteps: number;
  #bill = { settling: 0, reading: 0, running: 0 };
  #rows: RowEvents | undefined;

  /** `noiseSeed` names the trial: another one sees other write, membrane and reading noise on the same die. Throws InfeasibleError for a step of no whole ticks. */
  constructor(card: ChipCard, dieSeed: number, noiseSeed: number) {
    this.#card = card;
    this.#die = compileDie(card, dieSeed);
    this.#stepTicks = wholeTicks(card);
    this.#sampleSteps = Math.max(Math.round(card.cadc.sample_interval.value / card.step.value), 1);
    this.#setting = new DieSetting(card, this.#die, noiseSeed);
    this.capabilities = capabilitiesOf(card, this.#sampleSteps * card.step.value);
    const { leakLinearRange } = this.capabilities;
    this.#membranes = new BenchMembranes(card, this.#die, this.#setting, noiseSeed, leakLinearRange, this.#sampleSteps);
    this.#converters = new BenchConverters({
      card,
      die: this.#die,
      setting: this.#setting,
      membranes: this.#membranes,
      capabilities: this.capabilities,
      noiseSeed,
      stepTicks: this.#stepTicks,
      sampleSteps: this.#sampleSteps,
      bill: (seconds) => {
        this.#bill.reading += seconds;
      },
    });
  }

  get bill(): Bill {
    return { ...this.#bill };
  }

  /** What a perfect instrument would read on this die now. For grading only. */
  truth(): CircuitParameters {
    return this.#setting.truth();
  }

  /** Offset (V) and slope of both lines of the membrane ADC. For grading only. */
  lines(): MembraneAdc['lines'] {
    return this.#converters.membrane.lines;
  }

  /** What is left of the membrane capacitances at code 0, F. For grading only. */
  intrinsicCapacitance(): Float64Array {
    const { membrane_capacitance } = this.#card.neuron;
    return Float64Array.from(
      { length: this.#die.neurons },
      (_, n) => membrane_capacitance.value * capacitanceFactor(this.#card, this.#die, n, 0),
    );
  }

  /** What the currents of the blocks do to their correlation sensors, write noise included; undefined until they are set. For grading and emulation only. */
  sensorFactors(): SensorFactors | undefined {
    return this.#setting.shared.sensorFactors;
  }

  /** After a write or a run: membranes that go on from a reading are no part of it. */
  snapshot(): DieState & SubstrateState {
    if (this.#membranes.goOn) throw new InternalError('a die can be put aside after a write or a run, not between two readings');
    return {
      setting: this.#setting.snapshot(),
      bill: { ...this.#bill },
      now: this.#membranes.now,
      conversions: this.#converters.conversions,
      madc: this.#converters.taken,
    };
  }

  /** Of a die of the same card and seeds. */
  restore(state: SubstrateState): void {
    const { setting, bill, now, conversions, madc } = state as unknown as DieState;
    this.#setting.restore(setting);
    this.#rows?.drivers(this.#setting.shared.shortTerm, this.#setting.shared.driverTrim);
    this.#bill = { ...bill };
    this.#membranes.now = now;
    this.#converters.conversions = conversions;
    this.#converters.taken = madc;
    this.#membranes.refill();
  }

  async configure(setting: Setting): Promise<void> {
    const { written, drivers } = this.#setting.apply(setting, this.capabilities.codes);
    if (drivers) this.#rows?.drivers(this.#setting.shared.shortTerm, this.#setting.shared.driverTrim);
    // all cells of a die are refreshed in one sweep, so one wait serves all cells that were written together
    if (written > 0) this.#bill.settling += this.#card.cells.settling.value;
    this.#membranes.refill();
  }

  async read(circuits: Uint32Array, samples: number, instrument: Instrument = 'cadc'): Promise<Float64Array> {
    return instrument === 'madc' ? this.#converters.readMembranes(circuits, samples) : this.#converters.readColumn(circuits, samples);
  }

  async run({ stimulus, probes, until }: Experiment): Promise<Recording> {
    const [cadc, madc, counter, correlation] = (['cadc', 'madc', 'counter', 'correlation'] as const).map((kind) => {
      const [first, ...more] = probes.filter((probe) => probe.kind === kind);
      if (more.length > 0) throw new InfeasibleError(`one probe of kind ${kind} per run: give it all circuits at once`);
      return first;
    });
    const { ticksPerSecond } = this.capabilities;
    const steps = Math.ceil(until / this.#stepTicks);
    this.#bill.running += secondsOf(until, ticksPerSecond);
    // a release in the middle of a step waits for the next; one after the end never comes
    const released = new Set((stimulus.releaseAt ?? []).map((tick) => Math.ceil(tick / this.#stepTicks)).filter((step) => step < steps));
    const sampled = cadc && emptyRows(cadc.circuits, cadc.from, steps, this.#stepTicks, this.#sampleSteps);
    if (this.truth().joins !== undefined || this.truth().fires !== undefined)
      return this.#runJoined({ stimulus, probes, until }, released, sampled, steps);
    const events = planRowEvents(stimulus, this.#card, this.#stepTicks, steps);
    if (this.truth().inputs !== undefined && events.byStep.size > 0)
      return this.#runConductances(until, probes, released, sampled, steps, events);
    const recording = madc && this.#converters.membrane.record(madc.circuits, madc.from, until);
    const spikes = new SpikeLog(this.#stepTicks);
    const bank = this.#membranes.settled();
    this.#rows?.rest();
    let sample = 0;
    // pieces end where membranes are released or an event arrives in the next step, and never hold more samples than the bank can
    const cuts = [...new Set([0, ...released, ...events.byStep.keys(), steps])].toSorted((a, b) => a - b);
    for (let k = 0; k + 1 < cuts.length; k++) {
      if (released.has(cuts[k]!)) this.#membranes.release();
      for (const event of events.byStep.get(cuts[k]!) ?? []) {
        this.#rows ??= this.#restedRows(bank);
        const remaining = secondsOf((cuts[k]! + 1) * this.#stepTicks - event.tick, ticksPerSecond);
        this.#rows.deliver(bank, event, events.share, this.truth(), remaining, secondsOf(event.tick, ticksPerSecond));
      }
      for (let at = cuts[k]!; at < cuts[k + 1]!;) {
        // the membrane ADC looks at every step, the column ADC at every sample of its own
        const every = recording === undefined ? this.#sampleSteps : 1;
        const length = Math.min(cuts[k + 1]! - at, SAMPLES_PER_PIECE * every);
        const from = recording === undefined ? sampled && this.#membranes.now - at + sampled.firstStep : this.#membranes.now;
        const run = this.#membranes.run(length, from, every);
        spikes.add(at, run);
        for (let row = 0; row * bank.sampleStride < run.samples.length; row++) {
          const voltages = run.samples.subarray(row * bank.sampleStride, (row + 1) * bank.sampleStride);
          recording?.step((at + row) * this.#stepTicks, (at + row + 1) * this.#stepTicks, voltages);
          if (sampled === undefined || (recording !== undefined && !isSampled(at + row, sampled.firstStep, this.#sampleSteps))) continue;
          const { circuits, values, tick } = sampled.rows;
          this.#converters.convert(circuits, voltages, { values, start: sample++, stride: tick.length });
        }
        at += length;
      }
    }
    // the next reading starts from settled membranes
    this.#membranes.unsettle();
    const columns = spikes.columns();
    return {
      until,
      ticksPerSecond,
      spikes: columns,
      samples: [...(sampled === undefined ? [] : [sampled.rows]), ...(recording?.samples() ?? [])],
      ...(counter === undefined ? {} : { counters: countersOf(this.#card, columns, counter) }),
      ...(correlation && { correlation: this.#converters.readCorrelation(correlation, stimulus.rowEvents ?? [], columns) }),
    };
  }

  /** A run with switches closed: releases and samples of the column ADC alone. */
  #runJoined(
    { stimulus, probes, until }: Experiment,
    released: ReadonlySet<number>,
    sampled: Sampled | undefined,
    steps: number,
  ): Recording {
    if ((stimulus.rowEvents ?? []).length > 0 || probes.some(({ kind }) => kind !== 'cadc') || this.#setting.switches.offsetCurrentOn)
      throw new InfeasibleError('with joined circuits the bench runs releases from reset and samples of the column ADC alone');
    const options = { ...this.#membranes.options(), spiking: this.#setting.switches.spiking };
    return this.#stepByStep(until, steps, sampled, (tell) =>
      runJoined(this.truth(), options, { steps, now: this.#membranes.now, released }, tell),
    );
  }

  /** A run of a bench that tells membranes and spikes after every step. */
  #stepByStep(until: number, steps: number, sampled: Sampled | undefined, run: (tell: TellStep) => void): Recording {
    const spikes = new SpikeLog(this.#stepTicks);
    let sample = 0;
    run((step, voltages, fired) => {
      spikes.addStep(step, fired);
      if (sampled === undefined || !isSampled(step, sampled.firstStep, this.#sampleSteps)) return;
      const { circuits, values, tick } = sampled.rows;
      this.#converters.convert(circuits, voltages(), { values, start: sample++, stride: tick.length });
    });
    this.#membranes.now += steps;
    this.#membranes.unsettle();
    const { ticksPerSecond } = this.capabilities;
    return { until, ticksPerSecond, spikes: spikes.columns(), samples: sampled === undefined ? [] : [sampled.rows] };
  }

  /** A run with events on inputs that are no linear currents: samples of the column ADC alone. */
  #runConductances(
    until: number,
    probes: readonly Probe[],
    released: ReadonlySet<number>,
    sampled: Sampled | undefined,
    steps: number,
    events: RowEventPlan,
  ): Recording {
    if (probes.some(({ kind }) => kind !== 'cadc'))
      throw new InfeasibleError('with conductance or saturating synapses the bench samples events by the column ADC alone');
    const { ticksPerSecond } = this.capabilities;
    const parameters = this.truth();
    this.#rows ??= this.#restedRows(this.#membranes.settled());
    const rows = this.#rows;
    rows.rest();
    const options = { ...this.#membranes.options(), spiking: this.#setting.switches.spiking };
    const eventsOf = (step: number): readonly StepEvent[] =>
      (events.byStep.get(step) ?? []).map((event) => ({
        sign: event.sign,
        drives: rows.drives(event, events.share, parameters, secondsOf(event.tick, ticksPerSecond)).slice(),
        remaining: secondsOf((step + 1) * this.#stepTicks - event.tick, ticksPerSecond),
      }));
    const current = this.#setting.switches.offsetCurrentOn ? parameters.offsetCurrent : undefined;
    const start = this.#membranes.noisy(parameters.rest);
    return this.#stepByStep(until, steps, sampled, (tell) =>
      runConductances(parameters, options, { steps, now: this.#membranes.now, released, start, eventsOf, current }, tell),
    );
  }

  #restedRows(bank: LifBank): RowEvents {
    const rows = new RowEvents(this.#card, this.#die, bank);
    rows.drivers(this.#setting.shared.shortTerm, this.#setting.shared.driverTrim);
    rows.rest();
    return rows;
  }
}

/** The analog step in ticks. */
function wholeTicks({ step, name }: ChipCard): number {
  const ticks = ticksOf(step.value, DEFAULT_TICKS_PER_SECOND);
  if (Math.abs(step.value * DEFAULT_TICKS_PER_SECOND - ticks) > 1e-6) {
    throw new InfeasibleError(`the analog step of ${name} is no whole number of ticks of 1 ns`);
  }
  return ticks;
}
