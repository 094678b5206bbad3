import { expect, test } from 'vitest';
import { prepareDecalibration } from '../../src/codesign/decalibration.ts';
import { learn, presentations, type TaskShape } from '../../src/codesign/tempotron.ts';
import { CalibrationPlanSchema, parseCard } from '../../src/model/index.ts';
import { bss2 } from '../chip/cards.ts';

const task: TaskShape = { classes: 2, inputs: 6, copies: 1, length: 50e-6, jitter: 1e-6, missing: 0 };

test('the rule strengthens inputs before the highest potential of a silent neuron, and weakens those before a wrong spike', () => {
  const [sample] = presentations(task, 1, 0, 1);
  const weights = new Float64Array(12);
  const response = { spikes: Uint32Array.of(0, 1), first: Float64Array.of(Infinity, 30e-6), peak: Float64Array.of(30e-6, 0) };
  learn(weights, sample!, response, task, { rate: 0.1, tauMem: 10e-6, tauSyn: 5e-6 });
  sample!.times.forEach((time, i) => {
    expect(Math.sign(weights[i]!)).toBe(time < 30e-6 ? 1 : 0);
    expect(Math.sign(weights[6 + i]!)).toBe(time < 30e-6 ? -1 : 0);
  });
});

test('presentations are noisy copies of one template per class, the same for every seed', () => {
  const [a, , b] = presentations(task, 3, 0, 3);
  expect(a!.label).toBe(b!.label);
  for (let i = 0; i < 6; i++) expect(Math.abs(a!.times[i]! - b!.times[i]!)).toBeLessThan(8e-6);
  expect(presentations(task, 3, 0, 3)).toEqual(presentations(task, 3, 0, 3));
  expect(presentations(task, 3, 2, 1)[0]).toEqual(b);
});

test('at a spread of 30 % transferred weights fail on a die where weights tuned in the loop do not', { timeout: 60_000 }, async () => {
  const text =
    'kind: calibration\nname: t\nchip: bss2\ntargets: { leak: 0.42 V, reset: 0.375 V, threshold: 0.6225 V, tau_mem: 10 us, tau_syn: 10 us, psp: 80 mV }';
  const work = prepareDecalibration({ card: bss2(), plan: parseCard(CalibrationPlanSchema, text).value, seed: 1 });
  const { transferred, inTheLoop } = await work({ id: 'x', label: 'x', die: 2, spread: 0.3 });
  expect(transferred).toBeGreaterThan(0.2);
  expect(inTheLoop).toBeLessThan(0.05);
});
