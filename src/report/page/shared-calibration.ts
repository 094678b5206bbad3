/** The page of a calibration of shared biases: medians of the cores before and after, every neuron beside them, masks, groups, and the biases that were found. */
import type {
  SharedCalibratedDie,
  SharedCalibrationRecord,
  SharedCalibrationResult,
  SharedQuantity,
  SharedReadings,
  SharedYield,
} from '../../model/index.ts';
import type { Figure } from '../figure.ts';
import { count, number, percent, withUnit } from '../format.ts';
import { OKABE_ITO } from '../palette.ts';
import { evidenceSection, provenanceSection, subtitleOf } from './common.ts';
import type { Page } from './document.ts';
import { biasTable, groupTable, maskTable, medianTable, offBy, overDiesTable } from '../shared-tables.ts';
import { maskedWords, medianFigures, reachTable, sharedYieldTable } from '../shared-yield.ts';
import { yieldTiles } from '../yield.ts';
import { orderDrawing, orderSection } from './order-graph.ts';
import { figureBlock, html, section, table, tiles, type Section, type Tile } from './html.ts';

/** Neurons stand side by side over this width of their core. */
const WIDTH = 0.7;

const ORDER =
  'a new membrane time constant moves the level of the membrane and with it the rate. Set from left to right every bias moves only what comes later; one that is set again takes those along.';

/** The page of the record. */
export function sharedCalibrationPage(record: SharedCalibrationRecord): Page {
  const { result } = record;
  const first = result.dies[0];
  const figures = first === undefined ? [] : first.quantities.map((quantity) => neuronFigure(first, quantity, result));
  const found = result.yield;
  return {
    ...(first !== undefined && first.order.length > 0 && { drawings: [orderDrawing(first.order, first.graph)] }),
    title: record.title,
    subtitle: subtitleOf(record),
    sections: [
      section('verdict', 'Verdict', tiles(sharedTiles(result))),
      ...(found === undefined ? [] : [yieldSection(found, result.dies)]),
      section(
        'medians',
        'Medians of the cores',
        html`<p>
            All neurons of a core share their biases: the median neuron is brought to the target, what the others deviate stays. Standard
            errors are those of the median of these neurons, from repeated readings of each; a median can be set no finer than half of the
            distance to the next code.
          </p>
          ${result.dies.length > 1 ? table(overDiesTable(result)) : ''} ${table(medianTable(result))}`,
      ),
      section(
        'neurons',
        'Every neuron',
        html`<p>Fresh readings of all neurons of die ${String(first?.die ?? '-')} over their targets, core by core.</p>
          <div class="grid">${figures.map((figure) => figureBlock(figure))}</div>`,
        figures,
      ),
      section(
        'masks',
        'Masked neurons and groups',
        html`${table(maskTable(result))}
          <h3>Groups of alike neurons, by their rate</h3>
          ${table(groupTable(result))}`,
      ),
      section('biases', 'Biases', table(biasTable(result))),
      orderSection(first?.order ?? [], first?.graph, ORDER),
      provenanceSection(record),
      evidenceSection(record),
    ],
  };
}

/** Yield per quantity, and what stands between the neurons and their targets. */
function yieldSection(found: SharedYield, dies: readonly SharedCalibratedDie[]): Section {
  const figures = medianFigures(found, dies);
  return section(
    'yield',
    'Yield',
    html`<p>
        RMS deviation of the true medians from their target over the cores of all dies, against the gates. Shares stand with their 95 %
        Wilson intervals; a median counts when it was read and lies within twice the gate. The last columns say how often the stated
        intervals hold the truth.
      </p>
      ${table(sharedYieldTable(found))}
      <h3>What no code reaches</h3>
      ${table(reachTable(found))}
      <div class="grid">${figures.map((figure) => figureBlock(figure))}</div>`,
    figures,
  );
}

/** Verdict, the worst median, masks and hardware time. */
export function sharedTiles({ dies, gate, yield: found }: SharedCalibrationResult): Tile[] {
  const met = dies.filter((die) => die.met).length;
  const all = dies.flatMap(({ die, quantities }) =>
    quantities.flatMap(({ name, target, before, after }) =>
      after.flatMap((value, core) =>
        value === null ? [] : [{ die, name, core, before: offBy(before[core], target), after: value / target - 1 }],
      ),
    ),
  );
  const worst = all.reduce<(typeof all)[number] | undefined>(
    (most, one) => (most === undefined || Math.abs(one.after) > Math.abs(most.after) ? one : most),
    undefined,
  );
  const { value, text } = maskedWords(dies);
  return [
    ...(found === undefined ? [] : yieldTiles(found, dies.length)),
    {
      tone: met === dies.length ? 'good' : 'bad',
      heading: 'Medians within their tolerance',
      value: `${String(met)} of ${count(dies.length, 'die')}`,
      text: `Every median of every core read within ${percent(gate)} of its target.`,
    },
    ...(worst === undefined
      ? []
      : [
          {
            tone: 'plain' as const,
            heading: 'Furthest from its target',
            value: `${worst.name.replaceAll('_', ' ')}, ${percent(worst.after)}`,
            text: `Die ${String(worst.die)}, core ${String(worst.core)}; ${worst.before === null ? 'not read' : percent(worst.before)} before.`,
          },
        ]),
    { tone: 'plain', heading: 'Masked neurons', value, text },
    { tone: 'plain', heading: 'Hardware time, all dies', ...timeWords(dies) },
  ];
}

/** What the bench would bill, and what an update has saved of it. */
function timeWords(dies: readonly SharedCalibratedDie[]): Pick<Tile, 'value' | 'text'> {
  const time = dies.reduce((sum, { hardwareTime: t }) => sum + t.settling + t.reading + t.running, 0);
  const took = dies.reduce((sum, { updates }) => sum + (updates ?? 0), 0);
  const again = [...new Set(dies.flatMap(({ order }) => order))].map((name) => name.replaceAll('_', ' '));
  return {
    value: withUnit(time, 's'),
    text:
      took === 0
        ? 'What the same calibration would take on the bench.'
        : `Done again: ${again.length === 0 ? 'nothing' : again.join(', ')}. The calibration that this one updates took ${withUnit(took, 's')}: ${withUnit(took - time, 's')} of hardware time saved.`,
  };
}

/** All neurons of a die over the target of a quantity, with the medians of their cores before and after. */
function neuronFigure(
  { die, masked }: SharedCalibratedDie,
  { name, target, unit, readings, before, after }: SharedQuantity,
  { neuronsPerCore }: SharedCalibrationResult,
): Figure {
  const dead = new Set(masked.map(({ neuron }) => neuron));
  const points = (out: boolean): { x: number; y: number }[] =>
    readings.flatMap((value, n) => {
      if (value === null || dead.has(n) !== out) return [];
      const place = ((n % neuronsPerCore) + 0.5) / neuronsPerCore - 0.5;
      return [{ x: Math.floor(n / neuronsPerCore) + WIDTH * place, y: value / target }];
    });
  const medians = (values: SharedReadings): { x: number; y: number }[] =>
    values.flatMap((value, core) => (value === null ? [] : [{ x: core, y: value / target }]));
  const told = (values: SharedReadings): string =>
    values.map((value) => (value === null ? 'not read' : percent(value / target - 1))).join(', ');
  const title = name.replaceAll('_', ' ');
  return {
    name: `neurons-${name.replaceAll('_', '-')}`,
    title: `${title} of every neuron over its target`,
    caption: `Die ${String(die)}; target ${number(target)} ${unit}. Medians of the cores: ${told(after)} from it after calibration, ${told(before)} before.`,
    alt: `Readings of ${title} of all neurons over the target, by core, with the medians before and after calibration.`,
    size: { width: 480, height: 320 },
    config: () => ({
      type: 'scatter',
      data: {
        datasets: [
          { label: 'median before', data: medians(before), backgroundColor: OKABE_ITO.vermilion, pointStyle: 'rectRot', pointRadius: 7 },
          { label: 'median after', data: medians(after), backgroundColor: '@ink', pointStyle: 'rectRot', pointRadius: 7 },
          { label: 'neuron', data: points(false), backgroundColor: OKABE_ITO.blue, pointRadius: 1.5, pointBorderWidth: 0 },
          { label: 'masked', data: points(true), backgroundColor: OKABE_ITO.orange, pointRadius: 2, pointBorderWidth: 0 },
        ],
        marks: [{ axis: 'y', value: 1, label: 'target', colour: '@ink', dash: [4, 3] }],
      },
      options: {
        scales: {
          x: { min: -0.5, max: after.length - 0.5, ticks: { stepSize: 1 }, title: { display: true, text: 'core' } },
          y: { grace: '5%', title: { display: true, text: `${title} / target` } },
        },
        plugins: { legend: { position: 'bottom' } },
      },
    }),
    table: {
      name: `neurons-${name}`,
      columns: [{ name: 'neuron' }, { name: 'core' }, { name: `${title} (${unit})`, digits: 5 }, { name: 'masked' }],
      rows: readings.map((value, n) => [n, Math.floor(n / neuronsPerCore), value, dead.has(n) ? 'yes' : '']),
    },
  };
}
