import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exp } from '../../src/base/index.ts';
import { DormandPrince } from '../../src/reference/dormand-prince.ts';
import { PlaneStepper, type PlaneField } from '../../src/reference/plane-stepper.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** An adaptive exponential neuron, ms and mV. */
const field = (slope: number, strength: number): PlaneField => ({
  rise: (v, w) => (slope * exp((v + 50) / slope) - (v + 70) - w + 30) / 20,
  follow: (v, w) => (strength * (v + 70) - w) / 30,
});

test.each(['time', 'voltage'] as const)('a step over %s has the bits of the general integrator', (over) => {
  fc.assert(
    fc.property(between(-80, -30), between(-50, 50), between(1e-3, 2), between(0.5, 4), between(-1, 1), (v, w, h, slope, strength) => {
      const equations = field(slope, strength);
      const inVoltage = over === 'voltage';
      const general = new DormandPrince(2, (x, y, out) => {
        const [voltage, follower] = [inVoltage ? x : y[0]!, y[1]!];
        const rise = equations.rise(voltage, follower);
        const scale = inVoltage ? 1 / rise : 1;
        out[0] = inVoltage ? scale : rise;
        out[1] = equations.follow(voltage, follower) * scale;
      });
      const plane = new PlaneStepper(equations, over);
      const errors = [general, plane].map((core) => {
        core.y.set([inVoltage ? 0.25 : v, w]);
        core.restart(v);
        const found: number[] = [];
        for (let k = 0, x = v; k < 4; k++, x += h) {
          found.push(core.trial(x, h, 1e-8));
          core.accept();
        }
        return found;
      });
      expect(errors[1]).toEqual(errors[0]);
      expect(plane.y).toEqual(general.y);
      expect(plane.slope).toEqual(general.slope);
    }),
  );
});
