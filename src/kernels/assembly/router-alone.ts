/**
 * A packet of one flit that has a router to itself, in networks that lie beyond the near caches: when it is given its output VC it crosses at once, a cycle ahead of time, so that its records are passed
 * once and not twice. What others could see of it in between is kept back in a list: that its output VC is free again, that its flit has left the router, that it is on the channel. Entries with bit 0
 * stand for it in the lists of the switch, in the place where its ports would stand.
 *
 * Nothing can come between. Its output port has no other claim and all its VCs are free, so nobody else bids for it; no other VC of its input port waits there or bids (the high four bits of `free`),
 * nor can one that arrives now before two cycles have passed; its VC holds nothing else and is sent nothing that arrives earlier; its sender has room, one flit more or less, as windows are short.
 */
import { COMMON_PORT_SHIFT, CommonPort, CommonRouter, CommonVc, Place } from './router-common-records';
import { Ways } from './router-common-ways';
import { COMMON, COMMON_VCS, HEAD, IDLE, LARGE, Net, Port, TAIL, UNIT_MASK, Vc } from './router-records';
import { Step } from './router-step';

/** What is kept back. */
@unmanaged
class Crossing {
  entry!: u64; // of the slot in which it arrives
  port!: usize;
  router!: usize; // that it leaves
  bit!: u8; // its output VC
  local!: u8; // its VC
  delay!: u16;
  spare!: u32;
}
export const CROSSING_BYTES: usize = 24;
/** Longest window of a VC whose sender may see its flit gone a cycle early: with two flits more it still has room. */
const LONGEST_WINDOW: u8 = 4;
/** All output VCs. */
const ALL: u32 = 15;

export class Alone {
  /** Whether an entry of a list stands for a packet that crossed alone. */
  @inline static has<W>(entry: u32): bool {
    return sizeof<W>() == LARGE && (entry & 1) != 0;
  }

  /** Where the crossings of packets that were given a VC in cycle t begin. */
  @inline static list(net: Net, t: u32): usize {
    return net.crossings + (t & 1 ? net.channels * CROSSING_BYTES : 0);
  }

  /** Gives the packet of a VC, alone in its claim of a port all of whose VCs are free, one of these, and takes it across; false where it might meet another. */
  @inline static cross<K>(net: Net, vcsOfPorts: usize, port: CommonPort, local: u64, t: u32, crossing: usize): bool {
    const input = changetype<CommonPort>(Place.first(port) + (((<usize>local) >> 2) << COMMON_PORT_SHIFT));
    if (input.free > ALL) return false;
    const vc = changetype<CommonVc>(Step.vcAt<K>(Place.vcsBeside(vcsOfPorts, port), <usize>local));
    if (Step.held<K>(changetype<Vc>(vc)) != 1 || vc.window > LONGEST_WINDOW) return false;
    const popped = <u32>vc.popped;
    const place = Step.place<K>(net, changetype<Vc>(vc), popped);
    const flit = load<u32>(place);
    if ((flit & (HEAD | TAIL)) != (HEAD | TAIL)) return false;
    const base = (<u32>port.local) << 2;
    const from = <u32>vc.accept - base;
    const out = sizeof<K>() == COMMON ? Step.freeOut<K>(net, Ways.offered<K>(net, port, vc, ALL), from) : from < COMMON_VCS ? from : 0;
    const down = changetype<CommonVc>(Step.vcAt<K>(port.down, out));
    if (!Step.mayHaveRoom<K>(net, changetype<Vc>(down), t + 1)) return false;
    vc.accept = <u8>(base + out + 1);
    Step.taken<K>(changetype<Port>(port), out, local);
    input.accept = <u8>(<u32>port.local + 1);
    input.firstVc = <u8>(((<u32>local) & 3) + 1);
    port.grant = <u8>((<u32>input.local + 1) << 2);
    store<u32>(place, t + 2 + <u32>vc.window);
    vc.popped = <u8>(popped + 1);
    vc.stage = IDLE;
    vc.held += ((<i64>(t + 1)) << 16) - 1;
    const router = changetype<CommonRouter>(down.router);
    const unit = Ways.hop<K>(net, router, flit);
    const sent = down.sent;
    store<u32>(Step.place<K>(net, changetype<Vc>(down), sent), (flit & ~UNIT_MASK) | unit);
    down.sent = sent + 1;
    const kept = changetype<Crossing>(crossing);
    kept.entry = (<u64>changetype<usize>(down)) | (Step.asked<K>(net, router.ports, unit) << 32);
    kept.port = changetype<usize>(port);
    kept.router = vc.router;
    port.bids = (<u64>1) << local;
    const bit: u32 = (<u32>1) << out;
    kept.bit = <u8>bit;
    kept.local = <u8>local;
    kept.delay = <u16>down.delay;
    return true;
  }

  /** The cycle of a crossing has come: its output port is free for others. Returns the end of the list of bidders. */
  @inline static release(at: usize, bidder: usize): usize {
    const crossing = changetype<Crossing>(at);
    const port = changetype<CommonPort>(crossing.port);
    port.free |= crossing.bit;
    const bids = port.bids & ~((<u64>1) << (<u64>crossing.local));
    port.bids = bids;
    store<u32>(bidder, <u32>crossing.port);
    return bidder + (bids != 0 ? 4 : 0);
  }

  /** Its flit is on the channel. */
  @inline static goOn(net: Net, at: usize, t: u32): void {
    const crossing = changetype<Crossing>(at);
    const slot = Step.slot(net, t + <u32>crossing.delay);
    const last = slot.headsEnd;
    store<u64>(last, crossing.entry);
    slot.headsEnd = last + 8;
    changetype<CommonRouter>(crossing.router).held--;
  }

  /** VCs of a router that go the ordinary way: no other VC of their ports is alone. */
  @inline static wait<W>(port: CommonPort, claims: u64): void {
    if (sizeof<W>() != LARGE) return;
    const first = Place.first(port);
    for (let rest = claims; rest; rest &= rest - 1) {
      const local = ctz<u64>(rest);
      const input = changetype<CommonPort>(first + (((<usize>local) >> 2) << COMMON_PORT_SHIFT));
      input.free = <u8>((<u32>input.free) | (16 << ((<u32>local) & 3)));
    }
  }

  /** The last packet of a VC has left in the ordinary way. */
  @inline static done<W>(net: Net, vc: CommonVc): void {
    if (sizeof<W>() != LARGE) return;
    const input = Place.portOf(net.vcsOfPorts, vc);
    input.free = <u8>((<u32>input.free) & ~(16 << ((<u32>vc.local) & 3)));
  }
}
