/** The header of a network in WebAssembly memory (assembly/router-records.ts), and its words for the tables of a network. */
import type { KernelMemory } from './memory.ts';
import { areCommon, ARRIVAL_WORDS, DROP_WORDS, OFFER_WORDS, type RouterRooms, type RouterTables } from './router-tables.ts';

/** Words of the header that are used here, in the order of assembly/router-records.ts. */
export const HEADER = [
  'routers',
  'nodes',
  'ports',
  'vcs',
  'buffer',
  'layers',
  'choices',
  'creditDelay',
  'slowest',
  'portBase',
  'peer',
  'latency',
  'portOfNode',
  'layerLow',
  'layerCount',
  'table',
  'start',
  'keys',
  'places',
  'step',
  'claimDelay',
  'bidDelay',
  'crossDelay',
  'capacity',
  'policy',
  'lifetime',
  'iterations',
  'matching',
  'options',
  'optionLists',
  'columns',
  'escape',
  'wraps',
  'isCommon',
  'branches',
  'treeGroups',
  'treePlaces',
  'treeBranches',
  'arena',
  'packets',
  'offers',
  'arrivals',
  'arrivalCapacity',
  'drops',
  'offerCount',
  'offerNext',
  'arrivalCount',
  'dropCount',
  'cycle',
  'alive',
  'moves',
  'nodeRecords',
  'nodeList',
  'nodeCount',
] as const;
export type Word = (typeof HEADER)[number];
export const PLACE = Object.fromEntries(HEADER.map((word, i) => [word, i])) as Readonly<Record<Word, number>>;

/** Puts the tables into memory, and sets lists aside. Returns the words of the header that tell of them. */
export function wordsOf(memory: KernelMemory, tables: RouterTables, rooms: RouterRooms): Partial<Record<Word, number>> {
  const {
    nodes,
    vcs,
    buffer,
    creditDelay,
    stages,
    queue,
    portBase,
    peer,
    latency,
    portOfNode,
    layers,
    choices,
    hops,
    start,
    grid,
    options,
  } = tables;
  return {
    routers: portBase.length - 1,
    nodes,
    ports: peer.length,
    vcs,
    buffer,
    layers: layers.length,
    choices,
    creditDelay,
    slowest: latency.reduce((most, cycles) => Math.max(most, cycles), 1),
    portBase: put(memory, portBase),
    peer: put(memory, peer),
    latency: put(memory, latency),
    portOfNode: put(memory, portOfNode),
    layerLow: put(
      memory,
      layers.map(([low]) => low),
    ),
    layerCount: put(
      memory,
      layers.map(([, count]) => count),
    ),
    table: putBytes(memory, hops),
    start: start === undefined ? 0 : put(memory, start),
    keys: put(memory, grid?.keys ?? Uint32Array.from({ length: nodes }, (_, node) => node)),
    places: grid === undefined ? 0 : put(memory, grid.places),
    // the high byte of a key counts routers, the low ones walk along the table
    step: 2 ** 24 + (start === undefined ? 0 : 1),
    claimDelay: stages.routing + stages.vcAllocation - 2, // -1: it claims in the cycle of its arrival
    // a head that bids while it claims has waited already
    bidDelay: tables.matching === 'speculative' ? 0 : stages.switchAllocation - 1,
    crossDelay: stages.switchTraversal - 1,
    capacity: queue.capacity === Infinity ? 0 : queue.capacity,
    policy: ['stall', 'drop-newest', 'drop-oldest'].indexOf(queue.policy === 'expire' ? 'stall' : queue.policy),
    lifetime: queue.lifetime === Infinity ? 0 : queue.lifetime,
    iterations: tables.iterations,
    matching: ['islip', 'separable', 'speculative'].indexOf(tables.matching),
    options: options === undefined ? 0 : put(memory, options.start),
    optionLists: options === undefined ? 0 : putBytes(memory, options.lists),
    columns: options?.columns === undefined ? 0 : put(memory, options.columns),
    escape: options === undefined ? 0 : ['none', 'may be left', 'is kept'].indexOf(options.escape),
    wraps: grid?.wraps === undefined ? 0 : grid.wraps.width | (grid.wraps.height << 8) | (grid.wraps.drawn ? 2 ** 16 : 0),
    isCommon: areCommon(tables) ? 1 : 0,
    branches: tables.mostBranches ?? 0,
    drops: memory.allocate(rooms.offers * DROP_WORDS * 4),
    offers: memory.allocate(rooms.offers * OFFER_WORDS * 4),
    arrivals: memory.allocate((rooms.arrivals + nodes) * ARRIVAL_WORDS * 4),
    arrivalCapacity: rooms.arrivals + nodes,
  };
}

function put(memory: KernelMemory, values: ArrayLike<number>): number {
  const address = memory.allocate(4 * values.length);
  memory.u32(address, values.length).set(values);
  return address;
}

function putBytes(memory: KernelMemory, values: Uint8Array): number {
  const address = memory.allocate(values.length);
  memory.u8(address, values.length).set(values);
  return address;
}
