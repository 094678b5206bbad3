/* oxlint-disable unicorn/consistent-function-scoping -- what runs in the page must hold its helpers inside: see source.ts */
/**
 * Datasets of a Pareto plot for the two objectives that are chosen at the moment. Stands alone: its text runs in the page too, where two selects choose.
 * The stepped line is the front in the plane of these two objectives; filled points are on the front in all objectives.
 */
import type { FigureConfig } from '../figure.ts';

export function choosePareto(config: FigureConfig): void {
  const { pareto } = config.data;
  if (pareto === undefined) return;
  const { objectives, points, control, x, y } = pareto;
  const [across, up] = [objectives[x]!, objectives[y]!];
  const shown = points.flatMap((point) => {
    const [px, py] = [point.values[x] ?? null, point.values[y] ?? null];
    return px === null || py === null ? [] : [{ ...point, x: px, y: py }];
  });
  const ahead = (a: number, b: number, sense: 'min' | 'max'): number => (sense === 'min' ? b - a : a - b);
  const dominates = (a: { x: number; y: number }, b: { x: number; y: number }): boolean => {
    const [dx, dy] = [ahead(a.x, b.x, across.sense), ahead(a.y, b.y, up.sense)];
    return dx >= 0 && dy >= 0 && (dx > 0 || dy > 0);
  };
  const staircase = shown.filter((point) => !shown.some((other) => dominates(other, point))).toSorted((a, b) => a.x - b.x || a.y - b.y);
  const number = (value: number): string => String(Number(value.toPrecision(3)));
  const withText = (point: (typeof shown)[number], tagged: boolean): unknown => ({
    x: point.x,
    y: point.y,
    ...(tagged ? { tag: point.tag } : {}),
    text: [
      `${point.tag} ${point.label}`,
      ...objectives.map(({ label }, k) => `${label}: ${point.values[k] === null ? 'undefined' : number(point.values[k]!)}`),
      ...(point.limited ? ['limited by its network'] : []),
    ],
  });
  const reference = shown.find((point) => point.reference);
  const [cx, cy] = [control.values[x] ?? null, control.values[y] ?? null];
  const controlPoint =
    cx === null || cy === null
      ? []
      : [{ x: cx, y: cy, tag: 'uncalibrated', text: [control.label, `${across.label}: ${number(cx)}`, `${up.label}: ${number(cy)}`] }];
  config.data.datasets = [
    {
      label: 'uncalibrated control',
      data: controlPoint,
      pointStyle: 'crossRot',
      pointRadius: 8,
      pointHoverRadius: 9,
      borderWidth: 3,
      borderColor: '#d55e00',
    },
    {
      label: 'on the front',
      data: shown.filter((p) => p.onFront).map((p) => withText(p, true)),
      pointRadius: 6,
      backgroundColor: '@blue',
    },
    {
      label: 'dominated',
      data: shown.filter((p) => !p.onFront).map((p) => withText(p, true)),
      pointRadius: 5,
      backgroundColor: 'transparent',
      borderColor: '#8a8a8a',
      borderWidth: 2,
    },
    {
      label: 'limited by its network',
      data: shown.filter((p) => p.limited).map((p) => withText(p, false)),
      pointRadius: 10,
      pointStyle: 'rectRounded',
      backgroundColor: 'transparent',
      borderColor: '#e69f00',
      borderWidth: 2,
    },
    {
      label: 'front of these two',
      data: staircase.map((p) => ({ x: p.x, y: p.y })),
      showLine: true,
      stepped: across.sense === 'min' ? 'before' : 'after',
      pointRadius: 0,
      pointHitRadius: 0,
      pointStyle: 'line',
      borderColor: '@blue',
      borderWidth: 2,
    },
    {
      label: 'gain by calibration',
      data:
        controlPoint.length > 0 && reference
          ? [
              { x: cx, y: cy },
              { x: reference.x, y: reference.y },
            ]
          : [],
      showLine: true,
      pointRadius: 0,
      pointHitRadius: 0,
      pointStyle: 'line',
      borderColor: '#d55e00',
      borderDash: [3, 4],
      borderWidth: 1.5,
    },
  ];
  const scale = (k: number): object => {
    const values = [...points.map((point) => point.values[k]), control.values[k]].filter((value) => typeof value === 'number');
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const arrow = objectives[k]!.sense === 'min' ? 'lower is better' : 'higher is better';
    const wide = low > 0 && high / low > 50;
    return {
      type: wide ? 'logarithmic' : 'linear',
      ...(wide
        ? {
            min: low / 1.5,
            max: high * 1.5,
            ticks: { maxRotation: 0, autoSkipPadding: 24, includeBounds: false, format: { maximumSignificantDigits: 2 } },
          }
        : { grace: '8%' }),
      title: { display: true, text: `${objectives[k]!.label}  (${arrow})` },
    };
  };
  config.options.scales = { x: scale(x), y: scale(y) };
}
