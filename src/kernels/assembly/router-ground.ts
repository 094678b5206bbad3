/** Where the records of a network are cut from, and what the tables of the header say of a router or port. */
import { Net } from './router-records';

let arena: usize = 0;

export class Ground {
  static begin(address: usize): void {
    arena = address;
  }

  /** Where the rest of the arena begins. */
  static end(): usize {
    return arena;
  }

  /** Cuts zeroed bytes from the arena. */
  static cut(bytes: usize): usize {
    const address = arena;
    arena = (arena + bytes + 63) & ~63;
    return address;
  }

  /** Where the hops of a router stand in the table; in a grid its place. */
  static rowOf(net: Net, router: usize): u32 {
    if (net.places != 0) return load<u32>(net.places + (router << 3));
    return <u32>(net.start != 0 ? net.table : net.table + router * net.nodes);
  }

  static turnsOf(net: Net, router: usize): u32 {
    return net.places != 0 ? load<u32>(net.places + (router << 3), 4) : 0;
  }

  /** The output VCs of a layer. */
  static rangeOf(net: Net, layer: usize): u32 {
    return ((1 << load<u32>(net.layerCount + (layer << 2))) - 1) << load<u32>(net.layerLow + (layer << 2));
  }

  /** Cycles for which the sender of an input port does not know of a free place. */
  static windowOf(net: Net, p: usize): u8 {
    // a node learns of free places without the credit delay of routers
    return load<i32>(net.peer + (p << 2)) < 0 ? 1 : <u8>(load<u32>(net.latency + (p << 2)) + net.creditDelay);
  }
}
