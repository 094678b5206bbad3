/** The counters of the router kernel as those of the clear network. */
import { ARRIVAL_WORDS, type RouterNet } from '../../kernels/index.ts';
import type { NocLayout } from '../design/layout.ts';
import { totalOf, type Reading } from '../router/counters.ts';
import { ARRIVAL } from './arrival.ts';

/** `early`: rows of arrivals that lie ahead of the present cycle, and that the kernel counts already. `dropped`: packets by source node. */
export function kernelReading(layout: NocLayout, net: RouterNet, early: Uint32Array, dropped: Float64Array): Reading {
  const { portBase, routers } = layout;
  const { cycle } = net;
  const { portFlits, held, peak, flitCycles, stalled, offered, delivered, copies } = net.readings.counts();
  for (let i = 0; i < early.length; i += ARRIVAL_WORDS) delivered[early[i + ARRIVAL.destination]!]! -= 1;
  const routerTraversals = Float64Array.from({ length: routers }, (_, r) => totalOf(portFlits.subarray(portBase[r], portBase[r + 1])));
  const values = {
    portFlits,
    routerTraversals,
    bufferWrites: routerTraversals.map((flits, r) => flits - copies[r]! + held[r]!),
    peakOccupancy: peak,
    flitCycles: flitCycles.map((sum, r) => sum + held[r]! * cycle),
    offeredPackets: offered,
    droppedPackets: dropped.slice(),
    stalledPackets: stalled,
    deliveredPackets: delivered,
  };
  return { cycle, values };
}
