/**
 * The membranes of a die on the bench: one bank for the life of the die, filled with the parameters of the present setting, settled after a write or a run, going on from reading to reading.
 */
import { Chance } from '../base/index.ts';
import { LifBank, type LifRun } from '../kernels/index.ts';
import type { ChipCard } from '../model/index.ts';
import type { DieLayout } from './die-layout.ts';
import type { DieSetting } from './die-setting.ts';
import { bankOptions, fillBank, offsetDrive, settle } from './fast.ts';
import { adexOptions, noiseOf, noiseOptions, type MembraneOptions } from './membranes.ts';

/** Samples that one run of the bank can hold: longer runs are cut into pieces. */
export const SAMPLES_PER_PIECE = 64;
/** Circuits draw their settled state from units of their own in the noise stream, away from those of the steps. */
const SETTLED = 2 ** 40;

export class BenchMembranes {
  /** Analog steps since the die was powered: the index of the noise. */
  now = 0;
  readonly #card: ChipCard;
  readonly #die: DieLayout;
  readonly #setting: DieSetting;
  readonly #noiseSeed: number;
  readonly #linearRange: number;
  readonly #sampleSteps: number;
  readonly #chance: Chance;
  #bank: LifBank | undefined;
  /** The bank holds the present parameters; its membranes go on from the last reading. */
  #filled = false;
  #settled = false;

  /** `sampleSteps`: analog steps per sample of the column ADC. */
  constructor(card: ChipCard, die: DieLayout, setting: DieSetting, noiseSeed: number, linearRange: number, sampleSteps: number) {
    this.#card = card;
    this.#die = die;
    this.#setting = setting;
    this.#noiseSeed = noiseSeed;
    this.#linearRange = linearRange;
    this.#sampleSteps = sampleSteps;
    this.#chance = new Chance(noiseSeed, 'noise', die.seed);
  }

  /** Whether the next reading goes on from the last one. */
  get goOn(): boolean {
    return this.#settled;
  }

  /** The setting has changed. */
  refill(): void {
    this.#filled = false;
    this.#settled = false;
  }

  /** The next reading or run starts from settled membranes. */
  unsettle(): void {
    this.#settled = false;
  }

  /** Puts all membranes to their reset plateau and lets them go. */
  release(): void {
    const bank = this.settled();
    bank.field('v').set(bank.field('reset'));
    bank.field('remaining').fill(0);
    if (bank.state.includes('timer')) bank.field('timer').fill(0);
  }

  /** Runs the bank on from now; `sampleFrom` counts steps since power-on. The windows of the result are valid until the next run. */
  run(steps: number, sampleFrom: number | undefined, sampleEvery: number): LifRun {
    const run = this.settled().run(this.now, steps, {
      noise: this.#noise() > 0,
      comparator: this.#setting.switches.spiking,
      ...(sampleFrom === undefined ? {} : { sampleFrom, sampleEvery }),
    });
    this.now += steps;
    return run;
  }

  /** rms of the membrane noise at 10 us, V. */
  #noise(): number {
    return this.#card.noise.scale * this.#card.noise.membrane.value;
  }

  /** Membranes around these levels with the noise of a membrane at rest, V. */
  noisy(levels: Float64Array): Float64Array {
    const options = this.options();
    const { tauMem } = this.#setting.truth();
    return levels.map((level, n) => level + noiseOf(options, tauMem[n]!) * this.#chance.normal(SETTLED + n, this.now));
  }

  options(): MembraneOptions {
    const { holdOff } = this.#setting.switches;
    const { adex } = adexOptions(this.#card);
    return {
      first: 0,
      count: this.#die.neurons,
      step: this.#card.step.value,
      linearRange: this.#linearRange,
      ...noiseOptions(this.#card),
      noiseSeed: this.#noiseSeed,
      dieSeed: this.#die.seed,
      refractory: this.#setting.switches.refractory,
      ...(adex && { adex: holdOff === undefined ? adex : { ...adex, holdOff } }),
    };
  }

  /** The bank with the present parameters; membranes go on from the last reading, or are settled after a write or a run. */
  settled(): LifBank {
    const parameters = this.#setting.truth();
    const { neurons } = this.#die;
    const options = this.options();
    const room = { maxSpikes: neurons * SAMPLES_PER_PIECE * this.#sampleSteps, maxSamples: SAMPLES_PER_PIECE };
    this.#bank ??= new LifBank(neurons, { ...bankOptions(options), ...room });
    if (!this.#filled) {
      // single circuits are read with all switches open
      fillBank(this.#bank, { ...parameters, joins: undefined, fires: undefined, inputs: undefined }, options);
      this.#bank.set({ drive: this.#setting.switches.offsetCurrentOn ? offsetDrive(parameters, options) : 0 });
      this.#filled = true;
    }
    if (!this.#settled) {
      settle(this.#bank, parameters, options);
      const noise = this.#noise();
      // one draw per settling and circuit: time has run on since the last one, or nothing was seen of it
      if (noise > 0) {
        const levels = Float64Array.from(this.#bank.field('v'));
        const rest = options.adex === undefined ? parameters.rest : levels;
        this.#bank.set({ v: this.noisy(rest) });
      }
      this.#settled = true;
    }
    return this.#bank;
  }
}
