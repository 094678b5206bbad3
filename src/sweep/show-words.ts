/** What `noc show` says of a design, in sentences. */
import type { NocStructure, NocValues } from '../model/index.ts';
import { codecRanges, type NocLayout } from '../noc/index.ts';
import { short } from './words.ts';

/** Size, certificate, structure, wire, load, memory, multicast. */
export function showWords(layout: NocLayout, facts: NocValues, { multicast, trees }: Pick<NocStructure, 'multicast' | 'trees'>): string[] {
  const { certificate, routes, vcs } = layout;
  const of = (name: string): number => facts[name] ?? NaN;
  const sentences = [
    `${layout.name}, ${layout.graph.name}: ${count(layout.routers, 'router')}, ${count(layout.nodes, 'node')}, ${count(of('graph.links'), 'link')} (${short(of('graph.degree_mean'))} per router, at most ${String(of('graph.degree_max'))}). Two routers are ${short(of('graph.path_length'))} hops apart in the mean and ${String(of('graph.diameter'))} at most; a packet alone takes ${short(of('latency.zero_load'))} cycles.`,
    certificate.acyclic
      ? `Safe: ${certificate.statement}. It needs ${count(routes.layers, 'layer')} of virtual channels and has ${count(vcs, 'virtual channel')} per link.`
      : `May deadlock: ${certificate.statement}.`,
    ...clockWords(layout),
    smallWorldWords(facts),
    `${short(of('wire.length') * 1e3)} mm of links${facts['wire.shuffled_ratio'] === null ? '' : `, ${short(of('wire.shuffled_ratio'))} of what the same graph would take with its routers in shuffled places`}; two halves are joined by ${count(of('graph.bisection'), 'link')}.`,
    facts['route.load_bound'] === null
      ? routes.adaptive === undefined
        ? 'No packet crosses a link under this traffic.'
        : 'Routers choose links as they go, so loads follow from the traffic and not from routes.'
      : `Under this traffic the busiest link carries ${short(of('route.busiest_link'))} times what a node offers, so no router carries more than ${short(of('route.load_bound'))} flits per node and cycle with these routes.`,
    of('table.bits') === 0
      ? 'Routes are computed from coordinates: routers keep no table.'
      : `Routing tables take ${bits(of('table.bits'))}, ${bits(of('table.bits_largest'))} in the largest router${facts['table.range_bits'] === null ? '; the next hop depends on the source too' : `, ${bits(of('table.range_bits'))} with neighbouring destinations merged`}; whole paths at the sources take ${bits(of('table.source_bits'))}.`,
  ];
  sentences.push(...codecWords(layout));
  if (trees.length > 0)
    sentences.push(
      `Multicast trees for 2 to 8 destinations have ${short(100 * of('tree.excess_mean'))} % more links than the exact minimum in the mean, ${short(100 * of('tree.excess_max'))} % in the worst of ${String(trees.reduce((sum, row) => sum + row.cases, 0))} cases (parts of one tree per source ${short(100 * of('tree.excess_source'))} %, a heuristic that knows neither deadlocks nor latency ${short(100 * of('tree.excess_free'))} %); ${multicast ?? ''}.`,
    );
  return sentences;
}

/** Where one way of writing ids into a packet gives way to the next, for cores of 256 neurons and for what a gathered packet may hold. */
function codecWords({ design: { packet } }: NocLayout): string[] {
  if (packet.gather === 'none') return [];
  const ranges = codecRanges(NEURONS).map(({ codec, from }, k) =>
    k === 0 ? `${CODECS[codec]} is shortest from ${String(from)} spike on` : `${CODECS[codec]} from ${String(from)}`,
  );
  return [
    `Packets gather up to ${String(packet.gather.most_spikes)} spikes, written as ${packet.gather.codec === 'automatic' ? 'the shortest of three' : CODECS[packet.gather.codec]}: of ${String(NEURONS)} neurons per core, ${ranges.join(', ')}.`,
  ];
}

const NEURONS = 256;
const CODECS = { 'id-list': 'a list of ids', delta: 'a list of gaps', bitmap: 'a bitmap' } as const;

/** How many routers run slower than the design's clock. */
function clockWords({ periods, frequency }: NocLayout): string[] {
  return Array.from(new Set(periods))
    .filter((period) => period > 1)
    .toSorted((p, q) => p - q)
    .map((period) => {
      const routers = periods.filter((other) => other === period).length;
      return `${count(routers, 'router')} at ${short(frequency / period / 1e6)} MHz, the clock divided by ${String(period)}.`;
    });
}

/** Each index names its null model: they differ by a factor of two. */
function smallWorldWords(facts: NocValues): string {
  const [random, rewired, omega, propensity] = [
    facts['graph.sigma_random'],
    facts['graph.sigma_rewired'],
    facts['graph.omega'],
    facts['graph.propensity_random'],
  ];
  if ((facts['graph.clustering'] ?? 0) === 0)
    return 'No two neighbours of a router are neighbours: clustering is 0, and so are the small-world indices that compare it.';
  const parts = [
    ...(random === null || random === undefined ? [] : [`sigma ${short(random)} against random graphs`]),
    ...(rewired === null || rewired === undefined ? [] : [`${short(rewired)} against graphs of the same degrees`]),
    ...(omega === null || omega === undefined ? [] : [`omega ${short(omega)} (-1 lattice, 0 small world, 1 random)`]),
    ...(propensity === null || propensity === undefined ? [] : [`propensity ${short(propensity)}`]),
  ];
  return `Clustering ${short(facts['graph.clustering'] ?? 0)}: ${parts.length === 0 ? 'there is no null model to compare with' : parts.join(', ')}.`;
}

function bits(value: number): string {
  return value < 10_000 ? `${String(value)} bit` : `${short(value / 1000)} kbit`;
}

function count(value: number, noun: string): string {
  return `${String(value)} ${noun}${value === 1 ? '' : 's'}`;
}
