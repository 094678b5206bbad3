/**
 * When a run of ours is held against one of BookSim2 to the digit, when by its means, and how far apart two runs are.
 */
import type { BookSimRun } from './booksim-config.ts';
import type { ProtocolResult } from './booksim-run.ts';
import type { NocLayout } from '../design/layout.ts';
import { pathOf } from '../routing/route-table.ts';
import { expectedMatrix, type TrafficSpec } from '../traffic/traffic.ts';

/** One row of runs.csv: what BookSim2 found. Columns that it leaves empty are NaN. */
export interface BookSimRow {
  readonly id: string;
  readonly group: string; // runs of one configuration at different loads
  readonly file: string; // configuration
  readonly measures: string; // latency or throughput
  readonly rate: number; // flits per node and cycle
  readonly isStable: boolean;
  readonly isDeadlocked: boolean;
  readonly latency: number; // cycles
  readonly accepted: number; // flits per node and cycle
  readonly routers: number;
  readonly packets: number; // measured
}

/** A difference of two means. */
export interface Difference {
  readonly absolute: number;
  readonly allowed: number; // the percentage of the reference
  readonly standardError: number;
}

/** Whether nothing in a run is drawn: every node sends a one-flit packet in every cycle to a fixed destination, by one way. */
export function isDrawFree({ traffic, process, rate, protocol }: BookSimRun, layout: NocLayout): boolean {
  if (process.kind !== 'bernoulli' || layout.packetFlits !== 1 || rate !== 1 || protocol.measures !== 'throughput') return false;
  return !isDrawn(traffic) && isOneWay(traffic, layout);
}

/** Whether the packets of a run are those of BookSim2: its routers draw nothing, and we model their allocators to the cycle. */
export function isSame({ design, traffic, process }: BookSimRun, layout: NocLayout): boolean {
  // who is on at first is drawn by us
  if (process.kind === 'on-off') return false;
  const { topology } = design;
  // its flattened butterfly numbers ports in another order
  if (topology.kind === 'flattened-butterfly') return false;
  // on tori of other than two dimensions it draws ties, and we do not
  if (topology.kind === 'cube' && topology.wrap && topology.sides.some((side) => side % 2 === 0)) return false;
  return isOneWay(traffic, layout);
}

function isDrawn({ kind }: TrafficSpec): boolean {
  return kind === 'uniform' || kind === 'hotspot' || kind === 'matrix';
}

/** Whether all packets of a pattern have one way only. */
function isOneWay(traffic: TrafficSpec, layout: NocLayout): boolean {
  const { routes, graph, nodes } = layout;
  const count = routes.choices?.count ?? 1;
  if (count === 1) return true;
  const weights = expectedMatrix(traffic, layout);
  return weights.every((weight, pair) => {
    if (weight === 0) return true;
    const ends = [graph.routerOfNode[Math.floor(pair / nodes)]!, graph.routerOfNode[pair % nodes]!] as const;
    const ways = Array.from({ length: count }, (_, choice) => pathOf(routes, graph.linkTo, ...ends, choice).join());
    return new Set(ways).size === 1;
  });
}

/** BookSim2 prints six digits. */
function agrees(found: number, expected: number): boolean {
  return Number(found.toPrecision(6)) === expected;
}

/** Whether latency, accepted load and routers agree to six digits, and the packets. */
export function isEqual(ours: ProtocolResult, row: BookSimRow): boolean {
  return (
    agrees(ours.latency, row.latency) &&
    agrees(ours.accepted, row.accepted) &&
    agrees(ours.routers, row.routers) &&
    ours.packets === row.packets
  );
}

/** The same, or unstable as well. */
export function isIdentical(ours: ProtocolResult, row: BookSimRow): boolean {
  return row.isStable ? ours.verdict === 'stable' && isEqual(ours, row) : ours.verdict !== 'stable';
}

/** Differences in latency and accepted load. The reference's standard error is taken to be ours, scaled by the numbers of packets. */
export function differencesOf(ours: ProtocolResult, row: BookSimRow): [latency: Difference, accepted: Difference] {
  const difference = (mean: number, theirs: number, share: number, error: number): Difference => ({
    absolute: Math.abs(mean - theirs),
    allowed: share * theirs,
    standardError: error * Math.sqrt(1 + ours.packets / row.packets),
  });
  return [
    difference(ours.latency, row.latency, 0.03, ours.latencyError),
    difference(ours.accepted, row.accepted, 0.02, ours.acceptedError),
  ];
}
