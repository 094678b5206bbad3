/**
 * The chip as a multiply-accumulate array: circuits as pure integrators, inputs as widths of pulses, results as readings of the column ADC. Event of row r with input x, synapse of weight w:
 *   charge = sign(r) max(x / x_max + offset(r), 0) w / w_max drive(n) synapse(r, n) tau_syn        as a step of the membrane, V; no event for x = 0
 *   reading = clip(round(slope(n) (reset(n) + sum of charges + noise - zero) / lsb + offset(n) + converter noise))
 * The offset is the pulse-width error of the driver: absolute, so small inputs suffer most. With variation, noise and tanh off this is integer arithmetic:
 *   reading = clip(round(baseline + gain x sum of x w)).
 * What happens in a multiplication: membranes are reset and released; rows send one after the other, an event interval apart; when the lines have settled all channels convert.
 * Source: Weis et al. 2020 (5-bit inputs, 6-bit weights, 8-bit outputs); hxtorch constants.h (gain, noise); one event per 8 ns and driver: brainscales2-demos.
 */
import { Chance, exp, InfeasibleError } from '../base/index.ts';
import type { Bill, ChipCard, MacCapabilities, MacSubstrate, MacWeights, NeuronCell, Setting } from '../model/index.ts';
import { AccurateMembranes } from './accurate.ts';
import { ColumnAdc, lsbOfVoltage, voltageOfLsb } from './cadc.ts';
import { DieSubstrate } from './die-substrate.ts';
import { compileDie } from './die.ts';
import type { DieLayout } from './die-layout.ts';
import { LARGEST_TRIM, MIDDLE_TRIM, trimmedDriver } from './driver-trim.ts';
import { FastMembranes } from './fast.ts';
import type { Membranes, MembraneOptions, MembraneSnapshot } from './membranes.ts';
import { codeOfDrive, codeOfVoltage, driveOfCode, largestCode, tauSynOfCode, voltageOfCode } from './transfer.ts';

/** Draws of the integrated noise come from units of their own in the noise stream. */
const SUMS = 2 ** 42;

/** One die in this mode. */
export class MacArray implements MacSubstrate {
  readonly capabilities: MacCapabilities;
  readonly #card: ChipCard;
  readonly #mac: NonNullable<ChipCard['mac']>;
  readonly #die: DieLayout;
  readonly #bench: DieSubstrate;
  readonly #adc: ColumnAdc;
  readonly #chance: Chance;
  /** Strength of every synapse relative to nominal, rows x neurons, without its driver. */
  readonly #factors: Float64Array;
  /** Pulse-width error of the driver of every row, a share of full width, rows x cores. */
  readonly #offsets: Float64Array;
  /** Membranes that are released from reset before every multiplication; absent after a write. */
  #membranes: { readonly bank: Membranes; readonly released: MembraneSnapshot } | undefined;
  #weights: MacWeights;
  #multiplications = 0;

  /** `card` with `neuron.circuit: integrator` implied. Throws InfeasibleError where the card has no section `mac`. */
  constructor(card: ChipCard, dieSeed: number, noiseSeed: number) {
    if (card.mac === undefined) throw new InfeasibleError(`${card.name} has no section mac: it does not multiply`);
    this.#mac = card.mac;
    this.#card = { ...card, neuron: { ...card.neuron, circuit: 'integrator' } };
    this.#die = compileDie(this.#card, dieSeed);
    this.#bench = new DieSubstrate(this.#card, dieSeed, noiseSeed);
    this.#adc = new ColumnAdc(this.#card, this.#die, noiseSeed);
    this.#chance = new Chance(noiseSeed, 'noise', dieSeed);
    this.#weights = { codes: new Uint8Array(this.rows * this.neurons), signs: new Int8Array(this.rows).fill(1) };
    const cores = card.geometry.cores.value;
    this.#offsets = Float64Array.from({ length: this.rows * cores }, (_, k) => {
      return this.#die.driverFactor((k % cores) * this.rows + Math.floor(k / cores)) - 1;
    });
    this.capabilities = macCapabilities(this.#card, this.rows, this.neurons);
    // every core has rows of its own
    this.#factors = Float64Array.from({ length: this.rows * this.neurons }, (_, k) => {
      const [row, n] = [Math.floor(k / this.neurons), k % this.neurons];
      return this.#die.synapseFactor(this.#coreOf(n) * this.rows + row, n) / (1 + this.#offset(row, n));
    });
  }

  get rows(): number {
    return this.#card.geometry.rows_per_core.value;
  }

  get neurons(): number {
    return this.#die.neurons;
  }

  /** Modelled hardware time so far: writes, products and their conversions. */
  get bill(): Bill {
    const { settling, reading, running } = this.#bench.bill;
    const products = this.#multiplications;
    return {
      settling,
      reading: reading + products * this.#card.cadc.sample_interval.value,
      running: running + products * this.#duration,
    };
  }

  /** Writes codes, such as those of `macSetting`. */
  async configure(setting: Setting): Promise<void> {
    await this.#bench.configure(setting);
    this.#membranes = undefined;
    const trim = setting.driverTrim;
    if (trim === undefined) return;
    const cores = this.#card.geometry.cores.value;
    for (let k = 0; k < this.#offsets.length; k++)
      this.#offsets[k] = trimmedDriver(this.#card, this.#die, (k % cores) * this.rows + Math.floor(k / cores), trim) - 1;
  }

  /** Writes weights. Throws InfeasibleError for what the array cannot hold. */
  load(weights: MacWeights): void {
    const largest = largestWeight(this.#card);
    if (weights.signs.length !== this.rows || weights.codes.length !== this.rows * this.neurons)
      throw new InfeasibleError(`the array has ${String(this.rows)} rows of ${String(this.neurons)} weights`);
    const wrong = weights.codes.find((code) => code > largest);
    if (wrong !== undefined) throw new InfeasibleError(`weight ${String(wrong)}: synapses hold whole numbers from 0 to ${String(largest)}`);
    if (weights.signs.some((sign) => Math.abs(sign) !== 1)) throw new InfeasibleError('the sign of a row is +1 or -1');
    this.#weights = { codes: weights.codes.slice(), signs: weights.signs.slice() };
  }

  /** Readings of all columns for one vector of inputs, one per row, 0 to 2^bits - 1. */
  multiply(inputs: ArrayLike<number>): Uint8Array | Uint16Array {
    const { input_bits, event_interval, noise } = this.#mac;
    const most = 2 ** input_bits.value - 1;
    if (inputs.length !== this.rows) throw new InfeasibleError(`${String(inputs.length)} inputs for ${String(this.rows)} rows`);
    const wrong = Array.from(inputs).find((x) => !Number.isInteger(x) || x < 0 || x > most);
    if (wrong !== undefined) throw new InfeasibleError(`input ${String(wrong)}: drivers send whole numbers from 0 to ${String(most)}`);
    const step = this.#card.step.value;
    const membranes = this.#released();
    const steps = Math.round(this.#duration / step);
    let row = 0;
    for (let k = 0; k < steps; k++) {
      for (; row < this.rows && row * event_interval.value < (k + 1) * step; row++) {
        if (inputs[row]! > 0) this.#send(membranes, row, inputs[row]! / most, (k + 1) * step - row * event_interval.value);
      }
      membranes.advance(k);
    }
    const voltages = membranes.voltages();
    const rms = noise.value * this.#card.noise.scale;
    const number = this.#multiplications++;
    if (rms > 0) for (let n = 0; n < this.neurons; n++) voltages[n]! += rms * this.#chance.normal(SUMS + n, number);
    const values = new Float64Array(this.neurons);
    const all = Uint32Array.from({ length: this.neurons }, (_, n) => n);
    this.#adc.convert(number, all, voltages, { values, start: 0, stride: 1 });
    return this.#card.cadc.bits.value <= 8 ? Uint8Array.from(values) : Uint16Array.from(values);
  }

  /**
   * What a multiplication should read on this die without noise, before rounding and clipping: sums of products with the offsets and factors of the die, as far as charges have arrived. For
   * grading only.
   */
  exact(inputs: ArrayLike<number>): Float64Array {
    const { input_bits, event_interval } = this.#mac;
    const { reset, driveExcitatory, driveInhibitory, tauSynExcitatory, tauSynInhibitory } = this.#bench.truth();
    const { zero, lsb } = this.#card.cadc;
    const volts = reset.slice();
    const scale = 1 / (2 ** input_bits.value - 1) / largestWeight(this.#card);
    for (let row = 0; row < this.rows; row++) {
      if (inputs[row] === 0) continue;
      const sign = this.#weights.signs[row]!;
      for (let n = 0; n < this.neurons; n++) {
        const width = Math.max(inputs[row]! + (2 ** input_bits.value - 1) * this.#offset(row, n), 0);
        const full = sign > 0 ? driveExcitatory[n]! : -driveInhibitory[n]!;
        const tau = sign > 0 ? tauSynExcitatory[n]! : tauSynInhibitory[n]!;
        const arrived = 1 - exp((row * event_interval.value - this.#duration) / tau);
        volts[n]! +=
          arrived * scale * width * this.#weights.codes[row * this.neurons + n]! * full * tau * this.#factors[row * this.neurons + n]!;
      }
    }
    return volts.map((v, n) => (this.#die.cadcSlope[n]! * (v - zero.value)) / lsb.value + this.#die.cadcOffset[n]!);
  }

  /** Width of a full pulse of every driver, a share of nominal, core after core. For grading only. */
  widths(): Float64Array {
    const cores = this.#card.geometry.cores.value;
    return Float64Array.from(this.#offsets, (_, d) => 1 + this.#offsets[(d % this.rows) * cores + Math.floor(d / this.rows)]!);
  }

  /** Membranes just released from reset. */
  #released(): Membranes {
    if (this.#membranes === undefined) {
      const parameters = this.#bench.truth();
      const options: MembraneOptions = {
        first: 0,
        count: this.neurons,
        step: this.#card.step.value,
        linearRange: Infinity,
        noise: 0,
        noiseSeed: 0,
        dieSeed: this.#die.seed,
        refractory: this.#card.neuron.refractory_clock.value,
      };
      // an integrator holds what it has: it begins at the reset level
      const from = { ...parameters, rest: parameters.reset };
      const bank = this.#card.integrator === 'fast' ? new FastMembranes(from, options) : new AccurateMembranes(from, options);
      this.#membranes = { bank, released: bank.snapshot() };
    }
    this.#membranes.bank.restore(this.#membranes.released);
    return this.#membranes.bank;
  }

  #send(membranes: Membranes, row: number, input: number, remaining: number): void {
    const { driveExcitatory, driveInhibitory } = this.#bench.truth();
    const sign = this.#weights.signs[row]!;
    const drives = sign > 0 ? driveExcitatory : driveInhibitory;
    const largest = largestWeight(this.#card);
    for (let n = 0; n < this.neurons; n++) {
      const code = this.#weights.codes[row * this.neurons + n]!;
      if (code === 0) continue;
      const width = Math.max(input + this.#offset(row, n), 0);
      membranes.deliver(n, sign, ((width * code) / largest) * drives[n]! * this.#factors[row * this.neurons + n]!, remaining);
    }
  }

  /** From the release of the membranes to the reading: whole steps, s. */
  get #duration(): number {
    const { event_interval, settling } = this.#mac;
    const last = this.rows * event_interval.value + settling.value * tauSynOfCode(this.#card, largestCode(this.#card));
    return Math.ceil(last / this.#card.step.value) * this.#card.step.value;
  }

  #offset(row: number, n: number): number {
    return this.#offsets[row * this.#card.geometry.cores.value + this.#coreOf(n)]!;
  }

  #coreOf(n: number): number {
    return Math.floor(n / this.#card.geometry.neurons_per_core.value);
  }
}

/** Nominal codes of the mode: baseline and gain of the card, shortest synaptic lines. */
export function macSetting(card: ChipCard): Setting {
  if (card.mac === undefined) throw new InfeasibleError(`${card.name} has no section mac: it does not multiply`);
  const { gain, baseline, input_bits } = card.mac;
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const all = (code: number): Int32Array => new Int32Array(neurons).fill(code);
  const tau = largestCode(card);
  const full = gain.value * (2 ** input_bits.value - 1) * largestWeight(card) * card.cadc.lsb.value;
  const drive = codeOfDrive(card, full / tauSynOfCode(card, tau));
  const codes: Partial<Record<NeuronCell, Int32Array>> = {
    reset: all(codeOfVoltage(card, 'reset', voltageOfLsb(card, baseline.value))),
    synapse_tau_excitatory: all(tau),
    synapse_tau_inhibitory: all(tau),
    synapse_bias_excitatory: all(drive),
    synapse_bias_inhibitory: all(drive),
  };
  return { codes };
}

/** What `macSetting` means on a nominal array: LSB per unit of input x weight, and the reading of a sum of zero. Differs from the card by the rounding to codes. */
export function macNominal(card: ChipCard): { readonly gain: number; readonly baseline: number } {
  const codes = macSetting(card).codes!;
  const full = driveOfCode(card, codes.synapse_bias_excitatory![0]!) * tauSynOfCode(card, codes.synapse_tau_excitatory![0]!);
  return {
    gain: full / (2 ** card.mac!.input_bits.value - 1) / largestWeight(card) / card.cadc.lsb.value,
    baseline: lsbOfVoltage(card, voltageOfCode(card, 'reset', codes.reset![0]!)),
  };
}

/** Signed weights, inputs x neurons, on pairs of rows: input i sends on rows 2 i (+) and 2 i + 1 (-). */
export function signedWeights(card: ChipCard, matrix: Int8Array): MacWeights {
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const rows = card.geometry.rows_per_core.value;
  const inputs = matrix.length / neurons;
  if (!Number.isInteger(inputs) || 2 * inputs > rows)
    throw new InfeasibleError(
      `${String(matrix.length)} signed weights: at most ${String(Math.floor(rows / 2))} inputs of ${String(neurons)}`,
    );
  const codes = new Uint8Array(rows * neurons);
  for (let i = 0; i < inputs; i++) {
    for (let n = 0; n < neurons; n++) {
      const weight = matrix[i * neurons + n]!;
      codes[(2 * i + (weight < 0 ? 1 : 0)) * neurons + n] = Math.abs(weight);
    }
  }
  return { codes, signs: Int8Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 1 : -1)) };
}

/** Inputs for `signedWeights`, which go to both rows of their pair; the rest of the rows is silent. */
export function pairedInputs(card: ChipCard, inputs: ArrayLike<number>): Uint8Array {
  const rows = new Uint8Array(card.geometry.rows_per_core.value);
  if (2 * inputs.length > rows.length)
    throw new InfeasibleError(`${String(inputs.length)} inputs for ${String(rows.length)} rows in pairs`);
  for (let i = 0; i < inputs.length; i++) rows.fill(inputs[i]!, 2 * i, 2 * i + 2);
  return rows;
}

function macCapabilities(card: ChipCard, rows: number, neurons: number): MacCapabilities {
  const step = card.synapse.driver_trim_per_code?.value;
  return {
    rows,
    neurons,
    largestInput: 2 ** card.mac!.input_bits.value - 1,
    largestWeight: largestWeight(card),
    top: 2 ** card.cadc.bits.value - 1,
    ...macNominal(card),
    largestCode: largestCode(card),
    nominal: macSetting(card),
    trim:
      step === undefined ? undefined : { circuits: card.geometry.neurons_per_core.value, middle: MIDDLE_TRIM, largest: LARGEST_TRIM, step },
  };
}

function largestWeight(card: ChipCard): number {
  return 2 ** card.synapse.weight_bits.value - 1;
}
