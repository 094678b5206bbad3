/**
 * What is set for many circuits at once: the current of the synapse DACs of a block, the short-term plasticity and the trim of the drivers, the clock of the refractory counters, the trim bits of the
 * correlation sensors and the two currents of those of a block. Cells of blocks: block-cells.ts; the rest is digital.
 *   strength of all synapses of a block = as designed x code / design code
 *   amplitude, time constant of all sensors of a block = as designed x design code / code of its store, of its ramp current
 *   refractory period = n x clock x 2^scale,  n = 1 to 2^bits - 1
 * Sources: calix (synapse DAC bias per quadrant, default 600; refractory clocks), haldls neuron.h (250 MHz / 2^(s + 1), s = 0 to 15; 8-bit counter), haldls synapse_driver.h and synapse.h (4-bit codes per driver,
 * 2 + 2 trim bits per synapse), calix correlation.py (store and ramp current per quadrant; both observables fall with their code; that they fall as one over it is assumed on the card).
 */
import { Chance, formatQuantity, InfeasibleError, InternalError } from '../base/index.ts';
import type { ChipCard, CorrelationCurrents, CorrelationTrim, Setting, ShortTermCodes } from '../model/index.ts';
import { BlockCells, type BlockCellsState } from './block-cells.ts';
import { driversOf, LARGEST_TRIM } from './driver-trim.ts';
import { largestCode } from './transfer.ts';

/** Clock scales 0 to 15. */
const SCALES = 16;
/** A current never vanishes altogether, codes. */
const SMALLEST_CURRENT = 0.5;

/** All that the shared settings hold. */
export interface SharedState {
  readonly dac: BlockCellsState | undefined;
  readonly store: BlockCellsState | undefined;
  readonly ramp: BlockCellsState | undefined;
  readonly scale: number | undefined;
  readonly shortTerm: ShortTermCodes | undefined;
  readonly trim: CorrelationTrim | undefined;
  readonly driverTrim: Uint8Array | undefined;
}

/** What the currents of each block do to its correlation sensors, factors of the data sheet. */
export interface SensorFactors {
  readonly amplitude: Float64Array;
  readonly tau: Float64Array;
}

/** The shared settings of one die on the bench. */
export class SharedSettings {
  readonly #card: ChipCard;
  readonly #neurons: number;
  readonly #dac: BlockCells;
  readonly #store: BlockCells;
  readonly #ramp: BlockCells;
  #scale: number | undefined;
  #shortTerm: ShortTermCodes | undefined;
  #trim: CorrelationTrim | undefined;
  #driverTrim: Uint8Array | undefined;

  constructor(card: ChipCard, dieSeed: number, noiseSeed: number) {
    this.#card = card;
    this.#neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
    const chance = new Chance(noiseSeed, 'noise', dieSeed);
    this.#dac = new BlockCells(card, chance, 'synapseDac', 'synapse DAC');
    this.#store = new BlockCells(card, chance, 'correlationStore', 'store currents of the correlation sensors');
    this.#ramp = new BlockCells(card, chance, 'correlationRamp', 'ramp currents of the correlation sensors');
  }

  /** Strength of the synapses of every circuit by its block's DAC, relative to the data sheet; undefined until it is set. */
  get dacFactor(): Float64Array | undefined {
    const { effective } = this.#dac;
    if (effective === undefined) return undefined;
    const design = this.#card.synapse.dac_code!.value;
    const block = this.#card.geometry.block.value;
    return Float64Array.from({ length: this.#neurons }, (_, n) => Math.max(effective[Math.floor(n / block)]!, 0) / design);
  }

  /** What the currents of every block do to its correlation sensors, relative to the data sheet; undefined until they are set. */
  get sensorFactors(): SensorFactors | undefined {
    const [store, ramp] = [this.#store.effective, this.#ramp.effective];
    if (store === undefined || ramp === undefined) return undefined;
    const { store_code, ramp_code } = this.#card.synapse.correlation!;
    return { amplitude: store.map((code) => falling(store_code!.value, code)), tau: ramp.map((code) => falling(ramp_code!.value, code)) };
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
  apply({ synapseDac, shortTerm, driverTrim, correlationTrim, correlationCurrents, refractoryClock }: Setting): {
    readonly cells: number;
    readonly drivers: boolean;
  } {
    const cells =
      (synapseDac === undefined ? 0 : this.#writeDac(synapseDac)) +
      (correlationCurrents === undefined ? 0 : this.#writeCurrents(correlationCurrents));
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

  /** Every member is replaced and never changed. */
  snapshot(): SharedState {
    return {
      dac: this.#dac.snapshot(),
      store: this.#store.snapshot(),
      ramp: this.#ramp.snapshot(),
      scale: this.#scale,
      shortTerm: this.#shortTerm,
      trim: this.#trim,
      driverTrim: this.#driverTrim,
    };
  }

  restore({ dac, store, ramp, scale, shortTerm, trim, driverTrim }: SharedState): void {
    this.#dac.restore(dac);
    this.#store.restore(store);
    this.#ramp.restore(ramp);
    [this.#scale, this.#shortTerm, this.#trim, this.#driverTrim] = [scale, shortTerm, trim, driverTrim];
  }

  /** The period that the counters can do nearest to this one, s; see `refractoryPeriod`. */
  refractory(wanted: number): number {
    return refractoryPeriod(this.#card, wanted, this.#scale);
  }

  #writeDac(codes: Int32Array): number {
    const { synapse, name } = this.#card;
    if (synapse.dac_code === undefined) throw new InfeasibleError(`synapse DAC: ${name} has no such cell (synapse.dac_code)`);
    return this.#dac.write(codes);
  }

  #writeCurrents({ store, ramp }: CorrelationCurrents): number {
    const { synapse, name } = this.#card;
    if (synapse.correlation?.store_code === undefined || synapse.correlation.ramp_code === undefined)
      throw new InfeasibleError(
        `currents of the correlation sensors: ${name} has no such cells (synapse.correlation.store_code, synapse.correlation.ramp_code)`,
      );
    return this.#store.write(store) + this.#ramp.write(ramp);
  }
}

/** What falls as one over a code, relative to its value at the design code. */
function falling(design: number, code: number): number {
  return design / Math.max(code, SMALLEST_CURRENT);
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
