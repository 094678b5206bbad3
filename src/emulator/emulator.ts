/**
 * The emulator owns time; chip and network are passive. One window [t, t + H) of the execution contract:
 *   1. the network advances to t + H - interface.in: everything that can reach a synapse row before t + H is known then, because a crossing at or after t enters a source queue at
 *      t + interface.out at the earliest and H <= interface.in + interface.out;
 *   2. arrivals from the network, from the cores' own loops, from delay lines and from the stimulus act inside the step from their exact tick on, in the one total order
 *      (tick, microstep, kind, source, sequence);
 *   3. the parts of the chip integrate the step; each crossing is rounded up to a tick;
 *   4. each spike is offered to the network at crossing + interface.out, with a part for every remote core (or synapse), and to its own core's loop.
 * Nothing depends on how the chip is cut into parts, on how the run is cut into calls, or on the order in which synapses were listed.
 *
 * Confluence. Events of one tick act in the order own loop, network, stimulus (`internal-first`) or stimulus, own loop, network (`external-first`). In a circuit with
 * current synapses an arrival changes the slope of the membrane and not its voltage, and synaptic currents add up: a spike that arrives in the tick of a crossing, or of the
 * end of refractoriness, neither causes nor undoes it, so both rules give the same spikes there. They differ only in circuits whose voltage jumps with an arrival.
 */
import { InfeasibleError, InternalError, type Tick } from '../base/index.ts';
import type { CorrelationReadings } from '../chip/index.ts';
import type { SpikeColumns } from '../model/index.ts';
import { ArrivalBuffer } from './arrivals.ts';
import { BusQueues } from './bus-queues.ts';
import { sortCrossings, type Crossing } from './crossings.ts';
import type { BusCounts } from './mapping/crossbar.ts';
import { actsAt, checkWindow, type EmulatorPlan, type Part } from './emulator-plan.ts';
import { EventCalendar } from './event-calendar.ts';
import { Recorder } from './recorder.ts';
import type { Activity, Snapshot } from './snapshot.ts';
import type { Arrive, SpikeRoute, Transport } from './transport.ts';
import type { WindowKernel } from './window-kernel.ts';

export class Emulator {
  readonly activity: Activity = { spikes: 0, synapticEvents: 0, inputEvents: 0, localEvents: 0, late: 0, windows: 0 };
  readonly #plan: EmulatorPlan;
  readonly #parts: readonly Part[];
  readonly #transport: Transport;
  readonly #calendar: EventCalendar;
  readonly #arrivals = new ArrivalBuffer();
  /** Parts so far of each source: the sequence number of the next. */
  readonly #sequence: Float64Array;
  readonly #kinds: { readonly loop: number; readonly network: number; readonly input: number };
  readonly #recorder: Recorder;
  /** Of each neuron that has spiked: where its spikes go over the network, and the parts [from, to) of its fan-out that take the loop of its own core. */
  readonly #far: (SpikeRoute | undefined)[] = [];
  readonly #nearFrom: Uint32Array;
  readonly #nearTo: Uint32Array;
  /** Synapses that events of each kind have reached in one window. */
  readonly #reached = new Float64Array(3);
  /** Spikes of one window, reused from window to window. */
  readonly #crossings: Crossing[] = [];
  readonly #kernel: WindowKernel | undefined;
  readonly #buses: BusQueues | undefined;
  #window = 0;
  #nextInput = 0;

  /** `kernel`: present where the only part and the network lie in its memory, which then runs the windows. Throws InfeasibleError when the window is longer than the lookahead of the interface. */
  constructor(plan: EmulatorPlan, parts: readonly Part[], transport: Transport, kernel?: WindowKernel) {
    checkWindow(plan);
    this.#plan = plan;
    this.#parts = parts;
    this.#transport = transport;
    this.#calendar = new EventCalendar(plan.timing.window, plan.microstepLimit);
    this.#sequence = new Float64Array(plan.fanOut.start.length - 1);
    this.#nearFrom = new Uint32Array(this.#sequence.length);
    this.#nearTo = new Uint32Array(this.#sequence.length);
    this.#kinds = plan.confluence === 'internal-first' ? { loop: 0, network: 1, input: 2 } : { input: 0, loop: 1, network: 2 };
    this.#recorder = new Recorder(plan);
    this.#kernel = kernel;
    this.#buses = plan.buses && new BusQueues(plan.buses);
    const bank = parts[0]?.bank;
    if (kernel !== undefined && bank !== undefined) kernel.begin(plan, bank, this.#kinds, this.#recorder);
  }

  /** Everything before this tick has happened. */
  get now(): Tick {
    return this.#window * this.#plan.timing.window;
  }

  /** Runs window after window up to tick `until`, which must end a window. */
  run(until: Tick): void {
    const { window } = this.#plan.timing;
    if (until % window !== 0)
      throw new InfeasibleError(`a run ends with a window: ${String(until)} is no multiple of ${String(window)} ticks`);
    if (this.#kernel === undefined) while (this.now < until) this.#advanceWindow();
    else if (this.now < until) this.#runInKernel(this.#kernel, until / window);
  }

  /** Spikes so far, in the order of (tick, neuron). */
  spikes(): SpikeColumns {
    return this.#recorder.spikes();
  }

  /** Ticks from crossing to effect, one per synaptic event that came over the network, ascending. */
  latencies(): Float64Array {
    return this.#recorder.latencies();
  }

  /** Voltage of each probed circuit at the end of every window, V. */
  voltages(): readonly Float64Array[] {
    return this.#recorder.voltages();
  }

  /** Voltage of each circuit of `sampled` at the end of every so many windows, V. */
  samples(): readonly Float64Array[] {
    return this.#recorder.samples();
  }

  /** Voltage of every circuit at the end of the last window, V. */
  membranes(): Float64Array {
    return Float64Array.from(this.#parts.flatMap((part) => Array.from(part.voltages())));
  }

  /** What the correlation sensors of all synapses hold, LSB; undefined where the card has none. */
  correlation(): CorrelationReadings | undefined {
    const [first, ...others] = this.#parts.map((part) => part.correlation?.());
    // a synapse belongs to one part, the others hold 0 for it
    for (const other of others) {
      if (first === undefined || other === undefined) break;
      other.causal.forEach((value, k) => (first.causal[k]! += value));
      other.anticausal.forEach((value, k) => (first.anticausal[k]! += value));
    }
    return first;
  }

  /** Synaptic events that have reached the chip and wait for their tick; those in the network are not among them. */
  get pending(): number {
    return this.#kernel?.waiting ?? this.#calendar.size + (this.#buses?.waiting ?? 0);
  }

  /** What the buses of synapse drivers have seen; undefined where no event waits. */
  busCounts(): BusCounts[] | undefined {
    return this.#buses?.counts();
  }

  close(): void {
    for (const part of this.#parts) part.close();
  }

  /** The whole state at the end of a window; restored into an emulator of the same plan it continues bit for bit. */
  snapshot(): Snapshot {
    return {
      window: this.#window,
      nextInput: this.#nextInput,
      waiting: this.#calendar.waiting(),
      sequence: this.#sequence.slice(),
      activity: { ...this.activity },
      columns: this.#recorder.snapshot(),
      transport: this.#transport.snapshot(),
      parts: this.#parts.map((part) => part.snapshot()),
      ...(this.#buses && { buses: this.#buses.snapshot() }),
    };
  }

  /** Throws InternalError for a snapshot of another plan, as far as its shape shows that. */
  restore(snapshot: Snapshot): void {
    const fits =
      snapshot.sequence.length === this.#sequence.length &&
      snapshot.parts.length === this.#parts.length &&
      this.#recorder.fits(snapshot.columns);
    if (!fits) throw new InternalError('this snapshot is of another plan: sources, parts or probes differ');
    this.#window = snapshot.window;
    this.#nextInput = snapshot.nextInput;
    this.#calendar.restore(this.now, snapshot.waiting);
    this.#sequence.set(snapshot.sequence);
    Object.assign(this.activity, snapshot.activity);
    this.#recorder.restore(snapshot.columns);
    this.#transport.restore(snapshot.transport);
    this.#parts.forEach((part, i) => part.restore(snapshot.parts[i]));
    if (snapshot.buses !== undefined) this.#buses?.restore(snapshot.buses);
  }

  /** Many windows a call, up to number `until`: until something is recorded that the kernel does not record. */
  #runInKernel(kernel: WindowKernel, until: number): void {
    const { window, in: inward } = this.#plan.timing;
    while (this.#window < until) {
      const end = Math.min(until, this.#window + Math.min(this.#recorder.quiet(this.#window), BATCH));
      this.#feedStimulus(end * window, kernel);
      kernel.run(end, end * window - inward);
      this.#window = end;
      this.#recorder.membranes(end - 1, this.#parts);
    }
    const { spikes, late, reached } = kernel.counts;
    const [one, two, three] = reached;
    Object.assign(this.activity, {
      spikes,
      late,
      windows: until,
      synapticEvents: one + two + three,
      localEvents: reached[this.#kinds.loop],
    });
  }

  #advanceWindow(): void {
    const { timing } = this.#plan;
    const start = this.now;
    const end = start + timing.window;
    this.#transport.advance(end, this.#hear);
    this.#feedStimulus(end);
    this.#collect(end);
    for (const part of this.#parts) part.begin(this.#window, this.#arrivals);
    const crossings = this.#crossings;
    for (const part of this.#parts) {
      const spikes = part.finish();
      for (let i = 0; i < spikes.count; i++) {
        const circuit = spikes.circuit[i]!;
        const neuron = this.#plan.neuronOf[circuit]!;
        // circuits without a neuron have no synapses, but noise may still fire them: nobody listens
        if (neuron < 0) continue;
        crossings.push({ tick: start + Math.max(Math.ceil(spikes.fraction[i]! * timing.window), 1), neuron, circuit });
      }
    }
    // most windows have none, and to empty an array costs more than to look at it
    if (crossings.length > 0) {
      sortCrossings(crossings);
      for (const crossing of crossings) this.#emit(crossing);
      crossings.length = 0;
    }
    this.#recorder.membranes(this.#window, this.#parts);
    this.#window++;
    this.activity.windows++;
  }

  /** Part of a spike has come over the network. */
  readonly #hear: Arrive = (tick, source, sequence, crossing, from, to) => {
    const at = actsAt(this.#plan.timing, tick, crossing);
    this.#recorder.latency(at - crossing, to - from);
    this.#arrive(at, this.#kinds.network, source, sequence, crossing, from, to);
  };

  /** Part of a spike acts on its synapse row at `tick`. */
  #arrive(tick: Tick, kind: number, source: number, sequence: number, crossing: Tick, from: number, to: number): void {
    const { delay, window } = this.#plan.timing;
    if (tick > crossing + delay + window / 2) this.activity.late += to - from;
    this.#calendar.push(tick, kind, source, sequence, from, to);
  }

  #feedStimulus(end: Tick, calendar: Pick<EventCalendar, 'push'> = this.#calendar): void {
    const { stimulus, fanOut, neurons } = this.#plan;
    for (; this.#nextInput < stimulus.tick.length && stimulus.tick[this.#nextInput]! < end; this.#nextInput++) {
      const source = neurons + stimulus.source[this.#nextInput]!;
      this.activity.inputEvents++;
      for (let k = fanOut.start[source]!; k < fanOut.start[source + 1]!; k++) {
        calendar.push(
          stimulus.tick[this.#nextInput]!,
          this.#kinds.input,
          source,
          this.#sequence[source]!++,
          fanOut.from[k]!,
          fanOut.to[k]!,
        );
      }
    }
  }

  /** Takes the events of this window out of the queue, in the total order. */
  #collect(end: Tick): void {
    const reached = this.#reached.fill(0);
    this.#arrivals.clear();
    this.#calendar.collect(end, this.#plan.timing.ticksPerSecond, this.#arrivals, reached);
    const lost = this.#buses?.pass(end, this.#plan.timing.ticksPerSecond, this.#arrivals) ?? 0;
    this.activity.synapticEvents += reached[0]! + reached[1]! + reached[2]! - lost;
    this.activity.localEvents += reached[this.#kinds.loop]!;
  }

  #emit({ tick, neuron, circuit }: Crossing): void {
    const { timing, neuronInCore, coreOfCircuit, fanOut } = this.#plan;
    this.#recorder.spike(tick, neuron);
    this.activity.spikes++;
    const home = coreOfCircuit(circuit);
    const sequence = this.#sequence[neuron]!;
    const { start } = fanOut;
    this.#sequence[neuron] = sequence + start[neuron + 1]! - start[neuron]!;
    const far = (this.#far[neuron] ??= this.#routeOf(neuron, home));
    const at = actsAt(timing, tick + timing.local, tick);
    for (let k = this.#nearFrom[neuron]!; k < this.#nearTo[neuron]!; k++)
      this.#arrive(at, this.#kinds.loop, neuron, sequence + k - start[neuron]!, tick, fanOut.from[k]!, fanOut.to[k]!);
    if (far.parts.length > 0) this.#transport.offer(tick + timing.out, home, neuronInCore(circuit), far, tick, sequence);
  }

  /** Parts for the neuron's own core, which stand together, take its loop; all others make the route over the network. */
  #routeOf(neuron: number, home: number): SpikeRoute {
    const { fanOut, everythingOverNetwork } = this.#plan;
    const [start, end] = [fanOut.start[neuron]!, fanOut.start[neuron + 1]!];
    const far: number[] = [];
    for (let k = start; k < end; k++) {
      if (fanOut.core[k] !== home || everythingOverNetwork) far.push(fanOut.core[k]!, fanOut.from[k]!, fanOut.to[k]!, k - start);
      else {
        if (this.#nearTo[neuron] === 0) this.#nearFrom[neuron] = k;
        this.#nearTo[neuron] = k + 1;
      }
    }
    return { source: neuron, parts: Uint32Array.from(far) };
  }
}

/** Windows that the kernel runs in one call, at most: so many windows of stimulus wait there. */
const BATCH = 256;
