/**
 * Part of a die in emulation: the membranes of a range of circuits with their synapses. Passive: it advances one analog step when told, given the synaptic arrivals of that
 * step, and tells which comparators fired. Parts of one die share nothing, so a die can be cut anywhere between blocks of 64 circuits and gives the same bits.
 */
import type { KernelMemory, LifBank } from '../kernels/index.ts';
import { AccurateMembranes } from './accurate.ts';
import { AccurateAdexMembranes } from './accurate-adex.ts';
import type { CircuitParameters } from './circuit.ts';
import { CompartmentMembranes } from './compartments.ts';
import { CorrelationSensors, type CorrelationPlan, type CorrelationReadings } from './correlation.ts';
import { CurrentDrive, type CurrentPlan } from './current-drive.ts';
import { FastMembranes } from './fast.ts';
import { JoinedMembranes } from './joined.ts';
import { MergedMembranes } from './merged.ts';
import { ShortTerm, type ShortTermPlan } from './short-term.ts';
import type { MembraneOptions, Membranes, MembraneSnapshot, StepSpikes } from './membranes.ts';

/** Smallest piece into which a die can be cut: the noise generator works in blocks of this many circuits. */
export const PART_GRANULARITY = 64;

/** Sub-steps of a step in which joined whole circuits exchange currents. */
const ACCURATE_PARTS = 8;

/** Synapses in the order of sources; an event names a slice of them. */
export interface EffectiveSynapses {
  readonly circuit: Uint32Array;
  readonly sign: Int8Array;
  /** Step of dV/dt that an event makes, V/s, mismatch included. */
  readonly drive: Float64Array;
  /** Synapse row over all cores; what drivers and sensors need. */
  readonly row?: Uint16Array;
}

/** Synaptic events of one step: slices [from, to) of the synapses and the time from arrival to the end of the step, s. In the total order of events. */
export interface StepArrivals {
  count: number;
  from: Uint32Array;
  to: Uint32Array;
  remaining: Float64Array;
}

/** All that a part is built from: plain data, so that it can be sent to a worker. */
export interface PartPlan {
  readonly integrator: 'fast' | 'accurate';
  readonly parameters: CircuitParameters;
  readonly options: MembraneOptions;
  readonly synapses: EffectiveSynapses;
  /** Signs and drives are written anew while the part runs, so they are read at every event. */
  readonly rewritten?: boolean;
  /** Present where drivers have short-term plasticity, and where synapses have correlation sensors. */
  readonly shortTerm?: ShortTermPlan | undefined;
  readonly correlation?: CorrelationPlan | undefined;
  /** Currents from outside. */
  readonly currents?: CurrentPlan | undefined;
}

export class ChipPart {
  readonly #membranes: Membranes;
  readonly #circuit: Uint32Array;
  readonly #single: Pick<EffectiveSynapses, 'sign' | 'drive'> | undefined;
  readonly #first: number;
  readonly #end: number;
  readonly #step: number;
  readonly #row: Uint16Array;
  readonly #shortTerm: ShortTerm | undefined;
  readonly #sensors: CorrelationSensors | undefined;
  readonly #currents: CurrentDrive | undefined;
  /** Circuits of a shared membrane by the one that fires for it. */
  readonly #followers: ReadonlyMap<number, readonly number[]>;
  /** Event that a row has seen last, counted over the run, and what its driver made of it. */
  readonly #seen: Float64Array;
  readonly #share: Float64Array;
  #event = 0;

  /** `memory`: where the membranes of the `fast` integrator lie, a memory of their own unless given. */
  constructor(plan: PartPlan, memory?: KernelMemory) {
    this.#membranes = membranesOf(plan, memory);
    this.#first = plan.options.first;
    this.#end = plan.options.first + plan.options.count;
    this.#step = plan.options.step;
    this.#shortTerm = plan.shortTerm && new ShortTerm(plan.shortTerm);
    const { circuit, sign, drive } = plan.synapses;
    const inBulk = takesSlices(plan) && this.#membranes.placeSynapses !== undefined;
    if (inBulk) this.#membranes.placeSynapses!(circuit, sign, drive);
    // a die is mostly its synapses: what the membranes have is not kept twice
    this.#circuit = circuit;
    this.#single = inBulk ? undefined : { sign, drive };
    this.#row = plan.synapses.row ?? new Uint16Array(plan.synapses.circuit.length);
    this.#sensors =
      plan.correlation &&
      new CorrelationSensors(plan.correlation, { row: this.#row, circuit: plan.synapses.circuit }, this.#first, this.#end);
    this.#followers = sharing(plan.parameters.fires);
    this.#currents = plan.currents && new CurrentDrive(plan.currents, this.#first, plan.options.count);
    const rows = plan.shortTerm?.recovery.length ?? 0;
    this.#seen = new Float64Array(rows);
    this.#share = new Float64Array(rows);
  }

  /** The membranes in kernel memory, with their synapses; undefined where the integrator has none there. */
  get bank(): LifBank | undefined {
    return this.#membranes instanceof FastMembranes ? this.#membranes.bank : undefined;
  }

  /** Constant current into every membrane as dV/dt, V/s, one per circuit of this part; from the next step on. */
  setCurrent(slopes: Float64Array): void {
    this.#membranes.setCurrent(slopes);
  }

  /** Integrates step `index` with these arrivals. Arrivals at circuits of other parts are passed over. The spikes are reused by the next call. */
  advance(index: number, arrivals: StepArrivals): StepSpikes {
    const currents = this.#currents?.meanOver(index);
    if (currents !== undefined) this.#membranes.setCurrent(currents);
    if (this.#single === undefined) this.#membranes.deliverSlices!(arrivals);
    else this.#deliver(index, arrivals);
    const spikes = this.#membranes.advance(index);
    if (this.#sensors !== undefined) this.#correlate(index, arrivals, spikes);
    return spikes;
  }

  /** Event by event and synapse by synapse. */
  #deliver(index: number, arrivals: StepArrivals): void {
    const circuit = this.#circuit;
    const { sign, drive } = this.#single!;
    for (let i = 0; i < arrivals.count; i++) {
      const remaining = arrivals.remaining[i]!;
      this.#event++;
      for (let k = arrivals.from[i]!; k < arrivals.to[i]!; k++) {
        const c = circuit[k]!;
        if (c < this.#first || c >= this.#end) continue;
        const strength = this.#shortTerm === undefined ? drive[k]! : drive[k]! * this.#shareOf(k, (index + 1) * this.#step - remaining);
        this.#membranes.deliver(c, sign[k]!, strength, remaining);
      }
    }
  }

  /** What the correlation sensors hold, one entry per synapse, 0 for those of other parts; undefined where there are none. */
  correlation(): CorrelationReadings | undefined {
    return this.#sensors?.readings();
  }

  /** Empties the correlation sensors. */
  resetCorrelation(): void {
    this.#sensors?.reset();
  }

  /** One event drives all synapses of its row: the driver sees it once. */
  #shareOf(k: number, time: number): number {
    const row = this.#row[k]!;
    if (this.#seen[row] !== this.#event) {
      this.#seen[row] = this.#event;
      this.#share[row] = this.#shortTerm!.event(row, time);
    }
    return this.#share[row]!;
  }

  /** Events and spikes of a step in the order of time; of one instant the events come first. */
  #correlate(index: number, arrivals: StepArrivals, spikes: StepSpikes): void {
    const sensors = this.#sensors!;
    const circuit = this.#circuit;
    const end = (index + 1) * this.#step;
    const order = Array.from({ length: spikes.count }, (_, s) => s).toSorted((a, b) => spikes.fraction[a]! - spikes.fraction[b]! || a - b);
    let next = 0;
    const timeOf = (s: number): number => end - (1 - spikes.fraction[s]!) * this.#step;
    // every circuit on the membrane that fires follows
    const spike = (s: number): void => {
      const firing = spikes.circuit[s]!;
      for (const follower of this.#followers.get(firing) ?? [firing]) sensors.spike(follower, timeOf(s));
    };
    for (let i = 0; i < arrivals.count; i++) {
      const time = end - arrivals.remaining[i]!;
      for (; next < order.length && timeOf(order[next]!) < time; next++) spike(order[next]!);
      for (let k = arrivals.from[i]!; k < arrivals.to[i]!; k++)
        if (circuit[k]! >= this.#first && circuit[k]! < this.#end) sensors.event(k, time);
    }
    for (; next < order.length; next++) spike(order[next]!);
  }

  /** V, one per circuit of this part. */
  voltages(): Float64Array {
    return this.#membranes.voltages();
  }

  snapshot(): MembraneSnapshot {
    const { kind, columns } = this.#membranes.snapshot();
    return {
      kind,
      columns: [
        ...columns,
        ...(this.#shortTerm?.snapshot() ?? []),
        ...(this.#sensors?.snapshot() ?? []),
        ...(this.#currents === undefined ? [] : [this.#currents.snapshot()]),
      ],
    };
  }

  restore({ kind, columns: all }: MembraneSnapshot): void {
    const columns = this.#currents === undefined ? all : all.slice(0, -1);
    const sensors = this.#sensors === undefined ? [] : columns.slice(-4);
    const rest = columns.slice(0, columns.length - sensors.length);
    if (this.#currents !== undefined) this.#membranes.setCurrent(this.#currents.restore(all.at(-1)!));
    const shortTerm = this.#shortTerm === undefined ? [] : rest.slice(-2);
    this.#membranes.restore({ kind, columns: rest.slice(0, rest.length - shortTerm.length) });
    this.#shortTerm?.restore(shortTerm);
    this.#sensors?.restore(sensors);
  }
}

/** Whether events can be handed over as slices of synapses: drivers with short-term plasticity weigh every event anew, so do inputs that are no linear currents; sensors leave no room for a copy of the synapses. */
function takesSlices({ rewritten, shortTerm, correlation, parameters }: PartPlan): boolean {
  const { inputs, joins, fires, rest } = parameters;
  const isAlone = inputs === undefined && joins === undefined && fires === undefined;
  const isPlain = rewritten !== true && shortTerm === undefined && correlation === undefined && isAlone;
  return isPlain && rest.length <= 65_536;
}

/** Whether all that a part does in a step happens in kernel memory. */
export function runsInKernel(plan: PartPlan): boolean {
  return plan.integrator === 'fast' && plan.currents === undefined && takesSlices(plan);
}

/** Circuits of every shared membrane by the one that fires for it. */
function sharing(fires: Uint32Array | undefined): ReadonlyMap<number, readonly number[]> {
  const shared = new Map<number, number[]>();
  fires?.forEach((firing, n) => shared.set(firing, [...(shared.get(firing) ?? []), n]));
  return shared;
}

/** Circuits one by one, on shared membranes, or joined: `accurate` takes circuits without exponential and adaptation all at once. */
function membranesOf(plan: PartPlan, memory?: KernelMemory): Membranes {
  const { integrator, parameters, options } = plan;
  if (parameters.fires !== undefined)
    return new MergedMembranes(parameters, options, (p, o) => membranesOf({ ...plan, parameters: p, options: o }, memory));
  if (integrator === 'fast') return joined(parameters, options, 1, (p, o) => new FastMembranes(p, o, memory));
  if (options.adex !== undefined) return joined(parameters, options, ACCURATE_PARTS, (p, o) => new AccurateAdexMembranes(p, o));
  return parameters.joins === undefined ? new AccurateMembranes(parameters, options) : new CompartmentMembranes(parameters, options);
}

function joined(
  parameters: CircuitParameters,
  options: MembraneOptions,
  parts: number,
  make: (parameters: CircuitParameters, options: MembraneOptions) => Membranes,
): Membranes {
  return parameters.joins === undefined ? make(parameters, options) : new JoinedMembranes(parameters, options, parts, make);
}
