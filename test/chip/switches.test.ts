/** Switches that a card closes between circuits: which circuits then share a membrane, which comparator fires, what leads nowhere. */
import { describe, expect, test } from 'vitest';
import { circuitParameters, compileDie, type CircuitParameters, withOpenSwitches } from '../../src/chip/index.ts';
import { NEURON_CELLS, type NeuronCell } from '../../src/model/index.ts';
import { bss2 } from './cards.ts';

describe('switches of a card', () => {
  const of = (switches: string, ...overrides: string[]): CircuitParameters => {
    const card = bss2(`neuron.compartments.switches=${switches}`, ...overrides);
    const codes = Object.fromEntries(NEURON_CELLS.map((kind) => [kind, new Float64Array(512).fill(500)])) as Record<
      NeuronCell,
      Float64Array
    >;
    return circuitParameters(card, compileDie(card, 3), codes, new Uint8Array(512));
  };
  const sharedWith = (parameters: CircuitParameters, n: number): number[] =>
    Array.from(parameters.fires ?? []).flatMap((firing, k) => (firing === n ? [k] : []));

  test('connect membranes directly, over the somatic lines, and with the other row', () => {
    expect(sharedWith(of('[{ circuit: 3, closed: [membrane_right] }, { circuit: 4, closed: [vertical] }]'), 3)).toEqual([3, 4, 260]);
    // over the lines of 10, 11 and 12, of which 11 is not connected to its own
    const lines = '[{ circuit: 10, closed: [soma, soma_right] }, { circuit: 11, closed: [soma_right] }, { circuit: 12, closed: [soma] }]';
    expect(sharedWith(of(lines), 10)).toEqual([10, 12]);
    // the lower row reaches the upper one
    expect(sharedWith(of('[{ circuit: 300, closed: [vertical] }]'), 44)).toEqual([44, 300]);
    expect(of('[{ circuit: 3, closed: [soma] }]').fires).toBeUndefined();
  });

  test('let the comparator fire that is asked to', () => {
    expect(sharedWith(of('[{ circuit: 3, closed: [membrane_right] }, { circuit: 4, closed: [soma], comparator: on }]'), 4)).toEqual([3, 4]);
  });

  test('a conductance makes a dendrite of its circuit, as a join does', () => {
    const switched = of('[{ circuit: 0, closed: [soma, soma_right] }, { circuit: 1, closed: [conductance], mode: divided }]');
    const joined = of('[]', 'neuron.compartments.joins=[{ soma: 0, dendrite: 1, mode: divided }]');
    expect(switched.fires).toBeUndefined();
    expect(switched.joins).toEqual(joined.joins);
    // on its own membrane, or on a line without a soma, it does nothing
    expect(of('[{ circuit: 0, closed: [soma, conductance] }, { circuit: 7, closed: [conductance] }]').joins).toBeUndefined();
  });

  test('are refused where they lead nowhere or contradict each other', () => {
    expect(() => of('[{ circuit: 255, closed: [membrane_right] }]')).toThrow('leads nowhere: rows of BSS-2-like have 256 circuits');
    expect(() => of('[{ circuit: 511, closed: [soma_right] }]')).toThrow('leads nowhere');
    expect(() => of('[{ circuit: 512, closed: [soma] }]')).toThrow('0 to 511');
    expect(() => of('[{ circuit: 0, closed: [membrane_right], comparator: on }, { circuit: 1, closed: [soma], comparator: on }]')).toThrow(
      'circuits 0 and 1 share a membrane',
    );
  });

  test('are open for calibration, also in cards with joins', () => {
    const card = bss2(
      'neuron.compartments.switches=[{ circuit: 0, closed: [vertical] }]',
      'neuron.compartments.joins=[{ soma: 1, dendrite: 2 }]',
    );
    expect(withOpenSwitches(card)).toEqual(bss2());
    const plain = bss2();
    expect(withOpenSwitches(plain)).toBe(plain);
  });
});
