/**
 * Faults of a die: circuits whose comparator never fires, parameter cells with a bit that cannot change. Listed on the card, or drawn by the die's number: circuit n is dead with the
 * stated probability, a cell has one stuck bit, each bit and value alike.
 */
import { Chance } from '../base/index.ts';
import { NEURON_CELLS, type ChipCard, type NeuronCell } from '../model/index.ts';

/** Numbers in the die's stream, beside those of die.ts. */
const [DEAD, STUCK] = [60, 64];

/** Threshold of a dead circuit, V: no membrane gets there. */
export const NEVER = 1e3;

/** 1 for every dead circuit of a die. */
export function deadCircuits(card: ChipCard, dieSeed: number): Uint8Array {
  const { dead } = card.faults;
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const mask = new Uint8Array(neurons);
  if (typeof dead !== 'number') {
    for (const circuit of dead) if (circuit < neurons) mask[circuit] = 1;
  } else if (dead > 0) {
    const chance = new Chance(dieSeed, 'die');
    for (let n = 0; n < neurons; n++) mask[n] = chance.uniform(n, DEAD) < dead ? 1 : 0;
  }
  return mask;
}

/** Faults of a die in words that a report can list: dead circuits, and cells with a stuck bit. */
export function faultsOf(
  card: ChipCard,
  dieSeed: number,
): {
  readonly dead: readonly number[];
  readonly stuck: readonly { readonly circuit: number; readonly cell: NeuronCell; readonly bits: string }[];
} {
  const dead = deadCircuits(card, dieSeed);
  return {
    dead: Array.from(dead.keys()).filter((n) => dead[n] === 1),
    stuck: NEURON_CELLS.flatMap((cell) =>
      Array.from(stuckCells(card, dieSeed, cell), ([circuit, { keep, set }]) => ({ circuit, cell, bits: bitsInWords(keep, set) })),
    ),
  };
}

/** What a written code becomes in each cell of a kind that has a stuck bit: code & keep | set. */
export function stuckCells(
  card: ChipCard,
  dieSeed: number,
  kind: NeuronCell,
): ReadonlyMap<number, { readonly keep: number; readonly set: number }> {
  const { stuck } = card.faults;
  const cells = new Map<number, { keep: number; set: number }>();
  const add = (circuit: number, bit: number, at: number): void => {
    const { keep, set } = cells.get(circuit) ?? { keep: ~0, set: 0 };
    cells.set(circuit, { keep: keep & ~(1 << bit), set: set | (at << bit) });
  };
  if (typeof stuck !== 'number') {
    for (const { circuit, cell, bit, at } of stuck) if (cell === kind) add(circuit, bit, at);
  } else if (stuck > 0) {
    const chance = new Chance(dieSeed, 'die');
    const index = STUCK + 4 * NEURON_CELLS.indexOf(kind);
    const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
    for (let n = 0; n < neurons; n++) {
      if (chance.uniform(n, index) < stuck) add(n, chance.integer(n, index + 1, card.cells.bits.value), chance.integer(n, index + 2, 2));
    }
  }
  return cells;
}

/** Such as "bit 8 at 1, bit 2 at 0". */
function bitsInWords(keep: number, set: number): string {
  const bits = Array.from({ length: 31 }, (_, bit) => bit).filter((bit) => ((~keep >> bit) & 1) === 1);
  return bits.map((bit) => `bit ${String(bit)} at ${String((set >> bit) & 1)}`).join(', ');
}
