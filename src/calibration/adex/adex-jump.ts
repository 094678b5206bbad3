/**
 * Jump of the adaptation at a spike, from intervals between spikes of a neuron whose exponential is off and whose adaptation below threshold is switched off:
 *   off   without jumps the interval T0 gives the drive s:  T0 = t_ref + integral from reset to threshold of dV / (s - leak(V))
 *   on    with jumps the neuron settles to an interval T at which the adaptation repeats: after a spike u = j / (1 - exp(-T / tau_w)), then it decays;
 *         j is the jump for which  dV/dt = s - leak(V) - coupling(u)  takes the membrane from reset to threshold in T - t_ref
 * Both use the same current, membrane and comparator, so their errors cancel to first order. Reported is b over the leak: b = coupling x tau_mem x j, in V.
 */
import { exp, tanh, ticksOf } from '../../base/index.ts';
import type { CalibrationEffort } from '../../model/index.ts';
import { adexSheet, leakSlope, type AdexBench } from './adex-known.ts';
import { apart } from '../apart.ts';
import { trainsOf } from './before-spikes.ts';
import { QUIET } from '../reader.ts';

/** Points of an integral over a rise. */
const STEPS = 60;
/** Time constants of the adaptation until its jumps repeat, and intervals of about 0.7 of it that are averaged after that. */
const SETTLED = 5;
const AVERAGED = 3;
/** Different codes of the current: its drive over the threshold must not differ much from circuit to circuit. */
const OFFSETS = 5;
/** s: length of the run without jumps. */
const FREE_RUN = 600e-6;

export interface JumpStimulus {
  /** Code of the offset current. */
  readonly current: number;
  /** s, as measured. */
  readonly tauW: Float64Array;
  /** Intervals of every neuron without jumps, s. */
  readonly free: Float64Array;
}

/** b over the leak, V, and what the same intervals say with something else taken as given. */
export interface JumpMeasurement {
  readonly reading: Float64Array;
  readonly refit: (bench: AdexBench, given: Pick<JumpStimulus, 'tauW' | 'free'>) => Float64Array;
}

/** Intervals of every neuron under this current, s; the codes of the jump have to be 0. NaN where a neuron did not fire. */
export async function measureFree(bench: AdexBench, current: number): Promise<Float64Array> {
  return intervalsOf(bench, current, 0, FREE_RUN);
}

/** Drive of every neuron, V/s, from its interval without jumps. */
function driveOf(bench: AdexBench, free: Float64Array): Float64Array {
  return free.map((interval, n) =>
    interval > bench.refractory ? solveRising((s) => -riseTime(bench, n, s), -(interval - bench.refractory), driveRange(bench, n)) : NaN,
  );
}

/** b over the leak; NaN where a neuron did not fire regularly. The intervals without jumps must have been measured with the same current in place, never written since. */
export async function measureJump(
  bench: AdexBench,
  effort: CalibrationEffort,
  { current, tauW, free }: JumpStimulus,
): Promise<JumpMeasurement> {
  const { adaptationCoupling } = adexSheet(bench.substrate);
  const longest = tauW.reduce((most, tau) => (Number.isFinite(tau) ? Math.max(most, tau) : most), 0);
  const adapted = await intervalsOf(bench, current, SETTLED * longest, AVERAGED * Math.max(1, effort.repeats / 8) * longest);
  const refit: JumpMeasurement['refit'] = (given, known) => {
    const drive = driveOf(given, known.free);
    return adapted.map((interval, n) =>
      interval > given.refractory ? jumpOf(given, n, drive[n]!, interval, known.tauW[n]!) * adaptationCoupling * given.tauMem[n]! : NaN,
    );
  };
  return { reading: refit(bench, { tauW, free }), refit };
}

/** Mean interval of every neuron after `from` seconds of firing; NaN with fewer than two spikes. */
async function intervalsOf(bench: AdexBench, current: number, from: number, length: number): Promise<Float64Array> {
  const { substrate, refractory } = bench;
  const { neurons, codes, ticksPerSecond } = substrate.capabilities;
  await substrate.configure({
    ...QUIET,
    spiking: true,
    offsetCurrentOn: true,
    refractory,
    codes: { offset_current: apart(new Int32Array(neurons).fill(current), codes.offset_current, OFFSETS) },
  });
  const begin = ticksOf(from, ticksPerSecond);
  const { spikes } = await substrate.run({ stimulus: {}, probes: [], until: begin + ticksOf(length, ticksPerSecond) });
  return Float64Array.from(trainsOf(spikes, neurons), (train) => {
    const late = train.filter((tick) => tick >= begin);
    return late.length < 2 ? NaN : (late.at(-1)! - late[0]!) / (late.length - 1) / ticksPerSecond;
  });
}

/** Time from reset to threshold under a constant drive, s; Simpson's rule over the voltage. */
function riseTime({ substrate, rest, reset, threshold, tauMem }: AdexBench, n: number, drive: number): number {
  const { leakLinearRange } = substrate.capabilities;
  const [from, to] = [reset[n]!, threshold[n]!];
  const h = (to - from) / STEPS;
  let sum = 0;
  for (let k = 0; k <= STEPS; k++) {
    const weight = k === 0 || k === STEPS ? 1 : k % 2 === 1 ? 4 : 2;
    sum += weight / (drive - leakSlope(from + k * h - rest[n]!, tauMem[n]!, leakLinearRange));
  }
  return (sum * h) / 3;
}

/** Drives between one that hardly reaches the threshold and one that makes it in a tenth of a time constant. */
function driveRange({ substrate, rest, reset, threshold, tauMem }: AdexBench, n: number): readonly [number, number] {
  const { leakLinearRange } = substrate.capabilities;
  const least = leakSlope(threshold[n]! - rest[n]!, tauMem[n]!, leakLinearRange);
  const far = (threshold[n]! - reset[n]!) / (0.1 * tauMem[n]!);
  return [least * (1 + 1e-6) + 1e-3 * far, least + 2 * far];
}

/** Jump of the adaptation voltage, V, with which the threshold is reached after exactly `interval`. */
function jumpOf(bench: AdexBench, n: number, drive: number, interval: number, tauW: number): number {
  const { substrate, rest, reset, threshold, tauMem, refractory } = bench;
  const { leakLinearRange } = substrate.capabilities;
  const { adaptationCoupling, adaptationLinearRange } = adexSheet(substrate);
  const pull = (u: number): number =>
    Number.isFinite(adaptationLinearRange)
      ? adaptationCoupling * adaptationLinearRange * tanh(u / adaptationLinearRange)
      : adaptationCoupling * u;
  const time = interval - refractory;
  const steps = Math.max(STEPS, Math.ceil((4 * time) / tauMem[n]!));
  const h = time / steps;
  const reached = (jump: number): number => {
    const first = (jump / (1 - exp(-interval / tauW))) * exp(-refractory / tauW);
    const change = (v: number, t: number): number =>
      drive - leakSlope(v - rest[n]!, tauMem[n]!, leakLinearRange) - pull(first * exp(-t / tauW));
    let v = reset[n]!;
    for (let k = 0; k < steps; k++) {
      const t = k * h;
      // Heun's rule: the leak is slow against a step
      const k1 = change(v, t);
      v += (h / 2) * (k1 + change(v + h * k1, t + h));
    }
    return v;
  };
  return solveRising((jump) => -reached(jump), -threshold[n]!, [0, 2]);
}

/** The x in a range at which a rising function has a value, by bisection; an end of the range where it lies outside. */
function solveRising(f: (x: number) => number, value: number, [from, to]: readonly [number, number]): number {
  let [low, high] = [from, to];
  for (let k = 0; k < 32; k++) {
    const middle = (low + high) / 2;
    if (f(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
