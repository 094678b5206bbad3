/** Unit and meaning of the figures that `noc show` adds to the facts of a design. */

/** Unit and meaning of a measure. Cycles are those of the network's clock; flits are flits of the design's width. */
export interface Measure {
  readonly unit: string;
  readonly meaning: string;
}

export const STRUCTURE = {
  'graph.degree_mean': { unit: '1', meaning: 'links per router' },
  'graph.degree_std': { unit: '1', meaning: 'standard deviation of it' },
  'graph.diameter': { unit: '1', meaning: 'most hops between two routers' },
  'graph.path_length': { unit: '1', meaning: 'mean hops between two routers, L' },
  'graph.efficiency': { unit: '1', meaning: 'mean of 1 / hops over all pairs' },
  'graph.local_efficiency': { unit: '1', meaning: 'the same among the neighbours of a router without it, mean' },
  'graph.clustering': { unit: '1', meaning: 'neighbours that are neighbours, mean over routers, C' },
  'graph.transitivity': { unit: '1', meaning: 'closed triples over all triples' },
  'graph.sigma_random': { unit: '1', meaning: 'small-world index against random graphs G(n, m)' },
  'graph.sigma_rewired': { unit: '1', meaning: 'small-world index against random graphs of the same degrees' },
  'graph.omega': { unit: '1', meaning: '-1 lattice, 0 small world, 1 random; against G(n, m) and ring lattice' },
  'graph.propensity_random': { unit: '1', meaning: 'small-world propensity, against G(n, m) and ring lattice' },
  'graph.propensity_rewired': { unit: '1', meaning: 'small-world propensity, against the same degrees and ring lattice' },
  'graph.modularity': { unit: '1', meaning: 'modularity Q of the best communities found (Louvain)' },
  'graph.communities': { unit: '1', meaning: 'number of these communities' },
  'graph.rich_club_degree': { unit: '1', meaning: 'routers with more links than this are the rich club: mean and a standard deviation' },
  'graph.rich_club': { unit: '1', meaning: 'density of links among them' },
  'graph.rich_club_normalised': { unit: '1', meaning: 'over that of random graphs of the same degrees' },
  'graph.betweenness_mean': { unit: '1', meaning: 'pairs of routers with a shortest path through a router, mean' },
  'graph.betweenness_max': { unit: '1', meaning: 'the same of the most central router' },
  'graph.link_betweenness_max': { unit: '1', meaning: 'pairs of routers with a shortest path over a link, largest' },
  'graph.bisection': { unit: '1', meaning: 'links between two halves of the nodes, the fewest found' },
  'graph.bisection_bits': { unit: 'bit/cycle', meaning: 'what they carry in each direction' },
  'graph.rent_topological': { unit: '1', meaning: 'Rent exponent of the graph: 0 chain, 1 - 1/D mesh, 1 random' },
  'graph.rent_physical': { unit: '1', meaning: 'Rent exponent of boxes on the floor plan' },
  'wire.mean_link': { unit: 'm', meaning: 'mean length of a link' },
  'wire.shuffled_ratio': { unit: '1', meaning: 'wire over that of routers in shuffled places' },
  'wire.shuffled_z': { unit: '1', meaning: 'the same in standard deviations of the shuffles' },
  'route.busiest_link': { unit: 'flit/cycle', meaning: 'load of the busiest link by the routes, at one flit per node and cycle' },
  'route.load_gini': { unit: '1', meaning: 'inequality of these loads' },
  'route.load_bound': { unit: 'flit/cycle/node', meaning: 'load that no router can exceed with these routes' },
  'route.layers': { unit: '1', meaning: 'layers of virtual channels that the routes need' },
  'table.bits': { unit: 'bit', meaning: 'routing tables of all routers; 0 where routes are computed' },
  'table.bits_largest': { unit: 'bit', meaning: 'of the largest router' },
  'table.range_bits': { unit: 'bit', meaning: 'the same with neighbouring destinations merged' },
  'table.source_bits': { unit: 'bit', meaning: 'the same as whole paths at the sources' },
  'tree.excess_mean': { unit: '1', meaning: 'links of multicast trees over exact Steiner minima, less 1; 2 to 8 destinations' },
  'tree.excess_source': { unit: '1', meaning: 'the same for parts of one tree per source' },
  'tree.excess_free': {
    unit: '1',
    meaning: 'the same for the heuristic of Takahashi and Matsuyama, which knows neither deadlocks nor latency',
  },
  'tree.excess_max': { unit: '1', meaning: 'of the worst case' },
} as const satisfies Record<string, Measure>;
