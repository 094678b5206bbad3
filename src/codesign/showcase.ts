/**
 * What a person wants to see of the reference design, from one die under one stimulus: rasters, one membrane, and how the error splits over the three teachers.
 */
import { fidelity, firingRates } from '../analysis/index.ts';
import type { CodesignResult, FidelitySummary, SpikeColumns } from '../model/index.ts';
import { zeroLoadLatencies } from '../noc/index.ts';
import { calibrated, StudyRunner, type Calibrations } from './job.ts';
import { summariseFidelity } from './outcome.ts';
import { uncalibratedControl } from './schedule.ts';
import type { Study } from './study.ts';
import { layoutOf } from './study-cards.ts';
import { coresOf } from './study-spikes.ts';

export interface Showcase {
  readonly spikes: { readonly teacher: SpikeColumns; readonly student: SpikeColumns; readonly uncalibrated: SpikeColumns };
  readonly shuffle: FidelitySummary;
  readonly overlay: CodesignResult['overlay'];
  readonly errorSplit: CodesignResult['errorSplit'];
}

/** Biological s of membrane that are shown. */
const SHOWN = 0.2;

export async function showcase(study: Study, calibrations: Calibrations): Promise<Showcase> {
  const { plan, reference, warmUp, duration, until, network, chips } = study;
  const runner = new StudyRunner(study, calibrations);
  const [die, stimulus] = [plan.dies[0]!, plan.stimulus_seeds[0]!];
  const job = calibrated(reference.chip, reference.noc, die, stimulus);
  const teacher = runner.teacher(stimulus);
  const neuron = typicalNeuron(runner, teacher, warmUp, duration);
  const student = await runner.emulate(job, [neuron]);
  const uncalibrated = await runner.emulate(uncalibratedControl(reference, die, stimulus), [neuron]);
  const card = chips[reference.chip]!;
  const window = Math.round(card.step.value * 1e9);
  const exact = runner.teacherRun(stimulus, 'as asked', { probes: { neurons: [neuron], interval: window } });
  const quantised = runner.teacherRun(stimulus, 'as quantised').spikes;
  const mapped = runner.teacherRun(stimulus, 'as quantised', { pathDelay: pathDelays(study) }).spikes;
  const score = (against: SpikeColumns): number | null => runner.scoreAgainst(student.spikes, stimulus, against).timing;
  const trains = runner.trains(runner.teacher(runner.otherStimulus(stimulus)));
  const shuffle = fidelity({ student: trains, teacher: runner.trains(teacher), otherStimulus: trains, from: warmUp, until: duration });
  const step = card.step.value * card.speed_up.value;
  const first = Math.max(Math.round(warmUp / step), 1);
  const samples = Math.min(Math.round(SHOWN / step), Math.floor(until / window) - first);
  // the student is sampled at the ends of windows, the teacher at their beginnings
  const millivolts = (column: Float64Array, offset: number): number[] =>
    Array.from({ length: samples }, (_, i) => Number((1e3 * column[first + i + offset]!).toFixed(3)));
  return {
    spikes: { teacher, student: student.spikes, uncalibrated: uncalibrated.spikes },
    shuffle: summariseFidelity(shuffle),
    overlay: {
      neuron,
      time: Array.from({ length: samples }, (_, i) => Number((1e3 * (first + i) * step).toFixed(4))),
      teacher: millivolts(exact.voltages[0]!, 0),
      student: millivolts(student.voltages[0]!, -1),
      uncalibrated: millivolts(uncalibrated.voltages[0]!, -1),
    },
    errorSplit: [
      { step: 'as asked', timing: score(teacher) },
      { step: 'as quantised', timing: score(quantised) },
      { step: 'as mapped', timing: score(mapped) },
    ],
  };

  /** Nominal delay of every path at zero load, in ticks. */
  function pathDelays({ nocs }: Study): (source: number, target: number) => number {
    const layout = layoutOf(nocs[reference.noc]!);
    const cycles = zeroLoadLatencies(layout);
    const coreOf = coresOf(study, reference.noc);
    const [out, inward, local] = [card.interface.out, card.interface.in, card.interface.local].map(({ value }) =>
      Math.round(value * 1e9),
    ) as [number, number, number];
    return (source, target) => {
      const [from, to] = [coreOf[source]!, coreOf[target]!];
      return from === to ? local : Math.round((cycles[from * layout.nodes + to]! / layout.frequency) * 1e9) + out + inward;
    };
  }

  function typicalNeuron(run: StudyRunner, spikes: SpikeColumns, from: number, to: number): number {
    const rates = firingRates(run.trains(spikes), from, to);
    const order = Array.from({ length: network.count }, (_, n) => n).toSorted((a, b) => rates[a]! - rates[b]! || a - b);
    // busier than most, so that spikes are seen
    return order[Math.floor(0.7 * (order.length - 1))]!;
  }
}
