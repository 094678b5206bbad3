import { expect, test } from 'vitest';
import { fidelity, spikeTrainsOf, type SpikeTrains } from '../../src/analysis/index.ts';
import { poissonTrains } from './poisson.ts';

const [from, until] = [0.1, 2];
const teacher = mixed(1);
const otherStimulus = mixed(2);

/** Slow and fast neurons, so that the teacher's rates have a spread. */
function mixed(seed: number): SpikeTrains {
  const [slow, fast] = [poissonTrains(30, 5, 2, seed), poissonTrains(30, 40, 2, seed + 100)];
  return { count: 60, times: [...slow.times, ...fast.times] };
}

function moved(trains: SpikeTrains, change: (train: Float64Array) => Float64Array): SpikeTrains {
  return { count: trains.count, times: trains.times.map(change) };
}

test('a student that repeats its teacher has timing 1 and rates 0', () => {
  const score = fidelity({ student: teacher, teacher, otherStimulus, from, until });
  expect(score.timing).toBe(1);
  expect(score.rates).toBe(0);
  expect(score.student).toEqual(score.teacher);
});

test('a student that answers another stimulus has timing about 0, and exactly 0 for that very stimulus', () => {
  expect(fidelity({ student: otherStimulus, teacher, otherStimulus, from, until }).timing).toBe(0);
  const score = fidelity({ student: mixed(3), teacher, otherStimulus, from, until });
  expect(Math.abs(score.timing!)).toBeLessThan(0.05);
  expect(score.shuffleRates).toBeGreaterThan(0);
  expect(score.shuffleRates).toBeLessThan(0.5);
});

test('timing falls with the lateness of the student while its rates stay', () => {
  const timings = [0, 0.001, 0.003, 0.01, 0.03].map((late) => {
    const student = moved(teacher, (train) => train.map((time) => time + late));
    const score = fidelity({ student, teacher, otherStimulus, from, until });
    expect(score.rates).toBeLessThan(0.06);
    return score.timing!;
  });
  expect(timings).toEqual(timings.toSorted((a, b) => b - a));
  expect(timings[1]).toBeGreaterThan(0.6);
});

test('giving every neuron the mean rate scores rates = 1', () => {
  // one and three spikes in a window of 1 s: mean 2, spread 1
  const pair = spikeTrainsOf([0.5, 0.2, 0.4, 0.6], [0, 1, 1, 1], 2);
  const student = spikeTrainsOf([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1], 2);
  const score = fidelity({ student, teacher: pair, otherStimulus: student, from: 0, until: 1 });
  expect(score.rates).toBe(1);
  expect(score.teacherRateSpread).toBe(1);
});

test('spikes of the warm-up count nowhere', () => {
  const early = moved(teacher, (train) => Float64Array.of(0.01, 0.02, 0.03, ...train).toSorted());
  expect(fidelity({ student: early, teacher, otherStimulus, from, until })).toEqual(
    fidelity({ student: teacher, teacher, otherStimulus, from, until }),
  );
});

test('a silent teacher leaves both numbers undefined, never NaN', () => {
  const silent = spikeTrainsOf([], [], 60);
  const score = fidelity({ student: teacher, teacher: silent, otherStimulus: silent, from, until });
  expect(score.timing).toBeNull();
  expect(score.rates).toBeNull();
  expect(score.distance).toBeGreaterThan(0);
  expect(score.rateError).toBeGreaterThan(0);
  expect(Object.values(score)).not.toContain(NaN);
});

test('a silent student is worse than another stimulus or about as bad, but defined', () => {
  const score = fidelity({ student: spikeTrainsOf([], [], 60), teacher, otherStimulus, from, until });
  expect(score.timing).toBeLessThan(0.4);
  expect(score.rates).toBeGreaterThan(1);
  expect(score.student.cv).toBeNull();
});

test('populations of different size and empty windows are refused; an empty population is null', () => {
  const empty = spikeTrainsOf([], [], 0);
  expect(() => fidelity({ student: empty, teacher, otherStimulus, from, until })).toThrow(/cannot compare/);
  expect(() => fidelity({ student: teacher, teacher, otherStimulus, from, until: from })).toThrow(/empty window/);
  expect(fidelity({ student: empty, teacher: empty, otherStimulus: empty, from, until })).toMatchObject({ timing: null, rates: null });
});
