/** Stimuli as the command line takes them. */
import { describe, expect, test } from 'vitest';
import { withStimuli } from '../../src/codesign/added-stimuli.ts';
import { loadWorkload, parseStimulus } from '../../src/network/index.ts';
import { CardError } from '../../src/base/index.ts';

const WORKLOAD = new URL('../../calibration/workloads/small-world-300.yaml', import.meta.url).pathname;

test('a kind, neurons and fields with units become a stimulus of a workload', () => {
  expect(parseStimulus('current@0:8 amplitude=5 mV start=20ms')).toEqual({
    stimulus: { kind: 'current', to: 'every neuron', neurons: '0:8', amplitude: 5e-3, start: 20e-3 },
  });
  expect(parseStimulus('spikes@3 at=10ms,12 ms weight=8mV')).toMatchObject({
    stimulus: { kind: 'burst', at: [10e-3, 12e-3], neurons: '3' },
  });
  expect(parseStimulus('noise mean=2mV deviation=3mV tau=5ms')).toMatchObject({
    stimulus: { kind: 'ornstein-uhlenbeck', to: 'every neuron' },
  });
  expect(parseStimulus('background weight=-1mV period=125 seed=3')).toMatchObject({
    stimulus: { period: 125, seed: 3, rate: 255, cycle: 8e-6 },
  });
});

describe('mistakes', () => {
  const failing = (...texts: string[]): string => {
    try {
      withStimuli(loadWorkload(WORKLOAD), texts, 0.2);
    } catch (error) {
      if (error instanceof CardError) return error.message;
    }
    throw new Error('expected mistakes');
  };

  test.each([
    ['current@0:8', 'amplitude: found nothing, expected a voltage between -1 V and 1 V'],
    ['curent@0:8 amplitude=5mV', 'did you mean "current"?'],
    ['current@0:800 amplitude=5mV', 'expected neurons from 0 to 299'],
    ['current@8:8 amplitude=5mV', 'neurons: found "8:8"'],
    ['current amplitude=5s', 'amplitude: found "5s"'],
    ['current amplitude=5mV amplitud=2mV', 'amplitud: found an unknown field'],
    ['current amplitude=5mV start=40ms stop=30ms start', 'start'],
    ['poisson@1 rate=50Hz weight=6mV start=3s', 'expected a time before the end of the run, 200 ms'],
    ['spikes@1 at=10ms,250ms weight=6mV', 'at: found 250 ms'],
    ['background weight=1mV period=70000 seed=1', 'between 1 and 65535'],
    ['background weight=1mV period=7 seed=0', 'between 1 and 4294967295'],
    ['x y', 'expected a kind, neurons and fields'],
  ])('%s', (text, message) => {
    expect(failing(text)).toContain(message);
    expect(failing(text)).toContain(`--stimulus "${text}"`);
  });

  test('of several stimuli come all at once', () => {
    const text = failing('current@0:900 amplitude=5mV', 'poisson@1 rate=50s weight=6mV', 'poisson@400 rate=50Hz weight=6mV start=3s');
    for (const part of ['0:900', '50s', '"400"', '3 s']) expect(text).toContain(part);
  });

  test('of a card: what begins after its end', () => {
    expect(() => loadWorkload(WORKLOAD, { overrides: ['stimuli.0.start=2 s'] })).toThrow('expected a time before the end of the run');
  });
});
