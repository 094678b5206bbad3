/** Calibrations of cores that go on: after a kill between any two steps, and from an earlier run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { Journal } from '../../src/calibration/index.ts';
import { calibrateDynapse, calibrateSharedBiases, cardFile, sharedCalibratedDie } from '../../src/codesign/index.ts';
import {
  CoresPlanSchema,
  DynapseSchema,
  loadCard,
  type CoresPlan,
  type DynapseCard,
  type SharedCalibratedDie,
  type SharedCalibrationRecord,
} from '../../src/model/index.ts';
import { writeReport } from '../../src/report/index.ts';
import { killedAtEveryStep } from '../store/killed-at-every-step.ts';
import { contextFor } from './workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'neurolith-shared-update-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Fast membranes on a bench that rests soon: the steps of the calibration are those of any card. */
const cardWith = (...overrides: string[]): DynapseCard =>
  loadCard(DynapseSchema, cardFile('chip', 'dynapse2'), {
    overrides: [
      'geometry.cores.value=1',
      'geometry.neurons_per_core.value=7',
      'design.tau_mem.value=5 ms',
      'settling.value=40 ms',
      ...overrides,
    ],
  }).value;
const planWith = (...overrides: string[]): CoresPlan =>
  loadCard(CoresPlanSchema, fileURLToPath(new URL('../../calibration/cores.yaml', import.meta.url)), {
    overrides: ['dies=[4]', ...overrides],
  }).value;

test('a calibration of cores that ends after any of its steps goes on to the same bits and the same bill', async () => {
  const [card, plan] = [cardWith(), planWith()];
  const whole = await calibrateDynapse(card, 4, plan);
  const work = async (journal: Journal) => calibrateDynapse(card, 4, plan, { journal });
  const { result, attempts } = await killedAtEveryStep(join(folder, 'die.json'), work);
  expect(result).toStrictEqual(whole);
  // before, fifteen biases, verification
  expect(attempts).toBe(17);
}, 60_000);

let first: Promise<SharedCalibrationRecord> | undefined;
const firstRun = async (): Promise<SharedCalibrationRecord> =>
  (first ??= calibrateSharedBiases({ card: cardWith(), plan: planWith(), context: contextFor(join(folder, 'first')) }));
const total = ({ hardwareTime: t }: SharedCalibratedDie): number => t.settling + t.reading + t.running;
let runs = 0;
async function updated(
  card: DynapseCard,
  plan: CoresPlan,
  only?: readonly string[] | 'moved' | 'changed',
): Promise<{ readonly die: SharedCalibratedDie; readonly directory: string }> {
  const directory = join(folder, String(runs++));
  const update = { record: await firstRun(), ...(only !== undefined && { only }) };
  const { result } = await calibrateSharedBiases({ card, plan, update, context: contextFor(directory) });
  return { die: result.dies[0]!, directory };
}

test('what is named is done again with what it shifts; everything else stands in the record as it was, and the time saved is told', async () => {
  const before = (await firstRun()).result.dies[0]!;
  const { die, directory } = await updated(cardWith(), planWith('effort.seed=2'), ['refractory', 'strength_nmda']);
  expect(die.order).toEqual(['refractory', 'strength_nmda', 'rate']);
  for (const quantity of die.quantities) {
    const then = before.quantities.find(({ name }) => name === quantity.name)!;
    if (die.order.includes(quantity.name)) expect(quantity.readings, quantity.name).not.toEqual(then.readings);
    else expect({ ...quantity, truthAfter: [] }, quantity.name).toEqual({ ...then, truthAfter: [] });
  }
  expect(die.biases[0]!['tau_mem']).toEqual(before.biases[0]!['tau_mem']);
  expect(die.updates).toBeCloseTo(total(before), 9);
  expect(total(die)).toBeLessThan(0.3 * total(before));
  const { markdown } = await writeReport(directory, { png: false });
  expect(markdown).toMatch(
    /Done again: refractory, strength nmda, rate\. The calibration that this one updates took .* of hardware time saved/,
  );
}, 60_000);

test('asked what has moved, the same die under new noise answers nothing, and a warmer one all that its temperature shifts', async () => {
  const same = await updated(cardWith(), planWith('effort.seed=9'), 'moved');
  expect(same.die.order).toEqual([]);
  // 4 % of the thermal voltage: 12 K. Refractory periods are charged by a current and know nothing of it
  const warm = await updated(cardWith('physics.thermal_voltage.value=26 mV'), planWith('effort.seed=9'), 'moved');
  expect(warm.die.order).toEqual(expect.arrayContaining(['tau_nmda', 'tau_gaba_a', 'tau_gaba_b', 'rate']));
  expect(warm.die.order).not.toContain('refractory');
}, 60_000);

test('other targets are what has changed, and what is found for them meets them', async () => {
  const { die } = await updated(cardWith(), planWith('targets.tau_nmda=15 ms', 'targets.strength_gaba_b=1 nA'), 'changed');
  expect(die.order).toEqual(['tau_nmda', 'strength_gaba_b']);
  for (const { name, target, truthAfter } of die.quantities)
    if (die.order.includes(name)) expect(Math.abs(truthAfter[0]! / target - 1), name).toBeLessThan(0.2);
  const { hardwareTime } = (await updated(cardWith(), planWith())).die;
  // the search from where the biases stand is short, the readings at the end are as many
  expect(hardwareTime.settling + hardwareTime.running).toBeLessThan(0.85 * total((await firstRun()).result.dies[0]!));
}, 60_000);

test('a run of other dies or of other cores is not gone on from', async () => {
  await expect(updated(cardWith(), planWith('dies=[5]'))).rejects.toThrow(/no calibration of die 5/);
  await expect(updated(cardWith('geometry.cores.value=2'), planWith())).rejects.toThrow(/found 1 cores of 7 neurons, expected 2 of 7/);
  const card = cardWith();
  const whole = await calibrateDynapse(card, 4, planWith());
  // the tolerance decides the status, and what no code is nearer to is told apart
  const narrow = sharedCalibratedDie(card, whole, 1e-9).quantities.flatMap(({ status }) => status);
  expect(new Set(narrow)).toEqual(new Set(['at limit', 'not reached']));
}, 60_000);
