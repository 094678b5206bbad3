import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { calibrateAdex, calibrateDie } from '../../src/calibration/index.ts';
import { DieSubstrate } from '../../src/chip/index.ts';
import { patternTask } from '../../src/codesign/pattern-target.ts';
import { gradeCalibration, uncalibratedTruth } from '../../src/grading/index.ts';
import { loadCard, PatternsSchema } from '../../src/model/index.ts';
import { bss2 } from '../chip/cards.ts';

const PLAN = loadCard(PatternsSchema, fileURLToPath(new URL('../../calibration/firing-patterns.yaml', import.meta.url))).value;

test(
  'stated intervals of exponential and adaptation hold the truth as often as they say, on a die of twice the crosstalk',
  { timeout: 120_000 },
  async () => {
    const card = bss2('neuron.circuit=adex', 'geometry.cores.value=2', 'cells.crosstalk.value=0.04');
    const task = patternTask(card, PLAN, 'regular bursting', PLAN.patterns['regular bursting']!);
    const nominal = { ...task.bare, ...task.start, codes: { ...task.bare.codes, ...task.start.codes } };
    const die = new DieSubstrate(card, 31, 7);
    const base = await calibrateDie(die, task.membrane, task.bare, PLAN.effort);
    const aim = { membrane: task.membrane, targets: task.whole, start: task.start };
    const whole = await calibrateAdex(die, base, aim, PLAN.effort);
    const before = await uncalibratedTruth(card, 31, 7, nominal);
    const { graded } = gradeCalibration(card, 31, before, die, whole, task.membrane, { whole: task.whole });
    const wanted = ['reset', 'threshold', 'v_exp', 'delta_t', 'v_adaptation', 'tau_w', 'a', 'b'];
    const found = graded.filter(({ quantity }) => wanted.includes(quantity));
    expect(found.map(({ quantity }) => quantity)).toEqual(wanted);
    // of 64 circuits a share of 68 % is known to 6 points
    for (const { quantity, coverage } of found) {
      const { circuits, within68, within95 } = coverage!;
      expect(within68 / circuits, quantity).toBeGreaterThan(0.5);
      expect(within68 / circuits, quantity).toBeLessThan(0.86);
      expect(within95 / circuits, quantity).toBeGreaterThan(0.84);
    }
  },
);
