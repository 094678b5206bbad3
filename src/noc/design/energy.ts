/**
 * Energy from activity. Dynamic: every flit through a router costs the router's energy per flit, scaled with its ports, VCs, buffers and width; every flit on a link costs
 * energy per flit and millimetre times the length, scaled with the width. Static: clock energy per router and cycle, leakage of routers and links over the time.
 * The two are separate numbers and are never added silently.
 */
import type { Activity } from '../router/counters.ts';
import type { NocLayout } from './layout.ts';
import { scaleOfRouter, type RouterScale } from './technology.ts';

/** Energy of a stretch of activity, in J, and the power behind its static part, in W. */
export interface NocEnergy {
  readonly router: number; // J, dynamic
  readonly link: number; // J, dynamic
  readonly dynamic: number; // J, router + link
  readonly clock: number; // J, static
  readonly leakage: number; // J, static
  readonly static: number; // J, clock + leakage
  readonly staticPower: number; // W
  readonly seconds: number; // s of hardware time
}

/** Energy of an activity of this layout. */
export function energyOf(layout: NocLayout, activity: Activity): NocEnergy {
  const { coefficients, graph, frequency } = layout;
  const scales = routerScales(layout);
  const width = layout.flitBits / 32;
  const router = coefficients.routerPerFlit.value * weigh(activity.routerTraversals, (index) => scales[index]!.dynamic);
  const link = coefficients.linkPerFlitMm.value * width * weigh(activity.linkFlits, (index) => graph.linkLength[index]! * 1e3);
  const seconds = activity.cycles / frequency;
  const clockPower =
    coefficients.clockPerCycle.value * frequency * scales.reduce((sum, scale, index) => sum + scale.clock / layout.periods[index]!, 0);
  const routerLeakage = coefficients.routerLeakage.value * scales.reduce((sum, scale) => sum + scale.leakage, 0);
  const linkLeakage = coefficients.linkLeakagePerMm.value * width * graph.linkLength.reduce((sum, metres) => sum + metres * 1e3, 0);
  const clock = clockPower * seconds;
  const leakage = (routerLeakage + linkLeakage) * seconds;
  const staticPower = clockPower + routerLeakage + linkLeakage;
  return { router, link, dynamic: router + link, clock, leakage, static: clock + leakage, staticPower, seconds };
}

const OFF: RouterScale = { dynamic: 0, clock: 0, leakage: 0, area: 0 };

/** The scale of each router: its ports differ on irregular graphs, and a dead one is switched off. */
export function routerScales(layout: NocLayout): RouterScale[] {
  const { vcs, buffer, flitBits } = layout;
  return layout.graph.ports.map((ports, router) =>
    layout.graph.isDeadRouter[router] === 1 ? OFF : scaleOfRouter({ ports: ports.length, vcs, buffer, bits: flitBits }),
  );
}

/** What each router costs: its energy per flit (J), clock energy per cycle (J), leakage (W) and area (m^2). */
export function routerCosts(layout: NocLayout): RouterScale[] {
  const { routerPerFlit, clockPerCycle, routerLeakage, routerArea } = layout.coefficients;
  return routerScales(layout).map((scale) => ({
    dynamic: scale.dynamic * routerPerFlit.value,
    clock: scale.clock * clockPerCycle.value,
    leakage: scale.leakage * routerLeakage.value,
    area: scale.area * routerArea.value,
  }));
}

function weigh(counts: Float64Array, weight: (index: number) => number): number {
  return counts.reduce((sum, count, index) => sum + count * weight(index), 0);
}
