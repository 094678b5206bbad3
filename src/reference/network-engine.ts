/**
 * Event-driven network of any neurons that stand behind NeuronBank.
 * Time is (integer tick, fraction of a tick in f64); differences of two instants are taken tick from tick and fraction from fraction, so precision does not fade in long runs.
 * A window [t, t + H), H = the shortest delay between neurons: whatever arrives in it was sent before it, so each neuron goes through the window by itself, taking its own
 * arrivals and its own spikes in order of time; the spikes it emits are put into the queues of their targets and fall into later windows. Before a window: everything before t
 * has happened and all that can arrive in it is queued. After it: the same for t + H. A spike that falls on an arrival comes first.
 * A neuron that surely does nothing in a window is not touched (`wake`), and a window in which all sleep is skipped. Since a neuron's state moves only at its own events,
 * neither windows nor sleep, probes or cuts of the run leave a trace in the bits.
 * Plastic synapses of dendritic delay settle the strength of an event when it is sent, those of axonal delay when it arrives (plastic-synapses.ts).
 * Source: Morrison, Straube, Plesser, Diesmann 2007, "Exact subthreshold integration with continuous spike times in discrete-time neural network simulations".
 */
import { ArrivalQueue } from './arrival-queue.ts';
import type { NeuronBank } from './banks/neuron-bank.ts';
import type { PlasticSynapses } from './plastic-synapses.ts';
import type { ExternalEvents, NetworkState, PreciseSpikes, SynapseTable, VoltageProbes } from './network-types.ts';

/** From where an engine starts and what comes from outside; amplitudes in the bank's unit. */
export interface EngineStart extends Pick<NetworkState, 'tick' | 'eventTicks' | 'eventFractions' | 'pending'> {
  readonly external?: SynapseTable;
  readonly events?: ExternalEvents;
  readonly probes?: VoltageProbes;
  /** Their amplitudes in the table are those of a relative weight of 1. */
  readonly plastic?: PlasticSynapses;
}

/** One run of one network; the bank's unit of time is the tick. Trusts its input: network.ts checks it. */
export class EventDrivenNetwork {
  readonly #bank: NeuronBank;
  readonly #synapses: SynapseTable;
  readonly #start: EngineStart;
  readonly #window: number; // ticks, the shortest delay
  readonly #eventTicks: Float64Array;
  readonly #eventFractions: Float64Array;
  readonly #queues: ArrivalQueue[];
  readonly #wake: Float64Array; // tick before which the neuron surely neither spikes nor receives
  readonly #externalOrder: Uint32Array; // external events by tick
  #nextExternal = 0;
  readonly #probeOf: Int32Array; // probe of a neuron, -1 without
  readonly #voltages: number[][];
  readonly #nextSample: Float64Array; // tick, one per probe
  readonly #spikeTicks: number[] = [];
  readonly #spikeFractions: number[] = [];
  readonly #spikeNeurons: number[] = [];
  #now: number; // tick; all before it has happened

  constructor(bank: NeuronBank, synapses: SynapseTable, start: EngineStart) {
    this.#bank = bank;
    this.#synapses = synapses;
    this.#start = start;
    this.#now = start.tick;
    let shortest = Infinity;
    for (let i = 0; i < synapses.delayTicks.length; i++) shortest = Math.min(shortest, synapses.delayTicks[i]!);
    this.#window = shortest;
    this.#eventTicks = start.eventTicks.slice();
    this.#eventFractions = start.eventFractions.slice();
    this.#queues = Array.from({ length: bank.count }, () => new ArrivalQueue());
    const { ticks, fractions, targets, amplitudes, synapses: settling } = start.pending;
    for (let i = 0; i < ticks.length; i++) this.#queues[targets[i]!]!.push(ticks[i]!, fractions[i]!, amplitudes[i]!, settling?.[i] ?? -1);
    this.#wake = new Float64Array(bank.count).fill(start.tick);
    const external = start.events?.ticks ?? [];
    this.#externalOrder = Uint32Array.from({ length: external.length }, (_, i) => i).toSorted((a, b) => external[a]! - external[b]!);
    while (this.#externalTick() < start.tick) this.#nextExternal++;
    const { neurons = [], intervalTicks = 1 } = start.probes ?? {};
    this.#probeOf = new Int32Array(bank.count).fill(-1);
    neurons.forEach((neuron, probe) => (this.#probeOf[neuron] = probe));
    this.#voltages = neurons.map(() => []);
    this.#nextSample = new Float64Array(neurons.length).fill(Math.ceil(start.tick / intervalTicks) * intervalTicks);
  }

  /** Everything before tick `until` happens. */
  advance(until: number): void {
    while (this.#now < until) {
      const end = Math.min(this.#now + this.#window, until);
      this.#admitExternal(end);
      for (let neuron = 0; neuron < this.#bank.count; neuron++) {
        if (this.#wake[neuron]! < end) this.#cross(neuron, end);
      }
      let next = this.#externalTick();
      for (const tick of this.#wake) next = Math.min(next, tick);
      this.#now = Math.min(until, Math.max(end, next));
    }
    for (const neuron of this.#start.probes?.neurons ?? []) this.#sample(neuron, until, 0);
    this.#start.plastic?.settle(this.#now);
  }

  /** At the tick up to which everything has happened, an event of another kind: `act` changes the neuron in the bank. */
  touch(neuron: number, act: () => void): void {
    this.#sample(neuron, this.#now, 0);
    this.#bank.advance(neuron, this.#elapsed(neuron, this.#now, 0));
    this.#eventTicks[neuron] = this.#now;
    this.#eventFractions[neuron] = 0;
    act();
    this.#wake[neuron] = this.#now;
  }

  /** The spikes since the last call, in order of (tick, fraction, neuron). */
  takeSpikes(): PreciseSpikes {
    const [ticks, fractions, neurons] = [this.#spikeTicks, this.#spikeFractions, this.#spikeNeurons];
    const order = Uint32Array.from(ticks, (_, i) => i).toSorted(
      (a, b) => ticks[a]! - ticks[b]! || fractions[a]! - fractions[b]! || neurons[a]! - neurons[b]!,
    );
    const taken = {
      ticks: Float64Array.from(order, (i) => ticks[i]!),
      fractions: Float64Array.from(order, (i) => fractions[i]!),
      neurons: order.map((i) => neurons[i]!),
    };
    for (const column of [ticks, fractions, neurons]) column.length = 0;
    return taken;
  }

  /** The sampled voltages so far, and their common ticks. */
  samples(): { sampleTicks: Float64Array; voltages: Float64Array[] } {
    const interval = this.#start.probes?.intervalTicks ?? 1;
    const first = Math.ceil(this.#start.tick / interval);
    return {
      sampleTicks: Float64Array.from({ length: this.#voltages[0]?.length ?? 0 }, (_, i) => (first + i) * interval),
      voltages: this.#voltages.map((column) => Float64Array.from(column)),
    };
  }

  /** Where the neurons' last events stand and what is under way. */
  standing(): Pick<NetworkState, 'eventTicks' | 'eventFractions' | 'pending'> {
    const rows: [number, number, number, number, number][] = [];
    this.#queues.forEach((queue, target) =>
      queue.forEach((tick, fraction, amplitude, synapse) => rows.push([tick, fraction, target, amplitude, synapse])),
    );
    rows.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3] || a[4] - b[4]);
    return {
      eventTicks: this.#eventTicks,
      eventFractions: this.#eventFractions,
      pending: {
        ticks: Float64Array.from(rows, (row) => row[0]),
        fractions: Float64Array.from(rows, (row) => row[1]),
        targets: Uint32Array.from(rows, (row) => row[2]),
        amplitudes: Float64Array.from(rows, (row) => row[3]),
        ...(this.#start.plastic === undefined ? {} : { synapses: Int32Array.from(rows, (row) => row[4]) }),
      },
    };
  }

  /** Takes one neuron through all its events before tick `end`. */
  #cross(neuron: number, end: number): void {
    const bank = this.#bank;
    const queue = this.#queues[neuron]!;
    for (;;) {
      const arrives = queue.tick < end;
      const horizon = arrives ? this.#elapsed(neuron, queue.tick, queue.fraction) : this.#elapsed(neuron, end, 0);
      const wait = bank.untilSpike(neuron, horizon);
      if (wait <= horizon) {
        const place = this.#eventFractions[neuron]! + wait;
        const tick = this.#eventTicks[neuron]! + Math.floor(place);
        // rounding may put a spike at the very end of the window on its edge: it belongs to the next one
        if (tick >= end) break;
        this.#fire(neuron, wait, tick, place - Math.floor(place));
      } else if (arrives) {
        this.#receive(neuron, horizon);
      } else {
        break;
      }
    }
    const quiet = this.#eventTicks[neuron]! + Math.floor(this.#eventFractions[neuron]! + bank.quietFor(neuron));
    this.#wake[neuron] = Math.max(end, Math.min(queue.tick, quiet));
  }

  #fire(neuron: number, wait: number, tick: number, fraction: number): void {
    this.#sample(neuron, tick, fraction);
    this.#bank.advance(neuron, wait);
    this.#bank.fire(neuron);
    this.#eventTicks[neuron] = tick;
    this.#eventFractions[neuron] = fraction;
    this.#spikeTicks.push(tick);
    this.#spikeFractions.push(fraction);
    this.#spikeNeurons.push(neuron);
    this.#start.plastic?.fired(neuron, tick, fraction);
    this.#send(this.#synapses, neuron, tick, fraction);
  }

  /** All arrivals of the earliest instant at once. */
  #receive(neuron: number, elapsed: number): void {
    const queue = this.#queues[neuron]!;
    const { tick, fraction } = queue;
    this.#sample(neuron, tick, fraction);
    this.#bank.advance(neuron, elapsed);
    this.#eventTicks[neuron] = tick;
    this.#eventFractions[neuron] = fraction;
    const { plastic } = this.#start;
    if (plastic !== undefined) {
      for (const amplitude of this.#settled(queue, plastic, tick, fraction)) this.#bank.receive(neuron, amplitude);
      return;
    }
    while (queue.tick === tick && queue.fraction === fraction) {
      this.#bank.receive(neuron, queue.amplitude);
      queue.pop();
    }
  }

  /** Amplitudes of all arrivals of the earliest instant, in order. */
  #settled(queue: ArrivalQueue, plastic: PlasticSynapses, tick: number, fraction: number): number[] {
    const amplitudes: number[] = [];
    while (queue.tick === tick && queue.fraction === fraction) {
      const { synapse } = queue;
      amplitudes.push(
        synapse < 0 ? queue.amplitude : this.#synapses.amplitudes[synapse]! * plastic.transmit(plastic.placeOf[synapse]!, tick, fraction),
      );
      queue.pop();
    }
    return amplitudes.toSorted((a, b) => a - b);
  }

  /** One spike of `source` at tick + fraction goes to all its targets. */
  #send(table: SynapseTable, source: number, tick: number, fraction: number): void {
    const { offsets, targets, amplitudes, delayTicks } = table;
    const end = offsets[source + 1]!;
    const plastic = table === this.#synapses ? this.#start.plastic : undefined;
    for (let i = offsets[source]!; i < end; i++) {
      const target = targets[i]!;
      const due = tick + delayTicks[i]!;
      const place = plastic?.placeOf[i] ?? -1;
      if (place < 0) this.#queues[target]!.push(due, fraction, amplitudes[i]!);
      else if (plastic!.isAxonal(place)) this.#queues[target]!.push(due, fraction, 0, i);
      else this.#queues[target]!.push(due, fraction, amplitudes[i]! * plastic!.transmit(place, tick, fraction));
      if (due < this.#wake[target]!) this.#wake[target] = due;
    }
  }

  /** External sources that spike before `end` do so now; their arrivals may fall into the window that is about to begin. */
  #admitExternal(end: number): void {
    const { external, events } = this.#start;
    if (external === undefined || events === undefined) return;
    for (; this.#externalTick() < end; this.#nextExternal++) {
      const event = this.#externalOrder[this.#nextExternal]!;
      this.#send(external, events.sources[event]!, events.ticks[event]!, 0);
    }
  }

  #externalTick(): number {
    const event = this.#externalOrder[this.#nextExternal];
    return event === undefined ? Infinity : this.#start.events!.ticks[event]!;
  }

  /** Reads the probe of `neuron`, if it has one, at all sample ticks before the instant at which its state is about to move. */
  #sample(neuron: number, tick: number, fraction: number): void {
    const probe = this.#probeOf[neuron]!;
    if (probe < 0) return;
    const interval = this.#start.probes!.intervalTicks;
    // a sample on the tick of the event itself is read before it only if the event lies after the tick
    const last = fraction > 0 ? tick : tick - 1;
    let at = this.#nextSample[probe]!;
    for (; at <= last; at += interval) this.#voltages[probe]!.push(this.#bank.voltageAfter(neuron, this.#elapsed(neuron, at, 0)));
    this.#nextSample[probe] = at;
  }

  /** Ticks from the last event of the neuron to an instant; never negative, where rounding has put a spike just past an arrival. */
  #elapsed(neuron: number, tick: number, fraction: number): number {
    return Math.max(0, tick - this.#eventTicks[neuron]! + (fraction - this.#eventFractions[neuron]!));
  }
}
