/** Counters of a net as assembly/router.ts writes them: a number per port, then four per router, then four per node. */
import type { RouterCounts } from './router-tables.ts';

interface Sizes {
  readonly ports: number;
  readonly routers: number;
  readonly nodes: number;
}

/** Copies of the counters that stand at `address`. */
export function countsOf(buffer: ArrayBufferLike, address: number, { ports, routers, nodes }: Sizes): RouterCounts {
  const all = new Float64Array(buffer, address, ports + 4 * (routers + nodes));
  const column = (start: number, length: number, place: number): Float64Array =>
    Float64Array.from({ length }, (_, i) => all[start + 4 * i + place]!);
  const ofRouters = (place: number): Float64Array => column(ports, routers, place);
  const ofNodes = (place: number): Float64Array => column(ports + 4 * routers, nodes, place);
  return {
    portFlits: all.slice(0, ports),
    held: ofRouters(0),
    peak: ofRouters(1),
    flitCycles: ofRouters(2),
    stalled: ofNodes(0),
    offered: ofNodes(1),
    delivered: ofNodes(2),
    copies: ofRouters(3),
    injected: ofNodes(3),
  };
}
