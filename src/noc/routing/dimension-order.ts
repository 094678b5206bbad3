/**
 * Dimension-order routing on meshes and tori: x is corrected first, then y. Computed, not stored, so it costs no memory on large grids.
 * Mesh: one layer; no turn from y to x, so the channel dependency graph is acyclic (Dally and Seitz 1987).
 * Torus: the shorter way round; a packet whose way in a dimension crosses the wrap link uses layer 1 on all its hops in that dimension, else layer 0.
 * Ways of equal length go + from even source coordinates and - from odd ones, which loads both directions alike without a draw; or each packet draws (`drawn`), as in BookSim2.
 * Injection may use all VCs.
 */
import { InfeasibleError } from '../../base/index.ts';
import type { RouterGraph } from '../design/graph.ts';
import { LAYER_SHIFT, type Choices, type RouteTable } from './route-table.ts';

/** Dimension-order routes of a mesh or torus. InfeasibleError on any other graph. */
export function dimensionOrder(graph: RouterGraph, ties: 'parity' | 'drawn' = 'parity'): DimensionOrder {
  const { grid } = graph;
  if (grid === undefined)
    throw new InfeasibleError(
      `${graph.name}: dimension-order routing needs a mesh or a torus; minimal, up-down and blash work on any graph`,
    );
  return new DimensionOrder(graph, grid.width, grid.height, grid.wrap, ties === 'drawn' && grid.wrap);
}

/** x first, then y. */
export class DimensionOrder implements RouteTable {
  readonly method = 'dimension-order';
  readonly layers: number;
  readonly byDestination: boolean;
  /** Bit 0: a tie along x goes in - direction; bit 1: along y. */
  readonly choices?: Choices;
  readonly #width: number;
  readonly #height: number;
  readonly #wrap: boolean;
  readonly #x: Int32Array; // of each router
  readonly #y: Int32Array;
  readonly #linkAt: Int32Array; // [router][+x, -x, +y, -y]

  constructor(graph: RouterGraph, width: number, height: number, wrap: boolean, drawn: boolean) {
    this.layers = wrap ? 2 : 1;
    this.byDestination = !wrap;
    if (drawn) this.choices = TIES;
    this.#width = width;
    this.#height = height;
    this.#wrap = wrap;
    this.#x = Int32Array.from({ length: graph.routers }, (_, router) => router % width);
    this.#y = Int32Array.from({ length: graph.routers }, (_, router) => Math.floor(router / width));
    this.#linkAt = new Int32Array(4 * graph.routers).fill(-1);
    for (let link = 0; link < graph.linkFrom.length; link++) {
      const [from, to] = [graph.linkFrom[link]!, graph.linkTo[link]!];
      const dx = (to % width) - (from % width);
      const dy = Math.floor(to / width) - Math.floor(from / width);
      // a step of one is a step in its own direction, a longer one is a wrap link and goes the other way
      const direction = dy === 0 ? (dx === 1 || dx < -1 ? 0 : 1) : dy === 1 || dy < -1 ? 2 : 3;
      this.#linkAt[4 * from + direction] = link;
    }
  }

  hop(source: number, destination: number, router: number, _taken: number, choice: number): number {
    const [xs, ys] = [this.#x, this.#y];
    const x = xs[router]!;
    const toX = xs[destination]!;
    if (x !== toX) return this.#step(router, 0, xs[source]!, x, toX, this.#width, choice & 1);
    return this.#step(router, 2, ys[source]!, ys[router]!, ys[destination]!, this.#height, choice >> 1);
  }

  /** As `hop`, with y corrected first. */
  hopYFirst(source: number, destination: number, router: number, choice: number): number {
    const [xs, ys] = [this.#x, this.#y];
    const y = ys[router]!;
    const toY = ys[destination]!;
    if (y !== toY) return this.#step(router, 2, ys[source]!, y, toY, this.#height, choice >> 1);
    return this.#step(router, 0, xs[source]!, xs[router]!, xs[destination]!, this.#width, choice & 1);
  }

  injectionLayer(): number {
    return -1;
  }

  /** One step in one dimension from coordinate `here` on the way from `start` to `end` in a row of `size`. */
  #step(router: number, axis: 0 | 2, start: number, here: number, end: number, size: number, tie: number): number {
    if (!this.#wrap) return this.#linkAt[4 * router + axis + (here < end ? 0 : 1)]!;
    const up = (end - start + size) % size;
    const plus = 2 * up < size || (2 * up === size && (this.choices === undefined ? start % 2 : tie) === 0);
    const wraps = plus ? end < start : end > start;
    return this.#linkAt[4 * router + axis + (plus ? 0 : 1)]! + (wraps ? 1 << LAYER_SHIFT : 0);
  }
}

/** Four ways: a fair draw for each dimension, looked at only where both directions are equally long. */
const TIES: Choices = {
  count: 4,
  draw: (_source, _destination, u) => Math.floor(4 * u),
  passesBy: () => false,
  *witnesses(ends) {
    for (const source of ends)
      for (const destination of ends) for (let choice = 0; choice < 4; choice++) yield [source, destination, choice];
  },
};
