/** Recordings of an emulation as files of its run directory: `NAME.npy` with ticks and neurons beside it, and tables as Parquet. */
import { join } from 'node:path';
import type { CorrelationReadings, EffectiveSynapses } from '../chip/index.ts';
import type { Binding } from '../emulator/index.ts';
import type { ChipCard, RecordingFiles, SampleRows, SpikeColumns, StimulusFiles } from '../model/index.ts';
import type { CurrentChanges, Network, StimulusEvents } from '../network/index.ts';
import { writeNpy, writeParquet, writeSpikes } from '../store/index.ts';

/** A synapse as it is on one die; `source` from the number of neurons on is an external input. */
export interface SynapseRow {
  readonly source: number;
  readonly neuron: number;
  readonly circuit: number;
  readonly row: number;
  readonly sign: number;
  readonly code: number;
  /** Step of dV/dt that an event makes on a circuit without mismatch and on this die, V/s. */
  readonly nominal: number;
  readonly drive: number;
}

/** Every bound synapse with its code and its true strength. */
export function weightsOf(card: ChipCard, { synapses, targets, neuronOf }: Binding, { drive }: EffectiveSynapses): SynapseRow[] {
  const top = 2 ** card.synapse.weight_bits.value - 1;
  const rows: SynapseRow[] = [];
  for (let source = 0; source + 1 < synapses.rowStart.length; source++) {
    for (let k = synapses.rowStart[source]!; k < synapses.rowStart[source + 1]!; k++) {
      const circuit = synapses.circuit[k]!;
      const sign = synapses.sign[k]!;
      const full = (sign > 0 ? targets.driveExcitatory : targets.driveInhibitory)[circuit]!;
      const code = synapses.code[k]!;
      rows.push({
        source,
        neuron: neuronOf[circuit]!,
        circuit,
        row: synapses.row[k]!,
        sign,
        code,
        nominal: (code / top) * full,
        drive: drive[k]!,
      });
    }
  }
  return rows;
}

const UNITS = { v: 'V', madc: 'LSB', cadc: 'LSB' } as const;

/** Writes recordings into a run directory; the answer goes into the run record. */
export async function writeRecordings(directory: string, recorded: readonly SampleRows[], parquet: boolean): Promise<RecordingFiles[]> {
  const files: RecordingFiles[] = [];
  for (const [i, { probe, circuits, tick, values }] of recorded.entries()) {
    const twin = recorded.some((other, j) => other.probe === probe && j !== i);
    const name = twin ? `${probe}-${String(circuits[0])}` : probe;
    const file = { name, probe, unit: UNITS[probe], values: `${name}.npy`, tick: `${name}.tick.npy`, neuron: `${name}.neuron.npy` };
    await writeNpy(join(directory, file.values), { type: 'f4', shape: [circuits.length, tick.length], data: values });
    await writeNpy(join(directory, file.tick), { type: 'u8', shape: [tick.length], data: tick });
    await writeNpy(join(directory, file.neuron), { type: 'u4', shape: [circuits.length], data: circuits });
    if (parquet) {
      const columns = Array.from(circuits, (neuron, row) => [`${probe}_${String(neuron)}`, row * tick.length] as const);
      const rows = Array.from(tick, (at, k) => ({
        tick: at,
        ...Object.fromEntries(columns.map(([column, from]) => [column, values[from + k]!])),
      }));
      await writeParquet(join(directory, `${name}.parquet`), rows);
    }
    files.push(file);
  }
  return files;
}

/** Writes spikes as `NAME.parquet` beside their columns: tick of hardware time, neuron of the workload. */
export async function writeSpikeTables(directory: string, trains: Readonly<Record<string, SpikeColumns>>): Promise<void> {
  for (const [name, { tick, neuron }] of Object.entries(trains))
    await writeParquet(
      join(directory, `${name}.parquet`),
      Array.from(tick, (at, k) => ({ tick: at, neuron: neuron[k]! })),
    );
}

/** Writes what came from outside: events by source and the targets of the sources, and currents where there are any. */
export async function writeStimulus(
  directory: string,
  { count, inputs }: Network,
  events: StimulusEvents,
  currents: CurrentChanges,
): Promise<StimulusFiles> {
  const files = {
    sources: inputs.count,
    neurons: count,
    events: await writeSpikes(directory, 'stimulus', { tick: events.tick, neuron: events.source }),
  };
  if (currents.tick.length === 0) return files;
  const { tick, neuron } = await writeSpikes(directory, 'stimulus-current', { tick: currents.tick, neuron: currents.neuron });
  const values = 'stimulus-current.npy';
  await writeNpy(join(directory, values), { type: 'f8', shape: [currents.tick.length], data: currents.depolarisation });
  return { ...files, currents: { tick, neuron, values } };
}

/** Writes `w.parquet`: a row per synapse, with the readings of its correlation sensors where they were asked for. */
export async function writeWeights(directory: string, rows: readonly SynapseRow[], correlation?: CorrelationReadings): Promise<string> {
  const sensors = (k: number): Record<string, number> =>
    correlation === undefined ? {} : { causal: correlation.causal[k]!, anticausal: correlation.anticausal[k]! };
  await writeParquet(
    join(directory, 'w.parquet'),
    rows.map((row, k) => ({ ...row, ...sensors(k) })),
  );
  return 'w.parquet';
}
