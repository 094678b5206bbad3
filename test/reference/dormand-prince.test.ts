import { expect, test } from 'vitest';
import { PlaneStepper } from '../../src/reference/plane-stepper.ts';
import { DormandPrince, stepFactor } from '../../src/reference/index.ts';

/** A rotation with a decaying driven part: y0 = cos x, y1 = -sin x. */
function rotation(): DormandPrince {
  const core = new DormandPrince(2, (_x, y, out) => {
    out[0] = y[1]!;
    out[1] = -y[0]!;
  });
  core.y[0] = 1;
  core.restart(0);
  return core;
}

function errorAfter(steps: number): number {
  const core = rotation();
  for (let k = 0; k < steps; k++) {
    core.trial((k * 2) / steps, 2 / steps, 1);
    core.accept();
  }
  return Math.hypot(core.y[0]! - Math.cos(2), core.y[1]! + Math.sin(2));
}

test('halving a fixed step lowers the error 32-fold: fifth order', () => {
  for (const steps of [8, 16, 32, 64]) {
    const order = Math.log2(errorAfter(steps) / errorAfter(2 * steps));
    expect(order).toBeGreaterThan(4.7);
    expect(order).toBeLessThan(5.5);
  }
});

/** Largest error of the continuous extension within one step of length h. */
function errorInside(h: number): number {
  const core = rotation();
  core.trial(0, h, 1);
  return Math.max(...[0.2, 0.4, 0.6, 0.8].map((theta) => Math.abs(core.interpolate(0, h, theta) - Math.cos(theta * h))));
}

test('the continuous extension meets both ends and is of fourth order between', () => {
  const core = rotation();
  core.trial(0, 0.5, 1);
  expect(core.interpolate(0, 0.5, 0)).toBe(1);
  expect(core.interpolate(0, 0.5, 1)).toBeCloseTo(core.next[0]!, 15);
  // local error of one step: one order more than the global one
  for (const h of [0.8, 0.4]) expect(Math.log2(errorInside(h) / errorInside(h / 2))).toBeGreaterThan(4.7);
});

test('a right-hand side that depends on x is evaluated at the nodes of the method', () => {
  // x^4 is integrated without error by a method of order 5
  const core = new DormandPrince(1, (x, _y, out) => {
    out[0] = x ** 4;
  });
  core.restart(1);
  expect(core.trial(1, 2, 1e-3)).toBeGreaterThan(0);
  expect(core.next[0]!).toBeCloseTo((3 ** 5 - 1) / 5, 12);
});

test('a step that leaves the domain of the equations reports no finite error and is cut', () => {
  const core = new DormandPrince(1, (_x, y, out) => {
    out[0] = y[0]! > 2 ? NaN : 10;
  });
  core.restart(0);
  expect(core.trial(0, 1, 1e-8)).toBeNaN();
  expect(stepFactor(NaN)).toBe(0.2);
  expect(stepFactor(Infinity)).toBe(0.2);
  expect(stepFactor(0)).toBe(5);
  expect(stepFactor(1)).toBe(0.9);
});

test('a variable that leaves the numbers is not forgotten over the next one, which does not', () => {
  const core = new DormandPrince(2, (_x, y, out) => {
    out[0] = y[0]! > 2 ? NaN : 10;
    out[1] = 0;
  });
  core.restart(0);
  expect(core.trial(0, 1, 1e-8)).toBeNaN();
  const plane = new PlaneStepper({ rise: (v) => (v > 2 ? NaN : 10), follow: () => 0 }, 'time');
  plane.restart(0);
  expect(plane.trial(0, 1, 1e-8)).toBeNaN();
});
