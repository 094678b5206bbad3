/**
 * One emulation of a workload on a subthreshold chip over one network-on-chip, beside its teacher: the same record, files and scores as for any other chip. Biases are one set
 * per core: those of the data sheet for this workload, corrected by a calibration of the medians of the cores unless `codes` is `nominal`. Mismatch within a core stays.
 */
import { DEFAULT_TICKS_PER_SECOND, deriveSeed } from '../base/index.ts';
import { fidelityJudge, spikeTrainsOf } from '../analysis/index.ts';
import { bindDynapse, interfaceTiming, NocTransport, setUpDynapse, type DynapseMapping } from '../emulator/index.ts';
import { type DynapseCard, type EmulationRecord, type SpikeColumns } from '../model/index.ts';
import { stimulusEvents, type Network, type StimulusEvents } from '../network/index.ts';
import { peakOfUnitPsp, runNetwork, type SynapseTable } from '../reference/index.ts';
import { openRunDirectory, readRunRecord } from '../store/index.ts';
import { calibrateDynapse, designAim } from './calibrate-dynapse.ts';
import { medianDie, nominalDie } from './core-model.ts';
import { describeWorkload } from './codesign.ts';
import { Phases } from './context.ts';
import { writeEmulation } from './emulation-record.ts';
import type { EmulateRequest } from './emulate-request.ts';
import { outcomeOf } from './outcome.ts';
import { writeRecordings } from './recordings.ts';
import { resolveDynapse } from './resolve-dynapse.ts';

/** Emulates and writes the run directory. Errors: those of the cards, of the mapping and of the store. */
export async function emulateDynapse(request: EmulateRequest): Promise<EmulationRecord> {
  const { context, die, stimulus, seed } = request;
  const phases = new Phases(context.elapsed);
  const { card, layout, workload, network, mapping, duration, warmUp, until, probes, contract, planHash, title } = resolveDynapse(request);
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as EmulationRecord;
  phases.end('cards, network, mapping');
  const known = request.codes === 'nominal' ? { die: nominalDie(card) } : await calibratedDie(card, die, seed);
  const binding = bindDynapse(network, card, { ...mapping, ...known });
  const timing = interfaceTiming(card, binding.delay);
  phases.end('calibration');

  const recorded = probes.filter(({ kind }) => kind === 'v').flatMap(({ neurons }) => neurons);
  const events = (of: number) => stimulusEvents(workload, network, of, until, timing.ticksPerSecond, 1);
  const emulation = setUpDynapse({
    card,
    network,
    binding,
    noc: layout,
    dieSeed: die,
    noiseSeed: deriveSeed(seed, die, stimulus),
    stimulus: events(stimulus),
    probes: recorded,
    parts: request.parts,
  });
  const before = emulation.transport instanceof NocTransport ? emulation.transport.read() : null;
  emulation.emulator.run(until);
  const spikes = emulation.emulator.spikes();
  phases.end('emulation');
  const teacher = (of: number): SpikeColumns => teacherOf(network, events(of), binding.delay, until);
  const trains = (columns: SpikeColumns) => spikeTrainsOf(columns.tick, columns.neuron, network.count, 1e-9);
  const reference = teacher(stimulus);
  const judge = fidelityJudge({ teacher: trains(reference), otherStimulus: trains(teacher(stimulus + 1)), from: warmUp, until: duration });
  const outcome = outcomeOf({ emulation, card, layout, before, until, binding: binding.summary, fidelity: judge(trains(spikes)) });
  const summary = describeWorkload({ workload, network, duration, warmUp });
  const rows = voltageRows(recorded, emulation.emulator.voltages(), timing.window);
  const recordings = await writeRecordings(context.directory, rows, request.parquet ?? false);
  return writeEmulation({
    request,
    phases,
    title,
    planHash,
    contract,
    card,
    layout,
    outcome,
    teacher: reference,
    student: spikes,
    ticksPerSecond: timing.ticksPerSecond,
    until,
    cadcOutside: null,
    workload: { ...summary, notes: [...summary.notes, ...binding.notes] },
    rest: recordings.length > 0 ? { recordings } : {},
  });
}

/** What a calibration lets one expect of the die, and which neurons are alike. */
async function calibratedDie(card: DynapseCard, die: number, seed: number): Promise<Pick<DynapseMapping, 'die' | 'distance'>> {
  const { calibration } = await calibrateDynapse(card, die, designAim(seed));
  return { die: medianDie(card, calibration), distance: calibration.distance };
}

/** The workload as asked on the exact reference. The chip runs in biological time, so a tick is one of both. */
function teacherOf(network: Network, { tick, source }: StimulusEvents, delay: number, until: number): SpikeColumns {
  const { tauMem, tauSynExcitatory: tauSynExc, tauSynInhibitory: tauSynInh, rest, threshold, reset, refractory, inputs } = network;
  const table = (offsets: Uint32Array, targets: Uint32Array, weight: Float64Array, ticks: number): SynapseTable => ({
    offsets,
    targets,
    amplitudes: Float64Array.from(targets, (t, k) => weight[k]! / peakOfUnitPsp(tauMem[t]!, (weight[k]! >= 0 ? tauSynExc : tauSynInh)[t]!)),
    delayTicks: new Float64Array(targets.length).fill(ticks),
  });
  const { spikes } = runNetwork(
    {
      neurons: { tauMem, tauSynExc, tauSynInh, restVoltage: rest, threshold, reset, refractory },
      synapses: table(network.rowStart, network.target, network.weight, delay),
      external: table(inputs.rowStart, inputs.target, inputs.weight, 0),
      ticksPerSecond: DEFAULT_TICKS_PER_SECOND,
    },
    { until, events: { ticks: tick, sources: source } },
  );
  return { tick: spikes.ticks.map((value, i) => value + (spikes.fractions[i]! > 0 ? 1 : 0)), neuron: Uint32Array.from(spikes.neurons) };
}

function voltageRows(neurons: readonly number[], columns: readonly Float64Array[], window: number): Parameters<typeof writeRecordings>[1] {
  const windows = columns[0]?.length ?? 0;
  if (neurons.length === 0) return [];
  const values = new Float32Array(neurons.length * windows);
  columns.forEach((column, i) => values.set(column, i * windows));
  const tick = Float64Array.from({ length: windows }, (_, i) => (i + 1) * window);
  return [{ probe: 'v', circuits: Uint32Array.from(neurons), tick, values }];
}
