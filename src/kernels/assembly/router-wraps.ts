/**
 * Ways by coordinates round a torus, for tables that would be too large: along x, then along y, then out to the node. Which way round a packet goes, and in which layer, is settled where it enters
 * (src/noc/routing/dimension-order.ts) and stands in its key: x | y << 8 | node at its router << 16, above it two bits for each dimension (towards smaller coordinates, in layer 1).
 */
import { Net } from './router-records';

/** Bits of a key below those of the dimensions, and of these. */
const DIMENSIONS: u32 = 20;
const Y: u32 = 2;

export class Wraps {
  /** What the key of a packet gets where it enters: `here` tells the coordinates of its router, `choice` which way a tie goes if that is drawn. */
  @inline static way(wraps: u32, here: u32, key: u32, choice: u32): u32 {
    const isDrawn = wraps >> 16 != 0;
    const x = Wraps.along(here & 0xff, key & 0xff, wraps & 0xff, isDrawn ? choice & 1 : here & 1);
    const hereY = (here >> 8) & 0xff;
    const y = Wraps.along(hereY, (key >> 8) & 0xff, (wraps >> 8) & 0xff, isDrawn ? choice >> 1 : hereY & 1);
    return (x | (y << Y)) << DIMENSIONS;
  }

  /** The same in one dimension. */
  @inline static along(start: u32, end: u32, size: u32, tie: u32): u32 {
    const up = end >= start ? end - start : end - start + size;
    const twice: u32 = up << 1;
    const isUp = twice < size || (twice == size && tie == 0);
    const crosses = isUp ? end < start : end > start;
    const down: u32 = isUp ? 0 : 1;
    return down | (crosses ? 2 : 0);
  }

  /** Local unit of the hop at a router. */
  @inline static hop(net: Net, row: u32, turns: u32, key: u32): u32 {
    const ways = (key >> DIMENSIONS) & 15;
    if ((key & 0xff) != (row & 0xff)) return ((turns >> ((ways & 1) << 3)) & 0xff) + ((ways >> 1) & 1);
    if (((key ^ row) & 0xff00) != 0) return ((turns >> (16 + (((ways >> Y) & 1) << 3))) & 0xff) + (ways >> (Y + 1));
    return (row >> 16) + ((key >> 16) & 15) * <u32>net.layers;
  }
}
