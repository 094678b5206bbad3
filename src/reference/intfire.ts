/**
 * Networks of NEURON's IntFire1: a leaky counter with instantaneous synapses, exact and event-driven.
 *   between events m decays with tau; an event adds its weight; m > 1: spike, then deaf for `refractory`, then m = 0
 * An event that finds the neuron deaf is lost. Events of one instant act one after the other in the order in which they were sent, as in NEURON's queue (it matters: a
 * volley of excitation and inhibition fires the neuron or not), and a spike that they cause leaves at that instant. Times are those of the events: nothing is rounded to a grid.
 * Source: NEURON, src/nrnoc/intfire1.mod.
 */
import { exp, InfeasibleError, InternalError } from '../base/index.ts';

export interface IntFireNetwork {
  readonly count: number;
  /** ms, one per neuron. */
  readonly tau: Float64Array;
  readonly refractory: Float64Array;
  /** Synapses by source: rowStart[source] .. rowStart[source + 1]. Sources are the neurons 0..count-1, then the inputs. */
  readonly rowStart: Uint32Array;
  readonly target: Uint32Array;
  readonly weight: Float64Array;
  /** ms, above 0. */
  readonly delay: Float64Array;
}

/** Spikes as columns, sorted by (time, neuron); ms. */
export interface TimedSpikes {
  readonly time: Float64Array;
  readonly neuron: Uint32Array;
}

/** Most spikes before a run is refused as a runaway. */
const MOST_SPIKES = 50_000_000;

/** Runs until `until` (ms, exclusive). `inputs` are spikes of the sources count, count + 1 ... numbered from 0. Throws InfeasibleError for a runaway. */
export function runIntFire(network: IntFireNetwork, inputs: TimedSpikes, until: number): TimedSpikes {
  const { count, tau, refractory, rowStart, target, weight, delay } = network;
  if (delay.some((value) => !(value > 0))) throw new InternalError('an IntFire network needs delays above 0');
  const [m, since, deafUntil] = [new Float64Array(count), new Float64Array(count), new Float64Array(count).fill(-Infinity)];
  const queue = new Queue();
  let sent = 0;
  const send = (source: number, time: number): void => {
    for (let k = rowStart[source]!; k < rowStart[source + 1]!; k++) {
      const arrival = time + delay[k]!;
      if (arrival < until) queue.push(arrival, sent++, k);
    }
  };
  for (let k = 0; k < inputs.time.length; k++) send(count + inputs.neuron[k]!, inputs.time[k]!);
  const [times, neurons]: [number[], number[]] = [[], []];
  for (let event = queue.pop(); event !== undefined; event = queue.pop()) {
    const { time, synapse } = event;
    const neuron = target[synapse]!;
    if (time < deafUntil[neuron]!) continue;
    // after the deaf time the count begins at 0
    const decayed = deafUntil[neuron]! > since[neuron]! ? 0 : m[neuron]! * exp((since[neuron]! - time) / tau[neuron]!);
    m[neuron] = decayed + weight[synapse]!;
    since[neuron] = time;
    if (m[neuron] <= 1) continue;
    deafUntil[neuron] = time + refractory[neuron]!;
    m[neuron] = 0;
    times.push(time);
    neurons.push(neuron);
    if (times.length > MOST_SPIKES)
      throw new InfeasibleError(`more than ${String(MOST_SPIKES)} spikes before ${String(time)} ms: run for less time`);
    send(neuron, time);
  }
  const order = Uint32Array.from(times, (_, k) => k).toSorted((a, b) => times[a]! - times[b]! || neurons[a]! - neurons[b]!);
  return { time: Float64Array.from(order, (k) => times[k]!), neuron: Uint32Array.from(order, (k) => neurons[k]!) };
}

interface Arrival {
  readonly time: number;
  readonly sent: number;
  readonly synapse: number;
}

/** Binary heap by (time, order of sending). */
class Queue {
  readonly #heap: Arrival[] = [];

  push(time: number, sent: number, synapse: number): void {
    const heap = this.#heap;
    const arrival = { time, sent, synapse };
    let place = heap.push(arrival) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(arrival, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = arrival;
  }

  pop(): Arrival | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

function before(a: Arrival, b: Arrival): boolean {
  return a.time < b.time || (a.time === b.time && a.sent < b.sent);
}
