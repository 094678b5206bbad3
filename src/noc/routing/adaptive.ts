/**
 * Adaptive routing: a packet that stands at a router may leave by any of several links, and the router takes the one with the most free virtual channels when it claims one.
 *   minimal-adaptive  any link on a shortest way, on all VCs but VC 0; VC 0 of every link is the escape layer, which a packet claims while no other VC of its links is free. Any connected graph.
 *                     Escape ways: dimension order on a mesh; elsewhere up*-down* with one next hop per router and destination (down as soon as only links down lead there).
 *                     On a mesh a packet of one flit may leave the escape layer again; a longer one stays in it to the end, because it would hold escape channels while it waits behind
 *                     others in an adaptive one; elsewhere all stay, because escape ways are not the shortest and packets could go in circles. So escape channels wait for escape channels alone, and if those do not wait in a circle nothing does (certify-adaptive.ts). Source: Duato 1993, IEEE TPDS 4:1320.
 *   odd-even          links on a shortest way that the turn model allows: no turn from east to north or south in even columns, none from north or south to west in odd ones. Meshes, all VCs.
 *                     Source: Chiu 2000, IEEE TPDS 11:729.
 */
import { InfeasibleError } from '../../base/index.ts';
import { outgoingLinks, type RouterGraph } from '../design/graph.ts';
import { dimensionOrder } from './dimension-order.ts';
import { LAYER_SHIFT, linkOfHop, type Adaptive, type RouteTable } from './route-table.ts';
import { upDownHops } from './up-down.ts';

/** Largest graph: links by router and destination are kept. */
const MOST_ROUTERS = 1024;

/** Minimal adaptive routing, with or without an escape layer. InfeasibleError for graphs of more than 1,024 routers. */
export function minimalAdaptive(graph: RouterGraph, hopCycles: number, hasEscape = true): RouteTable {
  const { routers } = graph;
  const isMesh = graph.grid?.wrap === false;
  const order = isMesh ? dimensionOrder(graph) : undefined;
  const tree = isMesh ? undefined : upDownHops(graph, hopCycles);
  const links = minimalLinks(graph, hopCycles);
  if (!hasEscape) return withoutEscape(links, routers);
  const escape = (router: number, destination: number): number =>
    order === undefined ? tree![router * routers + destination]! : linkOfHop(order.hop(router, destination, router, 0, 0));
  const adaptive: Adaptive = {
    links: (_source, router, destination) => links[router * routers + destination]!,
    escape,
    staysInEscape: !isMesh,
  };
  return {
    method: `minimal-adaptive, escape by ${isMesh ? 'dimension order' : 'up*-down*'}`,
    layers: 2,
    // what an idle network does: the first of the shortest ways
    hop: (_source, destination, router) => links[router * routers + destination]![0]! + (1 << LAYER_SHIFT),
    injectionLayer: () => -1,
    adaptive,
  };
}

function withoutEscape(links: readonly (readonly number[])[], routers: number): RouteTable {
  const adaptive: Adaptive = {
    links: (_source, router, destination) => links[router * routers + destination]!,
    escape: () => -1,
    staysInEscape: false,
  };
  return {
    method: 'minimal-adaptive without escape',
    layers: 1,
    hop: (_source, destination, router) => links[router * routers + destination]![0]!,
    injectionLayer: () => -1,
    adaptive,
  };
}

/** Odd-even turn model. InfeasibleError on anything but a mesh. */
export function oddEven(graph: RouterGraph): RouteTable {
  const { grid, routers } = graph;
  if (grid === undefined || grid.wrap)
    throw new InfeasibleError(`${graph.name}: odd-even routing needs a mesh; minimal-adaptive, up-down and blash work on any graph`);
  const { width } = grid;
  const linkBetween = new Map(Array.from(graph.linkFrom, (from, link) => [from * routers + graph.linkTo[link]!, link]));
  const adaptive: Adaptive = {
    links(source, router, destination) {
      const [x, toX, fromX] = [router % width, destination % width, source % width];
      const [dx, dy] = [toX - x, Math.floor(destination / width) - Math.floor(router / width)];
      const vertical = (): number => linkBetween.get(router * routers + router + (dy > 0 ? width : -width))!;
      if (dx === 0) return [vertical()];
      const along = linkBetween.get(router * routers + router + (dx > 0 ? 1 : -1))!;
      if (dy === 0) return [along];
      if (dx < 0) return x % 2 === 0 ? [along, vertical()] : [along];
      const found: number[] = [];
      if (toX % 2 === 1 || dx !== 1) found.push(along);
      if (x % 2 === 1 || x === fromX) found.push(vertical());
      return found;
    },
    escape: () => -1,
    staysInEscape: false,
    column: (router) => router % width,
  };
  return {
    method: 'odd-even',
    layers: 1,
    hop: (source, destination, router) => adaptive.links(source, router, destination)[0]!,
    injectionLayer: () => -1,
    adaptive,
  };
}

/** Links on any shortest way (in cycles of an idle network), by router * routers + destination. */
function minimalLinks(graph: RouterGraph, hopCycles: number): (readonly number[])[] {
  const { routers, linkTo, linkLatency, isDeadRouter } = graph;
  if (routers > MOST_ROUTERS)
    throw new InfeasibleError(`${graph.name}: adaptive routing does up to ${String(MOST_ROUTERS)} routers, found ${String(routers)}`);
  const outgoing = outgoingLinks(graph);
  const links: (readonly number[])[] = Array.from({ length: routers * routers }, () => []);
  for (let destination = 0; destination < routers; destination++) {
    if (isDeadRouter[destination] === 1) continue;
    const cycles = cyclesTo(graph, outgoing, destination, hopCycles);
    for (let router = 0; router < routers; router++) {
      if (router === destination || isDeadRouter[router] === 1) continue;
      links[router * routers + destination] = outgoing[router]!.filter(
        (link) => cycles[router] === cycles[linkTo[link]!]! + hopCycles + linkLatency[link]!,
      );
    }
  }
  return links;
}

/** Cycles from every router to one, against the links. */
function cyclesTo(graph: RouterGraph, outgoing: readonly (readonly number[])[], destination: number, hopCycles: number): Float64Array {
  const cycles = new Float64Array(graph.routers).fill(Infinity);
  const buckets: number[][] = [[destination]];
  cycles[destination] = 0;
  for (let reach = 0; reach < buckets.length; reach++) {
    for (const router of buckets[reach] ?? []) {
      if (cycles[router] !== reach) continue;
      // the way back of an outgoing link leads here
      for (const out of outgoing[router]!) {
        const [from, through] = [graph.linkTo[out]!, reach + hopCycles + graph.linkLatency[out ^ 1]!];
        if (through >= cycles[from]!) continue;
        cycles[from] = through;
        (buckets[through] ??= []).push(from);
      }
    }
  }
  return cycles;
}
