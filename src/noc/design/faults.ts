/**
 * Faults: what is missing of a network that was built. A dead link joins nothing any more, in both directions; a dead router takes its links and nodes with it; a dead node sends nothing,
 * and what is sent to it is lost. Numbers of routers and nodes stay as they were; links are numbered anew.
 * Rates kill each link, router and node with that probability, by its own draw: with one seed, what is dead at a low rate is dead at every higher one.
 */
import { Chance, InfeasibleError } from '../../base/index.ts';
import type { NocDesign } from '../../model/schemas/noc.ts';
import type { Wire, Wiring } from './graph.ts';

/** Takes the faults of a card out of a wiring. InfeasibleError for links, routers or nodes that are not there, or when nothing is left. */
export function withFaults(wiring: Wiring, faults: NocDesign['faults'], name: string): Wiring {
  if (faults === undefined) return wiring;
  const { routers, wires, routerOfNode } = wiring;
  const chance = new Chance(faults.seed, 'graph', 3);
  const isDead = (unit: number, index: number, rate: number): boolean => rate > 0 && chance.uniform(unit, index) < rate;
  const known = new Set(wires.flatMap(({ a, b }) => [keyOf(a, b)]));
  const strangers = [
    ...faults.links.filter(([a, b]) => !known.has(keyOf(a, b))).map(([a, b]) => `link ${String(a)}-${String(b)}`),
    ...faults.routers.filter((router) => router >= routers).map((router) => `router ${String(router)}`),
    ...faults.nodes.filter((node) => node >= routerOfNode.length).map((node) => `node ${String(node)}`),
  ];
  if (strangers.length > 0) throw new InfeasibleError(`${name}: faults name ${strangers.join(', ')}, which ${wiring.name} has not`);
  const deadRouters = new Set([...faults.routers, ...upTo(routers).filter((router) => isDead(1, router, faults.router_rate))]);
  const deadNodes = upTo(routerOfNode.length).filter(
    (node) => faults.nodes.includes(node) || deadRouters.has(routerOfNode[node]!) || isDead(2, node, faults.node_rate),
  );
  const listed = new Set(faults.links.map(([a, b]) => keyOf(a, b)));
  const place = new Map<number, number>(); // new number of every wire that is left
  const left: Wire[] = [];
  let deadLinks = 0;
  for (const [e, wire] of wires.entries()) {
    const isBroken = listed.has(keyOf(wire.a, wire.b)) || isDead(0, e, faults.link_rate);
    if (isBroken) deadLinks += 1;
    if (isBroken || deadRouters.has(wire.a) || deadRouters.has(wire.b)) continue;
    place.set(e, left.push(wire) - 1);
  }
  if (deadLinks + deadRouters.size + deadNodes.length === 0) return wiring;
  if (deadNodes.length === routerOfNode.length) throw new InfeasibleError(`${name}: no node of ${wiring.name} is left alive`);
  const isWhole = left.length === wires.length;
  const { grid, cube, fatTree, chips, ports, ...rest } = wiring;
  const words = [
    ...(deadLinks > 0 ? [`${String(deadLinks)} dead links`] : []),
    ...(deadRouters.size > 0 ? [`${String(deadRouters.size)} dead routers`] : []),
    ...(deadNodes.length > 0 ? [`${String(deadNodes.length)} dead nodes`] : []),
  ];
  return {
    ...rest,
    name: `${wiring.name} with ${words.join(', ')}`,
    wires: left,
    deadRouters: Array.from(deadRouters).toSorted((p, q) => p - q),
    deadNodes,
    ...(isWhole ? { ...(grid === undefined ? {} : { grid }), cube, fatTree, chips } : {}),
    ...(ports === undefined ? {} : { ports: ports.map((list) => list.flatMap((port) => renumbered(port, place))) }),
  };
}

/** A port by the new number of its link; none where the link is dead. */
function renumbered(port: number, place: ReadonlyMap<number, number>): number[] {
  if (port < 0) return [port];
  const wire = place.get(port >> 1);
  return wire === undefined ? [] : [2 * wire + (port & 1)];
}

function keyOf(a: number, b: number): string {
  return `${String(Math.min(a, b))}-${String(Math.max(a, b))}`;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
