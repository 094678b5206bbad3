import { describe, expect, test } from 'vitest';
import { compileDie, DieSubstrate } from '../../src/chip/index.ts';
import { ChipSchema, loadCard, type ChipCard, type RowEvent, type SampleRows, type Setting } from '../../src/model/index.ts';

const root = new URL('../../', import.meta.url).pathname;

function chip(...overrides: string[]): ChipCard {
  return loadCard(ChipSchema, `${root}chips/bss2.yaml`, { overrides: ['geometry.cores.value=2', ...overrides] }).value;
}

const NEURONS = 64;
const INTERVAL = 1700;
const ALL = Uint32Array.from({ length: NEURONS }, (_, n) => n);

/** The ADC's own resolution without its noise: what is seen of a potential is right to half a step. */
const FINE = ['cadc.bits.value=14', 'cadc.lsb.value=0.1 mV', 'cadc.reliable.value=[600, 10000]', 'noise.scale=0'];

function quiet(codes: Partial<Record<'leak' | 'leak_bias' | 'synapse_tau_excitatory' | 'synapse_bias_excitatory', number>> = {}): Setting {
  const nominal = { leak: 671, leak_bias: 94, synapse_tau_excitatory: 614, synapse_bias_excitatory: 300, ...codes };
  return {
    codes: Object.fromEntries(Object.entries(nominal).map(([cell, code]) => [cell, new Int32Array(NEURONS).fill(code)])),
    leakMode: new Uint8Array(NEURONS).fill(1),
    spiking: false,
  };
}

async function record(
  card: ChipCard,
  rowEvents: readonly RowEvent[],
  weight?: number,
): Promise<{ readonly die: DieSubstrate; readonly rows: SampleRows }> {
  const die = new DieSubstrate(card, 3, 1);
  await die.configure(quiet());
  const { samples } = await die.run({
    stimulus: { rowEvents, ...(weight === undefined ? {} : { weight }) },
    probes: [{ kind: 'cadc', circuits: ALL, from: INTERVAL }],
    until: 60 * INTERVAL,
  });
  return { die, rows: samples[0]! };
}

describe('events on synapse rows', () => {
  test('a potential follows the closed form from the exact tick of its event on, also in the middle of a step', async () => {
    const card = chip(...FINE, 'variation=0', 'neuron.ota=linear');
    const tick = 3 * INTERVAL + 37;
    const { die, rows } = await record(card, [{ tick, row: 5, sign: 1 }], 21);
    const { rest, tauMem, tauSynExcitatory, driveExcitatory } = die.truth();
    const [m, s] = [1 / tauMem[0]!, 1 / tauSynExcitatory[0]!];
    rows.tick.forEach((at, k) => {
      const t = Math.max(at - tick, 0) / 1e9;
      const v = rest[0]! + ((21 / 63) * driveExcitatory[0]! * (Math.exp(-m * t) - Math.exp(-s * t))) / (s - m);
      expect(card.cadc.zero.value + rows.values[k]! * card.cadc.lsb.value).toBeCloseTo(v, 3.6);
    });
  });

  test('an event reaches every neuron through its own synapse of its core, with the strength of the die', async () => {
    const card = chip(...FINE);
    const fixed = compileDie(card, 3);
    const { die, rows } = await record(card, [{ tick: 0, row: 9, sign: 1 }], 6);
    const samples = rows.tick.length;
    const { driveExcitatory, tauMem, tauSynExcitatory } = die.truth();
    const seen = Array.from(ALL, (n) => {
      const row = rows.values.subarray(n * samples, (n + 1) * samples);
      const level = row.slice(-5).reduce((sum, value) => sum + value, 0) / 5;
      // small potentials: the area is D tau_mem tau_syn
      return row.reduce((sum, value) => sum + (value - level) * card.cadc.lsb.value, 0) * INTERVAL * 1e-9;
    });
    const wanted = Array.from(
      ALL,
      (n) => (6 / 63) * driveExcitatory[n]! * fixed.synapseFactor(Math.floor(n / 32) * 256 + 9, n) * tauMem[n]! * tauSynExcitatory[n]!,
    );
    seen.forEach((area, n) => expect(area / wanted[n]!, `neuron ${String(n)}`).toBeGreaterThan(0.93));
    seen.forEach((area, n) => expect(area / wanted[n]!, `neuron ${String(n)}`).toBeLessThan(1.07));
  });

  test('an inhibitory event pulls down, and the order in which events are given does not matter', async () => {
    const card = chip('noise.scale=1');
    const events: RowEvent[] = [
      { tick: 5000, row: 1, sign: -1 },
      { tick: 5000, row: 0, sign: -1 },
      { tick: 4950, row: 7, sign: 1 },
      { tick: 5000, row: 0, sign: 1 },
    ];
    const { rows } = await record(card, events);
    const { rows: shuffled } = await record(card, events.toReversed());
    expect(shuffled.values).toEqual(rows.values);
    const { rows: down } = await record(chip(...FINE), [{ tick: 0, row: 0, sign: -1 }]);
    expect(down.values[3]!).toBeLessThan(down.values.at(down.tick.length - 1)! - 20);
  });

  test('rows and weights that the chip has not are refused, events after the end never come', async () => {
    const card = chip();
    await expect(record(card, [{ tick: 0, row: 256, sign: 1 }])).rejects.toThrow('rows 0 to 255');
    await expect(record(card, [{ tick: 0, row: 0, sign: 1 }], 64)).rejects.toThrow('from 0 to 63');
    const { rows: without } = await record(card, []);
    const { rows: late } = await record(card, [{ tick: 60 * INTERVAL, row: 0, sign: 1 }]);
    expect(late.values).toEqual(without.values);
  });
});
