/** The data sheet of a chip as a page: what it is, how it is laid out, what can be set and how finely, how circuits differ, what all that rests on. */
import type { ChipSheet, IntegratorError } from '../../model/index.ts';
import { count, displayUnit, number, withUnit } from '../format.ts';
import { floorPlanOf } from './chip-floor.ts';
import type { Page } from './document.ts';
import { facts, html, section, table, tiles } from './html.ts';

/** The page of a chip sheet. */
export function chipPage(sheet: ChipSheet): Page {
  const { assumed, derived, published } = sheet.evidence.counts;
  const worst = worstOf(sheet.integrators);
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
            heading: 'Circuits',
            value: number(fact(sheet, 'neuron circuits')),
            text: `${count(sheet.cores, 'core')}, ${number(fact(sheet, 'synapses'))} synapses.`,
          },
          {
            tone: 'plain',
            heading: 'Area without network',
            value: withUnit(
              sheet.floor.reduce((sum, { area }) => sum + area, 0),
              'm^2',
            ),
            text: 'From the coefficients of the card.',
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
                  value: `${number(worst.accurate, 2)} ms`,
                  text: `Worst spike time of the accurate integrator on regular patterns${Number.isFinite(worst.fast) ? `; of the fast one ${number(worst.fast, 2)} ms` : ''}. Biological time.`,
                },
              ]),
        ])}${facts(sheet.facts.map(({ name, value, unit }) => [name, unit === 's' ? withUnit(value, 's') : `${number(value)} ${unit}`.trim()]))}`,
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

/** Largest error over the regular patterns, ms, by integrator. */
export function worstOf(errors: readonly IntegratorError[]): { readonly accurate: number; readonly fast: number } | undefined {
  const regular = errors.filter(({ pattern }) => pattern !== 'irregular');
  if (regular.length === 0) return undefined;
  const of = (name: string): number => Math.max(...regular.filter(({ integrator }) => integrator === name).map(({ largest }) => largest));
  return { accurate: of('accurate'), fast: of('fast') };
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
      rows: all.map(({ name, unit, low, high, lsb, codes }) => {
        const text = (value: number): string => {
          const display = displayUnit(unit, [value]);
          return `${number(value * display.factor)} ${display.unit}`;
        };
        return [name, text(low), text(high), text(lsb), codes.join(' to ')];
      }),
    })}`;
}

function spreads({ spreads: all, variation }: ChipSheet) {
  return html`<p>
      Standard deviation over the circuits of a die (variation of the card:
      ${variation}${variation === 0 ? ', so that every circuit is nominal' : ''}).
    </p>
    ${table({
      name: 'spreads',
      columns: ['parameter', 'spread', 'distribution', 'evidence', 'source'].map((name) => ({ name })),
      rows: all.map(({ name, value, distribution, evidence, source }) => [name, value, distribution, evidence, source]),
    })}`;
}

function integrators({ integrators: all, step, comparison }: ChipSheet) {
  return html`<p>
      Largest error of a spike time in biological ms, at a step of ${withUnit(step, 's')}; measured when this sheet was made. ${comparison}
    </p>
    ${table({
      name: 'integrators',
      columns: ['pattern', 'integrator', 'largest error (ms)', 'spikes', 'of the teacher', 'compared'].map((name) => ({ name })),
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
