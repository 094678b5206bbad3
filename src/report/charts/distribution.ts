/** Distributions over common bins as stepped lines rather than bars: the axis stays linear with its own ticks, and no bar is clipped at the edge. */
import type { Dataset, FigureConfig, Mark } from '../figure.ts';

export interface Distribution {
  /** One more than there are values. */
  readonly edges: readonly number[];
  readonly series: readonly {
    readonly label: string;
    readonly values: readonly number[];
    readonly colour: string;
    readonly opacity?: string;
  }[];
  readonly x: string;
  readonly y: string;
  readonly marks?: readonly Mark[];
  /** Ticks of y are whole numbers. */
  readonly counts?: boolean;
}

/** A fresh configuration. */
export function distributionConfig({ edges, series, x, y, marks, counts = false }: Distribution): FigureConfig {
  const line = ({ label, values, colour, opacity = '55' }: Distribution['series'][number]): Dataset => ({
    label,
    data: [...values, 0].map((value, k) => ({ x: edges[k]!, y: value })),
    showLine: true,
    stepped: 'before',
    fill: 'origin',
    pointRadius: 0,
    pointHitRadius: 6,
    pointStyle: 'rect',
    borderWidth: 1.5,
    borderColor: colour,
    backgroundColor: `${colour}${opacity}`,
  });
  return {
    type: 'scatter',
    data: { datasets: series.map(line), ...(marks === undefined ? {} : { marks }) },
    options: {
      scales: {
        x: { min: edges[0]!, max: edges.at(-1)!, title: { display: true, text: x }, ticks: { includeBounds: false, maxTicksLimit: 9 } },
        y: { beginAtZero: true, grace: '12%', title: { display: true, text: y }, ...(counts ? { ticks: { precision: 0 } } : {}) },
      },
      plugins: { legend: { position: 'bottom' } },
    },
  };
}
