/**
 * Oblivious routing with a draw per packet, on a mesh, in two layers of VCs. A draw spreads permutations that dimension order piles onto few links; it costs longer ways (Valiant)
 * or nothing but half the VCs per packet (XY-YX, ROMM).
 *   xy-yx:    x first in layer 0, or y first in layer 1
 *   valiant:  to a router drawn from all of them in layer 0, from there to the destination in layer 1 (Valiant 1982)
 *   romm:     the same, drawn from the rectangle between source and destination, so every way is minimal (Nesson and Johnsson 1995)
 * Within a layer no packet turns back from its second dimension to its first, and nothing returns from layer 1 to layer 0, so no cycle can close. Injection may use all VCs.
 */
import { InfeasibleError } from '../../base/index.ts';
import { outgoingLinks, type RouterGraph } from '../design/graph.ts';
import { dimensionOrder, type DimensionOrder } from './dimension-order.ts';
import { LAYER_SHIFT, type Choices, type RouteTable } from './route-table.ts';

const SECOND_LAYER = 1 << LAYER_SHIFT;

/** XY-YX: every packet draws which dimension it corrects first. */
export function xyYx(graph: RouterGraph): RouteTable {
  const { width } = meshOf(graph, 'xy-yx');
  const xy = dimensionOrder(graph);
  // y first from a to b is x first from b to a, walked backwards
  const yFirst = (router: number, destination: number): number => {
    const corner = (router % width) + width * Math.floor(destination / width);
    return xy.hop(router, Math.floor(router / width) === Math.floor(destination / width) ? destination : corner, router, 0, 0);
  };
  return {
    method: 'xy-yx',
    layers: 2,
    hop: (source, destination, router, taken, choice) =>
      choice === 0 ? xy.hop(source, destination, router, taken, 0) : yFirst(router, destination) + SECOND_LAYER,
    injectionLayer: () => -1,
    choices: {
      count: 2,
      draw: (_source, _destination, u) => (u < 0.5 ? 0 : 1),
      passesBy: () => false,
      *witnesses(ends) {
        for (const source of ends) for (const destination of ends) for (const choice of [0, 1]) yield [source, destination, choice];
      },
    },
  };
}

/** Valiant: over a router drawn from all. */
export function valiant(graph: RouterGraph): RouteTable {
  return new TwoPhases(graph, 'valiant', (_source, _destination, u) => Math.floor(u * graph.routers));
}

/** ROMM: over a router drawn from the rectangle between source and destination. */
export function romm(graph: RouterGraph): RouteTable {
  const { width } = meshOf(graph, 'romm');
  return new TwoPhases(graph, 'romm', (source, destination, u) => {
    const [left, right] = [Math.min(source % width, destination % width), Math.max(source % width, destination % width)];
    const [low, high] = [Math.floor(Math.min(source, destination) / width), Math.floor(Math.max(source, destination) / width)];
    const columns = right - left + 1;
    const place = Math.floor(u * columns * (high - low + 1));
    return left + (place % columns) + width * (low + Math.floor(place / columns));
  });
}

/** Two phases of dimension order; the choice is the router between them. */
class TwoPhases implements RouteTable {
  readonly method: string;
  readonly layers = 2;
  readonly choices: Choices;
  readonly #order: DimensionOrder;
  readonly #width: number;

  constructor(graph: RouterGraph, method: string, draw: Choices['draw']) {
    this.method = method;
    this.#width = meshOf(graph, method).width;
    this.#order = dimensionOrder(graph);
    const neighbours = outgoingLinks(graph).map((links) => links.map((link) => graph.linkTo[link]!));
    this.choices = {
      count: graph.routers,
      draw,
      passesBy: (source, destination, taken, via) => via !== destination && this.#isFirst(source, taken, via),
      // the ways to every router, the ways from every router, and every change from a link of the first phase to one of the second
      *witnesses(ends) {
        for (const source of ends) for (let via = 0; via < graph.routers; via++) yield [source, via, via];
        for (const destination of ends) for (let via = 0; via < graph.routers; via++) yield [via, destination, via];
        for (const [via, around] of neighbours.entries())
          for (const source of around) for (const destination of around) yield [source, destination, via];
      },
    };
  }

  hop(source: number, destination: number, router: number, taken: number, via: number): number {
    if (this.#isFirst(source, taken, via)) return this.#order.hop(source, via, router, taken, 0);
    return this.#order.hop(via, destination, router, taken, 0) + SECOND_LAYER;
  }

  injectionLayer(): number {
    return -1;
  }

  /** Whether a packet is still on its way to `via`. */
  #isFirst(source: number, taken: number, via: number): boolean {
    const width = this.#width;
    return taken < Math.abs((source % width) - (via % width)) + Math.abs(Math.floor(source / width) - Math.floor(via / width));
  }
}

function meshOf(graph: RouterGraph, method: string): { readonly width: number } {
  if (graph.grid === undefined || graph.grid.wrap)
    throw new InfeasibleError(`${graph.name}: ${method} routing needs a mesh; minimal, up-down and blash work on any graph`);
  return graph.grid;
}
