/** The page of one die: what it was made of, parameter by parameter. */
import type { DieSheet, DieStatistics } from '../../model/index.ts';
import { parameterHistogram } from '../charts/parameter-histogram.ts';
import { count, list, number } from '../format.ts';
import type { Page } from './document.ts';
import { faultWords } from '../text/sheets.ts';
import { NOTHING_VARIES } from '../text/sheet-words.ts';
import { figureBlock, html, section, table } from './html.ts';

/** The page of a die sheet. */
export function diePage(sheet: DieSheet): Page {
  const { card, die, measured, parameters } = sheet;
  const figures = parameters.filter(({ least, most }) => most > least).map(parameterHistogram);
  const still = parameters.filter(({ least, most }) => least === most).map(({ name }) => name.replaceAll('_', ' '));
  return {
    title: measured === null ? `Die ${String(die)} of ${card}` : `Die ${measured.name} (${String(die)}) of ${card}`,
    subtitle: `${measured === null ? 'drawn from its number' : `measured: ${measured.source}`}, card ${sheet.cardHash.slice(0, 12)}. This is the hidden truth: no calibration sees it.`,
    sections: [
      section(
        'parameters',
        'Parameters',
        parameters.length === 0
          ? html`<p>${NOTHING_VARIES}</p>`
          : table({ name: 'die-parameters', columns: COLUMNS.map((name) => ({ name, digits: 4 })), rows: parameters.map(rowOf) }),
      ),
      section(
        'faults',
        'Conditions and faults',
        html`${faultWords(sheet).map((line) => html`<p>${line[0]!.toUpperCase()}${line.slice(1)}.</p>`)}`,
      ),
      ...(parameters.length === 0
        ? []
        : [
            section(
              'histograms',
              'Histograms',
              html`${measured === null ? '' : html`<p>${count(measured.parameters.length, 'parameter')} measured: ${list(measured.parameters, 30)}. The others were drawn.</p>`}
                ${still.length === 0 ? '' : html`<p>The same in all circuits: ${list(still, 30)}.</p>`}
                <div class="grid">${figures.map((figure) => figureBlock(figure))}</div>`,
              figures,
            ),
          ]),
    ],
  };
}

const COLUMNS = ['parameter', 'unit', 'spread stated', 'spread found', 'mean', 'least', 'most', 'quadrant means'];

function rowOf({ name, unit, stated, deviation, mean, least, most, quadrants }: DieStatistics): (string | number | null)[] {
  return [
    name,
    unit === '1' ? 'of nominal' : unit,
    stated,
    deviation,
    mean,
    least,
    most,
    quadrants.length > 1 ? quadrants.map((value) => number(value, 3)).join(' ') : null,
  ];
}
