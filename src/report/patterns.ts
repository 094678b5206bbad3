/** Tiles, table and figures of firing patterns: share in class before and after against the ideal die, and student over teacher. */
import type { SpikeColumns } from '../model/recording.ts';
import type { PatternOutcome, PatternsResult, PatternStage, PatternVerdict } from '../model/index.ts';
import { rasterPanels, STUDENT_COLOUR, TEACHER_COLOUR, UNCALIBRATED_COLOUR } from './charts/raster.ts';
import type { Figure, ReportTable } from './figure.ts';
import { count, list, percent, withUnit } from './format.ts';
import { OKABE_ITO } from './palette.ts';
import type { Tile } from './page/html.ts';

/** Verdict, worst pattern, time. */
export function patternTiles({ verdicts, passed, outcomes, count: least }: PatternsResult): Tile[] {
  const short = verdicts.filter((verdict) => !verdict.passed);
  const worst = verdicts.toSorted((a, b) => a.ratio / a.least - b.ratio / b.least)[0];
  const { settling, reading, running } = outcomes.reduce(
    (sum, { calibration: { hardwareTime: t } }) => ({
      settling: sum.settling + t.settling / outcomes.length,
      reading: sum.reading + t.reading / outcomes.length,
      running: sum.running + t.running / outcomes.length,
    }),
    { settling: 0, reading: 0, running: 0 },
  );
  const fit = outcomes.reduce((sum, { fitTime }) => sum + fitTime, 0) / Math.max(outcomes.length, 1);
  return [
    {
      tone: passed ? 'good' : 'bad',
      heading: 'Firing patterns',
      value: passed ? 'all reached' : `${count(short.length, 'pattern')} short`,
      text: passed
        ? `Every pattern keeps its share of the ideal die's trials, and at least ${percent(least)} of the trials the spike count to a fifth.`
        : `Short: ${list(short.map(({ pattern }) => pattern))}.`,
    },
    ...(worst === undefined
      ? []
      : [
          {
            tone: 'plain' as const,
            heading: 'Nearest to its bar',
            value: worst.pattern,
            text: `${percent(worst.after.share, 3)} in class after calibration, ${percent(worst.ideal.share, 3)} on the ideal die under the same noise: ${worst.ratio.toFixed(2)} of it, ${String(worst.least)} wanted.`,
          },
        ]),
    {
      tone: 'plain',
      heading: 'Hardware time per die and pattern',
      value: withUnit(settling + reading + running + fit, 's'),
      text: `Parameter by parameter ${withUnit(settling + reading + running, 's')}, joint fit ${withUnit(fit, 's')}.`,
    },
  ];
}

/** One row per pattern. */
export function patternTable({ verdicts }: PatternsResult): ReportTable {
  return {
    name: 'patterns',
    columns: [
      'pattern',
      'teacher spikes',
      'before',
      'by parameter',
      'after joint fit',
      'written anew',
      'ideal die',
      'after / ideal',
      'bar',
      'count within 20 %, before',
      'after',
      'verdict',
    ].map((name) => ({ name })),
    rows: verdicts.map((verdict) => [
      verdict.pattern,
      verdict.teacherSpikes,
      shareWords(verdict.before),
      shareWords(verdict.single),
      shareWords(verdict.after),
      shareWords(verdict.writtenAnew),
      shareWords(verdict.ideal),
      verdict.ratio,
      verdict.least,
      percent(verdict.countBefore, 3),
      percent(verdict.countAfter, 3),
      verdict.passed ? 'reached' : 'short',
    ]),
  };
}

function shareWords({ share, low, high }: PatternVerdict['after']): string {
  return `${percent(share, 3)} (${percent(low, 3)} to ${percent(high, 3)})`;
}

const STAGES: readonly {
  readonly stage: PatternStage;
  readonly key: 'before' | 'single' | 'after' | 'writtenAnew' | 'ideal';
  readonly colour: string;
}[] = [
  { stage: 'uncalibrated', key: 'before', colour: OKABE_ITO.grey },
  { stage: 'parameter by parameter', key: 'single', colour: OKABE_ITO.orange },
  { stage: 'joint fit', key: 'after', colour: '@blue' },
  { stage: 'joint fit, written anew', key: 'writtenAnew', colour: OKABE_ITO.purple },
  { stage: 'ideal die', key: 'ideal', colour: OKABE_ITO.green },
];

/** Shares in class by state of the die. */
export function shareFigure({ verdicts, trials }: PatternsResult): Figure {
  return {
    name: 'pattern-shares',
    title: 'Trials in class, by state of the die',
    caption: `Mean over all circuits of the share of ${count(trials, 'fresh trial')} whose class is that of the pattern. The ideal die has the same membrane and comparator noise.`,
    alt: `Bars of the share of trials in class for ${count(verdicts.length, 'pattern')}, uncalibrated, after each step of the calibration and on the ideal die.`,
    size: { width: 860, height: 90 + 62 * verdicts.length },
    config: () => ({
      type: 'bar',
      data: {
        labels: verdicts.map(({ pattern }) => pattern),
        datasets: STAGES.map(({ stage, key, colour }) => ({
          label: stage,
          data: verdicts.map((verdict) => 100 * (verdict[key].share ?? 0)),
          backgroundColor: colour,
          pointStyle: 'rect',
        })),
      },
      options: {
        indexAxis: 'y',
        scales: {
          x: { min: 0, max: 100, title: { display: true, text: 'trials in class (%)' } },
          y: { grid: { display: false }, ticks: { autoSkip: false } },
        },
        plugins: { legend: { position: 'bottom' } },
      },
    }),
    table: {
      name: 'pattern-shares',
      columns: ['pattern', ...STAGES.flatMap(({ stage }) => [stage, `${stage}, low`, `${stage}, high`])].map((name) => ({ name })),
      rows: verdicts.map((verdict) => [
        verdict.pattern,
        ...STAGES.flatMap(({ key }) => [verdict[key].share, verdict[key].low, verdict[key].high]),
      ]),
    },
  };
}

/** Student over teacher for the first die of every pattern: the teacher's spikes in every row, the circuits before and after. */
export function patternRasters({ outcomes, step }: PatternsResult): Figure[] {
  const first = outcomes.filter(({ pattern }, k) => outcomes.findIndex((other) => other.pattern === pattern) === k);
  return first.map(({ pattern, die, examples: { teacher, uncalibrated, calibrated } }) => {
    const neurons = calibrated.length;
    return rasterPanels(
      [
        { label: 'teacher', colour: TEACHER_COLOUR, spikes: columnsOf(calibrated.map(() => teacher)) },
        { label: 'uncalibrated', colour: UNCALIBRATED_COLOUR, spikes: columnsOf(uncalibrated) },
        { label: 'calibrated', colour: STUDENT_COLOUR, spikes: columnsOf(calibrated) },
      ],
      { ticksPerBiologicalSecond: 1e6, neurons },
      step * 1e3,
      {
        name: `pattern-${pattern.replaceAll(' ', '-')}`,
        title: `${pattern}: teacher, uncalibrated, calibrated`,
        caption: `One trial of the first ${count(neurons, 'circuit')} of die ${String(die)}, a row each; the teacher's spikes stand in every row. Time in biological seconds since the onset of the current.`,
      },
    );
  });
}

/** Times in ms as ticks of 1 us. */
function columnsOf(trains: readonly (readonly number[])[]): SpikeColumns {
  const spikes = trains.flatMap((train, neuron) => train.map((time) => ({ tick: Math.round(time * 1e3), neuron })));
  spikes.sort((a, b) => a.tick - b.tick || a.neuron - b.neuron);
  return { tick: Float64Array.from(spikes, ({ tick }) => tick), neuron: Uint32Array.from(spikes, ({ neuron }) => neuron) };
}

/** Classes of all trials before and after, per pattern and die. */
export function classTable(outcomes: readonly PatternOutcome[]): ReportTable {
  const classes = [...new Set(outcomes.flatMap(({ stages }) => stages.flatMap((stage) => Object.keys(stage.classes))))].toSorted();
  return {
    name: 'pattern-classes',
    columns: ['pattern', 'die', 'state', ...classes.map((name) => `${name}, %`)].map((name) => ({ name })),
    rows: outcomes.flatMap(({ pattern, die, stages }) =>
      stages.map((stage) => [pattern, die, stage.stage, ...classes.map((name) => 100 * (stage.classes[name] ?? 0))]),
    ),
  };
}
