/**
 * Energy and area coefficients per technology node, and how they scale with the size of a router.
 * 45, 32, 22 and 11 nm: DSENT (Bulk45LVT, Bulk32LVT, Bulk22LVT, TG11LVT), 32 bit, 5 ports, 4 VCs of 4 flits, 1 GHz. 28 nm: interpolated between 32 and 22 nm on logarithmic axes.
 * 65 nm: extrapolated from the slope between 45 and 32 nm, a guess. Source of DSENT: Sun et al. 2012; the pitch of a wire is ours.
 * Scaling: straight lines through the DSENT runs at 32 nm (8 flits instead of 4, 2 VCs instead of 4, 7 ports instead of 5, 64 bit instead of 32).
 */
import type { Evidence, Evident } from '../../model/quantity.ts';
import type { NocDesign } from '../../model/schemas/noc.ts';
import type { Coefficients } from './layout.ts';

/** What makes a router larger or smaller. */
export interface RouterSize {
  readonly ports: number;
  readonly vcs: number;
  readonly buffer: number; // flits per VC
  readonly bits: number; // per flit
}

/** Factors on the coefficients of the reference router. */
export interface RouterScale {
  readonly dynamic: number;
  readonly clock: number;
  readonly leakage: number;
  readonly area: number;
}

// router J/flit, link J/flit/mm, clock J/cycle, router W, link W/mm, router m^2, wire pitch m
const NODES: Record<NocDesign['technology'], readonly [number, number, number, number, number, number, number]> = {
  '65nm': [5.92e-12, 1.63e-12, 0.6e-12, 9.36e-3, 18e-6, 49_500e-12, 0.4e-6],
  '45nm': [3.108e-12, 1.29159e-12, 0.32851e-12, 7.87484e-3, 13.87e-6, 26_674.9e-12, 0.3e-6],
  '32nm': [1.71133e-12, 1.03666e-12, 0.18774e-12, 6.709e-3, 10.91e-6, 15_031.3e-12, 0.23e-6],
  '28nm': [1.3e-12, 0.93e-12, 0.15e-12, 6.34e-3, 9.64e-6, 11_090e-12, 0.2e-6],
  '22nm': [0.79797e-12, 0.75464e-12, 0.10016e-12, 5.72412e-3, 7.72e-6, 6401.98e-12, 0.16e-6],
  '11nm': [0.24391e-12, 0.42203e-12, 0.0307e-12, 1.71883e-3, 2.72e-6, 2671.52e-12, 0.1e-6],
};

const ORIGIN: Record<NocDesign['technology'], readonly [Evidence, string]> = {
  '65nm': ['assumed', 'extrapolated from DSENT at 45 and 32 nm'],
  '45nm': ['derived', 'DSENT Bulk45LVT'],
  '32nm': ['derived', 'DSENT Bulk32LVT'],
  '28nm': ['derived', 'DSENT, interpolated between 32 and 22 nm'],
  '22nm': ['derived', 'DSENT Bulk22LVT'],
  '11nm': ['derived', 'DSENT TG11LVT'],
};

/** The coefficients of a design: those that its card gives, the rest from its technology. */
export function coefficientsOf(design: NocDesign): Coefficients {
  const [router, link, clock, leakage, linkLeakage, area, pitch] = NODES[design.technology];
  const [evidence, source] = ORIGIN[design.technology];
  const or = (given: Evident<number> | undefined, value: number): Evident<number> => given ?? { value, evidence, source };
  const { costs } = design;
  return {
    routerPerFlit: or(costs.router_per_flit, router),
    linkPerFlitMm: or(costs.link_per_flit_mm, link),
    clockPerCycle: or(costs.clock_per_cycle, clock),
    routerLeakage: or(costs.router_leakage, leakage),
    linkLeakagePerMm: or(costs.link_leakage_per_mm, linkLeakage),
    routerArea: or(costs.router_area, area),
    wirePitch: costs.wire_pitch ?? { value: pitch, evidence: 'assumed', source: 'pitch of an intermediate metal layer with spacing' },
  };
}

/** Scales a router of 5 ports, 4 VCs of 4 flits and 32 bit to another size; all factors are 1 for that router. */
export function scaleOfRouter({ ports, vcs, buffer, bits }: RouterSize): RouterScale {
  const flits = (vcs * buffer) / 16 - 1; // relative change of the flits that a port can hold
  const width = bits / 32 - 1;
  const radix = ports / 5 - 1;
  // the three parts of the dynamic energy at 32 nm: buffers 75.5 %, crossbar 17.6 %, switch allocation 6.9 %
  const buffers = 0.755 * line(0.684, flits) * line(0.936, width);
  const crossbar = 0.176 * line(0.753, radix) * line(0.961, width);
  const allocation = 0.069 * line(1.554, radix) * line(0.63, vcs / 4 - 1);
  return {
    dynamic: buffers + crossbar + allocation,
    clock: line(0.049, flits) * line(0.55, radix) * line(0.587, width),
    leakage: line(0.78, flits) * line(1.118, radix) * line(0.916, width),
    area: line(0.76, flits) * line(1.126, radix) * line(1.084, width),
  };
}

/** A straight line through 1, kept above 0 for sizes far below the DSENT runs. */
function line(slope: number, change: number): number {
  return Math.max(0.05, 1 + slope * change);
}
