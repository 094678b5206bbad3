/**
 * What is counted of packets that arrive, in bulk: latencies by their length, a series of them, what the receiver of each flow sees, and sums over steps of time. Rows are those of the
 * router (router-records.ts); what the figures mean stands in src/noc/measure/packet-statistics.ts and measure-record.ts.
 */

@unmanaged
class Tally {
  start!: u32; // packets offered in [start, end) are measured
  end!: u32;
  nodes!: u32;
  longest!: u32; // latencies below are counted
  latencies!: usize; // u32 per cycle
  networkLatencies!: usize; // the same from the injection on
  series!: usize; // u32 per measured packet, in the order of arrival
  seriesRoom!: u32;
  packets!: u32; // measured ones that have arrived
  flows!: usize; // a record each, found by its pair of nodes
  flowMask!: u32; // records less one
  flowFactor!: u32;
  flowShift!: u32;
  flowRoom!: u32;
  flowCount!: u32;
  bySource!: usize; // f64 per node: flits that arrived in [start, end)
  steps!: usize; // three f64 per step: packets, sum of latencies, flits
  stepCycles!: u32;
  stepFrom!: u32; // first cycle of the last step that was written to
  step!: u32;
  offered!: f64; // sum over the measured packets of the cycle of their offer
  routers!: f64; // and of the routers behind them
}

@unmanaged
class Flow {
  packets!: u32; // 0 = no flow
  pair!: u32;
  last!: u32; // latency of the packet before
  newest!: u32; // number of the latest packet, and one more
  sum!: f64; // of latencies
  squares!: f64;
  jitter!: f64; // sum of changes
  reordered!: u32;
  near!: u32; // nobody reads it
}
const FLOW_SHIFT: usize = 6;
const ROW: usize = 36;
const STEPS: u64 = 8192;

/** Sizes that packet-tally.ts has to know too: bytes of the header. */
export function tallyBytes(): usize {
  return offsetof<Tally>();
}

/** Rows whose flows are asked for together, before they are needed: a store, unlike a load, is done with for the processor before its line is there. */
const AHEAD: usize = 32;

/** Counts rows until one does not fit (a latency too long, a list or the flows too full); returns how many were counted. */
export function tallyAdd(address: usize, rows: usize, count: usize): usize {
  const tally = changetype<Tally>(address);
  for (let done: usize = 0; done < count;) {
    const block = min(count - done, AHEAD);
    askFor(tally, rows + done * ROW, block);
    const counted = addBlock(tally, rows + done * ROW, block);
    done += counted;
    if (counted < block) return done;
  }
  return count;
}

function askFor(tally: Tally, rows: usize, count: usize): void {
  const end = rows + count * ROW;
  for (let row = rows; row < end; row += ROW) changetype<Flow>(placeOf(tally, pairOf(tally, row))).near = 0;
}

function addBlock(tally: Tally, rows: usize, count: usize): usize {
  const start = tally.start;
  const span = tally.end - start;
  let packets: f64 = 0;
  let latencies: f64 = 0;
  let flitsOfStep: f64 = 0;
  let offeredSum: f64 = 0;
  let routers: f64 = 0;
  let done: usize = 0;
  for (; done < count; done++) {
    const row = rows + done * ROW;
    const offered = load<u32>(row, 16);
    const arrived = load<u32>(row, 24);
    const latency = arrived - offered;
    const source = load<u32>(row, 4);
    const flits = <f64>load<u32>(row, 12);
    if (offered - start < span) {
      if (latency >= tally.longest || tally.packets == tally.seriesRoom) break;
      const pair = pairOf(tally, row);
      const flow = find(tally, pair);
      if (flow.packets == 0 && tally.flowCount == tally.flowRoom) break;
      follow(tally, flow, pair, latency, load<u32>(row));
      const length = tally.latencies + ((<usize>latency) << 2);
      store<u32>(length, load<u32>(length) + 1);
      const networkLength = tally.networkLatencies + ((<usize>(arrived - load<u32>(row, 20))) << 2);
      store<u32>(networkLength, load<u32>(networkLength) + 1);
      store<u32>(tally.series + ((<usize>tally.packets) << 2), latency);
      tally.packets++;
      offeredSum += <f64>offered;
      routers += <f64>load<u32>(row, 28);
    }
    if (arrived - start < span) {
      const at = tally.bySource + ((<usize>source) << 3);
      store<f64>(at, load<f64>(at) + flits);
    }
    if (arrived - tally.stepFrom >= tally.stepCycles) {
      addToStep(tally, packets, latencies, flitsOfStep);
      packets = latencies = flitsOfStep = 0;
      seek(tally, arrived);
    }
    packets += 1;
    latencies += <f64>latency;
    flitsOfStep += flits;
  }
  addToStep(tally, packets, latencies, flitsOfStep);
  tally.offered += offeredSum;
  tally.routers += routers;
  return done;
}

function addToStep(tally: Tally, packets: f64, latencies: f64, flits: f64): void {
  const step = tally.steps + <usize>tally.step * 24;
  store<f64>(step, load<f64>(step) + packets);
  store<f64>(step, load<f64>(step, 8) + latencies, 8);
  store<f64>(step, load<f64>(step, 16) + flits, 16);
}

function pairOf(tally: Tally, row: usize): u32 {
  return load<u32>(row, 4) * tally.nodes + load<u32>(row, 8);
}

/** Where the record of a flow is, unless others took its place. */
function placeOf(tally: Tally, pair: u32): usize {
  return tally.flows + ((<usize>(((pair * tally.flowFactor) >> tally.flowShift) & tally.flowMask)) << FLOW_SHIFT);
}

/** The record of a flow, or the empty one where it belongs. */
function find(tally: Tally, pair: u32): Flow {
  let place = (pair * tally.flowFactor) >> tally.flowShift;
  let flow = changetype<Flow>(tally.flows + ((<usize>(place & tally.flowMask)) << FLOW_SHIFT));
  while (flow.packets != 0 && flow.pair != pair) {
    place++;
    flow = changetype<Flow>(tally.flows + ((<usize>(place & tally.flowMask)) << FLOW_SHIFT));
  }
  return flow;
}

function follow(tally: Tally, flow: Flow, pair: u32, latency: u32, id: u32): void {
  if (flow.packets == 0) {
    flow.pair = pair;
    tally.flowCount++;
  } else {
    // without a branch: which of the two is longer nobody can foresee
    flow.jitter += abs(<f64>latency - <f64>flow.last);
  }
  if (id + 1 < flow.newest) flow.reordered++;
  else flow.newest = id + 1;
  flow.packets++;
  flow.last = latency;
  const length = <f64>latency;
  flow.sum += length;
  flow.squares += length * length;
}

/** Goes to the step of a cycle; when there are too many steps, two become one. */
function seek(tally: Tally, cycle: u32): void {
  while (<u64>cycle >= <u64>tally.stepCycles * STEPS) {
    tally.stepCycles *= 2;
    for (let step: usize = 0; step < STEPS; step++) {
      const to = tally.steps + (step >> 1) * 24;
      const from = tally.steps + step * 24;
      for (let column: usize = 0; column < 24; column += 8) {
        const value = load<f64>(from + column);
        store<f64>(from + column, 0);
        store<f64>(to + column, (step & 1 ? load<f64>(to + column) : 0) + value);
      }
    }
  }
  tally.step = cycle / tally.stepCycles;
  tally.stepFrom = tally.step * tally.stepCycles;
}
