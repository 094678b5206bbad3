/**
 * Membrane ADC: one fast converter with two readout lines, one for the even and one for the odd circuits, so one circuit of each can be recorded at a time.
 *   sample k is taken at  from + k x interval;  with two circuits they take turns, the even one first
 *   reading = clip(round((slope of the line (V - zero) + its offset) / lsb + noise), 0, 2^bits - 1)
 * Samples of the first `invalid` seconds after it was switched on are worthless: they are not delivered. V between the ends of two analog steps is taken on the straight line
 * between them, which also smooths a reset as a readout amplifier would.
 * Source: haldls madc (one or two channels, 500 MHz / 17, 16-bit sample counter), calix madc_base (first microseconds dropped); noise and line offsets are assumed on the card.
 */
import { Chance, InfeasibleError, ticksOf } from '../base/index.ts';
import { variationOf, type Capabilities, type ChipCard, type SampleRows } from '../model/index.ts';

/** Parameter of the die stream, far from those of the circuits; the unit is the line. */
const LINE_OFFSET = 100;
const LINE_SLOPE = 101;
/** Units of the readout stream that belong to this converter: those of the column ADC are counters of conversions. */
const LINES = 2 ** 40;

type MadcCard = NonNullable<ChipCard['madc']>;

/** Capabilities of a card's converter, undefined where the card has none. */
export function madcCapabilities({ madc }: ChipCard): Capabilities['madc'] {
  if (madc === undefined) return undefined;
  return {
    bits: madc.bits.value,
    zero: madc.zero.value,
    lsb: madc.lsb.value,
    sampleInterval: madc.sample_interval.value,
    invalid: madc.invalid.value,
    longest: madc.longest.value,
  };
}

/** Circuits in the groups in which they can be recorded, at most one even and one odd in each. */
export function madcPairs(circuits: Uint32Array): Uint32Array[] {
  const even = circuits.filter((circuit) => circuit % 2 === 0);
  const odd = circuits.filter((circuit) => circuit % 2 === 1);
  return Array.from({ length: Math.max(even.length, odd.length) }, (_, i) =>
    Uint32Array.of(...even.slice(i, i + 1), ...odd.slice(i, i + 1)),
  );
}

/** The converter of one die in one trial. */
export class MembraneAdc {
  readonly #card: MadcCard;
  readonly #name: string;
  readonly #chance: Chance;
  readonly #offset: readonly [number, number];
  readonly #slope: readonly [number, number];
  readonly #deviation: number;
  readonly #ticksPerSecond: number;
  /** Samples of each line since the die was powered: indices of the noise. */
  readonly #taken = [0, 0] as [number, number];

  /** Throws InfeasibleError when the card has no such converter. */
  constructor(card: ChipCard, dieSeed: number, noiseSeed: number, ticksPerSecond: number) {
    if (card.madc === undefined) throw new InfeasibleError(`${card.name} has no membrane ADC (madc)`);
    this.#card = card.madc;
    this.#name = card.name;
    this.#ticksPerSecond = ticksPerSecond;
    this.#chance = new Chance(noiseSeed, 'readout', dieSeed);
    const die = new Chance(dieSeed, 'die');
    const offset = (line: number): number => variationOf(card) * card.madc!.line_offset.value * die.normal(line, LINE_OFFSET);
    this.#offset = [offset(0), offset(1)];
    const slope = (line: number): number => 1 + variationOf(card) * (card.madc!.line_slope?.value ?? 0) * die.normal(line, LINE_SLOPE);
    this.#slope = [slope(0), slope(1)];
    this.#deviation = card.madc.read_noise.value * card.noise.scale;
  }

  /** Offset (V) and slope of the even and of the odd line: hidden truth. */
  get lines(): readonly { readonly offset: number; readonly slope: number }[] {
    return this.#offset.map((offset, line) => ({ offset, slope: this.#slope[line]! }));
  }

  /** Samples of each line so far. */
  get taken(): readonly [number, number] {
    return [...this.#taken];
  }

  set taken([even, odd]: readonly [number, number]) {
    this.#taken[0] = even;
    this.#taken[1] = odd;
  }

  /** A recording of these circuits (one even, one odd, or either) from tick `from` until tick `until`. Throws InfeasibleError for others. */
  record(circuits: Uint32Array, from: number, until: number): MadcRecording {
    if (circuits.length === 0 || circuits.length > 2 || new Set(Array.from(circuits, (circuit) => circuit % 2)).size !== circuits.length)
      throw new InfeasibleError(
        `the membrane ADC of ${this.#name} records one even and one odd circuit at a time, not ${circuits.length === 0 ? 'none' : circuits.join(', ')}`,
      );
    const interval = this.#card.sample_interval.value * this.#ticksPerSecond;
    const first = Math.ceil(ticksOf(this.#card.invalid.value, this.#ticksPerSecond) / interval);
    const count = Math.min(Math.floor((until - from) / interval) + 1, this.#card.longest.value);
    const rows = Array.from(
      circuits.toSorted((a, b) => (a % 2) - (b % 2)),
      (circuit, turn, turns = circuits.length): MadcRow => {
        // converted in turns: every second sample of two circuits, the even one first
        const begin = first + ((((turn - first) % turns) + turns) % turns);
        const tick = new Float64Array(Math.max(Math.ceil((count - begin) / turns), 0));
        for (let i = 0; i < tick.length; i++) tick[i] = Math.round(from + (begin + turns * i) * interval);
        return { circuit, tick, values: new Float32Array(tick.length) };
      },
    );
    return new MadcRecording(rows, (circuit, voltage) => this.#convert(circuit, voltage));
  }

  /** Length of a recording that delivers this many samples of each of so many circuits, ticks. */
  lengthFor(samples: number, circuits: number): number {
    const interval = this.#card.sample_interval.value * this.#ticksPerSecond;
    const first = Math.ceil(ticksOf(this.#card.invalid.value, this.#ticksPerSecond) / interval);
    if (first + (samples + 1) * circuits > this.#card.longest.value)
      throw new InfeasibleError(
        `${String(samples)} samples are too many: the counter of the membrane ADC ends at ${String(this.#card.longest.value)}`,
      );
    return Math.ceil((first + (samples + 1) * circuits) * interval);
  }

  #convert(circuit: number, voltage: number): number {
    const line = circuit % 2 === 0 ? 0 : 1;
    const noise = this.#deviation === 0 ? 0 : this.#deviation * this.#chance.normal(LINES + line, this.#taken[line]++);
    const level = (this.#slope[line] * (voltage - this.#card.zero.value) + this.#offset[line]) / this.#card.lsb.value + noise;
    return Math.min(Math.max(Math.round(level), 0), 2 ** this.#card.bits.value - 1);
  }
}

interface MadcRow {
  readonly circuit: number;
  readonly tick: Float64Array;
  readonly values: Float32Array;
}

/** A recording on its way: fed with the membranes at the end of every step, in order. */
class MadcRecording {
  readonly #rows: readonly MadcRow[];
  readonly #convert: (circuit: number, voltage: number) => number;
  /** Samples taken and membrane at the end of the last step, one per row. */
  readonly #done: number[];
  readonly #last: number[];

  constructor(rows: readonly MadcRow[], convert: (circuit: number, voltage: number) => number) {
    this.#rows = rows;
    this.#convert = convert;
    this.#done = rows.map(() => 0);
    this.#last = rows.map(() => NaN);
  }

  /** The membranes, V from voltages[circuit], moved from tick `from` to tick `to`. */
  step(from: number, to: number, voltages: ArrayLike<number>): void {
    for (const [r, { circuit, tick, values }] of this.#rows.entries()) {
      const now = voltages[circuit]!;
      const before = Number.isNaN(this.#last[r]!) ? now : this.#last[r]!;
      for (; this.#done[r]! < tick.length && tick[this.#done[r]!]! <= to; this.#done[r]!++) {
        const share = (tick[this.#done[r]!]! - from) / (to - from);
        values[this.#done[r]!] = this.#convert(circuit, before + share * (now - before));
      }
      this.#last[r] = now;
    }
  }

  /** One set of rows per circuit, even before odd, because they take turns. */
  samples(): SampleRows[] {
    return this.#rows.map(({ circuit, tick, values }) => ({ probe: 'madc', circuits: Uint32Array.of(circuit), tick, values }));
  }
}
