/** The label of an upright line goes where neither a curve nor another line runs through it. */
import { expect, test } from 'vitest';
import { annotationsPlugin } from '../../src/report/browser/annotations.ts';

type Chart = Parameters<ReturnType<typeof annotationsPlugin>['afterDatasetsDraw']>[0];

/** Places of the labels on a plot of 400 x 200 with 10 pixels per letter; the curve is a list of pixels. */
function labelsOf(
  marks: readonly { value: number; label: string }[],
  curve: readonly { x: number; y: number }[],
): Map<string, { x: number; y: number }> {
  const places = new Map<string, { x: number; y: number }>();
  const ctx = new Proxy(
    {
      measureText: (text: string) => ({ width: 10 * text.length }),
      fillText: (text: string, x: number, y: number) => places.set(text, { x, y }),
    },
    { get: (target, name) => (Reflect.get(target, name) as unknown) ?? (() => undefined), set: () => true },
  );
  const chart = {
    ctx,
    chartArea: { left: 0, right: 400, top: 0, bottom: 200 },
    scales: { x: { getPixelForValue: (value: number) => value }, y: { getPixelForValue: (value: number) => value } },
    config: { data: { marks: marks.map((mark) => ({ axis: 'x', colour: 'black', ...mark })) } },
    data: { datasets: [{ showLine: true, data: curve }] },
    getDatasetMeta: () => ({ hidden: null, data: curve }),
    isDatasetVisible: () => true,
    options: { color: 'black', backgroundColor: 'white' },
  };
  annotationsPlugin().afterDatasetsDraw(chart as unknown as Chart);
  return places;
}

test('with room everywhere it stands at the top, right of its line', () => {
  expect(labelsOf([{ value: 100, label: 'here' }], []).get('here')).toEqual({ x: 105, y: 11 });
});

test('a curve through the top sends it down or to the other side', () => {
  // a curve that rises steeply right of the line, and one that lies over the whole top
  expect(
    labelsOf(
      [{ value: 100, label: 'here' }],
      [
        { x: 120, y: 200 },
        { x: 125, y: 0 },
      ],
    ).get('here'),
  ).toEqual({ x: 55, y: 11 });
  expect(
    labelsOf(
      [{ value: 100, label: 'here' }],
      [
        { x: 0, y: 10 },
        { x: 400, y: 10 },
      ],
    ).get('here')!.y,
  ).toBeGreaterThan(24);
});

test('another line through the label sends it to the other side', () => {
  const places = labelsOf(
    [
      { value: 100, label: 'first' },
      { value: 120, label: 'second' },
    ],
    [],
  );
  expect(places.get('first')!.x).toBe(45);
  expect(places.get('second')!.x).toBe(125);
});
