/** The page of a calibration: before and after per quantity, residuals, masks, and what it would cost in hardware time. */
import { factsOf, type CalibrationResult, type CircuitStatus, type GradedQuantity, type YieldResult } from '../../model/index.ts';
import type { CalibrationRecord } from '../../model/run-record.ts';
import { withUnit } from '../format.ts';
import { circuitFigures, worstTable } from '../charts/circuits.ts';
import { curveFigures } from '../charts/curves.ts';
import { histogramFigures } from '../charts/histogram.ts';
import { calibrationVerdict } from '../verdict.ts';
import { evidenceSection, provenanceSection, subtitleOf } from './common.ts';
import type { Page } from './document.ts';
import type { ReportTable } from '../figure.ts';
import { codeFigures, codeTable, studyTable, yieldTable, yieldTiles } from '../yield.ts';
import { orderDrawing, orderSection } from './order-graph.ts';
import { figureBlock, html, section, table, tiles, type Html, type Section } from './html.ts';

const STATUSES = ['ok', 'at limit', 'noisy', 'masked', 'not reached'] as const satisfies readonly CircuitStatus[];

/** The page of a calibration record. */
export function calibrationPage(record: CalibrationRecord): Page {
  const { dies, yield: found } = record.result;
  const histograms = histogramFigures(dies);
  const [first] = dies;
  return {
    ...(first?.graph && { drawings: [orderDrawing(first.order, first.graph)] }),
    title: record.title,
    subtitle: subtitleOf(record),
    sections: [
      section('verdict', 'Verdict', tiles([...(found === undefined ? [] : yieldTiles(found, dies.length)), ...calibrationVerdict(dies)])),
      ...(found === undefined ? [] : [yieldSection(found)]),
      uncertaintySection(dies),
      section(
        'calibration',
        'Before and after',
        html`<div class="grid">${histograms.map((figure) => figureBlock(figure))}</div>
          ${calibrationTables(dies)}`,
        histograms,
      ),
      circuitSection(dies),
      ...curveSection(dies),
      orderSection(first?.order ?? [], first?.graph, 'a new membrane time constant moves the leak, whatever lowers the resets moves them.'),
      provenanceSection(record),
      evidenceSection(record),
    ],
  };
}

/** Yield per quantity, use of the codes, and the studies that were asked for. */
function yieldSection(found: YieldResult): Section {
  const figures = codeFigures(found);
  return section(
    'yield',
    'Yield',
    html`<p>
        RMS deviation of the truth from the target over unmasked circuits of all dies, against the gates. Shares stand with their 95 %
        Wilson intervals; a circuit counts when it is not masked and within twice the gate. The last columns say how often the stated
        intervals hold the truth.
      </p>
      ${table(yieldTable(found))}
      <h3>Does the range of the codes suffice?</h3>
      ${table(codeTable(found))}
      <div class="grid">${figures.map((figure) => figureBlock(figure))}</div>
      ${study(`Which source of error hurts: dies ${found.studyDies.join(', ')} with one switched off at a time`, studyTable(found, 'sensitivity'))}
      ${study('Bits of the parameter cells', studyTable(found, 'bits'))}`,
    figures,
  );
}

/** Circuits one by one. */
function circuitSection(dies: readonly CalibrationResult[]): Section {
  const figures = circuitFigures(dies);
  return section(
    'circuits',
    'Circuit by circuit',
    html`<h3>Furthest from their targets</h3>
      ${table(worstTable(dies))}
      <div class="grid">${figures.map((figure) => figureBlock(figure))}</div>`,
    figures,
  );
}

/** What the searches have learnt of the circuits of the first die. */
function curveSection(dies: readonly CalibrationResult[]): readonly Section[] {
  const figures = dies.slice(0, 1).flatMap((die) => curveFigures(die));
  if (figures.length === 0) return [];
  return [
    section(
      'curves',
      'Characteristic curves',
      html`<p>
          Every search leaves a curve per circuit: with it a new target is met without a new search (<code>calibrate --from-curves</code>).
          Curves that cross the target inside the range of the code are in reach of calibration.
        </p>
        <div class="grid">${figures.map((figure) => figureBlock(figure))}</div>`,
      figures,
    ),
  ];
}

function study(title: string, chosen: ReportTable | null): Html {
  return chosen === null
    ? html``
    : html`<h3>${title}</h3>
        ${table(chosen)}`;
}

function relative(unit: string): number {
  return unit === 'LSB' ? 1 : 100;
}

/** The budget of the stated uncertainty and how often its intervals hold the truth. */
function uncertaintySection(dies: readonly CalibrationResult[]): Section {
  const budget = dies
    .slice(0, 1)
    .flatMap(({ quantities }) =>
      quantities.flatMap(({ quantity, unit, verification }) =>
        (verification?.budget ?? []).map(({ component, rms, of }) => [
          factsOf(quantity).name,
          component,
          rms * relative(unit),
          unit === 'LSB' ? 'LSB' : '% of target',
          of,
        ]),
      ),
    );
  const coverage = dies.flatMap(({ die, graded }) =>
    graded.flatMap(({ quantity, coverage: held }) =>
      held === undefined
        ? []
        : [[die, factsOf(quantity).name, held.circuits, (100 * held.within68) / held.circuits, (100 * held.within95) / held.circuits]],
    ),
  );
  return section(
    'uncertainty',
    'Uncertainty',
    budget.length === 0
      ? html`<p>This calibration was not verified: no uncertainty is stated.</p>`
      : html`<p>Standard deviations, RMS over the circuits of the first die, from fresh readings of the final codes.</p>
          ${table({ name: 'uncertainty-budget', columns: ['quantity', 'component', 'standard deviation', 'in', 'of'].map((name) => ({ name })), rows: budget })}
          <h3>How often the stated intervals hold the truth</h3>
          ${table({ name: 'coverage', columns: ['die', 'quantity', 'circuits', '68 % interval, %', '95 % interval, %'].map((name) => ({ name })), rows: coverage })}`,
  );
}

/** RMS deviations with masks, circuits by status, and the hardware time bill. */
export function calibrationTables(dies: readonly CalibrationResult[]): Html {
  const graded = table({
    name: 'calibration-rms',
    columns: ['die', 'quantity', 'target', 'RMS before', 'RMS after', 'RMS in', 'masked', 'masked, %'].map((name) => ({ name })),
    rows: dies.flatMap((die) =>
      die.graded.map((quantity) => {
        const masked = quantity.masked.filter(Boolean).length;
        return [
          die.die,
          factsOf(quantity.quantity).name,
          withUnit(quantity.target, quantity.unit),
          shownDeviation(quantity.rmsBefore, quantity.unit),
          shownDeviation(quantity.rmsAfter, quantity.unit),
          quantity.unit === 'LSB' ? 'LSB' : '% of target',
          masked,
          quantity.masked.length === 0 ? null : (100 * masked) / quantity.masked.length,
        ];
      }),
    ),
  });
  const status = table({
    name: 'calibration-status',
    columns: ['die', 'quantity', ...STATUSES].map((name) => ({ name })),
    rows: dies.flatMap((die) =>
      die.quantities.map((quantity) =>
        [die.die as number | string, factsOf(quantity.quantity).name].concat(
          STATUSES.map((wanted) => quantity.status.filter((found) => found === wanted).length),
        ),
      ),
    ),
  });
  const bill = table({
    name: 'hardware-time',
    columns: ['die', 'settling (s)', 'reading (s)', 'running (s)', 'total (s)'].map((name) => ({ name })),
    rows: dies.map(({ die, hardwareTime: t }) => [die, t.settling, t.reading, t.running, t.settling + t.reading + t.running]),
  });
  return html`<h3>RMS deviation from the target over unmasked circuits, graded against truth</h3>
    ${graded}
    <h3>Circuits by status, as the calibration itself saw them</h3>
    ${status}
    <h3>Hardware time that this calibration would take</h3>
    ${bill}`;
}

/** Times and strengths are graded relative to their target, and shown in percent. */
function shownDeviation(rms: number, unit: GradedQuantity['unit']): number {
  return unit === 'LSB' ? rms : 100 * rms;
}
