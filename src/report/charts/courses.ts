/** Courses of the variables of a neural mass over time, a figure each. */
import type { MassCourses } from '../../model/index.ts';
import type { Figure } from '../figure.ts';
import { number } from '../format.ts';
import { seriesColour } from '../palette.ts';

/** One figure per variable. */
export function courseFigures({ seconds, variables }: MassCourses): Figure[] {
  return variables.map(({ name, minimum, maximum, mean, values }, v): Figure => ({
    name: `course-${name}`,
    title: `${name} over time`,
    caption: `${String(seconds.length)} samples are drawn; courses.npy, courses.csv and courses.parquet have all of them.`,
    alt: `${name} between ${number(minimum)} and ${number(maximum)}, mean ${number(mean)}.`,
    size: { width: 860, height: 220 },
    config: () => ({
      type: 'scatter',
      data: {
        datasets: [
          {
            label: name,
            data: values.map((y, k) => ({ x: seconds[k]!, y })),
            showLine: true,
            pointRadius: 0,
            pointHitRadius: 4,
            pointStyle: 'line',
            borderWidth: 1.2,
            borderColor: seriesColour(v),
          },
        ],
      },
      options: {
        scales: { x: { title: { display: true, text: 'time (s)' } }, y: { title: { display: true, text: name } } },
        plugins: { legend: { display: false } },
      },
    }),
    table: {
      name: `course-${name}`,
      columns: [
        { name: 'time (s)', digits: 6 },
        { name, digits: 6 },
      ],
      rows: values.map((value, k) => [seconds[k]!, value]),
    },
  }));
}
