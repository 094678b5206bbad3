/**
 * Activity counters of a network: what energy, heat maps and link loads are made of. Whole numbers in f64 arrays, exact up to 2^53.
 * Buffer occupancy is integrated without touching it every cycle: each arrival subtracts its cycle, each departure adds it, and flits still in place are topped up when read.
 */
import type { NocLayout } from '../design/layout.ts';

/** The counters. */
export class Counters {
  readonly portFlits: Float64Array; // flits that left by each port
  readonly routerTraversals: Float64Array; // flits through the switch of each router
  readonly bufferWrites: Float64Array; // flits written, per router
  readonly occupancy: Float64Array; // flits in the buffers of each router now
  readonly peakOccupancy: Float64Array;
  readonly flitCycles: Float64Array; // sum over departures of the cycle minus sum over arrivals
  readonly offeredPackets: Float64Array; // per source node
  readonly droppedPackets: Float64Array; // per source node, at the source queue
  readonly stalledPackets: Float64Array; // per source node: found the queue full and waited
  readonly deliveredPackets: Float64Array; // per destination node
  readonly deliveredFlits: Float64Array; // per destination node
  /** [0] flits offered, [1] flits dropped, [2] flits injected, [3] flits of copies. */
  readonly flits = new Float64Array(4);

  constructor(layout: NocLayout) {
    this.portFlits = new Float64Array(layout.ports);
    this.routerTraversals = new Float64Array(layout.routers);
    this.bufferWrites = new Float64Array(layout.routers);
    this.occupancy = new Float64Array(layout.routers);
    this.peakOccupancy = new Float64Array(layout.routers);
    this.flitCycles = new Float64Array(layout.routers);
    this.offeredPackets = new Float64Array(layout.nodes);
    this.droppedPackets = new Float64Array(layout.nodes);
    this.stalledPackets = new Float64Array(layout.nodes);
    this.deliveredPackets = new Float64Array(layout.nodes);
    this.deliveredFlits = new Float64Array(layout.nodes);
  }

  /** A flit is written to a buffer of `router`. */
  write(router: number, cycle: number): void {
    const now = (this.occupancy[router]! += 1);
    if (now > this.peakOccupancy[router]!) this.peakOccupancy[router] = now;
    this.bufferWrites[router]! += 1;
    this.flitCycles[router]! -= cycle;
  }

  /** A flit leaves a buffer of `router` and goes to `port`. */
  traverse(router: number, port: number, cycle: number): void {
    this.occupancy[router]! -= 1;
    this.flitCycles[router]! += cycle;
    this.routerTraversals[router]! += 1;
    this.portFlits[port]! += 1;
  }

  /** A flit of a copy goes to `port`; the flit itself stays in its buffer. */
  replicate(router: number, port: number): void {
    this.routerTraversals[router]! += 1;
    this.portFlits[port]! += 1;
    this.flits[3]! += 1;
  }

  /** The arrays that make up the state. */
  arrays(): Record<string, Float64Array> {
    return Object.fromEntries(Object.entries(this));
  }
}

/** Sum of the entries. */
export function totalOf(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

/** Counters between two moments, per link, router and node: plain data for energy and reports. */
export interface Activity {
  readonly cycles: number;
  readonly linkFlits: Float64Array; // per directed link
  readonly ejectedFlits: Float64Array; // per node
  readonly routerTraversals: Float64Array; // per router
  readonly bufferWrites: Float64Array; // per router
  readonly peakOccupancy: Float64Array; // flits, per router, since the beginning
  readonly meanOccupancy: Float64Array; // flits, per router, mean over the cycles
  readonly offeredPackets: Float64Array; // per source node
  readonly droppedPackets: Float64Array; // per source node
  readonly stalledPackets: Float64Array; // per source node
  readonly deliveredPackets: Float64Array; // per destination node
}

/** Readings that `activityBetween` subtracts. */
export interface Reading {
  readonly cycle: number;
  readonly values: Readonly<Record<string, Float64Array>>;
}

/** Copies the counters at the beginning of `cycle`. */
export function readCounters(counters: Counters, cycle: number): Reading {
  const values = Object.fromEntries(Object.entries(counters.arrays()).map(([name, array]) => [name, array.slice()]));
  // flits still in their buffers have waited until now
  values['flitCycles'] = counters.flitCycles.map((sum, router) => sum + counters.occupancy[router]! * cycle);
  return { cycle, values };
}

/** What happened between two readings of the same network. */
export function activityBetween(layout: NocLayout, before: Reading, now: Reading): Activity {
  const change = (name: string): Float64Array => now.values[name]!.map((value, i) => value - before.values[name]![i]!);
  const cycles = now.cycle - before.cycle;
  const portFlits = change('portFlits');
  return {
    cycles,
    linkFlits: Float64Array.from(layout.portOfLink, (port) => portFlits[port]!),
    ejectedFlits: Float64Array.from(layout.portOfNode, (port) => portFlits[port]!),
    routerTraversals: change('routerTraversals'),
    bufferWrites: change('bufferWrites'),
    peakOccupancy: now.values['peakOccupancy']!,
    meanOccupancy: change('flitCycles').map((sum) => (cycles === 0 ? 0 : sum / cycles)),
    offeredPackets: change('offeredPackets'),
    droppedPackets: change('droppedPackets'),
    stalledPackets: change('stalledPackets'),
    deliveredPackets: change('deliveredPackets'),
  };
}
