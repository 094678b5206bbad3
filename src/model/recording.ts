/**
 * What an experiment gives back: spikes and samples as columns, times in integer ticks of hardware time.
 */
import { hashOfColumns, type Tick } from '../base/index.ts';

/** Spikes as columns of equal length, sorted by (tick, neuron). */
export interface SpikeColumns {
  /** Tick of each spike; safe integers. */
  readonly tick: Float64Array;
  /** Index of the neuron that spiked. */
  readonly neuron: Uint32Array;
}

/** Samples of one instrument or probe, one row per circuit. */
export interface SampleRows {
  /** `v` membrane voltage in V (a perfect probe), `cadc` and `madc` in LSB of that converter. */
  readonly probe: 'v' | 'cadc' | 'madc';
  /** Circuits, in the order of the rows. */
  readonly circuits: Uint32Array;
  /** Tick of each sample, common to all rows. */
  readonly tick: Float64Array;
  /** circuits.length x tick.length values, row after row. */
  readonly values: Float32Array;
}

/** Spike counters at the end of a run: what they show, and whether they have been full since the probe began. */
export interface CounterRows {
  readonly circuits: Uint32Array;
  readonly count: Uint32Array;
  readonly overflow: Uint8Array;
}

/** Correlation sensors of some synapses, read by the column ADC, LSB: row after row, rows.length x circuits.length values. */
export interface CorrelationRows {
  readonly rows: Uint32Array;
  readonly circuits: Uint32Array;
  readonly causal: Float32Array;
  readonly anticausal: Float32Array;
}

/** Everything that one run of a substrate produced. */
export interface Recording {
  readonly until: Tick;
  readonly ticksPerSecond: number;
  readonly spikes: SpikeColumns;
  readonly samples: readonly SampleRows[];
  readonly counters?: CounterRows;
  readonly correlation?: CorrelationRows;
}

/** SHA-256 of the event trace: spikes only, because samples are a matter of probes and must not change it. */
export function traceHash(spikes: SpikeColumns): string {
  return hashOfColumns([spikes.tick, spikes.neuron]);
}

/** Spikes sorted by (tick, neuron), from columns in any order. */
export function sortSpikes(spikes: SpikeColumns): SpikeColumns {
  const order = Uint32Array.from(spikes.tick, (_, i) => i).toSorted(
    (a, b) => spikes.tick[a]! - spikes.tick[b]! || spikes.neuron[a]! - spikes.neuron[b]!,
  );
  return { tick: Float64Array.from(order, (i) => spikes.tick[i]!), neuron: Uint32Array.from(order, (i) => spikes.neuron[i]!) };
}
