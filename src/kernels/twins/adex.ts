/** One step of one whole circuit as assembly/adex.ts computes it, every operation rounded to f32. */
import type { AdexField, LifField } from '../lif-layout.ts';
import { expTwin, logTwin, otaTwin, pmax, pmin, powerTwin } from './elementary.ts';
import { floorTwin } from './floor.ts';

const f = Math.fround;
const LEAST = f(1e-30);

/** All fields of one neuron. */
export type AdexNeuron = Record<LifField | AdexField, number>;

/** What all neurons share, as in the header of the bank. */
export interface AdexShared {
  readonly linear: number;
  readonly adaptationLinear: number;
  readonly rails: readonly [number, number];
  readonly comparatorNoise: number;
}

/** Advances `n` by step number `step`; returns the fraction of the step at which it fired, or undefined. `gauss` and `comparatorGauss` are the draws of this step. */
export function adexStepTwin(
  n: AdexNeuron,
  shared: AdexShared,
  gauss: number,
  comparatorGauss: number,
  comparing: boolean,
  step: number,
): number | undefined {
  const [low, high] = shared.rails.map(f) as [number, number];
  const linear = f(shared.linear);
  const ota = f(shared.adaptationLinear);
  const { remaining, timer, armed } = n;
  let v = n.v;
  if (remaining >= 1) v = f(v - f(f(v - n.reset) * n.resetTaken));
  else if (remaining > 0) v = f(n.reset + f(f(v - n.reset) * (n.resetRate > 0 ? expTwin(-f(n.resetRate * remaining)) : 0)));
  const active = pmax(0, f(1 - remaining));
  const held = active <= 0;
  let change = f(n.leak * otaTwin(f(n.rest - v), linear));
  change = f(change + f(n.gainExc * n.synapseExc));
  change = f(change - f(n.gainInh * n.synapseInh));
  change = f(change + n.drive);
  const { inV } = n;
  n.synapseExc = floorTwin(f(f(n.decayExc * n.synapseExc) + n.inExc), step);
  n.synapseInh = floorTwin(f(f(n.decayInh * n.synapseInh) + n.inInh), step);
  n.inExc = 0;
  n.inInh = 0;
  n.inV = 0;
  change = f(change - f(n.adaptationCoupling * otaTwin(n.adaptation, ota)));
  change = f(f(change + f(n.sigma * gauss)) + inV);
  change = f(active * change);
  const middle = f(f(v - n.exponentialVoltage) + f(change * 0.5));
  const k = f(change * n.exponentialInverse);
  const y = f(active * f(powerTwin(exponent(n, middle)) * f(f(f(k * k) * f(0.02001887557583342)) + 1)));
  let next = held ? v : f(v + f(change + moved(y, n.exponentialSlope)));
  next = pmin(high, pmax(low, next));

  const crossing = comparing && !held && next >= armed && timer <= 1 && timer >= 0;
  let left = pmax(0, f(remaining - 1));
  let jump = 0;
  let fired: number | undefined;
  n.timer = pmax(0, f(timer - 1));
  if (crossing || timer < 0) {
    let fraction = f(
      f(1 - active) +
        f(
          active *
            crossingFraction(v, armed, change, f(active * powerTwin(exponent(n, f(v - n.exponentialVoltage)))), n.exponentialInverse),
        ),
    );
    fraction = pmin(1, pmax(fraction, pmax(0, timer)));
    fraction = f(fraction + n.delay);
    const due = timer < 0 && timer >= -1 && comparing;
    const fires = due || (crossing && fraction <= 1);
    let timed = timer < 0 ? pmin(0, f(timer + 1)) : n.timer;
    if (crossing && !fires) timed = f(1 - fraction);
    if (due) fraction = -timer;
    const rest = f(1 - fraction);
    if (fires) timed = pmax(0, f(n.blindSteps - rest));
    n.timer = timed;
    if (fires) {
      const clamp = n.refractorySteps;
      left = f(clamp - rest);
      const target = pmin(high, pmax(low, n.reset));
      const kept = n.resetRate > 0 && clamp > 0 ? expTwin(-f(n.resetRate * pmin(rest, clamp))) : 0;
      const from = pmin(next, pmax(armed, v));
      next = f(target + f(f(from - target) * kept));
      jump = f(n.adaptationJump * f(1 - f(f(rest + 0.5) * f(1 - n.adaptationDecay))));
      if (shared.comparatorNoise > 0) n.armed = f(n.threshold + f(f(shared.comparatorNoise) * comparatorGauss));
      fired = pmax(0, fraction);
    }
  }
  n.v = floorTwin(next, step);
  n.remaining = left;
  let u = f(f(n.adaptation * n.adaptationDecay) + f(n.adaptationGain * otaTwin(f(next - n.adaptationLeak), ota)));
  u = f(u + jump);
  n.adaptation = floorTwin(pmin(f(high - n.adaptationReference), pmax(f(low - n.adaptationReference), u)), step);
  return fired;
}

function exponent(n: AdexNeuron, voltage: number): number {
  return pmax(-87, pmin(n.exponentialClip, f(voltage * n.exponentialInverse)));
}

/** -D ln(1 - y). */
function moved(y: number, slope: number): number {
  if (y > 0.25) return f(slope * -logTwin(pmax(LEAST, f(1 - y))));
  const power = f(y * y);
  const q = f(f(power * f(0.35248212730655015)) + f(f(y * f(0.2135565129470273)) + f(0.33657265177883894)));
  return f(f(slope * y) * f(f(q * power) + f(f(y * f(0.499912268891164)) + 1)));
}

function crossingFraction(v: number, threshold: number, change: number, z: number, inverse: number): number {
  const inverseSlope = f(inverse * f(Math.LN2));
  const kappa = f(change * inverseSlope);
  const distance = pmax(0, f(threshold - v));
  if (!(z > f(0.01))) return pmin(1, pmax(0, f(distance / change)));
  const height = expTwin(-f(distance * inverseSlope));
  const ratio = f(f(1 - height) / f(f(kappa * height) + z));
  const g = f(kappa * ratio);
  const bent = Math.abs(g) < f(0.01) ? f(1 - f(g * f(0.5 - f(g * f(1 / 3))))) : f(logTwin(pmax(LEAST, f(1 + g))) / g);
  return pmin(1, pmax(0, f(ratio * bent)));
}
