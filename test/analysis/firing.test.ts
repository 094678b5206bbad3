import { mean } from 'simple-statistics';
import { expect, test } from 'vitest';
import {
  coefficientOfVariation,
  fanoFactor,
  firingRates,
  interspikeIntervals,
  localVariation,
  meanPairwiseCorrelation,
  pairwiseCorrelations,
  populationStatistics,
  spikeCounts,
  spikeTrainsOf,
} from '../../src/analysis/index.ts';
import { poissonTrains } from './poisson.ts';

test('Poisson trains have CV, LV and Fano factor 1, their rate, and no correlation', () => {
  const trains = poissonTrains(80, 50, 20, 1);
  const found = populationStatistics(trains, 0, 20);
  expect(found.meanRate).toBeCloseTo(50, 0);
  expect(found.cv).toBeGreaterThan(0.98);
  expect(found.cv).toBeLessThan(1.02);
  expect(found.lv).toBeGreaterThan(0.98);
  expect(found.lv).toBeLessThan(1.02);
  expect(Math.abs(found.correlation!)).toBeLessThan(0.002);
  expect(mean(trains.times.map((train) => fanoFactor(spikeCounts(train, 0, 20, 0.1))!))).toBeCloseTo(1, 1);
});

test('a clock has CV and LV 0; two alternating intervals have the closed forms', () => {
  const clock = interspikeIntervals(Float64Array.from({ length: 11 }, (_, k) => k));
  expect(coefficientOfVariation(clock)).toBe(0);
  expect(localVariation(clock)).toBe(0);
  const alternating = Float64Array.of(1, 3, 1, 3);
  expect(coefficientOfVariation(alternating)).toBe(0.5);
  expect(localVariation(alternating)).toBeCloseTo(3 * 0.25, 12);
});

test('what a silent or nearly silent population cannot tell is null', () => {
  expect(populationStatistics(spikeTrainsOf([], [], 3), 0, 1)).toEqual({ meanRate: 0, silent: 1, cv: null, lv: null, correlation: null });
  expect(populationStatistics(spikeTrainsOf([], [], 0), 0, 1)).toEqual({
    meanRate: null,
    silent: null,
    cv: null,
    lv: null,
    correlation: null,
  });
  expect(coefficientOfVariation(Float64Array.of(1, 2))).toBeNull();
  expect(fanoFactor(new Float64Array(4))).toBeNull();
});

test('the mean correlation found without forming pairs is the mean over all pairs', () => {
  const counts = poissonTrains(20, 30, 5, 2).times.map((train) => spikeCounts(train, 0, 5, 0.02));
  // a common drive, and a neuron that does not vary and drops out
  for (let k = 0; k < 250; k += 7) counts.forEach((row) => row[k]!++);
  const pairs = pairwiseCorrelations([...counts, new Float64Array(250)]);
  expect(pairs).toHaveLength(190);
  expect(meanPairwiseCorrelation([...counts, new Float64Array(250)])).toBeCloseTo(mean([...pairs]), 12);
  expect(mean([...pairs])).toBeGreaterThan(0.1);
});

test('equal and opposite counts correlate with 1 and -1', () => {
  const row = Float64Array.of(0, 2, 1, 3);
  expect([...pairwiseCorrelations([row, row, row.map((count) => 3 - count)])].map((r) => Math.round(r * 1e9) / 1e9)).toEqual([1, -1, -1]);
});

test('rates and counts see only the window, and only whole bins', () => {
  const trains = spikeTrainsOf([0.1, 0.5, 0.9, 1.5], [0, 0, 0, 0], 1);
  expect([...firingRates(trains, 0.5, 1.5)]).toEqual([2]);
  expect([...spikeCounts(trains.times[0]!, 0, 1.25, 0.5)]).toEqual([1, 2]);
  expect(spikeCounts(trains.times[0]!, 0, 1, 0.002)).toHaveLength(500);
  expect(() => firingRates(trains, 1, 1)).toThrow(/empty window/);
  expect(() => spikeCounts(trains.times[0]!, 0, 0.1, 0.5)).toThrow(/no bin/);
});
