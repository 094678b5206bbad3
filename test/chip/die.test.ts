import { expect, test } from 'vitest';
import { compileDie, type DieLayout } from '../../src/chip/index.ts';
import { bss2, deviation, mean } from './cards.ts';

test('the mismatch of chips/bss2.yaml is the published and proposed spread before calibration', () => {
  const { mismatch, noise, cells, cadc, variation } = bss2();
  const value = (name: Exclude<keyof typeof mismatch, 'quadrant_share' | 'driver_reference'>): number => mismatch[name]?.value ?? NaN;
  const lsb = cadc.lsb.value;
  expect(variation).toBe(1);
  expect(mismatch.quadrant_share.value).toBe(0.2);
  // 8 CADC LSB
  for (const name of ['leak', 'reset', 'threshold'] as const) {
    expect(value(name)).toBe(0.036);
    expect(value(name) / lsb).toBeCloseTo(8, 12);
  }
  for (const name of [
    'tau_mem',
    'tau_syn_excitatory',
    'tau_syn_inhibitory',
    'synaptic_strength_excitatory',
    'synaptic_strength_inhibitory',
  ] as const) {
    expect(value(name)).toBe(0.25);
  }
  expect(value('cadc_offset')).toBe(15);
  expect(value('driver_amplitude') / lsb).toBeCloseTo(4, 12);
  expect(noise.cadc_read.value).toBe(1);
  expect(noise.membrane.value).toBe(0.002);
  expect(noise.scale).toBe(1);
  expect(cells.write_noise.value).toBe(1);
});

const FIELDS = {
  leakOffset: [0, 0.036],
  resetOffset: [0, 0.036],
  thresholdOffset: [0, 0.036],
  tauMemFactor: [1, 0.25],
  tauSynExcitatoryFactor: [1, 0.25],
  tauSynInhibitoryFactor: [1, 0.25],
  strengthExcitatoryFactor: [1, 0.25],
  strengthInhibitoryFactor: [1, 0.25],
  cadcOffset: [0, 15],
} as const satisfies Partial<Record<keyof DieLayout, readonly [number, number]>>;
type Field = keyof typeof FIELDS;

const DIES = 60;
const dies = (card = bss2()): DieLayout[] => Array.from({ length: DIES }, (_, k) => compileDie(card, 1000 + k));

/** Values of a parameter per quadrant, over all dies. */
function quadrants(layouts: readonly DieLayout[], field: Field): Float64Array[] {
  return layouts.flatMap((die) => [0, 1, 2, 3].map((q) => die[field].subarray(128 * q, 128 * (q + 1))));
}

test.each(['normal', 'lognormal'] as const)(
  'over 60 dies every parameter has the mean, spread and quadrant share of the card (%s)',
  (law) => {
    const layouts = dies(bss2(`variation.distribution=${law}`));
    for (const field of Object.keys(FIELDS) as Field[]) {
      const [centre, spread] = FIELDS[field];
      const cells = quadrants(layouts, field);
      const means = cells.map(mean);
      // variance within quadrants 0.8, between them 0.2 (and 0.8 / 128 of what is within)
      const within = mean(cells.map((cell) => deviation(cell) ** 2)) / spread ** 2;
      const between = deviation(means) ** 2 / spread ** 2;
      // standard errors from the 240 quadrant means: four of them
      expect(Math.abs(mean(means) - centre) / spread).toBeLessThan((4 * Math.sqrt(0.2063)) / Math.sqrt(240));
      expect(Math.abs(within - 0.8)).toBeLessThan(law === 'normal' ? 0.03 : 0.06);
      expect(Math.abs(between - 0.2063)).toBeLessThan(4 * 0.2063 * Math.sqrt(2 / 239) * (law === 'normal' ? 1 : 1.5));
    }
  },
);

test('the distribution of all spreads is that of each of them', () => {
  const { mismatch } = bss2();
  const spreads = Object.entries(mismatch).flatMap(([name, spread]) =>
    typeof spread === 'object' && 'distribution' in spread ? [name] : [],
  );
  expect(spreads.length).toBeGreaterThan(30);
  for (const law of ['normal', 'lognormal']) {
    const each = compileDie(bss2(...spreads.map((name) => `mismatch.${name}.distribution=${law}`)), 7);
    const all = compileDie(bss2(`variation.distribution=${law}`), 7);
    const values = (die: DieLayout): unknown[] => Object.values(die).map((value: unknown) => (typeof value === 'function' ? null : value));
    expect(values(all)).toEqual(values(each));
    expect([all.driverFactor(5), all.synapseFactor(5, 9)]).toEqual([each.driverFactor(5), each.synapseFactor(5, 9)]);
  }
  // scales of single spreads may stand beside it
  expect(compileDie(bss2('variation.distribution=lognormal', 'variation.leak=0'), 7).leakOffset).toEqual(new Float64Array(512));
});

test('parameters of one circuit are independent of one another', () => {
  const layouts = dies();
  const columns = (Object.keys(FIELDS) as Field[]).map((field) => layouts.flatMap((die) => [...die[field]]));
  for (const [i, a] of columns.entries()) {
    for (const b of columns.slice(i + 1)) {
      const [ma, mb] = [mean(a), mean(b)];
      const correlation = mean(a.map((x, k) => (x - ma) * (b[k]! - mb))) / (deviation(a) * deviation(b));
      // the shared fifth leaves 240 quadrants as the number that counts for 4 % of the variance of a product
      expect(Math.abs(correlation)).toBeLessThan(0.07);
    }
  }
});

test('synapses vary by 5 % each and by 10 % per driver, which is shared by the row', () => {
  const die = compileDie(bss2(), 5);
  const rows = Array.from({ length: 400 }, (_, row) => Float64Array.from({ length: 40 }, (__, n) => die.synapseFactor(row, n)));
  expect(mean(rows.map(mean))).toBeCloseTo(1, 1);
  expect(mean(rows.map((row) => deviation(row) / mean(row)))).toBeCloseTo(0.05, 2);
  expect(deviation(rows.map(mean))).toBeCloseTo(0.1, 1.7);
});

test('two dies of one seed are identical, another seed is another die', () => {
  const [a, b, c] = [compileDie(bss2(), 9), compileDie(bss2(), 9), compileDie(bss2(), 10)];
  for (const field of Object.keys(FIELDS) as Field[]) {
    expect(a[field]).toEqual(b[field]);
    expect(a[field].some((value, n) => value === c[field][n])).toBe(false);
  }
  expect(a.synapseFactor(3, 4)).toBe(b.synapseFactor(3, 4));
  expect(a.synapseFactor(3, 4)).not.toBe(c.synapseFactor(3, 4));
});

test('a larger die changes no circuit and no synapse of the smaller one', () => {
  const [small, large] = [compileDie(bss2('geometry.cores.value=4'), 9), compileDie(bss2(), 9)];
  for (const field of Object.keys(FIELDS) as Field[]) expect(large[field].subarray(0, small.neurons)).toEqual(small[field]);
  expect(large.synapseFactor(100, 7)).toBe(small.synapseFactor(100, 7));
});

test('the variation of the card scales every spread; 0 is the data sheet', () => {
  const [whole, half, none] = [compileDie(bss2(), 9), compileDie(bss2('variation=0.5'), 9), compileDie(bss2('variation=0'), 9)];
  for (const field of Object.keys(FIELDS) as Field[]) {
    const [centre] = FIELDS[field];
    expect(half[field][17]! - centre).toBeCloseTo((whole[field][17]! - centre) / 2, 12);
    expect([...none[field]].every((value) => value === centre)).toBe(true);
  }
  expect(none.synapseFactor(1, 2)).toBe(1);
});
