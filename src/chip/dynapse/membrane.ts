/**
 * The membrane of a subthreshold neuron, in current mode:
 *   tau (1 + I_g / I) dI/dt = (I_g / I_tau) I_in + (a(I) / I_tau) (I + I_g) - I (1 + (I_ahp + I_shunt) / I_tau)
 *   I_in = max(0, I_dark + I_dc + I_ampa + I_nmda gate(I) - I_gaba_b),  gate(I) = I / (I + I_gate),  a(I) = I_a / (1 + exp(-(I - I_at) / I_an)),  I_shunt = I_gaba_a.
 * Far above I_g and without feedback this is a linear leaky integrator of time constant tau; near I_g a small current grows exponentially.
 * One step freezes the synaptic currents at its middle and is exact for the tangent of the rest (exponential Rosenbrock-Euler: I + h phi(h J) g, phi(z) = (e^z - 1) / z): second
 * order, and stable however short tau is.
 * Source: Chicca, Stefanini, Bartolozzi, Indiveri 2014, Proc. IEEE 102(9), section III; Hochbruck and Ostermann 2010, Acta Numerica 19.
 */
import { exp, expm1 } from '../../base/index.ts';

/** One membrane with its inputs frozen. Currents in A, time in s. A mutable record that callers reuse. */
export interface Membrane {
  tau: number;
  leak: number;
  gain: number;
  feedback: number;
  feedbackThreshold: number;
  feedbackWidth: number;
  nmdaGate: number;
  dark: number;
  clip: number;
  /** I_dark + I_dc + I_ampa - I_gaba_b. */
  drive: number;
  nmda: number;
  /** I_ahp + I_shunt. */
  shunt: number;
}

/** Largest exponent of one step: beyond, its end is out of reach of any tangent and the step control halves it. */
const STEEPEST = 60;

/** The membrane current after `h`, in [dark, clip]. */
export function membraneStep(m: Membrane, current: number, h: number): number {
  const gated = m.nmdaGate === 0 ? m.nmda : (m.nmda * current) / (current + m.nmdaGate);
  const raw = m.drive + gated;
  const input = raw > 0 ? raw : 0;
  const inputSlope = raw > 0 && m.nmdaGate > 0 ? (m.nmda * m.nmdaGate) / ((current + m.nmdaGate) * (current + m.nmdaGate)) : 0;
  let [feedback, feedbackSlope] = [0, 0];
  if (m.feedback > 0) {
    // where the sigmoid is flat its exponent is cut, so that nothing overflows
    const x = Math.min(Math.max((m.feedbackThreshold - current) / m.feedbackWidth, -STEEPEST), STEEPEST);
    const share = 1 / (1 + exp(x));
    feedback = m.feedback * share;
    feedbackSlope = (feedback * (1 - share)) / m.feedbackWidth;
  }
  const sum = current + m.gain;
  const loss = 1 + m.shunt / m.leak;
  // dI/dt = I P(I) / (tau (I + I_g))
  const p = (m.gain / m.leak) * input + (feedback / m.leak) * sum - current * loss;
  const pSlope = (m.gain / m.leak) * inputSlope + (feedbackSlope / m.leak) * sum + feedback / m.leak - loss;
  const rate = (current * p) / (m.tau * sum);
  const slope = ((p * m.gain) / sum + current * pSlope) / (m.tau * sum);
  const z = Math.min(slope * h, STEEPEST);
  const next = current + rate * h * (Math.abs(z) < 1e-12 ? 1 : expm1(z) / z);
  return Math.min(Math.max(next, m.dark), m.clip);
}
