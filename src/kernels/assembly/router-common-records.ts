/**
 * Records of common routers (kinds COMMON, PLAIN and GRID: 4 VCs of 8 flits, see router-common.ts), packed: a flit of a large network finds hardly anything in the near caches that it needs, so what
 * counts is how many lines its hop touches in how many cycles. Ports of all routers lie in one array, two to a line, those of opposite directions together; VCs lie in another in the same order, so
 * that they are found without pointers. Ports of a router begin at an even place.
 */
import { Net, UNIT_MASK } from './router-records';

/** A port, as `Port`. 32 bytes; its numbers within the router follow from `local`: its VCs begin at 4 * local. */
@unmanaged
export class CommonPort {
  bids!: u64; // input VCs that want to cross to here and may
  claims!: u64; // input VCs that want one of its output VCs
  grants!: u32; // a byte per output VC: the input VC at which it looks first
  granted!: u16; // output ports that have granted this input; 0 but between the halves of the switch
  free!: u8; // output VCs that no packet holds; above them, in large networks, its VCs whose packets did not cross alone (router-alone.ts)
  local!: u8; // number within the router
  grant!: u8; // first local VC of the input port at which an output looks first
  accept!: u8; // output port at which an input looks first
  firstVc!: u8; // VC of an input port at which the round robin starts
  candidate!: u8; // the VC that an output grants
  down!: usize; // VC record 0 at the other end; of a port to a node `net.nodeEnd`
}
export const COMMON_PORT_SHIFT: usize = 5;
export const COMMON_GRANTS: usize = 16;
export const COMMON_CLAIMS: usize = 8;
/** Behind the header: of a port in turn, the claims that each output VC may be given to (u64); u32 per local unit: its port, counted in bytes of records, and the output VCs of its layer. */
export const CLAIMS_BY_VC: usize = (offsetof<Net>() + 15) & ~15;
export const ASKED_OF_UNIT: usize = CLAIMS_BY_VC + 32;
export const HEADER_BYTES: usize = ASKED_OF_UNIT + (<usize>UNIT_MASK + 1) * 4;
/** Low bits of the address of a port in what is asked along paths: the output VCs of a layer. */
export const ASKED_VCS: usize = 31;

/** A virtual channel, to `port` as `Vc`. Behind it stands its buffer, flits of 32 bits without their key (`net.wayOf`): one cache line in all. What stands in the place of a flit that has left: the first cycle in which the sender knows. */
@unmanaged
export class CommonVc {
  near!: u8; // written to bring the record near
  delay!: u8; // cycles from the switch of the router at the other end to its buffer
  popped!: u8;
  stage!: u8;
  accept!: u8;
  out!: u8; // along paths, while it claims: the output VCs of its layer
  local!: u8;
  window!: u8;
  port!: usize; // output port that it holds
  sent!: u32; // flits that were sent here, modulo 2^32
  router!: usize;
  last!: u32; // the last flit that left and was not the last of its packet
  held!: i64; // flits in its buffer in the low 16 bits, above them the sum of departure cycles minus the sum of arrival cycles
}
export const COMMON_VC_SHIFT: usize = 6;
export const COMMON_RING: usize = 32;
export const COMMON_FLIT_SHIFT: usize = 2;

/** A router. */
@unmanaged
export class CommonRouter {
  held!: u32; // flits in its buffers in the low 16 bits, above them the most there ever were
  row!: u32; // its hops in the table; in a grid its place
  turns!: u32; // in a grid
  ports!: usize; // its port record 0

  /** `held` when a flit has arrived. */
  @inline static withOneMore(held: u32): u32 {
    const now = held + 1;
    return (now & 0xffff) > now >> 16 ? now + 0x10000 : now;
  }
}
export const COMMON_ROUTER_BYTES: usize = 16;

/** Bytes of the VCs of a port for each byte of its record, as a shift. */
const VCS_PER_PORT: usize = COMMON_VC_SHIFT + 2 - COMMON_PORT_SHIFT;

/** Where things stand beside a port. */
export class Place {
  /** VC record 0 of the input port, or with port record 0 of the router, at an address; `vcsOfPorts` is that of the network. */
  @inline static vcs(vcsOfPorts: usize, ports: usize): usize {
    return (ports << VCS_PER_PORT) + vcsOfPorts;
  }

  /** VC record 0 of the router of a port. */
  @inline static vcsBeside(vcsOfPorts: usize, port: CommonPort): usize {
    return Place.vcs(vcsOfPorts, Place.first(port));
  }

  /** The input port of a VC. */
  @inline static portOf(vcsOfPorts: usize, vc: CommonVc): CommonPort {
    const bytes: usize = 1 << COMMON_PORT_SHIFT;
    return changetype<CommonPort>(((changetype<usize>(vc) - vcsOfPorts) >> VCS_PER_PORT) & ~(bytes - 1));
  }

  /** Port record 0 of the router of a port. */
  @inline static first(port: CommonPort): usize {
    return changetype<usize>(port) - ((<usize>port.local) << COMMON_PORT_SHIFT);
  }
}
