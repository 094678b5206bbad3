/**
 * State of all routers of a network, as arrays. Input and output VCs share one numbering (layout.ts): entry vc of an input array is the buffer of a VC,
 * entry vc of an output array is what the sender knows about the buffer at the other end. The senders' side of the node channels follows the routers' VCs.
 */
import type { NocLayout } from '../design/layout.ts';

/** What an input VC is doing. */
export const IDLE = 0;
/** Its packet is being routed, or routed and in want of an output VC. */
export const CLAIMING = 1;
/** Its packet holds an output VC. */
export const ACTIVE = 2;

/**
 * The arrays. Every input VC has `branches` requests, one for each way that its packet leaves by: one without multicast. Request q of VC vc is number vc * branches + q.
 */
export class RouterState {
  /** Requests per input VC. */
  readonly branches: number;
  // input side, one per input VC
  readonly fifo: Int32Array; // [vc][buffer] flits, a ring
  readonly fifoHead: Int32Array; // place of the first flit
  readonly fifoCount: Int32Array;
  readonly gone: Int32Array; // flits of the packet at the front that have left the buffer
  readonly open: Int32Array; // branches of the packet at the front that are not served to the end; 0 = none is routed
  // one per request
  readonly stage: Uint8Array;
  readonly ready: Float64Array; // first cycle in which it may claim or bid
  readonly outPort: Int32Array; // output port that it wants
  readonly lowVc: Int32Array; // output VCs that it may use: first ...
  readonly highVc: Int32Array; // ... and one past the last, absolute
  readonly mostBehind: Int32Array; // flits that may be behind a VC which it claims: all of a buffer, but where an adaptive packet must not wait in it
  readonly outVc: Int32Array; // output VC that it holds
  readonly sent: Int32Array; // flits of the packet that have gone this way
  readonly slot: Int32Array; // slot of the packet or copy that goes this way
  readonly listPlace: Int32Array; // place in the list of its router
  readonly acceptPointer: Int32Array; // iSLIP: local output VC at which it looks first
  // output side, one per output VC of routers and, after them, of nodes
  readonly occupied: Int32Array; // flits sent and not yet credited
  readonly inUse: Uint8Array; // held by a packet
  readonly grantPointer: Int32Array; // iSLIP: local request at which an output VC looks first
  // one per port
  readonly firstVc: Int32Array; // local request of an input port at which the round robin starts
  readonly switchGrant: Int32Array; // iSLIP: local input port at which an output port looks first
  readonly switchAccept: Int32Array; // iSLIP: local output port at which an input port looks first
  // one per router: requests that claim an output VC, and active ones with a flit to send; unordered
  readonly claims: Int32Array; // [router][ports * vcs * branches]
  readonly bids: Int32Array;
  readonly claimCount: Int32Array;
  readonly bidCount: Int32Array;
  /** Routers with claims or bids, unordered; the last entry says how many. */
  readonly busy: Int32Array;
  readonly isBusy: Uint8Array;

  constructor(layout: NocLayout, branches = 1) {
    const vcs = layout.ports * layout.vcs;
    const requests = vcs * branches;
    const outVcs = (layout.ports + layout.nodes) * layout.vcs;
    this.branches = branches;
    this.fifo = new Int32Array(vcs * layout.buffer);
    this.fifoHead = new Int32Array(vcs);
    this.fifoCount = new Int32Array(vcs);
    this.gone = new Int32Array(vcs);
    this.open = new Int32Array(vcs);
    this.stage = new Uint8Array(requests);
    this.ready = new Float64Array(requests);
    this.outPort = new Int32Array(requests);
    this.lowVc = new Int32Array(requests);
    this.highVc = new Int32Array(requests);
    this.mostBehind = new Int32Array(requests);
    this.outVc = new Int32Array(requests);
    this.sent = new Int32Array(requests);
    this.slot = new Int32Array(requests);
    this.listPlace = new Int32Array(requests);
    this.acceptPointer = new Int32Array(requests);
    this.occupied = new Int32Array(outVcs);
    this.inUse = new Uint8Array(outVcs);
    this.grantPointer = new Int32Array(vcs);
    this.firstVc = new Int32Array(layout.ports);
    this.switchGrant = new Int32Array(layout.ports);
    this.switchAccept = new Int32Array(layout.ports);
    this.claims = new Int32Array(requests);
    this.bids = new Int32Array(requests);
    this.claimCount = new Int32Array(layout.routers);
    this.bidCount = new Int32Array(layout.routers);
    this.busy = new Int32Array(layout.routers + 1);
    this.isBusy = new Uint8Array(layout.routers);
  }

  /** The arrays that make up the state. */
  arrays(): Record<string, Int32Array | Uint8Array | Float64Array> {
    return Object.fromEntries(Object.entries(this).filter(([, value]) => ArrayBuffer.isView(value)));
  }
}
