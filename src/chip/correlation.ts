/**
 * Correlation sensors: two capacitors per synapse that count how often its row and its neuron fire closely one after the other.
 *   at a spike of the neuron, t:    causal     += A+ exp(-(t - last event of the row) / tau)
 *   at an event of the row, t:      anticausal += A- exp(-(t - last spike of the neuron) / tau)
 * Nearest neighbours: only the last one counts. Of one instant the event comes first: such a pair is causal, at no distance. Both stop at saturation; `reset` empties them. In CADC LSB; read through the column ADC.
 *   A+- = amplitude x trim x own x asymmetry^(+-1/2) x design / store,   tau = nominal x trim x own x design / ramp;   trim = 1 + change per code x (code - 2)
 * with the codes of the store and the ramp current of the synapse's block and those of the data sheet (sensors: sensor-pattern.ts, cells: shared-settings.ts). One trim serves both directions, so their asymmetry cannot be trimmed away.
 * Source: Billaudelle 2022 (exponential kernels, nearest neighbour, two capacitors); calix correlation.py (targets, asymmetry, both currents); haldls synapse.h (2 + 2 trim bits); spreads assumed on the card.
 */
import { exp } from '../base/index.ts';
import type { ChipCard, CorrelationTrim } from '../model/index.ts';
import type { DieLayout } from './die-layout.ts';
import type { SensorFactors } from './shared-settings.ts';

/** Sensors of bound synapses as plain data, one entry per synapse in the order of `EffectiveSynapses`. */
export interface CorrelationPlan {
  /** LSB. */
  readonly causal: Float32Array;
  readonly anticausal: Float32Array;
  /** s. */
  readonly tau: Float32Array;
  readonly saturation: number;
}

/** The sensors of these synapses of a die, with trim codes one per entry or the card's and what the currents of the blocks do; undefined where the card switches them off. */
export function correlationPlan(
  { synapse: { correlation }, geometry }: ChipCard,
  die: DieLayout,
  row: ArrayLike<number>,
  circuit: Uint32Array,
  trims?: CorrelationTrim,
  currents?: SensorFactors,
): CorrelationPlan | undefined {
  if (correlation === undefined || correlation.sensors === 'off') return undefined;
  const { amplitude, tau, saturation, amplitude_per_trim, tau_per_trim } = correlation;
  const size = circuit.length;
  const plan = {
    causal: new Float32Array(size),
    anticausal: new Float32Array(size),
    tau: new Float32Array(size),
    saturation: saturation.value,
  };
  for (let k = 0; k < size; k++) {
    const own = die.correlationFactors(row[k]!, circuit[k]!);
    const block = Math.floor(circuit[k]! / geometry.block.value);
    const strength =
      amplitude.value *
      (currents?.amplitude[block] ?? 1) *
      (1 + amplitude_per_trim.value * ((trims?.amplitude[k] ?? correlation.amplitude_trim) - 2)) *
      own.amplitude;
    const balance = Math.sqrt(own.asymmetry);
    plan.causal[k] = strength * balance;
    plan.anticausal[k] = strength / balance;
    plan.tau[k] =
      tau.value * (currents?.tau[block] ?? 1) * (1 + tau_per_trim.value * ((trims?.tau[k] ?? correlation.tau_trim) - 2)) * own.tau;
  }
  return plan;
}

/** What the sensors hold, LSB, one entry per synapse. */
export interface CorrelationReadings {
  readonly causal: Float32Array;
  readonly anticausal: Float32Array;
}

/** State of the sensors of one part of a die: of the circuits from `first` to `end`. */
export class CorrelationSensors {
  readonly #plan: CorrelationPlan;
  readonly #row: ArrayLike<number>;
  readonly #circuit: Uint32Array;
  readonly #first: number;
  /** Synapses by circuit: slices of `#synapses`. */
  readonly #start: Uint32Array;
  readonly #synapses: Uint32Array;
  readonly #causal: Float32Array;
  readonly #anticausal: Float32Array;
  /** Last event of each row and last spike of each circuit, s; -1: none. */
  readonly #lastEvent: Float64Array;
  readonly #lastSpike: Float64Array;

  constructor(
    plan: CorrelationPlan,
    synapses: { readonly row: ArrayLike<number>; readonly circuit: Uint32Array },
    first: number,
    end: number,
  ) {
    this.#plan = plan;
    this.#row = synapses.row;
    this.#circuit = synapses.circuit;
    this.#first = first;
    const size = synapses.circuit.length;
    this.#causal = new Float32Array(size);
    this.#anticausal = new Float32Array(size);
    this.#start = new Uint32Array(end - first + 1);
    for (const c of synapses.circuit) if (c >= first && c < end) this.#start[c - first + 1]!++;
    for (let c = 0; c < end - first; c++) this.#start[c + 1]! += this.#start[c]!;
    this.#synapses = new Uint32Array(this.#start.at(-1)!);
    const next = this.#start.slice();
    let rows = 0;
    for (let k = 0; k < size; k++) {
      rows = Math.max(rows, synapses.row[k]! + 1);
      const c = synapses.circuit[k]!;
      if (c >= first && c < end) this.#synapses[next[c - first]!++] = k;
    }
    this.#lastEvent = new Float64Array(rows).fill(-1);
    this.#lastSpike = new Float64Array(end - first).fill(-1);
  }

  /** An event at `time` (s) on synapse k, whose circuit lies in this part. Events and spikes come in the order of time; of one instant the events come first. */
  event(k: number, time: number): void {
    const last = this.#lastSpike[this.#circuit[k]! - this.#first]!;
    if (last >= 0)
      this.#anticausal[k] = this.#full(this.#anticausal[k]! + this.#plan.anticausal[k]! * exp((last - time) / this.#plan.tau[k]!));
    this.#lastEvent[this.#row[k]!] = time;
  }

  /** A spike of a circuit of this part at `time`. */
  spike(circuit: number, time: number): void {
    const n = circuit - this.#first;
    for (let i = this.#start[n]!; i < this.#start[n + 1]!; i++) {
      const k = this.#synapses[i]!;
      const last = this.#lastEvent[this.#row[k]!]!;
      if (last >= 0) this.#causal[k] = this.#full(this.#causal[k]! + this.#plan.causal[k]! * exp((last - time) / this.#plan.tau[k]!));
    }
    this.#lastSpike[n] = time;
  }

  /** Copies of both accumulators. */
  readings(): CorrelationReadings {
    return { causal: this.#causal.slice(), anticausal: this.#anticausal.slice() };
  }

  /** Empties both capacitors of every synapse; which events were last is not forgotten. */
  reset(): void {
    this.#causal.fill(0);
    this.#anticausal.fill(0);
  }

  /** All that changes. */
  snapshot(): readonly Float64Array[] {
    return [Float64Array.from(this.#causal), Float64Array.from(this.#anticausal), this.#lastEvent.slice(), this.#lastSpike.slice()];
  }

  restore([causal, anticausal, lastEvent, lastSpike]: readonly Float64Array[]): void {
    this.#causal.set(causal!);
    this.#anticausal.set(anticausal!);
    this.#lastEvent.set(lastEvent!);
    this.#lastSpike.set(lastSpike!);
  }

  #full(value: number): number {
    return Math.min(value, this.#plan.saturation);
  }
}
