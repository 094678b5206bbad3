/**
 * Izhikevich neuron, the true solution of its equations (not the Euler steps of 0.5 or 1 ms with which its parameters were published).
 *   dv/dt = 0.04 v^2 + 5 v + 140 - u + I,   du/dt = a (b v - u);   v reaches V_peak: spike, v = c, u += d;   state: v (mV), u
 * Source: Izhikevich 2003, "Simple model of spiking neurons"; Izhikevich 2004 for the twenty patterns.
 */
import { UpstrokeCell } from './upstroke-cell.ts';

/** Parameters of the cell, named as in the paper. */
export interface IzhikevichParameters {
  readonly a: number; // 1/ms
  readonly b: number;
  readonly c: number; // mV, reset
  readonly d: number; // jump of u
  readonly peak: number; // mV
  readonly start: readonly [v: number, u: number];
}

/** mV: lowest point of the parabola, and how far above it the upstroke may begin. */
const VERTEX = -62.5;
const SWITCH = VERTEX + 20;
/** As for AdEx: before the square exceeds this many times dv/dt, dv/dt may still turn around. */
const CARRIES = 4;

/** Izhikevich cell; throws InfeasibleError when c does not lie below the peak. */
export class IzhikevichCell extends UpstrokeCell {
  constructor(p: IzhikevichParameters, tolerance?: number) {
    super(
      {
        rest: p.start,
        peak: p.peak,
        reset: p.c,
        refractory: 0,
        voltageStep: 1,
        kicked: [],
        slope: (v, y, injected) => (0.04 * v + 5) * v + 140 - y[1]! + injected[0],
        others: (v, y, _injected, out) => (out[1] = p.a * (p.b * v - y[1]!)),
        climbs: (v, slope) => v >= SWITCH && CARRIES * slope > 0.04 * (v - VERTEX) * (v - VERTEX),
        fire: (y) => (y[1]! += p.d),
      },
      tolerance,
    );
  }
}
