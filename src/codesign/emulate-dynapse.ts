/**
 * One emulation of a workload on a subthreshold chip over one network-on-chip, beside its teacher: the same record, files and scores as for any other chip. Biases are one set
 * per core: those of the data sheet for this workload, corrected by a calibration of the medians of the cores unless `codes` is `nominal`. Mismatch within a core stays.
 */
import { DEFAULT_TICKS_PER_SECOND, deriveSeed, hashOf, InfeasibleError, UsageError } from '../base/index.ts';
import { fidelityJudge, spikeTrainsOf } from '../analysis/index.ts';
import {
  bindDynapse,
  groupTraffic,
  interfaceTiming,
  NocTransport,
  parseProbe,
  partition,
  place,
  setUpDynapse,
  type DynapseMapping,
} from '../emulator/index.ts';
import {
  contractHash,
  countEvidence,
  DynapseSchema,
  loadCard,
  MODEL_VERSION,
  NocSchema,
  type DynapseCard,
  type EmulationRecord,
  type EmulationResult,
  type SpikeColumns,
} from '../model/index.ts';
import { buildNetwork, loadWorkload, stimulusEvents, teacherOnly, withDelay, type Network, type StimulusEvents } from '../network/index.ts';
import { compileNoc } from '../noc/index.ts';
import { peakOfUnitPsp, runNetwork, type SynapseTable } from '../reference/index.ts';
import { openRunDirectory, readRunRecord, writeRunRecord, writeSpikes } from '../store/index.ts';
import { calibrateDynapse } from './calibrate-dynapse.ts';
import { medianDie, nominalDie } from './core-model.ts';
import { describeWorkload } from './codesign.ts';
import { Phases, provenanceOf } from './context.ts';
import { contractOf, violations } from './contract.ts';
import type { EmulateRequest } from './emulate.ts';
import { outcomeOf } from './outcome.ts';
import { writeRecordings } from './recordings.ts';
import { hopsOf, referenceDelay } from './study.ts';

/** Emulates and writes the run directory. Errors: those of the cards, of the mapping and of the store. */
export async function emulateDynapse(request: EmulateRequest): Promise<EmulationRecord> {
  const { context, die, stimulus, seed, files } = request;
  const phases = new Phases(context.elapsed);
  if (request.contract !== undefined) throw new UsageError('--contract: a chip of this family runs under its own contract only');
  const card = loadCard(DynapseSchema, files.chip, { overrides: fieldsOf('chip', request.overrides) }).value;
  const nocCard = loadCard(NocSchema, files.noc, { overrides: fieldsOf('noc', request.overrides) });
  const workload = loadWorkload(files.workload);
  const beyond = teacherOnly(workload.value);
  if (beyond.length > 0) throw new InfeasibleError(`no chip here has this, only the teacher (neurolith reference): ${beyond.join('; ')}`);
  const built = buildNetwork(workload.value, workload);
  const layout = compileNoc(nocCard.value, (name) => nocCard.readText(name));
  const cores = card.geometry.cores.value;
  const split = partition(built, cores, card.geometry.neurons_per_core.value, 'refined', 1);
  const traffic = groupTraffic(built, split.coreOf, cores);
  const placement = place(traffic, hopsOf(layout, cores), cores, 'annealed', 1);
  const network = built.delay === null ? withDelay(built, referenceDelay(card, layout, traffic, placement)) : built;
  if (typeof network.delay !== 'number') throw new InfeasibleError('a chip of this family needs one constant delay for all synapses');
  const duration = request.duration ?? workload.value.duration;
  const warmUp = request.duration === undefined ? workload.value.warm_up : duration / 10;
  const probes = (request.probes ?? []).map((text) => parseProbe(text, network.count));
  const other = probes.find(({ kind }) => kind !== 'v' && kind !== 'spikes');
  if (other !== undefined) throw new UsageError(`--probe: ${other.kind} is not there on ${card.name}, only spikes and v`);
  const coreOf = split.coreOf.map((group) => placement[group]!);
  const known = request.codes === 'nominal' ? { die: nominalDie(card) } : await calibratedDie(card, die, seed);
  const binding = bindDynapse(network, card, {
    coreOf,
    localShare: split.localShare,
    delay: network.delay,
    allow: request.allow ?? false,
    ...known,
  });
  const timing = interfaceTiming(card, binding.delay);
  const until = Math.ceil((duration * timing.ticksPerSecond) / timing.window - 1e-9) * timing.window;
  const contract = contractOf(card, layout.design, {
    window: timing.window,
    confluence: 'internal-first',
    seeds: { die, noise: seed, stimulus, mapping: 1 },
  });
  const planHash = hashOf({
    card,
    noc: layout.design,
    workload: workload.value,
    edges: [network.rowStart, network.target, network.weight],
    contract,
    until,
    probes,
    codes: request.codes,
    model: MODEL_VERSION,
  });
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as EmulationRecord;
  phases.end('cards, network, mapping');

  const recorded = probes.filter(({ kind }) => kind === 'v').flatMap(({ neurons }) => neurons);
  const events = (of: number) => stimulusEvents(workload.value, network, of, until, timing.ticksPerSecond, 1);
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
  const broken = violations(contract, {
    linkLoad: outcome.linkLoad ?? [],
    bufferOccupancy: outcome.peakOccupancy ?? [],
    cadcOutside: null,
    weightClipped: outcome.binding.clippedShare,
    dynamicPower: ((outcome.energy.perSpike ?? 0) * outcome.spikes.emitted * timing.ticksPerSecond) / until,
    properties: outcome.properties,
    until,
  });
  const summary = describeWorkload({ workload: workload.value, network, duration, warmUp });
  const columns = emulation.emulator.voltages();
  const recordings = await writeRecordings(context.directory, voltageRows(recorded, columns, timing.window), request.parquet ?? false);
  const result: EmulationResult = {
    workload: { ...summary, notes: [...summary.notes, ...binding.notes] },
    die,
    spikes: outcome.spikes,
    latency: outcome.latency,
    energy: outcome.energy,
    fidelity: outcome.fidelity,
    binding: outcome.binding,
    map: {
      label: layout.name,
      x: Array.from(layout.graph.x),
      y: Array.from(layout.graph.y),
      occupancy: outcome.occupancy ?? [],
      links: Array.from(layout.graph.linkFrom, (from, link) => ({
        from,
        to: layout.graph.linkTo[link]!,
        load: outcome.linkLoad?.[link] ?? 0,
      })),
    },
    raster: {
      teacher: await writeSpikes(context.directory, 'teacher', reference),
      student: await writeSpikes(context.directory, 'student', spikes),
      ticksPerSecond: timing.ticksPerSecond,
      speedUp: 1,
    },
    traceHash: outcome.traceHash,
    admissible: broken.length === 0,
    violations: broken,
    activity: outcome.activity,
    cadcOutside: null,
    ...(recordings.length > 0 && { recordings }),
  };
  phases.end('teacher, scores, files');
  const record: EmulationRecord = {
    schema: 'neurolith/run/1',
    kind: 'emulate',
    title: `${network.name} on die ${String(die)} of ${card.name}`,
    provenance: provenanceOf(context, MODEL_VERSION, seed, planHash, phases.timings),
    contract,
    contractHash: contractHash(contract),
    evidence: countEvidence({ [card.name]: card, [layout.name]: layout.coefficients }),
    result,
  };
  await writeRunRecord(context.directory, record);
  return record;
}

/** What a calibration lets one expect of the die, and which neurons are alike. */
async function calibratedDie(card: DynapseCard, die: number, seed: number): Promise<Pick<DynapseMapping, 'die' | 'distance'>> {
  const { calibration } = await calibrateDynapse(card, die, seed);
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

/** `chip.variation=0` becomes `variation=0`, as the loader takes it. */
function fieldsOf(kind: 'chip' | 'noc', overrides: readonly string[]): readonly string[] {
  for (const text of overrides)
    if (!/^(chip|noc)\.[^=]+=/.test(text))
      throw new UsageError(`-S ${text}: expected a path that begins with chip or noc, and a value, such as -S noc.clock="25 MHz"`);
  return overrides.filter((text) => text.startsWith(`${kind}.`)).map((text) => text.slice(kind.length + 1));
}

function voltageRows(neurons: readonly number[], columns: readonly Float64Array[], window: number): Parameters<typeof writeRecordings>[1] {
  const windows = columns[0]?.length ?? 0;
  if (neurons.length === 0) return [];
  const values = new Float32Array(neurons.length * windows);
  columns.forEach((column, i) => values.set(column, i * windows));
  const tick = Float64Array.from({ length: windows }, (_, i) => (i + 1) * window);
  return [{ probe: 'v', circuits: Uint32Array.from(neurons), tick, values }];
}
