/**
 * One emulation from the command line: a workload on one die of a chip over one network-on-chip, beside its teacher, with its contract and what it cost.
 */
import { hashOf, UsageError } from '../base/index.ts';
import { interfaceTiming, parseProbes, tellingProbes, type EmulationProbe } from '../emulator/index.ts';
import { CodesignSchema, ContractSchema, loadCard, parseCard, type Contract, type EmulationRecord } from '../model/index.ts';
import { openRunDirectory, readRunRecord } from '../store/index.ts';
import { describeWorkload } from './codesign.ts';
import { Phases } from './context.ts';
import { checkContract, contractOf } from './contract.ts';
import { intentOf, type Intent, type Target } from './intent.ts';
import { calibrated, StudyRunner, type EmulationJob } from './job.ts';
import { resolveStudy, type Study } from './study.ts';
import { layoutOf } from './study-cards.ts';
import { writeEmulation } from './emulation-record.ts';
import { emulateDynapse } from './emulate-dynapse.ts';
import type { EmulateRequest } from './emulate-request.ts';
import { intendDynapse } from './resolve-dynapse.ts';
import { writeRecordings, writeStimulus, writeWeights } from './recordings.ts';
import { chipFamily, COMMAND_LINE } from './workspace.ts';

/** What is asked, without where and how it runs. */
type Question = Omit<EmulateRequest, 'context'>;

/** Emulates and writes the run directory. Errors: those of the cards, the contract and the store. */
export async function emulate(request: EmulateRequest): Promise<EmulationRecord> {
  if (chipFamily(request.files.chip) === 'dynapse') return emulateDynapse(request);
  const { context, stimulus } = request;
  const phases = new Phases(context.elapsed);
  const { study, runner, job, contract, planHash, title, probes } = resolve(request);
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as EmulationRecord;
  phases.end('cards, network, mapping');
  if (job.mode === 'calibrated') await runner.calibrate(job);
  phases.end('calibration');
  const { outcome, spikes, recordings, weights, correlation } = await runner.emulate(job, [], request.parts, probes);
  phases.end('emulation');
  const card = study.chips[job.chip]!;
  return writeEmulation({
    request,
    phases,
    title,
    planHash,
    contract,
    card,
    layout: layoutOf(study.nocs[job.noc]!),
    outcome,
    teacher: runner.teacher(stimulus),
    student: spikes,
    ticksPerSecond: interfaceTiming(card, 0).ticksPerSecond,
    until: study.until,
    cadcOutside: recordings?.cadcOutside ?? null,
    workload: describeWorkload(study),
    rest: {
      stimulus: await writeStimulus(context.directory, study.network, runner.stimulus(stimulus), runner.currents(stimulus)),
      ...(probes.length > 0 && { recordings: await writeRecordings(context.directory, recordings?.rows ?? [], request.parquet ?? false) }),
      ...(weights && { weights: await writeWeights(context.directory, weights, correlation) }),
    },
  });
}

/** What `emulate` would do, with all its checks of cards, mapping, contract and directory; nothing is written. */
export async function intendEmulate(request: Omit<EmulateRequest, 'context'> & { readonly context: Target }): Promise<Intent> {
  if (chipFamily(request.files.chip) === 'dynapse') return intendDynapse(request);
  const { planHash, title } = resolve(request);
  return intentOf(request.context, {
    title,
    planHash,
    jobs: { emulations: 1, ...(request.codes === 'calibrated' && { calibrations: 1 }) },
  });
}

/** Everything about a request that can be known before it runs. */
function resolve(request: Question): {
  readonly study: Study;
  /** Remembers what the run needs too. */
  readonly runner: StudyRunner;
  readonly job: EmulationJob;
  readonly contract: Contract;
  readonly planHash: string;
  readonly title: string;
  readonly probes: readonly EmulationProbe[];
} {
  const given = request.contract === undefined ? undefined : loadCard(ContractSchema, request.contract).value;
  const asked = request.probes ?? [];
  const study = tellingProbes(asked, () =>
    resolveStudy(singlePlan(request, given?.confluence), request.files, {
      allow: request.allow ?? false,
      stimuli: request.stimuli ?? [],
    }),
  );
  const probes = parseProbes(asked, study.network.count);
  const runner = new StudyRunner(study);
  const job = jobOf(study, request);
  if (probes.length > 0) runner.recordingOf(job, probes);
  const derived = derivedContract(study, request);
  const contract = given ?? derived;
  checkContract(contract, derived);
  return {
    study,
    runner,
    job,
    contract,
    planHash: hashOf({
      contract,
      study: study.hash,
      codes: request.codes,
      ...((probes.length > 0 || request.parquet === true) && { probes, parquet: request.parquet }),
    }),
    probes,
    title: `${study.network.name} on die ${String(request.die)} of ${study.chips[study.reference.chip]!.name}`,
  };
}

function jobOf({ reference }: Study, { die, stimulus, codes }: Question): EmulationJob {
  return {
    ...calibrated(reference.chip, reference.noc, die, stimulus),
    mode: codes === 'calibrated' ? 'calibrated' : 'uncalibrated',
  };
}

/** The request as a plan of one point. */
function singlePlan(
  { die, stimulus, seed, duration, overrides }: Question,
  confluence: Contract['confluence'] = 'internal-first',
): ReturnType<typeof parseCard<typeof CodesignSchema>> {
  const plan = {
    kind: 'codesign',
    name: 'emulation',
    workload: 'given',
    chip: 'given',
    noc: 'given',
    factors: { given: { cards: Object.fromEntries(overrides.map(splitOverride)) } },
    reference: { given: 'cards' },
    dies: [die],
    stimulus_seeds: [stimulus],
    network_seeds: [stimulus],
    ...(duration === undefined ? {} : { duration: `${String(duration)} s`, warm_up: `${String(duration / 10)} s` }),
    confluence,
    seed,
  };
  return parseCard(CodesignSchema, JSON.stringify(plan), { file: COMMAND_LINE, label: COMMAND_LINE });
}

/** `noc.clock=25 MHz` as a path and its value. */
function splitOverride(text: string): [string, string] {
  const at = text.indexOf('=');
  if (!/^(chip|noc)\.[^=]+=/.test(text)) {
    throw new UsageError(`-S ${text}: expected a path that begins with chip or noc, and a value, such as -S noc.clock="25 MHz"`);
  }
  return [text.slice(0, at), text.slice(at + 1)];
}

function derivedContract({ chips, nocs, reference, plan }: Study, { die, stimulus, seed }: Question): Contract {
  const card = chips[reference.chip]!;
  return contractOf(card, nocs[reference.noc]!.design, {
    window: interfaceTiming(card, 0).window,
    confluence: plan.confluence,
    seeds: { die, noise: seed, stimulus, mapping: plan.mapping.seed },
  });
}
