/**
 * Column ADC: an 8-bit ramp comparator per channel, one channel per neuron.
 *   reading = clip(round((V - zero) / lsb + channel offset + noise), 0, 2^bits - 1), noise drawn anew at every conversion.
 * The noise is the sum of four uniform bytes, scaled to the stated standard deviation (Irwin-Hall, as the membrane noise of the kernels): one generator block serves four
 * channels, which matters because a calibration converts some millions of times.
 */
import { STREAMS, threefry4x32 } from '../base/index.ts';
import type { ChipCard } from '../model/index.ts';
import type { DieLayout } from './die.ts';

/** Mean and standard deviation of the sum of four uniform bytes. */
const BYTES_MEAN = 510;
const BYTES_DEVIATION = Math.sqrt((4 * (256 * 256 - 1)) / 12);

export class ColumnAdc {
  readonly #card: ChipCard;
  readonly #die: DieLayout;
  readonly #key: Uint32Array;
  readonly #top: number;
  /** Noise of all channels at the conversion drawn last, in standard deviations. */
  readonly #row: Float64Array;
  #drawn = -1;

  constructor(card: ChipCard, die: DieLayout, noiseSeed: number) {
    this.#card = card;
    this.#die = die;
    this.#key = Uint32Array.of(noiseSeed >>> 0, Math.floor(noiseSeed / 2 ** 32), STREAMS.readout, die.seed >>> 0);
    this.#row = new Float64Array(4 * Math.ceil(die.neurons / 4));
    this.#top = 2 ** card.cadc.bits.value - 1;
  }

  /** One reading in LSB. `conversion` counts the conversions of the die: each has its own noise. */
  convert(channel: number, voltage: number, conversion: number): number {
    const { cadc, noise } = this.#card;
    const deviation = noise.cadc_read.value * noise.scale;
    if (deviation > 0 && conversion !== this.#drawn) this.#draw(conversion);
    const error = deviation > 0 ? deviation * this.#row[channel]! : 0;
    const level = (voltage - cadc.zero.value) / cadc.lsb.value + this.#die.cadcOffset[channel]! + error;
    return Math.min(Math.max(Math.round(level), 0), this.#top);
  }

  #draw(conversion: number): void {
    const counter = Uint32Array.of(0, conversion >>> 0, Math.floor(conversion / 2 ** 32), 0);
    const out = new Uint32Array(4);
    for (let block = 0; 4 * block < this.#row.length; block++) {
      counter[0] = block;
      threefry4x32(counter, this.#key, 13, out);
      for (let k = 0; k < 4; k++) {
        const word = out[k]!;
        const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
        this.#row[4 * block + k] = (sum - BYTES_MEAN) / BYTES_DEVIATION;
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
