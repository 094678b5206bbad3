/**
 * Oblivious routing with a draw per packet, on a mesh or a torus, in two phases with layers of VCs of their own. A draw spreads permutations that dimension order piles onto few
 * links; it costs longer ways (Valiant) or nothing but half the VCs per packet (XY-YX, ROMM).
 *   xy-yx:    x first in phase 0, or y first in phase 1
 *   valiant:  to a router drawn from all of them in phase 0, from there to the destination in phase 1 (Valiant 1982)
 *   romm:     the same, drawn from the rectangle that the minimal ways of a pair fill, so every way is minimal (Nesson and Johnsson 1995)
 * A phase has the layers of dimension order: one on a mesh, two on a torus (dimension-order.ts). Within a phase no packet turns back from its second dimension to its first, and
 * nothing returns from phase 1 to phase 0, so no cycle can close. Injection may use all VCs.
 */
import { InfeasibleError } from '../../base/index.ts';
import { outgoingLinks, type RouterGraph } from '../design/graph.ts';
import { dimensionOrder, type DimensionOrder } from './dimension-order.ts';
import { LAYER_SHIFT, type Choices, type RouteTable } from './route-table.ts';

/** XY-YX: every packet draws which dimension it corrects first. */
export function xyYx(graph: RouterGraph): RouteTable {
  gridOf(graph, 'xy-yx');
  const order = dimensionOrder(graph);
  return {
    method: 'xy-yx',
    layers: 2 * order.layers,
    hop: (source, destination, router, taken, choice) =>
      choice === 0
        ? order.hop(source, destination, router, taken, 0)
        : order.hopYFirst(source, destination, router, 0) + secondPhase(order),
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

/** ROMM: over a router drawn from the rectangle that the minimal ways from source to destination fill. */
export function romm(graph: RouterGraph): RouteTable {
  const grid = gridOf(graph, 'romm');
  return new TwoPhases(graph, 'romm', (source, destination, u) => {
    const { width, height } = grid;
    const [x, y] = [source % width, Math.floor(source / width)];
    const dx = grid.offset(x, destination % width, width);
    const dy = grid.offset(y, Math.floor(destination / width), height);
    const columns = Math.abs(dx) + 1;
    const place = Math.floor(u * columns * (Math.abs(dy) + 1));
    const viaX = (x + Math.sign(dx) * (place % columns) + width) % width;
    const viaY = (y + Math.sign(dy) * Math.floor(place / columns) + height) % height;
    return viaX + width * viaY;
  });
}

/** Two phases of dimension order; the choice is the router between them. */
class TwoPhases implements RouteTable {
  readonly method: string;
  readonly layers: number;
  readonly choices: Choices;
  readonly #order: DimensionOrder;
  readonly #grid: Grid;

  constructor(graph: RouterGraph, method: string, draw: Choices['draw']) {
    this.method = method;
    this.#grid = gridOf(graph, method);
    this.#order = dimensionOrder(graph);
    this.layers = 2 * this.#order.layers;
    const around = graph.grid!.wrap ? farAndNear(this.#grid) : neighbours(graph);
    this.choices = {
      count: graph.routers,
      draw,
      passesBy: (source, destination, taken, via) => via !== destination && this.#isFirst(source, taken, via),
      // the ways to every router, the ways from every router, and every change from a channel of the first phase to one of the second
      *witnesses(ends) {
        for (const source of ends) for (let via = 0; via < graph.routers; via++) yield [source, via, via];
        for (const destination of ends) for (let via = 0; via < graph.routers; via++) yield [via, destination, via];
        for (let via = 0; via < graph.routers; via++)
          for (const source of around(via)) for (const destination of around(via)) yield [source, destination, via];
      },
    };
  }

  hop(source: number, destination: number, router: number, taken: number, via: number): number {
    if (this.#isFirst(source, taken, via)) return this.#order.hop(source, via, router, taken, 0);
    return this.#order.hop(via, destination, router, taken, 0) + secondPhase(this.#order);
  }

  injectionLayer(): number {
    return -1;
  }

  /** Whether a packet is still on its way to `via`. */
  #isFirst(source: number, taken: number, via: number): boolean {
    const { width, height, offset } = this.#grid;
    const across = Math.abs(offset(source % width, via % width, width));
    return taken < across + Math.abs(offset(Math.floor(source / width), Math.floor(via / width), height));
  }
}

function secondPhase({ layers }: DimensionOrder): number {
  return layers << LAYER_SHIFT;
}

interface Grid {
  readonly width: number;
  readonly height: number;
  /** Steps of dimension order from one coordinate to another in a row of `size`, negative downwards. */
  offset(this: void, from: number, to: number, size: number): number;
}

function gridOf({ grid, name }: RouterGraph, method: string): Grid {
  if (grid === undefined)
    throw new InfeasibleError(`${name}: ${method} routing needs a mesh or a torus; minimal, up-down and blash work on any graph`);
  const { width, height } = grid;
  return { width, height, offset: grid.wrap ? shorterWay : (from, to) => to - from };
}

/** The way round a ring that dimension order takes: the shorter one, by the parity of the source where both are equal. */
function shorterWay(from: number, to: number, size: number): number {
  const up = (to - from + size) % size;
  return 2 * up < size || (2 * up === size && from % 2 === 0) ? up : up - size;
}

function neighbours(graph: RouterGraph): (router: number) => readonly number[] {
  const around = outgoingLinks(graph).map((links) => links.map((link) => graph.linkTo[link]!));
  return (router) => around[router]!;
}

/** On a torus the layer of a router's channel depends on where a way in that dimension begins or ends: at the next router, or as far away as ways go. */
function farAndNear({ width, height }: Grid): (router: number) => readonly number[] {
  return (router) => {
    const [x, y] = [router % width, Math.floor(router / width)];
    return [
      ...stepsOf(width).map((step) => ((x + step) % width) + width * y),
      ...stepsOf(height).map((step) => x + width * ((y + step) % height)),
    ];
  };
}

function stepsOf(size: number): readonly number[] {
  return [1, size - 1, size >> 1, (size + 1) >> 1, (size - 1) >> 1, size - ((size - 1) >> 1)];
}
