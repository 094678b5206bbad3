import { expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import {
  ChipPart,
  PART_GRANULARITY,
  type EffectiveSynapses,
  type PartPlan,
  type StepArrivals,
  type StepSpikes,
} from '../../src/chip/index.ts';
import { circuits, options } from './cards.ts';

const CIRCUITS = 256;
const chance = new Chance(1, 'stimulus');
const synapses: EffectiveSynapses = {
  circuit: Uint32Array.from({ length: 2000 }, (_, k) => chance.integer(0, k, CIRCUITS)),
  sign: Int8Array.from({ length: 2000 }, (_, k) => (chance.integer(1, k, 4) === 0 ? -1 : 1)),
  drive: Float64Array.from({ length: 2000 }, (_, k) => 2e4 * chance.uniform(2, k)),
};

/** Ten events a step, each on a slice of the synapses, in descending order of the time that remains. */
function arrivalsOf(step: number): StepArrivals {
  const from = Uint32Array.from({ length: 10 }, (_, i) => chance.integer(3, 10 * step + i, 1990));
  return {
    count: 10,
    from,
    to: from.map((k) => k + 10),
    remaining: Float64Array.from({ length: 10 }, (_, i) => chance.integer(4, 10 * step + i, 100) * 1e-9).toSorted((a, b) => b - a),
  };
}

function partsOf(integrator: PartPlan['integrator'], pieces: number): ChipPart[] {
  const parameters = circuits(CIRCUITS, { threshold: 0.5 });
  const count = CIRCUITS / pieces;
  return Array.from({ length: pieces }, (_, i) => {
    const part = options(count, { first: i * count, noise: 0.002 });
    return new ChipPart({ integrator, parameters, options: part, synapses });
  });
}

function run(parts: readonly ChipPart[], from: number, to: number): string[] {
  const trace: string[] = [];
  const note = (step: number, { count, circuit, fraction }: StepSpikes): void => {
    for (let i = 0; i < count; i++) trace.push(`${String(step)} ${String(circuit[i])} ${String(fraction[i])}`);
  };
  for (let step = from; step < to; step++) for (const part of parts) note(step, part.advance(step, arrivalsOf(step)));
  return trace;
}

test.each(['fast', 'accurate'] as const)('%s: a die cut into 2 and 4 parts gives the same bits', (integrator) => {
  expect(CIRCUITS / 4).toBe(PART_GRANULARITY);
  const whole = partsOf(integrator, 1);
  const trace = run(whole, 0, 150);
  expect(trace.length).toBeGreaterThan(100);
  for (const pieces of [2, 4]) {
    const parts = partsOf(integrator, pieces);
    expect(run(parts, 0, 150)).toEqual(trace);
    expect(parts.flatMap((part) => [...part.voltages()])).toEqual([...whole[0]!.voltages()]);
  }
});

test.each(['fast', 'accurate'] as const)('%s: a restored part goes on bit for bit', (integrator) => {
  const [straight, first, second] = [partsOf(integrator, 1), partsOf(integrator, 1), partsOf(integrator, 1)];
  const trace = run(straight, 0, 150);
  const head = run(first, 0, 70);
  // through JSON, as a file would have it
  const { kind, columns } = first[0]!.snapshot();
  const text = JSON.stringify(columns.map((column) => [...column]));
  const restored = (JSON.parse(text) as number[][]).map((column) => Float64Array.from(column));
  run(second, 0, 3);
  second[0]!.restore({ kind, columns: restored });
  expect([...head, ...run(second, 70, 150)]).toEqual(trace);
});

test.each(['fast', 'accurate'] as const)('%s: another noise seed and another die are other traces', (integrator) => {
  const trace = (changes: object): string[] =>
    run(
      [
        new ChipPart({
          integrator,
          parameters: circuits(CIRCUITS, { threshold: 0.5 }),
          options: options(CIRCUITS, { noise: 0.002, ...changes }),
          synapses,
        }),
      ],
      0,
      60,
    );
  const base = trace({});
  expect(trace({})).toEqual(base);
  expect(trace({ noiseSeed: 2 })).not.toEqual(base);
  expect(trace({ dieSeed: 2 })).not.toEqual(base);
});
