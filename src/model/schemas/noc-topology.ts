/**
 * The part of a NoC design card that says which routers are joined by links: regular graphs, trees, small worlds, links chosen for a traffic matrix, files.
 */
import * as z from 'zod';
import { fraction, integer, number, word } from '../quantity.ts';

/** Routers of the largest network: a mesh of 128 x 128. */
const MOST_ROUTERS = 16_384;
const atMost = `at most ${String(MOST_ROUTERS)} routers in all`;

const side = (what: string) => integer(1, 128).describe(`${what}, in routers`);
/** Name of a file beside the card. */
export const fileName = (what: string) => z.string({ error: what }).min(1, what);

const MeshSchema = z.strictObject({ kind: z.literal('mesh'), width: side('routers along x'), height: side('routers along y') });
const TorusSchema = z.strictObject({ kind: z.literal('torus'), width: integer(3, 128), height: integer(3, 128) });
const ConcentratedMeshSchema = z.strictObject({
  kind: z.literal('concentrated-mesh'),
  width: side('routers along x'),
  height: side('routers along y'),
  block: z
    .tuple([integer(1, 4), integer(1, 4)])
    .prefault([2, 2])
    .describe('nodes of one router, as a block of the node grid'),
});
const WattsStrogatzSchema = z.strictObject({
  kind: z.literal('watts-strogatz'),
  base: z
    .discriminatedUnion('kind', [
      MeshSchema,
      z.strictObject({
        kind: z.literal('ring'),
        routers: integer(3, 4096),
        degree: integer(2, 64).describe('neighbours of each router, even'),
      }),
    ])
    .describe('the regular graph whose links are rewired'),
  rewiring: fraction({ min: 0, max: 1 }).describe('probability that a link is moved'),
  seed: integer(0, Number.MAX_SAFE_INTEGER).default(1),
  max_degree: integer(2, 64).default(6).describe('a rewired link never gives a router more neighbours than this'),
});
const RingSchema = z.strictObject({
  kind: z.literal('ring'),
  routers: integer(3, 4096),
  degree: integer(2, 64).default(2).describe('neighbours of each router, even'),
});
const BaseSchema = z.discriminatedUnion('kind', [MeshSchema, RingSchema]);
const maxDegree = integer(2, 64).default(6).describe('a shortcut never gives a router more neighbours than this');
const seed = integer(0, Number.MAX_SAFE_INTEGER).default(1);
const NewmanWattsSchema = z.strictObject({
  kind: z.literal('newman-watts'),
  base: BaseSchema.describe('the regular graph to which links are added'),
  shortcuts: fraction({ min: 0, max: 1 }).describe('probability of a further link, per link of the base'),
  seed,
  max_degree: maxDegree,
});
const KleinbergSchema = z.strictObject({
  kind: z.literal('kleinberg'),
  base: BaseSchema.describe('the regular graph to which links are added'),
  links: integer(0, 4096).describe('further links'),
  exponent: number(0, 8).default(2).describe('a link of d tiles is drawn with probability proportional to d^-exponent'),
  seed,
  max_degree: maxDegree,
});
const RandomRegularSchema = z.strictObject({ kind: z.literal('random-regular'), routers: integer(3, 4096), degree: integer(2, 64), seed });
const TreeSchema = z
  .strictObject({
    kind: z.literal('tree'),
    arity: integer(2, 16).default(2).describe('children of a router'),
    levels: integer(1, 10).describe('below the root; nodes are at the lowest'),
  })
  .refine(({ arity, levels }) => (arity ** (levels + 1) - 1) / (arity - 1) <= MOST_ROUTERS, { path: ['levels'], error: atMost });
const HexagonalTorusSchema = z.strictObject({ kind: z.literal('hexagonal-torus'), width: integer(3, 128), height: integer(3, 128) });
const FlattenedButterflySchema = z.strictObject({
  kind: z.literal('flattened-butterfly'),
  width: side('routers along x'),
  height: side('routers along y'),
  block: z
    .tuple([integer(1, 8), integer(1, 8)])
    .prefault([2, 2])
    .describe('nodes of one router, as a block of the node grid'),
});
const LongLinksSchema = z.strictObject({
  kind: z.literal('long-links'),
  base: BaseSchema.describe('the regular graph to which links are added'),
  traffic: z
    .union([z.literal('uniform'), z.strictObject({ file: fileName('the name of a traffic matrix (source,destination,rate)') })])
    .default('uniform')
    .describe('what the links are chosen for'),
  wire_budget: number(0, 64).default(1).describe('wire of the added links, in units of the wire of the base'),
  max_degree: integer(2, 64).default(7).describe('most neighbours of a router'),
});
const ExpressMeshSchema = z.strictObject({
  kind: z.literal('express-mesh'),
  width: side('routers along x'),
  height: side('routers along y'),
  span: integer(2, 127).describe('tiles that an express link crosses'),
});
const CubeSchema = z.strictObject({
  kind: z.literal('cube'),
  sides: z
    .array(integer(2, 64))
    .min(1, 'at least one side')
    .max(8, 'at most eight dimensions')
    .refine((sides) => sides.reduce((product, one) => product * one, 1) <= MOST_ROUTERS, atMost)
    .describe('routers along each dimension: [4, 4, 4]; all 2 make a hypercube'),
  wrap: z.boolean().default(false).describe('close every dimension of more than two routers to a ring'),
});
const FatTreeSchema = z
  .strictObject({
    kind: z.literal('fat-tree'),
    arity: integer(2, 16).default(2).describe('links down of a switch, and up'),
    levels: integer(2, 8).describe('levels of switches; arity^levels nodes'),
  })
  .refine(({ arity, levels }) => levels * arity ** (levels - 1) <= MOST_ROUTERS, { path: ['levels'], error: atMost });
const HierarchicalSchema = z.strictObject({
  kind: z.literal('hierarchical'),
  width: integer(1, 32).describe('chips along x'),
  height: integer(1, 32).describe('chips along y'),
  cores: integer(1, 16).default(4).describe('cores of a chip, one node each'),
});
const ModularSchema = z.strictObject({
  kind: z.literal('modular'),
  modules: integer(2, 64),
  size: integer(3, 256).describe('routers of a module'),
  inside: integer(2, 16).default(4).describe('neighbours of a router in the ring lattice of its module, even'),
  rewiring: fraction({ min: 0, max: 1 }).default(0).describe('probability that a link inside is moved within its module'),
  between: integer(1, 4096).describe('links between modules'),
  max_degree: integer(3, 64).default(8).describe('most neighbours of a router'),
  seed,
});
const EdgeListSchema = z.strictObject({
  kind: z.literal('edge-list'),
  file: fileName('the name of an edge list (a,b,latency) or of a BookSim anynet file'),
  format: word(['csv', 'anynet']).default('csv'),
});

export const TopologySchema = z
  .discriminatedUnion('kind', [
    MeshSchema,
    TorusSchema,
    ConcentratedMeshSchema,
    FlattenedButterflySchema,
    RingSchema,
    TreeSchema,
    HexagonalTorusSchema,
    WattsStrogatzSchema,
    NewmanWattsSchema,
    KleinbergSchema,
    RandomRegularSchema,
    LongLinksSchema,
    ExpressMeshSchema,
    CubeSchema,
    FatTreeSchema,
    HierarchicalSchema,
    ModularSchema,
    EdgeListSchema,
  ])
  .describe('which routers are joined by links');
