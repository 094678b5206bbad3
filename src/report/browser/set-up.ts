/**
 * Prepares a copy of Chart.js: fonts, colours of axes, tooltips from the `text` of a data point, and the house's plugins. Node and the page run the same lines.
 * Stands alone: its text runs in the page too.
 */
import type { Theme } from '../palette.ts';

/** The parts of Chart.js that are set here. */
export interface ChartLibrary {
  readonly defaults: Record<string, unknown>;
  register(...plugins: unknown[]): void;
}

export function setUpCharts(library: ChartLibrary, plugins: readonly unknown[]): void {
  library.register(...plugins);
  const { defaults } = library as unknown as { defaults: Record<string, Record<string, Record<string, unknown>>> };
  Object.assign(defaults, { locale: 'en', animation: false, maintainAspectRatio: false });
  Object.assign(defaults['font']!, { family: "'DejaVu Sans', system-ui, sans-serif", size: 12 });
  const { tooltip, legend, title } = defaults['plugins'] as unknown as Record<string, Record<string, Record<string, unknown>>>;
  const own = tooltip!['callbacks']!['label'] as (this: unknown, item: unknown) => unknown;
  tooltip!['callbacks']!['label'] = function label(this: unknown, item: { raw: { text?: string | string[] } | number | null }): unknown {
    const text = typeof item.raw === 'object' ? item.raw?.text : undefined;
    return text ?? own.call(this, item);
  };
  tooltip!['callbacks']!['title'] = (items: readonly { raw: unknown; label?: string }[]): string =>
    typeof items[0]?.raw === 'object' && items[0].raw !== null && 'text' in items[0].raw ? '' : (items[0]?.label ?? '');
  Object.assign(legend!['labels']!, {
    usePointStyle: true,
    boxHeight: 8,
    filter: (item: { datasetIndex?: number }, data: { datasets: { unlisted?: boolean; data: unknown[]; legendOnly?: boolean }[] }) => {
      const dataset = data.datasets[item.datasetIndex ?? 0];
      return dataset !== undefined && !dataset.unlisted && (dataset.data.length > 0 || dataset.legendOnly === true);
    },
  });
  Object.assign(title!, { display: false });
}

/** Colours of axes, grid and text for one theme; `withTheme` colours the rest. */
export function colourCharts(library: ChartLibrary, theme: Theme): void {
  Object.assign(library.defaults, { color: theme['@ink'], borderColor: theme['@grid'], backgroundColor: theme['@paper'] });
}
