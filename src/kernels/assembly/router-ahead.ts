/**
 * Networks whose records fit no cache: a phase first looks at all that it will need, list after list, so that loads of many records are under way at once instead of one after the other.
 * What is loaded is summed up and stored, or the compiler would leave the loads out. On 64 x 64 routers that saves a tenth of the time, more where memory is busy.
 */
import { Net, Port, PORT_SHIFT, ROUTER_BYTES, Unit, UNIT_SHIFT, Vc, VC_SHIFT } from './router-records';

export class Ahead {
  /** VCs at which heads arrive; their routers and units. */
  static heads(net: Net, first: usize, end: usize): void {
    let sum: u32 = 0;
    for (let entry = first; entry < end; entry += 8) sum += load<u32>(<usize>load<u32>(entry));
    for (let entry = first; entry < end; entry += 8) {
      const router = changetype<Vc>(<usize>load<u32>(entry)).router;
      sum += load<u32>(router) + load<u32>(router + ROUTER_BYTES + ((<usize>load<u32>(entry, 4)) << UNIT_SHIFT));
    }
    net.touched += sum;
  }

  /** Units with claims; their ports; the VCs that claim and those that they may get. */
  static claims(net: Net, first: usize, end: usize): void {
    let sum: u32 = 0;
    for (let entry = first; entry < end; entry += 4) sum += load<u32>(<usize>load<u32>(entry));
    for (let entry = first; entry < end; entry += 4) sum += load<u32>(changetype<Unit>(<usize>load<u32>(entry)).port);
    for (let entry = first; entry < end; entry += 4) {
      const unit = changetype<Unit>(<usize>load<u32>(entry));
      const port = changetype<Port>(unit.port);
      sum += load<u32>(port.vcs + ((<usize>ctz<u64>(unit.claims)) << VC_SHIFT));
      sum += load<u32>(port.down + (((<usize>ctz<u32>((<u32>port.free) & unit.range)) & 15) << VC_SHIFT));
    }
    net.touched += sum;
  }

  /** Ports with bids; the input ports of the first bid. */
  static bids(net: Net, first: usize, end: usize): void {
    let sum: u32 = 0;
    for (let entry = first; entry < end; entry += 4) sum += load<u32>(<usize>load<u32>(entry));
    for (let entry = first; entry < end; entry += 4) {
      const port = changetype<Port>(<usize>load<u32>(entry));
      sum += load<u32>(port.ports + ((<usize>load<u8>(net.portOfVc + <usize>ctz<u64>(port.bids))) << PORT_SHIFT));
    }
    net.touched += sum;
  }

  /** Inputs that were granted an output; the VC that crosses; its buffer and the one at the other end. */
  static grants(net: Net, first: usize, end: usize): void {
    let sum: u32 = 0;
    for (let entry = first; entry < end; entry += 4) sum += load<u32>(Ahead.crossing(<usize>load<u32>(entry)));
    for (let entry = first; entry < end; entry += 4) {
      const vc = changetype<Vc>(Ahead.crossing(<usize>load<u32>(entry)));
      sum += load<u32>(vc.ring) + load<u32>(vc.down);
    }
    for (let entry = first; entry < end; entry += 4) {
      const ring = changetype<Vc>(changetype<Vc>(Ahead.crossing(<usize>load<u32>(entry))).down).ring;
      sum += load<u32>(ring);
    }
    net.touched += sum;
  }

  /** The VC of the first output that has granted an input. */
  @inline static crossing(address: usize): usize {
    const input = changetype<Port>(address);
    const output = changetype<Port>(input.ports + ((<usize>ctz<u32>(input.granted)) << PORT_SHIFT));
    return input.vcs + ((<usize>output.candidate) << VC_SHIFT);
  }
}
