/**
 * Correlation sensors on the bench: what those of the stimulated rows hold at the end of a run, read by the column ADC. A synapse sees the events of its row and the spikes of its circuit;
 * sensors move no membrane, so they are worked out from both lists after the run, empty at its begin. Model: correlation.ts.
 */
import { InfeasibleError, secondsOf } from '../base/index.ts';
import type { ChipCard, CorrelationRows, CorrelationTrim, Probe, RowEvent, SpikeColumns } from '../model/index.ts';
import { voltageOfLsb, type ColumnAdc } from './cadc.ts';
import { correlationPlan, CorrelationSensors } from './correlation.ts';
import type { DieLayout } from './die-layout.ts';
import type { SensorFactors } from './shared-settings.ts';

/** Events and spikes of a run. */
export interface CorrelatedRun {
  readonly events: readonly RowEvent[];
  readonly spikes: SpikeColumns;
  readonly ticksPerSecond: number;
}

/** Readings of the probe's circuits; `conversion` numbers the conversions of the die. Throws InfeasibleError for a card without sensors. */
export function readSensors(
  card: ChipCard,
  die: DieLayout,
  { events, spikes, ticksPerSecond }: CorrelatedRun,
  { circuits, from }: Probe,
  { trim, currents }: { readonly trim: CorrelationTrim | undefined; readonly currents: SensorFactors | undefined },
  adc: ColumnAdc,
  conversion: () => number,
): CorrelationRows {
  const { correlation } = card.synapse;
  if (correlation === undefined) throw new InfeasibleError(`${card.name} has no correlation sensors (synapse.correlation)`);
  const { neurons_per_core, rows_per_core } = card.geometry;
  const rows = Uint32Array.from([...new Set(events.map(({ row }) => row))].toSorted((a, b) => a - b));
  const columns = circuits.length;
  // synapses row after row of the probe; a sensor stands in a local row and a local circuit of the probe
  const synapse = (k: number): readonly [row: number, circuit: number] => [rows[Math.floor(k / columns)]!, circuits[k % columns]!];
  const size = rows.length * columns;
  const per = (value: (row: number, circuit: number) => number): number[] => Array.from({ length: size }, (_, k) => value(...synapse(k)));
  const plan = correlationPlan(
    { ...card, synapse: { ...card.synapse, correlation: { ...correlation, sensors: 'on' } } },
    die,
    per((row, c) => Math.floor(c / neurons_per_core.value) * rows_per_core.value + row),
    Uint32Array.from(per((_, c) => c)),
    trim && {
      amplitude: Uint8Array.from(per((row, c) => trim.amplitude[row * die.neurons + c]!)),
      tau: Uint8Array.from(per((row, c) => trim.tau[row * die.neurons + c]!)),
    },
    currents,
  )!;
  const local = {
    row: Uint32Array.from({ length: size }, (_, k) => Math.floor(k / columns)),
    circuit: Uint32Array.from({ length: size }, (_, k) => k % columns),
  };
  const sensors = new CorrelationSensors(plan, local, 0, columns);
  const localRow = new Map(Array.from(rows, (row, i) => [row, i]));
  const localCircuit = new Int32Array(die.neurons).fill(-1);
  circuits.forEach((circuit, i) => (localCircuit[circuit] = i));
  // spikes come in the order of time; of one instant the events come first
  const ordered = events.filter(({ tick }) => tick >= from).toSorted((a, b) => a.tick - b.tick);
  let next = 0;
  const eventsUntil = (end: number): void => {
    for (; next < ordered.length && ordered[next]!.tick <= end; next++) {
      const time = secondsOf(ordered[next]!.tick, ticksPerSecond);
      const first = localRow.get(ordered[next]!.row)! * columns;
      for (let i = 0; i < columns; i++) sensors.event(first + i, time);
    }
  };
  spikes.tick.forEach((tick, k) => {
    const circuit = localCircuit[spikes.neuron[k]!]!;
    if (circuit < 0 || tick < from) return;
    eventsUntil(tick);
    sensors.spike(circuit, secondsOf(tick, ticksPerSecond));
  });
  eventsUntil(Infinity);
  const held = sensors.readings();
  const voltages = new Float64Array(die.neurons);
  const read = (values: Float32Array): Float32Array => {
    const readings = new Float32Array(size);
    for (let r = 0; r < rows.length; r++) {
      circuits.forEach((circuit, i) => (voltages[circuit] = voltageOfLsb(card, values[r * columns + i]!)));
      adc.convert(conversion(), circuits, voltages, { values: readings, start: r * columns, stride: 1 });
    }
    return readings;
  };
  return { rows, circuits, causal: read(held.causal), anticausal: read(held.anticausal) };
}
