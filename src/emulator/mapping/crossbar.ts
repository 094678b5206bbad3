/**
 * The event crossbar of a chip: which events reach which buses of synapse drivers, and which leave the chip.
 *   inputs   outputs of neuron events (an equal share of the circuits each), links from outside (external inputs in turns), background generators
 *   outputs  buses to synapse drivers, links to the outside
 *   node     (input, output) passes an event iff (label AND mask) = target; an event that no node of its input passes is dropped and counted there; each output counts what it is sent
 * Labels (ours): of a neuron its circuit, of an external input its number among those that are no generators, of a generator the number of the neuron that it addresses; bits above
 * `label_bits` are cut off. Buses: the rows of a core are shared out evenly, the two halves of the cores have buses of their own where their number is even: so a 512 x 256 array of two halves, cut
 * into cores, has the four buses of each half.
 * Labels and rows are fixed, so a closed node takes synapses out of the tables once, and the counters follow from how often each source had an event. With `event_interval` d the n-th event of an output, at time t_n, leaves at s_n = max(t_n, s_(n-1) + d); waits are s_n - t_n. With a `queue` of depth q it is dropped where s_n - t_n > q d. At the buses waits act on
 * synapses (bus-queues.ts); at links to the outside nothing on this chip hears when an event leaves, so they are worked off here, after the run. Without a queue waits are told and not acted on.
 * Times are those at which events enter the crossbar: ticks of spikes and of stimuli.
 * Source of the layout and of the rule: halco and haldls routing_crossbar.h (facts of the card).
 */
import { DEFAULT_TICKS_PER_SECOND } from '../../base/index.ts';
import type { ChipCard, CrossbarCounts, OutputContention, WorkloadCard } from '../../model/index.ts';
import type { Network, StimulusEvents } from '../../network/index.ts';
import type { Binding } from './binding.ts';

/** Where an external input enters: the number of a background generator, or -1 for a link. */
export type InputPorts = Int32Array;

/** Where the external inputs of a network enter: sources of the n-th background generator of its workload by that generator, all others by links. */
export function inputPorts({ stimuli }: Pick<WorkloadCard, 'stimuli'>, { inputs }: Pick<Network, 'inputs'>): InputPorts {
  const ports = new Int32Array(inputs.count).fill(-1);
  let generator = 0;
  stimuli.forEach(({ kind }, i) => {
    if (kind === 'background') ports.fill(generator++, inputs.stimulusStart[i], inputs.stimulusStart[i + 1]);
  });
  return ports;
}

/** A crossbar as it was set: what every source reaches. */
export interface CrossbarTable {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Input of each source, neurons first. */
  readonly inputOf: Int32Array;
  /** Whether a source reaches an output: one row of `outputs.length` per source. */
  readonly reaches: Uint8Array;
  /** Time that an output takes for an event, s; absent where the card does not say. */
  readonly interval: number | undefined;
  /** Events that may wait at an output; absent where none is dropped. */
  readonly queue: number | undefined;
  /** Synapses that each source has behind closed nodes. */
  readonly closed: Uint32Array;
}

/** The binding without the synapses that no event reaches, and the crossbar of the card; the binding itself where the card has none. */
export function throughCrossbar(
  card: ChipCard,
  binding: Binding,
  ports: InputPorts,
): { readonly binding: Binding; readonly table: CrossbarTable | undefined } {
  const { crossbar } = card;
  if (crossbar === undefined) return { binding, table: undefined };
  const { rowStart, row } = binding.synapses;
  const neurons = binding.circuitOf.length;
  const sources = rowStart.length - 1;
  const shape = shapeOf(card);
  const nodes = nodesOf(card, shape);
  const outputs = shape.buses + shape.links;
  const inputOf = new Int32Array(sources);
  const reaches = new Uint8Array(sources * outputs);
  const closed = new Uint32Array(sources);
  const kept: number[] = [];
  const starts = [0];
  const cut = 2 ** crossbar.label_bits.value - 1;
  const circuits = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const first = new Map<number, number>();
  let external = 0;
  for (let source = 0; source < sources; source++) {
    const port = source < neurons ? -1 : ports[source - neurons]!;
    let number: number;
    if (source < neurons) {
      number = binding.circuitOf[source]!;
      inputOf[source] = Math.floor((number * shape.neurons) / circuits);
    } else if (port >= 0) {
      if (!first.has(port)) first.set(port, source);
      number = source - first.get(port)!;
      inputOf[source] = shape.neurons + shape.links + port;
    } else {
      number = external++;
      inputOf[source] = shape.neurons + (number % shape.links);
    }
    const label = number & cut;
    for (let output = 0; output < outputs; output++) {
      const node = nodes[inputOf[source]! * outputs + output];
      if (node !== undefined && (label & node.mask) === node.target) reaches[source * outputs + output] = 1;
    }
    for (let k = rowStart[source]!; k < rowStart[source + 1]!; k++) {
      if (reaches[source * outputs + busOf(card, shape, row[k]!)] === 1) kept.push(k);
      else closed[source]!++;
    }
    starts.push(kept.length);
  }
  const take = <A extends Uint32Array | Float64Array | Int8Array>(column: A): A =>
    (column.constructor as unknown as { from(list: number[], map: (k: number) => number): A }).from(kept, (k) => column[k]!);
  const { circuit, code, sign } = binding.synapses;
  return {
    binding: {
      ...binding,
      synapses: { rowStart: Uint32Array.from(starts), circuit: take(circuit), code: take(code), sign: take(sign), row: take(row) },
    },
    table: {
      inputs: inputNames(shape),
      outputs: outputNames(shape),
      inputOf,
      reaches,
      closed,
      interval: crossbar.event_interval?.value,
      queue: crossbar.queue?.value,
    },
  };
}

/** What the counters of the crossbar show after a run. Conservation: at every input events = dropped + passed, and what the outputs were sent is what was passed, once for each output. */
export function crossbarCounts(
  { inputs, outputs, inputOf, reaches, closed, interval, queue }: CrossbarTable,
  spikes: { readonly neuron: Uint32Array; readonly tick: ArrayLike<number> },
  stimulus: StimulusEvents,
  neurons: number,
  until: number,
): CrossbarCounts {
  const events = new Float64Array(inputOf.length);
  for (const neuron of spikes.neuron) events[neuron]!++;
  for (let k = 0; k < stimulus.tick.length && stimulus.tick[k]! < until; k++) events[neurons + stimulus.source[k]!]!++;
  const came = new Float64Array(inputs.length);
  const dropped = new Float64Array(inputs.length);
  const sent = new Float64Array(outputs.length);
  let synapticEventsBlocked = 0;
  for (let source = 0; source < inputOf.length; source++) {
    const times = events[source]!;
    const input = inputOf[source]!;
    came[input]! += times;
    synapticEventsBlocked += times * closed[source]!;
    let passes = false;
    for (let output = 0; output < outputs.length; output++) {
      if (reaches[source * outputs.length + output] === 0) continue;
      passes = true;
      sent[output]! += times;
    }
    if (!passes) dropped[input]! += times;
  }
  const contentionOf = (output: number): OutputContention => {
    const through = (source: number): boolean => reaches[source * outputs.length + output] === 1;
    const ticks = [
      ...Array.from(spikes.neuron.keys())
        .filter((k) => through(spikes.neuron[k]!))
        .map((k) => spikes.tick[k]!),
      ...Array.from(stimulus.tick.keys())
        .filter((k) => stimulus.tick[k]! < until && through(neurons + stimulus.source[k]!))
        .map((k) => stimulus.tick[k]!),
    ];
    return contention(Float64Array.from(ticks).toSorted(), interval!, until, queue);
  };
  return {
    inputs: inputs.map((name, i) => ({ name, events: came[i]!, dropped: dropped[i]! })),
    outputs: outputs.map((name, i) => ({
      name,
      events: sent[i]!,
      ...(interval !== undefined && { contention: contentionOf(i) }),
    })),
    synapticEventsBlocked,
  };
}

/** What a bus with a queue has seen during a run; waits in ticks. */
export interface BusCounts {
  readonly served: number;
  readonly waited: number;
  readonly dropped: number;
  readonly longest: number;
  /** Pieces of it that were there to serve. */
  readonly pieces: number;
}

/** The counters with those of buses whose events waited during the run: every core has a piece of a bus of its own. */
export function withQueues(
  counts: CrossbarCounts,
  buses: readonly BusCounts[] | undefined,
  interval: number,
  until: number,
): CrossbarCounts {
  if (buses === undefined) return counts;
  const length = interval * DEFAULT_TICKS_PER_SECOND;
  return {
    ...counts,
    outputs: counts.outputs.map((output, i) => {
      const bus = buses[i];
      if (bus === undefined) return output;
      const { waited, dropped, served, longest, pieces } = bus;
      const busy = until === 0 || pieces === 0 ? 0 : (served * length) / (until * pieces);
      return { ...output, contention: { waited, dropped, longestWait: longest / DEFAULT_TICKS_PER_SECOND, busy } };
    }),
  };
}

/** Events at these ticks, in order, at an output that takes one in `interval` seconds, over `until` ticks; `queue`: so many may wait, more are dropped (absent: all wait). */
export function contention(ticks: Float64Array, interval: number, until: number, queue?: number): OutputContention {
  const length = interval * DEFAULT_TICKS_PER_SECOND;
  let free = -Infinity;
  let [waited, dropped, longest] = [0, 0, 0];
  for (const tick of ticks) {
    const start = Math.max(tick, free);
    if (queue !== undefined && start - tick > queue * length) {
      dropped++;
      continue;
    }
    if (start > tick) waited++;
    longest = Math.max(longest, start - tick);
    free = start + length;
  }
  const busy = until === 0 ? 0 : ((ticks.length - dropped) * length) / until;
  return { waited, longestWait: longest / DEFAULT_TICKS_PER_SECOND, ...(queue !== undefined && { dropped }), busy };
}

interface Shape {
  readonly neurons: number;
  readonly links: number;
  readonly background: number;
  readonly buses: number;
}

function shapeOf({ crossbar, background }: ChipCard): Shape {
  const { neuron_outputs: neurons, links, buses } = crossbar!;
  return { neurons: neurons.value, links: links.value, background: background?.sources.value ?? 0, buses: buses.value };
}

function inputNames({ neurons, links, background }: Shape): string[] {
  return [...named('neurons', neurons), ...named('link', links), ...named('background', background)];
}

function outputNames({ buses, links }: Shape): string[] {
  return [...named('bus', buses), ...named('link', links)];
}

function named(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${kind} ${String(i)}`);
}

interface Comparison {
  readonly mask: number;
  readonly target: number;
}

/** Nodes by input and output; undefined where closed. */
function nodesOf({ crossbar }: ChipCard, shape: Shape): (Comparison | undefined)[] {
  const outputs = shape.buses + shape.links;
  const nodes: (Comparison | undefined)[] = [];
  const inputs = {
    neurons: [0, shape.neurons],
    links: [shape.neurons, shape.links],
    background: [shape.neurons + shape.links, shape.background],
  } as const;
  const targets = { buses: [0, shape.buses], links: [shape.buses, shape.links] } as const;
  // the card was checked for numbers that are not there
  for (const { from, input, to, output, mask, target } of crossbar!.nodes) {
    for (const p of range(inputs[from], input)) for (const q of range(targets[to], output)) nodes[p * outputs + q] = { mask, target };
  }
  return nodes;
}

/** The numbers from `first` on, or the one that is asked for. */
function range([first, count]: readonly [number, number], asked: number | undefined): number[] {
  return asked === undefined ? Array.from({ length: count }, (_, k) => first + k) : [first + asked];
}

/** Bus of a synapse row over all cores, on a card with a crossbar. */
export function busesOf(card: ChipCard): (row: number) => number {
  const shape = shapeOf(card);
  return (row) => busOf(card, shape, row);
}

/** Bus that serves a synapse row. */
function busOf({ geometry }: ChipCard, { buses }: Shape, row: number): number {
  const rows = geometry.rows_per_core.value;
  const halves = buses % 2 === 0 && geometry.cores.value > 1 ? 2 : 1;
  const share = buses / halves;
  const core = Math.floor(row / rows);
  const half = halves === 2 && core >= geometry.cores.value / 2 ? 1 : 0;
  return half * share + Math.min(Math.floor(((row % rows) * share) / rows), share - 1);
}
