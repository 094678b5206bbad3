/**
 * A part of the chip in a worker thread. Both sides share one block of memory: the emulator writes the arrivals of a window and a command, wakes the worker, and waits for its
 * spikes. Waiting blocks the emulating thread on purpose: a window is shorter than a turn of the event loop.
 *
 * Shared words (Int32): [0] command number, [1] answer number, [2] command, [3] step low, [4] step high, [5] arrivals, [6] spikes, [7] 1 after a failure, whose
 * message is then on the port, 2 where the card asks for what cannot be. Then columns of fixed capacity.
 */
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { InfeasibleError, InternalError } from '../base/index.ts';
import type { CorrelationReadings, PartPlan, StepArrivals, StepSpikes } from '../chip/index.ts';
import { kernelModule } from '../kernels/index.ts';
import type { Part } from './emulator-plan.ts';

export const COMMANDS = { advance: 1, snapshot: 2, restore: 3, voltages: 4, close: 5, correlation: 6 } as const;
/** Longest that a worker may take over one command, ms. */
const PATIENCE = 120_000;

/** Typed windows onto the shared block, the same on both sides. */
export interface SharedColumns {
  readonly words: Int32Array;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly remaining: Float64Array;
  readonly circuit: Uint32Array;
  readonly fraction: Float64Array;
}

export function sharedColumns(buffer: SharedArrayBuffer, arrivals: number, spikes: number): SharedColumns {
  let at = 64;
  const take = (bytes: number): number => {
    const start = at;
    at += Math.ceil(bytes / 8) * 8;
    return start;
  };
  return {
    words: new Int32Array(buffer, 0, 16),
    remaining: new Float64Array(buffer, take(8 * arrivals), arrivals),
    fraction: new Float64Array(buffer, take(8 * spikes), spikes),
    from: new Uint32Array(buffer, take(4 * arrivals), arrivals),
    to: new Uint32Array(buffer, take(4 * arrivals), arrivals),
    circuit: new Uint32Array(buffer, take(4 * spikes), spikes),
  };
}

/** What a worker is started with. */
export interface PartWorkerData {
  readonly plan: PartPlan;
  readonly buffer: SharedArrayBuffer;
  readonly arrivals: number;
  readonly spikes: number;
  readonly port: MessagePort;
  readonly module: WebAssembly.Module;
}

export class RemotePart implements Part {
  readonly count: number;
  readonly #worker: Worker;
  readonly #shared: SharedColumns;
  readonly #port: MessagePort;
  #number = 0;

  /** `arrivals` bounds the synaptic events slices of one window. */
  constructor(plan: PartPlan, arrivals = 65_536) {
    this.count = plan.options.count;
    // the accurate integrator may list several spikes of a circuit in one step
    const spikes = 64 * plan.options.count;
    const buffer = new SharedArrayBuffer(64 + 16 * arrivals + 12 * spikes + 64);
    const { port1, port2 } = new MessageChannel();
    this.#shared = sharedColumns(buffer, arrivals, spikes);
    this.#port = port1;
    const data: PartWorkerData = { plan, buffer, arrivals, spikes, port: port2, module: kernelModule() };
    // the built file, also under test: src and dist lie equally deep
    this.#worker = new Worker(new URL('../../dist/emulator/part-worker.js', import.meta.url), { workerData: data, transferList: [port2] });
    this.#worker.unref();
  }

  begin(step: number, arrivals: StepArrivals): void {
    const { words, from, to, remaining } = this.#shared;
    if (arrivals.count > from.length)
      throw new InternalError(`${String(arrivals.count)} arrivals in one window, a part holds ${String(from.length)}`);
    from.set(arrivals.from.subarray(0, arrivals.count));
    to.set(arrivals.to.subarray(0, arrivals.count));
    remaining.set(arrivals.remaining.subarray(0, arrivals.count));
    words[3] = step >>> 0;
    words[4] = Math.floor(step / 2 ** 32);
    words[5] = arrivals.count;
    this.#command(COMMANDS.advance);
  }

  finish(): StepSpikes {
    this.#wait();
    return { count: this.#shared.words[6]!, circuit: this.#shared.circuit, fraction: this.#shared.fraction };
  }

  voltages(): Float64Array {
    return this.#ask(COMMANDS.voltages) as Float64Array;
  }

  correlation(): CorrelationReadings | undefined {
    return this.#ask(COMMANDS.correlation) as CorrelationReadings | undefined;
  }

  snapshot(): unknown {
    return this.#ask(COMMANDS.snapshot);
  }

  restore(snapshot: unknown): void {
    this.#port.postMessage(snapshot);
    this.#command(COMMANDS.restore);
    this.#wait();
  }

  close(): void {
    this.#command(COMMANDS.close);
    this.#port.close();
  }

  #command(command: number): void {
    const { words } = this.#shared;
    words[2] = command;
    // wraps around as the words do, after two thousand million commands
    this.#number = (this.#number + 1) | 0;
    Atomics.store(words, 0, this.#number);
    Atomics.notify(words, 0);
  }

  #wait(): void {
    const { words } = this.#shared;
    for (;;) {
      const answered = Atomics.load(words, 1);
      if (answered === this.#number) break;
      if (Atomics.wait(words, 1, answered, PATIENCE) === 'timed-out') throw new InternalError('a part of the chip does not answer');
    }
    if (words[7] === 2) throw new InfeasibleError(String(this.#message()));
    if (words[7] !== 0) throw new InternalError(`a part of the chip failed: ${String(this.#message())}`);
  }

  #ask(command: number): unknown {
    this.#command(command);
    this.#wait();
    return this.#message();
  }

  #message(): unknown {
    const received = receiveMessageOnPort(this.#port);
    if (received === undefined) throw new InternalError('a part of the chip answered without its message');
    return received.message;
  }
}
