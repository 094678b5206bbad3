/**
 * The jobs of a study, each a pure function of the study and its own parameters, so that any worker gives the same answer:
 *   calibrate  one die against the targets of the workload            curve    latency and load of one network-on-chip under the workload's traffic
 *   emulate    one die under one stimulus on one design: fidelity, latency, energy, losses
 */
import { deriveSeed, InternalError, ticksOf } from '../base/index.ts';
import { fidelityJudge, spikeTrainsOf, type Fidelity, type SpikeTrains } from '../analysis/index.ts';
import { largestCode, type CorrelationReadings } from '../chip/index.ts';
import {
  bind,
  nominalSetting,
  crossbarCounts,
  inputPorts,
  NocTransport,
  throughCrossbar,
  withQueues,
  readCorrelation,
  readProbes,
  recordingPlan,
  runTeacher,
  setUpEmulation,
  type Binding,
  type EmulationProbe,
  type ProbeRecordings,
  type TeacherRun,
} from '../emulator/index.ts';
import type { ChipCard, Setting, SpikeColumns } from '../model/index.ts';
import { currentChanges, stimulusEvents, type CurrentChanges, type StimulusEvents } from '../network/index.ts';
import type { NocLayout } from '../noc/index.ts';
import { calibratedSetting } from './calibration-aim.ts';
import { chipInMode, type ChipMode } from './chip-mode.ts';
import { curveOf, type Curve } from './curve.ts';
import { calibrateForBinding, calibrationGroup, type CalibrationOutcome } from './die-calibration.ts';
import { outcomeOf, type EmulationOutcome } from './outcome.ts';
import { weightsOf, type SynapseRow } from './recordings.ts';
import type { Study } from './study.ts';
import { layoutOf } from './study-cards.ts';
import { coresOf } from './study-spikes.ts';

/** One emulation. */
export interface EmulationJob {
  readonly kind: 'emulate';
  readonly chip: string;
  /** Network-on-chip of the design; `idealNetwork` replaces it by constant latency, on the same placement. */
  readonly noc: string;
  readonly idealNetwork: boolean;
  readonly mode: ChipMode;
  readonly die: number;
  readonly stimulus: number;
}

/** One emulation that has run, with what its probes saw. */
export interface EmulationRun {
  readonly outcome: EmulationOutcome;
  readonly spikes: SpikeColumns;
  /** Biological V of the neurons in `probes`. */
  readonly voltages: readonly Float64Array[];
  readonly recordings: ProbeRecordings | undefined;
  /** Readings of the correlation sensors, one per synapse. */
  readonly correlation: CorrelationReadings | undefined;
  /** One row per synapse. */
  readonly weights: readonly SynapseRow[] | undefined;
}

export type Job =
  | { readonly kind: 'calibrate'; readonly chip: string; readonly noc: string; readonly die: number }
  | { readonly kind: 'curve'; readonly noc: string }
  | EmulationJob;

export type JobResult = CalibrationOutcome | Curve | EmulationOutcome;

/** Calibrations by `calibrationKey`. */
export type Calibrations = Readonly<Record<string, CalibrationOutcome>>;

/** Runs the jobs of one study and remembers what several of them need: bindings, stimuli, teachers. */
export class StudyRunner {
  readonly #study: Study;
  readonly #calibrations: Record<string, CalibrationOutcome>;
  readonly #memory = new Map<string, unknown>();

  constructor(study: Study, calibrations: Calibrations = {}) {
    this.#study = study;
    this.#calibrations = { ...calibrations };
  }

  async run(job: Job): Promise<JobResult> {
    if (job.kind === 'calibrate') return this.#calibrate(job.chip, job.noc, job.die);
    if (job.kind === 'curve') return curveOf(this.#study, job.noc);
    const { outcome } = await this.emulate(job);
    const broken = Object.entries(outcome.properties).filter(([, held]) => !held);
    if (broken.length > 0)
      throw new InternalError(`${job.mode}, die ${String(job.die)}: a run lost ${broken.map(([name]) => name).join(', ')}`);
    return outcome;
  }

  /** Calibrates the die of an emulation, which from then on runs with what was found. */
  async calibrate({ chip, noc, die }: EmulationJob): Promise<void> {
    this.#calibrations[this.calibrationKey(chip, noc, die)] = await this.#calibrate(chip, noc, die);
  }

  /** One emulation with its spikes; `probes` are neurons whose membrane is recorded (biological V at the end of every window). */
  async emulate(job: EmulationJob, probes: readonly number[] = [], parts = 1, readout?: readonly EmulationProbe[]): Promise<EmulationRun> {
    const { network, plan, until } = this.#study;
    const card = this.chipOf(job);
    const { binding, table } = this.#routed(job);
    const layout = this.#layoutOf(job.noc);
    const noiseSeed = deriveSeed(plan.seed, job.die, job.stimulus);
    const recorded = readout && this.recordingOf(job, readout);
    const emulation = await setUpEmulation({
      card,
      network,
      binding,
      stimulus: this.stimulus(job.stimulus),
      currents: this.currents(job.stimulus),
      setting: this.#settingOf(job, binding),
      noc: job.idealNetwork ? 'ideal' : layout,
      dieSeed: job.die,
      noiseSeed,
      confluence: plan.confluence,
      probes,
      ...recorded,
      parts,
    });
    const { emulator, transport } = emulation;
    const before = transport instanceof NocTransport ? transport.read() : null;
    try {
      emulator.run(until);
      const spikes = emulator.spikes();
      const gain = card.binding.voltage_gain.value;
      return {
        outcome: outcomeOf({
          ...(table !== undefined && {
            crossbar: withQueues(
              crossbarCounts(table, spikes, this.stimulus(job.stimulus), network.count, until),
              emulator.busCounts(),
              table.interval ?? 0,
              until,
            ),
          }),
          emulation,
          card,
          layout,
          before,
          until,
          binding: binding.summary,
          fidelity: this.scoreAgainst(spikes, job.stimulus),
        }),
        spikes,
        recordings: recorded && readProbes(emulation, readout, recorded, { card, binding, noiseSeed }),
        correlation: readout?.some(({ kind }) => kind === 'correlation')
          ? readCorrelation(emulation, { card, binding, noiseSeed })
          : undefined,
        weights: readout?.some(({ kind }) => kind === 'w' || kind === 'correlation')
          ? weightsOf(card, binding, emulation.synapses)
          : undefined,
        voltages: emulator.voltages().map((column) => column.map((v) => (v - card.binding.voltage_offset.value) / gain)),
      };
    } finally {
      emulator.close();
    }
  }

  /** Card of an emulation's chip: what is ideal is switched off on the card, never silently. */
  chipOf(job: EmulationJob): ChipCard {
    return chipInMode(this.#study.chips[job.chip]!, job.mode);
  }

  /** What an emulation records for its probes. Errors: those of recordingPlan. */
  recordingOf(job: EmulationJob, probes: readonly EmulationProbe[]): ReturnType<typeof recordingPlan> {
    const card = this.chipOf(job);
    return recordingPlan(probes, card, this.bindingOf(job).circuitOf, this.#study.until / ticksOf(card.step.value), true);
  }

  bindingOf(job: EmulationJob): Binding {
    return this.#routed(job).binding;
  }

  /** The binding without what the chip's crossbar keeps away, and that crossbar. */
  #routed(job: EmulationJob): ReturnType<typeof throughCrossbar> {
    const study = this.#study;
    const card = this.chipOf(job);
    return this.#once(`binding ${job.chip} ${job.noc} ${card.quantisation}`, () =>
      throughCrossbar(
        card,
        bind(study.network, card, coresOf(study, job.noc), study.localShare, study.network.delay as number, study.allow),
        inputPorts(study.workload, study.network),
      ),
    );
  }

  stimulus(seed: number): StimulusEvents {
    const { workload, network, until, chips, reference } = this.#study;
    return this.#once(`stimulus ${String(seed)}`, () =>
      stimulusEvents(workload, network, seed, until, 1e9, chips[reference.chip]!.speed_up.value),
    );
  }

  currents(seed: number): CurrentChanges {
    const { workload, network, until, chips, reference } = this.#study;
    return this.#once(`currents ${String(seed)}`, () =>
      currentChanges(workload, network, seed, until, 1e9, chips[reference.chip]!.speed_up.value),
    );
  }

  /** The teacher as asked, under a stimulus. */
  teacher(seed: number): SpikeColumns {
    return this.#once(`teacher ${String(seed)}`, () => this.teacherRun(seed, 'as asked').spikes);
  }

  /** One of the three teachers, at the reference design. */
  teacherRun(
    seed: number,
    weights: 'as asked' | 'as quantised',
    more: Pick<Parameters<typeof runTeacher>[0], 'pathDelay' | 'probes'> = {},
  ): TeacherRun {
    const { network, reference, until } = this.#study;
    const job = calibrated(reference.chip, reference.noc, 0, seed);
    return runTeacher({
      card: this.chipOf(job),
      network,
      binding: this.bindingOf(job),
      stimulus: this.stimulus(seed),
      currents: this.currents(seed),
      until,
      weights,
      ...more,
    });
  }

  /** Fidelity of spikes to the teacher of the same stimulus (or to `teacher`), scaled by the teacher under the next stimulus of the plan. */
  scoreAgainst(spikes: SpikeColumns, stimulus: number, teacher?: SpikeColumns): Fidelity {
    const judge =
      teacher === undefined ? this.#once(`judge ${String(stimulus)}`, () => this.#judge(stimulus)) : this.#judge(stimulus, teacher);
    return judge(this.trains(spikes));
  }

  /** The stimulus that sets the shuffle level. */
  otherStimulus(stimulus: number): number {
    const { stimulus_seeds, network_seeds } = this.#study.plan;
    const seeds = [...new Set([...stimulus_seeds, ...network_seeds])];
    const next = seeds[(seeds.indexOf(stimulus) + 1) % seeds.length]!;
    return next === stimulus ? stimulus + 1 : next;
  }

  /** Spike trains in biological s. */
  trains(spikes: SpikeColumns): SpikeTrains {
    const { network, chips, reference } = this.#study;
    return spikeTrainsOf(spikes.tick, spikes.neuron, network.count, chips[reference.chip]!.speed_up.value / 1e9);
  }

  /**
   * Names the calibration of a die on a design: designs whose neuron circuits and targets are the same share one. Which circuit has which target follows from the placement.
   */
  calibrationKey(chip: string, noc: string, die: number): string {
    const group = this.#once(`group ${chip} ${noc}`, () => {
      return calibrationGroup(this.#study.chips[chip]!, this.bindingOf(calibrated(chip, noc, 0)));
    });
    return `${group} die ${String(die)}`;
  }

  #judge(stimulus: number, teacher = this.teacher(stimulus)): (student: SpikeTrains) => Fidelity {
    const { duration, warmUp } = this.#study;
    return fidelityJudge({
      teacher: this.trains(teacher),
      otherStimulus: this.trains(this.teacher(this.otherStimulus(stimulus))),
      from: warmUp,
      until: duration,
    });
  }

  #calibrate(chip: string, noc: string, die: number): Promise<CalibrationOutcome> {
    const { plan, chips } = this.#study;
    return calibrateForBinding(chips[chip]!, this.bindingOf(calibrated(chip, noc, die)), die, plan);
  }

  #settingOf(job: EmulationJob, binding: Binding): Setting {
    const nominal = nominalSetting(binding);
    const found = this.#calibrations[this.calibrationKey(job.chip, job.noc, job.die)];
    if (job.mode !== 'calibrated' || found === undefined) return nominal;
    return calibratedSetting(binding, found, largestCode(this.chipOf(job)));
  }

  #layoutOf(noc: string): NocLayout {
    return this.#once(`layout ${noc}`, () => layoutOf(this.#study.nocs[noc]!));
  }

  #once<T>(key: string, make: () => T): T {
    if (!this.#memory.has(key)) this.#memory.set(key, make());
    return this.#memory.get(key) as T;
  }
}

/** The emulation of a design as it is meant: calibrated, with its own network. */
export function calibrated(chip: string, noc: string, die: number, stimulus = 0): EmulationJob {
  return { kind: 'emulate', chip, noc, idealNetwork: false, mode: 'calibrated', die, stimulus };
}
