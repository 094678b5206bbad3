/**
 * Small networks with frozen input, run by NEST: deterministic/<name>.json (parameters, currents, start), .edges.csv, .spikes.csv, .vm.csv.
 * Models of nest-models.ts are run in `grid` mode; iaf_psc_exp_ps, whose spikes lie between grid points, in `precise` mode. A parameter is a number, or one number per neuron.
 */
import * as z from 'zod';
import { InfeasibleError } from '../../base/index.ts';
import type { GridBank } from '../grid/grid-bank.ts';
import { stepsOf } from '../grid/grid-lif.ts';
import { GridNetwork, rowsOf } from '../grid/grid-network.ts';
import { restingState, runNetwork, type LifNetwork } from '../network.ts';
import { GridParts } from '../workload/grid-parts.ts';
import { bar, refused, verdictOf, type CaseBar, type TeacherCase } from './case.ts';
import { NEST_MODELS, type NestModel } from './nest-models.ts';

const PER_NEURON = z.union([z.number(), z.array(z.number())]);

/** A network file; what is not listed is not read. */
export const NEST_FILE = z.object({
  name: z.string(),
  model: z.string(),
  params: z.record(z.string(), z.unknown()),
  N: z.number().int().positive().max(1e6),
  T: z.number().positive(),
  dt: z.number().positive(),
  I_e: PER_NEURON.default(0),
  V0: PER_NEURON.optional(),
});
export type NestFile = z.infer<typeof NEST_FILE>;

/** Tables beside it: rows of numbers below the header. */
export interface NestTables {
  readonly edges: readonly (readonly number[])[]; // pre, post, weight, delay (ms)
  readonly spikes: readonly (readonly number[])[]; // time (ms), neuron
  readonly voltages: readonly (readonly number[])[]; // time (ms), neuron, mV
}

const TICKS_PER_MS = 1e6;
const PRECISE_MODELS = new Set(['iaf_psc_exp_ps', 'iaf_psc_exp_ps_lossless']);

/** Runs one network. InfeasibleError for parameters or tables that do not fit it. */
export function nestCase(file: NestFile, tables: NestTables): TeacherCase {
  const { name, model } = file;
  checkTables(file.N, tables);
  if (PRECISE_MODELS.has(model)) return preciseCase(file, tables);
  const entry = NEST_MODELS[model];
  if (entry === undefined) return refused('network', name, model, `a model that the teacher does not have: ${model}`);
  const network = new GridNetwork(
    new GridParts(banksOf(file, entry)),
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
  const start = valuesOf('V0', startOf(file), file.N);
  // what was recorded at time 0 is the start
  const voltages = tables.voltages.map(([time, neuron]) => {
    const step = Math.round(time! / file.dt);
    return step === 0 ? start[neuron!]! : columnOf.get(neuron!)![step - 1]!;
  });
  const voltageError = tables.voltages.reduce((worst, row, i) => {
    const error = Math.abs(voltages[i]! - row[2]!);
    return error <= worst ? worst : error;
  }, 0);
  const spikeError = largestShift(kept, expected, file.N) * file.dt;
  const bars: CaseBar[] = entry.exact
    ? [bar('spikes that differ', 0, differing(kept, expected), ''), bar('voltage', 1e-10, voltageError, 'mV')]
    : [bar('spike times, every neuron', file.dt * (1 + 1e-9), spikeError, 'ms')];
  return {
    kind: 'network',
    id: name,
    model,
    method: `grid as in NEST, ${entry.method}`,
    mode: 'grid',
    tolerance: toleranceOf(file, entry),
    spikes: kept.length,
    expectedSpikes: expected.length,
    spikeError: Number.isFinite(spikeError) ? spikeError : null,
    voltageError: Number.isFinite(voltageError) ? voltageError : null,
    bars,
    verdict: verdictOf(bars),
    // voltages in the order of the file
    raw: { step: file.dt, spikes: kept, voltages },
  };
}

function toleranceOf({ params }: NestFile, { tolerance }: NestModel): number | null {
  if (tolerance === undefined) return null;
  const given = params[tolerance[0]];
  return typeof given === 'number' ? given : tolerance[1];
}

/** One value per neuron. */
function valuesOf(name: string, given: number | readonly number[], count: number): readonly number[] {
  if (typeof given === 'number') return Array.from({ length: count }, () => given);
  if (given.length !== count) throw new InfeasibleError(`${name}: found ${String(given.length)} values, expected ${String(count)}`);
  return given;
}

/** NEST's neurons begin at rest unless told otherwise. */
function startOf({ V0, params }: NestFile): number | readonly number[] {
  return V0 ?? PER_NEURON.safeParse(params['E_L']).data ?? 0;
}

/** Parameters by name, one value per neuron; only numbers count. */
function parametersOf({ params, N }: NestFile): ReadonlyMap<string, readonly number[]> {
  const numbers = Object.entries(params).flatMap(([name, value]): [string, readonly number[]][] => {
    const given = PER_NEURON.safeParse(value);
    return given.success ? [[name, valuesOf(name, given.data, N)]] : [];
  });
  return new Map(numbers);
}

const missing = (name: string): InfeasibleError => new InfeasibleError(`params: ${name} is missing, expected a number or one per neuron`);

/** Neurons that follow one another with the same parameters share a bank. */
function banksOf(file: NestFile, entry: NestModel): GridBank[] {
  const parameters = parametersOf(file);
  const current = valuesOf('I_e', file.I_e, file.N);
  const start = valuesOf('V0', startOf(file), file.N);
  const columns = [...parameters.values()];
  const banks: GridBank[] = [];
  for (let from = 0; from < file.N;) {
    let to = from + 1;
    while (to < file.N && columns.every((column) => column[to] === column[from])) to++;
    const first = from;
    banks.push(
      entry.build({
        step: file.dt,
        current: current.slice(from, to),
        start: start.slice(from, to),
        parameter: (name, byDefault) => {
          const value = parameters.get(name)?.[first] ?? byDefault;
          if (value === undefined) throw missing(name);
          return value;
        },
      }),
    );
    from = to;
  }
  return banks;
}

/** InfeasibleError for rows that name no neuron of the network or are no numbers. */
function checkTables(count: number, { edges, spikes, voltages }: NestTables): void {
  const check = (table: string, rows: readonly (readonly number[])[], width: number, neurons: readonly number[]): void => {
    rows.forEach((row, i) => {
      const line = `${table}.csv, line ${String(i + 2)}`;
      if (row.length < width || !row.slice(0, width).every(Number.isFinite))
        throw new InfeasibleError(`${line}: expected ${String(width)} numbers`);
      const stray = neurons.map((place) => row[place]!).find((n) => !(Number.isInteger(n) && n >= 0 && n < count));
      if (stray !== undefined) throw new InfeasibleError(`${line}: found neuron ${String(stray)}, expected 0 to ${String(count - 1)}`);
    });
  };
  check('edges', edges, 4, [0, 1]);
  check('spikes', spikes, 2, [1]);
  check('vm', voltages, 3, [1]);
}

/** The event-driven exact network, in biological time with a tick of a nanosecond. */
function preciseCase(file: NestFile, tables: NestTables): TeacherCase {
  const { N, T, dt, name, model } = file;
  const parameters = parametersOf(file);
  const raw = (parameter: string): readonly number[] => {
    const values = parameters.get(parameter);
    if (values === undefined) throw missing(parameter);
    return values;
  };
  const column = (parameter: string): Float64Array => Float64Array.from(raw(parameter), (value) => value / 1000);
  const capacitance = raw('C_m');
  const rows = rowsOf(
    N,
    tables.edges.map(([source, target, weight, delay]) => ({
      source: source!,
      target: target!,
      weight: weight! / capacitance[target!]!,
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
      drive: Float64Array.from(valuesOf('I_e', file.I_e, N), (current, n) => current / capacitance[n]!),
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
  const start = Float64Array.from(valuesOf('V0', startOf(file), N), (voltage) => voltage / 1000);
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
