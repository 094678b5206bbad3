/**
 * Column ADC: an 8-bit ramp comparator per channel, one channel per neuron.
 *   reading = clip(round(channel slope x (V - zero) / lsb + channel offset + noise), 0, 2^bits - 1), noise drawn anew at every conversion.
 * The noise is the sum of four uniform bytes, scaled to the stated standard deviation (Irwin-Hall, as the membrane noise of the kernels): one generator block serves four
 * channels, which matters because a calibration converts some millions of times.
 */
import { STREAMS, threefry4x32 } from '../base/index.ts';
import type { ChipCard } from '../model/index.ts';
import type { DieLayout } from './die-layout.ts';

/** Mean and standard deviation of the sum of four uniform bytes. */
const BYTES_MEAN = 510;
const BYTES_DEVIATION = Math.sqrt((4 * (256 * 256 - 1)) / 12);

/** Where the readings of one conversion go: channel i of the list to values[start + i * stride]. */
export interface ReadingColumn {
  readonly values: Float64Array | Float32Array;
  readonly start: number;
  readonly stride: number;
}

/** The channels of one die in one trial. */
export class ColumnAdc {
  readonly #offset: Float64Array;
  readonly #slope: Float64Array;
  readonly #zero: number;
  readonly #lsb: number;
  readonly #top: number;
  /** Standard deviation of a conversion, LSB. */
  readonly #deviation: number;
  readonly #key: Uint32Array;
  readonly #counter = new Uint32Array(4);
  readonly #words = new Uint32Array(4);
  /** Noise of all channels at the conversion drawn last, LSB. */
  readonly #noise: Float64Array;
  #drawn = -1;

  constructor(card: ChipCard, die: DieLayout, noiseSeed: number) {
    this.#offset = die.cadcOffset;
    this.#slope = die.cadcSlope;
    this.#zero = card.cadc.zero.value;
    this.#lsb = card.cadc.lsb.value;
    this.#top = 2 ** card.cadc.bits.value - 1;
    this.#deviation = card.noise.cadc_read.value * card.noise.scale;
    this.#key = Uint32Array.of(noiseSeed >>> 0, Math.floor(noiseSeed / 2 ** 32), STREAMS.readout, die.seed >>> 0);
    this.#noise = new Float64Array(4 * Math.ceil(die.neurons / 4));
  }

  /** One conversion of these channels, V from voltages[channel]. `conversion` counts the conversions of the die: each has its own noise. */
  convert(conversion: number, channels: Uint32Array, voltages: ArrayLike<number>, { values, start, stride }: ReadingColumn): void {
    if (this.#deviation > 0 && conversion !== this.#drawn) this.#draw(conversion);
    for (let i = 0; i < channels.length; i++) {
      const channel = channels[i]!;
      const level =
        this.#slope[channel]! * ((voltages[channel]! - this.#zero) / this.#lsb) + this.#offset[channel]! + this.#noise[channel]!;
      values[start + i * stride] = Math.min(Math.max(Math.round(level), 0), this.#top);
    }
  }

  #draw(conversion: number): void {
    const [counter, words, noise] = [this.#counter, this.#words, this.#noise];
    const scale = this.#deviation / BYTES_DEVIATION;
    counter[1] = conversion >>> 0;
    counter[2] = Math.floor(conversion / 2 ** 32);
    for (let channel = 0; channel < noise.length; channel += 4) {
      counter[0] = channel >>> 2;
      threefry4x32(counter, this.#key, 13, words);
      for (let k = 0; k < 4; k++) {
        const word = words[k]!;
        const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
        noise[channel + k] = scale * (sum - BYTES_MEAN);
      }
    }
    this.#drawn = conversion;
  }
}

/** Voltage to ideal CADC LSB (not rounded): the unit of targets and residuals. */
export function lsbOfVoltage(card: ChipCard, voltage: number): number {
  return (voltage - card.cadc.zero.value) / card.cadc.lsb.value;
}

/** Ideal CADC LSB to voltage. */
export function voltageOfLsb(card: ChipCard, lsb: number): number {
  return card.cadc.zero.value + lsb * card.cadc.lsb.value;
}
