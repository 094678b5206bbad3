/**
 * What a design is before anything runs on it, by name: the structure of its graph beside the null models, wires against shuffled places, what the routes load, memory of its tables, and
 * how far its multicast trees are from the smallest ones. Figures that a graph does not define (sigma without triangles) are null.
 */
import {
  betweenness,
  bisection,
  degrees,
  giniCoefficient,
  graphOf,
  graphSummary,
  localEfficiency,
  physicalRent,
  richClub,
  topologicalRent,
  wiringEconomy,
} from '../analysis/index.ts';
import type { NocMap, NocStructure, NocValues } from '../model/index.ts';
import { channelLoads, multicastExcess, routerCosts, tableMemory, treesOf, type NocLayout } from '../noc/index.ts';
import type { STRUCTURE } from './structure-measures.ts';

/** Above, trees and exact Steiner minima are left out. */
const LARGEST_TREES = 1024;

/** The structure of a design under the traffic with these weights (all pairs alike without): facts by name, tables, and a floor plan coloured by betweenness and expected load. */
export function structureOf(
  layout: NocLayout,
  seed: number,
  weights?: ArrayLike<number>,
): { readonly facts: NocValues; readonly structure: Omit<NocStructure, 'meanings'>; readonly map: NocMap } {
  const { graph } = layout;
  const logical = graphOf(layout.routers, graph.linkFrom, graph.linkTo);
  const summary = graphSummary(logical, { seed })!;
  const between = betweenness(logical);
  const nodesOf = Float64Array.from(graph.ports, (ports) => ports.filter((port) => port < 0 && graph.isDeadNode[~port] === 0).length);
  const positions = [graph.x, graph.y];
  const halves = bisection(logical, { seed, positions, weights: nodesOf });
  const clubDegree = Math.floor(summary.degree.mean + summary.degree.deviation);
  const club = richClub(logical, clubDegree, { seed });
  const wiring = wiringEconomy(logical, positions, { seed, metric: 'manhattan' });
  // routers that choose as they go load their links as traffic wants
  const isFixed = layout.routes.adaptive === undefined;
  const loads = isFixed ? channelLoads(layout, weights) : new Float64Array(graph.linkFrom.length);
  const busiest = loads.reduce((most, load) => Math.max(most, load), 0);
  // a slow clock gives a link fewer cycles to carry the same load
  const fullest = loads.reduce((most, load, link) => Math.max(most, load * layout.periods[layout.graph.linkFrom[link]!]!), 0);
  const memory = tableMemory(layout);
  const trees = layout.routers <= LARGEST_TREES && graph.nodes > 2 ? multicastExcess(layout, logical, seed, casesFor(layout.routers)) : [];
  const sumOf = (key: 'treeLinks' | 'minimumLinks' | 'sourceLinks' | 'freeLinks'): number => trees.reduce((sum, row) => sum + row[key], 0);
  const costs = routerCosts(layout);
  const degree = degrees(logical);
  const facts = {
    'graph.degree_mean': summary.degree.mean,
    'graph.degree_std': summary.degree.deviation,
    'graph.diameter': summary.diameter,
    'graph.path_length': summary.pathLength,
    'graph.efficiency': summary.globalEfficiency,
    'graph.local_efficiency': localEfficiency(logical),
    'graph.clustering': summary.clustering,
    'graph.transitivity': summary.transitivity,
    'graph.sigma_random': summary.smallWorld.sigmaRandom,
    'graph.sigma_rewired': summary.smallWorld.sigmaRewired,
    'graph.omega': summary.smallWorld.omega,
    'graph.propensity_random': summary.smallWorld.propensityRandom,
    'graph.propensity_rewired': summary.smallWorld.propensityRewired,
    'graph.modularity': summary.modularity,
    'graph.communities': summary.communities,
    'graph.rich_club_degree': clubDegree,
    'graph.rich_club': club.phi,
    'graph.rich_club_normalised': club.normalised,
    'graph.betweenness_mean': meanOf(between.node),
    'graph.betweenness_max': between.node.reduce((most, value) => Math.max(most, value), 0),
    'graph.link_betweenness_max': between.edge.reduce((most, value) => Math.max(most, value), 0),
    'graph.bisection': halves.width,
    'graph.bisection_bits': halves.width * layout.flitBits,
    'graph.rent_topological': topologicalRent(logical, { seed }),
    'graph.rent_physical': physicalRent(logical, positions, { seed }),
    'wire.mean_link': meanOf(graph.linkLength),
    'wire.shuffled_ratio': wiring?.ratio ?? null,
    'wire.shuffled_z': wiring?.z ?? null,
    'route.busiest_link': isFixed ? busiest : null,
    'route.load_gini': isFixed ? giniCoefficient(Array.from(loads)) : null,
    'route.load_bound': fullest > 0 ? Math.min(1, 1 / fullest) : null,
    'route.layers': layout.routes.layers,
    'table.bits': memory.bits,
    'table.bits_largest': memory.perRouter.reduce((most, bits) => Math.max(most, bits), 0),
    'table.range_bits': memory.rangeBits,
    'table.source_bits': memory.sourceBits,
    'tree.excess_mean': trees.length === 0 ? null : sumOf('treeLinks') / sumOf('minimumLinks') - 1,
    'tree.excess_source': trees.length === 0 ? null : sumOf('sourceLinks') / sumOf('minimumLinks') - 1,
    'tree.excess_free': trees.length === 0 ? null : sumOf('freeLinks') / sumOf('minimumLinks') - 1,
    'tree.excess_max': trees.length === 0 ? null : Math.max(...trees.map(({ worst }) => worst)),
  } satisfies Record<keyof typeof STRUCTURE, number | null>;
  const structure: Omit<NocStructure, 'meanings'> = {
    routers: Array.from(graph.ports, (_, router) => ({
      router,
      x: graph.x[router]!,
      y: graph.y[router]!,
      nodes: nodesOf[router]!,
      links: degree[router]!,
      betweenness: between.node[router]!,
      energyPerFlit: costs[router]!.dynamic,
      leakage: costs[router]!.leakage,
      area: costs[router]!.area,
      tableBits: memory.perRouter[router]!,
    })),
    multicast: trees.length === 0 ? null : treesOf(layout).certificate.statement,
    trees,
  };
  return { facts, structure, map: mapOf(layout, between.node, loads) };
}

/** Exact minima cost 3^8 steps per router and case. */
function casesFor(routers: number): number {
  return Math.max(4, Math.min(20, Math.floor(5000 / routers)));
}

function mapOf({ graph, name }: NocLayout, between: Float64Array, loads: Float64Array): NocMap {
  return {
    label: name,
    colours: { router: 'router: pairs through it', link: 'link: expected load' },
    x: Array.from(graph.x),
    y: Array.from(graph.y),
    occupancy: Array.from(between),
    links: Array.from(graph.linkFrom, (from, link) => ({ from, to: graph.linkTo[link]!, load: loads[link]! })),
  };
}

function meanOf(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
