export { writeAtomically } from './atomic.ts';
export { clearCheckpoint, readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint.ts';
export { toCsv, writeCsv } from './csv.ts';
export { writeHdf5, type Hdf5Attribute, type Hdf5Data, type Hdf5Set, type Hdf5Tree } from './hdf5-write.ts';
export { openHdf5, type Hdf5File, type Hdf5Numbers, type Hdf5Options } from './hdf5.ts';
export { mergeShards, openShard, readShard, type Merged, type PointLine, type ShardWriter } from './ndjson.ts';
export { makeFolder } from './make-folder.ts';
export { encodeNpy, readNpy, writeNpy, type NpyArray, type NpyData, type NpyType } from './npy.ts';
export { readyResults, writeParquet, writeResults } from './parquet.ts';
export { columnsOf, type Cell, type Row } from './rows.ts';
export {
  openRunDirectory,
  peekRunDirectory,
  planHashOf,
  RUN_RECORD,
  type RunDirectory,
  type RunDirectoryOptions,
  type RunState,
} from './run-directory.ts';
export { exactText, exactValue } from './exact.ts';
export { StepJournal } from './journal.ts';
export { readRecording, readStimulus, type StimulusColumns } from './recordings.ts';
export { readRunRecord, writeRunRecord } from './run-record.ts';
export { readSpikes, writeSpikes } from './spikes.ts';
export { formatStats, writeStats, type Statistic } from './stats.ts';
export { readSpikeText, spikeCsv } from './spike-files/text.ts';
export { readSpikeFile, SPIKE_FORMATS, writeSpikeFile, type SpikeFormat } from './spike-files/files.ts';
export type { SpikeTable } from './spike-files/table.ts';
export { runSpikes, runTables, SPIKE_TRAINS, type SpikeTrain } from './spike-files/run.ts';
