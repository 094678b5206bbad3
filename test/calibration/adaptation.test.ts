/** The jump of an adaptation on small cores with mismatch: the bench's reading of every neuron against the closed form of the truth. */
import { expect, test } from 'vitest';
import { coreRoutines } from '../../src/calibration/cores/core-routines.ts';
import { designBiases, DynapseBench } from '../../src/chip/index.ts';
import { cardFile, designTargets, expectedReadings } from '../../src/codesign/index.ts';
import { DynapseSchema, loadCard } from '../../src/model/index.ts';

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

test('the jump of an adaptation is that of the neuron, whatever leak, refractory period and generators of its core deviate', async () => {
  for (const variation of [0.5, 1, 2]) {
    const overrides = [
      'geometry.cores.value=2',
      'geometry.neurons_per_core.value=9',
      'design.weight_ahp.value=10 nA',
      `variation=${String(variation)}`,
    ];
    const card = loadCard(DynapseSchema, cardFile('chip', 'dynapse2'), { overrides }).value;
    const design = designBiases(card);
    const errors: number[] = [];
    for (const die of [1, 3]) {
      const bench = new DynapseBench(card, die, die);
      const { codeOf, currentOf } = bench.capabilities;
      // codes far from the design, as a calibration may leave them
      const cores = [0.7, 1.4].map((factor) => ({
        ...design,
        tau_mem: codeOf(currentOf(design.tau_mem) * factor),
        gain_mem: codeOf(currentOf(design.gain_mem) * factor),
      }));
      await bench.configure(cores);
      const { read } = coreRoutines(designTargets(card), bench.capabilities).find(({ name }) => name === 'ahp')!;
      const readings = await read(
        bench,
        Array.from({ length: 9 }, (_, n) => n),
        cores,
        0,
      );
      const truth = bench.truth();
      for (const core of [0, 1])
        errors.push(
          median(
            Array.from(
              readings.subarray(core * 9, core * 9 + 9),
              (value, n) => value / expectedReadings(card, truth, core * 9 + n).get('ahp')! - 1,
            ),
          ),
        );
    }
    // whole spikes leave each median of nine a percent or two
    for (const error of errors) expect(Math.abs(error), `variation ${String(variation)}`).toBeLessThan(0.02 * Math.max(variation, 1));
  }
});
