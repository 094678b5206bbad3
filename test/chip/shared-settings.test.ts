/** What is set for many circuits at once: synapse DACs of blocks, codes of drivers, refractory clock, trim bits of correlation sensors. */
import { describe, expect, test } from 'vitest';
import { compileDie, DieSubstrate, refractoryPeriod } from '../../src/chip/index.ts';
import type { ChipCard, CorrelationCurrents, RowEvent, Setting } from '../../src/model/index.ts';
import { bss2, deviation, IDEAL, mean, nominal } from './cards.ts';

const TWO_BLOCKS = ['geometry.cores.value=8'];
const NEURONS = 256;
const ALL = Uint32Array.from({ length: NEURONS }, (_, n) => n);
/** The ADC's own resolution without its noise. */
const FINE = ['cadc.bits.value=14', 'cadc.lsb.value=0.1 mV', 'cadc.reliable.value=[600, 10000]', 'noise.scale=0'];

function quiet(card: ChipCard): Setting {
  const all = (code: number): Int32Array => new Int32Array(NEURONS).fill(code);
  const { codes, leakMode } = nominal(card);
  return {
    codes: { ...codes, synapse_tau_excitatory: all(614), synapse_bias_excitatory: all(200) },
    leakMode: leakMode!,
    spiking: false,
  };
}

describe('the synapse DAC of a block', () => {
  test('scales the strength of all synapses of its block, and of no other', async () => {
    const die = new DieSubstrate(bss2(...TWO_BLOCKS, ...IDEAL), 1, 1);
    await die.configure(quiet(bss2(...TWO_BLOCKS)));
    const before = die.truth().driveExcitatory.slice();
    const billed = die.bill.settling;
    await die.configure({ synapseDac: Int32Array.of(900, 600) });
    expect(die.bill.settling - billed).toBeCloseTo(20e-3, 9);
    const after = die.truth().driveExcitatory;
    for (let n = 0; n < NEURONS; n++) expect(after[n]! / before[n]!).toBeCloseTo(n < 128 ? 1.5 : 1, 12);
  });

  test('has write noise of its own, drawn once per write of a cell', async () => {
    const die = new DieSubstrate(bss2(...TWO_BLOCKS, 'variation=0', 'cells.crosstalk.value=0'), 1, 1);
    await die.configure(quiet(bss2(...TWO_BLOCKS)));
    const base = die.truth().driveExcitatory.slice();
    const seen: number[] = [];
    const other = new Set<number>();
    for (let k = 0; k < 400; k++) {
      await die.configure({ synapseDac: Int32Array.of(600 + (k % 2), 600) });
      const { driveExcitatory } = die.truth();
      seen.push((driveExcitatory[0]! / base[0]!) * 600 - 600 - (k % 2));
      other.add(driveExcitatory[200]!);
    }
    // standard errors of 400 draws: 0.05 and 0.035
    expect(Math.abs(mean(seen))).toBeLessThan(0.2);
    expect(Math.abs(deviation(seen) - 1)).toBeLessThan(0.14);
    expect(other.size).toBe(1);
  });

  test('is refused where the card has none, and out of range', async () => {
    const none = new DieSubstrate({ ...bss2(), synapse: { ...bss2().synapse, dac_code: undefined } }, 1, 1);
    await expect(none.configure({ synapseDac: Int32Array.of(1, 1, 1, 1) })).rejects.toThrow(/no such cell/);
    await expect(new DieSubstrate(bss2(), 1, 1).configure({ synapseDac: Int32Array.of(1, 2, 3) })).rejects.toThrow(
      /4 codes from 0 to 1022/,
    );
  });
});

describe('short-term plasticity', () => {
  const INTERVAL = 20_000;
  const train: readonly RowEvent[] = Array.from({ length: 6 }, (_, k) => ({ tick: 5_000 + k * INTERVAL, row: 3, sign: 1 }));

  /** Peak of each response over rest, first circuit of every core, LSB. */
  async function peaks(die: DieSubstrate): Promise<number[]> {
    const { samples } = await die.run({
      stimulus: { rowEvents: train },
      probes: [{ kind: 'madc', circuits: Uint32Array.of(0), from: 0 }],
      until: 130_000,
    });
    const { tick, values } = samples[0]!;
    return train.slice(1).map((event) => {
      let top = -Infinity;
      tick.forEach((at, k) => (top = at > event.tick && at < event.tick + INTERVAL ? Math.max(top, values[k]!) : top));
      return top;
    });
  }

  test('is switched on and set by codes of drivers on the bench: a stronger utilisation uses the resources up faster', async () => {
    const card = bss2(
      ...TWO_BLOCKS,
      ...IDEAL,
      'madc.read_noise.value=0',
      'madc.line_offset.value=0 mV',
      'neuron.ota=linear',
      'madc.bits.value=16',
      'madc.lsb.value=20 uV',
    );
    const die = new DieSubstrate(card, 1, 1);
    await die.configure(quiet(card));
    const codes = (code: number): Uint8Array => new Uint8Array(8 * 256).fill(code);
    const rest = (0.42 - 0) / 20e-6;
    const still = await peaks(die);
    expect(deviation(still.slice(2)) / (mean(still.slice(2)) - rest)).toBeLessThan(0.05);
    await die.configure({ shortTerm: { mode: 'depression', utilisation: codes(3), recovery: codes(4) } });
    const weak = await peaks(die);
    await die.configure({ shortTerm: { utilisation: codes(11) } });
    const strong = await peaks(die);
    // Tsodyks and Markram: share of resources before event k, U = code + 1 sixteenths, 100 us recovery
    const share = (U: number): number => {
      let x = 1;
      for (let k = 0; k < 5; k++) x = 1 - (1 - x * (1 - U)) * Math.exp(-20 / 100);
      return x;
    };
    const height = (list: readonly number[]): number => list[4]! - rest;
    expect(height(weak) / height(still)).toBeGreaterThan(share(0.25) * 0.95);
    expect(height(weak) / height(still)).toBeLessThan(share(0.25) * 1.15);
    expect(height(strong) / height(still)).toBeGreaterThan(share(0.75) * 0.95);
    expect(height(strong) / height(still)).toBeLessThan(share(0.75) * 1.35);
    await die.configure({ shortTerm: { mode: 'off' } });
    expect(await peaks(die)).toEqual(still);
  });
});

describe('the refractory counter', () => {
  const card = bss2();

  test('takes the finest clock at which it reaches the period, to half of one of its periods', () => {
    expect(refractoryPeriod(card, 2e-6)).toBeCloseTo(2e-6, 15);
    expect(refractoryPeriod(card, 2.04e-6)).toBeCloseTo(255 * 8e-9, 15);
    for (const wanted of [3e-6, 7.77e-6, 100e-6, 1e-3]) {
      const scale = Math.ceil(Math.log2(wanted / (255.5 * 8e-9)));
      expect(Math.abs(refractoryPeriod(card, wanted) - wanted)).toBeLessThanOrEqual(4.001e-9 * 2 ** scale);
    }
  });

  test('counts a period of a coarser clock, and tells how far it reaches', async () => {
    expect(refractoryPeriod(card, 2e-6, 4)).toBeCloseTo(16 * 128e-9, 15);
    expect(() => refractoryPeriod(card, 10e-6, 0)).toThrow(/reach 2.04 us at clock scale 0/);
    const die = new DieSubstrate(card, 1, 1);
    await expect(die.configure({ refractoryClock: 0, refractory: 1 })).rejects.toThrow(/clock scale 0/);
    expect(die.capabilities.refractory).toEqual({ clock: 8e-9, scales: 16, largest: 255, holdOffLargest: 0 });
  });
});

describe('correlation sensors on the bench', () => {
  const PERIOD = 100_000;
  const events: readonly RowEvent[] = Array.from({ length: 8 }, (_, k) => ({ tick: 50_000 + k * PERIOD, row: 7, sign: 1 }));

  async function read(
    card: ChipCard,
    trim?: number,
    correlationCurrents?: CorrelationCurrents,
  ): Promise<{ readonly found: Float32Array; readonly distance: number[]; readonly pairs: number; readonly anti: Float32Array }> {
    const die = new DieSubstrate(card, 5, 1);
    const base = quiet(card);
    await die.configure({ ...base, codes: { ...base.codes, synapse_bias_excitatory: new Int32Array(NEURONS).fill(1000) }, spiking: true });
    if (trim !== undefined) {
      const all = new Uint8Array(256 * NEURONS);
      await die.configure({ correlationTrim: { amplitude: all.slice().fill(trim), tau: all.fill(2) } });
    }
    if (correlationCurrents !== undefined) await die.configure({ correlationCurrents });
    const { correlation, spikes } = await die.run({
      stimulus: { rowEvents: events },
      probes: [{ kind: 'correlation', circuits: ALL, from: 0 }],
      until: 900_000,
    });
    const first = Array.from(spikes.tick).filter((_, i) => spikes.neuron[i] === 0);
    return {
      found: correlation!.causal,
      anti: correlation!.anticausal,
      distance: first.map((tick) => (tick - 50_000) % PERIOD),
      pairs: first.length,
    };
  }

  const card = bss2(
    ...TWO_BLOCKS,
    ...IDEAL,
    ...FINE,
    'synapse.correlation.amplitude.value=40',
    'synapse.correlation.saturation.value=4000',
  );

  test('count the pairs of the stimulated rows with their exponential, closed form', async () => {
    const { found, distance, pairs } = await read(card);
    expect(pairs).toBeGreaterThanOrEqual(8);
    // nearest neighbour: every spike counts its distance to the event before it
    const expected = distance.reduce((sum, ticks) => sum + 40 * Math.exp(-ticks / 5_000), 0);
    expect(found.length).toBe(NEURONS);
    for (const value of found) expect(Math.abs(value - expected)).toBeLessThan(1);
  });

  test('are trimmed by two bits each: 20 % per code', async () => {
    const nominalTrim = (await read(card, 2)).found[0]!;
    expect((await read(card, 0)).found[0]! / nominalTrim).toBeCloseTo(0.6, 1);
    expect((await read(card, 3)).found[0]! / nominalTrim).toBeCloseTo(1.2, 1);
  });

  test('are set together by two currents of their block: amplitude and time constant fall as one over the code', async () => {
    const currents = { store: Int32Array.of(140, 70), ramp: Int32Array.of(80, 160) };
    const [base, set] = [await read(card), await read(card, 2, currents)];
    const tau = (ticks: number, of: number): number => Math.exp(-ticks / of);
    const sum = (of: number): number => base.distance.reduce((total, ticks) => total + tau(ticks, of), 0);
    for (let n = 0; n < NEURONS; n++) {
      const expected = n < 128 ? 20 * sum(5_000) : 40 * sum(2_500);
      expect(Math.abs(set.found[n]! - expected)).toBeLessThan(1);
    }
  });

  test('are refused currents where the card has no such cells, and of another number of blocks', async () => {
    const currents = { store: Int32Array.of(1, 1), ramp: Int32Array.of(1, 1) };
    const { store_code: _, ramp_code: __, ...correlation } = card.synapse.correlation!;
    const without = new DieSubstrate({ ...card, synapse: { ...card.synapse, correlation } }, 1, 1);
    await expect(without.configure({ correlationCurrents: currents })).rejects.toThrow(/no such cells/);
    await expect(new DieSubstrate(card, 1, 1).configure({ correlationCurrents: { ...currents, ramp: Int32Array.of(1) } })).rejects.toThrow(
      /2 codes from 0 to 1022/,
    );
  });

  test('have write noise in their currents, drawn once per write of a cell, and take up where a snapshot was', async () => {
    const die = new DieSubstrate(bss2(...TWO_BLOCKS, 'variation=0'), 1, 1);
    const seen: number[] = [];
    for (let k = 0; k < 400; k++) {
      await die.configure({ correlationCurrents: { store: Int32Array.of(100 + (k % 2), 100), ramp: Int32Array.of(80, 80) } });
      seen.push(70 / die.sensorFactors()!.amplitude[0]! - 100 - (k % 2));
    }
    // standard errors of 400 draws: 0.05 and 0.035
    expect(Math.abs(mean(seen))).toBeLessThan(0.2);
    expect(Math.abs(deviation(seen) - 1)).toBeLessThan(0.14);
    const other = new DieSubstrate(bss2(...TWO_BLOCKS, 'variation=0'), 1, 1);
    other.restore(die.snapshot());
    for (const one of [die, other])
      await one.configure({ correlationCurrents: { store: Int32Array.of(90, 100), ramp: Int32Array.of(80, 80) } });
    expect(other.sensorFactors()).toEqual(die.sensorFactors());
  });

  test('and DACs of cells of fewer bits are set by the nearest codes of the data sheet', async () => {
    const coarse = bss2(...TWO_BLOCKS, ...IDEAL, 'cells.bits.value=8');
    const die = new DieSubstrate(coarse, 1, 1);
    const { correlation, synapseDac } = die.capabilities;
    const { store, ramp } = correlation!.currents!;
    await die.configure({ correlationCurrents: { store: Int32Array.of(store, store), ramp: Int32Array.of(ramp, ramp) } });
    await die.configure({ synapseDac: Int32Array.of(synapseDac!.design, synapseDac!.design) });
    // half of a coarse code of 17 to 150
    for (const { [0]: factor } of [die.sensorFactors()!.amplitude, die.sensorFactors()!.tau, die.truth().synapseDac!])
      expect(Math.abs(factor! - 1)).toBeLessThan(0.03);
  });

  test('differ from synapse to synapse as the die says', async () => {
    const real = bss2(
      ...TWO_BLOCKS,
      'variation=0',
      'variation.correlation_amplitude=100%',
      ...FINE,
      'cells.write_noise.value=0',
      'cells.crosstalk.value=0',
      'synapse.correlation.amplitude.value=40',
      'synapse.correlation.saturation.value=4000',
    );
    const spread = await read(real);
    const even = await read(card);
    const die = compileDie(real, 5);
    for (let n = 0; n < NEURONS; n++) {
      const own = die.correlationFactors(Math.floor(n / 32) * 256 + 7, n).amplitude;
      expect(Math.abs(spread.found[n]! - even.found[n]! * own)).toBeLessThan(2);
    }
  });
});
