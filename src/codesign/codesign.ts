/**
 * The co-design loop: vary the design, build dies, calibrate them, run the workload on student and teacher, score fidelity against latency, energy and area, and hand back a
 * Pareto front with everything a report needs.
 */
import { graphOf, graphSummary } from '../analysis/index.ts';
import type { Network } from '../network/index.ts';
import { interfaceTiming } from '../emulator/index.ts';
import {
  contractHash,
  countEvidence,
  MODEL_VERSION,
  type Card,
  type CodesignPlan,
  type CodesignRecord,
  type CodesignResult,
  type SpikeFiles,
  type WorkloadSummary,
} from '../model/index.ts';
import { openRunDirectory, readRunRecord, writeAtomically, writeResults, writeRunRecord, writeSpikes, writeStats } from '../store/index.ts';
import { aggregate } from './aggregate.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { contractOf } from './contract.ts';
import { intentOf, type Intent, type Target } from './intent.ts';
import { resolvedYaml } from './resolved.ts';
import { jobsOf, runStudy } from './schedule.ts';
import { showcase } from './showcase.ts';
import { resolveStudy, type Study } from './study.ts';
import { layoutOf, type CardFiles } from './study-cards.ts';
import { statsOf, tableOf } from './tables.ts';

export interface CodesignRequest {
  readonly plan: Card<CodesignPlan>;
  /** Files given on the command line in place of the plan's named cards. */
  readonly files?: CardFiles;
  /** Leave out and count what the chip cannot represent. */
  readonly allow?: boolean;
  readonly context: RunContext;
}

/** Runs (or resumes) a co-design plan and writes its run directory. A finished run of the same plan is read back. Errors: those of cards, plans and campaigns. */
export async function codesign({ plan, files = {}, allow = false, context }: CodesignRequest): Promise<CodesignRecord> {
  const phases = new Phases(context.elapsed);
  const study = resolveStudy(plan, files, { allow });
  const { state } = await openRunDirectory(context.directory, { planHash: study.hash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as CodesignRecord;
  await writeAtomically(`${context.directory}/config.resolved.yaml`, resolvedYaml(study));
  phases.end('cards, network, mapping');
  const { directory, workers, progress, signal } = context;
  const results = await runStudy(study, {
    directory,
    workers,
    ...(progress === undefined ? {} : { progress }),
    ...(signal === undefined ? {} : { signal }),
  });
  phases.end('calibrations, curves, emulations');
  const aggregated = aggregate(study, results);
  const shown = await showcase(study, results.calibrations);
  const columns = async (name: 'teacher' | 'student' | 'uncalibrated'): Promise<SpikeFiles> =>
    writeSpikes(directory, name, shown.spikes[name]);
  const { ticksPerSecond } = interfaceTiming(study.chips[study.reference.chip]!, 0);
  const result: CodesignResult = {
    ...aggregated,
    workload: describeWorkload(study),
    shuffle: shown.shuffle,
    raster: {
      teacher: await columns('teacher'),
      student: await columns('student'),
      uncalibrated: await columns('uncalibrated'),
      ticksPerSecond,
      speedUp: study.chips[study.reference.chip]!.speed_up.value,
    },
    overlay: shown.overlay,
    errorSplit: shown.errorSplit,
  };
  await writeResults(directory, tableOf(result));
  await writeStats(directory, statsOf(result));
  phases.end('tables and figures data');
  const contract = studyContract(study);
  const record: CodesignRecord = {
    schema: 'neurolith/run/1',
    kind: 'codesign',
    title: study.plan.name,
    provenance: provenanceOf(context, MODEL_VERSION, study.plan.seed, study.hash, phases.timings),
    contract,
    contractHash: contractHash(contract),
    evidence: studyEvidence(study),
    result,
  };
  await writeRunRecord(directory, record);
  return record;
}

/** What `codesign` would do, with all its checks of cards, mapping and directory; nothing is written. */
export async function intendCodesign(request: Omit<CodesignRequest, 'context'> & { readonly context: Target }): Promise<Intent> {
  const study = resolveStudy(request.plan, request.files ?? {}, { allow: request.allow ?? false });
  return intentOf(request.context, { title: study.plan.name, planHash: study.hash, jobs: jobsOf(study) });
}

/** Synapses of a network whose clustering, paths and the like are measured: minutes at a million. */
const MOST_OF_GRAPH = 1_000_000;

/** What the workload is, with the approximations that were made and the shape of its graph. */
export function describeWorkload(study: Pick<Study, 'workload' | 'network' | 'duration' | 'warmUp'>): WorkloadSummary {
  const { workload, network, duration, warmUp } = study;
  const isLarge = network.target.length > MOST_OF_GRAPH;
  const left = { text: `graph measures left out: more than ${String(MOST_OF_GRAPH)} synapses`, count: network.target.length };
  return {
    name: network.name,
    neurons: network.count,
    synapses: network.target.length,
    notes: isLarge ? [...network.notes, left] : network.notes,
    graph: isLarge ? {} : measuresOf(network, workload.seeds.graph),
    duration,
    warmUp,
    delay: network.delay as number,
  };
}

function measuresOf(network: Network, seed: number): WorkloadSummary['graph'] {
  const sources = new Uint32Array(network.target.length);
  for (let s = 0; s < network.count; s++) sources.fill(s, network.rowStart[s], network.rowStart[s + 1]);
  return numbersOf(graphSummary(graphOf(network.count, Array.from(sources), Array.from(network.target)), { seed }) ?? {});
}

function studyContract({ plan, chips, nocs, reference }: Study): CodesignRecord['contract'] & object {
  const card = chips[reference.chip]!;
  return contractOf(card, nocs[reference.noc]!.design, {
    window: interfaceTiming(card, 0).window,
    confluence: plan.confluence,
    seeds: { die: plan.dies[0]!, noise: plan.seed, stimulus: plan.stimulus_seeds[0]!, mapping: plan.mapping.seed },
  });
}

function studyEvidence({ chips, nocs, reference }: Study): CodesignRecord['evidence'] {
  const layout = layoutOf(nocs[reference.noc]!);
  return countEvidence({
    [chips[reference.chip]!.name]: chips[reference.chip]!,
    [`${layout.name}, ${layout.design.technology}`]: layout.coefficients,
  });
}

/** The members that are finite numbers. */
function numbersOf(record: object): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(record) as [string, unknown][]) {
    if (typeof value === 'number' && Number.isFinite(value)) numbers[name] = value;
  }
  return numbers;
}
