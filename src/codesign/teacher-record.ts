/** What every run of a teacher leaves: its spikes in columns and in `spikes.csv`, and what its record says of them and of each population. */
import { join } from 'node:path';
import { populationStatistics, spikeTrainsOf } from '../analysis/index.ts';
import { traceHash, type ReferencePopulation, type ReferenceRecord } from '../model/index.ts';
import type { Network } from '../network/index.ts';
import { TEACHER_TICKS_PER_SECOND, type PreciseSpikes } from '../reference/index.ts';
import { writeCsv, writeNpy, writeSpikes } from '../store/index.ts';

/** Neurons by population: all that a recording of spikes must know of its network. */
type Populations = Pick<Network, 'populations' | 'count'>;

/** Correlations are those of the first neurons of a population: pairs grow as the square. */
const CORRELATED = 200;

/** Writes the spikes into the run directory; the answer is the record's part about them. */
export async function writeTeacherSpikes(
  directory: string,
  network: Populations,
  spikes: PreciseSpikes,
): Promise<Pick<ReferenceRecord['result'], 'raster' | 'fraction' | 'traceHash'>> {
  const columns = { tick: spikes.ticks, neuron: spikes.neurons };
  const raster = { teacher: await writeSpikes(directory, 'teacher', columns), ticksPerSecond: TEACHER_TICKS_PER_SECOND, speedUp: 1 };
  const fraction = 'teacher.fraction.npy';
  await writeNpy(join(directory, fraction), { type: 'f8', shape: [spikes.fractions.length], data: spikes.fractions });
  await writeSpikeCsv(directory, network, spikes);
  return { raster, fraction, traceHash: traceHash(columns) };
}

/** A row per spike. */
async function writeSpikeCsv(directory: string, network: Populations, { ticks, fractions, neurons }: PreciseSpikes): Promise<void> {
  const populationOf = network.populations.flatMap(({ name, count }) => Array.from({ length: count }, () => name));
  const perMs = TEACHER_TICKS_PER_SECOND / 1000;
  const rows = Array.from(ticks, (tick, i) => ({
    time_ms: (tick + fractions[i]!) / perMs,
    neuron: neurons[i]!,
    population: populationOf[neurons[i]!]!,
  }));
  await writeCsv(join(directory, 'spikes.csv'), rows);
}

/** What a record says of each population. */
export function populationsOf(network: Populations, spikes: PreciseSpikes, warmUp: number, until: number): ReferencePopulation[] {
  const trains = spikeTrainsOf(spikes.ticks, spikes.neurons, network.count, 1 / TEACHER_TICKS_PER_SECOND);
  return network.populations.map(({ name, first, count }) => {
    const times = trains.times.slice(first, first + count);
    const correlated = times.slice(0, CORRELATED);
    const end = until / TEACHER_TICKS_PER_SECOND;
    const { meanRate, cv } = populationStatistics({ count, times }, warmUp, end);
    return {
      name,
      neurons: count,
      spikes: times.reduce((sum, train) => sum + train.length, 0),
      meanRate,
      cv,
      correlation: populationStatistics({ count: correlated.length, times: correlated }, warmUp, end).correlation,
    };
  });
}
