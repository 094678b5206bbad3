/**
 * Synaptic inputs that are more than linear currents, for a step of a bank: what they drive the membrane by beside the linear current that the step itself takes.
 *   drive = S tanh(s / S) (A + B v),   inV += gain (drive - s), excitatory, minus the same, inhibitory;   s and v at the beginning of the step
 * With A = 1 and B = 0 a saturating current, with A = E / (E - Vref) and B = -1 / (E - Vref) a conductance. The table's S is larger than that of the circuit by what a line decays in half a step
 * (src/chip/fast.ts), which puts the saturation into the middle of the step; the distance is that at its beginning: first order. Equations: src/chip/synaptic-input.ts.
 */
import { Bank, Field } from './bank';
import { Elementary } from './elementary';

/** `table`: one row per quantity of one f32 per padded neuron: S, 1 / S, A, B of excitation, then those of inhibition. */
export function modulateInputs(address: usize, table: usize): void {
  const bank = changetype<Bank>(address);
  const stride: usize = bank.stride;
  const row: usize = (<usize>bank.neurons) << 2;
  let at = bank.fields;
  for (const end = table + row; table < end; table += 16) {
    const v = v128.load(at);
    const excitation = v128.load(at + stride * Field.SYNAPSE_EXC);
    const inhibition = v128.load(at + stride * Field.SYNAPSE_INH);
    const up = f32x4.add(v128.load(table + row * 2), f32x4.mul(v128.load(table + row * 3), v));
    const down = f32x4.add(v128.load(table + row * 6), f32x4.mul(v128.load(table + row * 7), v));
    const excites = f32x4.mul(f32x4.mul(v128.load(table), Elementary.tanh(f32x4.mul(excitation, v128.load(table + row)))), up);
    const inhibits = f32x4.mul(
      f32x4.mul(v128.load(table + row * 4), Elementary.tanh(f32x4.mul(inhibition, v128.load(table + row * 5)))),
      down,
    );
    const more = f32x4.mul(v128.load(at + stride * Field.GAIN_EXC), f32x4.sub(excites, excitation));
    const less = f32x4.mul(v128.load(at + stride * Field.GAIN_INH), f32x4.sub(inhibits, inhibition));
    const slot = at + stride * Field.IN_V;
    v128.store(slot, f32x4.add(v128.load(slot), f32x4.sub(more, less)));
    at += 16;
  }
}
