/**
 * Flits, credits and packets of a run as a value change dump, for GTKWave and its like. One step of time is one cycle of the network's clock (the timescale is 1 ps, rounded to whole ps).
 *   network.rR.to_S.flit   id of the packet whose flit is granted the switch towards router S (to_node_N: towards a node), x when there is none; .vc and .number beside it
 *   network.rR.to_S.credit 1 in the cycles in which a credit goes back to router S (node N) for the buffer behind it
 *   network.nN.sent, .received  packets offered by and arrived at node N so far
 * Source: IEEE Std 1364-2001, section 18, four-state VCD.
 */
import { InfeasibleError } from '../../base/index.ts';
import type { NocLayout } from '../design/layout.ts';
import type { ArrivalProcess } from '../traffic/arrival-process.ts';
import { OFFER_WORDS } from '../../kernels/index.ts';
import { NocNetwork } from '../router/network.ts';
import { PacketSource } from '../kernel/packet-source.ts';
import type { ListedPacket } from '../traffic/traffic-text.ts';
import { compileTraffic, type TrafficSpec } from '../traffic/traffic.ts';

const LARGEST = 4096; // ports of all routers together
const ID_BITS = 32;

/** The first `cycles` cycles of a load, as `measure` runs it, its warm-up included. */
export function dumpLoad(
  layout: NocLayout,
  load: { readonly traffic: TrafficSpec; readonly process?: ArrivalProcess; readonly rate: number; readonly seed: number },
  cycles: number,
): string {
  const source = new PacketSource(layout, compileTraffic(load.traffic, layout), load.rate / layout.packetFlits, load.seed, load.process);
  const packets: DumpedPacket[] = [];
  while (source.cycle < cycles) {
    const offers = source.draw(cycles);
    for (let i = 0; i < offers.length; i += OFFER_WORDS) {
      const [cycle, from, to, flits, choice] = Array.from(offers.subarray(i, i + OFFER_WORDS)) as [number, number, number, number, number];
      packets.push({ cycle, source: from, destination: to, flits, choice });
    }
  }
  return dumpPackets(layout, packets, cycles);
}

/** A packet, and its way where the routing offers several. */
interface DumpedPacket extends ListedPacket {
  readonly choice?: number;
}

/**
 * Runs a list of packets (ids are their places in it, by cycles) for at most `until` cycles and dumps it. InfeasibleError for a network of more than 4,096 ports, or a packet that names a node
 * that is not there.
 */
export function dumpPackets(layout: NocLayout, packets: readonly DumpedPacket[], until: number): string {
  if (layout.ports > LARGEST)
    throw new InfeasibleError(
      `a dump shows up to ${String(LARGEST)} ports, ${layout.name} has ${String(layout.ports)}; dump a smaller network`,
    );
  const dump = new Dump(layout);
  const network = new NocNetwork(layout, {
    watch: {
      flit: (_cycle, port, vc, id, number) => {
        dump.flit(port, vc, id, number);
      },
      credit: (_cycle, port) => {
        dump.credit(port);
      },
    },
  });
  const sorted = packets.toSorted((p, q) => p.cycle - q.cycle);
  for (const [id, { cycle, source, destination, flits, choice }] of sorted.entries())
    network.offer(cycle, source, destination, flits, id, choice);
  let given = 0;
  while (network.cycle < until && !network.idle) {
    // nothing changes before the next busy cycle, but for the values of the last one, which end
    const cycle = network.cycle;
    const next = Math.max(cycle + 1, Math.min(until, dump.isQuiet ? network.nextBusyCycle : cycle + 1));
    for (; given < sorted.length && sorted[given]!.cycle < next; given++) dump.sent(sorted[given]!.source);
    network.advance(next, (id) => {
      dump.received(sorted[id]!.destination);
    });
    dump.close(next - 1);
  }
  dump.close(network.cycle);
  return dump.text();
}

/** Collects the changes of a cycle. */
class Dump {
  readonly #lines: string[] = [];
  readonly #now = new Map<string, string>(); // values of the present cycle
  #before = new Map<string, string>(); // pulses of the cycle before
  readonly #sent: Float64Array;
  readonly #received: Float64Array;
  readonly #period: number; // ps
  readonly #ports: number;

  constructor(layout: NocLayout) {
    const { ports, nodes, routers, portBase, peerOfPort, routerOfPort, nodeOfPort } = layout;
    this.#ports = ports;
    this.#sent = new Float64Array(nodes);
    this.#received = new Float64Array(nodes);
    this.#period = Math.max(1, Math.round(1e12 / layout.frequency));
    const head = [
      '$version neurolith $end',
      `$comment ${layout.name.replaceAll('$', '')} $end`,
      '$timescale 1 ps $end',
      '$scope module network $end',
    ];
    for (let router = 0; router < routers; router++) {
      head.push(`$scope module r${String(router)} $end`);
      for (let port = portBase[router]!; port < portBase[router + 1]!; port++) {
        const peer = peerOfPort[port]!;
        head.push(
          `$scope module to_${peer < 0 ? `node_${String(nodeOfPort[port])}` : String(routerOfPort[peer])} $end`,
          `$var wire ${String(ID_BITS)} ${this.#code(port, 0)} flit $end`,
          `$var wire 4 ${this.#code(port, 1)} vc $end`,
          `$var wire 6 ${this.#code(port, 2)} number $end`,
          `$var wire 1 ${this.#code(port, 3)} credit $end`,
          '$upscope $end',
        );
      }
      head.push('$upscope $end');
    }
    for (let node = 0; node < nodes; node++) {
      head.push(
        `$scope module n${String(node)} $end`,
        `$var integer 32 ${this.#code(ports + node, 0)} sent $end`,
        `$var integer 32 ${this.#code(ports + node, 1)} received $end`,
        '$upscope $end',
      );
    }
    head.push('$upscope $end', '$enddefinitions $end', '#0', '$dumpvars');
    for (let port = 0; port < ports; port++) {
      for (const field of [0, 1, 2]) head.push(`bx ${this.#code(port, field)}`);
      head.push(`0${this.#code(port, 3)}`);
    }
    for (let node = 0; node < nodes; node++) for (const field of [0, 1]) head.push(`b0 ${this.#code(ports + node, field)}`);
    head.push('$end');
    this.#lines.push(...head);
  }

  /** Whether nothing has to be taken back in the next cycle. */
  get isQuiet(): boolean {
    return this.#before.size === 0;
  }

  flit(port: number, vc: number, id: number, number: number): void {
    for (const [field, value] of [id, vc, number].entries()) this.#now.set(this.#code(port, field), `b${value.toString(2)} `);
  }

  credit(port: number): void {
    this.#now.set(this.#code(port, 3), '1');
  }

  sent(node: number): void {
    this.#sent[node]! += 1;
    this.#counts.set(this.#code(this.#ports + node, 0), this.#sent[node]!);
  }

  received(node: number): void {
    this.#received[node]! += 1;
    this.#counts.set(this.#code(this.#ports + node, 1), this.#received[node]!);
  }

  /** Writes the changes of `cycle`; pulses of the cycle before that do not go on end. */
  close(cycle: number): void {
    const changes = Array.from(this.#now, ([code, value]) => value + code);
    for (const [code, value] of this.#before) if (!this.#now.has(code)) changes.push(value === '1' ? `0${code}` : `bx ${code}`);
    for (const [code, count] of this.#counts) changes.push(`b${count.toString(2)} ${code}`);
    if (changes.length > 0) this.#lines.push(...(cycle === 0 ? [] : [`#${String(cycle * this.#period)}`]), ...changes);
    this.#before = new Map(this.#now);
    this.#now.clear();
    this.#counts.clear();
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  readonly #counts = new Map<string, number>();

  /** Printable characters from ! to ~, lowest digit first. */
  #code(unit: number, field: number): string {
    let code = '';
    for (let rest = unit * 4 + field + 1; rest > 0; rest = Math.floor(rest / 94)) code += String.fromCharCode(33 + (rest % 94));
    return code;
  }
}
