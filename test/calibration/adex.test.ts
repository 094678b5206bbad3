import { fileURLToPath } from 'node:url';
import { mean as average } from 'simple-statistics';
import { expect, test } from 'vitest';
import { stepShape } from '../../src/calibration/adex/adex-adaptation.ts';
import { measureUpswing, upswingCurrents } from '../../src/calibration/adex/adex-upswing.ts';
import { fitFew } from '../../src/calibration/few-parameters.ts';
import { countKept, patternLoss } from '../../src/calibration/adex/pattern-loss.ts';
import { measureChannelOffsets } from '../../src/calibration/cadc-offset.ts';
import { potentialReader } from '../../src/calibration/reader.ts';
import { calibrateAdex, calibrateDie } from '../../src/calibration/index.ts';
import { DieSubstrate } from '../../src/chip/index.ts';
import { patternTask } from '../../src/codesign/pattern-target.ts';
import { CalibrationPlanSchema, loadCard, parseCard, PatternsSchema, type Setting } from '../../src/model/index.ts';
import { runCell } from '../../src/reference/index.ts';
import { bss2, IDEAL } from '../chip/cards.ts';
import { caseOf, PATTERNS } from '../chip/patterns.ts';

const { effort } = parseCard(
  CalibrationPlanSchema,
  'kind: calibration\nname: test\nchip: bss2\ntargets: { leak: 0.42 V, reset: 0.375 V, threshold: 0.8 V, tau_mem: 10 us }',
).value;

test('the response to a step is that of the two coupled equations with the tanh of both, damped or oscillating', () => {
  for (const [tauMem, tauW, strength, leak, adaptation] of [
    [20e-6, 300e-6, 0.2, Infinity, Infinity],
    [20e-6, 30e-6, 4, Infinity, Infinity],
    [10e-6, 10e-6, 0, Infinity, Infinity],
    // in units of the step
    [20e-6, 300e-6, 0.2, 5, 5],
    [20e-6, 30e-6, 1.5, 3, 6],
    [20e-6, 30e-6, 0.2, 1.5, Infinity],
  ] as const) {
    const interval = 1.7e-6;
    const shape = new Float64Array(200);
    stepShape({ tauMem, tauW, strength, amplitude: 10, ranges: { leak: 10 * leak, adaptation: 10 * adaptation } }, interval, shape);
    const through = (v: number, range: number): number => (Number.isFinite(range) ? range * Math.tanh(v / range) : v);
    // Euler at a thousandth of the interval
    let [v, w] = [0, 0];
    let largest = 0;
    for (let k = 0; k < shape.length; k++) {
      for (let i = 0; i < 1000; i++) {
        const h = interval / 1000;
        [v, w] = [v + (h * (1 - through(v, leak) - w)) / tauMem, w + (h * (strength * through(v, adaptation) - w)) / tauW];
      }
      largest = Math.max(largest, Math.abs(v - shape[k]!));
    }
    expect(largest).toBeLessThan(Number.isFinite(leak) ? 1e-3 : 2e-4);
  }
});

test('a handful of parameters is fitted to rounding, and what cannot be fitted is told', () => {
  const x = Float64Array.from({ length: 40 }, (_, k) => k / 10);
  const curve = (p: ArrayLike<number>, out: Float64Array): void => x.forEach((at, k) => (out[k] = p[0]! + p[1]! * Math.exp(-at / p[2]!)));
  const values = new Float64Array(40);
  curve([3, -2, 1.3], values);
  const found = fitFew({ model: curve, values, start: [0, -1, 0.5], scale: [1e-4, 1e-4, 1e-4] })!;
  [3, -2, 1.3].forEach((value, k) => expect(found[k]).toBeCloseTo(value, 4));
  expect(fitFew({ model: curve, values: Float64Array.of(1, 2), start: [0, -1, 0.5], scale: [1, 1, 1] })).toBeNull();
});

test('on a chip without distortions the upswing gives exponential voltage and slope', async () => {
  // the noise of the converter stays: without it readings are off by what rounding leaves
  const card = bss2(...IDEAL, 'noise.scale=1', 'noise.membrane.value=0 V', 'neuron.circuit=adex', 'geometry.cores.value=2');
  const substrate = new DieSubstrate(card, 1, 1);
  const { neurons } = substrate.capabilities;
  const all = (code: number): Int32Array => new Int32Array(neurons).fill(code);
  const setting: Setting = {
    codes: {
      leak: all(671),
      reset: all(635),
      threshold: all(613),
      exponential: all(412),
      exponential_slope: all(429),
      adaptation_jump: all(0),
    },
  };
  await substrate.configure(setting);
  const { rest, reset, threshold, tauMem, adex } = substrate.truth();
  const reader = potentialReader(substrate, await measureChannelOffsets(substrate, effort));
  const bench = { substrate, reader, rest, reset, threshold, tauMem, refractory: 1e-6 };
  const [voltage, slope] = (await measureUpswing(bench, effort, { currents: await upswingCurrents(substrate), voltage: 0.7, slope: 0.03 }))
    .reading;
  // without noise a neuron whose period is one of the converter may show too few points of its rise
  expect(voltage.filter(Number.isFinite).length).toBeGreaterThan(0.9 * neurons);
  const mean = (values: Float64Array): number => average(Array.from(values).filter(Number.isFinite));
  const expected = (adex!.exponentialVoltage[0]! - card.cadc.zero.value) / card.cadc.lsb.value;
  // the last of the upswing is as short as a step of the chip's integrator, 0.1 us: a tenth of the slope is 0.7 LSB
  expect(Math.abs(mean(voltage) - expected)).toBeLessThan(0.75);
  expect(Math.abs(mean(slope) / adex!.exponentialSlope[0]! - 1)).toBeLessThan(0.04);
});

test('the loss is least for the teacher itself and falls with every feature that comes nearer', () => {
  for (const pattern of ['tonic', 'regular bursting', 'irregular'] as const) {
    const times = runCell(caseOf(PATTERNS[pattern]!)).spikes.map((time) => time * 1e-6);
    const goal = { pattern, times, duration: 600e-6 };
    const own = patternLoss(Array.from(times), goal);
    expect(own).toBeLessThan(1);
    const stretched = (factor: number): number =>
      patternLoss(
        Array.from(times, (time) => time * factor).filter((time) => time < 600e-6),
        goal,
      );
    expect(stretched(1.05)).toBeGreaterThan(own);
    expect(stretched(1.3)).toBeGreaterThan(own + 1);
    expect(patternLoss([], goal)).toBeGreaterThan(Math.max(stretched(1.05), stretched(1.3)));
    expect(countKept(Array.from(times), goal)).toBe(true);
    expect(countKept([], goal)).toBe(false);
  }
});

test(
  'with twice every spread exponentials are found as far as their codes reach, the others are told to stand at the end of their range, and quick adaptation is read',
  { timeout: 120_000 },
  async () => {
    const plan = loadCard(PatternsSchema, fileURLToPath(new URL('../../calibration/firing-patterns.yaml', import.meta.url))).value;
    const card = bss2('neuron.circuit=adex', 'geometry.cores.value=2', 'variation=2');
    const task = patternTask(card, plan, 'tonic', plan.patterns.tonic!);
    const die = new DieSubstrate(card, 11, 7);
    const base = await calibrateDie(die, task.membrane, task.bare, plan.effort);
    // comparators that never fire are on this die: they must not set the current by which the others are driven
    expect(base.masked.some((dead) => dead === 1)).toBe(true);
    const { quantities } = await calibrateAdex(die, base, { membrane: task.membrane, targets: task.whole, start: task.start }, plan.effort);
    const { adex } = die.truth();
    const of = (name: 'v_exp' | 'delta_t' | 'v_adaptation' | 'tau_w', status: string): number[] =>
      quantities
        .find(({ quantity }) => quantity === name)!
        .status.flatMap((state, n) => (base.masked[n] === 0 && state === status ? [n] : []));
    const alive = base.masked.filter((dead) => dead === 0).length;
    expect(of('v_exp', 'ok').length).toBeGreaterThan(0.95 * alive);
    const [reached, atLimit] = [of('delta_t', 'ok'), of('delta_t', 'at limit')];
    expect(reached.length).toBeGreaterThan(alive / 2);
    expect(reached.length + atLimit.length).toBeGreaterThan(0.95 * alive);
    const deviation = (n: number): number => adex!.exponentialSlope[n]! / task.whole.slope[n]! - 1;
    expect(Math.sqrt(average(reached.map((n) => deviation(n) ** 2)))).toBeLessThan(0.05);
    for (const n of atLimit) expect(deviation(n), String(n)).toBeLessThan(0.03);
    // tau_w of 30 us beside membranes of 20 us, and strengths that spread by 60 %
    expect(of('tau_w', 'ok').length).toBeGreaterThan(0.9 * alive);
    const slow = of('tau_w', 'ok').map((n) => adex!.adaptationTau[n]! / task.whole.adaptationTau[n]! - 1);
    expect(Math.sqrt(average(slow.map((one) => one * one)))).toBeLessThan(0.07);
    // the pull of each adaptation is read: with that of the data sheet weak ones stood 1.7 steps of the converter off
    const leaks = of('v_adaptation', 'ok').map((n) => adex!.adaptationLeak[n]! - task.whole.adaptationLeak[n]!);
    expect(leaks.length).toBeGreaterThan(0.85 * alive);
    expect(Math.sqrt(average(leaks.map((one) => one * one)))).toBeLessThan(0.004);
    const voltage = (n: number): number => adex!.exponentialVoltage[n]! - task.whole.exponential[n]!;
    // half a step of the converter, 4.5 mV
    expect(Math.sqrt(average(of('v_exp', 'ok').map((n) => voltage(n) ** 2)))).toBeLessThan(0.004);
  },
);
