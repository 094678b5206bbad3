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
  table!: usize; // u8: local unit of each hop of every path; or, without `start` and `places`, of the hop of every (router, destination node)
  start!: usize; // u32 per (source router, destination node, choice): place of the first hop; 0 = the destination alone tells the way
  keys!: usize; // u32 per destination node: its key; of a grid x | y << 8 | local << 16
  places!: usize; // 0 = hops stand in the table; of a grid, two u32 per router: x | y << 8 | unit of its first node << 16; units towards larger x, smaller x, larger y, smaller y, a byte each
  step!: u32; // added to a key at every hop
  claimDelay!: u32; // cycles from the arrival of a head to its first claim, less one; all ones = it claims in the cycle of its arrival
  bidDelay!: u32; // cycles from winning a VC to the first bid, less one
  crossDelay!: u32; // cycles through the switch, less one
  capacity!: u32; // packets that may wait at a node; 0 = any number
  policy!: u32; // of a full queue: 0 = wait all the same, 1 = drop the newest, 2 = drop the oldest
  lifetime!: u32; // cycles after which a packet that waits is thrown away; 0 = never
  iterations!: u32; // of iSLIP; more than one only along tables
  matching!: u32; // of both allocators: ISLIP, SEPARABLE, SPECULATIVE
  options!: usize; // of adaptive packets (router-options.ts): u32 per (source in the column or not, router, router of the destination): place of a list of links; 0 = none are
  optionLists!: usize; // u8: how many ports, the port of the escape link, the ports
  columns!: usize; // u32 per router: its column; 0 = the source does not count
  escape!: u32; // of adaptive packets: 0 = no escape layer, 1 = VC 0 of every link, which single flits may leave again, 2 = which nobody leaves
  wraps!: u32; // of a torus by coordinates: routers along x | along y << 8 | 1 << 16 where ties are drawn (router-wraps.ts); 0 = none
  isCommon!: u32; // routers are common ones (`areCommon` in ../router-tables.ts)
  branches!: usize; // most ways that a packet leaves a router by; 0 = one, along the table
  treeGroups!: usize; // four u32 per destination set: its place at the source, the layer in which it is injected (255 = any VC), destinations, spare
  treePlaces!: usize; // u32 per place of all trees and one more: its first branch
  treeBranches!: usize; // two u32 per branch: local unit; place at the other end, or the node at a port to a node
  arena!: usize; // memory for the records, zeroed
  packets!: usize; // records of packets, at the end of memory
  offers!: usize; // five u32 each: cycle, source, destination (or set of them), flits, choice (with trees: number of the packet); in the order of cycles
  arrivals!: usize; // nine u32 each, written by the kernel
  arrivalCapacity!: usize;
  drops!: usize; // four u32 each, written by the kernel: number, source, cycle of the offer, destination
  offerCount!: usize;
  // state, read by the host
  offerNext!: usize;
  arrivalCount!: usize;
  dropCount!: usize;
  cycle!: u32; // the next to be simulated
  alive!: usize; // packets in queues and in the network, once for each of their destinations
  moves!: u32; // flits that have crossed a switch, modulo 2^32
  nodeRecords!: usize;
  nodeList!: usize; // nodes with packets to send
  nodeCount!: usize;
  nextId!: u32;
  freePacket!: usize; // list of free packet records
  // the kernel's own
  ringMask!: u32;
  ringBytes!: usize; // of a VC
  ejectionFills!: u32; // 1: places behind a port to a node can be used up before their credits are back
  vcShift!: usize; // a VC record has 1 << vcShift bytes
  kind!: usize; // size of the type of its kind: COMMON, PLAIN, GRID; 0 = any other
  slotMask!: u32;
  channels!: usize; // most arrivals of one cycle
  routerOf!: usize; // u32 per port: router
  portRecord!: usize; // u32 per port: its record
  portOfVc!: usize; // u8 per local VC: its port
  calendar!: usize; // a Slot per cycle ahead
  delayBytes!: usize; // of a list of those that will claim, or bid
  claims!: usize; // [slot] VC records that will claim, with a delay
  claimCount!: usize;
  bids!: usize; // the same for VCs or branches that will bid, with a delay
  bidCount!: usize;
  pending!: usize; // entries of all
  saList!: usize; // ports with bids, each once
  saCount!: usize;
  vaList!: usize; // units with claims
  vaCount!: usize;
  grantList!: usize; // input ports with a grant, within a cycle
  linkList!: usize; // (VC, output port) of the flits that go on to another router, within a cycle
  nodeEndList!: usize; // the same of those that leave for a node
  blockedList!: usize; // VCs or branches that wait for a credit
  blockedCount!: usize;
  nextList!: usize; // VCs whose next packet is routed in the coming cycle
  nextCount!: usize;
  choosingList!: usize; // VCs whose adaptive packet has claimed nothing yet
  choosingCount!: usize;
  guessList!: usize; // (VC, output port) of claims that bid for the switch in the same cycle
  guessCount!: usize;
  besides!: usize; // what speculation notes beside the ports (router-separable.ts)
  rounds!: usize; // claims of a port by output VC (router-claims.ts)
  // of common routers (router-common-records.ts)
  commonPorts!: usize;
  vcsOfPorts!: usize; // added to the address of a port times 8: its VCs
  nodeEnd!: usize; // VC record behind every port to a node
  ejected!: usize; // u32 per place of a port: flits that left by it for a node
  wayOf!: usize; // per packet: key of its head; along paths a way
  wayCount!: usize;
  isWide!: u32; // 1: records lie beyond the near caches
  crossings!: usize; // of packets that crossed ahead of time (router-alone.ts), of even cycles and of odd ones
}

/** Flits that arrive in one cycle, in two lists: heads, and all others. An entry is a VC record and, in the high word, the unit that its front flit asks for (`Step.asked`). */
@unmanaged
export class Slot {
  headsEnd!: usize;
  bodiesEnd!: usize;
  heads!: usize;
  bodies!: usize;
}
export const SLOT_SHIFT: usize = 4;

/** A port: as output what it is asked for, as input what it was granted. 64 bytes; the grant pointers of its output VCs follow at 48. Round-robin pointers may stand one behind the last. */
@unmanaged
export class Port {
  bids!: u64; // input VCs that want to cross to here and may
  free!: u16; // output VCs that no packet holds
  turn!: u8; // with several iterations: 1 for an input that was matched in the first, 2 in a later one, which moves no pointers
  isEjection!: u8;
  ports!: usize; // port record 0 of the router
  row!: u32; // of the router at the other end: its hops in the table; in a grid its place
  grant!: u8; // first local VC of the input port at which an output looks first
  accept!: u8; // output port at which an input looks first
  firstVc!: u8; // VC of an input port at which the round robin starts
  candidate!: u8; // the VC that an output grants
  granted!: u32; // output ports that have granted this input
  base!: u8; // local number of its VC 0
  local!: u8; // number within the router
  behind!: u8; // local number of VC 0 of the next port
  delay!: u8; // cycles from the switch to the buffer at the other end
  flits!: u32; // that left by it
  down!: usize; // VC record 0 at the other end; of a node: records that only count
  vcs!: usize; // VC record 0 of the router
  turns!: u32; // of the router at the other end, in a grid
}
export const PORT_BYTES: usize = 64;
export const PORT_SHIFT: usize = 6;
export const GRANTS: usize = 48;
/** A router: flits in its buffers in the low 16 bits, above them the sum of departure cycles minus the sum of arrival cycles. Its units follow. */
@unmanaged
export class Router {
  held!: i64;
  peak!: u32;
  copies!: u32; // flits that went one way and stayed for another
  number!: usize;
  ports!: usize; // its port record 0
}
/** More than a router takes: its units, of sixteen bytes, then lie in one cache line each. */
export const ROUTER_BYTES: usize = 32;

/** Output VCs of one layer at one output port, and who wants them. */
@unmanaged
export class Unit {
  claims!: u64; // input VCs
  port!: usize;
  range!: u32; // its VCs; all bits at a port to a node, whose VCs belong to every layer
}
export const UNIT_BYTES: usize = 16;
export const UNIT_SHIFT: usize = 4;

/** A virtual channel. Counts of flits run on freely, modulo 256. */
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
  port!: usize; // output port that it holds; with trees: its branches
  down!: usize; // VC record at the other end of the output VC that it holds; with trees: a bit for each output port that its packet still goes to; of an adaptive packet that claims: the output VCs it may be given
  router!: usize;
  ring!: usize; // its buffer, flits that the sender writes ahead of time; the high word of one that has left becomes the first cycle in which the sender knows
  bit!: u64; // 1 << local
}
export const VC_BYTES: usize = 32;
export const VC_SHIFT: usize = 5;
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
  key!: u32; // of it
  vc!: i32; // VC of the last packet, -1 before the first
  vcs!: usize; // VC record 0 of its input port
  row!: u32; // of its router, as in a port
  turns!: u32;
  start!: usize; // keys of its router's packets
  waiting!: u32; // packets
  stalled!: u32; // packets that found the queue full and waited
  offered!: u32; // packets
  delivered!: u32; // packets
  flits!: u32; // that entered the network
  ports!: usize; // port record 0 of its router
}
export const NODE_BYTES: usize = 64;

/** A way out of a VC for packets that part: one record per output port of the router, behind them a byte for each of the ways of a packet: output VC at which it looks first. */
@unmanaged
export class Branch {
  down!: usize; // VC record at the other end of the output VC that it holds
  port!: usize; // output port
  vc!: usize; // whose branch it is
  next!: u32; // place of the tree at the other end, or node
  sent!: u8; // number of the next flit that goes this way, counted like `popped`
  stage!: u8;
  out!: u8; // output VC that it holds
  rank!: u8; // among the ways of its packet
}
export const BRANCH_SHIFT: usize = 5;

@unmanaged
export class Packet {
  next!: usize; // in a list; in the network, with trees: destinations that it has not reached
  source!: u32;
  destination!: u32;
  shape!: u32; // flits in the low byte, choice above
  ready!: u32; // cycle in which it came to the front of its queue with nothing before it
  id!: u32;
  created!: u32;
  injected!: u32;
}
export const PACKET_BYTES: usize = 32;
export const PACKET_SHIFT: usize = 5;
export const ARRIVAL_BYTES: usize = 36;

/** A flit, 64 bits: local unit of this hop, head and tail, packet; in the high word its key: place of the next hop in the table, destination or coordinates, above it the routers behind. */
export const HEAD: u32 = 64;
export const TAIL: u32 = 128;
export const UNIT_MASK: u32 = 63;
export const INDEX_SHIFT: u32 = 8;
export const FLIT_SHIFT: usize = 3;
export const KEY_MASK: u32 = 0xffffff;
/** Bytes of the key of a packet; along paths, of a way: place of the next hop in the table (u32), layer in which it is injected (u8), routers behind (u8 at 7), the hops ahead of it up to the next that is a multiple of eight. */
export const KEY_SHIFT: usize = 2;
export const WAY_SHIFT: usize = 4;
/** What a hop adds to its first eight bytes: a router behind, and the next place of the table. */
export const WAY_STEP: u64 = 0x100000000000001;
export const WAY_LAYER: usize = 4;
export const WAY_ROUTERS: usize = 7;
export const WAY_HOPS: usize = 8;
/**
 * Kinds of networks, told apart when the kernel is compiled, by the size of a type, `Adaptive` by its sign: packets follow tables, or trees; or whole paths, or tables of a hop per destination, or
 * coordinates, between the most common routers, whose numbers then stand in the text (4 VCs of 8 flits, standard stages).
 */
export type Tables = u8;
export type Trees = u16;
export type Adaptive = i8; // along tables, but that packets choose between links: as `Tables` wherever sizes count
export type Common = u32;
export type Plain = u64;
export type Grid = v128;
/** Whether the records of a network lie in the near caches, told apart in the same way. */
export type Small = u8;
export type Large = u16;
export const LARGE: usize = 2;
export const TREES: usize = 2;
export const COMMON: usize = 4;
export const PLAIN: usize = 8;
export const GRID: usize = 16;
/** Unit that a head asks for where its packet chooses between links. */
export const CHOOSES: u32 = UNIT_MASK;
export const ISLIP: u32 = 0;
export const SEPARABLE: u32 = 1;
export const SPECULATIVE: u32 = 2;
export const COMMON_VCS: u32 = 4;
export const COMMON_BUFFER: u32 = 8;
/** `claimDelay` of routers that are told the way of a packet by the one before. */
export const EARLY: u32 = 0xffffffff;
