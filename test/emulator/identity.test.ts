/**
 * One trace for one plan: however the chip is cut into threads, the run into calls and processes, and whatever is probed. With noise, mismatch and a loaded network on, so
 * that a difference of one bit anywhere would show within a few milliseconds.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { beforeAll, expect, test, vi } from 'vitest';
import { traceHash } from '../../src/model/index.ts';
import { chip, emulate, loop, makeCase, noc, type Case } from './build.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Eight cores of 32: four blocks of the noise generator, hence up to four parts. Stimulus, noise and losses all matter. */
const CARD = chip('geometry.cores.value=8');
const LOADED = noc(
  'mesh-4x4',
  'topology={kind: mesh, width: 4, height: 2}',
  'clock=600 kHz',
  'source_queue={capacity: 2, policy: drop-newest}',
);
const UNTIL = 80;
let run: Case;
let whole: string;

beforeAll(async () => {
  run = makeCase(CARD, loop({ size: 200, weight: 1.2 }), UNTIL);
  const { emulator, transport } = await emulate(run, LOADED);
  emulator.run(run.until);
  whole = traceHash(emulator.spikes());
  // the load and the noise of the whole file, once: without them identity would be cheap
  expect(transport.account().lost['source queue']).toBeGreaterThan(20);
  expect(emulator.activity.late).toBeGreaterThan(100);
  expect(emulator.spikes().tick.length).toBeGreaterThan(200);
});

test.each([2, 4])('a chip cut into %i parts, each in a thread, has the trace of the uncut one', async (parts) => {
  const { emulator } = await emulate(run, LOADED, { parts, probes: [3, 150] });
  try {
    emulator.run(run.until);
    expect(traceHash(emulator.spikes())).toBe(whole);
    expect(emulator.membranes()).toHaveLength(256);
  } finally {
    emulator.close();
  }
});

/** What was added to a die since: drivers, sensors, conductances, a saturating input, corner, dead circuits, stuck bits. */
const LAYERS = [
  'geometry.cores.value=8',
  'synapse.short_term.mode=facilitation',
  'synapse.correlation.sensors=on',
  'synapse.input.mode=conductance',
  "synapse.input.saturation={ value: 400 nA, evidence: assumed, source: 'a test' }",
  'corner=FF',
  'temperature=60',
  'faults={ dead: 0.03, stuck: 0.01 }',
];

test.each(['lif', 'adex'])(
  'with every layer of a die on, %s circuits in 1, 2 and 4 parts have one trace and one state of their sensors',
  async (circuit) => {
    const card = chip(...LAYERS, `neuron.circuit=${circuit}`);
    const layered = { ...makeCase(CARD, loop({ size: 100, weight: 3, rate: 250 }), 40), card };
    const found: { readonly hash: string; readonly sensors: unknown }[] = [];
    for (const parts of [1, 2, 4]) {
      const { emulator } = await emulate(layered, LOADED, { parts });
      try {
        emulator.run(layered.until);
        if (parts === 1) expect(emulator.spikes().tick.length).toBeGreaterThan(50);
        found.push({ hash: traceHash(emulator.spikes()), sensors: emulator.correlation() });
      } finally {
        emulator.close();
      }
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  },
);

test('parts in threads are saved and restored too', async () => {
  const first = await emulate(run, LOADED, { parts: 2 });
  first.emulator.run(run.until / 2);
  const snapshot = first.emulator.snapshot();
  first.emulator.close();
  const second = await emulate(run, LOADED, { parts: 2 });
  second.emulator.restore(snapshot);
  second.emulator.run(run.until);
  second.emulator.close();
  expect(traceHash(second.emulator.spikes())).toBe(whole);
});

test.each(['multicast', 'two-level'])(
  'spikes that are gathered into packets %s have one trace: in parts, in many calls, from a snapshot',
  async (mode) => {
    const gathered = noc(
      'mesh-4x4',
      'topology={kind: mesh, width: 4, height: 2}',
      'clock=800 kHz',
      'source_queue={policy: expire, lifetime: 2 us}',
      `packet={mode: ${mode}, group_cores: 2, gather: {window: 4 us, header_bits: 60}}`,
    );
    const runOf = async (parts: number, chunk: number) => {
      let { emulator, transport } = await emulate(run, gathered, { parts });
      for (let tick = chunk; tick < run.until; tick += chunk) {
        emulator.run(tick);
        if (tick % (4 * chunk) !== 0) continue;
        const snapshot = structuredClone(emulator.snapshot());
        emulator.close();
        ({ emulator, transport } = await emulate(run, gathered, { parts }));
        emulator.restore(snapshot);
      }
      emulator.run(run.until);
      emulator.close();
      return { hash: traceHash(emulator.spikes()), account: transport.account() };
    };
    const [one, other] = [await runOf(1, run.until), await runOf(2, 9100)];
    expect(other).toEqual(one);
    expect(one.account.network!.packedSpikes).toBeGreaterThan(1.2 * one.account.network!.packets);
    // packets to many cores one by one stand in line, multicast ones hardly do
    if (mode === 'two-level') expect(one.account.lost['expired in the source queue']).toBeGreaterThan(0);
  },
);

test.each([0.5, 0.013, 0.77])(
  'a run that is saved at %f of its time, cloned and restored into a new emulator goes on bit for bit',
  async (share) => {
    const middle = Math.round((share * run.until) / 100) * 100;
    const first = await emulate(run, LOADED, { probes: [7] });
    first.emulator.run(middle);
    const snapshot = structuredClone(first.emulator.snapshot());
    // the first goes on as well: taking a snapshot changes nothing
    first.emulator.run(run.until);
    const second = await emulate(run, LOADED, { probes: [7] });
    second.emulator.restore(snapshot);
    second.emulator.run(run.until);
    expect(traceHash(first.emulator.spikes())).toBe(whole);
    expect(traceHash(second.emulator.spikes())).toBe(whole);
    expect(second.emulator.voltages()).toEqual(first.emulator.voltages());
    expect(second.emulator.activity).toEqual(first.emulator.activity);
    expect(second.emulator.latencies()).toEqual(first.emulator.latencies());
    expect(second.transport.account()).toEqual(first.transport.account());
  },
);

test('the accurate integrator and an ideal network continue bit for bit as well', async () => {
  const other = makeCase(chip('geometry.cores.value=2', 'integrator=accurate'), loop({ size: 40 }), 40);
  const [first, second] = [await emulate(other, 'ideal'), await emulate(other, 'ideal')];
  first.emulator.run(other.until / 2);
  second.emulator.restore(structuredClone(first.emulator.snapshot()));
  for (const { emulator } of [first, second]) emulator.run(other.until);
  expect(traceHash(second.emulator.spikes())).toBe(traceHash(first.emulator.spikes()));
  expect(second.emulator.membranes()).toEqual(first.emulator.membranes());
});

test('a second process has the same trace, from the beginning and from a snapshot', async () => {
  const { card, network, binding, stimulus, setting } = run;
  const options = { card, network, binding, stimulus, setting, dieSeed: 1, noiseSeed: 1 };
  const half = await emulate(run, LOADED);
  half.emulator.run(run.until / 2);
  const folder = mkdtempSync(join(tmpdir(), 'neurolith-identity-'));
  try {
    const elsewhere = (snapshot: unknown): string => {
      const file = join(folder, 'state');
      writeFileSync(file, serialize({ options, design: LOADED.design, snapshot, until: run.until }));
      const script = new URL('../fixtures/continue-emulation.mjs', import.meta.url).pathname;
      return execFileSync(process.execPath, [script, file], { encoding: 'utf8' });
    };
    expect(elsewhere(null)).toBe(whole);
    expect(elsewhere(half.emulator.snapshot())).toBe(whole);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('splitting the run into many calls changes nothing', async () => {
  const { emulator } = await emulate(run, LOADED);
  for (let tick = 100; tick <= run.until; tick += tick % 700 === 0 ? 300 : 100) emulator.run(Math.min(tick, run.until));
  emulator.run(run.until);
  expect(traceHash(emulator.spikes())).toBe(whole);
});

test('adding probes changes nothing', async () => {
  const { emulator } = await emulate(run, LOADED, { probes: [0, 1, 199] });
  emulator.run(run.until);
  expect(traceHash(emulator.spikes())).toBe(whole);
  expect(emulator.voltages().map((column) => column.length)).toEqual([800, 800, 800]);
});

test('another die, and other noise on the same die, have another trace', async () => {
  for (const other of [{ dieSeed: 2 }, { noiseSeed: 2 }]) {
    const { emulator } = await emulate(run, LOADED, other);
    emulator.run(run.until);
    expect(traceHash(emulator.spikes())).not.toBe(whole);
  }
});
