/* oxlint-disable unicorn/consistent-function-scoping -- what runs in the page must hold its helpers inside: see source.ts */
/**
 * What the page does: draws its figures in the theme that is on, redraws them when the theme, an axis or the medium (print) changes, sorts tables, saves tables as CSV.
 * Stands alone: its text runs in the page, `kit` brings the other functions.
 */
import type { FigureConfig } from '../figure.ts';
import type { Theme } from '../palette.ts';
import type { PageElement, PageWindow } from './dom.ts';

export interface PageKit {
  readonly themes: Readonly<Record<'light' | 'dark', Theme>>;
  readonly withTheme: (config: FigureConfig, theme: Theme) => FigureConfig;
  readonly choosePareto: (config: FigureConfig) => void;
  readonly colourCharts: (library: unknown, theme: Theme) => void;
}

export async function startPage(window: PageWindow, kit: PageKit): Promise<void> {
  const { document } = window;
  const figures = new Map<string, { canvas: PageElement; config: FigureConfig; chart?: { destroy(): void } }>();
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;

  /** Columns come packed: {"$column": "Uint16Array", "gzip": base64}. */
  async function unpack(part: unknown): Promise<unknown> {
    if (typeof part !== 'object' || part === null) return part;
    if (Array.isArray(part)) return Promise.all(part.map(unpack));
    const { $column: kind, gzip } = part as { $column?: string; gzip?: string };
    if (kind === undefined || gzip === undefined) {
      return Object.fromEntries(await Promise.all(Object.entries(part).map(async ([key, member]) => [key, await unpack(member)] as const)));
    }
    const bytes = Uint8Array.from(window.atob(gzip), (letter) => letter.codePointAt(0)!);
    const stream = new window.Blob([bytes]).stream().pipeThrough(new window.DecompressionStream('gzip'));
    const buffer = await new window.Response(stream).arrayBuffer();
    return kind === 'Uint16Array' ? new Uint16Array(buffer) : new Float32Array(buffer);
  }

  function themeNow(): Theme {
    const chosen = root.dataset['theme'];
    return kit.themes[chosen === 'light' || chosen === 'dark' ? chosen : dark.matches ? 'dark' : 'light'];
  }

  function draw(id: string, theme: Theme): void {
    const figure = figures.get(id);
    if (figure === undefined) return;
    figure.chart?.destroy();
    kit.colourCharts(window.Chart, theme);
    const config = structuredClone(figure.config);
    kit.choosePareto(config);
    figure.chart = new window.Chart(figure.canvas, kit.withTheme(config, theme));
  }

  function drawAll(theme: Theme): void {
    for (const id of figures.keys()) draw(id, theme);
  }

  function sortTable(button: PageElement): void {
    const heading = button.closest('th')!;
    const table = heading.closest('table')!;
    const body = table.querySelector('tbody')!;
    const column = Number(heading.dataset['column']);
    const down = heading.getAttribute('aria-sort') === 'ascending';
    for (const other of table.querySelectorAll('th')) other.setAttribute('aria-sort', 'none');
    heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const key = (row: PageElement): string => row.children[column]!.dataset['value'] ?? '';
    const compare = (a: string, b: string): number => {
      // what is not defined goes last, whichever way the column is sorted
      if (a === '' || b === '') return a === b ? 0 : (a === '' ? 1 : -1) * (down ? -1 : 1);
      return Number.isNaN(Number(a)) || Number.isNaN(Number(b)) ? a.localeCompare(b) : Number(a) - Number(b);
    };
    const rows = Array.from(body.children).toSorted((a, b) => compare(key(a), key(b)) * (down ? -1 : 1));
    body.append(...rows);
  }

  function save(name: string, text: string): void {
    const link = document.createElement('a');
    link.href = window.URL.createObjectURL(new window.Blob([text], { type: 'text/csv' }));
    link.download = name;
    link.click();
    window.URL.revokeObjectURL(link.href);
  }

  for (const button of document.querySelectorAll('button.sort')) button.addEventListener('click', () => sortTable(button));
  for (const button of document.querySelectorAll('button.csv')) {
    button.addEventListener('click', () => {
      const csv = JSON.parse(document.getElementById(button.dataset['source'] ?? '')!.textContent) as string;
      save(`${button.dataset['name'] ?? 'table'}.csv`, csv);
    });
  }
  document.getElementById('theme')?.addEventListener('click', () => {
    root.dataset['theme'] = themeNow() === kit.themes.dark ? 'light' : 'dark';
    drawAll(themeNow());
  });
  const packed = JSON.parse(document.getElementById('figures')?.textContent ?? '{}') as Record<string, unknown>;
  for (const canvas of document.querySelectorAll('canvas[data-figure]')) {
    const id = canvas.dataset['figure']!;
    figures.set(id, { canvas, config: (await unpack(packed[id])) as FigureConfig });
  }
  for (const select of document.querySelectorAll('select[data-axis]')) {
    select.addEventListener('change', () => {
      const id = select.dataset['for']!;
      const pareto = figures.get(id)?.config.data.pareto;
      if (pareto === undefined) return;
      pareto[select.dataset['axis'] === 'x' ? 'x' : 'y'] = Number(select.value);
      draw(id, themeNow());
    });
  }
  dark.addEventListener('change', () => drawAll(themeNow()));
  window.addEventListener('beforeprint', () => drawAll(kit.themes.light));
  window.addEventListener('afterprint', () => drawAll(themeNow()));
  drawAll(themeNow());
  root.dataset['ready'] = 'yes';
}
