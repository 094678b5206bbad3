/** The membrane of one neuron in teacher, student and uncalibrated student, in biological millivolts and milliseconds. */
import type { CodesignResult } from '../../model/index.ts';
import type { Dataset, Figure } from '../figure.ts';
import { number } from '../format.ts';
import { STUDENT_COLOUR, TEACHER_COLOUR, UNCALIBRATED_COLOUR } from './raster.ts';

/** More points than a screen has columns would only slow the page down. */
const MOST_POINTS = 3000;

/** The overlay, or nothing when no membrane was recorded. */
export function overlayFigure({ neuron, time, teacher, student, uncalibrated }: CodesignResult['overlay']): Figure | null {
  if (time.length === 0) return null;
  const traces = [
    { label: 'uncalibrated', values: uncalibrated, colour: UNCALIBRATED_COLOUR, width: 1.2 },
    { label: 'teacher', values: teacher, colour: TEACHER_COLOUR, width: 2.2 },
    { label: 'student', values: student, colour: STUDENT_COLOUR, width: 1.4 },
  ];
  return {
    name: 'membrane-overlay',
    title: `Membrane of neuron ${String(neuron)}: teacher, student, uncalibrated`,
    caption: `Voltage on the biological scale over ${number(time.at(-1)! - time[0]!)} ms. A perfect student would hide the teacher.`,
    alt: `Three voltage traces of neuron ${String(neuron)} over time: teacher, calibrated student and uncalibrated student.`,
    size: { width: 860, height: 360 },
    config: () => ({
      type: 'scatter',
      data: {
        datasets: traces.map(({ label, values, colour, width }): Dataset => ({
          label,
          data: thinned(time, values),
          showLine: true,
          pointRadius: 0,
          pointHitRadius: 4,
          pointStyle: 'line',
          borderWidth: width,
          borderColor: colour,
        })),
      },
      options: {
        scales: {
          x: { min: time[0]!, max: time.at(-1)!, title: { display: true, text: 'time (ms, biological)' }, ticks: { includeBounds: false } },
          y: { grace: '5%', title: { display: true, text: 'membrane (mV, biological)' } },
        },
        plugins: { legend: { position: 'bottom' } },
      },
    }),
    table: {
      name: 'membrane-overlay',
      columns: ['time (ms)', 'teacher (mV)', 'student (mV)', 'uncalibrated (mV)'].map((name) => ({ name, digits: 5 })),
      rows: time.map((t, k) => [t, teacher[k] ?? null, student[k] ?? null, uncalibrated[k] ?? null]),
    },
  };
}

/** Lowest and highest sample of each of so many spans: no spike is lost. */
function thinned(time: readonly number[], values: readonly number[]): { x: number; y: number }[] {
  const points = values.map((y, k) => ({ x: time[k]!, y }));
  const size = Math.ceil(points.length / (MOST_POINTS / 2));
  if (size <= 2) return points;
  return Array.from({ length: Math.ceil(points.length / size) }, (_, k) => points.slice(k * size, (k + 1) * size)).flatMap((span) => {
    const low = span.reduce((a, b) => (b.y < a.y ? b : a));
    const high = span.reduce((a, b) => (b.y > a.y ? b : a));
    return low === high ? [low] : low.x < high.x ? [low, high] : [high, low];
  });
}
