/**
 * A die on the laboratory bench: the `Substrate` of an emulated chip. It takes codes, gives readings and spikes, and bills hardware time. What it hides is the truth.
 * A write puts the cells at their settled value. A reading or a run after a write starts from settled membranes: the leak level, with the membrane noise that a membrane at
 * rest has; an offset current acts from the start of the reading or the run on. The time of the noise runs on from reading to reading, so no two see the same noise.
 * Order within one tick: the membrane moves, comparators fire and reset, the ADC samples, membranes are released. A sample at the tick of a spike therefore sees the membrane
 * after it, and a sample at the tick of a release the membrane before it; a synaptic event moves the membrane from its tick on. Membranes are integrated by the `fast` kernel,
 * whatever the card says: a laboratory sees them through converters far coarser than the difference.
 */
import { Chance, InfeasibleError, InternalError, secondsOf, ticksOf, DEFAULT_TICKS_PER_SECOND } from '../base/index.ts';
import {
  LEAK_MODES,
  NEURON_CELLS,
  type Bill,
  type Capabilities,
  type ChipCard,
  type CorrelationRows,
  type Experiment,
  type Instrument,
  type NeuronCell,
  type Probe,
  type Recording,
  type RowEvent,
  type SampleRows,
  type Setting,
  type SpikeColumns,
  type Substrate,
  type SubstrateState,
} from '../model/index.ts';
import { LifBank, type LifRun } from '../kernels/index.ts';
import { ADEX_CELLS, capacitanceFactor, defaultDigital, type DigitalSetting } from './adex-circuit.ts';
import { ColumnAdc } from './cadc.ts';
import { capabilitiesOf } from './capabilities.ts';
import { ParameterCells } from './cells.ts';
import { circuitParameters, type CircuitParameters } from './circuit.ts';
import { compileDie } from './die.ts';
import { digitalAfter } from './digital-setting.ts';
import type { DieLayout } from './die-layout.ts';
import { bankOptions, fillBank, offsetDrive, settle } from './fast.ts';
import { madcPairs, MembraneAdc } from './madc.ts';
import { adexOptions, noiseOf, noiseOptions, type MembraneOptions, type TellStep } from './membranes.ts';
import { runConductances, type StepEvent } from './conductance-bench.ts';
import { planRowEvents, RowEvents, type RowEventPlan } from './row-events.ts';
import { countersOf } from './spike-counters.ts';
import { readSensors } from './correlation-bench.ts';
import { runJoined } from './joined-bench.ts';
import { SharedSettings, type SharedState } from './shared-settings.ts';
import { SpikeLog } from './spike-log.ts';
import { initialCode } from './transfer.ts';

interface Switches {
  readonly offsetCurrentOn: boolean;
  readonly holdReset: boolean;
  readonly spiking: boolean;
  readonly cadcInput: 'membrane' | { readonly debugVoltage: number };
  readonly refractory: number;
  readonly holdOff?: number;
}

/** All that changes on a die on the bench. */
interface DieState {
  readonly cells: ReturnType<ParameterCells['snapshot']>;
  readonly shared: SharedState;
  readonly leakMode: Uint8Array;
  readonly digital: DigitalSetting;
  readonly switches: Switches;
  readonly bill: Bill;
  readonly now: number;
  readonly conversions: number;
  readonly madc: readonly [number, number] | undefined;
}

/** Samples that one run of the bank can hold: longer runs are cut into pieces. */
const SAMPLES_PER_PIECE = 64;
/** Circuits draw their settled state from units of their own in the noise stream, away from those of the steps. */
const SETTLED = 2 ** 40;

/** An emulated die as a laboratory meets it. `truth` is for grading alone. */
export class DieSubstrate implements Substrate {
  readonly capabilities: Capabilities;
  readonly #card: ChipCard;
  readonly #die: DieLayout;
  readonly #cells: ParameterCells;
  readonly #adc: ColumnAdc;
  #madc: MembraneAdc | undefined;
  readonly #chance: Chance;
  readonly #noiseSeed: number;
  /** Analog step in ticks, and steps per ADC sample. */
  readonly #stepTicks: number;
  readonly #sampleSteps: number;
  #leakMode: Uint8Array;
  #digital: DigitalSetting;
  #switches: Switches = { offsetCurrentOn: false, holdReset: false, spiking: true, cadcInput: 'membrane', refractory: 2e-6 };
  #bill = { settling: 0, reading: 0, running: 0 };
  /** Analog steps and conversions since the die was powered: indices of the noise. */
  #now = 0;
  #conversions = 0;
  #parameters: CircuitParameters | undefined;
  /** One bank for the life of the die. `#filled`: it holds the present parameters; `#settled`: its membranes go on from the last reading. */
  #bank: LifBank | undefined;
  #rows: RowEvents | undefined;
  readonly #shared: SharedSettings;
  #filled = false;
  #settled = false;

  /** `noiseSeed` names the trial: another one sees other write, membrane and reading noise on the same die. Throws InfeasibleError for a step of no whole ticks. */
  constructor(card: ChipCard, dieSeed: number, noiseSeed: number) {
    this.#card = card;
    this.#die = compileDie(card, dieSeed);
    this.#noiseSeed = noiseSeed;
    this.#chance = new Chance(noiseSeed, 'noise', dieSeed);
    this.#stepTicks = wholeTicks(card);
    this.#sampleSteps = Math.max(Math.round(card.cadc.sample_interval.value / card.step.value), 1);
    const initial = NEURON_CELLS.map((kind) => [kind, initialCode(card, kind)]);
    this.#digital = defaultDigital(this.#die.neurons);
    this.#cells = new ParameterCells(card, dieSeed, noiseSeed, Object.fromEntries(initial) as Record<NeuronCell, number>);
    this.#leakMode = new Uint8Array(this.#die.neurons).fill(LEAK_MODES.indexOf('divided'));
    this.#adc = new ColumnAdc(card, this.#die, noiseSeed);
    this.#shared = new SharedSettings(card, dieSeed, noiseSeed);
    this.capabilities = capabilitiesOf(card, this.#sampleSteps * card.step.value);
  }

  get bill(): Bill {
    return { ...this.#bill };
  }

  /** What a perfect instrument would read on this die now. For grading only. */
  truth(): CircuitParameters {
    const digital = { ...this.#digital, synapseDac: this.#shared.dacFactor };
    this.#parameters ??= circuitParameters(this.#card, this.#die, this.#effectiveCodes(), this.#leakMode, digital);
    return this.#parameters;
  }

  /** Offset (V) and slope of both lines of the membrane ADC. For grading only. */
  lines(): MembraneAdc['lines'] {
    return this.#fastAdc().lines;
  }

  /** What is left of the membrane capacitances at code 0, F. For grading only. */
  intrinsicCapacitance(): Float64Array {
    const { membrane_capacitance } = this.#card.neuron;
    return Float64Array.from(
      { length: this.#die.neurons },
      (_, n) => membrane_capacitance.value * capacitanceFactor(this.#card, this.#die, n, 0),
    );
  }

  /** After a write or a run: membranes that go on from a reading are no part of it. */
  snapshot(): DieState & SubstrateState {
    if (this.#settled) throw new InternalError('a die can be put aside after a write or a run, not between two readings');
    return {
      cells: this.#cells.snapshot(),
      shared: this.#shared.snapshot(),
      leakMode: this.#leakMode.slice(),
      digital: this.#digital,
      switches: this.#switches,
      bill: { ...this.#bill },
      now: this.#now,
      conversions: this.#conversions,
      madc: this.#madc?.taken,
    };
  }

  /** Of a die of the same card and seeds. */
  restore(state: SubstrateState): void {
    const { cells, shared, leakMode, digital, switches, bill, now, conversions, madc } = state as unknown as DieState;
    this.#cells.restore(cells);
    this.#shared.restore(shared);
    this.#rows?.drivers(this.#shared.shortTerm, this.#shared.driverTrim);
    this.#leakMode = leakMode.slice();
    this.#digital = digital;
    this.#switches = switches;
    this.#bill = { ...bill };
    [this.#now, this.#conversions] = [now, conversions];
    if (madc !== undefined) this.#fastAdc().taken = madc;
    else if (this.#madc !== undefined) this.#madc.taken = [0, 0];
    this.#parameters = undefined;
    this.#filled = false;
    this.#settled = false;
  }

  async configure(setting: Setting): Promise<void> {
    if (setting.parameters !== undefined) throw new InfeasibleError('a die has codes, no parameters: bind targets to {codes}');
    let written = 0;
    for (const kind of NEURON_CELLS) {
      const codes = setting.codes?.[kind];
      if (codes === undefined) continue;
      if (this.#card.neuron.adex === undefined && (ADEX_CELLS as readonly NeuronCell[]).includes(kind))
        throw new InfeasibleError(`${kind}: the circuits of ${this.#card.name} have no such cell`);
      const { min, max } = this.capabilities.codes[kind];
      if (codes.length !== this.#die.neurons || codes.some((code) => code < min || code > max)) {
        throw new InternalError(`${kind}: ${String(this.#die.neurons)} codes from ${String(min)} to ${String(max)} are needed`);
      }
      written += this.#cells.write(kind, codes);
    }
    if (setting.leakMode !== undefined) this.#setLeakMode(setting.leakMode);
    const digital = digitalAfter(this.#card, this.#digital, setting, this.#die.neurons);
    this.#digital = digital ?? this.#digital;
    const shared = this.#shared.apply(setting);
    written += shared.cells;
    if (shared.drivers) this.#rows?.drivers(this.#shared.shortTerm, this.#shared.driverTrim);
    const { offsetCurrentOn, holdReset, spiking, cadcInput, refractory, holdOff } = { ...this.#switches, ...setting };
    this.#switches = {
      offsetCurrentOn,
      holdReset,
      spiking,
      cadcInput,
      refractory: this.#shared.refractory(refractory),
      ...(holdOff !== undefined && { holdOff }),
    };
    // all cells of a die are refreshed in one sweep, so one wait serves all cells that were written together
    if (written > 0) this.#bill.settling += this.#card.cells.settling.value;
    if (written > 0 || digital !== undefined || setting.leakMode !== undefined) this.#parameters = undefined;
    this.#filled = false;
    this.#settled = false;
  }

  async read(circuits: Uint32Array, samples: number, instrument: Instrument = 'cadc'): Promise<Float64Array> {
    if (instrument === 'madc') return this.#readMadc(circuits, samples);
    const values = new Float64Array(circuits.length * samples);
    const { cadcInput, holdReset } = this.#switches;
    this.#bill.reading += samples * this.capabilities.cadc.sampleInterval;
    if (cadcInput !== 'membrane' || holdReset) {
      const voltages = cadcInput === 'membrane' ? this.truth().reset : new Float64Array(this.#die.neurons).fill(cadcInput.debugVoltage);
      for (let s = 0; s < samples; s++) this.#adc.convert(this.#conversions++, circuits, voltages, { values, start: s, stride: samples });
      return values;
    }
    const bank = this.#settledBank();
    for (let done = 0; done < samples;) {
      const count = Math.min(samples - done, SAMPLES_PER_PIECE);
      const rows = this.#runBank(bank, count * this.#sampleSteps, this.#now + this.#sampleSteps - 1).samples;
      for (let s = 0; s < count; s++) {
        const voltages = rows.subarray(s * bank.sampleStride, (s + 1) * bank.sampleStride);
        this.#adc.convert(this.#conversions++, circuits, voltages, { values, start: done + s, stride: samples });
      }
      done += count;
    }
    return values;
  }

  /** Circuits two by two, each pair with its own recording. */
  async #readMadc(circuits: Uint32Array, samples: number): Promise<Float64Array> {
    const values = new Float64Array(circuits.length * samples);
    for (const pair of madcPairs(circuits)) {
      const until = this.#fastAdc().lengthFor(samples, pair.length);
      this.#bill.reading += secondsOf(until, this.capabilities.ticksPerSecond);
      const recording = this.#fastAdc().record(pair, 0, until);
      const { cadcInput } = this.#switches;
      const debug = cadcInput === 'membrane' ? undefined : new Float64Array(this.#die.neurons).fill(cadcInput.debugVoltage);
      const held = debug ?? (this.#switches.holdReset ? this.truth().reset : undefined);
      const steps = Math.ceil(until / this.#stepTicks);
      const bank = held === undefined ? this.#settledBank() : undefined;
      for (let at = 0; at < steps;) {
        const length = Math.min(steps - at, SAMPLES_PER_PIECE);
        const rows = bank && this.#runBank(bank, length, this.#now, 1).samples;
        for (let s = 0; s < length; s++) {
          const voltages = held ?? rows!.subarray(s * bank!.sampleStride, (s + 1) * bank!.sampleStride);
          recording.step((at + s) * this.#stepTicks, (at + s + 1) * this.#stepTicks, voltages);
        }
        at += length;
      }
      for (const row of recording.samples()) values.set(row.values.subarray(0, samples), circuits.indexOf(row.circuits[0]!) * samples);
    }
    return values;
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
    const sampled = cadc && this.#emptyRows(cadc.circuits, cadc.from, steps);
    if (this.truth().joins !== undefined) return this.#runJoined({ stimulus, probes, until }, released, sampled, steps);
    const events = planRowEvents(stimulus, this.#card, this.#stepTicks, steps);
    if (this.truth().inputs !== undefined && events.byStep.size > 0)
      return this.#runConductances(until, probes, released, sampled, steps, events);
    const recording = madc && this.#fastAdc().record(madc.circuits, madc.from, until);
    const spikes = new SpikeLog(this.#stepTicks);
    const bank = this.#settledBank();
    this.#rows?.rest();
    let sample = 0;
    // pieces end where membranes are released or an event arrives in the next step, and never hold more samples than the bank can
    const cuts = [...new Set([0, ...released, ...events.byStep.keys(), steps])].toSorted((a, b) => a - b);
    for (let k = 0; k + 1 < cuts.length; k++) {
      if (released.has(cuts[k]!)) releaseMembranes(bank);
      for (const event of events.byStep.get(cuts[k]!) ?? []) {
        this.#rows ??= this.#restedRows(bank);
        const remaining = secondsOf((cuts[k]! + 1) * this.#stepTicks - event.tick, ticksPerSecond);
        this.#rows.deliver(bank, event, events.share, this.truth(), remaining, secondsOf(event.tick, ticksPerSecond));
      }
      for (let at = cuts[k]!; at < cuts[k + 1]!;) {
        // the membrane ADC looks at every step, the column ADC at every sample of its own
        const every = recording === undefined ? this.#sampleSteps : 1;
        const length = Math.min(cuts[k + 1]! - at, SAMPLES_PER_PIECE * every);
        const from = recording === undefined ? sampled && this.#now - at + sampled.firstStep : this.#now;
        const run = this.#runBank(bank, length, from, every);
        spikes.add(at, run);
        for (let row = 0; row * bank.sampleStride < run.samples.length; row++) {
          const voltages = run.samples.subarray(row * bank.sampleStride, (row + 1) * bank.sampleStride);
          recording?.step((at + row) * this.#stepTicks, (at + row + 1) * this.#stepTicks, voltages);
          if (sampled === undefined || (recording !== undefined && !isSampled(at + row, sampled.firstStep, this.#sampleSteps))) continue;
          const { circuits, values, tick } = sampled.rows;
          this.#adc.convert(this.#conversions++, circuits, voltages, { values, start: sample++, stride: tick.length });
        }
        at += length;
      }
    }
    // the next reading starts from settled membranes
    this.#settled = false;
    const columns = spikes.columns();
    return {
      until,
      ticksPerSecond,
      spikes: columns,
      samples: [...(sampled === undefined ? [] : [sampled.rows]), ...(recording?.samples() ?? [])],
      ...(counter === undefined ? {} : { counters: countersOf(this.#card, columns, counter) }),
      ...(correlation && { correlation: this.#readSensors(correlation, stimulus.rowEvents ?? [], columns) }),
    };
  }

  /** A run with switches closed: releases and samples of the column ADC alone. */
  #runJoined(
    { stimulus, probes, until }: Experiment,
    released: ReadonlySet<number>,
    sampled: { readonly rows: SampleRows; readonly firstStep: number } | undefined,
    steps: number,
  ): Recording {
    if ((stimulus.rowEvents ?? []).length > 0 || probes.some(({ kind }) => kind !== 'cadc') || this.#switches.offsetCurrentOn)
      throw new InfeasibleError('with joined circuits the bench runs releases from reset and samples of the column ADC alone');
    const options = { ...this.#options(), spiking: this.#switches.spiking };
    return this.#stepByStep(until, steps, sampled, (tell) => runJoined(this.truth(), options, { steps, now: this.#now, released }, tell));
  }

  /** A run of a bench that tells membranes and spikes after every step. */
  #stepByStep(
    until: number,
    steps: number,
    sampled: { readonly rows: SampleRows; readonly firstStep: number } | undefined,
    run: (tell: TellStep) => void,
  ): Recording {
    const spikes = new SpikeLog(this.#stepTicks);
    let sample = 0;
    run((step, voltages, fired) => {
      spikes.addStep(step, fired);
      if (sampled === undefined || !isSampled(step, sampled.firstStep, this.#sampleSteps)) return;
      const { circuits, values, tick } = sampled.rows;
      this.#adc.convert(this.#conversions++, circuits, voltages(), { values, start: sample++, stride: tick.length });
    });
    this.#now += steps;
    this.#settled = false;
    const { ticksPerSecond } = this.capabilities;
    return { until, ticksPerSecond, spikes: spikes.columns(), samples: sampled === undefined ? [] : [sampled.rows] };
  }

  /** A run with events on inputs that are no linear currents: samples of the column ADC alone. */
  #runConductances(
    until: number,
    probes: readonly Probe[],
    released: ReadonlySet<number>,
    sampled: { readonly rows: SampleRows; readonly firstStep: number } | undefined,
    steps: number,
    events: RowEventPlan,
  ): Recording {
    if (probes.some(({ kind }) => kind !== 'cadc'))
      throw new InfeasibleError('with conductance or saturating synapses the bench samples events by the column ADC alone');
    const { ticksPerSecond } = this.capabilities;
    const parameters = this.truth();
    this.#rows ??= this.#restedRows(this.#settledBank());
    const rows = this.#rows;
    rows.rest();
    const options = { ...this.#options(), spiking: this.#switches.spiking };
    const eventsOf = (step: number): readonly StepEvent[] =>
      (events.byStep.get(step) ?? []).map((event) => ({
        sign: event.sign,
        drives: rows.drives(event, events.share, parameters, secondsOf(event.tick, ticksPerSecond)).slice(),
        remaining: secondsOf((step + 1) * this.#stepTicks - event.tick, ticksPerSecond),
      }));
    const current = this.#switches.offsetCurrentOn ? parameters.offsetCurrent : undefined;
    const start = this.#noisy(parameters.rest);
    return this.#stepByStep(until, steps, sampled, (tell) =>
      runConductances(parameters, options, { steps, now: this.#now, released, start, eventsOf, current }, tell),
    );
  }

  #restedRows(bank: LifBank): RowEvents {
    const rows = new RowEvents(this.#card, this.#die, bank);
    rows.drivers(this.#shared.shortTerm, this.#shared.driverTrim);
    rows.rest();
    return rows;
  }

  /** Sensors are read row by row and side by side, a conversion each. */
  #readSensors(probe: Probe, events: readonly RowEvent[], spikes: SpikeColumns): CorrelationRows {
    const { ticksPerSecond, cadc } = this.capabilities;
    const convert = (): number => {
      this.#bill.reading += cadc.sampleInterval;
      return this.#conversions++;
    };
    return readSensors(this.#card, this.#die, { events, spikes, ticksPerSecond }, probe, this.#shared.correlationTrim, this.#adc, convert);
  }

  /** The membrane ADC, made when it is first used. */
  #fastAdc(): MembraneAdc {
    this.#madc ??= new MembraneAdc(this.#card, this.#die.seed, this.#noiseSeed, this.capabilities.ticksPerSecond);
    return this.#madc;
  }

  #setLeakMode(modes: Uint8Array): void {
    if (modes.length !== this.#die.neurons || modes.some((mode) => mode >= LEAK_MODES.length)) {
      throw new InternalError(`leak modes: ${String(this.#die.neurons)} of 0 to ${String(LEAK_MODES.length - 1)} are needed`);
    }
    this.#leakMode = modes.slice();
  }

  #effectiveCodes(): Record<NeuronCell, Float64Array> {
    return Object.fromEntries(NEURON_CELLS.map((kind) => [kind, this.#cells.effective(kind)])) as Record<NeuronCell, Float64Array>;
  }

  /** Rows for a probe from tick `from` on, and the step after which the first sample is taken: a sample at tick T shows the end of the step that ends there. */
  #emptyRows(circuits: Uint32Array, from: number, steps: number): { readonly rows: SampleRows; readonly firstStep: number } {
    const firstStep = Math.max(Math.ceil(from / this.#stepTicks) - 1, 0);
    const taken = firstStep < steps ? Math.floor((steps - 1 - firstStep) / this.#sampleSteps) + 1 : 0;
    const tick = Float64Array.from({ length: taken }, (_, s) => (firstStep + s * this.#sampleSteps + 1) * this.#stepTicks);
    return { firstStep, rows: { probe: 'cadc', circuits, tick, values: new Float32Array(circuits.length * taken) } };
  }

  /** Runs the bank on from now; `sampleFrom` counts steps since power-on. The windows of the result are valid until the next run. */
  #runBank(bank: LifBank, steps: number, sampleFrom: number | undefined, sampleEvery = this.#sampleSteps): LifRun {
    const run = bank.run(this.#now, steps, {
      noise: this.#noise() > 0,
      comparator: this.#switches.spiking,
      ...(sampleFrom === undefined ? {} : { sampleFrom, sampleEvery }),
    });
    this.#now += steps;
    return run;
  }

  /** rms of the membrane noise at 10 us, V. */
  #noise(): number {
    return this.#card.noise.scale * this.#card.noise.membrane.value;
  }

  /** Membranes around these levels with the noise of a membrane at rest, V. */
  #noisy(levels: Float64Array): Float64Array {
    const options = this.#options();
    const { tauMem } = this.truth();
    return levels.map((level, n) => level + noiseOf(options, tauMem[n]!) * this.#chance.normal(SETTLED + n, this.#now));
  }

  #options(): MembraneOptions {
    const { holdOff } = this.#switches;
    const { adex } = adexOptions(this.#card);
    return {
      first: 0,
      count: this.#die.neurons,
      step: this.#card.step.value,
      linearRange: this.capabilities.leakLinearRange,
      ...noiseOptions(this.#card),
      noiseSeed: this.#noiseSeed,
      dieSeed: this.#die.seed,
      refractory: this.#switches.refractory,
      ...(adex && { adex: holdOff === undefined ? adex : { ...adex, holdOff } }),
    };
  }

  /** The bank with the present parameters; membranes go on from the last reading, or are settled after a write or a run. */
  #settledBank(): LifBank {
    const parameters = this.truth();
    const { neurons } = this.#die;
    const options = this.#options();
    const room = { maxSpikes: neurons * SAMPLES_PER_PIECE * this.#sampleSteps, maxSamples: SAMPLES_PER_PIECE };
    this.#bank ??= new LifBank(neurons, { ...bankOptions(options), ...room });
    if (!this.#filled) {
      // single circuits are read with all switches open
      fillBank(this.#bank, { ...parameters, joins: undefined, inputs: undefined }, options);
      this.#bank.set({ drive: this.#switches.offsetCurrentOn ? offsetDrive(parameters, options) : 0 });
      this.#filled = true;
    }
    if (!this.#settled) {
      settle(this.#bank, parameters, options);
      const noise = this.#noise();
      // one draw per settling and circuit: time has run on since the last one, or nothing was seen of it
      if (noise > 0) {
        const levels = Float64Array.from(this.#bank.field('v'));
        const rest = options.adex === undefined ? parameters.rest : levels;
        this.#bank.set({ v: this.#noisy(rest) });
      }
      this.#settled = true;
    }
    return this.#bank;
  }
}

/** Puts all membranes to their reset plateau and lets them go. */
function releaseMembranes(bank: LifBank): void {
  bank.field('v').set(bank.field('reset'));
  bank.field('remaining').fill(0);
  if (bank.state.includes('timer')) bank.field('timer').fill(0);
}

/** Whether the column ADC samples at the end of this step of a run. */
function isSampled(step: number, firstStep: number, every: number): boolean {
  return step >= firstStep && (step - firstStep) % every === 0;
}

/** The analog step in ticks. */
function wholeTicks({ step, name }: ChipCard): number {
  const ticks = ticksOf(step.value, DEFAULT_TICKS_PER_SECOND);
  if (Math.abs(step.value * DEFAULT_TICKS_PER_SECOND - ticks) > 1e-6) {
    throw new InfeasibleError(`the analog step of ${name} is no whole number of ticks of 1 ns`);
  }
  return ticks;
}
