/**
 * Closed switches between circuits as what they make: membranes that several circuits share, and conductances between membranes.
 * Every circuit has a membrane and a piece of somatic line; `soma`, `soma_right`, `membrane_right` and `vertical` connect two of them without resistance, `conductance` its membrane with its line
 * through the inter-compartment conductance. Circuits whose membranes hang together are one membrane, for which one comparator fires. A conductance makes a dendrite of its circuit's membrane and a
 * soma of the membrane on the line; where both are one, or where nobody is on the line, nothing flows.
 * Source: switches of a circuit as in haldls lola neuron.h (Multicompartment).
 */
import { InfeasibleError } from '../base/index.ts';
import type { ChipCard } from '../model/index.ts';

type Compartments = NonNullable<ChipCard['neuron']['compartments']>;
type Mode = Compartments['joins'][number]['mode'];

/** What the switches of a card make of its circuits. */
export interface Wiring {
  /** The circuit whose comparator fires for the membrane of each circuit; a circuit alone fires for itself. */
  readonly fires: Uint32Array;
  /** Conductances: the circuit that fires for the soma, and the circuit whose conductance it is. */
  readonly joins: readonly { readonly soma: number; readonly dendrite: number; readonly mode: Mode }[];
}

/** The card with all switches between circuits open: as a laboratory measures and calibrates circuits, one by one. */
export function withOpenSwitches(card: ChipCard): ChipCard {
  const { compartments } = card.neuron;
  if (compartments === undefined || (compartments.joins.length === 0 && !hasSwitches(compartments))) return card;
  const { circuits_per_neuron: _, ...rest } = compartments;
  return { ...card, neuron: { ...card.neuron, compartments: { ...rest, joins: [], switches: [] } } };
}

/** Whether any switch between circuits is closed. */
export function hasSwitches({ switches, circuits_per_neuron: together = 1 }: Compartments): boolean {
  return switches.length > 0 || together > 1;
}

/** The circuit that fires for the membrane of each circuit of a chip. Throws InfeasibleError as wiringOf does. */
export function firingCircuits({ name, geometry, neuron: { compartments } }: ChipCard): Uint32Array {
  const neurons = geometry.cores.value * geometry.neurons_per_core.value;
  if (compartments === undefined || !hasSwitches(compartments)) return Uint32Array.from({ length: neurons }, (_, n) => n);
  return wiringOf(compartments, neurons, name).fires;
}

/** Throws InfeasibleError for a switch that leads nowhere, and for two comparators of one membrane. */
export function wiringOf({ switches, columns, circuits_per_neuron: together = 1 }: Compartments, neurons: number, name: string): Wiring {
  const row = columns?.value ?? neurons;
  const root = Uint32Array.from({ length: 2 * neurons }, (_, k) => k); // membranes, then somatic lines
  const find = (k: number): number => {
    while (root[k] !== k) k = root[k] = root[root[k]!]!;
    return k;
  };
  const connect = (a: number, b: number): void => {
    const [x, y] = [find(a), find(b)];
    root[Math.max(x, y)] = Math.min(x, y);
  };
  for (let n = 0; n + 1 < neurons; n++) if ((n % row) % together < together - 1 && (n + 1) % row !== 0) connect(n, n + 1);
  for (const { circuit: n, closed } of switches) {
    if (n >= neurons) throw new InfeasibleError(`a switch of circuit ${String(n)}: ${name} has circuits 0 to ${String(neurons - 1)}`);
    const partner = (kind: string, to: number, isThere: boolean): number => {
      if (isThere && to < neurons) return to;
      throw new InfeasibleError(`switch ${kind} of circuit ${String(n)} leads nowhere: rows of ${name} have ${String(row)} circuits`);
    };
    const right = (kind: string): number => partner(kind, n + 1, (n + 1) % row !== 0);
    for (const kind of closed) {
      if (kind === 'soma') connect(n, neurons + n);
      else if (kind === 'soma_right') connect(neurons + n, neurons + right(kind));
      else if (kind === 'membrane_right') connect(n, right(kind));
      else if (kind === 'vertical') connect(n, n < row ? partner(kind, n + row, row < neurons) : n - row);
    }
  }
  const chosen = new Map<number, number>();
  for (const { circuit: n, comparator } of switches) {
    if (comparator !== 'on') continue;
    const other = chosen.get(find(n));
    if (other !== undefined && other !== n)
      throw new InfeasibleError(
        `circuits ${String(other)} and ${String(n)} share a membrane: the comparator of one of them can fire for it`,
      );
    chosen.set(find(n), n);
  }
  // a root is the lowest number of its membrane, and membranes are numbered below lines
  const fires = Uint32Array.from({ length: neurons }, (_, n) => chosen.get(find(n)) ?? find(n));
  const onLine = new Set<number>(Array.from(fires, (_, n) => find(n)));
  const joins = switches.flatMap(({ circuit: n, closed, mode }) => {
    const line = find(neurons + n);
    if (!closed.includes('conductance') || line === find(n) || !onLine.has(line)) return [];
    return [{ soma: fires[line]!, dendrite: n, mode }];
  });
  return { fires, joins };
}
