/**
 * Networks of lava-dl (`.net`, HDF5): feed-forward layers of integer neurons.
 *   layer/<i>/{type, shape, inFeatures, outFeatures, weight (out, in), neuron/{type, iDecay, vDecay, vThMant, refDelay, gradedSpike}}
 * Whatever else a layer holds would change what it does, so it is refused by name rather than left out.
 * Source: the export of lava.lib.dl.slayer blocks, as found in files.
 */
import { CardError, type Mistake } from '../base/index.ts';
import { openHdf5, type Hdf5File } from '../store/index.ts';

/** One dense layer; all numbers are integers. */
export interface LavaLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** Weights by source: weight[source x outputs + target]. */
  readonly weight: Int32Array;
  /** Decays of current and voltage in units of 1/4096 per step. */
  readonly currentDecay: number;
  readonly voltageDecay: number;
  /** Threshold mantissa. */
  readonly threshold: number;
  /** Steps from a spike to the next step in which the neuron integrates. */
  readonly refractory: number;
}

export interface LavaNetwork {
  readonly layers: readonly LavaLayer[];
}

const MOST_LAYERS = 256;
const MOST_NEURONS = 2 ** 20;
const LAYER_FIELDS = new Set(['type', 'shape', 'inFeatures', 'outFeatures', 'weight', 'neuron']);
const NEURON_FIELDS = new Set(['type', 'iDecay', 'vDecay', 'vThMant', 'refDelay', 'gradedSpike']);
const BOUNDS = { largestFile: 2 ** 30, largestSet: 2 ** 26 };

/** Reads a network file. Throws CardError with all mistakes of the file. */
export async function readLavaNetwork(path: string): Promise<LavaNetwork> {
  const file = await openHdf5(path, BOUNDS);
  try {
    const names = file.names('layer');
    const mistakes: Mistake[] = [];
    const wrong = (at: string, found: string, expected: string): void => void mistakes.push({ file: path, path: at, found, expected });
    if (names.length === 0 || names.length > MOST_LAYERS)
      wrong('layer', `${String(names.length)} layers`, `1 to ${String(MOST_LAYERS)} layers`);
    const numbers = names.map(Number).toSorted((a, b) => a - b);
    if (numbers.some((number, i) => number !== i)) wrong('layer', names.join(', ').slice(0, 80), 'layers 0, 1, 2 ...');
    if (mistakes.length > 0) throw new CardError(mistakes);
    const layers = numbers.map((number) => readLayer(file, `layer/${String(number)}`, mistakes));
    for (let i = 1; i < layers.length; i++) {
      const [before, after] = [layers[i - 1]?.outputs, layers[i]?.inputs];
      if (before !== undefined && after !== undefined && before !== after)
        wrong(`layer/${String(i)}/inFeatures`, String(after), `${String(before)}, the outputs of the layer before`);
    }
    if (mistakes.length > 0) throw new CardError(mistakes);
    return { layers: layers.filter((layer) => layer !== undefined) };
  } finally {
    file.close();
  }
}

/** One layer, or undefined with its mistakes noted. */
function readLayer(file: Hdf5File, at: string, mistakes: Mistake[]): LavaLayer | undefined {
  const before = mistakes.length;
  const wrong = (path: string, found: string, expected: string): void => void mistakes.push({ file: file.path, path, found, expected });
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof CardError)) throw error;
      mistakes.push(...error.mistakes);
      return undefined;
    }
  };
  const whole = (name: string, least: number, most: number): number => {
    const value = attempt(() => file.number(`${at}/${name}`));
    if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
      wrong(`${at}/${name}`, String(value), `a whole number from ${String(least)} to ${String(most)}`);
    return value ?? least;
  };
  const unknown = (path: string, fields: ReadonlySet<string>): void => {
    for (const name of attempt(() => file.names(path)) ?? [])
      if (!fields.has(name)) wrong(`${path}/${name}`, 'a part that is not known here', `only ${[...fields].join(', ')}`);
  };
  const type = attempt(() => file.text(`${at}/type`));
  if (type !== undefined && type !== 'dense') {
    wrong(`${at}/type`, `"${type.slice(0, 40)}"`, '"dense": other layers are not known');
    return undefined;
  }
  unknown(at, LAYER_FIELDS);
  unknown(`${at}/neuron`, NEURON_FIELDS);
  const neuron = attempt(() => file.text(`${at}/neuron/type`));
  if (neuron !== undefined && neuron !== 'CUBA' && neuron !== 'LOIHI')
    wrong(`${at}/neuron/type`, `"${neuron.slice(0, 40)}"`, 'CUBA or LOIHI');
  const inputs = whole('inFeatures', 1, MOST_NEURONS);
  const outputs = whole('outFeatures', 1, MOST_NEURONS);
  const layer = {
    inputs,
    outputs,
    currentDecay: whole('neuron/iDecay', 0, 4096),
    voltageDecay: whole('neuron/vDecay', 0, 4096),
    threshold: whole('neuron/vThMant', 0, 2 ** 24),
    refractory: whole('neuron/refDelay', 0, 4096),
  };
  if (file.kind(`${at}/neuron/gradedSpike`) !== 'absent' && whole('neuron/gradedSpike', 0, 1) !== 0)
    wrong(`${at}/neuron/gradedSpike`, 'graded spikes', 'spikes without a value');
  const weights = mistakes.length === before ? attempt(() => readWeights(file, `${at}/weight`, inputs, outputs)) : undefined;
  return weights && { ...layer, weight: weights };
}

function readWeights(file: Hdf5File, path: string, inputs: number, outputs: number): Int32Array {
  const { shape, data } = file.numbers(path);
  const wrong = (found: string, expected: string): CardError => new CardError([{ file: file.path, path, found, expected }]);
  if (shape.length !== 2 || shape[0] !== outputs || shape[1] !== inputs)
    throw wrong(`shape (${shape.join(', ')})`, `shape (${String(outputs)}, ${String(inputs)})`);
  const strange = data.find((value) => !Number.isInteger(value) || Math.abs(value) > 2 ** 20);
  if (strange !== undefined) throw wrong(`the weight ${String(strange)}`, 'whole numbers within +-2^20');
  const weight = new Int32Array(data.length);
  for (let target = 0; target < outputs; target++)
    for (let source = 0; source < inputs; source++) weight[source * outputs + target] = data[target * inputs + source]!;
  return weight;
}
