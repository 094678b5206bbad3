/** The page of a calibration: before and after per quantity, residuals, masks, and what it would cost in hardware time. */
import type { CalibrationResult, CircuitStatus, GradedQuantity } from '../../model/results.ts';
import type { CalibrationRecord } from '../../model/run-record.ts';
import { withUnit } from '../format.ts';
import { histogramFigures, QUANTITY_NAMES } from '../charts/histogram.ts';
import { calibrationVerdict } from '../verdict.ts';
import { evidenceSection, provenanceSection, subtitleOf } from './common.ts';
import type { Page } from './document.ts';
import { figureBlock, html, section, table, tiles, type Html } from './html.ts';

const STATUSES = ['ok', 'at limit', 'noisy', 'masked', 'not reached'] as const satisfies readonly CircuitStatus[];

/** The page of a calibration record. */
export function calibrationPage(record: CalibrationRecord): Page {
  const { dies } = record.result;
  const histograms = histogramFigures(dies);
  return {
    title: record.title,
    subtitle: subtitleOf(record),
    sections: [
      section('verdict', 'Verdict', tiles(calibrationVerdict(dies))),
      section(
        'calibration',
        'Before and after',
        html`<div class="grid">${histograms.map((figure) => figureBlock(figure))}</div>
          ${calibrationTables(dies)}`,
        histograms,
      ),
      provenanceSection(record),
      evidenceSection(record),
    ],
  };
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
          QUANTITY_NAMES[quantity.quantity],
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
        [die.die as number | string, QUANTITY_NAMES[quantity.quantity]].concat(
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
