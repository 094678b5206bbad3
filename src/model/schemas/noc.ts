/**
 * The NoC design card: topology, routing, router, links, packets, source queues, floor plan and technology of one network-on-chip.
 * Every default is filled when the card is read. Files that a card names are resolved by whoever loads it; here they are strings.
 */
import * as z from 'zod';
import { evident, fraction, integer, quantity, word } from '../quantity.ts';
import { fileName, TopologySchema } from './noc-topology.ts';

const RoutingSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('dimension-order'),
      ties: word(['parity', 'drawn']).default('parity').describe('ways round a torus of equal length: by the source, or drawn per packet'),
    }),
    z.strictObject({ kind: z.literal('row-column') }),
    z.strictObject({ kind: z.literal('nearest-ancestor') }),
    z.strictObject({ kind: z.literal('chip-order') }),
    z.strictObject({ kind: z.literal('xy-yx') }),
    z.strictObject({ kind: z.literal('valiant') }),
    z.strictObject({ kind: z.literal('romm') }),
    z.strictObject({ kind: z.literal('minimal') }),
    z.strictObject({
      kind: z.literal('minimal-adaptive'),
      escape: z
        .boolean()
        .default(true)
        .describe('VC 0 of every link is kept as an escape layer; without it most graphs have no certificate'),
    }),
    z.strictObject({ kind: z.literal('odd-even') }),
    z.strictObject({ kind: z.literal('up-down') }),
    z.strictObject({ kind: z.literal('lash') }),
    z.strictObject({
      kind: z.literal('blash'),
      layers: z
        .union([integer(2, 16), z.literal('auto')])
        .default('auto')
        .describe('layers of VCs; auto: the fewest that share the VCs evenly and leave (nearly) all paths minimal'),
    }),
    z.strictObject({
      kind: z.literal('table'),
      file: fileName('the name of a route file').describe(
        'first line "L N", N layers of VCs; then one line per pair of routers, "source destination layer n r0 .. rn-1" with its complete path',
      ),
    }),
  ])
  .describe('how packets find their way');

const RouterSchema = z.strictObject({
  vcs: integer(1, 16).default(4).describe('virtual channels per port'),
  buffer: integer(1, 64).default(8).describe('flits per virtual channel'),
  routing_delay: integer(0, 8).default(1).describe('cycles; 0 when the router before has looked ahead'),
  vc_alloc_delay: integer(1, 8).default(1).describe('cycles'),
  switch_alloc_delay: integer(1, 8).default(1).describe('cycles'),
  switch_traversal_delay: integer(1, 8).default(1).describe('cycles'),
  credit_delay: integer(0, 8).default(0).describe('cycles from the arrival of a credit to its use'),
  allocator: word(['islip', 'separable-input-first']).default('islip'),
  allocator_iterations: integer(1, 16)
    .default(1)
    .describe('rounds of iSLIP per cycle; those after the first match what is left and move no pointers'),
  speculative: z
    .boolean()
    .default(false)
    .describe('bid for the switch while an output VC is still being claimed; takes separable-input-first'),
  order: word(['per-flow'])
    .optional()
    .describe(
      'per-flow: packets of a flow keep one VC of their layer and so their order; without it they may overtake each other, which is counted',
    ),
});

const LinkSchema = z.strictObject({
  latency: z
    .union([integer(1, 64), z.strictObject({ reach_per_cycle: quantity('length', { min: 1e-6 }) })])
    .default(1)
    .describe('cycles, the same for every link; or how far a signal gets in one cycle: long links then take more cycles'),
});

const GatherSchema = z
  .union([
    z.literal('none'),
    z.strictObject({
      window: quantity('time', { min: 1e-10, max: 1 }).describe('longest that a spike waits for others, hardware time'),
      codec: word(['automatic', 'id-list', 'delta', 'bitmap'])
        .default('automatic')
        .describe('how the neurons that spiked are written; automatic: the shortest for each packet'),
      header_bits: integer(0, 512).default(16).describe('bits in front of the spikes: where from, where to'),
      time_bits: integer(0, 64).default(0).describe('bits of a time stamp per spike'),
      most_spikes: integer(1, 1024).default(64).describe('spikes of a full packet'),
    }),
  ])
  .default('none')
  .describe('several spikes of a core in one packet, whose flits then follow from the codec');

const PacketSchema = z
  .strictObject({
    flits: integer(1, 64).default(1).describe('flits of one spike packet'),
    mode: word(['multicast', 'per-core', 'per-synapse', 'two-level'])
      .default('multicast')
      .describe(
        'one packet per spike, copied in the routers; one per target core; one per synapse; or one per group of cores, passed on by a core of the group',
      ),
    group_cores: integer(2, 1024).default(4).describe('cores of a group, for two-level'),
    trees: word(['automatic', 'source', 'set'])
      .default('automatic')
      .describe(
        'of multicast packets: parts of one tree per source, or a tree with few links per set of destinations; automatic: per set, unless each layer has one VC (packets of a flow then stay in order)',
      ),
    detour: fraction({ min: 0, max: 4 })
      .default(0)
      .describe('of trees per set: how much longer than shortest a way may be, as a share of its cycles, to save links'),
    gather: GatherSchema,
  })
  .refine(({ trees, detour }) => trees !== 'source' || detour === 0, { path: ['detour'], error: '0: trees per source have no detours' })
  .refine(({ mode, gather }) => gather === 'none' || mode !== 'per-synapse', {
    path: ['gather'],
    error: 'none: packets per synapse carry one spike each',
  });

const ClockDomainSchema = z.strictObject({
  routers: z
    .union([z.literal('all'), z.array(integer(0, 65_535)).min(1, 'at least one router')])
    .describe('routers of the domain, with their nodes; those of no domain run at the clock itself'),
  divide: integer(1, 64).describe('their clock is that of the design divided by this'),
});

const SourceQueueSchema = z
  .strictObject({
    capacity: z
      .union([integer(1, 1_000_000), z.literal('unbounded')])
      .default('unbounded')
      .describe('packets that wait in front of the network, per node; a policy that drops needs a number'),
    policy: word(['stall', 'drop-newest', 'drop-oldest', 'expire'])
      .default('stall')
      .describe('what happens to a packet that finds its queue full; expire: it waits as with stall, and is dropped when it is too old'),
    lifetime: quantity('time', { min: 1e-10, max: 10 })
      .optional()
      .describe('age in the source queue at which a packet expires, hardware time'),
  })
  .refine(({ policy, capacity }) => capacity !== 'unbounded' || !policy.startsWith('drop-'), {
    path: ['capacity'],
    error: 'a number of packets, for example 8: a queue that is never full drops nothing (or policy: stall)',
  })
  .refine(({ policy, lifetime }) => policy !== 'expire' || lifetime !== undefined, {
    path: ['lifetime'],
    error: 'a time, for example 2 us: the age at which a packet expires',
  })
  .refine(({ policy, lifetime }) => policy === 'expire' || lifetime === undefined, {
    path: ['lifetime'],
    error: 'nothing: only the policy expire has a lifetime',
  });

const faultRate = fraction({ min: 0, max: 1 });
const FaultsSchema = z
  .strictObject({
    links: z
      .array(z.tuple([integer(0, 65_535), integer(0, 65_535)]))
      .default([])
      .describe('dead links, as pairs of routers; both directions'),
    routers: z.array(integer(0, 65_535)).default([]).describe('dead routers, with their links and nodes'),
    nodes: z.array(integer(0, 1_048_575)).default([]).describe('dead nodes; what is sent to them is lost and counted'),
    link_rate: faultRate.default(0).describe('probability that a link is dead'),
    router_rate: faultRate.default(0).describe('probability that a router is dead'),
    node_rate: faultRate.default(0).describe('probability that a node is dead'),
    seed: integer(0, Number.MAX_SAFE_INTEGER).default(1).describe('which ones; what is dead at a low rate is dead at every higher one'),
    reroute: word(['blash', 'up-down'])
      .default('blash')
      .describe('routing where that of the card needs a whole grid and links are missing; up-down with a single VC'),
  })
  .describe('what is missing of the network as built');

const CostSchema = z
  .strictObject({
    router_per_flit: evident(quantity('energy', { min: 0 })).optional(),
    link_per_flit_mm: evident(quantity('energy', { min: 0 })).optional(),
    clock_per_cycle: evident(quantity('energy', { min: 0 })).optional(),
    router_leakage: evident(quantity('power', { min: 0 })).optional(),
    link_leakage_per_mm: evident(quantity('power', { min: 0 })).optional(),
    router_area: evident(quantity('area', { min: 0 })).optional(),
    wire_pitch: evident(quantity('length', { min: 0 })).optional(),
  })
  .describe('coefficients of a router with 5 ports, 4 VCs of 4 flits, 32 bit; those not given come with the technology');

/** Schema of a NoC design card. Reads quantities into SI, fills every default. */
export const NocSchema = z
  .strictObject({
    kind: z.literal('noc', { error: 'kind: noc' }),
    name: z.string({ error: 'a name' }).min(1, 'a name'),
    description: z.string().default(''),
    topology: TopologySchema,
    nodes_per_router: integer(1, 16).default(1).describe('concentration; a concentrated mesh has its block instead'),
    routing: RoutingSchema,
    router: RouterSchema.prefault({}),
    link: LinkSchema.prefault({}),
    flit_bits: integer(1, 1024).default(32),
    clock: quantity('frequency', { min: 1e3, max: 1e10 }).prefault('250 MHz'),
    clock_domains: z.array(ClockDomainSchema).max(256, 'at most 256 domains').default([]).describe('routers with a slower clock'),
    synchronizer: integer(0, 8).default(2).describe('cycles of the receiver that flits and credits take more between two domains'),
    packet: PacketSchema.prefault({}),
    source_queue: SourceQueueSchema.prefault({}),
    floor_plan: z
      .strictObject({ tile_pitch: quantity('length', { min: 1e-6, max: 1 }).prefault('1 mm').describe('distance of neighbouring routers') })
      .prefault({}),
    technology: word(['65nm', '45nm', '32nm', '28nm', '22nm', '11nm'])
      .default('28nm')
      .describe('where energy and area coefficients come from'),
    costs: CostSchema.prefault({}),
    faults: FaultsSchema.optional(),
  })
  .refine(({ router, packet }) => router.order === undefined || (packet.trees !== 'set' && packet.detour === 0), {
    path: ['packet', 'trees'],
    error: 'source, with detour 0: trees per set do not keep the order per flow that router.order asks for',
  });

/** A NoC design as code sees it: SI numbers, defaults filled. */
export type NocDesign = z.output<typeof NocSchema>;
/** A NoC design as a person writes it. */
export type NocDesignInput = z.input<typeof NocSchema>;
