/**
 * Noise against its closed form. Membranes at rest with noise are an Ornstein-Uhlenbeck process: standard deviation as stated, autocorrelation exp(-t / tau_mem), whatever the step. A conversion has
 * the stated noise and the twelfth of a squared LSB that rounding adds.
 */
import { exp } from '../../base/index.ts';
import { ChipPart, DieSubstrate, exactAdex, compileDie, type MembraneOptions, type StepArrivals } from '../../chip/index.ts';
import type { ChipCard } from '../../model/index.ts';
import { atMost, type ChipBar } from './bar.ts';

const CIRCUITS = 256;
const TAU = 10e-6;
const LEVEL = 0.5;
const NOTHING: StepArrivals = { count: 0, from: new Uint32Array(1), to: new Uint32Array(1), remaining: new Float64Array(1) };

/** What was measured of membranes, relative to the closed form. */
export interface MembraneNoise {
  readonly deviation: number;
  readonly correlation: number;
}

/** Whose noise is measured: `step` in s, `seed` of the noise, over `samples` samples of each circuit, one time constant apart. */
interface NoisyMembranes {
  readonly circuit: 'lif' | 'adex';
  readonly integrator: 'fast' | 'accurate';
  readonly step: number;
  readonly samples: number;
  readonly seed: number;
}

/** Departure of the standard deviation from the stated one (relative), and of the correlation at one time constant from 1/e. */
export function membraneNoise(card: ChipCard, membranes: NoisyMembranes): MembraneNoise {
  const { step, samples } = membranes;
  const rms = card.noise.membrane.value;
  const part = restingPart(card, membranes);
  const gap = Math.round(TAU / step);
  let index = 0;
  let [squares, products, pairs] = [0, 0, 0];
  let before: Float64Array | undefined;
  for (let k = -8; k < samples; k++) {
    for (let s = 0; s < gap; s++) part.advance(index++, NOTHING);
    if (k < 0) continue;
    const now = part.voltages().map((v) => v - LEVEL);
    for (let n = 0; n < CIRCUITS; n++) {
      squares += now[n]! * now[n]!;
      if (before !== undefined) products += now[n]! * before[n]!;
    }
    if (before !== undefined) pairs += CIRCUITS;
    before = now;
  }
  const variance = squares / (samples * CIRCUITS);
  return { deviation: Math.sqrt(variance) / rms - 1, correlation: products / pairs / variance - exp((-gap * step) / TAU) };
}

/** Both circuits, both integrators, several steps and the card's own; then the column ADC. */
export async function noiseBars(card: ChipCard, seed: number): Promise<ChipBar[]> {
  const bars: ChipBar[] = [];
  for (const circuit of card.neuron.adex === undefined ? (['lif'] as const) : (['lif', 'adex'] as const)) {
    for (const integrator of ['fast', 'accurate'] as const) {
      for (const step of noiseSteps(card, integrator)) {
        const samples = integrator === 'fast' ? 240 : 120;
        const { deviation, correlation } = membraneNoise(card, { circuit, integrator, step, samples, seed });
        const name = `${circuit}, ${integrator}, step ${String(Math.round(step * 1e9))} ns`;
        bars.push(atMost('noise', `membrane, ${name}: standard deviation off by`, Math.abs(deviation), 0.02, 'relative'));
        bars.push(atMost('noise', `membrane, ${name}: correlation over tau off by`, Math.abs(correlation), 0.02, ''));
      }
    }
  }
  return [...bars, await converterBar(card, seed)];
}

/** Steps at which membranes are judged, s: the card's own among them. */
export function noiseSteps(card: ChipCard, integrator: 'fast' | 'accurate'): ReadonlySet<number> {
  return new Set([...(integrator === 'fast' ? [2e-8, 1e-7, 1e-6] : [1e-7, 1e-6]), card.step.value]);
}

/** Standard deviation of the readings of one known voltage against that of the card. */
async function converterBar(card: ChipCard, seed: number): Promise<ChipBar> {
  const die = new DieSubstrate(card, 1, seed);
  const { cadc, noise } = card;
  await die.configure({ cadcInput: { debugVoltage: cadc.zero.value + (2 ** cadc.bits.value / 2) * cadc.lsb.value } });
  const all = Uint32Array.from({ length: die.capabilities.neurons }, (_, n) => n);
  const samples = 200;
  const readings = await die.read(all, samples);
  let variance = 0;
  for (const n of all) {
    const row = readings.subarray(n * samples, (n + 1) * samples);
    const centre = row.reduce((sum, value) => sum + value, 0) / samples;
    variance += row.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (samples - 1) / all.length;
  }
  const stated = Math.sqrt((noise.cadc_read.value * noise.scale) ** 2 + 1 / 12);
  return atMost(
    'noise',
    'column ADC: standard deviation of a reading off by',
    Math.abs(Math.sqrt(variance) / stated - 1),
    0.02,
    'relative',
  );
}

/** Circuits at rest, far below their threshold. */
function restingPart(card: ChipCard, { circuit, integrator, step, seed }: NoisyMembranes): ChipPart {
  const all = (value: number): Float64Array => new Float64Array(CIRCUITS).fill(value);
  const ideal: ChipCard = {
    ...card,
    variation: 0,
    geometry: { ...card.geometry, neurons_per_core: { ...card.geometry.neurons_per_core, value: CIRCUITS } },
    neuron: { ...card.neuron, ota: 'linear', circuit },
  };
  // the exponential so far up that it is nothing, adaptation disconnected
  const target = { threshold: 5, slope: 0.02, adaptation: 0, jump: 0, tau: 1e-4, leak: LEVEL, tauMem: TAU };
  const whole: Pick<MembraneOptions, 'adex'> =
    circuit === 'lif' ? {} : { adex: { linearRange: Infinity, rails: [-5, 5], resetTau: 0, holdOff: 0, comparatorNoise: 0 } };
  const parameters = {
    rest: all(LEVEL),
    reset: all(0.4),
    threshold: all(2),
    tauMem: all(TAU),
    tauSynExcitatory: all(5e-6),
    tauSynInhibitory: all(5e-6),
    driveExcitatory: all(0),
    driveInhibitory: all(0),
    offsetCurrent: all(0),
  };
  const adex =
    circuit === 'lif'
      ? {}
      : {
          adex: exactAdex(
            ideal,
            compileDie(ideal, 1),
            Array.from({ length: CIRCUITS }, () => target),
          ),
        };
  return new ChipPart({
    integrator,
    parameters: { ...parameters, ...adex },
    synapses: { circuit: new Uint32Array(0), sign: new Int8Array(0), drive: new Float64Array(0) },
    options: {
      first: 0,
      count: CIRCUITS,
      step,
      linearRange: Infinity,
      noise: card.noise.membrane.value,
      noiseSeed: seed,
      dieSeed: 1,
      refractory: 2e-6,
      ...whole,
    },
  });
}
