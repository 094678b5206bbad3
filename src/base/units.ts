/**
 * Quantities with units, read once into SI numbers: an SI unit with a prefix right away, any other by mathjs, which takes a tenth of a second to get ready. `1ms hw` marks hardware time on the command line; plain durations there are biological.
 */
import { unit } from '#vendor/mathjs';

/** What a quantity measures, and the SI unit in which it is kept inside. */
export const DIMENSIONS = {
  time: 's',
  frequency: 'Hz',
  voltage: 'V',
  current: 'A',
  capacitance: 'F',
  conductance: 'S',
  resistance: 'ohm',
  length: 'm',
  area: 'm^2',
  energy: 'J',
  power: 'W',
  temperature: 'K',
} as const;
export type Dimension = keyof typeof DIMENSIONS;

/** Powers of ten of the prefixes that are read without mathjs. */
const POWERS: Readonly<Record<string, number>> = { G: 9, M: 6, k: 3, '': 0, m: -3, u: -6, n: -9, p: -12, f: -15 };

/** A short number with a prefixed SI unit, exactly rounded (mathjs, cut to 15 digits, gives the same); undefined for everything else. */
function readPlainQuantity(text: string, dimension: Dimension): number | undefined {
  const symbol = DIMENSIONS[dimension];
  const [, digits, power = '', name] =
    /^\s*([-+]?\d{1,7}(?:\.\d{0,7})?)(?:e([-+]?\d{1,2}))?\s*([a-zA-Z][a-zA-Z^0-9]*)\s*$/.exec(text) ?? [];
  if (digits === undefined || name?.endsWith(symbol) !== true) return undefined;
  const prefix = POWERS[name.slice(0, -symbol.length)];
  if (prefix === undefined) return undefined;
  // + 0: there is no negative zero
  return Number(`${digits}e${String(Number(power) + (symbol.endsWith('^2') ? 2 : 1) * prefix)}`) + 0;
}

/** The SI value of `text` such as "10 us" or "2.4 pF", or undefined when it is no quantity of that dimension. */
export function parseQuantity(text: string, dimension: Dimension): number | undefined {
  // a number and a unit, nothing else: mathjs would also evaluate arithmetic
  if (!/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*[a-zA-ZµΩ°][a-zA-ZµΩ0-9^/ *]*$/i.test(text)) return undefined;
  const plain = readPlainQuantity(text.replace('µ', 'u').replace('Ω', 'ohm'), dimension);
  if (plain !== undefined) return plain;
  try {
    // 15 digits: "10 us" would otherwise read 9.999999999999999e-6
    const value = Number(unit(text.replace('µ', 'u').replace('Ω', 'ohm')).toNumber(DIMENSIONS[dimension]).toPrecision(15));
    return Number.isFinite(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Prefixes of SI, the largest first: factor and symbol. */
export const SI_PREFIXES = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'u'],
  [1e-9, 'n'],
  [1e-12, 'p'],
  [1e-15, 'f'],
] as const;

/** A quantity as a person writes it: formatQuantity(1e-5, 'time') is "10 us". */
export function formatQuantity(value: number, dimension: Dimension, digits = 4): string {
  const symbol = DIMENSIONS[dimension];
  if (value === 0 || !Number.isFinite(value)) return `${String(Number(value.toPrecision(digits)))} ${symbol}`;
  // the prefix of a square is squared: 1e-6 m^2 is 1 mm^2
  const prefixes = SI_PREFIXES.map(([size, prefix]) => [symbol.endsWith('^2') ? size * size : size, prefix] as const);
  const [factor, prefix] = prefixes.find(([size]) => Math.abs(value) >= size * (1 - 1e-12)) ?? prefixes.at(-1)!;
  return `${String(Number((value / factor).toPrecision(digits)))} ${prefix}${symbol}`;
}

/** Numbers as texts of as few digits as tell all of them apart, three at least: 0.125992104989 beside 0.05 is "0.126". Other values as they are written. */
export function toldApart(values: readonly unknown[]): (value: unknown) => string {
  const numbers = [...new Set(values.filter((value) => typeof value === 'number'))];
  const shown = (digits: number) => numbers.map((value) => Number(value.toPrecision(digits)));
  let digits = 3;
  while (digits < 17 && new Set(shown(digits)).size < numbers.length) digits++;
  // whole numbers are told in full
  return (value) => String(typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(digits)) : value);
}
