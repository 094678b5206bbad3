/** What is wrong with a chip card beside its single fields: ranges that do not rise, circuits that the die does not have, shares of more than all. */
import type { CrossbarNode } from './crossbar.ts';

interface Range {
  readonly value: readonly [number, number];
}

interface Card {
  readonly geometry: Readonly<Record<'cores' | 'neurons_per_core', { readonly value: number }>>;
  readonly faults: {
    readonly dead: number | readonly number[];
    readonly stuck: number | readonly { readonly circuit: number; readonly bit: number }[];
  };
  readonly cells: { readonly bits: { readonly value: number } };
  readonly neuron: Readonly<Record<'leak' | 'reset' | 'threshold', { readonly usable: Range }>> & {
    readonly adex?: { readonly rails: Range } | undefined;
    readonly compartments?:
      | {
          readonly joins: readonly { readonly soma: number; readonly dendrite: number }[];
          readonly switches: readonly { readonly circuit: number }[];
        }
      | undefined;
  };
  readonly mismatch: Readonly<Record<'quadrant_share' | 'chip_share', { readonly value: number }>>;
  readonly cadc: { readonly reliable: Range };
  readonly background?: { readonly sources: { readonly value: number } } | undefined;
  readonly crossbar?:
    | (Readonly<Record<'neuron_outputs' | 'links' | 'buses', { readonly value: number }>> & {
        readonly nodes: readonly CrossbarNode[];
        readonly queue?: object | undefined;
        readonly event_interval?: object | undefined;
      })
    | undefined;
}

interface Mistake {
  readonly message: string;
  readonly path: PropertyKey[];
}

/** All such mistakes of a card. */
export function inconsistencies(card: Card): Mistake[] {
  return [...fallingRanges(card), ...absentCircuits(card), ...absentNodes(card), ...sharesOverAll(card)];
}

/** Shares of one variance add up to at most all of it. */
function sharesOverAll({ mismatch: { quadrant_share: quadrant, chip_share: chip } }: Card): Mistake[] {
  return quadrant.value + chip.value <= 1
    ? []
    : [{ message: 'a share that leaves at most all of the variance with that of a quadrant', path: ['mismatch', 'chip_share', 'value'] }];
}

function fallingRanges({ neuron, cadc }: Card): Mistake[] {
  const { leak, reset, threshold, adex } = neuron;
  const ranges: readonly (readonly [path: PropertyKey[], range: Range | undefined])[] = [
    [['neuron', 'leak', 'usable'], leak.usable],
    [['neuron', 'reset', 'usable'], reset.usable],
    [['neuron', 'threshold', 'usable'], threshold.usable],
    [['neuron', 'adex', 'rails'], adex?.rails],
    [['cadc', 'reliable'], cadc.reliable],
  ];
  return ranges.flatMap(([path, range]) =>
    range === undefined || range.value[0] < range.value[1]
      ? []
      : [{ message: 'a range that rises, the lower end first', path: [...path, 'value'] }],
  );
}

function absentCircuits({ geometry, faults, cells, neuron }: Card): Mistake[] {
  const count = geometry.cores.value * geometry.neurons_per_core.value;
  const mistakes: Mistake[] = [];
  const need = (circuit: number, ...path: PropertyKey[]): void => {
    if (circuit >= count) mistakes.push({ message: `a circuit of this chip, 0 to ${String(count - 1)}`, path });
  };
  if (typeof faults.dead !== 'number') for (const [k, circuit] of faults.dead.entries()) need(circuit, 'faults', 'dead', k);
  if (typeof faults.stuck !== 'number')
    for (const [k, { circuit, bit }] of faults.stuck.entries()) {
      need(circuit, 'faults', 'stuck', k, 'circuit');
      const bits = cells.bits.value;
      if (bit >= bits)
        mistakes.push({
          message: `a bit of a cell of ${String(bits)} bits, 0 to ${String(bits - 1)}`,
          path: ['faults', 'stuck', k, 'bit'],
        });
    }
  for (const [k, { soma, dendrite }] of (neuron.compartments?.joins ?? []).entries()) {
    const at = ['neuron', 'compartments', 'joins', k];
    need(soma, ...at, 'soma');
    need(dendrite, ...at, 'dendrite');
    if (soma === dendrite) mistakes.push({ message: 'another circuit than the soma: a join needs two', path: [...at, 'dendrite'] });
  }
  for (const [k, { circuit }] of (neuron.compartments?.switches ?? []).entries())
    need(circuit, 'neuron', 'compartments', 'switches', k, 'circuit');
  return mistakes;
}

/** Nodes of the crossbar whose input or output is not there. */
function absentNodes({ crossbar, background }: Card): Mistake[] {
  if (crossbar === undefined) return [];
  const links = crossbar.links.value;
  const inputs = { neurons: crossbar.neuron_outputs.value, links, background: background?.sources.value ?? 0 };
  const outputs = { buses: crossbar.buses.value, links };
  const hasteless = crossbar.queue !== undefined && crossbar.event_interval === undefined;
  const nodes = crossbar.nodes.flatMap(({ from, input, to, output }, i) => [
    ...absent(i, 'input', input, from, inputs[from]),
    ...absent(i, 'output', output, to, outputs[to]),
  ]);
  return hasteless
    ? [...nodes, { message: 'the event_interval for which a queue makes events wait', path: ['crossbar', 'event_interval'] }]
    : nodes;
}

function absent(i: number, side: 'input' | 'output', asked: number | undefined, kind: string, count: number): Mistake[] {
  return asked === undefined || asked < count
    ? []
    : [{ message: `one of the ${String(count)} ${side}s of kind ${kind}, numbered from 0`, path: ['crossbar', 'nodes', i, side] }];
}
