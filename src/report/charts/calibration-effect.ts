/** What calibration does to fidelity, die by die: two dots joined by a line. */
import type { CalibrationEffect } from '../../model/index.ts';
import type { Figure } from '../figure.ts';
import { count, number, probability } from '../format.ts';
import { seriesColour } from '../palette.ts';

/** Paired dots per die. */
export function calibrationEffectFigure({ perDie, mean, interval, p }: CalibrationEffect): Figure {
  return {
    name: 'calibration-effect',
    title: 'Timing fidelity without and with calibration',
    caption: `${count(perDie.length, 'die')} of the reference design, none of which was tuned on. Mean difference ${number(mean)}, 95 % bootstrap interval ${number(interval[0])} to ${number(interval[1])}, one-sided Wilcoxon signed rank ${probability(p)}.`,
    alt: `Lines from the uncalibrated to the calibrated timing fidelity of ${count(perDie.length, 'die')}.`,
    size: { width: 480, height: 360 },
    config: () => ({
      type: 'line',
      data: {
        labels: ['uncalibrated', 'calibrated'],
        datasets: perDie.map(({ die, calibrated, uncalibrated }, k) => ({
          label: `die ${String(die)}`,
          data: [uncalibrated, calibrated],
          borderColor: seriesColour(k),
          backgroundColor: seriesColour(k),
          pointRadius: 5,
          borderWidth: 1.5,
          clip: false,
        })),
      },
      options: {
        scales: { x: { offset: true, grid: { display: false } }, y: { grace: '10%', title: { display: true, text: 'timing fidelity' } } },
        plugins: { legend: { position: 'right', display: perDie.length <= 12 } },
      },
    }),
    table: {
      name: 'calibration-effect',
      columns: ['die', 'uncalibrated', 'calibrated', 'difference'].map((name) => ({ name })),
      rows: perDie.map(({ die, calibrated, uncalibrated }) => [die, uncalibrated, calibrated, calibrated - uncalibrated]),
    },
  };
}
