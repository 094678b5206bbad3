/** Currents from outside on a die: closed forms of a leaky membrane, the teacher, and one result however a run is cut. */
import { describe, expect, test, vi } from 'vitest';
import { runTeacher, setUpEmulation } from '../../src/emulator/index.ts';
import { parseCard, traceHash, WorkloadSchema, type Card, type WorkloadCard } from '../../src/model/index.ts';
import { currentChanges } from '../../src/network/index.ts';
import { chip, FOUR_CORES, IDEAL, makeCase, MESH_2X2, noc, type Case } from './build.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Neurons that see nothing but these stimuli. */
function driven(stimuli: string, { size = 4, threshold = '-50 mV', weight = 0 } = {}): Card<WorkloadCard> {
  return parseCard(
    WorkloadSchema,
    `
name: driven
description: neurons under currents
populations:
  n: { size: ${String(size)}, model: lif, parameters: { tau_mem: 10 ms, tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 5 ms, rest: -70 mV, threshold: ${threshold}, reset: -75 mV, refractory: 2 ms } }
weight_unit: 1 mV
sign: { seeded: 0 }
delay: 1 ms
edges: [{ kind: all-to-all, from: n, to: n, weight: ${String(weight)} }]
stimuli: ${stimuli}
duration: 100 s
warm_up: 0 s
seeds: { graph: 1, stimulus: [1] }
`,
    { file: 'driven', label: 'driven' },
  );
}

const MESH = noc('mesh-4x4', MESH_2X2);

function currentCase(
  overrides: readonly string[],
  workload: Card<WorkloadCard>,
  milliseconds: number,
): Case & { readonly currents: ReturnType<typeof currentChanges> } {
  const built = makeCase(chip(...FOUR_CORES, ...overrides), workload, milliseconds);
  return { ...built, currents: currentChanges(workload.value, built.network, 1, built.until, 1e9, 1000) };
}

async function emulation(run: ReturnType<typeof currentCase>, more: { readonly probes?: readonly number[]; readonly parts?: number } = {}) {
  return (await setUpEmulation({ ...run, noc: MESH, dieSeed: 1, noiseSeed: 1, ...more })).emulator;
}

describe('a step of current', () => {
  const step = driven("[{ kind: current, to: n, amplitude: 10 mV, start: 5.043 ms, stop: 65 ms, neurons: '1:3' }]");

  test.each(['accurate', 'fast'])(
    'charges a linear membrane with its time constant to the plateau it states, from its very tick on (%s)',
    async (integrator) => {
      const run = currentCase([...IDEAL, `integrator=${integrator}`], step, 90);
      const emulator = await emulation(run, { probes: [0, 1, 2, 3] });
      emulator.run(run.until);
      const rest = run.binding.targets.leak[0]!;
      const form = (ticks: number): number => {
        const [on, off] = [5043, 65_000];
        const rising = (t: number): number => (t <= 0 ? 0 : 0.1 * -Math.expm1(-t / 10_000));
        return rest + rising(ticks - on) - rising(ticks - off);
      };
      const worst = (neuron: number, of: (ticks: number) => number): number =>
        Math.max(...Array.from(emulator.voltages()[neuron]!, (v, k) => Math.abs(v - of((k + 1) * 100))));
      // the step that holds the change has its mean current: within h / tau / 8 of what a step of 0.1 V does in it; f32 besides
      const bound = integrator === 'accurate' ? 2e-6 : 5e-6;
      for (const neuron of [1, 2]) expect(worst(neuron, form)).toBeLessThan(bound);
      for (const neuron of [0, 3]) expect(worst(neuron, () => rest)).toBeLessThan(bound);
    },
  );

  test('fires a neuron when the teacher says, to a tick of 1 ns', async () => {
    const strong = driven('[{ kind: current, to: every neuron, amplitude: 25 mV, start: 3.217 ms }]');
    const run = currentCase(IDEAL, strong, 120);
    const emulator = await emulation(run);
    emulator.run(run.until);
    const teacher = runTeacher({ ...run, weights: 'as asked' });
    const spikes = emulator.spikes();
    expect(teacher.spikes.tick.length).toBeGreaterThan(20);
    expect(spikes.neuron).toEqual(teacher.spikes.neuron);
    // 0.02 ms biological are 20 ticks
    spikes.tick.forEach((tick, i) => expect(Math.abs(tick - teacher.spikes.tick[i]!)).toBeLessThanOrEqual(2));
    // closed form of the first: tau ln(25 / 5) after the step
    expect(Math.abs(teacher.spikes.tick[0]! - (3217 + 10_000 * Math.log(25 / 5)))).toBeLessThanOrEqual(1);
  });

  test('is refused beyond what the offset current of a circuit can do, with the range', async () => {
    const run = currentCase(IDEAL, driven('[{ kind: current, to: n, amplitude: 900 mV }]'), 10);
    await expect(emulation(run)).rejects.toThrow(/BSS-2-like can do -435.5 mV to 435.5 mV/);
  });
});

describe('a noise current', () => {
  test('is an Ornstein-Uhlenbeck process whose variance a leaky membrane filters: s^2 tau_c / (tau_c + tau_mem)', async () => {
    const noisy = driven('[{ kind: ornstein-uhlenbeck, to: n, mean: 2 mV, deviation: 3 mV, tau: 5 ms, bin: 0.1 ms }]', {
      size: 32,
      threshold: '0 mV',
    });
    const run = currentCase([...IDEAL, 'integrator=fast'], noisy, 2000);
    const emulator = await emulation(run, { probes: Array.from({ length: 32 }, (_, n) => n) });
    emulator.run(run.until);
    const rest = run.binding.targets.leak[0]!;
    const values = emulator.voltages().flatMap((column) => Array.from(column.subarray(500), (v) => (v - rest) / 10));
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    const expected = 9e-6 * (5 / 15);
    // 32 neurons x 2 s of about 15 ms correlation are some 2,000 independent values: standard errors 0.04 mV and 3 %
    expect(Math.abs(mean - 2e-3)).toBeLessThan(1.5e-4);
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.1);
  });

  test('gives the same spikes in one piece, in two threads and after a restart, and others under another seed', async () => {
    const recurrent = driven('[{ kind: ornstein-uhlenbeck, to: n, mean: 15 mV, deviation: 15 mV, tau: 5 ms, bin: 0.3 ms }]', {
      size: 100,
      weight: 0.5,
    });
    const run = currentCase([], recurrent, 60);
    const whole = await emulation(run);
    whole.run(run.until);
    expect(whole.spikes().tick.length).toBeGreaterThan(100);
    const cut = await emulation(run, { parts: 2 });
    try {
      cut.run(run.until);
      expect(traceHash(cut.spikes())).toBe(traceHash(whole.spikes()));
    } finally {
      cut.close();
    }
    const [first, second] = [await emulation(run), await emulation(run)];
    first.run(run.until / 2);
    second.restore(first.snapshot());
    second.run(run.until);
    expect(traceHash(second.spikes())).toBe(traceHash(whole.spikes()));
    const other = await emulation({ ...run, currents: currentChanges(recurrent.value, run.network, 2, run.until, 1e9, 1000) });
    other.run(run.until);
    expect(traceHash(other.spikes())).not.toBe(traceHash(whole.spikes()));
  });
});
