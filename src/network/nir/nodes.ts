/**
 * One NIR node from its group in the file. Old files leave out v_reset (0), w_in (1), input_shape, input_type, metadata.
 */
import { CardError } from '../../base/index.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import type { Hdf5File } from '../../store/index.ts';
import type { NirConvolution, NirNeurons, NirNode } from './graph.ts';

const EMPTY = new Float64Array(0);
const TYPES =
  'Input Output Affine Linear Scale Conv1d Conv2d SumPool2d AvgPool2d Flatten Threshold Delay I IF LI LIF CubaLI CubaLIF NIRGraph'.split(
    ' ',
  );
/** Most elements of a population or an image. */
const MOST_ELEMENTS = 2 ** 24;

/** Reads the node at `path`. Throws CardError for a parameter that is absent, of another shape, or out of range. */
export function readNode(file: Hdf5File, path: string, type: string): NirNode {
  const of = new Fields(file, path);
  switch (type) {
    case 'Input':
    case 'Output':
      return { type, shape: of.shapeList('shape') };
    case 'Affine':
    case 'Linear':
      return affine(of, type === 'Affine');
    case 'Scale': {
      const { shape, data } = of.array('scale');
      return { type, shape, values: data };
    }
    case 'Threshold': {
      const { shape, data } = of.array('threshold');
      return { type, shape, values: data };
    }
    case 'Delay': {
      const { shape, data } = of.array('delay', 'at least 0', (value) => value >= 0);
      return { type, shape, values: data };
    }
    case 'Flatten':
      return { type, first: of.axis('start_dim', 0), last: of.axis('end_dim', -1) };
    case 'Conv1d':
    case 'Conv2d':
      return convolution(of, type);
    case 'SumPool2d':
    case 'AvgPool2d':
      return {
        type,
        kernel: of.pair('kernel_size', 1),
        stride: of.has('stride') ? of.pair('stride', 1) : of.pair('kernel_size', 1),
        padding: of.has('padding') ? of.pair('padding', 0) : [0, 0],
      };
    case 'I':
    case 'LI':
    case 'CubaLI':
    case 'IF':
    case 'LIF':
    case 'CubaLIF':
      return neurons(of, type);
    default: {
      const nearest = didYouMean(type, TYPES);
      throw of.wrong('type', `"${type.slice(0, 80)}"`, `one of ${TYPES.join(', ')}`, nearest);
    }
  }
}

function affine(of: Fields, withBias: boolean): NirNode {
  const { shape, data: weight } = of.array('weight');
  const [outputs = 0, inputs = 0] = shape.slice(-2);
  if (shape.length < 2 || outputs * inputs !== weight.length)
    throw of.wrong('weight', `shape (${shape.join(', ')})`, 'shape (outputs, inputs)');
  const bias = withBias ? of.array('bias').data : new Float64Array(outputs);
  if (bias.length !== outputs) throw of.wrong('bias', `${String(bias.length)} values`, `${String(outputs)}, one per output`);
  return { type: 'Affine', outputs, inputs, weight, bias };
}

function convolution(of: Fields, type: 'Conv1d' | 'Conv2d'): NirConvolution {
  const { shape, data: weight } = of.array('weight');
  const dimensions = type === 'Conv1d' ? 1 : 2;
  if (shape.length !== dimensions + 2) throw of.wrong('weight', `${String(shape.length)} dimensions`, String(dimensions + 2));
  const [out = 0, perGroup = 0, ...kernel] = shape;
  const weightShape = [out, perGroup, dimensions === 1 ? 1 : kernel[0]!, kernel.at(-1)!] as const;
  const bias = of.has('bias') ? of.array('bias').data : new Float64Array(out);
  if (bias.length !== out) throw of.wrong('bias', `${String(bias.length)} values`, `${String(out)}, one per channel`);
  const groups = of.has('groups') ? of.whole('groups', 1) : 1;
  if (out % groups !== 0) throw of.wrong('groups', String(groups), `a divisor of ${String(out)} channels`);
  // along the one axis of a Conv1d, nothing across it
  const along = (name: string, least: number, otherwise: number): readonly [number, number] => {
    if (!of.has(name)) return [otherwise, otherwise];
    return dimensions === 1 ? [otherwise, of.pair(name, least)[1]] : of.pair(name, least);
  };
  const padding = of.isText('padding') ? of.word('padding', ['same', 'valid']) : along('padding', 0, 0);
  return {
    type,
    weightShape,
    weight,
    bias,
    stride: along('stride', 1, 1),
    dilation: along('dilation', 1, 1),
    padding,
    groups,
    inputShape: of.has('input_shape') ? along('input_shape', 1, 1) : null,
  };
}

function neurons(of: Fields, type: NirNeurons['type']): NirNeurons {
  const positive = (name: string) => of.array(name, 'times above 0 s', (value) => value > 0);
  const cuba = type.startsWith('Cuba');
  const leaky = type !== 'I' && type !== 'IF';
  const spiking = type.endsWith('IF');
  const one = { shape: [], data: Float64Array.of(0) };
  const fields = {
    tau: leaky ? positive(cuba ? 'tau_mem' : 'tau') : { shape: [], data: EMPTY },
    tauSyn: cuba ? positive('tau_syn') : { shape: [], data: EMPTY },
    wIn: cuba && of.has('w_in') ? of.array('w_in') : { shape: [], data: Float64Array.of(1) },
    r: of.array('r'),
    vLeak: leaky ? of.array('v_leak') : one,
    // a threshold that is never reached is one
    vThreshold: spiking
      ? of.array('v_threshold', 'numbers above -Infinity', (value) => value > -Infinity, true)
      : { shape: [], data: EMPTY },
    vReset: spiking && of.has('v_reset') ? of.array('v_reset') : one,
  };
  const { shape, data } = Object.values(fields).reduce((most, field) => (field.data.length > most.data.length ? field : most));
  for (const [name, field] of Object.entries(fields)) {
    if (field.data.length > 1 && field.data.length !== data.length) {
      throw of.wrong(name, `${String(field.data.length)} values`, `1 or ${String(data.length)} as the others`);
    }
  }
  return {
    type,
    shape: data.length === 1 && shape.length === 0 ? [1] : shape,
    tau: fields.tau.data,
    tauSyn: fields.tauSyn.data,
    wIn: fields.wIn.data,
    r: fields.r.data,
    vLeak: fields.vLeak.data,
    vThreshold: fields.vThreshold.data,
    vReset: fields.vReset.data,
  };
}

/** The data sets of one node. */
class Fields {
  readonly #file: Hdf5File;
  readonly #path: string;

  constructor(file: Hdf5File, path: string) {
    this.#file = file;
    this.#path = path;
  }

  has(name: string): boolean {
    return this.#file.kind(`${this.#path}/${name}`) === 'dataset';
  }

  isText(name: string): boolean {
    if (!this.has(name)) return false;
    try {
      this.#file.texts(`${this.#path}/${name}`);
      return true;
    } catch (error) {
      if (error instanceof CardError) return false;
      throw error;
    }
  }

  word<T extends string>(name: string, words: readonly T[]): T {
    const text = this.#file.text(`${this.#path}/${name}`);
    const word = words.find((one) => one === text);
    if (word === undefined) throw this.wrong(name, `"${text.slice(0, 80)}"`, words.join(' or '));
    return word;
  }

  array(
    name: string,
    expected = 'finite numbers',
    valid: (value: number) => boolean = () => true,
    infinite = false,
  ): { shape: readonly number[]; data: Float64Array } {
    const array = this.#file.numbers(`${this.#path}/${name}`);
    const bad = array.data.find((value) => !(infinite ? !Number.isNaN(value) : Number.isFinite(value)) || !valid(value));
    if (bad !== undefined) throw this.wrong(name, String(bad), expected);
    if (array.data.length === 0) throw this.wrong(name, 'no values', 'at least one');
    return array;
  }

  shapeList(name: string): number[] {
    const shape = Array.from(this.array(name, 'whole numbers of at least 1', (value) => Number.isInteger(value) && value >= 1).data);
    if (shape.reduce((product, length) => product * length, 1) > MOST_ELEMENTS) {
      throw this.wrong(name, shape.join(' x '), `at most ${String(MOST_ELEMENTS)} elements`);
    }
    return shape;
  }

  /** Number of an axis. */
  axis(name: string, otherwise: number): number {
    if (!this.has(name)) return otherwise;
    const { data } = this.array(name, 'a whole number from -32 to 32', (value) => Number.isInteger(value) && Math.abs(value) <= 32);
    if (data.length !== 1) throw this.wrong(name, `${String(data.length)} numbers`, 'one');
    return data[0]!;
  }

  whole(name: string, least: number): number {
    return this.pair(name, least)[0];
  }

  /** One number for both axes, or two. */
  pair(name: string, least: number): readonly [number, number] {
    const { data } = this.array(
      name,
      `whole numbers from ${String(least)} to 65536`,
      (value) => Number.isInteger(value) && value >= least && value <= 65536,
    );
    if (data.length > 2) throw this.wrong(name, `${String(data.length)} numbers`, 'one or two');
    return [data[0]!, data.at(-1)!];
  }

  wrong(name: string, found: string, expected: string, nearest?: string): CardError {
    return new CardError([
      { file: this.#file.path, path: `${this.#path}/${name}`, found, expected, ...(nearest === undefined ? {} : { nearest }) },
    ]);
  }
}
