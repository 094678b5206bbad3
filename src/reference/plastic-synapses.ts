/**
 * Plastic synapses of a network, with the rules of plasticity.ts. A synapse is brought up to date when its source spikes: first the spikes of its target since then, one by one,
 * then the spike of the source; nothing depends on when that is done, so neither windows nor stops leave a trace in the bits.
 *   dendritic delay d   the synapse sees the spike of its source at t and that of its target at t + d; the event leaves with the weight after the spike
 *   axonal delay d      the synapse sees the spike of its source at t + d, when its event arrives, and that of its target at t
 *   both at one instant neither sees the trace of the other; `ties` says whose change comes first (NEST: that of the target)
 * Times are (tick, fraction); the traces of a synapse are as of the last spike of either side.
 * Source: Morrison, Diesmann, Gerstner 2008, section 4.1 for the delays; NEST's stdp_synapse and stdp_triplet_synapse for the order.
 */
import { exp, InfeasibleError } from '../base/index.ts';
import {
  clipped,
  depressed,
  nextRelease,
  potentiated,
  tripletDepression,
  tripletPotentiation,
  type PairStdp,
  type Pairing,
  type TripletStdp,
  type TsodyksMarkram,
} from './plasticity.ts';

interface SpikeTiming {
  readonly pairing: Pairing;
  readonly delay: 'axonal' | 'dendritic';
}

/** Rule of a projection; weights are relative to their maximum, within [0, 1]. */
export type PlasticRule =
  | ({ readonly kind: 'pair'; readonly rule: PairStdp } & SpikeTiming)
  | ({ readonly kind: 'triplet'; readonly rule: TripletStdp } & SpikeTiming)
  | { readonly kind: 'short-term'; readonly rule: TsodyksMarkram };

/** Plastic synapses as columns, one entry each. */
export interface PlasticTable {
  readonly rules: readonly PlasticRule[];
  readonly rule: ArrayLike<number>; // index into rules
  readonly synapse: Uint32Array; // place in the table of all synapses
  readonly target: ArrayLike<number>; // neuron
  readonly delayTicks: ArrayLike<number>;
  readonly start: Float64Array; // relative weight
}

/** What the network around is like. */
export interface PlasticSetting {
  readonly synapses: number; // all, static ones too
  readonly neurons: number;
  readonly msPerTick: number;
  readonly ties: 'source first' | 'target first';
}

/** Columns of state. Fast and slow traces of source and target, just after their last spike and just before it; u and x for short-term plasticity are `source` and `sourceSlow`. */
const COLUMNS = [
  'weight',
  'sourceTick',
  'sourceFraction',
  'source',
  'sourceBefore',
  'sourceSlow',
  'sourceSlowBefore',
  'targetTick',
  'targetFraction',
  'targetTrace',
  'targetBefore',
  'targetSlow',
  'targetSlowBefore',
  'seen', // spikes of the target that the synapse has seen, among those kept
] as const;
type Column = (typeof COLUMNS)[number];

/** All plastic synapses of a network. */
export class PlasticSynapses {
  /** Place here of a synapse of the network, -1 for a static one. */
  readonly placeOf: Int32Array;
  readonly #table: PlasticTable;
  readonly #setting: PlasticSetting;
  readonly #state: Readonly<Record<Column, Float64Array>>;
  /** Spikes of the targets that some synapse has not seen yet; empty where nobody looks. */
  readonly #ticks: (number[] | undefined)[];
  readonly #fractions: number[][] = [];

  constructor(table: PlasticTable, setting: PlasticSetting) {
    this.#table = table;
    this.#setting = setting;
    const count = table.synapse.length;
    this.placeOf = new Int32Array(setting.synapses).fill(-1);
    table.synapse.forEach((synapse, p) => (this.placeOf[synapse] = p));
    this.#state = Object.fromEntries(COLUMNS.map((name) => [name, new Float64Array(count)])) as Record<Column, Float64Array>;
    this.#state.weight.set(table.start);
    this.#state.sourceTick.fill(-1);
    this.#state.targetTick.fill(-1);
    this.#ticks = Array.from({ length: setting.neurons });
    for (let p = 0; p < count; p++) {
      if (this.#rule(p).kind === 'short-term') continue;
      this.#ticks[table.target[p]!] ??= [];
      this.#fractions[table.target[p]!] ??= [];
    }
  }

  /** Whether a spike of the source is due at synapse `p` only when its event arrives. */
  isAxonal(p: number): boolean {
    const rule = this.#rule(p);
    return rule.kind !== 'short-term' && rule.delay === 'axonal';
  }

  /** A neuron spikes. */
  fired(neuron: number, tick: number, fraction: number): void {
    const ticks = this.#ticks[neuron];
    if (ticks === undefined) return;
    ticks.push(tick);
    this.#fractions[neuron]!.push(fraction);
  }

  /** The source of `p` spikes, at an instant of the synapse: the relative strength of the event. Instants never fall. */
  transmit(p: number, tick: number, fraction: number): number {
    const state = this.#state;
    const rule = this.#rule(p);
    if (rule.kind === 'short-term') return this.#release(p, rule.rule, tick, fraction);
    this.#see(p, tick, fraction, this.#setting.ties === 'target first');
    const y = this.#read(p, 'target', tick, fraction, rule.rule.tauMinus);
    if (rule.kind === 'pair') state.weight[p] = depressed(rule.rule, state.weight[p]!, y);
    else {
      const r2 = this.#read(p, 'sourceSlow', tick, fraction, rule.rule.tauX);
      state.weight[p] = clipped(state.weight[p]! - tripletDepression(rule.rule, y, r2));
      raise(state.sourceSlow, state.sourceSlowBefore, p, r2, rule.pairing);
    }
    raise(state.source, state.sourceBefore, p, this.#read(p, 'source', tick, fraction, rule.rule.tauPlus), rule.pairing);
    state.sourceTick[p] = tick;
    state.sourceFraction[p] = fraction;
    return state.weight[p];
  }

  /** Everything before `tick` has happened: all synapses see what is due to them by then, and spikes that all have seen are dropped. */
  settle(tick: number): void {
    const { seen } = this.#state;
    const least = new Map<number, number>();
    for (let p = 0; p < seen.length; p++) {
      if (this.#rule(p).kind === 'short-term') continue;
      this.#see(p, tick, 0, false);
      const target = this.#table.target[p]!;
      least.set(target, Math.min(least.get(target) ?? Infinity, seen[p]!));
    }
    for (const [target, dropped] of least) {
      this.#ticks[target]!.splice(0, dropped);
      this.#fractions[target]!.splice(0, dropped);
    }
    for (let p = 0; p < seen.length; p++) seen[p]! -= least.get(this.#table.target[p]!) ?? 0;
  }

  /** Relative weights as of `settle`; for short-term plasticity u x of the last spike, U before the first. */
  weights(): Float64Array {
    return this.#state.weight.map((weight, p) => {
      const rule = this.#rule(p);
      if (rule.kind !== 'short-term') return weight;
      return this.#state.sourceTick[p]! < 0 ? rule.rule.utilisation : this.#state.source[p]! * this.#state.sourceSlow[p]!;
    });
  }

  /** All that changes, as columns. */
  columns(): Record<string, Float64Array> {
    const kept = this.#ticks.flatMap((ticks, neuron) =>
      (ticks ?? []).map((tick, k): [number, number, number] => [neuron, tick, this.#fractions[neuron]![k]!]),
    );
    return {
      ...Object.fromEntries(COLUMNS.map((name) => [`plastic.${name}`, this.#state[name].slice()])),
      'plastic.spikes': Float64Array.from(kept.flat()),
    };
  }

  /** Takes up what `columns` told. Throws InfeasibleError when it is of other synapses. */
  restore(columns: Readonly<Record<string, Float64Array>>): void {
    const spikes = columns['plastic.spikes'];
    if (spikes === undefined || spikes.length % 3 !== 0) throw new InfeasibleError('the snapshot is of another network');
    for (const name of COLUMNS) {
      const column = columns[`plastic.${name}`];
      if (column?.length !== this.#state[name].length) throw new InfeasibleError('the snapshot is of another network');
      this.#state[name].set(column);
    }
    for (let i = 0; i < spikes.length; i += 3) this.fired(spikes[i]!, spikes[i + 1]!, spikes[i + 2]!);
  }

  #rule(p: number): PlasticRule {
    return this.#table.rules[this.#table.rule[p]!]!;
  }

  /** Spikes of the target that reach the synapse before the instant, or at it. */
  #see(p: number, tick: number, fraction: number, inclusive: boolean): void {
    const state = this.#state;
    const rule = this.#rule(p);
    const target = this.#table.target[p]!;
    const [ticks, fractions] = [this.#ticks[target], this.#fractions[target]];
    if (rule.kind === 'short-term' || ticks === undefined) return;
    const delay = rule.delay === 'dendritic' ? this.#table.delayTicks[p]! : 0;
    for (let k = state.seen[p]!; k < ticks.length; k++) {
      const at = ticks[k]! + delay;
      const part = fractions![k]!;
      const later = at - tick || part - fraction;
      if (later > 0 || (later === 0 && !inclusive)) break;
      const x = this.#read(p, 'source', at, part, rule.rule.tauPlus);
      if (rule.kind === 'pair') state.weight[p] = potentiated(rule.rule, state.weight[p]!, x);
      else {
        const o2 = this.#read(p, 'targetSlow', at, part, rule.rule.tauY);
        state.weight[p] = clipped(state.weight[p]! + tripletPotentiation(rule.rule, x, o2));
        raise(state.targetSlow, state.targetSlowBefore, p, o2, rule.pairing);
      }
      raise(state.targetTrace, state.targetBefore, p, this.#read(p, 'target', at, part, rule.rule.tauMinus), rule.pairing);
      state.targetTick[p] = at;
      state.targetFraction[p] = part;
      state.seen[p]!++;
    }
  }

  /** A trace just before an instant. */
  #read(p: number, trace: 'source' | 'sourceSlow' | 'target' | 'targetSlow', tick: number, fraction: number, tau: number): number {
    const state = this.#state;
    const ofSource = trace === 'source' || trace === 'sourceSlow';
    const since = tick - (ofSource ? state.sourceTick : state.targetTick)[p]!;
    const part = fraction - (ofSource ? state.sourceFraction : state.targetFraction)[p]!;
    if (since === 0 && part === 0) return state[`${trace}Before`][p]!;
    const value = state[trace === 'target' ? 'targetTrace' : trace][p]!;
    return value === 0 ? 0 : value * exp(-((since + part) * this.#setting.msPerTick) / tau);
  }

  #release(p: number, rule: TsodyksMarkram, tick: number, fraction: number): number {
    const { source: u, sourceSlow: x, sourceTick, sourceFraction } = this.#state;
    const since = tick - sourceTick[p]! + (fraction - sourceFraction[p]!);
    [u[p], x[p]] = sourceTick[p]! < 0 ? [rule.utilisation, 1] : nextRelease(rule, u[p]!, x[p]!, since * this.#setting.msPerTick);
    sourceTick[p] = tick;
    sourceFraction[p] = fraction;
    return u[p] * x[p];
  }
}

function raise(trace: Float64Array, before: Float64Array, p: number, value: number, pairing: Pairing): void {
  before[p] = value;
  trace[p] = pairing === 'all' ? value + 1 : 1;
}
