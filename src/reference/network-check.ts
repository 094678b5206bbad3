/** Is a network what it claims to be? Table and event columns are checked once before a run, so that the engine below can trust every index. */
import { InfeasibleError } from '../base/index.ts';
import type { ExternalEvents, NetworkOptions, NetworkState, SynapseTable } from './network-types.ts';

/** Throws InfeasibleError unless `table` has `sources` rows, targets below `neurons`, finite amplitudes and integer delays of at least `minimumDelay` ticks. */
export function checkTable(name: string, table: SynapseTable, sources: number, neurons: number, minimumDelay: number): void {
  const { offsets, targets, amplitudes, delayTicks } = table;
  const synapses = targets.length;
  if (offsets.length !== sources + 1) {
    throw new InfeasibleError(
      `${name}.offsets: found ${String(offsets.length)} entries, expected ${String(sources + 1)} (sources and one more)`,
    );
  }
  if (amplitudes.length !== synapses || delayTicks.length !== synapses) {
    throw new InfeasibleError(
      `${name}: ${String(synapses)} targets, ${String(amplitudes.length)} amplitudes and ${String(delayTicks.length)} delays, expected equally many`,
    );
  }
  if (offsets[0] !== 0 || offsets[sources] !== synapses || offsets.some((offset, i) => i > 0 && offset < offsets[i - 1]!)) {
    throw new InfeasibleError(`${name}.offsets: expected to rise from 0 to the ${String(synapses)} synapses`);
  }
  for (let i = 0; i < synapses; i++) {
    const delay = delayTicks[i]!;
    if (targets[i]! >= neurons)
      throw new InfeasibleError(`${name}: target ${String(targets[i])} of synapse ${String(i)}, expected below ${String(neurons)}`);
    if (!Number.isFinite(amplitudes[i]!))
      throw new InfeasibleError(`${name}: amplitude ${String(amplitudes[i])} of synapse ${String(i)}, expected a finite number`);
    if (!Number.isSafeInteger(delay) || delay < minimumDelay) {
      throw new InfeasibleError(
        `${name}: delay of synapse ${String(i)}: found ${String(delay)}, expected an integer of at least ${String(minimumDelay)} ticks`,
      );
    }
  }
}

/** Throws InfeasibleError unless the events are integer ticks of rows that exist. */
export function checkStimulus(events: ExternalEvents, external: SynapseTable | undefined): void {
  const { ticks, sources } = events;
  const rows = external === undefined ? 0 : external.offsets.length - 1;
  if (ticks.length !== sources.length) {
    throw new InfeasibleError(`events: ${String(ticks.length)} ticks and ${String(sources.length)} sources, expected equally many`);
  }
  for (let i = 0; i < ticks.length; i++) {
    if (!Number.isSafeInteger(ticks[i]!))
      throw new InfeasibleError(`events: tick ${String(ticks[i])} of event ${String(i)}, expected an integer`);
    if (!(sources[i]! >= 0 && sources[i]! < rows)) {
      throw new InfeasibleError(
        `events: source ${String(sources[i])} of event ${String(i)}, expected one of ${String(rows)} rows of the external table`,
      );
    }
  }
}

/** Throws InfeasibleError unless the run ends after it begins, starts from a state of this many neurons, and probes neurons that exist, each once. */
export function checkRun(options: NetworkOptions<object>, initial: NetworkState<object>, neurons: number): void {
  const { until, probes } = options;
  if (!Number.isSafeInteger(until) || until < initial.tick) {
    throw new InfeasibleError(`until: found ${String(until)}, expected an integer tick at or after ${String(initial.tick)}`);
  }
  for (const column of [...Object.values(initial.neurons), initial.eventTicks, initial.eventFractions] as Float64Array[]) {
    if (column.length !== neurons)
      throw new InfeasibleError(`initial: a state of ${String(column.length)} neurons, expected ${String(neurons)}`);
  }
  if (probes === undefined) return;
  if (!Number.isSafeInteger(probes.intervalTicks) || probes.intervalTicks < 1) {
    throw new InfeasibleError(`probes.intervalTicks: found ${String(probes.intervalTicks)}, expected an integer of at least 1`);
  }
  if (new Set(probes.neurons).size !== probes.neurons.length || probes.neurons.some((n) => !(n >= 0 && n < neurons))) {
    throw new InfeasibleError(`probes.neurons: expected different neurons below ${String(neurons)}`);
  }
}
