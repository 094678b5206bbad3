/**
 * Fixed pattern of the correlation sensors. A sensor differs from the data sheet by what its block has in common (two bias currents, correlation.ts) and by what is its own:
 *   factor = f(z),   z = (sqrt(1 - q - c) / sqrt(A) own + sqrt(q) block + sqrt(c) chip) / common scale,   f, q, c, A: die.ts,
 * so that the stated spread is that of all sensors together, and f(block and chip alone) is the median sensor of a block, which a measured die may state. Both sides of a sensor differ by a pair of devices
 * of its own: that asymmetry has no part in common.
 */
import { mismatchOf, variationOf, type ChipCard, type MeasuredDie } from '../model/index.ts';
import { factorOf } from './spread.ts';
import { spreadScale } from './spread-scale.ts';

/** Numbers of the parameters in the die's stream. Never reused. */
const PARAMETERS = { amplitude: 62, tau: 63, asymmetry: 64 } as const;
const NAMES = { amplitude: 'correlation_amplitude', tau: 'correlation_tau' } as const;
type Shared = keyof typeof NAMES;

/** Standard normal draws of a die: of one synapse, and what the synapses of a block have in common (variance q + c). */
export interface SensorDraws {
  readonly own: (row: number, neuron: number, parameter: number) => number;
  readonly block: (block: number, parameter: number) => number;
}

/** How much of the variance is a synapse's own, as a factor of its draw, and what standardises the sum. */
export interface SensorShares {
  readonly own: number;
  readonly common: number;
}

/** Sensors of a die relative to nominal. Rows are counted over all cores. */
export interface SensorPattern {
  correlationFactors(
    this: void,
    row: number,
    neuron: number,
  ): { readonly amplitude: number; readonly tau: number; readonly asymmetry: number };
  /** Median sensor of each block of circuits. */
  readonly correlationBlocks: Readonly<Record<Shared, Float64Array>>;
}

/** The pattern; `measured` medians of blocks take the place of drawn ones, the synapses of a block move with them. */
export function sensorPattern(card: ChipCard, draws: SensorDraws, shares: SensorShares, measured: MeasuredDie['sensors']): SensorPattern {
  const { geometry } = card;
  const mismatch = mismatchOf(card);
  const size = geometry.block.value;
  const blocks = Math.ceil((geometry.cores.value * geometry.neurons_per_core.value) / size);
  const of = (which: Shared) => {
    const spread = mismatch[NAMES[which]];
    const variation = variationOf(card, NAMES[which]);
    const factor = spread === undefined || variation === 0 ? undefined : factorOf(spread, variation * shares.common);
    const inCommon = Float64Array.from({ length: blocks }, (_, b) => (factor === undefined ? 0 : draws.block(b, PARAMETERS[which])));
    const drawn = inCommon.map((z) => factor?.(z / shares.common) ?? 1);
    const median = drawn.map((value, b) => measured?.[which]?.[b] ?? value);
    const at = (row: number, neuron: number): number => {
      const b = Math.floor(neuron / size);
      if (factor === undefined) return median[b]!;
      const z = (shares.own * draws.own(row, neuron, PARAMETERS[which]) + inCommon[b]!) / shares.common;
      return (factor(z) * median[b]!) / drawn[b]!;
    };
    return { median, at };
  };
  const [amplitude, tau] = [of('amplitude'), of('tau')];
  const asymmetries =
    mismatch.correlation_asymmetry && factorOf(mismatch.correlation_asymmetry, spreadScale(card, 'correlation_asymmetry'));
  return {
    correlationFactors: (row, neuron) => ({
      amplitude: amplitude.at(row, neuron),
      tau: tau.at(row, neuron),
      asymmetry: asymmetries?.(draws.own(row, neuron, PARAMETERS.asymmetry)) ?? 1,
    }),
    correlationBlocks: { amplitude: amplitude.median, tau: tau.median },
  };
}
