/** Probes see what the chip does and move nothing. */
import { describe, expect, test } from 'vitest';
import { CardError } from '../../src/base/index.ts';
import { parseProbes, readProbes, recordingPlan, setUpEmulation, tellingProbes, type EmulationOptions } from '../../src/emulator/index.ts';
import { chip, FOUR_CORES, loop, makeCase, MESH_2X2, noc } from './build.ts';

/** Forty neurons without mismatch and noise: converters show the membranes to rounding. */
function probeCase(): { readonly options: EmulationOptions; readonly until: number } {
  const built = makeCase(chip('variation=0', 'noise.scale=0', ...FOUR_CORES), loop({ size: 40, weight: 1.2 }), 60);
  return { options: { ...built, noc: noc('mesh-4x4', MESH_2X2), dieSeed: 1, noiseSeed: 1 }, until: built.until };
}

describe('probes', () => {
  test('are read as neurons, a range ending before its second number', () => {
    const parseProbe = (text: string, count: number) => parseProbes([text], count)[0]!;
    expect(parseProbe('v@0:8', 40)).toEqual({ kind: 'v', neurons: [0, 1, 2, 3, 4, 5, 6, 7] });
    expect(parseProbe('madc@3,4', 40).neurons).toEqual([3, 4]);
    expect(parseProbe('cadc', 3).neurons).toEqual([0, 1, 2]);
    for (const wrong of ['x', 'v@', 'v@3:3', 'v@40', 'v@1@2', 'madc', 'v@-1']) expect(() => parseProbes([wrong], 40)).toThrow('--probe');
  });

  test('tell their mistakes in a line each, all at once and with those of what came before', () => {
    const linesOf = (work: () => unknown): string[] => {
      try {
        work();
        return [];
      } catch (error) {
        return (error as Error).message.split('\n');
      }
    };
    expect(linesOf(() => parseProbes(['q@0', 'v@1', 'cdac', 'v@7,3:2,50', 'madc'], 40))).toEqual([
      expect.stringMatching(/^--probe "q@0": found "q@0", expected one of spikes, v, madc/),
      expect.stringMatching(/^--probe "cdac": .*did you mean "cadc"/),
      expect.stringMatching(/^--probe "v@7,3:2,50": neurons: found "3:2", expected neurons from 0 to 39/),
      expect.stringMatching(/^--probe "v@7,3:2,50": neurons: found "50"/),
      expect.stringMatching(/^--probe "madc": found no neurons/),
    ]);
    const earlier = new CardError([{ file: '--stimulus "foo"', found: 'foo', expected: 'a stimulus' }]);
    const lines = linesOf(() =>
      tellingProbes(['v@5', 'cadc', 'x'], () => {
        throw earlier;
      }),
    );
    expect(lines.map((line) => line.slice(0, 12))).toEqual(['--stimulus "', '--probe "x":']);
    expect(tellingProbes(['x'], () => 3)).toBe(3);
  });

  test('move no spike, and see the membranes of the very circuits', async () => {
    const { options, until } = probeCase();
    const plain = (await setUpEmulation(options)).emulator;
    plain.run(until);
    const lines = [0, 1, 2].map((neuron) => options.binding.circuitOf[neuron]! % 2);
    const pair = [lines.indexOf(0), lines.indexOf(1)];
    expect(pair).not.toContain(-1);
    const probes = parseProbes(['v@0:3', `madc@${pair.join(',')}`, 'cadc'], options.network.count);
    const windows = until / 100;
    const plan = recordingPlan(probes, options.card, options.binding.circuitOf, windows, true);
    const probed = await setUpEmulation({ ...options, ...plan });
    probed.emulator.run(until);
    expect(probed.emulator.spikes()).toEqual(plain.spikes());
    expect(plain.spikes().tick.length).toBeGreaterThan(20);
    const { rows, cadcOutside } = readProbes(probed, probes, plan, options);
    const [v, even, odd, cadc] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0], (typeof rows)[0]];
    expect(v.circuits).toEqual(Uint32Array.of(0, 1, 2));
    const last = (neuron: number): number => v.values[(neuron + 1) * windows - 1]!;
    const membranes = probed.emulator.membranes();
    for (const neuron of [0, 1, 2]) expect(last(neuron)).toBeCloseTo(membranes[options.binding.circuitOf[neuron]!]!, 6);
    // 10 bit of 1.2 mV, one sample every 34 ns in turns, none in the first 8 us
    for (const [i, row] of [even, odd].entries()) {
      expect(row.tick[0]!).toBeGreaterThanOrEqual(8000);
      expect(row.tick[1]! - row.tick[0]!).toBe(68);
      const k = row.values.length >> 1;
      const at = Math.ceil(row.tick[k]! / 100) - 1;
      const neuron = row.circuits[0]!;
      expect(options.binding.circuitOf[neuron]! % 2).toBe(i);
      const [a, b] = [v.values[neuron * windows + at - 1]!, v.values[neuron * windows + at]!];
      expect(row.values[k]! * 1.2e-3).toBeGreaterThan(Math.min(a, b) - 2e-3);
      expect(row.values[k]! * 1.2e-3).toBeLessThan(Math.max(a, b) + 2e-3);
    }
    // 17 windows of 100 ns a reading, 4.5 mV from 60 mV on
    expect(cadc.tick[0]).toBe(1700);
    for (const neuron of [0, 1, 2]) {
      const reading = cadc.values[neuron * cadc.tick.length + 3]!;
      expect(Math.abs(reading - (v.values[neuron * windows + 4 * 17 - 1]! - 0.06) / 4.5e-3)).toBeLessThanOrEqual(0.5);
    }
    const outside = cadc.values.filter((value) => value < 30 || value > 210).length;
    expect(cadcOutside).toBe(outside / cadc.values.length);
  });

  test('the membrane ADC refuses two circuits of one line before anything runs', () => {
    const { options } = probeCase();
    const even = Array.from({ length: 40 }, (_, n) => n).filter((n) => options.binding.circuitOf[n]! % 2 === 0);
    expect(() =>
      recordingPlan(parseProbes([`madc@${even.slice(0, 2).join(',')}`], 40), options.card, options.binding.circuitOf, 10, false),
    ).toThrow('one even and one odd');
  });
});
