/**
 * A die on the laboratory bench: the `Substrate` of an emulated chip. It takes codes, gives readings and spikes, and bills hardware time. What it hides is the truth.
 * A write puts the cells at their settled value; a reading starts from settled membranes. Time of the noise runs on from reading to reading, so no two see the same noise.
 */
import { exp, InternalError, secondsOf, ticksOf, DEFAULT_TICKS_PER_SECOND } from '../base/index.ts';
import {
  LEAK_MODES,
  NEURON_CELLS,
  type Bill,
  type Capabilities,
  type ChipCard,
  type Experiment,
  type NeuronCell,
  type Recording,
  type Setting,
  type Substrate,
} from '../model/index.ts';
import { ColumnAdc } from './cadc.ts';
import { ParameterCells } from './cells.ts';
import { circuitParameters, type CircuitParameters } from './circuit.ts';
import { compileDie, type DieLayout } from './die.ts';
import { makeBank } from './fast.ts';
import { largestCode } from './transfer.ts';
import type { LifBank } from '../kernels/index.ts';

interface Switches {
  readonly offsetCurrentOn: boolean;
  readonly holdReset: boolean;
  readonly spiking: boolean;
  readonly cadcInput: 'membrane' | { readonly debugVoltage: number };
  readonly refractory: number;
}

/** Samples that one run of the bank can hold: longer runs are cut into pieces. */
const SAMPLES_PER_PIECE = 64;

export class DieSubstrate implements Substrate {
  readonly capabilities: Capabilities;
  readonly #card: ChipCard;
  readonly #die: DieLayout;
  readonly #cells: ParameterCells;
  readonly #adc: ColumnAdc;
  readonly #noiseSeed: number;
  readonly #step: number;
  readonly #sampleSteps: number;
  #leakMode: Uint8Array;
  #switches: Switches = { offsetCurrentOn: false, holdReset: false, spiking: true, cadcInput: 'membrane', refractory: 2e-6 };
  #bill = { settling: 0, reading: 0, running: 0 };
  /** Analog steps and conversions since the die was powered: indices of the noise. */
  #now = 0;
  #conversions = 0;
  #parameters: CircuitParameters | undefined;
  #bank: LifBank | undefined;

  /** `noiseSeed` names the trial: another one sees other write, membrane and reading noise on the same die. */
  constructor(card: ChipCard, dieSeed: number, noiseSeed: number) {
    this.#card = card;
    this.#die = compileDie(card, dieSeed);
    this.#noiseSeed = noiseSeed;
    this.#step = card.step.value;
    this.#sampleSteps = Math.max(Math.round(card.cadc.sample_interval.value / this.#step), 1);
    const middle = Math.floor(largestCode(card) / 2);
    this.#cells = new ParameterCells(
      card,
      dieSeed,
      noiseSeed,
      Object.fromEntries(NEURON_CELLS.map((kind) => [kind, kind === 'offset_current' ? 0 : middle])) as Record<NeuronCell, number>,
    );
    this.#leakMode = new Uint8Array(this.#die.neurons).fill(LEAK_MODES.indexOf('divided'));
    this.#adc = new ColumnAdc(card, this.#die, noiseSeed);
    const code = { min: 0, max: largestCode(card) };
    this.capabilities = {
      neurons: this.#die.neurons,
      ticksPerSecond: DEFAULT_TICKS_PER_SECOND,
      speedUp: card.speed_up.value,
      blockSize: card.geometry.block.value,
      codes: Object.fromEntries(NEURON_CELLS.map((kind) => [kind, code])) as Capabilities['codes'],
      cadc: {
        bits: card.cadc.bits.value,
        zero: card.cadc.zero.value,
        lsb: card.cadc.lsb.value,
        sampleInterval: this.#sampleSteps * this.#step,
        reliable: card.cadc.reliable.value,
      },
      leakLinearRange: card.neuron.ota === 'linear' ? Infinity : card.neuron.linear_range.value,
    };
  }

  get bill(): Bill {
    return { ...this.#bill };
  }

  /** What a perfect instrument would read on this die now. For grading only. */
  truth(): CircuitParameters {
    this.#parameters ??= circuitParameters(this.#card, this.#die, this.#effectiveCodes(), this.#leakMode);
    return this.#parameters;
  }

  async configure(setting: Setting): Promise<void> {
    let written = 0;
    for (const kind of NEURON_CELLS) {
      const codes = setting.codes?.[kind];
      if (codes === undefined) continue;
      const { min, max } = this.capabilities.codes[kind];
      if (codes.length !== this.#die.neurons || codes.some((code) => code < min || code > max)) {
        throw new InternalError(`${kind}: ${String(this.#die.neurons)} codes from ${String(min)} to ${String(max)} are needed`);
      }
      written += this.#cells.write(kind, codes);
    }
    if (setting.leakMode !== undefined) this.#leakMode = setting.leakMode.slice();
    const { offsetCurrentOn, holdReset, spiking, cadcInput, refractory } = { ...this.#switches, ...setting };
    this.#switches = { offsetCurrentOn, holdReset, spiking, cadcInput, refractory };
    // all cells of a die are refreshed in one sweep, so one wait serves all cells that were written together
    if (written > 0) this.#bill.settling += this.#card.cells.settling.value;
    if (written > 0 || setting.leakMode !== undefined) this.#parameters = undefined;
    this.#bank = undefined;
  }

  async read(circuits: Uint32Array, samples: number): Promise<Float64Array> {
    const readings = new Float64Array(circuits.length * samples);
    const { cadcInput, holdReset } = this.#switches;
    this.#bill.reading += samples * this.capabilities.cadc.sampleInterval;
    if (cadcInput !== 'membrane' || holdReset) {
      const { reset } = this.truth();
      for (let s = 0; s < samples; s++, this.#conversions++) {
        circuits.forEach((c, i) => {
          const voltage = cadcInput === 'membrane' ? reset[c]! : cadcInput.debugVoltage;
          readings[i * samples + s] = this.#adc.convert(c, voltage, this.#conversions);
        });
      }
      return readings;
    }
    const bank = this.#settledBank();
    this.#runSampled(bank, samples, (v, s) => {
      circuits.forEach((c, i) => (readings[i * samples + s] = this.#adc.convert(c, v[c]!, this.#conversions)));
      this.#conversions++;
    });
    return readings;
  }

  async run(experiment: Experiment): Promise<Recording> {
    const { ticksPerSecond } = this.capabilities;
    const stepTicks = ticksOf(this.#step, ticksPerSecond);
    const stepOf = (tick: number): number => Math.ceil(tick / stepTicks);
    const steps = stepOf(experiment.until);
    this.#bill.running += secondsOf(experiment.until, ticksPerSecond);
    const bank = this.#settledBank();
    const released = new Set((experiment.stimulus.releaseAt ?? []).map(stepOf));
    const probe = experiment.probes[0];
    const sampleFrom = probe === undefined ? Infinity : stepOf(probe.from);
    const taken = sampleFrom < steps ? Math.floor((steps - 1 - sampleFrom) / this.#sampleSteps) + 1 : 0;
    const ticks = new Float64Array(taken);
    const circuits = probe?.circuits ?? new Uint32Array(0);
    const values = new Float32Array(circuits.length * taken);
    let sample = 0;
    const spikeTicks: number[] = [];
    const spikeNeurons: number[] = [];
    // pieces end where membranes are released and never hold more samples than the bank can
    const cuts = [...new Set([0, ...released, steps])].toSorted((a, b) => a - b);
    for (let k = 0; k + 1 < cuts.length; k++) {
      if (released.has(cuts[k]!)) this.#release(bank);
      for (let at = cuts[k]!; at < cuts[k + 1]!;) {
        const length = Math.min(cuts[k + 1]! - at, SAMPLES_PER_PIECE * this.#sampleSteps);
        const run = bank.run(this.#now, length, {
          noise: this.#noiseOn(),
          comparator: this.#switches.spiking,
          ...(sampleFrom === Infinity ? {} : { sampleFrom: this.#now - at + sampleFrom, sampleEvery: this.#sampleSteps }),
        });
        for (let s = 0; s < run.spikes; s++) {
          spikeTicks.push((at + run.steps[s]!) * stepTicks + Math.ceil(run.fractions[s]! * stepTicks));
          spikeNeurons.push(run.neurons[s]!);
        }
        for (let row = 0; row < run.samples.length; row += bank.sampleStride, sample++, this.#conversions++) {
          // a sample is taken at the end of its step
          ticks[sample] = (sampleFrom + sample * this.#sampleSteps + 1) * stepTicks;
          for (let i = 0; i < circuits.length; i++) {
            const c = circuits[i]!;
            values[i * taken + sample] = this.#adc.convert(c, run.samples[row + c]!, this.#conversions);
          }
        }
        at += length;
        this.#now += length;
      }
    }
    // the next reading starts from settled membranes
    this.#bank = undefined;
    return {
      until: experiment.until,
      ticksPerSecond,
      spikes: { tick: Float64Array.from(spikeTicks), neuron: Uint32Array.from(spikeNeurons) },
      samples: probe === undefined ? [] : [{ probe: 'cadc', circuits, tick: ticks, values }],
    };
  }

  #effectiveCodes(): Record<NeuronCell, Float64Array> {
    return Object.fromEntries(NEURON_CELLS.map((kind) => [kind, this.#cells.effective(kind)])) as Record<NeuronCell, Float64Array>;
  }

  #noiseOn(): boolean {
    return this.#card.noise.scale * this.#card.noise.membrane.value > 0;
  }

  /** A bank with all membranes at their settled level; kept until the next write. */
  #settledBank(): LifBank {
    const parameters = this.truth();
    if (this.#bank === undefined) {
      const { noise } = this.#card;
      this.#bank = makeBank(
        parameters,
        {
          first: 0,
          count: this.#die.neurons,
          step: this.#step,
          linearRange: this.capabilities.leakLinearRange,
          noise: noise.membrane.value * noise.scale,
          noiseSeed: this.#noiseSeed,
          dieSeed: this.#die.seed,
          refractory: this.#switches.refractory,
        },
        { maxSpikes: this.#die.neurons * SAMPLES_PER_PIECE * this.#sampleSteps, maxSamples: SAMPLES_PER_PIECE },
      );
      if (this.#switches.offsetCurrentOn) {
        this.#bank.set({
          drive: parameters.offsetCurrent.map((slope, n) => slope * parameters.tauMem[n]! * (1 - exp(-this.#step / parameters.tauMem[n]!))),
        });
      }
      this.#bank.field('v').set(parameters.rest);
    }
    return this.#bank;
  }

  #runSampled(bank: LifBank, samples: number, take: (v: Float32Array, sample: number) => void): void {
    for (let done = 0; done < samples;) {
      const count = Math.min(samples - done, SAMPLES_PER_PIECE);
      const run = bank.run(this.#now, count * this.#sampleSteps, {
        noise: this.#noiseOn(),
        comparator: this.#switches.spiking,
        sampleFrom: this.#now + this.#sampleSteps - 1,
        sampleEvery: this.#sampleSteps,
      });
      for (let s = 0; s < count; s++) take(run.samples.subarray(s * bank.sampleStride, (s + 1) * bank.sampleStride), done + s);
      this.#now += count * this.#sampleSteps;
      done += count;
    }
  }

  #release(bank: LifBank): void {
    bank.field('v').set(bank.field('reset'));
    bank.field('remaining').fill(0);
  }
}
