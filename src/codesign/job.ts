/**
 * The jobs of a study, each a pure function of the study and its own parameters, so that any worker gives the same answer:
 *   calibrate  one die against the targets of the workload            curve    latency and load of one network-on-chip under the workload's traffic
 *   emulate    one die under one stimulus on one design: fidelity, latency, energy, losses
 */
import { deriveSeed, hashOf, InternalError, ticksOf } from '../base/index.ts';
import { fidelityJudge, spikeTrainsOf, type Fidelity, type SpikeTrains } from '../analysis/index.ts';
import { calibrateDie, type DieCalibration } from '../calibration/index.ts';
import { DieSubstrate, largestCode, withOpenSwitches, type CorrelationReadings } from '../chip/index.ts';
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
import { gradeCalibration, uncalibratedTruth } from '../grading/index.ts';
import { type CalibrationResult, type ChipCard, type Setting, type SpikeColumns } from '../model/index.ts';
import { currentChanges, stimulusEvents, type CurrentChanges, type StimulusEvents } from '../network/index.ts';
import type { NocLayout } from '../noc/index.ts';
import { CALIBRATED_CELLS, calibratedSetting, calibrationAim, type FoundCodes } from './calibration-aim.ts';
import { curveOf, type Curve } from './curve.ts';
import { outcomeOf, type EmulationOutcome } from './outcome.ts';
import { weightsOf, type SynapseRow } from './recordings.ts';
import { coresOf, layoutOf, type Study } from './study.ts';

/** Chip of an emulation: as the design says, or with everything ideal, with or without the card's membrane noise. */
export type ChipMode = 'calibrated' | 'uncalibrated' | 'ideal' | 'ideal with noise';

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

/** Codes that a calibration found, as plain lists: a worker's answer goes through a file. */
export interface CalibrationOutcome extends FoundCodes {
  readonly result: CalibrationResult;
}

export type JobResult = CalibrationOutcome | Curve | EmulationOutcome;

/** Calibrations by `calibrationKey`. */
export type Calibrations = Readonly<Record<string, CalibrationOutcome>>;

/** Runs the jobs of one study and remembers what several of them need: bindings, stimuli, teachers. */
export class StudyRunner {
  readonly #study: Study;
  readonly #calibrations: Calibrations;
  readonly #memory = new Map<string, unknown>();

  constructor(study: Study, calibrations: Calibrations = {}) {
    this.#study = study;
    this.#calibrations = calibrations;
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
    const card = this.#study.chips[job.chip]!;
    if (job.mode === 'calibrated' || job.mode === 'uncalibrated') return card;
    return {
      ...card,
      variation: 0,
      quantisation: 'off',
      neuron: idealCircuit(card.neuron),
      noise: { ...card.noise, scale: job.mode === 'ideal' ? 0 : card.noise.scale },
    };
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
      const card = this.#study.chips[chip]!;
      // what is left out has no part in a neuron circuit or its readings: the resolution of synapses, for one, changes only the stimulus that a calibration takes
      const {
        name: _name,
        description: _text,
        interface: _ports,
        energy: _energy,
        area: _area,
        anchors: _anchors,
        binding: _scale,
        synapse,
        ...circuits
      } = card;
      const { weight_bits: _weight, label_bits: _label, ...inputs } = synapse;
      const binding = this.bindingOf(calibrated(chip, noc, die));
      const { targets } = calibrationAim(card, binding);
      const { adex } = binding.targets;
      return hashOf({ ...circuits, inputs, targets, ...(adex && { adex }) }).slice(0, 16);
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

  async #calibrate(chip: string, noc: string, die: number): Promise<CalibrationOutcome> {
    const { plan, chips } = this.#study;
    // circuits are calibrated one by one
    const card = withOpenSwitches(chips[chip]!);
    const binding = this.bindingOf(calibrated(chip, noc, die));
    const { targets, nominal } = calibrationAim(card, binding);
    const noiseSeed = deriveSeed(plan.seed, die);
    const substrate = new DieSubstrate(card, die, noiseSeed);
    const calibration = await calibrateDie(substrate, targets, nominal, plan.calibration);
    const before = await uncalibratedTruth(card, die, noiseSeed, nominal);
    return {
      ...plainSetting(calibration),
      result: gradeCalibration(card, die, before, substrate, calibration, targets),
    };
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

/** Linear amplifiers, and a reset and a comparator that take no time. */
function idealCircuit(neuron: ChipCard['neuron']): ChipCard['neuron'] {
  const { adex } = neuron;
  const none = { value: 0 };
  const timeless = adex && {
    adex: { ...adex, reset_tau: { ...adex.reset_tau, ...none }, comparator_delay: { ...adex.comparator_delay, ...none } },
  };
  return { ...neuron, ota: 'linear', ...timeless };
}

/** The emulation of a design as it is meant: calibrated, with its own network. */
export function calibrated(chip: string, noc: string, die: number, stimulus = 0): EmulationJob {
  return { kind: 'emulate', chip, noc, idealNetwork: false, mode: 'calibrated', die, stimulus };
}

function plainSetting({ setting }: DieCalibration): FoundCodes {
  return {
    codes: Object.fromEntries(CALIBRATED_CELLS.map((cell) => [cell, Array.from(setting.codes![cell]!)])),
    leakMode: Array.from(setting.leakMode!),
    ...(setting.driverTrim && { driverTrim: Array.from(setting.driverTrim) }),
  };
}
