/**
 * Short-term plasticity of the synapse drivers: one state per driver, which sets the width of its pulses, so that all synapses of its row share it. A simplified Tsodyks-Markram model:
 *   depression     width = x before the event;  at an event x <- x (1 - U);  between events x relaxes to 1 with tau:  x = 1 + (x - 1) exp(-dt / tau)
 *   facilitation   at an event u <- u + U (1 - u);  width = u after the event;  between events u decays to 0 with tau
 *   width <- width x ramp,   ramp = code / design code x factor of the block: a pulse lasts until the ramp has reached the stored voltage
 *   factor of an event = max(width + offset, 0) / (1 + offset),  offset = pulse-width error of the driver as a share of full width: it is absolute, so short pulses suffer most
 * With U the utilisation this is the model of Tsodyks, Pawelzik and Markram 1998 with its facilitation (or its depression) infinitely fast, up to the constant factor U.
 * Source: haldls synapse_driver.h (utilisation, recovery and offset of 4 bit per driver); sizes assumed on the card.
 */
import { exp } from '../base/index.ts';
import type { ChipCard, ShortTermCodes } from '../model/index.ts';
import type { DieLayout } from './die-layout.ts';
import { trimmedDriver } from './driver-trim.ts';
import { codeWeight } from './transfer.ts';

/** Drivers of a die as plain data, one entry per row over all cores. */
export interface ShortTermPlan {
  readonly mode: 'depression' | 'facilitation';
  readonly utilisation: Float64Array;
  /** s. */
  readonly recovery: Float64Array;
  /** Width of a rested driver's pulse, a share of full width; full width unless given. */
  readonly ramp?: Float64Array;
  /** Pulse-width error, a share of full width. */
  readonly offset: Float64Array;
}

/** The drivers of a die with these codes, or those of its card, and their trim; undefined where short-term plasticity is off. */
export function shortTermPlan(card: ChipCard, die: DieLayout, codes?: ShortTermCodes, trim?: Uint8Array): ShortTermPlan | undefined {
  const { short_term } = card.synapse;
  const mode = codes?.mode ?? short_term?.mode ?? 'off';
  if (short_term === undefined || mode === 'off') return undefined;
  const rows = card.geometry.cores.value * card.geometry.rows_per_core.value;
  const per = (value: (row: number) => number): Float64Array => Float64Array.from({ length: rows }, (_, row) => value(row));
  const utilisation = (row: number): number =>
    short_term.utilisation_per_code.value * ((codes?.utilisation?.[row] ?? short_term.utilisation) + 1);
  const recovery = (row: number): number => short_term.recovery_longest.value / ((codes?.recovery?.[row] ?? short_term.recovery) + 1);
  const { neurons_per_core, block } = card.geometry;
  const rampOf = (core: number): number => {
    const b = Math.floor((core * neurons_per_core.value) / block.value);
    const design = short_term.ramp_code?.value;
    const code = codes?.ramp?.[b];
    return die.rampFactor(b) * (design === undefined || code === undefined ? 1 : (code * codeWeight(card)) / design);
  };
  return {
    mode,
    utilisation: per((row) => Math.min(utilisation(row) * die.shortTermFactor(row, 'utilisation'), 1)),
    recovery: per((row) => recovery(row) * die.shortTermFactor(row, 'recovery')),
    ramp: per((row) => rampOf(Math.floor(row / card.geometry.rows_per_core.value))),
    offset: per((row) => trimmedDriver(card, die, row, trim) - 1),
  };
}

/** States of the drivers of a die. */
export class ShortTerm {
  readonly #plan: ShortTermPlan;
  /** x or u just after the last event, and its time in s; -1: there was none. */
  readonly #state: Float64Array;
  readonly #last: Float64Array;

  constructor(plan: ShortTermPlan) {
    this.#plan = plan;
    this.#state = new Float64Array(plan.recovery.length).fill(plan.mode === 'depression' ? 1 : 0);
    this.#last = new Float64Array(plan.recovery.length).fill(-1);
  }

  /** An event on a row at `time` (s, never falling per row): how much of the strength of a full pulse of this driver its synapses get. */
  event(row: number, time: number): number {
    const { mode, utilisation, recovery, offset, ramp } = this.#plan;
    const used = utilisation[row]!;
    const decay = this.#last[row]! < 0 ? 0 : exp(-(time - this.#last[row]!) / recovery[row]!);
    this.#last[row] = time;
    if (mode === 'depression') {
      const width = 1 + (this.#state[row]! - 1) * decay;
      this.#state[row] = width * (1 - used);
      return relative(width * (ramp?.[row] ?? 1), offset[row]!);
    }
    const before = this.#state[row]! * decay;
    this.#state[row] = before + used * (1 - before);
    return relative(this.#state[row] * (ramp?.[row] ?? 1), offset[row]!);
  }

  /** All that changes. */
  snapshot(): readonly Float64Array[] {
    return [this.#state.slice(), this.#last.slice()];
  }

  restore([state, last]: readonly Float64Array[]): void {
    this.#state.set(state!);
    this.#last.set(last!);
  }
}

function relative(width: number, offset: number): number {
  return Math.max(width + offset, 0) / (1 + offset);
}
