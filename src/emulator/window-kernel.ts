/**
 * Windows of a chip that runs whole in the kernel (kernels/window-runner.ts): one part with the `fast` integrator, synapses in bulk, spikes as multicast packets. What `Emulator` does window by window
 * happens there, many windows a call, with the same bits. It is the carrier of its network as well: a transport asks it for accounts and snapshots, but hands no spikes over.
 */
import { InternalError, type Clock } from '../base/index.ts';
import { KernelMemory, WINDOW_LIMITS, WindowRunner, type LifBank, type WindowRoute } from '../kernels/index.ts';
import { KernelSpikes, type NocLayout } from '../noc/index.ts';
import type { Carrier, CarriedSpikes } from './carriers.ts';
import type { EmulatorPlan } from './emulator-plan.ts';
import type { Recorder } from './recorder.ts';
import { ROUTE_WORDS, type TransportSnapshot } from './transport.ts';

export class WindowKernel implements Carrier {
  readonly memory: KernelMemory;
  readonly spikes: CarriedSpikes;
  readonly #spikes: KernelSpikes;
  readonly #clock: Clock;
  #runner: WindowRunner | undefined;

  /** A memory with this network in it; undefined where the kernel has not what the layout or the clock asks for. */
  static of(layout: NocLayout, clock: Clock): WindowKernel | undefined {
    const { numerator, denominator } = clock.ticksPerCycle;
    if (numerator >= WINDOW_LIMITS.ticks || denominator >= WINDOW_LIMITS.ticks) return undefined;
    const memory = new KernelMemory();
    const spikes = KernelSpikes.of(layout, memory);
    return spikes && new WindowKernel(memory, spikes, clock);
  }

  private constructor(memory: KernelMemory, spikes: KernelSpikes, clock: Clock) {
    this.memory = memory;
    this.#spikes = spikes;
    this.#clock = clock;
    const underWay = (): number => this.#run.counts.underWay;
    const present = (): number => clock.cycleAtOrAfter(this.#present);
    this.spikes = {
      account: () => spikes.account(this.#run.counts),
      get network() {
        // cycles in which nothing is under way are left for later
        if (underWay() === 0 && present() > spikes.network.cycle) spikes.network.advance(present(), () => undefined);
        return spikes.network;
      },
    };
  }

  /** Tick up to which the network is known. */
  #present = 0;

  /** Puts the tables of an emulation into memory; `bank` stands there already, with its synapses. */
  begin(plan: EmulatorPlan, bank: LifBank, kinds: { readonly loop: number; readonly network: number }, recorder: Recorder): void {
    const { ticksPerCycle } = this.#clock;
    const circuitOf = new Int32Array(plan.neurons).fill(-1);
    plan.neuronOf.forEach((neuron, circuit) => {
      if (neuron >= 0) circuitOf[neuron] = circuit;
    });
    const { network } = this.#spikes;
    this.#runner = new WindowRunner(
      this.memory,
      bank,
      network.net,
      {
        timing: plan.timing,
        cycle: { ticks: Number(ticksPerCycle.numerator), parts: Number(ticksPerCycle.denominator) },
        // without noise a run is faster, and the same
        noise: bank.field('sigma').some((sigma) => sigma > 0),
        neuronOf: plan.neuronOf,
        neurons: plan.neurons,
        flits: this.#spikes.flits,
        kinds,
      },
      {
        route: (neuron) => this.#routeOf(plan, neuron, plan.coreOfCircuit(circuitOf[neuron]!)),
        spikes: (ticks, neurons) => ticks.forEach((tick, i) => recorder.spike(tick, neurons[i]!)),
        latency: (ticks, synapses) => recorder.latency(ticks, synapses),
        takeDrops: (each) => network.takeDrops((slot, _cycle, node) => each(slot, node)),
        lost: (node, words) => this.#spikes.lose(node, partsOf(words)),
      },
    );
  }

  get #run(): WindowRunner {
    if (this.#runner === undefined) throw new InternalError('this kernel has no emulation');
    return this.#runner;
  }

  get counts(): WindowRunner['counts'] {
    return this.#run.counts;
  }

  /** Synaptic events that wait. */
  get waiting(): number {
    return this.#run.waiting;
  }

  push(tick: number, kind: number, source: number, sequence: number, from: number, to: number): void {
    this.#run.push(tick, kind, source, sequence, from, to);
  }

  /** Runs the windows before number `until`, after which the network is known up to tick `present`. */
  run(until: number, present: number): void {
    this.#run.run(until);
    this.#present = present;
  }

  offer(): void {
    throw new InternalError('spikes of a chip in the kernel are offered there');
  }

  advance(): void {
    throw new InternalError('the network of a chip in the kernel is advanced there');
  }

  snapshot(): TransportSnapshot {
    return { kind: 'kernel', present: this.#present, spikes: this.#spikes.snapshot() };
  }

  restore(snapshot: TransportSnapshot): void {
    if (snapshot.kind !== 'kernel') throw new InternalError('this snapshot is of another kind of network');
    this.#spikes.restore(snapshot.spikes);
    this.#present = snapshot.present;
  }

  /** Parts for the neuron's own core take its loop, all others the network. */
  #routeOf({ fanOut }: EmulatorPlan, neuron: number, home: number): WindowRoute {
    const [start, end] = [fanOut.start[neuron]!, fanOut.start[neuron + 1]!];
    const [near, far]: [number[], number[]] = [[], []];
    for (let k = start; k < end; k++)
      (fanOut.core[k] === home ? near : far).push(fanOut.core[k]!, fanOut.from[k]!, fanOut.to[k]!, k - start);
    const nodes = partsOf(far).map(({ node }) => node);
    const tree = nodes.length === 0 ? 0 : this.#spikes.network.setOf(home, nodes);
    return { home, tree, parts: end - start, near, far };
  }
}

function partsOf(words: ArrayLike<number>): { readonly node: number; readonly synapses: number }[] {
  return Array.from({ length: words.length / ROUTE_WORDS }, (_, i) => {
    const at = i * ROUTE_WORDS;
    return { node: words[at]!, synapses: words[at + 2]! - words[at + 1]! };
  });
}
