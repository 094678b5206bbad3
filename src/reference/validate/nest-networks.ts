/**
 * Small networks with frozen input, run by NEST: deterministic/<name>.json (parameters, currents, start), .edges.csv, .spikes.csv, .vm.csv.
 * iaf_psc_exp, iaf_psc_delta and aeif_cond_exp are run in `grid` mode; iaf_psc_exp_ps, whose spikes lie between grid points, in `precise` mode.
 */
import { z } from 'zod';
import { GridAdex } from '../grid/grid-adex.ts';
import { GridLifDelta, GridLifExp, stepsOf, type GridLifParameters } from '../grid/grid-lif.ts';
import { GridNetwork, rowsOf } from '../grid/grid-network.ts';
import type { GridBank } from '../grid/grid-bank.ts';
import { restingState, runNetwork, type LifNetwork } from '../network.ts';
import { bar, refused, verdictOf, type CaseBar, type TeacherCase } from './case.ts';

/** A network file; what is not listed is not read. */
export const NEST_FILE = z.object({
  name: z.string(),
  model: z.string(),
  params: z.record(z.string(), z.number()),
  N: z.number().int().positive().max(1e6),
  T: z.number().positive(),
  dt: z.number().positive(),
  I_e: z.array(z.number()),
  V0: z.array(z.number()),
});
export type NestFile = z.infer<typeof NEST_FILE>;

/** Tables beside it: rows of numbers below the header. */
export interface NestTables {
  readonly edges: readonly (readonly number[])[]; // pre, post, weight, delay (ms)
  readonly spikes: readonly (readonly number[])[]; // time (ms), neuron
  readonly voltages: readonly (readonly number[])[]; // time (ms), neuron, mV
}

const GRID_METHOD = 'grid as in NEST';
const TICKS_PER_MS = 1e6;

/** Runs one network. */
export function nestCase(file: NestFile, tables: NestTables): TeacherCase {
  const { name, model } = file;
  if (file.I_e.length !== file.N || file.V0.length !== file.N) {
    return refused('network', name, model, `I_e and V0: expected ${String(file.N)} values each`);
  }
  if (model === 'iaf_psc_exp_ps') return preciseCase(file, tables);
  const build = GRID_MODELS[model];
  if (build === undefined) return refused('network', name, model, `a model that the teacher does not have: ${model}`);
  const need = (parameter: string): number => {
    const value = file.params[parameter];
    if (value === undefined) throw new Error(`${parameter} is missing`);
    return value;
  };
  const bank = build(need, file);
  const network = new GridNetwork(
    bank,
    rowsOf(
      file.N,
      tables.edges.map(([source, target, weight, delay]) => ({
        source: source!,
        target: target!,
        weight: weight!,
        delay: stepsOf('delay', delay!, file.dt, 1),
      })),
    ),
  );
  const probes = [...new Set(tables.voltages.map((row) => row[1]!))];
  const steps = stepsOf('T', file.T, file.dt, 1);
  const run = network.run(steps, probes);
  // a spike of step k stands at the end of the step; NEST's lists end before T
  const found = Array.from(run.steps, (step, i): [number, number] => [step + 1, run.neurons[i]!]);
  const expected = tables.spikes.map((row): [number, number] => [Math.round(row[0]! / file.dt), row[1]!]);
  const last = expected.reduce((worst, [step]) => Math.max(worst, step), 0);
  const kept = found.filter(([step]) => step < steps || last === steps);
  const columnOf = new Map(probes.map((neuron, i) => [neuron, run.voltages[i]!]));
  const voltageError = tables.voltages.reduce((worst, [time, neuron, voltage]) => {
    const error = Math.abs(columnOf.get(neuron!)![Math.round(time! / file.dt) - 1]! - voltage!);
    return error <= worst ? worst : error;
  }, 0);
  const adaptive = model.startsWith('aeif');
  const spikeError = largestShift(kept, expected, file.N) * file.dt;
  const bars: CaseBar[] = adaptive
    ? [bar('spike times, every neuron', file.dt * (1 + 1e-9), spikeError, 'ms')]
    : [bar('spikes that differ', 0, differing(kept, expected), ''), bar('voltage', 1e-10, voltageError, 'mV')];
  return {
    kind: 'network',
    id: name,
    model,
    method: adaptive ? `${GRID_METHOD}, Runge-Kutta-Fehlberg 4(5) as in GSL` : `${GRID_METHOD}, exact propagators`,
    mode: 'grid',
    tolerance: adaptive ? (file.params['gsl_error_tol'] ?? null) : null,
    spikes: kept.length,
    expectedSpikes: expected.length,
    spikeError: Number.isFinite(spikeError) ? spikeError : null,
    voltageError,
    bars,
    verdict: verdictOf(bars),
    raw: {
      step: file.dt,
      spikes: kept,
      // in the order of the file
      voltages: tables.voltages.map(([time, neuron]) => columnOf.get(neuron!)![Math.round(time! / file.dt) - 1]!),
    },
  };
}

const lif = (need: (name: string) => number, file: NestFile): GridLifParameters => ({
  step: file.dt,
  capacitance: need('C_m'),
  tauMem: need('tau_m'),
  rest: need('E_L'),
  threshold: need('V_th'),
  reset: need('V_reset'),
  refractory: need('t_ref'),
  current: file.I_e,
  start: file.V0,
});

const GRID_MODELS: Readonly<Record<string, (need: (name: string) => number, file: NestFile) => GridBank>> = {
  iaf_psc_exp: (need, file) => new GridLifExp(lif(need, file), { tauExc: need('tau_syn_ex'), tauInh: need('tau_syn_in') }),
  iaf_psc_delta: (need, file) => new GridLifDelta(lif(need, file)),
  aeif_cond_exp: (need, file) =>
    new GridAdex({
      step: file.dt,
      capacitance: need('C_m'),
      leakConductance: need('g_L'),
      rest: need('E_L'),
      thresholdVoltage: need('V_th'),
      slopeFactor: need('Delta_T'),
      adaptationConductance: need('a'),
      adaptationJump: need('b'),
      adaptationTau: need('tau_w'),
      reset: need('V_reset'),
      peak: need('V_peak'),
      refractory: need('t_ref'),
      tauExc: need('tau_syn_ex'),
      tauInh: need('tau_syn_in'),
      reversalExc: need('E_ex'),
      reversalInh: need('E_in'),
      tolerance: need('gsl_error_tol'),
      current: file.I_e,
      start: file.V0,
    }),
};

/** The event-driven exact network, in biological time with a tick of a nanosecond. */
function preciseCase(file: NestFile, tables: NestTables): TeacherCase {
  const { N, params, T, dt, name, model } = file;
  const need = (parameter: string): number => {
    const value = params[parameter];
    if (value === undefined) throw new Error(`${parameter} is missing`);
    return value;
  };
  const column = (parameter: string): Float64Array => new Float64Array(N).fill(need(parameter) / 1000);
  const rows = rowsOf(
    N,
    tables.edges.map(([source, target, weight, delay]) => ({
      source: source!,
      target: target!,
      weight: weight! / need('C_m'),
      delay: Math.round(delay! * TICKS_PER_MS),
    })),
  );
  const network: LifNetwork = {
    neurons: {
      tauMem: column('tau_m'),
      tauSynExc: column('tau_syn_ex'),
      tauSynInh: column('tau_syn_in'),
      restVoltage: column('E_L'),
      threshold: column('V_th'),
      reset: column('V_reset'),
      refractory: column('t_ref'),
      drive: Float64Array.from(file.I_e, (current) => current / need('C_m')),
    },
    synapses: {
      offsets: Uint32Array.from(rows.offsets),
      targets: Uint32Array.from(rows.targets),
      amplitudes: Float64Array.from(rows.weights),
      delayTicks: rows.delays,
    },
  };
  const probes = [...new Set(tables.voltages.map((row) => row[1]!))];
  const stepTicks = Math.round(dt * TICKS_PER_MS);
  const start = Float64Array.from(file.V0, (voltage) => voltage / 1000);
  const run = runNetwork(network, {
    until: Math.round(T * TICKS_PER_MS),
    initial: restingState(network, start),
    probes: { neurons: probes, intervalTicks: stepTicks },
  });
  const found = Array.from(run.spikes.ticks, (tick, i): [number, number] => [
    (tick + run.spikes.fractions[i]!) / TICKS_PER_MS,
    run.spikes.neurons[i]!,
  ]);
  const expected = tables.spikes.map((row): [number, number] => [row[0]!, row[1]!]);
  const columnOf = new Map(probes.map((neuron, i) => [neuron, run.voltages[i]!]));
  const voltageError = tables.voltages.reduce((worst, [time, neuron, voltage]) => {
    const index = Math.round(time! / dt);
    const value = columnOf.get(neuron!)![index];
    // the last sample of a run lies on its end, which the run does not include
    const error = value === undefined ? 0 : Math.abs(value * 1000 - voltage!);
    return error <= worst ? worst : error;
  }, 0);
  const spikeError = largestShift(found, expected, N);
  const bars = [bar('spike times, every neuron', 1e-6, spikeError, 'ms')];
  return {
    kind: 'network',
    id: name,
    model,
    method: 'event-driven, exact propagators, lossless threshold search',
    mode: 'precise',
    tolerance: null,
    spikes: found.length,
    expectedSpikes: expected.length,
    spikeError: Number.isFinite(spikeError) ? spikeError : null,
    voltageError,
    bars,
    verdict: verdictOf(bars),
    raw: { spikes: found },
  };
}

type Spike = readonly [time: number, neuron: number];

/** Spikes of one list that the other does not have, both ways. */
function differing(found: readonly Spike[], expected: readonly Spike[]): number {
  const count = new Map<string, number>();
  const note = (spikes: readonly Spike[], by: number): void => {
    for (const [time, neuron] of spikes) {
      const key = `${String(time)} ${String(neuron)}`;
      count.set(key, (count.get(key) ?? 0) + by);
    }
  };
  note(found, 1);
  note(expected, -1);
  return Array.from(count.values()).reduce((sum, value) => sum + Math.abs(value), 0);
}

/** Largest distance of the k-th spikes of the same neuron; NaN when a neuron has another number of them. */
function largestShift(found: readonly Spike[], expected: readonly Spike[], count: number): number {
  const byNeuron = (spikes: readonly Spike[]): number[][] => {
    const trains = Array.from({ length: count }, (): number[] => []);
    for (const [time, neuron] of spikes) trains[neuron]?.push(time);
    return trains.map((train) => train.toSorted((a, b) => a - b));
  };
  const [ours, theirs] = [byNeuron(found), byNeuron(expected)];
  let worst = 0;
  for (let n = 0; n < count; n++) {
    const [a, b] = [ours[n]!, theirs[n]!];
    if (a.length !== b.length) return NaN;
    a.forEach((time, i) => (worst = Math.max(worst, Math.abs(time - b[i]!))));
  }
  return worst;
}
