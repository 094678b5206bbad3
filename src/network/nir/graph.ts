/**
 * A NIR graph as plain data: nodes by name, edges as pairs of names, nested graphs flattened ("outer/inner"). Parameters are arrays of the population's shape, or of length 1
 * for all. Times are seconds, voltages have no unit, as in every file that its tools write (the specification says ms and mV).
 *   Affine, Linear    y = W x + b                       Conv1d, Conv2d   cross-correlation, out = floor((in + pads - dilation (k - 1) - 1) / stride + 1)
 *   Scale             y = s x                           SumPool2d, AvgPool2d   sum or mean over the window (padding counts in the mean)
 *   Threshold         z = 1 if x > threshold            Delay   y(t) = x(t - delay)
 *   I                 v' = R I                          LI      tau v' = (v_leak - v) + R I
 *   CubaLI            tau_syn i' = -i + w_in S,  tau_mem v' = (v_leak - v) + R i
 *   IF, LIF, CubaLIF  the same, and if v > v_threshold: z = 1, reset
 * Source: Pedersen et al. 2024, "Neuromorphic intermediate representation", Nature Communications 15:8122; docs/source/primitives.md of neuromorphs/NIR.
 */

/** A population whose state is integrated over time. */
export interface NirNeurons {
  readonly type: 'I' | 'LI' | 'CubaLI' | 'IF' | 'LIF' | 'CubaLIF';
  readonly shape: readonly number[];
  /** Membrane, s; empty for I and IF, which do not leak. */
  readonly tau: Float64Array;
  /** Synapse, s; empty but for Cuba. */
  readonly tauSyn: Float64Array;
  readonly wIn: Float64Array;
  readonly r: Float64Array;
  readonly vLeak: Float64Array;
  /** Empty where there is no threshold (I, LI, CubaLI). */
  readonly vThreshold: Float64Array;
  readonly vReset: Float64Array;
}

export interface NirConvolution {
  readonly type: 'Conv1d' | 'Conv2d';
  /** (out channels, in channels / groups, height, width); a Conv1d has height 1. */
  readonly weightShape: readonly [number, number, number, number];
  readonly weight: Float64Array;
  /** One per out channel. */
  readonly bias: Float64Array;
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: readonly [number, number] | 'same' | 'valid';
  readonly groups: number;
  /** Height and width of the input if the file says so. */
  readonly inputShape: readonly [number, number] | null;
}

export interface NirPool {
  readonly type: 'SumPool2d' | 'AvgPool2d';
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
}

export type NirNode =
  | { readonly type: 'Input' | 'Output'; readonly shape: readonly number[] }
  | {
      readonly type: 'Affine';
      readonly outputs: number;
      readonly inputs: number;
      /** outputs x inputs, row after row. */
      readonly weight: Float64Array;
      readonly bias: Float64Array;
    }
  | { readonly type: 'Scale' | 'Threshold' | 'Delay'; readonly shape: readonly number[]; readonly values: Float64Array }
  /** Axes that become one, counted without the batch; negative from the end. */
  | { readonly type: 'Flatten'; readonly first: number; readonly last: number }
  | NirConvolution
  | NirPool
  | NirNeurons;

export interface NirGraph {
  /** Version of the format that the file names. */
  readonly version: string;
  /** By name, in the order of the names. */
  readonly nodes: ReadonlyMap<string, NirNode>;
  /** Sorted; a pair may not stand twice. */
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** Whether a node is a population with a state. */
export function isNeurons(node: NirNode): node is NirNeurons {
  return ['I', 'LI', 'CubaLI', 'IF', 'LIF', 'CubaLIF'].includes(node.type);
}

/** Whether a node emits spikes of its own. */
export function isSpiking(node: NirNode): node is NirNeurons {
  return isNeurons(node) && node.vThreshold.length > 0;
}
