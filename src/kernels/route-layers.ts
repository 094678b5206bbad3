/** Paths in layers of virtual channels, each layer free of cycles of dependencies; assembly/route-layers.ts has the loops, src/noc/routing/blash.ts says what the layers are for. */
import { oneCall, type OneCall } from './one-call.ts';
import type { LinkPaths } from './route-paths.ts';

/** Links of a graph, by the routers that they join. */
export interface LinkEnds {
  readonly routers: number;
  readonly linkFrom: ArrayLike<number>;
  readonly linkTo: ArrayLike<number>;
}

/** The layer of a path that none would take. */
export const NO_LAYER = 255;

/** Pairs that have a path, those with long paths first (they are the hardest to place), then as they come. */
export function longestFirst(graph: LinkEnds, paths: LinkPaths): Uint32Array {
  return withLayers(graph, paths, new Uint32Array(0), 0, ({ memory, kernels, header, order }) => {
    const count = kernels.layersOrder(header);
    return memory.u32(order, count).slice();
  });
}

/** Puts every path, in `order`, into the first of up to 254 layers that stays free of cycles with it: the layer of each pair, NO_LAYER where there is none; 0 for pairs without a path. */
export function firstLayers(graph: LinkEnds, paths: LinkPaths, order: Uint32Array, layers: number): Uint8Array {
  return withLayers(graph, paths, order, layers, ({ memory, kernels, header, layerOf }) => {
    kernels.layersPlace(header);
    return memory.u8(layerOf, paths.start.length - 1).slice();
  });
}

/**
 * Every path in turn, in `order`, goes to the layer in which it meets the least traffic, if that layer stays free of cycles; three rounds. `layerOf` says where they begin, in layers without
 * cycles; returns where they end.
 */
export function evenedOut(graph: LinkEnds, paths: LinkPaths, order: Uint32Array, layers: number, layerOf: Uint8Array): Uint8Array {
  return withLayers(graph, paths, order, layers, ({ memory, kernels, header, layerOf: address }) => {
    memory.u8(address, layerOf.length).set(layerOf);
    kernels.layersEvenOut(header);
    return memory.u8(address, layerOf.length).slice();
  });
}

interface Built extends OneCall {
  readonly order: number;
  readonly layerOf: number;
}

function withLayers<T>(graph: LinkEnds, paths: LinkPaths, order: Uint32Array, layers: number, use: (built: Built) => T): T {
  return oneCall(
    'route-layers.ts',
    25,
    (kernels) => kernels.layersHeaderBytes(),
    (call) => {
      const { memory, put, room, setHeader } = call;
      const { linkTo } = graph;
      const links = linkTo.length;
      const pairs = paths.start.length - 1;
      const { firstOut, out, place } = byRouter(graph);
      const firstDependency = new Uint32Array(links + 1);
      for (let link = 0; link < links; link++) {
        const router = linkTo[link]!;
        firstDependency[link + 1] = firstDependency[link]! + firstOut[router + 1]! - firstOut[router]!;
      }
      const dependencies = firstDependency[links]!;
      const orderAt = room(pairs);
      memory.u32(orderAt, order.length).set(order);
      const layerOf = memory.allocate(pairs);
      setHeader([
        links,
        layers,
        pairs,
        dependencies,
        put(linkTo),
        put(firstOut),
        put(out),
        put(place),
        put(firstDependency),
        room(layers * dependencies),
        room(layers * dependencies),
        room(layers),
        room(layers * links),
        room(layers * links),
        room(links),
        0,
        room(links),
        put(paths.start),
        put(paths.links),
        orderAt,
        order.length,
        layerOf,
        room(links + 1),
        room(2 * layers * links),
        room(2 * layers),
      ]);
      return use({ ...call, order: orderAt, layerOf });
    },
  );
}

/** Links by the router that they leave, and which of those each is. */
function byRouter({ routers, linkFrom }: LinkEnds): {
  readonly firstOut: Uint32Array;
  readonly out: Uint32Array;
  readonly place: Uint32Array;
} {
  const links = linkFrom.length;
  const firstOut = new Uint32Array(routers + 1);
  const place = new Uint32Array(links);
  for (let link = 0; link < links; link++) place[link] = firstOut[linkFrom[link]! + 1]!++;
  for (let router = 0; router < routers; router++) firstOut[router + 1]! += firstOut[router]!;
  const out = new Uint32Array(links);
  for (let link = 0; link < links; link++) out[firstOut[linkFrom[link]!]! + place[link]!] = link;
  return { firstOut, out, place };
}
