/**
 * What is set for many circuits at once: the current of the synapse DACs of a block, the short-term plasticity and the trim of the drivers, the clock of the refractory counters, the trim bits of the
 * correlation sensors. A cell of a block takes a code of the width of all cells and has write noise, drawn once per write; the rest is digital.
 *   strength of all synapses of a block = as designed x code / design code
 *   refractory period = n x clock x 2^scale,  n = 1 to 2^bits - 1
 * Sources: calix (synapse DAC bias per quadrant, default 600; refractory clocks), haldls neuron.h (250 MHz / 2^(s + 1), s = 0 to 15; 8-bit counter), haldls synapse_driver.h and synapse.h (4-bit codes per driver,
 * 2 + 2 trim bits per synapse).
 */
import { Chance, formatQuantity, InfeasibleError, InternalError } from '../base/index.ts';
import type { ChipCard, CorrelationTrim, Setting, ShortTermCodes } from '../model/index.ts';
import { driversOf, LARGEST_TRIM } from './driver-trim.ts';
import { largestCode } from './transfer.ts';

/** Clock scales 0 to 15. */
const SCALES = 16;
/** Cells of blocks draw their write noise from units of their own. */
const BLOCK_CELLS = 2 ** 44;

/** All that the shared settings hold. */
export interface SharedState {
  readonly dac: Int32Array | undefined;
  readonly dacFactor: Float64Array | undefined;
  readonly writes: number;
  readonly scale: number | undefined;
  readonly shortTerm: ShortTermCodes | undefined;
  readonly trim: CorrelationTrim | undefined;
  readonly driverTrim: Uint8Array | undefined;
}

/** The shared settings of one die on the bench. */
export class SharedSettings {
  readonly #card: ChipCard;
  readonly #neurons: number;
  readonly #chance: Chance;
  #dac: Int32Array | undefined;
  #dacFactor: Float64Array | undefined;
  #writes = 0;
  #scale: number | undefined;
  #shortTerm: ShortTermCodes | undefined;
  #trim: CorrelationTrim | undefined;
  #driverTrim: Uint8Array | undefined;

  constructor(card: ChipCard, dieSeed: number, noiseSeed: number) {
    this.#card = card;
    this.#neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
    this.#chance = new Chance(noiseSeed, 'noise', dieSeed);
  }

  /** Strength of the synapses of every circuit by its block's DAC, relative to the data sheet; undefined until it is set. */
  get dacFactor(): Float64Array | undefined {
    return this.#dacFactor;
  }

  get shortTerm(): ShortTermCodes | undefined {
    return this.#shortTerm;
  }

  get correlationTrim(): CorrelationTrim | undefined {
    return this.#trim;
  }

  get driverTrim(): Uint8Array | undefined {
    return this.#driverTrim;
  }

  /** Takes what of a setting is shared; answers what changed. Throws InfeasibleError for what the card has not and InternalError for codes out of range. */
  apply({ synapseDac, shortTerm, driverTrim, correlationTrim, refractoryClock }: Setting): {
    readonly cells: number;
    readonly drivers: boolean;
  } {
    const cells = synapseDac === undefined ? 0 : this.#writeDac(synapseDac);
    if (shortTerm !== undefined) this.#shortTerm = { ...this.#shortTerm, ...checkedShortTerm(this.#card, shortTerm) };
    if (driverTrim !== undefined) this.#driverTrim = checkedDriverTrim(this.#card, driverTrim);
    if (correlationTrim !== undefined) this.#trim = checkedTrim(this.#card, this.#neurons, correlationTrim);
    if (refractoryClock === 'finest') this.#scale = undefined;
    else if (refractoryClock !== undefined) {
      whole('refractory clock', refractoryClock, 0, SCALES - 1);
      this.#scale = refractoryClock;
    }
    return { cells, drivers: shortTerm !== undefined || driverTrim !== undefined };
  }

  /** Every member is replaced and never changed, but for the factors of the DACs. */
  snapshot(): SharedState {
    return {
      dac: this.#dac,
      dacFactor: this.#dacFactor?.slice(),
      writes: this.#writes,
      scale: this.#scale,
      shortTerm: this.#shortTerm,
      trim: this.#trim,
      driverTrim: this.#driverTrim,
    };
  }

  restore({ dac, dacFactor, writes, scale, shortTerm, trim, driverTrim }: SharedState): void {
    [this.#dac, this.#dacFactor, this.#writes, this.#scale] = [dac, dacFactor?.slice(), writes, scale];
    [this.#shortTerm, this.#trim, this.#driverTrim] = [shortTerm, trim, driverTrim];
  }

  /** The period that the counters can do nearest to this one, s; see `refractoryPeriod`. */
  refractory(wanted: number): number {
    return refractoryPeriod(this.#card, wanted, this.#scale);
  }

  /** Writes the cells that change. */
  #writeDac(codes: Int32Array): number {
    const design = this.#card.synapse.dac_code?.value;
    if (design === undefined) throw new InfeasibleError(`synapse DAC: ${this.#card.name} has no such cell (synapse.dac_code)`);
    const block = this.#card.geometry.block.value;
    const blocks = Math.ceil(this.#neurons / block);
    if (codes.length !== blocks || codes.some((code) => code < 0 || code > largestCode(this.#card)))
      throw new InternalError(`synapse DAC: ${String(blocks)} codes from 0 to ${String(largestCode(this.#card))} are needed`);
    const old = this.#dac;
    const factor = this.#dacFactor ?? new Float64Array(this.#neurons).fill(1);
    let cells = 0;
    codes.forEach((code, b) => {
      if (code === old?.[b]) return;
      cells++;
      const noise = this.#card.cells.write_noise.value * this.#chance.normal(BLOCK_CELLS + b, this.#writes++);
      factor.fill(Math.max(code + noise, 0) / design, b * block, (b + 1) * block);
    });
    this.#dac = codes.slice();
    this.#dacFactor = factor;
    return cells;
  }
}

/**
 * The refractory period nearest to `wanted`, s: a whole number of periods of the clock at this scale, or at the finest scale at which the counter reaches that far. A card without a counter
 * of stated width counts as far as it must at scale 0. Throws InfeasibleError where the counter ends before.
 */
export function refractoryPeriod({ neuron, name }: ChipCard, wanted: number, scale?: number): number {
  const most = neuron.refractory_bits === undefined ? Infinity : 2 ** neuron.refractory_bits.value - 1;
  const at = (s: number): number => neuron.refractory_clock.value * 2 ** s;
  const periods = (s: number): number => Math.max(Math.round(wanted / at(s)), 1);
  const chosen = scale ?? Array.from({ length: SCALES }, (_, s) => s).find((s) => periods(s) <= most) ?? SCALES - 1;
  if (periods(chosen) > most) {
    const longest = formatQuantity(most * at(chosen), 'time');
    throw new InfeasibleError(
      `a refractory period of ${formatQuantity(wanted, 'time')}: the counters of ${name} reach ${longest} at clock scale ${String(chosen)}`,
    );
  }
  return periods(chosen) * at(chosen);
}

function checkedShortTerm(card: ChipCard, codes: ShortTermCodes): ShortTermCodes {
  const { synapse, geometry, name } = card;
  if (synapse.short_term === undefined)
    throw new InfeasibleError(`short-term plasticity: the drivers of ${name} have none (synapse.short_term)`);
  const drivers = geometry.cores.value * geometry.rows_per_core.value;
  for (const field of ['utilisation', 'recovery'] as const) {
    const list = codes[field];
    if (list !== undefined && (list.length !== drivers || list.some((code) => code > 15)))
      throw new InternalError(`${field}: ${String(drivers)} codes from 0 to 15 are needed`);
  }
  const blocks = Math.ceil((geometry.cores.value * geometry.neurons_per_core.value) / geometry.block.value);
  const { ramp } = codes;
  if (ramp !== undefined && synapse.short_term.ramp_code === undefined)
    throw new InfeasibleError(`ramps of the short-term plasticity: ${name} cannot set them (synapse.short_term.ramp_code)`);
  if (ramp !== undefined && (ramp.length !== blocks || ramp.some((code) => code < 0 || code > largestCode(card))))
    throw new InternalError(`ramps: ${String(blocks)} codes from 0 to ${String(largestCode(card))} are needed`);
  return {
    ...codes,
    ...(ramp && { ramp: ramp.slice() }),
    ...(codes.utilisation && { utilisation: codes.utilisation.slice() }),
    ...(codes.recovery && { recovery: codes.recovery.slice() }),
  };
}

function checkedDriverTrim(card: ChipCard, codes: Uint8Array): Uint8Array {
  const drivers = driversOf(card);
  if (card.synapse.driver_trim_per_code === undefined)
    throw new InfeasibleError(`driver trim: the drivers of ${card.name} have none (synapse.driver_trim_per_code)`);
  if (codes.length !== drivers || codes.some((code) => code > LARGEST_TRIM))
    throw new InternalError(`driver trim: ${String(drivers)} codes from 0 to ${String(LARGEST_TRIM)} are needed`);
  return codes.slice();
}

function checkedTrim({ synapse, geometry, name }: ChipCard, neurons: number, { amplitude, tau }: CorrelationTrim): CorrelationTrim {
  if (synapse.correlation === undefined) throw new InfeasibleError(`correlation trim: ${name} has no such sensors (synapse.correlation)`);
  const size = geometry.rows_per_core.value * neurons;
  for (const list of [amplitude, tau])
    if (list.length !== size || list.some((code) => code > 3))
      throw new InternalError(`correlation trim: ${String(size)} codes from 0 to 3 are needed`);
  return { amplitude: amplitude.slice(), tau: tau.slice() };
}

function whole(what: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new InternalError(`${what} ${String(value)}: a whole number from ${String(low)} to ${String(high)} is needed`);
}
