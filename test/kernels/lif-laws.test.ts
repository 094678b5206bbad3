import { expect, test } from 'vitest';
import { silentBank, TYPICAL } from './support.ts';

test('a neuron without input settles at its rest level, as near as f32 can move it', () => {
  // it stands still where a step would move it by less than half a unit in the last place: 2^-25 V / leak, 3 uV here
  const standstill = (2 ** -25 / 0.00995) * 1.02;

  for (const linear of [0.05, 1e4]) {
    const bank = silentBank(64, TYPICAL, { linear });
    bank.set({ v: Float32Array.from({ length: 64 }, (_, n) => 0.1 + 0.015 * n) });
    bank.run(0, 3000);
    for (const v of bank.field('v')) expect(Math.abs(v - 0.6)).toBeLessThan(standstill);
  }
});

test('a linear leak decays exactly, to 1e-6 of the excursion', () => {
  const bank = silentBank(1, TYPICAL, { linear: 1e4, maxSamples: 300 });
  bank.set({ v: 1, rest: 0 }); // rest 0: the excursion is not rounded against a large level
  const { samples } = bank.run(0, 300, { sampleEvery: 1 });
  for (let step = 1; step <= 100; step++) {
    expect(Math.abs(samples[(step - 1) * bank.sampleStride]! - Math.exp((-step * TYPICAL.step) / TYPICAL.tauMem))).toBeLessThan(1e-6);
  }
});

test('a tanh leak decays as sinh(u / vLin) = sinh(u0 / vLin) exp(-t / tau), first order in the step', () => {
  const linear = 0.05;
  const errors = [4e-7, 2e-7, 1e-7].map((step) => {
    const bank = silentBank(1, { ...TYPICAL, step }, { linear });
    bank.set({ v: 0.2, rest: 0 });
    const duration = 12e-6;
    bank.run(0, Math.round(duration / step));
    const exact = linear * Math.asinh(Math.sinh(0.2 / linear) * Math.exp(-duration / TYPICAL.tauMem));
    return Math.abs(bank.field('v')[0]! - exact);
  });
  expect(errors[0]).toBeLessThan(2e-3);
  expect(errors[0]! / errors[1]!).toBeCloseTo(2, 0);
  expect(errors[1]! / errors[2]!).toBeCloseTo(2, 0);
});

test('a linear membrane follows its synapses in closed form', () => {
  const { step, tauMem, tauExc, tauInh } = TYPICAL;
  const bank = silentBank(1);
  bank.set({ v: 0, rest: 0, synapseExc: 5000, synapseInh: 2000 });
  const { samples } = bank.run(0, 400, { sampleEvery: 1 });
  const response = (tau: number, t: number): number => (Math.exp(-t / tauMem) - Math.exp(-t / tau)) / (1 / tau - 1 / tauMem);
  for (let i = 1; i <= 400; i++) {
    const exact = 5000 * response(tauExc, i * step) - 2000 * response(tauInh, i * step);
    expect(Math.abs(samples[(i - 1) * bank.sampleStride]! - exact)).toBeLessThan(2e-7);
  }
});

test('a driven linear neuron fires at the closed-form times, refractory period included', () => {
  const { step, tauMem } = TYPICAL;
  const bank = silentBank(1);
  bank.set({ v: 0.5, rest: 0.9, reset: 0.5, threshold: 0.8, refractorySteps: 20.4 });
  const { steps, fractions } = bank.run(0, 3000);
  const rise = (tauMem / step) * Math.log((0.9 - 0.5) / (0.9 - 0.8)); // steps
  expect(steps.length).toBe(Math.floor((3000 + 20.4) / (rise + 20.4)));
  // inside a step the crossing is a chord and the part after a refractory period counts linearly: a few thousandths of a step each time
  steps.forEach((at, i) => expect(Math.abs(at + fractions[i]! - ((i + 1) * rise + i * 20.4))).toBeLessThan(0.01 * (i + 1)));
});

test('the noise of a membrane is Ornstein-Uhlenbeck: deviation and autocorrelation within 2 % for any step', () => {
  const rms = 2e-3;
  const neurons = 4096;
  for (const step of [5e-8, 2e-7, 1e-6, 5e-6]) {
    const tau = TYPICAL.tauMem;
    const lag = Math.round(tau / step / 2); // half a time constant
    const perRun = 8;
    const bank = silentBank(neurons, { ...TYPICAL, step }, { seed: 4, maxSamples: perRun });
    bank.set({ v: 0, rest: 0, sigma: rms * Math.sqrt(-Math.expm1((-2 * step) / tau)) });
    const settle = 10 * Math.round(tau / step);
    bank.run(0, settle);
    let [square, product] = [0, 0];
    const { samples } = bank.run(settle, perRun * lag, { sampleFrom: settle, sampleEvery: lag });
    for (let i = 0; i < samples.length; i++) square += samples[i]! ** 2 / samples.length;
    const pairs = samples.length - neurons;
    for (let i = 0; i < pairs; i++) product += (samples[i]! * samples[i + neurons]!) / pairs;
    expect(Math.abs(Math.sqrt(square) / rms - 1), `deviation at ${String(step)} s`).toBeLessThan(0.02);
    expect(Math.abs(product / square / Math.exp((-lag * step) / tau) - 1), `autocorrelation at ${String(step)} s`).toBeLessThan(0.02);
  }
});

test('a state that fades becomes exactly zero', () => {
  const bank = silentBank(1);
  bank.set({ v: 1e-11, rest: 0, synapseExc: 1e-11, synapseInh: 1e-11 });
  bank.run(0, 1000);
  for (const name of ['v', 'synapseExc', 'synapseInh'] as const) expect(bank.field(name)[0]).toBe(0);
});

test('a refractory neuron stays at its reset voltage and still decays its synapses', () => {
  const bank = silentBank(1);
  bank.set({ v: 0.7, remaining: 5, synapseExc: 1000 });
  bank.run(0, 5);
  expect(bank.field('v')[0]).toBe(0.5);
  expect(bank.field('remaining')[0]).toBe(0);
  expect(bank.field('synapseExc')[0]).toBeCloseTo(1000 * Math.exp((-5 * TYPICAL.step) / TYPICAL.tauExc), 2);
});
