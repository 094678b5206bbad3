/** How far apart the cores of a chip stand on a network-on-chip: in links, and in the delay of a reference design. */
import { InfeasibleError } from '../base/index.ts';
import { interfaceTiming } from '../emulator/index.ts';
import type { ChipCard } from '../model/index.ts';
import { meanZeroLoadLatency, zeroLoadLatencies, type NocLayout } from '../noc/index.ts';

/** Links between the routers of all pairs of nodes, from the zero-load path of one flit. */
export function hopsOf(layout: NocLayout, cores: number): Float64Array {
  if (layout.nodes < cores)
    throw new InfeasibleError(`${layout.name} has ${String(layout.nodes)} nodes, the chip has ${String(cores)} cores`);
  const latencies = zeroLoadLatencies(layout, 1);
  return Float64Array.from({ length: cores * cores }, (_, pair) => latencies[Math.floor(pair / cores) * layout.nodes + (pair % cores)]!);
}

/** Zero-load mean path of the reference design over its own traffic, interfaces included; biological s. */
export function referenceDelay(
  card: Pick<ChipCard, 'name' | 'step' | 'interface' | 'speed_up'>,
  layout: NocLayout,
  traffic: Float64Array,
  placement: Uint32Array,
): number {
  const cores = placement.length;
  const byNode = new Float64Array(layout.nodes * layout.nodes);
  traffic.forEach((packets, pair) => {
    const [from, to] = [placement[Math.floor(pair / cores)]!, placement[pair % cores]!];
    byNode[from * layout.nodes + to]! += packets;
  });
  const cycles = meanZeroLoadLatency(layout, byNode);
  const seconds = cycles / layout.frequency + card.interface.out.value + card.interface.in.value;
  // whole ticks, so that teacher and student mean the same number
  const { ticksPerSecond } = interfaceTiming(card, 0);
  return (Math.round(seconds * ticksPerSecond) / ticksPerSecond) * card.speed_up.value;
}
