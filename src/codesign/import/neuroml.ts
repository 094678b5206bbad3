/**
 * A subset of NeuroML 2 as a workload: populations of integrate-and-fire cells, projections of connections between them, constant currents and Poisson inputs onto whole populations.
 * What the subset does not know is refused by name where it is used, never left out: all mistakes of a file come at once.
 *   neuroml / CELL*, SYNAPSE*, pulseGenerator*, poissonFiringSynapse*, network / population*, projection / connection*, connectionWD*; synapticConnection*; explicitInput*, inputList / input*
 * Source: NeuroML 2 schema, Networks.xml, Inputs.xml.
 */
import { CardError, type Mistake } from '../../base/index.ts';
import { inMs, inMv, type ImportedWorkload, type ImportOptions } from './imported.ts';
import { CELLS, cellOf, peakCurrent, potentialOf, quantityOf, synapseOf, SYNAPSES, type NeuromlSynapse } from './neuroml-cells.ts';
import { neuromlWorkload, type NeuromlConnection, type NeuromlPopulation } from './neuroml-workload.ts';
import { readXml, type XmlElement } from './xml.ts';

const SHORTEST_DELAY = 1e-4; // s

/** Reads the network of a file. Throws one CardError with all mistakes. */
export function importNeuroml(file: string, text: string, { card, duration = 1 }: ImportOptions): ImportedWorkload {
  const root = readXml(text, file);
  const mistakes: Mistake[] = [];
  const wrong = (line: number, path: string, found: string, expected: string): void =>
    void mistakes.push({ file, line, path, found, expected });
  const complain = (element: XmlElement, attribute: string, expected: string): void => {
    const found = element.attributes[attribute];
    wrong(
      element.line,
      `${element.name} ${element.attributes['id'] ?? ''} ${attribute}`,
      found === undefined ? 'nothing' : `"${found.slice(0, 60)}"`,
      expected,
    );
  };
  if (root.name !== 'neuroml') wrong(root.line, '', `an element ${root.name}`, 'the element neuroml');
  const byId = new Map(
    root.children.flatMap((child) => (child.attributes['id'] === undefined ? [] : [[child.attributes['id'], child] as const])),
  );
  const networks = root.children.filter(({ name }) => name === 'network');
  const network = networks[0];
  if (network === undefined || networks.length > 1) wrong(root.line, 'network', `${String(networks.length)} networks`, 'one network');
  for (const child of root.children)
    if (child.name === 'include') wrong(child.line, 'include', `"${child.attributes['href'] ?? ''}"`, 'one file: others are not followed');
  const notes = new Map<string, number>();
  const note = (words: string): void => void notes.set(words, (notes.get(words) ?? 0) + 1);

  const populations = new Map<string, NeuromlPopulation>();
  for (const element of network?.children.filter(({ name }) => name === 'population') ?? []) {
    const name = element.attributes['id'] ?? '';
    const component = byId.get(element.attributes['component'] ?? '');
    const instances = element.children.filter((child) => child.name === 'instance').length;
    const size = instances > 0 ? instances : Number(element.attributes['size'] ?? NaN);
    if (!/^\w+$/.test(name)) complain(element, 'id', 'a name');
    if (!(Number.isInteger(size) && size >= 1 && size <= 1_000_000)) complain(element, 'size', '1 to 1000000 cells');
    if (component === undefined || !CELLS.includes(component.name)) {
      wrong(
        element.line,
        `population ${name} component`,
        component === undefined ? `"${element.attributes['component'] ?? ''}", which is not in this file` : `a ${component.name}`,
        CELLS.join(', '),
      );
      continue;
    }
    populations.set(name, {
      name,
      size,
      cell: cellOf(component, complain),
      taus: { excitatory: new Set(), inhibitory: new Set() },
      shapes: new Set(),
    });
  }
  /** Cell k of a population from "../pop/3/cell", "../pop[3]", "pop[3]". */
  const place = (element: XmlElement, attribute: string): { population: NeuromlPopulation; index: number } | undefined => {
    const match = /^(?:\.\.\/)?(\w+)(?:\[(\d+)\]|\/(\d+)(?:\/\w*)?)$/.exec(element.attributes[attribute] ?? '');
    const population = match === null ? undefined : populations.get(match[1]!);
    const index = Number(match?.[2] ?? match?.[3] ?? NaN);
    if (population !== undefined && index < population.size) return { population, index };
    complain(element, attribute, `a cell of ${[...populations.keys()].join(', ') || 'a population'}, such as ../NAME/0/CELL or ../NAME[0]`);
    return undefined;
  };
  const synapses = new Map<string, NeuromlSynapse | undefined>();
  const synapseNamed = (element: XmlElement, id: string | undefined): NeuromlSynapse | undefined => {
    const key = id ?? '';
    if (synapses.has(key)) return synapses.get(key);
    const component = byId.get(key);
    const known = component !== undefined && SYNAPSES.includes(component.name);
    if (!known)
      wrong(
        element.line,
        `${element.name} synapse`,
        component === undefined ? `"${key.slice(0, 60)}"` : `a ${component.name}`,
        SYNAPSES.join(', '),
      );
    const synapse = known ? synapseOf(component, complain) : undefined;
    synapses.set(key, synapse);
    return synapse;
  };
  /** V of a weight, and what the population must be able to receive. */
  const received = (to: NeuromlPopulation, synapse: NeuromlSynapse, weight: number): number => {
    const current = peakCurrent(synapse, to.cell) * weight;
    const own = to.cell.synapses;
    const tau = synapse.tau ?? (current >= 0 ? own?.excitatory : own?.inhibitory) ?? NaN;
    to.taus[current >= 0 ? 'excitatory' : 'inhibitory'].add(tau);
    to.shapes.add(synapse.shape);
    if (synapse.reversal !== null) note('conductances linearised at rest, I = g (erev - rest): an approximation');
    return potentialOf(current, to.cell, synapse.shape, tau);
  };

  const connections: NeuromlConnection[] = [];
  const connect = (
    element: XmlElement,
    ends: readonly [string, string],
    synapse: NeuromlSynapse | undefined,
    weight: number,
    given: number | undefined,
  ): void => {
    const [pre, post] = ends.map((end) => place(element, end));
    if (pre === undefined || post === undefined || synapse === undefined) return;
    if (!Number.isFinite(weight)) complain(element, 'weight', 'a number');
    if (given === undefined || given < SHORTEST_DELAY) note(`connections without a delay, or one below it: ${inMs(SHORTEST_DELAY)} taken`);
    const delay = Math.max(given ?? 0, SHORTEST_DELAY);
    connections.push({
      from: pre.population,
      to: post.population,
      pre: pre.index,
      post: post.index,
      weight: received(post.population, synapse, weight),
      delay,
    });
  };
  const stimuli: Record<string, unknown>[] = [];
  const driven = new Map<string, { element: XmlElement; to: NeuromlPopulation; component: string; cells: Set<number> }>();
  const drive = (element: XmlElement, attribute: string, component: string): void => {
    const target = place(element, attribute);
    if (target === undefined) return;
    const key = `${component} ${target.population.name}`;
    const entry = driven.get(key) ?? { element, to: target.population, component, cells: new Set() };
    entry.cells.add(target.index);
    driven.set(key, entry);
  };
  for (const element of network?.children ?? []) {
    if (element.name === 'projection') {
      const synapse = synapseNamed(element, element.attributes['synapse']);
      for (const child of element.children) {
        if (child.name !== 'connection' && child.name !== 'connectionWD')
          wrong(child.line, 'projection', `a ${child.name}`, 'connection, connectionWD');
        else {
          const delay = child.attributes['delay'] === undefined ? undefined : quantityOf(child.attributes['delay'], 'time');
          if (child.attributes['delay'] !== undefined && delay === undefined) complain(child, 'delay', 'a time with its unit');
          connect(child, ['preCellId', 'postCellId'], synapse, Number(child.attributes['weight'] ?? 1), delay);
        }
      }
    } else if (element.name === 'synapticConnection') {
      connect(element, ['from', 'to'], synapseNamed(element, element.attributes['synapse']), 1, undefined);
    } else if (element.name === 'explicitInput') drive(element, 'target', element.attributes['input'] ?? '');
    else if (element.name === 'inputList')
      for (const input of element.children) drive(input, 'target', element.attributes['component'] ?? '');
    else if (!['population', 'notes', 'annotation', 'property'].includes(element.name))
      wrong(element.line, 'network', `a ${element.name}`, 'population, projection, synapticConnection, explicitInput, inputList');
  }
  for (const { element, to, component, cells } of driven.values()) {
    const source = byId.get(component);
    if (cells.size < to.size)
      wrong(
        element.line,
        `input ${component}`,
        `${String(cells.size)} of the ${String(to.size)} cells of ${to.name}`,
        'all cells of a population',
      );
    if (source?.name === 'pulseGenerator') {
      const [start, span, amplitude] = [
        quantityOf(source.attributes['delay'], 'time'),
        quantityOf(source.attributes['duration'], 'time'),
        quantityOf(source.attributes['amplitude'], 'current'),
      ];
      if (start === undefined) complain(source, 'delay', 'a time with its unit');
      if (span === undefined) complain(source, 'duration', 'a time with its unit');
      if (amplitude === undefined) complain(source, 'amplitude', 'a current with its unit');
      const { tauMem, capacitance } = to.cell;
      stimuli.push({
        kind: 'current',
        to: to.name,
        start: inMs(start ?? 0),
        stop: inMs((start ?? 0) + (span ?? 0)),
        amplitude: inMv(((amplitude ?? 0) * tauMem) / (capacitance ?? NaN)),
      });
    } else if (source?.name === 'poissonFiringSynapse') {
      const rate = quantityOf(source.attributes['averageRate'], 'frequency');
      if (rate === undefined) complain(source, 'averageRate', 'a frequency with its unit');
      const synapse = synapseNamed(source, source.attributes['synapse']);
      if (synapse !== undefined)
        stimuli.push({ kind: 'poisson', to: to.name, rate: `${String(rate ?? 0)} Hz`, weight: inMv(received(to, synapse, 1)) });
    } else
      wrong(
        element.line,
        `input ${component}`,
        source === undefined ? 'an input that is not in this file' : `a ${source.name}`,
        'pulseGenerator, poissonFiringSynapse',
      );
  }
  for (const { name, cell, taus, shapes } of populations.values()) {
    if (cell.offset !== 0)
      stimuli.push({ kind: 'current', to: name, amplitude: inMv((cell.offset * cell.tauMem) / (cell.capacitance ?? NaN)) });
    const several = [taus.excitatory, taus.inhibitory].find((all) => all.size > 1);
    if (several !== undefined || shapes.size > 1)
      wrong(
        network!.line,
        `population ${name}`,
        'synapses of several time constants or shapes',
        'one time constant per sign and one shape: a population of a workload has one of each',
      );
    if (cell.capacitance === null && (shapes.size > 0 || stimuli.some(({ to, kind }) => to === name && kind === 'current')))
      wrong(network!.line, `population ${name}`, 'currents into a cell without a capacitance', 'iafCell or iafRefCell, which have one');
    if (cell.adaptive !== null && shapes.has('alpha'))
      wrong(network!.line, `population ${name}`, 'alpha synapses onto an AdEx cell', 'exponential ones');
  }
  if (mistakes.length === 0 && populations.size === 0) wrong(root.line, 'population', 'none', 'at least one population');
  if (mistakes.length > 0) throw new CardError(mistakes.slice(0, 50));
  return neuromlWorkload({ populations: [...populations.values()], connections, stimuli, notes }, file, card, duration);
}
