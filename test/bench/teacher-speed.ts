/** What the teacher costs: known networks on the grid kernel, and the AdEx neuron in mode precise. CPU time. */
import { GridNet } from '../../src/kernels/grid-net.ts';
import { brunelNetwork, microcircuitNetwork, ParallelGrid, runCell, type CellCase } from '../../src/reference/index.ts';

const STEP = 1e-4; // s

export interface NetworkRow {
  readonly name: string;
  readonly neurons: number;
  readonly synapses: number;
  readonly bytesPerSynapse: number;
  readonly buildSeconds: number; // CPU
  readonly secondsPerSecond: number; // CPU per biological second
  readonly eventsPerSecond: number; // recurrent synaptic events per CPU second
  readonly rates: readonly number[]; // 1/s by population, after half of the run
  readonly peakMemory: number; // bytes, of the process
}

type Known = ReturnType<typeof brunelNetwork>;

function network(name: string, { populations, projections, sizes }: Known, seconds: number): NetworkRow {
  let begun = cpu();
  const net = new GridNet(populations, projections, 1);
  const buildSeconds = cpu() - begun;
  const steps = Math.round(seconds / STEP);
  const population = sizes.flatMap((size, p) => Array.from({ length: size }, () => p));
  const late = sizes.map(() => 0);
  let spikes = 0;
  begun = cpu();
  net.run(steps, ({ steps: when, neurons }) => {
    spikes += neurons.length;
    for (let i = 0; i < neurons.length; i++) if (when[i]! >= steps / 2) late[population[neurons[i]!]!]!++;
  });
  const used = cpu() - begun;
  const perSpike = net.synapses / net.neurons;
  return {
    name,
    neurons: net.neurons,
    synapses: net.synapses,
    bytesPerSynapse: net.bytesPerSynapse,
    buildSeconds,
    secondsPerSecond: used / seconds,
    eventsPerSecond: (spikes * perSpike) / used,
    rates: late.map((count, p) => count / sizes[p]! / (seconds / 2)),
    peakMemory: process.resourceUsage().maxRSS * 1024,
  };
}

/** Brunel's network of 10,000 neurons with 10 million synapses, asynchronous irregular. */
export const brunel = (seconds: number): NetworkRow =>
  network('Brunel, N = 10,000', brunelNetwork({ neurons: 10_000, g: 5, eta: 2 }), seconds);

/** The cortical microcircuit with Poisson drive. */
export const microcircuit = (scale: number, seconds: number): NetworkRow =>
  network(`microcircuit, ${String(scale * 100)} %`, microcircuitNetwork({ scale, background: 'poisson', seed: 1 }), seconds);

export interface ThreadsRow {
  readonly name: string;
  readonly seconds: readonly number[]; // wall per biological second on 1 and 2 threads
  readonly cpu: readonly number[];
}

/** One network on one and on two threads, building apart. */
export async function threads(scale: number, seconds: number): Promise<ThreadsRow> {
  const known = microcircuitNetwork({ scale, background: 'poisson', seed: 1 });
  const wall: number[] = [];
  const used: number[] = [];
  for (const workers of [1, 2]) {
    const parts = await ParallelGrid.open(known, 1, workers);
    await parts.run(100);
    const [begun, before] = [performance.now(), cpu()];
    await parts.run(Math.round(seconds / STEP));
    wall.push((performance.now() - begun) / 1000 / seconds);
    used.push((cpu() - before) / seconds);
    await parts.close();
  }
  return { name: `microcircuit, ${String(scale * 100)} %`, seconds: wall, cpu: used };
}

const BRETTE_GERSTNER = {
  C_m: 281,
  g_L: 30,
  E_L: -70.6,
  V_th: -50.4,
  Delta_T: 2,
  a: 4,
  tau_w: 144,
  b: 80.5,
  V_reset: -70.6,
  V_peak: 0,
  t_ref: 0,
};
const TONIC = { C_m: 200, g_L: 10, E_L: -70, V_th: -50, Delta_T: 2, a: 2, tau_w: 30, b: 0, V_reset: -58, V_peak: 0, t_ref: 0 };

export interface AdexRow {
  readonly name: string;
  readonly rate: number; // 1/s
  readonly microsecondsPerMs: number; // CPU us per neuron and biological ms
}

/** AdEx in mode precise at its default tolerance, a constant current and no events. */
export function adexRows(): AdexRow[] {
  return (
    [
      ['Brette and Gerstner, 700 pA', BRETTE_GERSTNER, 700],
      ['Brette and Gerstner, 1000 pA', BRETTE_GERSTNER, 1000],
      ['tonic of Naud et al., 500 pA', TONIC, 500],
    ] as const
  ).map(([name, parameters, current]) => {
    const experiment: CellCase = { model: 'adex', parameters, duration: 1000, currentSteps: [[0, current]] };
    const turns = Array.from({ length: 9 }, () => {
      const begun = cpu();
      for (let k = 0; k < 10; k++) runCell(experiment);
      return ((cpu() - begun) * 1e6) / 10_000;
    });
    return { name, rate: runCell(experiment).spikes.length, microsecondsPerMs: turns.toSorted((a, b) => a - b)[4]! };
  });
}

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
