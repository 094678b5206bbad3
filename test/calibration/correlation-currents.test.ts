/** Currents of the correlation sensors on sensors in closed form, whose amplitude and time constant fall with other powers of their codes than a data sheet says, and on a die. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { searchCurrents } from '../../src/calibration/correlation-currents.ts';
import { potentialReader } from '../../src/calibration/reader.ts';
import { DieSubstrate } from '../../src/chip/index.ts';
import {
  NEURON_CELLS,
  type Capabilities,
  type CorrelationCurrents,
  type Experiment,
  type Recording,
  type Setting,
  type Substrate,
} from '../../src/model/index.ts';
import { bss2, nominal } from '../chip/cards.ts';

const NEURONS = 8;
const BLOCK = 4;
const ROWS = 16;
const DESIGN = 100;
/** Ticks after a release at which every neuron fires. */
const FIRES = 1500;

interface Law {
  /** Of each block at the codes of the data sheet: LSB and s. */
  readonly amplitude: readonly number[];
  readonly tau: readonly number[];
  readonly powers: readonly [store: number, ramp: number];
  /** Of single synapses, relative. */
  readonly own: (row: number, neuron: number) => number;
}

/** Two blocks of sensors that obey a law, read without noise by a converter without offsets; they are full at 150 LSB. */
class Sensors implements Substrate {
  readonly capabilities: Capabilities;
  readonly bill = { settling: 0, reading: 0, running: 0 };
  codes: CorrelationCurrents = { store: new Int32Array(2).fill(DESIGN), ramp: new Int32Array(2).fill(DESIGN) };
  readonly #law: Law;

  constructor(law: Law) {
    this.#law = law;
    const code = { min: 0, max: 1022 };
    this.capabilities = {
      neurons: NEURONS,
      ticksPerSecond: 1e9,
      speedUp: 1000,
      blockSize: BLOCK,
      codes: Object.fromEntries(NEURON_CELLS.map((kind) => [kind, code])) as Capabilities['codes'],
      cadc: { bits: 8, zero: 0, lsb: 0.005, sampleInterval: 1.7e-6, reliable: [30, 210] },
      leakLinearRange: Infinity,
      synapses: { rows: ROWS, largestWeight: 63 },
      correlation: {
        amplitude: 0.5,
        tau: 5e-6,
        saturation: 150,
        amplitudePerTrim: 0.2,
        tauPerTrim: 0.2,
        currents: { store: DESIGN, ramp: DESIGN, largest: 1022 },
      },
    };
  }

  truth(block: number): { readonly amplitude: number; readonly tau: number } {
    const { amplitude, tau, powers } = this.#law;
    const fall = (code: number, power: number): number => (code / DESIGN) ** -power;
    return {
      amplitude: amplitude[block]! * fall(this.codes.store[block]!, powers[0]),
      tau: tau[block]! * fall(this.codes.ramp[block]!, powers[1]),
    };
  }

  async configure({ correlationCurrents }: Setting): Promise<void> {
    if (correlationCurrents !== undefined) this.codes = { ...correlationCurrents };
  }

  read(): Promise<Float64Array> {
    throw new Error('sensors are read by runs');
  }

  async run({ stimulus: { releaseAt = [], rowEvents = [] }, until }: Experiment): Promise<Recording> {
    const rows = [...new Set(rowEvents.map(({ row }) => row))].toSorted((a, b) => a - b);
    const circuits = Uint32Array.from({ length: NEURONS }, (_, n) => n);
    const lead = releaseAt[0]! - rowEvents[0]!.tick;
    const gap = rowEvents.find(({ tick }) => tick > releaseAt[0]!)!.tick - releaseAt[0]!;
    const held = (ticks: number): Float32Array =>
      Float32Array.from({ length: rows.length * NEURONS }, (_, k) => {
        const n = k % NEURONS;
        const { amplitude, tau } = this.truth(Math.floor(n / BLOCK));
        const sum = releaseAt.length * amplitude * this.#law.own(rows[Math.floor(k / NEURONS)]!, n) * Math.exp(-ticks / 1e9 / tau);
        return Math.min(sum, 150);
      });
    const spikes = releaseAt.flatMap((release) => Array.from(circuits, (n) => [release + FIRES, n] as const));
    return {
      until,
      ticksPerSecond: 1e9,
      spikes: { tick: Float64Array.from(spikes, ([tick]) => tick), neuron: Uint32Array.from(spikes, ([, n]) => n) },
      samples: [],
      correlation: { rows: Uint32Array.from(rows), circuits, causal: held(lead + FIRES), anticausal: held(gap - FIRES) },
    };
  }
}

const ideal = { offsets: new Float64Array(NEURONS), slopes: new Float64Array(NEURONS).fill(1), middle: 0 };

test('both currents bring every block to its targets, whatever power of their codes sensors follow and however far off they are', async () => {
  const power = fc.double({ min: 0.7, max: 1.3, noNaN: true });
  const factor = fc.double({ min: 0.4, max: 2.5, noNaN: true });
  await fc.assert(
    fc.asyncProperty(fc.tuple(power, power), fc.array(factor, { minLength: 4, maxLength: 4 }), async (powers, [a, b, c, d]) => {
      // as many synapses above the median of a block as under it
      const own = (row: number, n: number): number => Math.exp(0.3 * (((row * NEURONS + n) % 5) - 2));
      const sensors = new Sensors({ amplitude: [0.5 * a!, 0.5 * b!], tau: [5e-6 * c!, 5e-6 * d!], powers, own });
      const targets = { amplitude: 0.4, tau: 6e-6, rows: 2 };
      const { currents, quantities } = await searchCurrents(
        sensors,
        { reader: potentialReader(sensors, ideal), errorAt: () => 0 },
        targets,
      );
      expect(currents).toEqual(sensors.codes);
      for (const block of [0, 1]) {
        const { amplitude, tau } = sensors.truth(block);
        // a correction of one code is none: two of 40 codes at the most
        const step = (code: number, of: number): number => (1.6 * of) / code + 0.02;
        expect(Math.abs(amplitude / 0.4 - 1)).toBeLessThan(step(currents.store[block]!, powers[0]));
        expect(Math.abs(tau / 6e-6 - 1)).toBeLessThan(step(currents.ramp[block]!, powers[1]));
        const [store, ramp] = quantities.map(({ verification }) => verification!.reading[block]!);
        expect(Math.abs(store! / amplitude - 1)).toBeLessThan(0.02);
        expect(Math.abs(ramp! / tau - 1)).toBeLessThan(0.02);
      }
      expect(quantities.map(({ status }) => [...status])).toEqual([
        ['ok', 'ok'],
        ['ok', 'ok'],
      ]);
    }),
    { numRuns: 10 },
  );
});

test('sensors that no current reaches are at the limit of its codes', async () => {
  const sensors = new Sensors({ amplitude: [0.002, 0.5], tau: [5e-6, 5e-6], powers: [1, 1], own: () => 1 });
  const targets = { amplitude: 0.5, tau: 5e-6, rows: 2 };
  const { currents, quantities } = await searchCurrents(sensors, { reader: potentialReader(sensors, ideal), errorAt: () => 0 }, targets);
  expect([...currents.store]).toEqual([1, DESIGN]);
  expect(quantities[0]!.status).toEqual(['at limit', 'ok']);
});

test('on a die whose blocks have most of the spread in common, blocks become alike, and single sensors keep to half and twice of the target', async () => {
  const card = bss2(
    'geometry.cores.value=4',
    'geometry.neurons_per_core.value=8',
    'geometry.block.value=8',
    'mismatch.quadrant_share.value=60%',
    'geometry.rows_per_core.value=16',
  );
  const die = new DieSubstrate(card, 3, 1);
  await die.configure(nominal(card));
  const { neurons } = die.capabilities;
  const reader = potentialReader(die, { offsets: new Float64Array(neurons), slopes: new Float64Array(neurons).fill(1), middle: 0 });
  const targets = { amplitude: 0.5, tau: 5e-6, rows: 2 };
  const { currents, quantities } = await searchCurrents(die, { reader, errorAt: () => 0.5 }, targets);
  expect(die.bill.running).toBeGreaterThan(0.03);
  const [store, ramp] = quantities;
  for (const { status, verification } of [store!, ramp!]) {
    expect([...status]).toEqual(['ok', 'ok', 'ok', 'ok']);
    for (const error of verification!.error95) expect(error!).toBeGreaterThan(0);
  }
  // blocks differ by 28 and 20 %; left are two codes of 70, the sample and the offsets of the converter, which this reader does not know
  expect(new Set(currents.store).size).toBeGreaterThan(2);
  for (const value of store!.residual) expect(Math.abs(value! / 0.5)).toBeLessThan(0.06);
  for (const value of ramp!.residual) expect(Math.abs(value! / 5e-6)).toBeLessThan(0.06);
});
