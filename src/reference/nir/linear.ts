/**
 * The stateless nodes of NIR, driven by what is not zero: spikes are few, so an input that is 0 costs one comparison. Arrays are flat, row after row (C order): channels,
 * height, width.
 */
import { InfeasibleError } from '../../base/index.ts';
import type { NirConvolution, NirNode, NirPool } from '../../network/index.ts';

const MOST_ELEMENTS = 2 ** 24;

/** A node as a function of its input; `shape` is that of the output. */
export interface LinearMap {
  readonly inputs: number;
  readonly shape: readonly number[];
  /** Writes every element of `y`. */
  readonly apply: (x: Float64Array, y: Float64Array) => void;
  /** Connections, for counts: products of a dense evaluation. */
  readonly connections: number;
}

/** The map of a stateless node for an input of the given shape; null for nodes with a state. Throws InfeasibleError where shapes do not fit. */
export function linearMap(name: string, node: NirNode, shape: readonly number[]): LinearMap | null {
  const size = sizeOf(shape);
  switch (node.type) {
    case 'Affine':
      return affine(node);
    case 'Scale':
    case 'Threshold': {
      const { values } = node;
      const at = values.length === 1 ? () => values[0]! : (k: number) => values[k]!;
      const inputs = values.length === 1 ? size : values.length;
      const scale = node.type === 'Scale';
      const apply = (x: Float64Array, y: Float64Array): void => {
        for (let k = 0; k < y.length; k++) y[k] = scale ? at(k) * x[k]! : x[k]! > at(k) ? 1 : 0;
      };
      return { inputs, shape: values.length === 1 ? shape : node.shape, apply, connections: 0 };
    }
    case 'Flatten':
      return { inputs: size, shape: flattened(shape, node), apply: (x, y) => y.set(x), connections: 0 };
    case 'Conv1d':
    case 'Conv2d':
      return convolution(name, node, shape);
    case 'SumPool2d':
    case 'AvgPool2d':
      return pool(name, node, shape);
    case 'Input':
    case 'Output':
    case 'Delay':
    case 'I':
    case 'LI':
    case 'CubaLI':
    case 'IF':
    case 'LIF':
    case 'CubaLIF':
      break;
  }
  return null;
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Axes first to last become one; counted from the end where negative, from the nearest there is where they lie outside. */
function flattened(shape: readonly number[], { first, last }: { readonly first: number; readonly last: number }): readonly number[] {
  const place = (k: number): number => Math.min(Math.max(k < 0 ? shape.length + k : k, 0), Math.max(shape.length - 1, 0));
  const [from, to] = [place(first), place(last)];
  if (from > to) return shape;
  return [...shape.slice(0, from), sizeOf(shape.slice(from, to + 1)), ...shape.slice(to + 1)];
}

function affine({ outputs, inputs, weight, bias }: Extract<NirNode, { type: 'Affine' }>): LinearMap {
  // one column per input, so that a spike reads what it needs in one piece
  const columns = new Float64Array(weight.length);
  for (let i = 0; i < outputs; i++) for (let j = 0; j < inputs; j++) columns[j * outputs + i] = weight[i * inputs + j]!;
  const apply = (x: Float64Array, y: Float64Array): void => {
    y.set(bias);
    for (let j = 0; j < inputs; j++) {
      const value = x[j]!;
      if (value === 0) continue;
      for (let i = 0, at = j * outputs; i < outputs; i++, at++) y[i]! += columns[at]! * value;
    }
  };
  return { inputs, shape: [outputs], apply, connections: weight.length };
}

/** Channels, height, width of a shape, with or without a batch of one; one axis is the width. */
function image(name: string, shape: readonly number[], dimensions: 1 | 2): [number, number, number] {
  const [channels, ...rest] = shape.length === dimensions + 2 && shape[0] === 1 ? shape.slice(1) : shape;
  if (channels !== undefined && rest.length === dimensions) return [channels, dimensions === 1 ? 1 : rest[0]!, rest.at(-1)!];
  throw new InfeasibleError(
    `node ${name}: found an input of shape (${shape.join(', ')}), expected channels and ${dimensions === 1 ? 'a length' : 'height and width'}`,
  );
}

/** Output size along one axis and the padding before it. */
function axis(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: number | 'same' | 'valid',
): [size: number, before: number] {
  const reach = dilation * (kernel - 1);
  const before = padding === 'same' ? reach >> 1 : padding === 'valid' ? 0 : padding;
  const both = padding === 'same' ? reach : 2 * before;
  return [Math.floor((input + both - reach - 1) / stride) + 1, before];
}

function convolution(name: string, node: NirConvolution, given: readonly number[]): LinearMap {
  const [out, perGroup, kernelHeight, kernelWidth] = node.weightShape;
  const { groups, stride, dilation, bias, weight } = node;
  const dimensions = node.type === 'Conv1d' ? 1 : 2;
  // a flat input takes the shape that the node names
  const shape = given.length === 1 && node.inputShape !== null ? [perGroup * groups, ...node.inputShape.slice(2 - dimensions)] : given;
  const [channels, height, width] = image(name, shape, dimensions);
  if (channels !== perGroup * groups)
    throw new InfeasibleError(`node ${name}: found ${String(channels)} channels, expected ${String(perGroup * groups)}`);
  const padding = (k: 0 | 1): number | 'same' | 'valid' => (typeof node.padding === 'string' ? node.padding : node.padding[k]);
  const [outHeight, top] = dimensions === 1 ? [1, 0] : axis(height, kernelHeight, stride[0], dilation[0], padding(0));
  const [outWidth, left] = axis(width, kernelWidth, stride[1], dilation[1], padding(1));
  const plane = checked(name, out, outHeight, outWidth);
  const outPerGroup = out / groups;
  const down = dimensions === 1 ? 1 : stride[0];
  const apply = (x: Float64Array, y: Float64Array): void => {
    for (let channel = 0; channel < out; channel++) y.fill(bias[channel]!, channel * plane, (channel + 1) * plane);
    for (let index = 0; index < x.length; index++) {
      const value = x[index]!;
      if (value === 0) continue;
      const channel = Math.floor(index / (height * width));
      const row = Math.floor(index / width) % height;
      const column = index % width;
      const group = Math.floor(channel / perGroup);
      for (let ky = 0; ky < kernelHeight; ky++) {
        const yy = row + top - ky * dilation[0];
        if (yy < 0 || yy % down !== 0 || yy / down >= outHeight) continue;
        for (let kx = 0; kx < kernelWidth; kx++) {
          const xx = column + left - kx * dilation[1];
          if (xx < 0 || xx % stride[1] !== 0 || xx / stride[1] >= outWidth) continue;
          const place = (yy / down) * outWidth + xx / stride[1];
          for (let o = group * outPerGroup; o < (group + 1) * outPerGroup; o++) {
            y[o * plane + place]! += weight[((o * perGroup + (channel % perGroup)) * kernelHeight + ky) * kernelWidth + kx]! * value;
          }
        }
      }
    }
  };
  return {
    inputs: channels * height * width,
    shape: dimensions === 1 ? [out, outWidth] : [out, outHeight, outWidth],
    apply,
    connections: out * plane * perGroup * kernelHeight * kernelWidth,
  };
}

function pool(name: string, { type, kernel, stride, padding }: NirPool, shape: readonly number[]): LinearMap {
  const [channels, height, width] = image(name, shape, 2);
  const [outHeight, top] = axis(height, kernel[0], stride[0], 1, padding[0]);
  const [outWidth, left] = axis(width, kernel[1], stride[1], 1, padding[1]);
  checked(name, channels, outHeight, outWidth);
  const factor = type === 'AvgPool2d' ? 1 / (kernel[0] * kernel[1]) : 1;
  const apply = (x: Float64Array, y: Float64Array): void => {
    for (let at = 0; at < y.length; at++) {
      const channel = Math.floor(at / (outHeight * outWidth));
      const firstRow = (Math.floor(at / outWidth) % outHeight) * stride[0] - top;
      const firstColumn = (at % outWidth) * stride[1] - left;
      let sum = 0;
      for (let row = Math.max(0, firstRow); row < Math.min(height, firstRow + kernel[0]); row++) {
        for (let column = Math.max(0, firstColumn); column < Math.min(width, firstColumn + kernel[1]); column++) {
          sum += x[(channel * height + row) * width + column]!;
        }
      }
      y[at] = sum * factor;
    }
  };
  const connections = channels * outHeight * outWidth * kernel[0] * kernel[1];
  return { inputs: channels * height * width, shape: [channels, outHeight, outWidth], apply, connections };
}

/** Elements of a plane; refuses outputs that are empty or too large. */
function checked(name: string, channels: number, height: number, width: number): number {
  if (height < 1 || width < 1) throw new InfeasibleError(`node ${name}: its window is larger than its input`);
  if (channels * height * width > MOST_ELEMENTS) throw new InfeasibleError(`node ${name}: more than ${String(MOST_ELEMENTS)} outputs`);
  return height * width;
}
