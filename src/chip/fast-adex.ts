/**
 * Physical parameters of the whole circuit in the units of the `fast` kernel (assembly/adex.ts): per step and per slope. A constant current c moves a leaky membrane in one step by
 * c x kept, kept = tau_mem (1 - exp(-h / tau_mem)), exact for a linear leak; what is nearly constant over a step (adaptation, exponential far from its upstroke) is treated so.
 */
import { exp, InternalError, log } from '../base/index.ts';
import type { LifBank } from '../kernels/index.ts';
import type { CircuitParameters } from './circuit.ts';
import type { MembraneOptions } from './membranes.ts';

/** No exponential: a voltage that no membrane comes near. */
const FAR = 1e6; // V
/** Binary logarithms of the largest and the least movement by the exponential in one step, in slopes: finite in f32 with room for products. */
const [LARGEST, LEAST] = [100, -87];

/** Writes the parameters of the whole circuit into a bank that has them; does nothing for a LIF bank. */
export function fillAdex(bank: LifBank, p: CircuitParameters, options: MembraneOptions): void {
  const { first, count, step, refractory, adex } = options;
  if (adex === undefined) return;
  const x = p.adex;
  if (x === undefined) throw new InternalError('the whole circuit needs its parameters');
  const per = (value: (c: number) => number): Float64Array => Float64Array.from({ length: count }, (_, n) => value(first + n));
  const kept = (c: number): number => p.tauMem[c]! * (1 - exp(-step / p.tauMem[c]!));
  const [low, high] = adex.rails;
  const within = (v: number): number => Math.min(Math.max(v, low), high);
  const clamped = Math.max(refractory - adex.holdOff, 0);
  bank.set({
    exponentialInverse: per((c) => 1 / (x.exponentialSlope[c]! * Math.LN2)),
    exponentialVoltage: per((c) => {
      const movement = (x.exponentialRate[c]! * kept(c)) / x.exponentialSlope[c]!;
      return movement > 0 ? x.exponentialVoltage[c]! - x.exponentialSlope[c]! * log(movement) : FAR;
    }),
    exponentialSlope: x.exponentialSlope.subarray(first, first + count),
    exponentialClip: per((c) => {
      const movement = (x.exponentialClip[c]! * kept(c)) / x.exponentialSlope[c]!;
      return movement > 0 ? Math.min(Math.max(log(movement) / Math.LN2, LEAST), LARGEST) : LEAST;
    }),
    adaptationDecay: per((c) => exp(-step / x.adaptationTau[c]!)),
    adaptationGain: per((c) => x.adaptationGain[c]! * (1 - exp(-step / x.adaptationTau[c]!))),
    adaptationLeak: x.adaptationLeak.subarray(first, first + count),
    adaptationCoupling: per((c) => x.adaptationCoupling[c]! * kept(c)),
    adaptationReference: per((c) => within(x.adaptationReference[c]!)),
    delay: per((c) => Math.min(x.comparatorDelay[c]! / step, 1)),
    refractorySteps: clamped / step,
    blindSteps: refractory / step,
    resetRate: adex.resetTau === 0 ? 0 : step / adex.resetTau,
    resetTaken: adex.resetTau === 0 ? 1 : 1 - exp(-step / adex.resetTau),
    adaptationJump: x.adaptationJump.subarray(first, first + count),
  });
}
