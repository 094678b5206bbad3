/** Correlation sensors against accumulated exponentials in closed form. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileDie, CorrelationSensors, correlationPlan, type CorrelationPlan } from '../../src/chip/index.ts';
import { bss2, deviation, mean } from './cards.ts';

const TAU = 5e-6;
const one: CorrelationPlan = { causal: Float32Array.of(0.5), anticausal: Float32Array.of(0.3), tau: Float32Array.of(TAU), saturation: 150 };
const SYNAPSE = { row: Uint16Array.of(0), circuit: Uint32Array.of(0) };

function sensors(plan = one): CorrelationSensors {
  return new CorrelationSensors(plan, SYNAPSE, 0, 1);
}

/** Plays both trains in the order of time; of one instant the event first. */
function play(target: CorrelationSensors, pre: readonly number[], post: readonly number[]): void {
  const all = [...pre.map((at) => ({ at, side: 0 })), ...post.map((at) => ({ at, side: 1 }))].toSorted(
    (a, b) => a.at - b.at || a.side - b.side,
  );
  for (const { at, side } of all) {
    if (side === 0) target.event(0, at * 1e-6);
    else target.spike(0, at * 1e-6);
  }
}

/** Sum over `later` of exp(-distance to the nearest of `earlier` before it / tau); one of the same instant counts as before where `together`. */
function accumulated(earlier: readonly number[], later: readonly number[], together: boolean): number {
  return later.reduce((sum, at) => {
    const before = earlier.filter((other) => (together ? other <= at : other < at));
    return before.length === 0 ? sum : sum + Math.exp(((Math.max(...before) - at) * 1e-6) / TAU);
  }, 0);
}

describe('a synapse', () => {
  const train = fc
    .uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 30 })
    .map((ticks) => ticks.map((tick) => tick * 0.7));

  test('accumulates exp(-distance / tau) of nearest neighbours, in both directions', () => {
    fc.assert(
      fc.property(train, train, (pre, post) => {
        const found = sensors();
        play(found, pre, post);
        const { causal, anticausal } = found.readings();
        expect(Math.abs(causal[0]! - 0.5 * accumulated(pre, post, true))).toBeLessThan(1e-5);
        expect(Math.abs(anticausal[0]! - 0.3 * accumulated(post, pre, false))).toBeLessThan(1e-5);
      }),
      { numRuns: 200 },
    );
  });

  test('is full at saturation, and empty after a reset that forgets no event', () => {
    const found = sensors({ ...one, saturation: 2 });
    play(found, [0, 1, 2, 3, 4, 5, 6, 7], [0.1, 1.1, 2.1, 3.1, 4.1, 5.1, 6.1]);
    expect(found.readings().causal[0]).toBe(2);
    found.reset();
    expect(found.readings()).toEqual({ causal: Float32Array.of(0), anticausal: Float32Array.of(0) });
    found.spike(0, 9e-6);
    expect(found.readings().causal[0]).toBeCloseTo(0.5 * Math.exp(-2 / 5), 6);
  });

  test('continues from a snapshot', () => {
    const [whole, first, second] = [sensors(), sensors(), sensors()];
    play(whole, [1, 5, 9], [2, 6, 8]);
    play(first, [1, 5], [2]);
    second.restore(first.snapshot());
    play(second, [9], [6, 8]);
    expect(second.readings()).toEqual(whole.readings());
  });
});

test('sensors of a die spread as the card states; trims move both directions together', () => {
  const card = bss2('synapse.correlation.sensors=on');
  const size = 20_000;
  const row = Uint16Array.from({ length: size }, (_, k) => k % 256);
  const circuit = Uint32Array.from({ length: size }, (_, k) => Math.floor(k / 256));
  const die = compileDie(card, 4);
  const plan = correlationPlan(card, die, row, circuit)!;
  const block = (k: number): number => Math.floor(circuit[k]! / 128);
  const { amplitude, tau } = die.correlationBlocks;
  const ln = (values: Float32Array, nominal: number, medians: Float64Array): Float64Array =>
    Float64Array.from(values, (value, k) => Math.log(value / nominal / medians[block(k)]!));
  // 0.25 in the logarithm; amplitude 0.35 and half of the asymmetry's 0.3 in quadrature; a fifth of the variance is common to a block; five standard errors
  const near = (found: number, stated: number): void => expect(Math.abs(found / stated - 1)).toBeLessThan(0.01 + 5 / Math.sqrt(2 * size));
  const sigma = (cv: number): number => Math.sqrt(Math.log(1 + cv ** 2));
  near(deviation(ln(plan.tau, TAU, tau)), Math.sqrt(0.8) * sigma(0.25));
  near(deviation(ln(plan.causal, 0.5, amplitude)), Math.hypot(Math.sqrt(0.8) * sigma(0.36), sigma(0.31) / 2));
  // the median sensor of a block is what its sensors have in common
  expect(Math.abs(mean(ln(plan.tau, TAU, tau)))).toBeLessThan((5 * 0.25) / Math.sqrt(size));
  const trimmed = correlationPlan(card, die, row, circuit, { amplitude: new Uint8Array(size).fill(3), tau: new Uint8Array(size).fill(0) })!;
  for (const k of [0, 77, 19_999]) {
    expect(trimmed.causal[k]! / plan.causal[k]!).toBeCloseTo(1.2, 5);
    expect(trimmed.anticausal[k]! / plan.anticausal[k]!).toBeCloseTo(1.2, 5);
    expect(trimmed.tau[k]! / plan.tau[k]!).toBeCloseTo(0.6, 5);
  }
  expect(correlationPlan(bss2(), die, row, circuit)).toBeUndefined();
});

test('what the sensors of a block have in common spreads over dies with its share of the variance, and single sensors as the card states', () => {
  const card = bss2(
    'geometry.cores.value=1',
    'geometry.neurons_per_core.value=8',
    'geometry.block.value=8',
    'mismatch.quadrant_share.value=60%',
  );
  const dies = Array.from({ length: 300 }, (_, seed) => compileDie(card, seed));
  const logs = dies.map(({ correlationBlocks }) => Math.log(correlationBlocks.amplitude[0]!));
  const single = dies.map((die) => Math.log(die.correlationFactors(3, 5).amplitude));
  const sigma = Math.sqrt(Math.log(1 + 0.36 ** 2));
  // five standard errors of a deviation from 300 draws
  expect(Math.abs(deviation(logs) / (Math.sqrt(0.6) * sigma) - 1)).toBeLessThan(5 / Math.sqrt(600));
  expect(Math.abs(deviation(single) / sigma - 1)).toBeLessThan(5 / Math.sqrt(600));
  const [amplitude, tau] = (['amplitude', 'tau'] as const).map((which) => dies.map((die) => die.correlationBlocks[which][0]!));
  const products = amplitude!.map((value, k) => (value - mean(amplitude!)) * (tau![k]! - mean(tau!)));
  expect(Math.abs(mean(products)) / deviation(amplitude!) / deviation(tau!)).toBeLessThan(5 / Math.sqrt(300));
});

test('a measured block moves its sensors together, and keeps what is their own', () => {
  const card = bss2('geometry.cores.value=8');
  const label = { name: 'lab', die: 4, source: 'bench 3' };
  const [drawn, measured] = [undefined, [{ ...label, circuits: {}, sensors: { amplitude: [1.5, null], tau: [null, 0.5] } }]].map((list) =>
    compileDie({ ...card, measured: list }, 4),
  ) as [ReturnType<typeof compileDie>, ReturnType<typeof compileDie>];
  expect([...measured.correlationBlocks.amplitude]).toEqual([1.5, drawn.correlationBlocks.amplitude[1]]);
  for (const n of [0, 100, 200]) {
    const [was, is] = [drawn.correlationFactors(9, n), measured.correlationFactors(9, n)];
    const moved = (which: 'amplitude' | 'tau'): number => {
      const b = n < 128 ? 0 : 1;
      return measured.correlationBlocks[which][b]! / drawn.correlationBlocks[which][b]!;
    };
    expect(is.amplitude / was.amplitude).toBeCloseTo(moved('amplitude'), 12);
    expect(is.tau / was.tau).toBeCloseTo(moved('tau'), 12);
    expect(is.asymmetry).toBe(was.asymmetry);
  }
  expect(() => compileDie(bss2('variation=0'), 1).correlationFactors(1, 1)).not.toThrow();
});
