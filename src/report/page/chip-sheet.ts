/** The data sheet of a chip as a page: what it is, how it is laid out, what can be set and how finely, how circuits differ, what all that rests on. */
import type { ChipSheet, IntegratorError } from '../../model/index.ts';
import { count, number } from '../format.ts';
import { factText, NOTHING_VARIES, quantityText, sizeText, stepWords } from '../text/sheet-words.ts';
import { floorPlanOf } from './chip-floor.ts';
import type { Page } from './document.ts';
import { facts, html, section, table, tiles } from './html.ts';

/** The page of a chip sheet. */
export function chipPage(sheet: ChipSheet): Page {
  const { assumed, derived, published } = sheet.evidence.counts;
  const worst = worstOf(sheet);
  return {
    title: `${sheet.name}: data sheet`,
    subtitle: sheet.description,
    sections: [
      section(
        'overview',
        'Overview',
        html`${tiles([
          {
            tone: 'plain',
            heading: sheet.family === 'loihi' ? 'Neurons' : 'Circuits',
            value: number(fact(sheet, sheet.facts[0]!.name)),
            text: `${count(sheet.cores, 'core')}, ${number(fact(sheet, 'synapses'))} synapses.`,
          },
          {
            tone: 'plain',
            heading: sheet.floorUnit === 'bit' ? 'Memory' : 'Area without network',
            value: sizeText(
              sheet.floor.reduce((sum, { size }) => sum + size, 0),
              sheet.floorUnit,
            ),
            text: sheet.floorUnit === 'bit' ? 'Of all cores, by the widths on the card.' : 'From the coefficients of the card.',
          },
          {
            tone: 'plain',
            heading: 'Assumptions',
            value: String(assumed),
            text: `${String(published)} published and ${String(derived)} derived numbers beside them.`,
          },
          ...(worst === undefined
            ? []
            : [
                {
                  tone: 'plain' as const,
                  heading: 'Integrators',
                  value: worst.value,
                  text: worst.text,
                },
              ]),
        ])}${facts(sheet.facts.map((one) => [one.name, factText(one)]))}`,
      ),
      section('floor', 'Floor plan', floorPlanOf(sheet)),
      section('ranges', 'What can be set', ranges(sheet)),
      section('spreads', 'How circuits differ', spreads(sheet)),
      ...(sheet.integrators.length === 0 ? [] : [section('integrators', 'Integrators, measured', integrators(sheet))]),
      section(
        'parameters',
        'Every number and its evidence',
        table({
          name: 'parameters',
          columns: ['parameter', 'value', 'evidence', 'source'].map((name) => ({ name })),
          rows: sheet.parameters.map(({ path, value, evidence, source }) => [path, value, evidence, source]),
        }),
      ),
    ],
  };
}

/** The largest error over the regular patterns, in words; undefined where nothing was measured. */
function worstOf({ integrators: errors, errorUnit }: ChipSheet): { readonly value: string; readonly text: string } | undefined {
  const regular = errors.filter(({ pattern }) => pattern !== 'irregular');
  const of = (...names: readonly IntegratorError['integrator'][]): number =>
    Math.max(...regular.filter(({ integrator }) => names.includes(integrator)).map(({ largest }) => largest));
  const [exact, accurate, fast] = [of('exact'), of('accurate'), of('fast')];
  if (Number.isFinite(exact)) {
    const differing = regular.reduce((sum, { expected, found }) => sum + Math.abs(expected - found), 0);
    return {
      value: `${number(exact)} ${errorUnit}`,
      text: `Worst spike of whole numbers against the training framework; ${count(differing, 'spike')} too many or too few.`,
    };
  }
  if (!Number.isFinite(accurate)) return undefined;
  const other = Number.isFinite(fast) ? `; of the fast one ${number(fast, 2)} ${errorUnit}` : '';
  return {
    value: `${number(accurate, 2)} ${errorUnit}`,
    text: `Worst spike time of the accurate integrator on regular patterns${other}. Biological time.`,
  };
}

function fact({ facts: all }: ChipSheet, name: string): number {
  return all.find((entry) => entry.name === name)?.value ?? 0;
}

function ranges({ ranges: all }: ChipSheet) {
  return html`<p>
      Nominal values of a circuit without mismatch over the usable codes; LSB is the change by one code in the middle of them.
    </p>
    ${table({
      name: 'ranges',
      columns: ['parameter', 'lowest', 'highest', 'LSB', 'codes'].map((name) => ({ name })),
      rows: all.map(({ name, unit, low, high, lsb, codes }) => [
        name,
        quantityText(low, unit),
        quantityText(high, unit),
        quantityText(lsb, unit),
        codes.join(' to '),
      ]),
    })}`;
}

function spreads({ spreads: all, variation }: ChipSheet) {
  if (all.length === 0) return html`<p>${NOTHING_VARIES}</p>`;
  return html`<p>
      Standard deviation over the circuits of a die: the spread of the card times what its variation (${variation} where a parameter has
      none of its own) and the area of its devices make of it${variation === 0 ? '; at 0 every circuit is nominal' : ''}.
    </p>
    ${table({
      name: 'spreads',
      columns: ['parameter', 'spread', 'times', 'distribution', 'evidence', 'source'].map((name) => ({ name })),
      rows: all.map(({ name, value, scale, distribution, evidence, source }) => [name, value, scale, distribution, evidence, source]),
    })}`;
}

function integrators({ integrators: all, step, comparison, errorUnit }: ChipSheet) {
  return html`<p>Largest error of a spike time${stepWords(step, errorUnit)}; measured when this sheet was made. ${comparison}</p>
    ${table({
      name: 'integrators',
      columns: ['pattern', 'integrator', `largest error (${errorUnit})`, 'spikes', 'of the teacher', 'compared'].map((name) => ({ name })),
      rows: all.map(({ pattern, integrator, largest, found, expected, compared }) => [
        pattern,
        integrator,
        largest,
        found,
        expected,
        compared,
      ]),
    })}`;
}
