/**
 * HTML as values. Text that is put into a template is escaped, whatever it is; only another `Html` goes in as it stands, so a name on a card cannot become markup.
 */
import { toCsv } from '../../store/index.ts';
import type { Figure, ReportTable } from '../figure.ts';
import { numbers } from '../format.ts';

/** Markup that is safe to put into a page. Made by `html` alone. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | boolean | null | undefined | readonly Part[];

/** A template whose holes are escaped. Lists are joined; null, undefined and booleans are left out. */
export function html(fixed: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(fixed.map((text, k) => text + (k < parts.length ? markup(parts[k]) : '')).join(''));
}

/** JSON that may stand inside a <script>: no `<` ends it early, no line separator breaks it. */
export function scriptJson(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'));
}

/** Text with its special characters named. */
function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replaceAll(/[&<>"']/g, (letter) => `&#${String(letter.codePointAt(0))};`) : text;
}

/** A section with a heading that the table of contents can name. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
  readonly figures: readonly Figure[];
}

/** A section of figures with words before them. */
export function section(id: string, title: string, body: Html, figures: readonly Figure[] = []): Section {
  return { id, title, body, figures };
}

export interface Tile {
  readonly tone: 'good' | 'bad' | 'plain';
  readonly heading: string;
  readonly value: string;
  readonly text: string;
}

/** The first thing one sees: a few words each. */
export function tiles(all: readonly Tile[]): Html {
  return html`<div class="tiles">
    ${all.map(
      ({ tone, heading, value, text }) =>
        html`<div class="tile ${tone}">
          <h3>${heading}</h3>
          <p class="value">${value}</p>
          <p>${text}</p>
        </div>`,
    )}
  </div>`;
}

/** A figure with its caption and its numbers; `controls` stand above it. */
export function figureBlock(figure: Figure, controls: Html = html``): Html {
  return html`<figure id="figure-${figure.name}">
    <h3>${figure.title}</h3>
    ${controls}
    <div class="canvas" style="height:${figure.size.height}px">
      <canvas data-figure="${figure.name}" role="img" aria-label="${figure.alt}"></canvas>
    </div>
    <figcaption>${figure.caption}</figcaption>
    ${
      figure.table === null
        ? ''
        : html`<details>
            <summary>Numbers</summary>
            ${table(figure.table)}
          </details>`
    }
  </figure>`;
}

/** Rows that a page shows before it only offers the CSV. */
const MOST_ROWS = 250;

/** A table whose columns sort on a click, with a button that saves it as CSV in full precision. */
export function table({ name, columns, rows }: ReportTable): Html {
  const shown = rows.length > MOST_ROWS ? rows.slice(0, 20) : rows;
  const texts = columns.map((_, k) => rows.some((row) => typeof row[k] === 'string'));
  // a factor on a card may have the name of a column of ours
  const names = columns.map((column, k) =>
    columns.findIndex((other) => other.name === column.name) < k ? `${column.name} (${String(k + 1)})` : column.name,
  );
  const csv = toCsv(rows.map((row) => Object.fromEntries(names.map((column, k) => [column, row[k] ?? null]))));
  const source = `csv-${name}`;
  const cells = columns.map((column, k) => {
    const found = shown.map((row) => row[k] ?? null);
    const rounded = numbers(
      found.map((value) => (typeof value === 'number' ? value : null)),
      column.digits,
    );
    return found.map((value, r) => (typeof value === 'number' ? rounded[r]! : wordOf(value)));
  });
  return html`<div class="table">
      <table>
        <thead>
          <tr>
            ${columns.map(
              (column, k) =>
                html`<th scope="col" data-column="${k}" aria-sort="none" ${texts[k] ? html` class="text"` : ''}>
                  <button class="sort" type="button">${column.name}</button>
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (row, r) =>
              html`<tr>
                ${columns.map((_, k) => cell(cells[k]![r]!, texts[k]!, row[k] ?? ''))}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    ${shown.length < rows.length ? html`<p class="note">The first ${shown.length} of ${rows.length} rows; the CSV has all.</p>` : ''}
    <button class="csv" type="button" data-source="${source}" data-name="${name}">Save as CSV</button>
    <script type="application/json" id="${source}">
      ${scriptJson(csv)}
    </script>`;
}

/** One of thousands: put together without a template. */
function cell(shown: string, isText: boolean, value: string | number | boolean): Html {
  const style = isText ? (shown.length > 18 ? ' class="text"' : ' class="text short"') : '';
  return new Html(`<td${style} data-value="${escapeHtml(String(value))}">${escapeHtml(shown)}</td>`);
}

/** Names and values in two columns. */
export function facts(entries: readonly (readonly [string, Part])[]): Html {
  return html`<dl>
    ${entries.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** What a cell without a number shows. */
function wordOf(value: string | boolean | null): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : (value ?? '–');
}

function markup(part: Part): string {
  if (part === null || part === undefined || typeof part === 'boolean') return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return part.map(markup).join('');
}
