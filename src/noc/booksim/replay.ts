/**
 * Replays a packet trace: each packet is offered in its creation cycle, and the cycles of injection and arrival and the routers on the way are compared with the trace's.
 * This is the oracle of the router: BookSim2 traces have to be met packet by packet.
 */
import { CardError, type Mistake } from '../../base/index.ts';
import type { NocLayout } from '../design/layout.ts';
import { NocNetwork } from '../router/network.ts';

/** One packet of a trace. */
export interface TracePacket {
  readonly id: number;
  readonly source: number;
  readonly destination: number;
  readonly flits: number;
  readonly created: number; // cycle
  readonly injected: number; // cycle of the head flit
  readonly arrived: number; // cycle of the tail flit
  readonly routers: number;
}

/** A packet that did not travel as the trace says. */
export interface Mismatch {
  readonly id: number;
  readonly expected: readonly [injected: number, arrived: number, routers: number];
  readonly found: readonly [injected: number, arrived: number, routers: number];
}

/** The outcome of a replay. */
export interface ReplayResult {
  readonly packets: number;
  readonly mismatching: number;
  /** The first few, in the order of arrival. */
  readonly examples: readonly Mismatch[];
  readonly cycles: number;
}

const COLUMNS = ['pid', 'src', 'dst', 'size', 'ctime', 'itime', 'atime', 'routers'] as const;
const EXAMPLES = 10;

/** Reads a trace: CSV with the columns pid,src,dst,size,ctime,itime,atime,routers. CardError with every bad row, for a packet that is there twice, or that arrives before it was made. */
export function readTrace(text: string, file: string): TracePacket[] {
  const rows = text.split(/\r?\n/);
  const header = rows[0]!.split(',').map((cell) => cell.trim());
  const places = COLUMNS.map((name) => header.indexOf(name));
  if (places.includes(-1)) throw new CardError([{ file, line: 1, found: `"${rows[0]!}"`, expected: `the columns ${COLUMNS.join(',')}` }]);
  const packets: TracePacket[] = [];
  const mistakes: Mistake[] = [];
  const seen = new Set<number>();
  for (const [index, row] of rows.entries()) {
    if (index === 0 || row.trim() === '') continue;
    const cells = row.split(',');
    const numbers = places.map((place) => Number(cells[place]?.trim() === '' ? NaN : cells[place]));
    if (!numbers.every((number) => Number.isInteger(number) && number >= 0)) {
      mistakes.push({ file, line: index + 1, found: `"${row}"`, expected: 'eight whole numbers' });
      continue;
    }
    const [id, source, destination, flits, created, injected, arrived, routers] = numbers as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const complain = (expected: string): number => mistakes.push({ file, line: index + 1, found: `"${row.slice(0, 60)}"`, expected });
    if (seen.has(id)) complain('each pid once');
    else if (injected < created || arrived <= injected) complain('ctime, itime and atime in this order, atime above itime');
    seen.add(id);
    packets.push({ id, source, destination, flits, created, injected, arrived, routers });
  }
  if (mistakes.length > 0) throw new CardError(mistakes);
  return packets;
}

/** Runs the trace through a network of `layout` until every packet has arrived, or until no packet moves for `patience` cycles after the trace's last arrival. */
export function replayTrace(layout: NocLayout, trace: readonly TracePacket[], patience = 10_000): ReplayResult {
  const network = new NocNetwork(layout);
  // the trace lists packets in the order of arrival; those of one node enter its queue in the order of creation
  const order = trace.toSorted((p, q) => p.created - q.created || p.id - q.id);
  const expected = new Map(order.map((packet) => [packet.id, packet]));
  const examples: Mismatch[] = [];
  let mismatching = 0;
  let end = 0;
  for (const { created, source, destination, flits, id, arrived } of order) {
    network.offer(created, source, destination, flits, id);
    end = Math.max(end, arrived);
  }
  network.advance(end + patience, (id, cycle, routers, injected) => {
    const packet = expected.get(id)!;
    expected.delete(id);
    if (packet.injected === injected && packet.arrived === cycle && packet.routers === routers) return;
    mismatching += 1;
    if (examples.length < EXAMPLES)
      examples.push({ id, expected: [packet.injected, packet.arrived, packet.routers], found: [injected, cycle, routers] });
  });
  return { packets: trace.length, mismatching: mismatching + expected.size, examples, cycles: end };
}
