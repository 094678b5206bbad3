import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cardFile, resolveStudy, type CardFiles } from '../../src/codesign/index.ts';
import { StudyRunner } from '../../src/codesign/job.ts';
import { CodesignSchema, loadCard } from '../../src/model/index.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

let space: Workspace;
beforeAll(() => (space = makeWorkspace()));
afterAll(() => rmSync(space.folder, { recursive: true, force: true }));

function study(overrides: readonly string[] = [], files: CardFiles = {}, allow = false) {
  return resolveStudy(loadCard(CodesignSchema, space.plan, { overrides }), files, { allow });
}

test('a plan finds its cards in its own workspace first, then among those of the package', () => {
  expect(Object.values(study().chips)[0]!.name).toBe('small');
  expect(Object.values(study(['chip=bss2', 'noc=mesh-4x4']).chips)[0]!.name).toBe('BSS-2-like');
});

test('a card that does not exist is refused with the nearest name of both', () => {
  expect(() => study(['chip=smal'])).toThrow(/found "smal", expected the name of a card in chips: .*bss2.*small; did you mean "small"\?/);
});

test('the workload’s delay is the zero-load mean path of the reference design, the same for every design', () => {
  const { network, until } = study();
  // 50 ns out, 50 ns in, at least a router and a link of 250 MHz; biological, x1000
  expect(network.delay).toBeGreaterThan(0.1e-3);
  expect(network.delay).toBeLessThan(0.2e-3);
  expect(until).toBe(60_000);
});

test('a run lasts a whole number of windows of every chip of the plan', () => {
  const factors = '{steps: {coarse: {chip.step.value: 100 ns}, fine: {chip.step.value: 40 ns}}}';
  expect(study([`factors=${factors}`, 'reference={steps: coarse}', 'duration=60.1 ms']).until).toBe(60_200);
});

test('designs whose chips have another geometry or speed-up are refused: one partition and one stimulus serve the plan', () => {
  const factors = (field: string) => `factors={size: {one: {}, other: {${field}}}}`;
  expect(() => study([factors('chip.geometry.cores.value: 2'), 'reference={size: one}'])).toThrow(
    /chip.geometry.cores is 4 at the reference design and 2 at another/,
  );
  expect(() => study([factors('chip.speed_up.value: 500'), 'reference={size: one}'])).toThrow(/chip.speed_up is 1000/);
});

test('an analog step that is no whole number of ticks is refused', () => {
  expect(() => study(['factors={step: {odd: {chip.step.value: 12.5 ns}}}', 'reference={step: odd}'])).toThrow(/step is 12.5 ticks of 1 ns/);
});

test('a reference design that is no design of the plan is refused', () => {
  expect(() => study(['reference={network: medium}'])).toThrow(/the reference design must name a level of every factor: network/);
});

test('the hash of a study changes with plan, cards and workload, and not with the order of the fields of a plan', () => {
  const { hash } = study();
  expect(study().hash).toBe(hash);
  const others = [study(['seed=2']), study(['dies=[1]']), study([], {}, true), study(['duration=61 ms'])];
  expect(new Set([hash, ...others.map((other) => other.hash)]).size).toBe(5);
});

test('an edge list in CSV takes the place of the workload', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `N${String(i)}`);
  const rows = names.flatMap((pre, i) => [1, 2, 5].map((step) => `${pre},${names[(i + step) % 20]!},${String(2 + (i % 5))},chemical`));
  const file = space.put('edges.csv', `pre,post,weight,type\n${rows.join('\n')}\nN0,N9,3,electrical\n`);
  const worm = study(['duration=40 ms', 'warm_up=10 ms'], { workload: file });
  expect(worm.network.count).toBe(20);
  expect(worm.network.target).toHaveLength(62);
  expect(worm.network.notes.map(({ text }) => text).join()).toMatch(/electrical/);
  const { chip, noc } = worm.reference;
  const { outcome } = await new StudyRunner(worm).emulate({
    kind: 'emulate',
    chip,
    noc,
    idealNetwork: false,
    mode: 'ideal',
    die: 0,
    stimulus: 1,
  });
  expect(outcome.spikes.emitted).toBeGreaterThan(0);
  expect(outcome.properties).toEqual({ 'conservation of packets': true, 'no NaN in a state': true });
});

test('synapses without a row are refused with the numbers, or left out and counted where the user allows it', () => {
  const few = ['factors={rows: {few: {chip.geometry.rows_per_core.value: 12}}}', 'reference={rows: few}'];
  const bindingOf = (allow: boolean) => {
    const resolved = study(few, {}, allow);
    const { chip, noc } = resolved.reference;
    return new StudyRunner(resolved).bindingOf({
      kind: 'emulate',
      chip,
      noc,
      idealNetwork: false,
      mode: 'calibrated',
      die: 1,
      stimulus: 1,
    });
  };
  expect(() => bindingOf(false)).toThrow(/synapse rows .* has 12; \d+ synapses would be lost/);
  expect(bindingOf(true).summary.refused['no free synapse row']).toBeGreaterThan(0);
});

test('a file in place of a card that does not exist is told with its name', () => {
  expect(() => study([], { workload: join(space.folder, 'none.csv') })).toThrow(/none.csv.*a file that exists/);
});

test('a workload with synapses that no chip has is refused, all of it named', () => {
  const workload = cardFile('workload', 'inputs-60');
  expect(() => study([], { workload })).toThrow(
    /only the teacher.*populations.alpha: alpha synapses.*jumps: delta.*saturating: saturating/,
  );
});

test('designs share the calibration of a die when their neuron circuits are the same, and only then', () => {
  const keys = (field: string): number => {
    const made = study([`factors={chip: {one: {}, other: {${field}}}}`, 'reference={chip: one}']);
    const runner = new StudyRunner(made);
    return new Set(made.points.map(({ chip, noc }) => runner.calibrationKey(chip, noc, 1))).size;
  };
  expect(keys('chip.synapse.weight_bits.value: 4')).toBe(1);
  expect(keys('chip.energy.static_power.value: 1 W')).toBe(1);
  for (const field of ['chip.corner: SS', 'chip.integrator: accurate', 'chip.neuron.ota: linear', 'chip.cells.write_noise.value: 3']) {
    expect(keys(field), field).toBe(2);
  }
});
