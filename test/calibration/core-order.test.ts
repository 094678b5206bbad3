/** In which order the biases of a core are set: the edges of the graph against the closed forms of all readings. */
import { expect, test } from 'vitest';
import { coreNodes } from '../../src/calibration/cores/core-order.ts';
import { coreRoutines } from '../../src/calibration/cores/core-routines.ts';
import { chosenNodes, deriveOrder } from '../../src/calibration/order.ts';
import { designBiases, DynapseBench, dynapseParameters } from '../../src/chip/index.ts';
import { cardFile, designTargets, expectedReadings, nominalDie } from '../../src/codesign/index.ts';
import { DynapseSchema, loadCard } from '../../src/model/index.ts';

/** A design that uses everything. */
const card = loadCard(DynapseSchema, cardFile('chip', 'dynapse2'), {
  overrides: [
    'geometry.cores.value=1',
    'geometry.neurons_per_core.value=4',
    'design.dc.value=10 nA',
    'design.nmda_gate.value=20 nA',
    'design.weight_ahp.value=2 nA',
  ],
}).value;
const routines = coreRoutines(designTargets(card), new DynapseBench(card, 1, 1).capabilities);
const names = routines.map(({ name }) => name);
const nodes = coreNodes(names);

test('every bias is set once, in the order of the routines', () => {
  expect(deriveOrder(nodes)).toEqual(names);
});

test.each(names)('what the bias of %s moves in the closed forms is what it opens again', (name) => {
  const readings = (factor: number): ReadonlyMap<string, number> => {
    const die = nominalDie(card);
    const { bias } = routines.find((one) => one.name === name)!;
    die.bias[bias][0]! *= factor;
    return expectedReadings(card, dynapseParameters(card, die, [designBiases(card)]), 0);
  };
  const [before, after] = [readings(1), readings(1.3)];
  const moved = names.filter((other) => Math.abs(after.get(other)! / before.get(other)! - 1) > 1e-3);
  const { invalidates } = nodes.find((one) => one.name === name)!;
  expect(moved).toContain(name);
  expect(moved.filter((other) => other !== name)).toEqual(invalidates);
});

test('what is done again alone waits for nothing that stays', () => {
  expect(deriveOrder(chosenNodes(nodes, new Set(['tau_nmda', 'refractory'])))).toEqual(['refractory', 'tau_nmda', 'rate']);
  // a gain that is set again takes along what goes through it
  expect(deriveOrder(chosenNodes(nodes, new Set(['weight_1'])))).toEqual(['weight_1', 'gain_mem', 'rate', 'dc']);
  expect(deriveOrder(chosenNodes(nodes, new Set()))).toEqual([]);
});
