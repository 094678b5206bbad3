/** Recordings of probes in a run directory, read back. */
import { join } from 'node:path';
import { CardError } from '../base/index.ts';
import type { SampleRows, SpikeColumns } from '../model/recording.ts';
import type { RecordingFiles, StimulusFiles } from '../model/index.ts';
import { readNpy } from './npy.ts';
import { inside, readSpikes } from './spikes.ts';

/** Reads a recording named by a run record. Throws CardError when its files do not fit together or lie outside the run directory. */
export async function readRecording(directory: string, files: RecordingFiles): Promise<SampleRows> {
  const [values, tick, neuron] = await Promise.all(
    [files.values, files.tick, files.neuron].map(async (name) => readNpy(inside(directory, name))),
  );
  const fits = values!.data instanceof Float32Array && tick!.data instanceof Float64Array && neuron!.data instanceof Uint32Array;
  if (!fits || values!.data.length !== tick!.data.length * neuron!.data.length) {
    throw new CardError([
      {
        file: join(directory, files.values),
        found: `${String(values!.data.length)} values of ${String(neuron!.data.length)} neurons at ${String(tick!.data.length)} times`,
        expected: 'a value for every neuron and time',
      },
    ]);
  }
  return {
    probe: files.probe,
    circuits: neuron!.data as Uint32Array,
    tick: tick!.data as Float64Array,
    values: values!.data as Float32Array,
  };
}

/** Stimuli of a run, read back: events by source, and changes of currents by neuron. */
export interface StimulusColumns {
  readonly sources: number;
  readonly neurons: number;
  readonly events: SpikeColumns;
  readonly currents?: SpikeColumns & { readonly depolarisation: Float64Array };
}

/** Throws CardError as readRecording does. */
export async function readStimulus(directory: string, { sources, neurons, events, currents }: StimulusFiles): Promise<StimulusColumns> {
  const read = { sources, neurons, events: await readSpikes(directory, events) };
  if (currents === undefined) return read;
  const columns = await readSpikes(directory, currents);
  const values = await readNpy(inside(directory, currents.values));
  if (!(values.data instanceof Float64Array) || values.data.length !== columns.tick.length)
    throw new CardError([
      { file: join(directory, currents.values), found: `${String(values.data.length)} values`, expected: 'a value for every change' },
    ]);
  return { ...read, currents: { ...columns, depolarisation: values.data } };
}
