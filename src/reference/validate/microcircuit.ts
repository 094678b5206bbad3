/**
 * The cortical microcircuit against its publication: 77,169 neurons and 0.3 billion synapses (at a scale of 1), one biological second after its initial state. Told is what it
 * costs to build, to run and to hold in memory, and the mean rate of every population over the second half of that second beside the published one.
 * Source: Potjans and Diesmann 2014; rates as the INM-6 model description gives them (known-networks.ts).
 */
import { MICROCIRCUIT_RATES, microcircuitNetwork } from '../grid/known-networks.ts';
import { ParallelGrid } from '../grid/parallel-grid.ts';
import { bar, type CaseBar } from './case.ts';

/** What is run, and what only the process around can tell. */
export interface MicrocircuitRequest {
  /** Of neurons and in-degrees, above 0, at most 1. */
  readonly scale: number;
  readonly seed: number;
  readonly workers: number;
  /** s, of the wall. */
  readonly elapsed: () => number;
  /** Bytes, the most that the process has had. */
  readonly peakMemory: () => number;
  readonly progress?: (what: string) => void;
}

/** What came out. */
export interface MicrocircuitValidation {
  readonly neurons: number;
  readonly synapses: number;
  readonly bytesPerSynapse: number;
  readonly workers: number;
  readonly seed: number;
  readonly buildSeconds: number;
  readonly runSeconds: number;
  /** Bytes. */
  readonly peakMemory: number;
  readonly populations: readonly { readonly name: string; readonly size: number; readonly rate: number; readonly published: number }[];
  readonly bars: readonly CaseBar[];
  readonly passed: boolean;
}

const STEPS = 10_000; // of 0.1 ms: 1 s
const SETTLED = STEPS / 2;
const SECONDS_TO_BUILD = 600;
const SECONDS_TO_RUN = 300;
const GIGABYTES = 6;
const RATE_DIFFERENCE = 0.15;

/** Builds and runs the network on `workers` threads with Poisson drive. Throws InfeasibleError for a scale that is not in (0, 1]. */
export async function validateMicrocircuit(request: MicrocircuitRequest): Promise<MicrocircuitValidation> {
  const { scale, seed, workers, elapsed, peakMemory, progress } = request;
  progress?.('building');
  const begun = elapsed();
  const known = microcircuitNetwork({ scale, background: 'poisson', seed });
  const net = await ParallelGrid.open(known, seed, workers);
  try {
    const buildSeconds = elapsed() - begun;
    progress?.(`running, built in ${buildSeconds.toFixed(1)} s`);
    const { steps, neurons } = await net.run(STEPS);
    const runSeconds = elapsed() - begun - buildSeconds;
    const memory = peakMemory();
    const spikes = countsOf(known.sizes, steps, neurons);
    const populations = known.names.map((name, p) => {
      const rate = spikes[p]! / known.sizes[p]! / ((STEPS - SETTLED) * 1e-4);
      return { name, size: known.sizes[p]!, rate, published: MICROCIRCUIT_RATES[p]! };
    });
    const bars = [
      bar('build', SECONDS_TO_BUILD, buildSeconds, 's'),
      bar('a biological second', SECONDS_TO_RUN, runSeconds, 's'),
      bar('peak memory', GIGABYTES, memory / 1e9, 'GB'),
      bar('bytes a synapse', 6, net.bytesPerSynapse, ''),
      // the published rates are those of the full network; a scaled one has other correlations, and NEST too finds it slower
      ...(scale === 1 ? populations : []).map(({ name, rate, published }) =>
        bar(`rate of ${name} off the published one`, RATE_DIFFERENCE, Math.abs(rate / published - 1), 'of it'),
      ),
    ];
    return {
      neurons: known.sizes.reduce((sum, size) => sum + size, 0),
      synapses: net.synapses,
      bytesPerSynapse: net.bytesPerSynapse,
      workers,
      seed,
      buildSeconds,
      runSeconds,
      peakMemory: memory,
      populations,
      bars,
      passed: bars.every(({ passed }) => passed),
    };
  } finally {
    await net.close();
  }
}

/** Spikes of each population in the second half. */
function countsOf(sizes: readonly number[], steps: Uint32Array, neurons: Uint32Array): number[] {
  const ends = sizes.map((_, p) => sizes.slice(0, p + 1).reduce((sum, size) => sum + size, 0));
  const counts = sizes.map(() => 0);
  for (let i = 0; i < steps.length; i++) if (steps[i]! >= SETTLED) counts[ends.findIndex((end) => neurons[i]! < end)]!++;
  return counts;
}
