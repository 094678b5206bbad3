/**
 * Area of routers and wires. A router scales with its ports, VCs, buffers and width; a wire takes flit width times wire pitch times length, in each direction.
 * Wires may run above logic: their area is what they take from the metal layers, kept apart from silicon.
 */
import { routerScales } from './energy.ts';
import type { NocLayout } from './layout.ts';

/** Area by kind. */
export interface NocArea {
  readonly routers: number; // m^2
  readonly wires: number; // m^2 of metal
  readonly total: number; // m^2
  readonly wireLength: number; // m, all wires, both directions once
}

/** Area of a network. */
export function areaOf(layout: NocLayout): NocArea {
  const { coefficients, graph, flitBits } = layout;
  const routers = coefficients.routerArea.value * routerScales(layout).reduce((sum, scale) => sum + scale.area, 0);
  const metres = graph.linkLength.reduce((sum, length) => sum + length, 0);
  const wires = metres * flitBits * coefficients.wirePitch.value;
  return { routers, wires, total: routers + wires, wireLength: metres / 2 };
}
