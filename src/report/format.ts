/** Numbers as people read them. SI values of one column share one prefix, so that they can be compared at a glance. */
import { SI_PREFIXES } from '../base/index.ts';
import type { GradedQuantity } from '../model/index.ts';

/** A unit in which a set of SI values reads well. */
export interface DisplayUnit {
  /** Shown value = SI value x factor. */
  readonly factor: number;
  readonly unit: string;
}

const PREFIXED = new Set(['F', 's', 'J', 'W', 'V', 'A', 'Hz', 'V/s', 'S']);

/** The prefix that fits the largest of the values. Areas (m^2) become mm² or µm²; pure numbers and counts stay as they are. */
export function displayUnit(unit: string, values: readonly (number | null)[]): DisplayUnit {
  const largest = Math.max(0, ...values.map((value) => Math.abs(value ?? 0)));
  if (unit === 'm^2' || unit === 'm²') return largest < 1e-8 ? { factor: 1e12, unit: 'µm²' } : { factor: 1e6, unit: 'mm²' };
  if (unit === '1') return { factor: 1, unit: '' };
  if (!PREFIXED.has(unit) || largest === 0) return { factor: 1, unit };
  const [size, prefix] = SI_PREFIXES.find(([candidate]) => largest >= candidate * 0.9995) ?? SI_PREFIXES.at(-1)!;
  return { factor: 1 / size, unit: `${prefix === 'u' ? 'µ' : prefix}${unit}` };
}

/** What a column or an axis is called: its unit in brackets, where it has one. */
export function labelWithUnit(name: string, unit: string): string {
  return unit === '' ? name : `${name} (${unit})`;
}

/** A value in a display unit, with 15 digits at most: 1e-5 s in µs is 10, not 9.999999999999998. */
export function scaled(value: number | null, { factor }: DisplayUnit): number | null {
  return value === null ? null : Number((value * factor).toPrecision(15));
}

/** A number with so many significant digits; whole numbers in full; a dash where nothing is defined. */
export function number(value: number | null | undefined, digits = 3, wholeInFull = true): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if ((wholeInFull || value === 0) && Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  const size = Math.abs(value);
  const text = size >= 1e6 || size < 1e-4 ? value.toExponential(digits - 1) : value.toPrecision(digits);
  // toPrecision turns 1234.5 into 1.23e+3
  return text.includes('e+') && size < 1e6 ? String(Math.round(value)) : text.replace('e+', 'e');
}

/** The numbers of one column: with so many significant digits each, or all in full where all are whole. */
export function numbers(values: readonly (number | null)[], digits = 3): string[] {
  const whole = values.every((value) => value === null || Number.isInteger(value));
  return values.map((value) =>
    whole || value === null || Math.abs(value) >= 10 ** digits ? number(value, digits) : number(value, digits, false),
  );
}

/** A SI value with its unit and the prefix that fits: 1.3e-11 J is "13.0 pJ". */
export function withUnit(value: number | null, unit: string, digits = 3): string {
  if (value === null) return '–';
  const display = displayUnit(unit, [value]);
  return `${number(scaled(value, display), digits)}${display.unit === '' ? '' : ` ${display.unit}`}`;
}

/** A share of 1 in percent. */
export function percent(share: number | null | undefined, digits = 2): string {
  return share === null || share === undefined ? '–' : `${number(Number((share * 100).toPrecision(digits)), digits)} %`;
}

/** Relative deviations below this are rounding of the last bits. */
const EXACT = 1e-12;

/** An RMS deviation of a calibrated quantity: in LSB, or relative to the target for times and strengths. */
export function deviation(rms: number, unit: GradedQuantity['unit']): string {
  if (unit !== 'LSB' && Math.abs(rms) < EXACT) return '0 %';
  return unit === 'LSB' ? `${number(rms)} LSB` : percent(rms);
}

/** A p-value: never "0". */
export function probability(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${number(p, 2)}`;
}

/** "3 points" and "1 point"; the plural of a die is dies. */
export function count(n: number, noun: string): string {
  return `${number(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** Names in a sentence: "a, b and c"; the rest is counted when there are more than `most`. */
export function list(names: readonly string[], most = 6): string {
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${String(names.length - most)} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}
