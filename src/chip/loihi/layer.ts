/**
 * Leaky integrate-and-fire neurons in exact integers, as a digital core computes them. Per step, with D = 2^decay bits and everything rounded towards zero:
 *   u = wrap(trunc(u (D - current decay) / D) + 2^shift x sum of the weights of the spikes that arrive)
 *   v = saturate(trunc(v (D - voltage decay) / D) + u)        unless the neuron is refractory, when v stays 0
 *   spike and v = 0 if v >= 2^shift x threshold
 * u wraps around at +-2^(state bits - 1), v saturates there. A refractory delay of R keeps v at 0 in the R - 1 steps after a spike.
 * Order in a step: all spikes that arrive are summed first (an integer sum has no order), then every neuron is updated once.
 * Source: Davies et al. 2018, IEEE Micro 38(1); widths, wrapping and saturation as in lava-nc/lava, bit-accurate leaky integrate-and-fire model.
 */
import { InfeasibleError } from '../../base/index.ts';
import type { LoihiCard } from '../../model/index.ts';
import type { LavaLayer } from '../../network/index.ts';

/** Decays of a network file are multiples of one over this, whatever the chip has. */
const DECAY_UNIT = 4096;

/** One layer of neurons with its synapses. States are integers held in f64, exact below 2^53. */
export class IntegerLayer {
  readonly #layer: LavaLayer;
  readonly #current: Float64Array;
  readonly #voltage: Float64Array;
  /** Steps that are still to be passed at rest. */
  readonly #rest: Int32Array;
  readonly #sum: Int32Array;
  readonly #limit: number;
  readonly #unit: number;
  readonly #keepCurrent: number;
  readonly #keepVoltage: number;
  readonly #shift: number;
  readonly #threshold: number;

  /** Throws InfeasibleError when the card cannot hold a number of the layer. */
  constructor({ neuron, synapse, name }: LoihiCard, layer: LavaLayer) {
    const largest = 2 ** synapse.weight_bits.value;
    const weight = layer.weight.find((value) => value < -largest || value >= largest);
    if (weight !== undefined)
      throw new InfeasibleError(
        `the weight ${String(weight)} is out of reach: ${name} can do ${String(-largest)} to ${String(largest - 1)}`,
      );
    const largestThreshold = 2 ** neuron.threshold_bits.value - 1;
    if (layer.threshold > largestThreshold)
      throw new InfeasibleError(
        `the threshold ${String(layer.threshold)} is out of reach: ${name} can do 0 to ${String(largestThreshold)}`,
      );
    if (layer.refractory > neuron.longest_refractory.value)
      throw new InfeasibleError(
        `a refractory delay of ${String(layer.refractory)} is out of reach: ${name} can do ${String(neuron.longest_refractory.value)} steps`,
      );
    this.#unit = 2 ** neuron.decay_bits.value;
    const kept = (decay: number): number => {
      const code = (decay * this.#unit) / DECAY_UNIT;
      if (Number.isInteger(code)) return this.#unit - code;
      throw new InfeasibleError(
        `a decay of ${String(decay)}/${String(DECAY_UNIT)} is out of reach: ${name} can do whole ${String(this.#unit)}ths`,
      );
    };
    this.#keepCurrent = kept(layer.currentDecay);
    this.#keepVoltage = kept(layer.voltageDecay);
    this.#layer = layer;
    this.#current = new Float64Array(layer.outputs);
    this.#voltage = new Float64Array(layer.outputs);
    this.#rest = new Int32Array(layer.outputs);
    this.#sum = new Int32Array(layer.outputs);
    this.#limit = 2 ** (neuron.state_bits.value - 1);
    this.#shift = 2 ** neuron.shift.value;
    // integers: above T is from T + 1 on
    this.#threshold = this.#shift * layer.threshold + (neuron.fires === 'at-threshold' ? 0 : 1);
  }

  /** One step with spikes of these inputs; the neurons that fire, in ascending order. */
  step(spikes: readonly number[]): number[] {
    const { outputs, weight, refractory } = this.#layer;
    const sum = this.#sum.fill(0);
    for (const source of spikes) {
      const row = source * outputs;
      for (let n = 0; n < outputs; n++) sum[n]! += weight[row + n]!;
    }
    const [keepCurrent, keepVoltage] = [this.#keepCurrent, this.#keepVoltage];
    const fired: number[] = [];
    for (let n = 0; n < outputs; n++) {
      const current = this.#wrap(Math.trunc((this.#current[n]! * keepCurrent) / this.#unit) + this.#shift * sum[n]!);
      this.#current[n] = current;
      if (this.#rest[n]! > 0) {
        this.#rest[n]!--;
        continue;
      }
      const voltage = this.#saturate(Math.trunc((this.#voltage[n]! * keepVoltage) / this.#unit) + current);
      const fires = voltage >= this.#threshold;
      this.#voltage[n] = fires ? 0 : voltage;
      if (!fires) continue;
      this.#rest[n] = Math.max(refractory - 1, 0);
      fired.push(n);
    }
    return fired;
  }

  /** Currents and voltages, integers, copies. */
  state(): { readonly current: Float64Array; readonly voltage: Float64Array } {
    return { current: this.#current.slice(), voltage: this.#voltage.slice() };
  }

  #wrap(value: number): number {
    const period = 2 * this.#limit;
    return value - period * Math.floor((value + this.#limit) / period);
  }

  #saturate(value: number): number {
    return Math.min(Math.max(value, -this.#limit + 1), this.#limit - 1);
  }
}
