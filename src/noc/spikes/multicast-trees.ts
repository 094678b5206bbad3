/**
 * Which trees a layout has for its multicast packets (`packet.trees` of its card).
 *   source  one tree per source router, of which a packet walks the part that leads to its destinations: a flow has one way, whatever the set
 *   set     a tree of its own for every set of destinations, with fewer links, out of the turns that the order of the source trees allows; packets for one router keep to the source tree
 * The certificate of the second kind looks at all allowed turns, so at every tree that there could be.
 */
import { InfeasibleError } from '../../base/index.ts';
import { routerDelay, type NocLayout } from '../design/layout.ts';
import { certificateOf } from '../routing/certificate.ts';
import { SetTrees, type BranchTree } from '../routing/set-trees.ts';
import { sourceTrees, type SourceTrees } from '../routing/source-trees.ts';
import { allowedTurns, turnsOfTrees } from '../routing/turn-order.ts';

/** Larger graphs have trees per set only if the card says so: a search takes time in proportion to channels x destinations. */
const LARGEST_AUTOMATIC = 256;

/** The trees of a layout. */
export interface MulticastTrees extends SourceTrees {
  /** Makes trees per set; undefined where packets walk the trees of their sources. */
  readonly sets: SetTrees | undefined;
}

const known = new WeakMap<NocLayout, MulticastTrees>();

/** The trees of a layout, made once. InfeasibleError when their certificate fails and the layout is not one that may deadlock anyway. */
export function treesOf(layout: NocLayout): MulticastTrees {
  let trees = known.get(layout);
  if (trees === undefined) {
    const own = sourceTrees(layout.graph, layout.routes, routerDelay(layout.delays), layout.vcs);
    const { detour } = layout.design.packet;
    trees = own.certificate.acyclic && isPerSet(layout, own) ? withSets(layout, own, detour) : { ...own, sets: undefined };
    known.set(layout, trees);
  }
  if (!trees.certificate.acyclic && layout.certificate.acyclic) throw new InfeasibleError(`${layout.name}: ${trees.certificate.statement}`);
  return trees;
}

/** The same source trees, with trees per set made at a detour. */
function withSets(layout: NocLayout, own: SourceTrees, detour: number): MulticastTrees {
  const { graph } = layout;
  const { following } = turnsOfTrees(graph.linkFrom.length, own.layers, own.trees);
  const turns = allowedTurns(graph, own.layers, following);
  const used = new Uint8Array(turns.length);
  for (const [channel, list] of turns.entries()) for (const next of list) used[channel] = used[next] = 1;
  const method = `trees per set, in the order of ${own.method}`;
  const certificate = certificateOf(
    graph,
    `multicast over ${method}`,
    own.layers,
    turns.map((list) => new Set(list)),
    used,
  );
  return { ...own, method, certificate, sets: new SetTrees(graph, own.layers, turns, routerDelay(layout.delays), detour) };
}

/** The tree of packets from a router to routers. */
export function treeFor({ trees, sets }: MulticastTrees, source: number, routers: readonly number[]): BranchTree {
  const own = trees[source]!;
  if (sets === undefined || new Set(routers).size < 2) return own;
  return sets.treeFor(source, routers, own) ?? own;
}

/** With one VC per layer, or one per flow, packets of a flow keep their order, which different trees would break: those have sets only if the card says so. */
function isPerSet({ design, vcs, routers }: NocLayout, { layers }: SourceTrees): boolean {
  const { trees, detour } = design.packet;
  if (trees === 'source' || design.router.order === 'per-flow') return false;
  return trees === 'set' || detour > 0 || (vcs > layers && routers <= LARGEST_AUTOMATIC);
}
