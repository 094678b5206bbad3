/** Recordings of probes in a run directory, read back. */
import { join } from 'node:path';
import { CardError } from '../base/index.ts';
import type { SampleRows } from '../model/recording.ts';
import type { RecordingFiles } from '../model/results.ts';
import { readNpy } from './npy.ts';
import { inside } from './spikes.ts';

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
