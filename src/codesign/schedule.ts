/**
 * Which jobs a study needs, in two campaigns: preparation (calibrations, latency-load curves), then the emulations. Every job has an id from its content, so a killed run
 * resumes and two designs that need the same calibration share it.
 */
import { hashOf } from '../base/index.ts';
import { runCampaign, type Progress } from '../campaign/index.ts';
import { MODEL_VERSION } from '../model/index.ts';
import type { Curve } from './curve.ts';
import type { CalibrationOutcome } from './die-calibration.ts';
import { calibrated, StudyRunner, type Calibrations, type EmulationJob, type Job, type JobResult } from './job.ts';
import type { EmulationOutcome } from './outcome.ts';
import { shapeOf, type Study, type StudyPoint } from './study.ts';

interface Setup {
  readonly study: Study;
  readonly calibrations: Calibrations;
}

/** A job with its name: what campaigns handle. */
interface NamedJob {
  readonly id: string;
  readonly label: string;
  readonly job: Job;
}

export interface ScheduleOptions {
  /** Run directory. */
  readonly directory: string;
  readonly workers: number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Everything that was computed, to be looked up by what it is. */
export interface StudyResults {
  readonly calibrations: Calibrations;
  calibrationOf(point: StudyPoint, die: number): CalibrationOutcome;
  curveOf(noc: string): Curve;
  emulation(job: EmulationJob): EmulationOutcome;
}

/** Builds the worker of a study; the same function serves in process and in threads. */
export function prepareStudy({ study, calibrations }: Setup): (point: NamedJob) => Promise<JobResult> {
  const runner = new StudyRunner(study, calibrations);
  return (point) => runner.run(point.job);
}

/** How many jobs of each kind a study needs. */
export function jobsOf(study: Study): Readonly<Record<string, number>> {
  const counts: Record<string, number> = { designs: study.points.length };
  for (const { job } of [...unique(preparations(study, new StudyRunner(study)), study), ...unique(emulations(study), study)]) {
    const kind = { calibrate: 'calibrations', curve: 'latency-load curves', emulate: 'emulations' }[job.kind];
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Runs both campaigns of a study. Errors are those of `runCampaign`. */
export async function runStudy(study: Study, options: ScheduleOptions): Promise<StudyResults> {
  const runner = new StudyRunner(study);
  const preparation = unique(preparations(study, runner), study);
  const prepared = await campaign(study, {}, preparation, { ...options, directory: `${options.directory}/preparation` });
  const calibrations: Record<string, CalibrationOutcome> = {};
  const curves = new Map<string, Curve>();
  preparation.forEach(({ job }, i) => {
    if (job.kind === 'calibrate') calibrations[runner.calibrationKey(job.chip, job.noc, job.die)] = prepared[i] as CalibrationOutcome;
    if (job.kind === 'curve') curves.set(shapeOf(study, job.noc), prepared[i] as Curve);
  });
  const jobs = unique(emulations(study), study);
  const outcomes = await campaign(study, calibrations, jobs, options);
  const byId = new Map(jobs.map(({ id }, i) => [id, outcomes[i] as EmulationOutcome]));
  return {
    calibrations,
    calibrationOf: (point, die) => calibrations[runner.calibrationKey(point.chip, point.noc, die)]!,
    curveOf: (noc) => curves.get(shapeOf(study, noc))!,
    emulation: (job) => byId.get(idOf(job, study))!,
  };
}

/** One calibration per die and group of alike designs, one curve per network-on-chip whatever its clock. */
function preparations(study: Study, runner: StudyRunner): readonly Job[] {
  const calibrations = new Map<string, Job>();
  for (const { chip, noc } of study.points) {
    for (const die of study.plan.dies) {
      const key = runner.calibrationKey(chip, noc, die);
      if (!calibrations.has(key)) calibrations.set(key, { kind: 'calibrate', chip, noc, die });
    }
  }
  const shapes = new Map(Object.keys(study.nocs).map((noc) => [shapeOf(study, noc), noc]));
  return [...calibrations.values(), ...[...shapes.values()].map((noc): Job => ({ kind: 'curve', noc }))];
}

/** All emulations: designs, the uncalibrated control, every network alone under an ideal chip, the ceiling. */
function emulations(study: Study): readonly Job[] {
  const { plan, points, reference } = study;
  const jobs: Job[] = [];
  for (const die of plan.dies) {
    for (const stimulus of plan.stimulus_seeds) {
      for (const { chip, noc } of points) jobs.push(calibrated(chip, noc, die, stimulus));
      jobs.push(uncalibratedControl(reference, die, stimulus));
    }
  }
  for (const stimulus of plan.network_seeds) {
    for (const noc of Object.keys(study.nocs)) jobs.push(networkAlone(reference, noc, stimulus));
  }
  for (const stimulus of plan.stimulus_seeds) jobs.push(ceilingRun(reference, stimulus));
  return jobs;
}

/** The reference design with nominal codes. */
export function uncalibratedControl({ chip, noc }: StudyPoint, die: number, stimulus: number): EmulationJob {
  return { ...calibrated(chip, noc, die, stimulus), mode: 'uncalibrated' };
}

/** Everything ideal but one network-on-chip. */
export function networkAlone({ chip }: StudyPoint, noc: string, stimulus: number): EmulationJob {
  return { ...calibrated(chip, noc, 0, stimulus), mode: 'ideal' };
}

/** Everything ideal, with only the card's membrane noise on. */
export function ceilingRun({ chip, noc }: StudyPoint, stimulus: number): EmulationJob {
  return { ...calibrated(chip, noc, 0, stimulus), mode: 'ideal with noise', idealNetwork: true };
}

async function campaign(
  study: Study,
  calibrations: Calibrations,
  points: readonly NamedJob[],
  options: ScheduleOptions,
): Promise<readonly JobResult[]> {
  const { results } = await runCampaign<Setup, NamedJob, JobResult>({
    ...options,
    points,
    // the built file, also under test: src and dist lie equally deep
    work: {
      module: new URL('../../dist/codesign/study-worker.js', import.meta.url),
      setup: { study, calibrations },
      inProcess: prepareStudy,
    },
  });
  return results;
}

function unique(jobs: readonly Job[], study: Study): readonly NamedJob[] {
  const named = new Map(jobs.map((job) => [idOf(job, study), { id: idOf(job, study), label: labelOf(job), job }]));
  return [...named.values()];
}

function idOf(job: Job, study: Study): string {
  return hashOf({ model: MODEL_VERSION, study: study.hash, job }).slice(0, 24);
}

function labelOf(job: Job): string {
  if (job.kind === 'curve') return `latency and load of ${job.noc}`;
  if (job.kind === 'calibrate') return `calibration of die ${String(job.die)}`;
  return `${job.mode}, die ${String(job.die)}, stimulus ${String(job.stimulus)}`;
}
