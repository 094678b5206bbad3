/**
 * The certificate of adaptive routing. Every link, with the layer that it is used in, is a channel; what is looked at is every choice that any packet can have, not one path.
 *   without an escape layer   the dependencies of all choices together have no cycle (a turn model)
 *   with one                  the dependencies between escape channels have none, and escape hops lead to every destination from everywhere. A packet that leaves the escape layer is a single
 *                             flit and holds nothing there any more, longer ones stay in it: so there are no dependencies over adaptive channels in between (no indirect ones), and it does
 *                             not matter that packets queue behind each other in one VC
 * A packet that waits can always claim an escape channel; those have an order, so the packet at the highest moves. Source: Duato 1993, theorem 2.
 */
import { endRouters, type RouterGraph } from '../design/graph.ts';
import { certificateOf, type Certificate } from './certificate.ts';
import type { Adaptive, RouteTable } from './route-table.ts';

/** Checks every choice between routers that have nodes. */
export function certifyAdaptive(graph: RouterGraph, routes: RouteTable, adaptive: Adaptive): Certificate {
  const links = graph.linkFrom.length;
  const following: Set<number>[] = Array.from({ length: links }, () => new Set());
  const used = new Uint8Array(links);
  if (routes.layers === 1) followChoices(graph, adaptive, following, used);
  else followEscapes(graph, adaptive, following, used);
  const found = certificateOf(graph, routes.method, 1, following, used);
  if (routes.layers === 1 || !found.acyclic) return { ...found, layers: routes.layers };
  if (!escapeLeadsHome(graph, adaptive))
    return {
      ...found,
      layers: routes.layers,
      acyclic: false,
      statement: `not deadlock-free: escape hops of ${routes.method} on ${graph.name} do not lead to every router`,
    };
  return {
    ...found,
    layers: routes.layers,
    statement: `deadlock-free: the dependency graph of the escape layer of ${routes.method} on ${graph.name} is acyclic (${String(found.channels)} escape channels, ${String(found.dependencies)} dependencies; none over adaptive channels, because ${adaptive.staysInEscape ? 'no packet leaves' : 'only single flits leave'} the layer)`,
  };
}

/** All links that follow each other on any way of any packet. */
function followChoices(graph: RouterGraph, adaptive: Adaptive, following: readonly Set<number>[], used: Uint8Array): void {
  const ends = endRouters(graph);
  for (const source of ends) {
    for (const destination of ends) {
      if (source === destination) continue;
      const seen = new Uint8Array(graph.routers);
      const stack = [source];
      seen[source] = 1;
      for (let router = stack.pop(); router !== undefined; router = stack.pop()) {
        for (const link of adaptive.links(source, router, destination)) {
          const next = graph.linkTo[link]!;
          used[link] = 1;
          if (next === destination) continue;
          for (const onward of adaptive.links(source, next, destination)) following[link]!.add(onward);
          if (seen[next] === 0) stack.push(next);
          seen[next] = 1;
        }
      }
    }
  }
}

/** Escape channels that a packet for each destination can hold and want next. */
function followEscapes(graph: RouterGraph, adaptive: Adaptive, following: readonly Set<number>[], used: Uint8Array): void {
  const { routers, linkTo, isDeadRouter } = graph;
  for (const destination of endRouters(graph)) {
    for (let router = 0; router < routers; router++) {
      if (router === destination || isDeadRouter[router] === 1) continue;
      const held = adaptive.escape(router, destination);
      const next = linkTo[held]!;
      used[held] = 1;
      if (next !== destination) following[held]!.add(adaptive.escape(next, destination));
    }
  }
}

/** Whether every packet comes to its destination by escape hops alone, from everywhere: an escape layer that goes in circles is none. */
function escapeLeadsHome(graph: RouterGraph, adaptive: Adaptive): boolean {
  const { routers, linkTo, isDeadRouter } = graph;
  return endRouters(graph).every((destination) =>
    Array.from({ length: routers }, (_, router) => router).every((start) => {
      if (isDeadRouter[start] === 1) return true;
      let router = start;
      for (let steps = 0; router !== destination; steps++) {
        if (steps > 2 * routers) return false;
        router = linkTo[adaptive.escape(router, destination)]!;
      }
      return true;
    }),
  );
}
