/**
 * The converters of a die on the bench: what they read of membranes, of a debug voltage, or of membranes that are held in reset, and how long that takes.
 * Every conversion of the column ADC has a number since the die was powered, the index of its noise.
 */
import { secondsOf } from '../base/index.ts';
import type { Capabilities, ChipCard, CorrelationRows, Probe, RowEvent, SpikeColumns } from '../model/index.ts';
import { SAMPLES_PER_PIECE, type BenchMembranes } from './bench-membranes.ts';
import { ColumnAdc } from './cadc.ts';
import { readSensors } from './correlation-bench.ts';
import type { DieLayout } from './die-layout.ts';
import type { DieSetting } from './die-setting.ts';
import { madcPairs, MembraneAdc } from './madc.ts';

/** What converters look at. */
interface Bench {
  readonly card: ChipCard;
  readonly die: DieLayout;
  readonly setting: DieSetting;
  readonly membranes: BenchMembranes;
  readonly capabilities: Capabilities;
  readonly noiseSeed: number;
  /** Analog step in ticks, and steps per sample of the column ADC. */
  readonly stepTicks: number;
  readonly sampleSteps: number;
  /** Is told the hardware time of every reading, s. */
  readonly bill: (seconds: number) => void;
}

/** Column ADC and membrane ADC of a die. */
export class BenchConverters {
  readonly column: ColumnAdc;
  /** Conversions since the die was powered. */
  conversions = 0;
  readonly #bench: Bench;
  #membrane: MembraneAdc | undefined;

  constructor(bench: Bench) {
    this.#bench = bench;
    this.column = new ColumnAdc(bench.card, bench.die, bench.noiseSeed);
  }

  /** The membrane ADC, made when it is first used. */
  get membrane(): MembraneAdc {
    const { card, die, noiseSeed, capabilities } = this.#bench;
    this.#membrane ??= new MembraneAdc(card, die.seed, noiseSeed, capabilities.ticksPerSecond);
    return this.#membrane;
  }

  /** Samples that the membrane ADC has taken of either line; undefined before its first use. */
  get taken(): readonly [number, number] | undefined {
    return this.#membrane?.taken;
  }

  set taken(taken: readonly [number, number] | undefined) {
    if (taken !== undefined) this.membrane.taken = taken;
    else if (this.#membrane !== undefined) this.#membrane.taken = [0, 0];
  }

  /** One conversion of these circuits: into `values` at start, start + stride ... */
  convert(
    circuits: Uint32Array,
    voltages: Float32Array | Float64Array,
    place: { readonly values: Float32Array | Float64Array; readonly start: number; readonly stride: number },
  ): void {
    this.column.convert(this.conversions++, circuits, voltages, place);
  }

  /** Samples of the column ADC one after the other. */
  readColumn(circuits: Uint32Array, samples: number): Float64Array {
    const { die, setting, membranes, sampleSteps, capabilities, bill } = this.#bench;
    const values = new Float64Array(circuits.length * samples);
    bill(samples * capabilities.cadc.sampleInterval);
    const { cadcInput, holdReset } = setting.switches;
    if (cadcInput !== 'membrane' || holdReset) {
      const voltages = cadcInput === 'membrane' ? setting.truth().reset : new Float64Array(die.neurons).fill(cadcInput.debugVoltage);
      for (let s = 0; s < samples; s++) this.convert(circuits, voltages, { values, start: s, stride: samples });
      return values;
    }
    const bank = membranes.settled();
    for (let done = 0; done < samples;) {
      const count = Math.min(samples - done, SAMPLES_PER_PIECE);
      const rows = membranes.run(count * sampleSteps, membranes.now + sampleSteps - 1, sampleSteps).samples;
      for (let s = 0; s < count; s++) {
        const voltages = rows.subarray(s * bank.sampleStride, (s + 1) * bank.sampleStride);
        this.convert(circuits, voltages, { values, start: done + s, stride: samples });
      }
      done += count;
    }
    return values;
  }

  /** Circuits two by two, each pair with its own recording by the membrane ADC. */
  readMembranes(circuits: Uint32Array, samples: number): Float64Array {
    const { die, setting, membranes, stepTicks, capabilities, bill } = this.#bench;
    const values = new Float64Array(circuits.length * samples);
    for (const pair of madcPairs(circuits)) {
      const until = this.membrane.lengthFor(samples, pair.length);
      bill(secondsOf(until, capabilities.ticksPerSecond));
      const recording = this.membrane.record(pair, 0, until);
      const { cadcInput, holdReset } = setting.switches;
      const debug = cadcInput === 'membrane' ? undefined : new Float64Array(die.neurons).fill(cadcInput.debugVoltage);
      const held = debug ?? (holdReset ? setting.truth().reset : undefined);
      const steps = Math.ceil(until / stepTicks);
      const bank = held === undefined ? membranes.settled() : undefined;
      for (let at = 0; at < steps;) {
        const length = Math.min(steps - at, SAMPLES_PER_PIECE);
        const rows = bank && membranes.run(length, membranes.now, 1).samples;
        for (let s = 0; s < length; s++) {
          const voltages = held ?? rows!.subarray(s * bank!.sampleStride, (s + 1) * bank!.sampleStride);
          recording.step((at + s) * stepTicks, (at + s + 1) * stepTicks, voltages);
        }
        at += length;
      }
      for (const row of recording.samples()) values.set(row.values.subarray(0, samples), circuits.indexOf(row.circuits[0]!) * samples);
    }
    return values;
  }

  /** Sensors are read row by row and side by side, a conversion each. */
  readCorrelation(probe: Probe, events: readonly RowEvent[], spikes: SpikeColumns): CorrelationRows {
    const { card, die, setting, capabilities, bill } = this.#bench;
    const { ticksPerSecond, cadc } = capabilities;
    const convert = (): number => {
      bill(cadc.sampleInterval);
      return this.conversions++;
    };
    const { correlationTrim: trim, sensorFactors: currents } = setting.shared;
    return readSensors(card, die, { events, spikes, ticksPerSecond }, probe, { trim, currents }, this.column, convert);
  }
}
