/**
 * Records of the router kernel, as they lie in memory. Everything that one step touches is addressed directly; ../router-net.ts knows only the header.
 * Output ports compete for the switch; units, (output port, layer of VCs), for output VCs. Masks over the input VCs of a router have bit port * vcs + vc.
 */

/** Header: what the host writes and reads, and the heads of the lists that a cycle works through. */
@unmanaged
export class Net {
  // written by the host
  routers!: usize;
  nodes!: usize;
  ports!: usize; // of all routers together
  vcs!: u32;
  buffer!: u32; // flits per VC
  layers!: usize;
  choices!: usize;
  creditDelay!: u32; // cycles
  slowest!: usize; // cycles, the longest link
  portBase!: usize; // u32 per router and one more: its first port
  peer!: usize; // i32 per port: the port at the other end, -1 = local
  latency!: usize; // u32 per port: cycles of the channel that ends there
  portOfNode!: usize; // u32 per node
  layerLow!: usize; // u32 per layer: its first VC
  layerCount!: usize; // u32 per layer
  table!: usize; // u8: local unit of each hop of every path
  start!: usize; // u32 per (source router, destination node, choice): place of the first hop; 0 = a grid, where the way follows from coordinates
  keys!: usize; // of a grid, u32 per destination node: x | y << 8 | local << 16
  places!: usize; // of a grid, two u32 per router: x | y << 8 | unit of its first node << 16; units towards larger x, smaller x, larger y, smaller y, a byte each
  step!: u32; // added to a key at every hop
  claimDelay!: u32; // cycles from the arrival of a head to its first claim, less one; all ones = it claims in the cycle of its arrival
  bidDelay!: u32; // cycles from winning a VC to the first bid, less one
  crossDelay!: u32; // cycles through the switch, less one
  capacity!: u32; // packets that may wait at a node; 0 = any number
  policy!: u32; // of a full queue: 0 = wait all the same, 1 = drop the newest, 2 = drop the oldest
  arena!: usize; // memory for the records, zeroed
  packets!: usize; // records of packets, at the end of memory
  offers!: usize; // five u32 each: cycle, source, destination, flits, choice; in the order of cycles
  arrivals!: usize; // nine u32 each, written by the kernel
  arrivalCapacity!: usize;
  drops!: usize; // three u32 each, written by the kernel: number, source, cycle of the offer
  offerCount!: usize;
  // state, read by the host
  offerNext!: usize;
  arrivalCount!: usize;
  dropCount!: usize;
  cycle!: u32; // the next to be simulated
  alive!: usize; // packets in queues and in the network
  moves!: u32; // flits that have crossed a switch, modulo 2^32
  nodeRecords!: usize;
  nodeList!: usize; // nodes with packets to send
  nodeCount!: usize;
  nextId!: u32;
  freePacket!: usize; // list of free packet records
  // the kernel's own
  ringMask!: u32;
  vcBytes!: usize; // distance of two VC records: the record and its ring
  reach!: u32; // added to the window of a VC: cycles from the switch of the sender to there
  isLarge!: u32; // 1: records do not fit a cache; a phase first looks at all that it will need, so that their loads overlap
  touched!: u32; // sum of what was looked at, of no further use
  slotMask!: u32;
  channels!: usize; // most arrivals of one cycle
  records!: usize; // first router record
  routerOf!: usize; // u32 per port: router
  portRecord!: usize; // u32 per port: its record
  portOfVc!: usize; // u8 per local VC: its port
  portOfUnit!: usize; // u8 per local unit: its port
  ranges!: usize; // u32 per layer: its VCs
  heads!: usize; // calendar: [slot][channels] VC records at which a head arrives
  headCount!: usize; // u32 per slot
  bodies!: usize; // the same for all other flits
  bodyCount!: usize;
  claims!: usize; // the same for VCs that will claim, with a delay
  claimCount!: usize;
  bids!: usize; // the same for VCs that will bid, with a delay
  bidCount!: usize;
  pending!: usize; // entries of all
  saList!: usize; // ports with bids
  saCount!: usize;
  vaList!: usize; // units with claims: address of the claims, port record
  vaCount!: usize;
  grantList!: usize; // input ports with a grant, within a cycle
  blockedList!: usize; // VCs that wait for a credit
  blockedCount!: usize;
  nextList!: usize; // VCs whose next packet is routed in the coming cycle
  nextCount!: usize;
}

/** A port: as output what it is asked for, as input what it was granted. 64 bytes; the grant pointers of its output VCs follow at 48. */
@unmanaged
export class Port {
  bids!: u64; // input VCs that want to cross to here and may
  free!: u16; // output VCs that no packet holds
  listed!: u8; // 1 while it stands in the list of ports with bids
  isEjection!: u8;
  down!: usize; // VC record 0 at the other end; of a node: records that only count
  place!: u32; // of the router at the other end, in a grid
  grant!: u8; // first local VC of the input port at which an output looks first
  accept!: u8; // output port at which an input looks first
  firstVc!: u8; // VC of an input port at which the round robin starts
  spare!: u8;
  granted!: u32; // output ports that have granted this input
  candidate!: u8; // the VC that an output grants
  base!: u8; // local number of its VC 0
  local!: u8; // number within the router
  size!: u8; // ports of the router
  flits!: u32; // that left by it
  router!: usize; // router record; the records of its ports follow it
  vcs!: usize; // VC record 0 of the router
  turns!: u32; // of the router at the other end, in a grid
}
export const PORT_BYTES: usize = 64;
export const GRANTS: usize = 48;

/**
 * A router: the claims of its units, from unit 0 downwards (from the seventh on they lie before the record), then flits in its buffers in the low 16 bits, above them the sum of departure
 * cycles minus the sum of arrival cycles. Its ports follow, a line of the cache each.
 */
@unmanaged
export class Router {
  claims5!: u64;
  claims4!: u64;
  claims3!: u64;
  claims2!: u64;
  claims1!: u64;
  claims0!: u64; // input VCs that want an output VC of unit 0
  held!: i64;
  peak!: u32;
}
export const ROUTER_BYTES: usize = 64;
export const CLAIMS: usize = 40; // place of unit 0
export const CLAIMS_WITHIN: usize = 6;

/**
 * A virtual channel. Its buffer, a ring of flits that the sender writes ahead of time, follows the record, so that a channel of eight flits is one line of the cache. Counts of flits run on
 * freely, modulo 256.
 */
@unmanaged
export class Vc {
  sent!: u8; // flits that were sent here
  visible!: u8; // that have arrived
  popped!: u8; // that have left
  stage!: u8;
  accept!: u8; // local output VC at which it looks first
  out!: u8; // output VC that it holds
  local!: u8; // number within the router
  window!: u8; // cycles for which its sender does not know of a free place
  last!: u32; // cycle in which a flit last left
  history!: u32; // bit i: a flit left i cycles before `last`
  port!: usize; // output port that it holds
  down!: usize; // VC record at the other end of the output VC that it holds
  router!: usize;
}
export const VC_BYTES: usize = 32;
export const IDLE: u8 = 0;
export const CLAIMING: u8 = 1;
export const ACTIVE: u8 = 2;

/** The sender's end of a node. */
@unmanaged
export class Node {
  first!: usize; // packets that wait
  last!: usize;
  sending!: usize; // packet that is being sent
  left!: u32; // flits of it
  vc!: i32; // VC of the last packet, -1 before the first
  vcs!: usize; // VC record 0 of its input port
  place!: u32; // of its router, in a grid
  turns!: u32;
  start!: usize; // keys of its router's packets
  waiting!: u32; // packets
  stalled!: u32; // packets that found the queue full and waited
  offered!: u32; // packets
  delivered!: u32; // packets
}
export const NODE_BYTES: usize = 52;

/** Packets lie in blocks of 16: first a line of the cache with their keys (place of the next hop in the table or coordinates; in the high byte the routers behind), then what is needed only at the ends. */
@unmanaged
export class Packet {
  next!: usize;
  source!: u32;
  destination!: u32;
  shape!: u32; // flits in the low byte, choice above
  ready!: u32; // cycle in which it came to the front of its queue with nothing before it
  id!: u32;
  created!: u32;
  injected!: u32;
}
export const PACKET_BYTES: usize = 32;
export const BLOCK_BYTES: usize = 576;
export const BLOCK_KEYS: usize = 64;
export const ARRIVAL_BYTES: usize = 36;

/** A flit: packet, head and tail, and in a head the local unit of this hop. */
export const HEAD: u32 = 64;
export const TAIL: u32 = 128;
export const UNIT_MASK: u32 = 63;
export const PACKET_SHIFT: u32 = 8;
export const KEY_MASK: u32 = 0xffffff; // place in the table; above it, the routers behind
/** `claimDelay` of routers that are told the way of a packet by the one before. */
export const EARLY: u32 = 0xffffffff;
