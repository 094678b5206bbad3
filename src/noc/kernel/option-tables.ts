/** Links between which adaptive packets choose, as tables for the router kernel (src/kernels/assembly/router-options.ts). */
import { CHOOSES, ROUTER_LIMITS, type RouterOptions, type RouterTables } from '../../kernels/index.ts';
import type { NocLayout } from '../design/layout.ts';
import type { Adaptive } from '../routing/route-table.ts';

/** No escape link. */
const NONE = 255;

/** Hops and options of an adaptive network; undefined where they are too large. */
export function optionTables(layout: NocLayout, adaptive: Adaptive): Pick<RouterTables, 'hops' | 'options'> | undefined {
  const { routers, nodes, graph, routes, portBase, portOfNode, portOfLink } = layout;
  const hasColumns = adaptive.column !== undefined;
  if (Math.max(nodes, 4 * routers * (hasColumns ? 2 : 1)) * routers > ROUTER_LIMITS.tableBytes) return undefined;
  const hops = new Uint8Array(routers * nodes).fill(CHOOSES);
  for (let node = 0; node < nodes; node++) {
    const router = graph.routerOfNode[node]!;
    hops[router * nodes + node] = portOfNode[node]! - portBase[router]!;
  }
  const lists: number[] = [];
  const known = new Map<string, number>();
  const start = new Uint32Array(routers * routers * (hasColumns ? 2 : 1));
  const columns = hasColumns ? Uint32Array.from({ length: routers }, (_, router) => adaptive.column!(router)) : undefined;
  const write = (place: number, source: number, router: number, end: number): void => {
    const local = (link: number): number => portOfLink[link]! - portBase[router]!;
    const ports = adaptive.links(source, router, end).map(local);
    const escape = routes.layers === 2 ? local(adaptive.escape(router, end)) : NONE;
    const list = [ports.length, escape, ...ports];
    const words = list.join();
    if (!known.has(words)) {
      known.set(words, lists.length);
      lists.push(...list);
    }
    start[place] = known.get(words)!;
  };
  for (let router = 0; router < routers; router++) {
    const elsewhere = columns?.findIndex((column) => column !== columns[router]) ?? router;
    for (let end = 0; end < routers; end++) {
      if (end === router || graph.isDeadRouter[router] === 1 || graph.isDeadRouter[end] === 1) continue;
      if (elsewhere >= 0) write(router * routers + end, elsewhere, router, end);
      if (hasColumns) write((routers + router) * routers + end, router, router, end);
    }
  }
  return { hops, options: { lists: Uint8Array.from(lists), start, escape: escapeOf(layout, adaptive), ...(columns && { columns }) } };
}

function escapeOf({ routes }: NocLayout, { staysInEscape }: Adaptive): RouterOptions['escape'] {
  if (routes.layers !== 2) return 'none';
  return staysInEscape ? 'is kept' : 'may be left';
}
