/**
 * Probes of an emulation: what is recorded of which neurons, and by which instrument.
 *   spikes          always recorded
 *   v@0:8           membranes at the end of every window, by a perfect instrument, V of the hardware
 *   madc@3          membrane ADC: one even and one odd circuit of the die at a time, samples of its own interval
 *   cadc, cadc@0:8  column ADC: one reading per circuit and sample interval (whole windows)
 *   w               effective weight of every synapse on this die
 *   correlation     both correlation sensors of every synapse at the end of the run, read by the column ADC of its circuit
 * Readings are taken from the recorded membranes after the run, with the noise of the converters: a probe moves no spike.
 */
import { CardError, ticksOf, UsageError, type Mistake } from '../base/index.ts';
import { ColumnAdc, MembraneAdc, voltageOfLsb, type CorrelationReadings } from '../chip/index.ts';
import { didYouMean, type ChipCard, type SampleRows } from '../model/index.ts';
import type { Binding } from './mapping/binding.ts';
import type { Emulation } from './setup.ts';

export const PROBE_KINDS = ['spikes', 'v', 'madc', 'cadc', 'w', 'correlation'] as const;

export interface EmulationProbe {
  readonly kind: (typeof PROBE_KINDS)[number];
  /** Neurons of the workload, ascending; all of them unless given. */
  readonly neurons: readonly number[];
}

/** Largest number of values that probes of one run may record. */
const MOST_VALUES = 200_000_000;

/** Reads probes such as "v@0:8", "cadc", "madc@3,4": a range ends before its second number. Throws one CardError with every mistake, after those of `others`. */
export function parseProbes(texts: readonly string[], count: number, others: readonly Mistake[] = []): EmulationProbe[] {
  const mistakes = [...others];
  const probes = texts.map((text) => probeOf(text, count, (mistake) => mistakes.push({ file: `--probe "${text}"`, ...mistake })));
  if (mistakes.length > 0) throw new CardError(mistakes);
  return probes;
}

/** Does `work`; where it finds mistakes, those of probes whose neurons need not be known are told with them. */
export function tellingProbes<T>(texts: readonly string[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CardError) parseProbes(texts, Infinity, error.mistakes);
    throw error;
  }
}

/** `count` may be Infinity: then only the form is checked. */
function probeOf(text: string, count: number, wrong: (mistake: Omit<Mistake, 'file'>) => void): EmulationProbe {
  const [kind = '', list, ...more] = text.split('@');
  const nearest = didYouMean(kind, PROBE_KINDS);
  if (!(PROBE_KINDS as readonly string[]).includes(kind) || more.length > 0)
    wrong({
      found: `"${text}"`,
      expected: `one of ${PROBE_KINDS.join(', ')}, with neurons such as v@0:8 (0 to 7) or madc@3`,
      ...(nearest !== undefined && { nearest }),
    });
  else if (kind === 'madc' && list === undefined)
    wrong({ found: 'no neurons', expected: 'one on an even and one on an odd circuit, such as madc@3' });
  const neurons = new Set<number>();
  for (const part of list?.split(',') ?? []) {
    const match = /^(\d+)(?::(\d+))?$/.exec(part.trim());
    const from = Number(match?.[1]);
    const until = match?.[2] === undefined ? from + 1 : Number(match[2]);
    if (match === null || !(until > from) || until > count) {
      const there = count === Infinity ? '' : ` from 0 to ${String(count - 1)}`;
      wrong({ path: 'neurons', found: `"${part}"`, expected: `neurons${there}; a range such as 0:8 ends before its second number` });
    } else if (count !== Infinity) for (let n = from; n < until; n++) neurons.add(n);
  }
  if (list === undefined && count !== Infinity) for (let n = 0; n < count; n++) neurons.add(n);
  return { kind: kind as EmulationProbe['kind'], neurons: [...neurons].toSorted((a, b) => a - b) };
}

/** What an emulation must record for these probes; `circuitOf` has the circuit of every neuron. The column ADC also watches the reliable range when `watch` is set. Throws UsageError for more than one probe of a kind, or for more than memory should hold. */
export function recordingPlan(
  probes: readonly EmulationProbe[],
  card: ChipCard,
  circuitOf: Uint32Array,
  windows: number,
  watch: boolean,
): { readonly probes: readonly number[]; readonly sampled?: { readonly neurons: readonly number[]; readonly every: number } } {
  for (const { kind } of probes)
    if (probes.filter((probe) => probe.kind === kind).length > 1)
      throw new UsageError(`--probe: ${kind} twice; give it all its neurons at once`);
  const parities = (probes.find(({ kind }) => kind === 'madc')?.neurons ?? []).map((neuron) => circuitOf[neuron]! % 2);
  if (new Set(parities).size !== parities.length)
    throw new UsageError(
      `--probe: the membrane ADC records one even and one odd circuit at a time; these neurons are on circuits ${probes
        .find(({ kind }) => kind === 'madc')!
        .neurons.map((neuron) => circuitOf[neuron]!)
        .join(', ')}`,
    );
  if (probes.some(({ kind }) => kind === 'correlation') && (card.synapse.correlation?.sensors ?? 'off') === 'off')
    throw new UsageError(
      card.synapse.correlation === undefined
        ? `--probe: ${card.name} has no correlation sensors`
        : `--probe: the correlation sensors of ${card.name} are off; -S chip.synapse.correlation.sensors=on switches them on`,
    );
  const of = (kind: EmulationProbe['kind']): readonly number[] => probes.find((probe) => probe.kind === kind)?.neurons ?? [];
  const every = Math.max(Math.ceil(card.cadc.sample_interval.value / card.step.value - 1e-9), 1);
  const direct = [...new Set([...of('v'), ...of('madc')])].toSorted((a, b) => a - b);
  const sampled = watch ? Array.from(circuitOf, (_, neuron) => neuron) : of('cadc');
  if (direct.length * windows + (sampled.length * windows) / every > MOST_VALUES)
    throw new UsageError(
      `--probe: ${String(direct.length)} membranes over ${String(windows)} windows are too much for memory; probe fewer neurons, or run shorter`,
    );
  return { probes: direct, ...(sampled.length === 0 ? {} : { sampled: { neurons: sampled, every } }) };
}

/** Recordings of a run that has ended. Rows stand in the order of the probe's neurons; `circuits` of a row are neurons of the workload. */
export interface ProbeRecordings {
  readonly rows: readonly SampleRows[];
  /** Share of column ADC readings outside the reliable range; null when none was taken. */
  readonly cadcOutside: number | null;
}

/** Takes the readings. `noiseSeed` is that of the emulation. Throws InfeasibleError for circuits that the membrane ADC cannot record together. */
export function readProbes(
  { emulator, timing, die }: Pick<Emulation, 'emulator' | 'timing' | 'die'>,
  probes: readonly EmulationProbe[],
  plan: ReturnType<typeof recordingPlan>,
  { card, binding, noiseSeed }: { readonly card: ChipCard; readonly binding: Binding; readonly noiseSeed: number },
): ProbeRecordings {
  const rows: SampleRows[] = [];
  const voltages = emulator.voltages();
  const voltageOf = (neuron: number): Float64Array => voltages[plan.probes.indexOf(neuron)]!;
  const windows = emulator.now / timing.window;
  for (const { kind, neurons } of probes) {
    if (kind === 'v') {
      const values = new Float32Array(neurons.length * windows);
      neurons.forEach((neuron, i) => values.set(voltageOf(neuron), i * windows));
      rows.push({
        probe: 'v',
        circuits: Uint32Array.from(neurons),
        tick: Float64Array.from({ length: windows }, (_, k) => (k + 1) * timing.window),
        values,
      });
    }
    if (kind === 'madc') {
      const circuits = Uint32Array.from(neurons, (neuron) => binding.circuitOf[neuron]!);
      const recording = new MembraneAdc(card, die.seed, noiseSeed, timing.ticksPerSecond).record(circuits, 0, emulator.now);
      const membranes = new Float64Array(die.neurons);
      for (let k = 0; k < windows; k++) {
        neurons.forEach((neuron, i) => (membranes[circuits[i]!] = voltageOf(neuron)[k]!));
        recording.step(k * timing.window, (k + 1) * timing.window, membranes);
      }
      for (const row of recording.samples()) rows.push({ ...row, circuits: row.circuits.map((circuit) => binding.neuronOf[circuit]!) });
    }
  }
  if (plan.sampled === undefined) return { rows, cadcOutside: null };
  const { neurons, every } = plan.sampled;
  const columns = emulator.samples();
  const samples = columns[0]?.length ?? 0;
  const circuits = Uint32Array.from(neurons, (neuron) => binding.circuitOf[neuron]!);
  const adc = new ColumnAdc(card, die, noiseSeed);
  const values = new Float32Array(neurons.length * samples);
  const membranes = new Float64Array(die.neurons);
  for (let s = 0; s < samples; s++) {
    circuits.forEach((circuit, i) => (membranes[circuit] = columns[i]![s]!));
    adc.convert(s, circuits, membranes, { values, start: s, stride: samples });
  }
  const [low, high] = card.cadc.reliable.value;
  const outside = values.reduce((sum, value) => sum + (value < low || value > high ? 1 : 0), 0);
  const asked = probes.find(({ kind }) => kind === 'cadc')?.neurons;
  if (asked !== undefined) {
    const picked = new Float32Array(asked.length * samples);
    asked.forEach((neuron, i) =>
      picked.set(values.subarray(neurons.indexOf(neuron) * samples, (neurons.indexOf(neuron) + 1) * samples), i * samples),
    );
    const tick = Float64Array.from({ length: samples }, (_, s) => (s + 1) * every * ticksOf(card.step.value, timing.ticksPerSecond));
    rows.push({ probe: 'cadc', circuits: Uint32Array.from(asked), tick, values: picked });
  }
  return { rows, cadcOutside: values.length === 0 ? null : outside / values.length };
}

/** Readings of the correlation sensors, LSB: column ADC of each synapse's circuit, with offset and noise of its channel. Undefined where there are none. */
export function readCorrelation(
  { emulator, die }: Pick<Emulation, 'emulator' | 'die'>,
  { card, binding, noiseSeed }: { readonly card: ChipCard; readonly binding: Binding; readonly noiseSeed: number },
): CorrelationReadings | undefined {
  const held = emulator.correlation();
  if (held === undefined) return undefined;
  const adc = new ColumnAdc(card, die, noiseSeed);
  const { circuit, row } = binding.synapses;
  const order = Uint32Array.from(row, (_, k) => k).toSorted((a, b) => row[a]! - row[b]! || circuit[a]! - circuit[b]!);
  const voltages = new Float64Array(die.neurons);
  const read = (values: Float32Array, side: number): Float32Array => {
    const readings = new Float32Array(values.length);
    // all synapses of a row are converted together: one conversion per row and side
    for (const k of order) {
      voltages[circuit[k]!] = voltageOfLsb(card, values[k]!);
      adc.convert(CORRELATION + 2 * row[k]! + side, Uint32Array.of(circuit[k]!), voltages, { values: readings, start: k, stride: 1 });
    }
    return readings;
  };
  return { causal: read(held.causal, 0), anticausal: read(held.anticausal, 1) };
}

/** Conversions of the column ADC that read sensors: far from those that read membranes. */
const CORRELATION = 2 ** 40;
