/** What a network of routers in WebAssembly memory is made of, its limits, and what its lists look like. */

/** What a network is made of. Ports are numbered through all routers. */
export interface RouterTables {
  readonly nodes: number;
  readonly vcs: number; // per port
  readonly buffer: number; // flits per VC
  readonly creditDelay: number; // cycles
  readonly iterations: number; // of iSLIP; more than one not with trees
  /** Allocators: iSLIP, or separable, input first, without or with speculation; the latter not with trees. */
  readonly matching: 'islip' | 'separable' | 'speculative';
  /** Cycles of the stages; all 1 in the standard pipeline, routing 0 when the router before has looked ahead. */
  readonly stages: {
    readonly routing: number;
    readonly vcAllocation: number;
    readonly switchAllocation: number;
    readonly switchTraversal: number;
  };
  /** Packets that may wait at a node, Infinity = any number, and what becomes of one too many. */
  readonly queue: {
    readonly capacity: number;
    readonly policy: 'stall' | 'drop-newest' | 'drop-oldest' | 'expire';
    readonly lifetime: number; // cycles after which a packet that waits is thrown away, Infinity = never
  };
  readonly portBase: Int32Array; // first port of each router, one more at the end
  readonly peer: Int32Array; // port at the other end, -1 = local port
  readonly latency: Int32Array; // cycles of the channel that ends at the port
  readonly portOfNode: Int32Array;
  /** First VC and number of VCs of each layer. */
  readonly layers: readonly (readonly [low: number, count: number])[];
  /** Ways between which packets choose. */
  readonly choices: number;
  /** One byte per hop: local output port * layers + layer; the local port of a node counts as layer 0. */
  readonly hops: Uint8Array;
  /** Where the hops of (source router, destination node, choice) begin; the byte before says which layer the packet is injected in, 255 = any VC. Absent when the destination alone tells the way: then `hops` has one for every (router, destination node), and packets enter by any VC. */
  readonly start?: Uint32Array;
  /** Present: packets go to sets of nodes along trees (`addTree`) and part at routers; the most ports of a router. `hops`, `start` and `grid` are not used. */
  readonly mostBranches?: number;
  /**
   * Present: packets choose between links at every router, which takes one layer, no `start`, and in `hops` the local port of a node at its own router and CHOOSES at every other.
   */
  readonly options?: RouterOptions;
  /** A grid in which packets go along x, then along y, then out to their node, by coordinates instead of `hops`. */
  readonly grid?: {
    /** Coordinates of each destination node: x | y << 8 | number within its router << 16. */
    readonly keys: Uint32Array;
    /** Two words per router: x | y << 8 | byte of a hop to its first node << 16; bytes of the hops towards larger x, smaller x, larger y, smaller y. */
    readonly places: Uint32Array;
    /** Of a torus: routers along x and y, and whether ties are drawn (choice: bit 0 towards smaller x, bit 1 towards smaller y) or go towards larger coordinates from even ones. Layer 1 is of packets that cross the wrap. */
    readonly wraps?: { readonly width: number; readonly height: number; readonly drawn: boolean };
  };
}

/** Links between which packets choose. */
export interface RouterOptions {
  /** Lists of local ports: how many, the one of the escape link (255 = none), all of them. */
  readonly lists: Uint8Array;
  /** Where the list of each (router, router of the destination) begins; with `columns` twice, first for packets from other columns. */
  readonly start: Uint32Array;
  /** Column of each router. */
  readonly columns?: Uint32Array;
  /** VC 0 of every link is an escape layer, which packets of one flit may leave again or nobody. */
  readonly escape: 'none' | 'may be left' | 'is kept';
}

/** A byte of `hops` where a packet chooses. */
export const CHOOSES = 63;

/** Limits of the kernel. */
export const ROUTER_LIMITS = {
  vcsPerRouter: 64,
  portsPerRouter: 32,
  vcs: 16,
  window: 28, // cycles, a link (or 4 to a node and the switch) and the credit delay together
  tableBytes: 2 ** 24,
  commonTableBytes: 2 ** 26, // of common routers
  side: 255, // of a grid with coordinates
  wrapNodes: 16, // of a router of a torus with coordinates
  routers: 250, // on a way
  cycles: 2 ** 32 - 2 ** 16,
  packets: 2 ** 24 - 1, // that wait or travel
} as const;

/** Whether routers are common ones, for which the kernel has a text with their numbers in it (assembly/router-common.ts), and whose packets may have longer tables of paths. */
export function areCommon(tables: Omit<RouterTables, 'choices' | 'hops'>): boolean {
  const { vcs, buffer, creditDelay, iterations, matching, stages, queue, mostBranches, options } = tables;
  return (
    mostBranches === undefined &&
    options === undefined &&
    vcs === 4 &&
    buffer === 8 &&
    creditDelay < 4 &&
    iterations === 1 &&
    matching === 'islip' &&
    stages.routing + stages.vcAllocation === 2 &&
    stages.switchAllocation === 1 &&
    stages.switchTraversal === 1 &&
    queue.lifetime === Infinity
  );
}

/** Numbers of one offered packet: cycle, source, destination, flits, choice. With trees a set of destinations, and instead of the choice the number that tells of the packet. */
export const OFFER_WORDS = 5;
/** Numbers of one arrival: number of the packet in the order of offers, source, destination, flits, cycle of the offer, of the injection, of the arrival, routers traversed, cycle in which it was next to be sent. */
export const ARRIVAL_WORDS = 9;
/** Numbers of one drop: number of the packet, source, cycle of the offer, destination (or set of destinations). */
export const DROP_WORDS = 4;
/** Numbers of one VC in `holdings`; the last is the length of the packet. */
export const HOLDING_WORDS = 8;
/** How much is handed to the kernel and told by it at once. */
export interface RouterRooms {
  readonly offers: number;
  readonly arrivals: number;
}

/** What the routers have done so far. */
export interface RouterCounts {
  readonly portFlits: Float64Array; // that left by each port
  readonly held: Float64Array; // flits in the buffers of each router now
  readonly peak: Float64Array; // most there ever were
  readonly flitCycles: Float64Array; // sum of departure cycles minus sum of arrival cycles, per router
  readonly stalled: Float64Array; // packets of each node that found its queue full and waited
  readonly offered: Float64Array; // packets of each node
  readonly delivered: Float64Array; // packets to each node, those included whose last flit is on its way from the last router
  readonly copies: Float64Array; // flits that left each router one way and stayed for another
  readonly injected: Float64Array; // flits that entered at each node
}
