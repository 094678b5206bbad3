/** What happens to the packet at the front of a VC of a common router; compiled into the phases of router-common.ts (every method is inlined). */
import { COMMON_PORT_SHIFT, CommonPort, CommonRouter, CommonVc, Place } from './router-common-records';
import { Alone } from './router-alone';
import { Ways } from './router-common-ways';
import { Nodes } from './router-nodes';
import { ACTIVE, CLAIMING, COMMON_VCS, HEAD, IDLE, INDEX_SHIFT, Net, Packet, Port, TAIL, UNIT_MASK, Vc } from './router-records';
import { Step } from './router-step';

export class Flits {
  /** An input VC takes the first of the output VCs `offered`, at or after its pointer, and bids if there is room. Returns the end of the list of bidders. */
  @inline static give<K>(net: Net, vcsOfPorts: usize, port: CommonPort, local: u64, offered: u32, t: u32, bidder: usize): usize {
    const vc = changetype<CommonVc>(Step.vcAt<K>(Place.vcsBeside(vcsOfPorts, port), <usize>local));
    const base = (<u32>port.local) << 2;
    const from = <u32>vc.accept - base;
    const start = from < COMMON_VCS ? from : 0;
    const after = (offered >> start) << start;
    const out = ctz<u32>(after ? after : offered);
    const down = Step.vcAt<K>(port.down, out);
    vc.accept = <u8>(base + out + 1);
    vc.out = <u8>out;
    vc.port = changetype<usize>(port);
    vc.stage = ACTIVE;
    Step.taken<K>(changetype<Port>(port), out, local);
    if (!Step.mayHaveRoom<K>(net, down, t + 1)) {
      Step.block(net, changetype<usize>(vc));
      return bidder;
    }
    const bids = port.bids;
    port.bids = bids | ((<u64>1) << local);
    store<u32>(bidder, <u32>changetype<usize>(port));
    return bidder + (bids == 0 ? 4 : 0);
  }

  /** The flit at the front of a VC goes on to another router. */
  @inline static goOn<K, W>(net: Net, vc: CommonVc, output: CommonPort, t: u32): void {
    const popped = <u32>vc.popped;
    const flit = Flits.pop<K>(net, vc, popped, t);
    const down = changetype<CommonVc>(Step.vcAt<K>(output.down, <usize>vc.out));
    const sent = down.sent;
    const router = changetype<CommonRouter>(down.router);
    let unit: u32 = 0;
    if (flit & HEAD) {
      unit = Ways.hop<K>(net, router, flit);
    }
    store<u32>(Step.place<K>(net, changetype<Vc>(down), sent), (flit & ~UNIT_MASK) | unit);
    down.sent = sent + 1;
    // heads have the first list of a slot, others the second
    const slot = changetype<usize>(Step.slot(net, t + <u32>down.delay)) + (((<usize>(flit & HEAD)) >> 4) ^ 4);
    const last = <usize>load<u32>(slot);
    store<u64>(last, (<u64>changetype<usize>(down)) | (Step.asked<K>(net, router.ports, unit) << 32));
    store<u32>(slot, <u32>(last + 8));
    Flits.passed<K, W>(net, vc, output, flit, t);
  }

  /** The flit at the front of a VC leaves for a node. */
  @inline static leave<K, W>(net: Net, vc: CommonVc, output: CommonPort, t: u32): void {
    const popped = <u32>vc.popped;
    const flit = Flits.pop<K>(net, vc, popped, t);
    if (flit & TAIL) {
      const packet = changetype<Packet>(Step.packetAt(net, flit >> INDEX_SHIFT));
      Nodes.arrive(net, packet, packet.destination, Ways.routers<K>(net, flit), t + 3);
      Nodes.free(net, packet);
    }
    const count = net.ejected + ((changetype<usize>(output) - net.commonPorts) >> (COMMON_PORT_SHIFT - 2));
    store<u32>(count, load<u32>(count) + 1);
    Flits.passed<K, W>(net, vc, output, flit, t);
  }

  /** Takes flit number `popped` out of a VC. */
  @inline static pop<K>(net: Net, vc: CommonVc, popped: u32, t: u32): u32 {
    const place = Step.place<K>(net, changetype<Vc>(vc), popped);
    const flit = load<u32>(place);
    store<u32>(place, t + 1 + <u32>vc.window);
    vc.popped = <u8>(popped + 1);
    changetype<CommonRouter>(vc.router).held--;
    return flit;
  }

  /** What a flit leaves behind: its output VC is free again behind the last of a packet; the next flit of its VC bids, the next packet is routed. */
  @inline static passed<K, W>(net: Net, vc: CommonVc, output: CommonPort, flit: u32, t: u32): void {
    const held = vc.held + (((<i64>t) << 16) - 1);
    vc.held = held;
    const left = (<u32>held) & 0xffff;
    if (flit & TAIL) {
      output.free = <u8>((<u32>output.free) | (1 << (<u32>vc.out)));
      const goesOn: usize = left != 0 ? 1 : 0;
      vc.stage = goesOn ? CLAIMING : IDLE;
      const count = net.nextCount;
      store<u32>(net.nextList + (count << 2), <u32>changetype<usize>(vc));
      net.nextCount = count + goesOn;
      if (!goesOn) Alone.done<W>(net, vc);
    } else {
      vc.last = flit;
      if (left != 0) Step.bid<K>(net, changetype<Vc>(vc), t + 1);
    }
  }
}
