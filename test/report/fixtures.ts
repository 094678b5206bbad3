/** Run records of every job, as plausible as complete: what the report's tests draw. Nothing here was simulated. */
import type { Contract } from '../../src/model/contract.ts';
import type { NocNetworkResult } from '../../src/model/index.ts';
import type {
  CalibrationRecord,
  CodesignRecord,
  EmulationRecord,
  NocRecord,
  RegressRecord,
  RunRecord,
} from '../../src/model/run-record.ts';
import { writeRunRecord, writeSpikes } from '../../src/store/index.ts';
import { calibrationResult } from './calibration-fixture.ts';
import { codesignResult, mesh, syntheticSpikes } from './codesign-fixture.ts';

const CONTRACT: Contract = {
  regime: 'offline',
  persistence: 'snapshot',
  events: ['simulation'],
  time: { ticksPerSecond: 1e9, speedUp: 1000, nocClock: 250e6, window: 100, rounding: 'up' },
  ordering: 'tick, microstep, kind, source, sequence',
  confluence: 'internal-first',
  microstepLimit: 1000,
  deadline: null,
  seeds: { die: 1, noise: 1, stimulus: 1, mapping: 1 },
  limits: { linkLoad: 0.9, bufferOccupancy: 4096, cadcOutside: null, weightClipped: 0.1, dynamicPower: null },
  properties: ['every packet arrives once or is counted as lost'],
};

const ENVELOPE = {
  schema: 'neurolith/run/1',
  title: 'Quickstart: mesh against small-world',
  provenance: {
    version: '0.1.0',
    modelVersion: 1,
    command: ['codesign', 'calibration/quickstart.yaml', '-o', 'runs/quickstart'],
    git: '1a2b3c4+changes',
    node: 'v20.20.2',
    host: { platform: 'linux x64', cpu: 'any', cores: 2 },
    seed: 1,
    planHash: '9f'.repeat(32),
    started: '2026-01-01T12:00:00.000Z',
    timings: { calibration: 21.4, emulation: 38.2, network: 9.8 },
  },
  contract: CONTRACT,
  contractHash: 'c0'.repeat(32),
  evidence: {
    counts: { published: 41, derived: 12, assumed: 9 },
    assumptions: [
      { card: 'chips/bss2.yaml', path: 'interface.out', value: '50 ns', source: 'no figure published; half of the analog step' },
      { card: 'noc/mesh.yaml', path: 'router.energy', value: '2.1 pJ', source: 'scaled from a 28 nm router' },
    ],
  },
} as const;

export function codesignRecord(): CodesignRecord {
  return { ...ENVELOPE, kind: 'codesign', result: codesignResult() };
}

export function calibrationRecord(): CalibrationRecord {
  return { ...ENVELOPE, kind: 'calibrate', title: 'Calibration of bss2', result: { dies: [1, 2].map(calibrationResult) } };
}

export function emulationRecord(): EmulationRecord {
  const { workload, points: designs, maps, raster } = codesignResult();
  const point = designs[0]!;
  return {
    ...ENVELOPE,
    kind: 'emulate',
    title: 'One run of the worm',
    result: {
      workload,
      die: 3,
      spikes: point.spikes,
      latency: point.latency,
      energy: point.energy,
      fidelity: point.fidelity,
      binding: point.binding,
      map: maps[1]!,
      raster: { teacher: raster.teacher, student: raster.student, ticksPerSecond: 1e9, speedUp: 1000 },
      traceHash: 'ab'.repeat(32),
      admissible: false,
      violations: [{ entity: 'link 4 to 5', tick: 120400, limit: 'linkLoad', count: 17 }],
      activity: { 'router flit hops': 120000, 'synaptic events': 158000 },
    },
  };
}

export function regressRecord(): RegressRecord {
  return {
    ...ENVELOPE,
    kind: 'regress',
    title: 'Regression of chips',
    result: {
      cards: [
        {
          card: 'chips/bss2.yaml',
          metrics: [
            { metric: 'area.total', baseline: 5.6e-6, value: 5.6e-6, status: 'identical' },
            { metric: 'trace hash', baseline: 'aa', value: 'ab', status: 'moved' },
            { metric: 'tau_mem.rmsAfter', baseline: null, value: 0.081, status: 'new' },
          ],
        },
      ],
    },
  };
}

/** Two networks compared: one saturates at 0.42, the other carries more. */
export function nocRecord(): NocRecord {
  const network = (
    label: string,
    saturation: number,
    zeroLoad: number,
    long: readonly (readonly [number, number])[],
  ): NocNetworkResult => ({
    label,
    description: 'a network <of the fixture>',
    topology: 'mesh 4x4',
    routing: 'dimension-order',
    certificate: 'deadlock-free: the graph is acyclic',
    facts: { 'latency.zero_load': zeroLoad, 'wire.length': 0.024, 'wire.bit_length': 0.77, 'power.static': 0.2 },
    saturation: { stable: saturation, unstable: saturation + 0.0125 },
    points: [0.1, 0.2, 0.3, 0.4, 0.5].map((rate) => ({
      rate,
      seed: 1,
      stable: rate <= saturation,
      verdict: rate <= saturation ? 'stable' : 'past saturation',
      measures: {
        'load.accepted': Math.min(rate, saturation),
        'latency.mean': rate <= saturation ? zeroLoad / (1.05 - rate / 0.5) : null,
        'latency.p99': rate <= saturation ? (2 * zeroLoad) / (1.05 - rate / 0.5) : null,
      },
    })),
    map: mesh(label, 0.2, long),
    mapRate: 0.3,
  });
  return {
    ...ENVELOPE,
    kind: 'noc',
    title: 'Networks-on-chip compared',
    result: {
      task: 'compare',
      traffic: 'uniform',
      networks: [network('mesh', 0.42, 19.5, []), network('shortcuts', 0.5, 15, [[0, 15]])],
      replay: null,
      verdict: ['No network wins in all.'],
    },
  };
}

/** Writes a record and its column files as a run would. */
export async function writeRun(directory: string, record: RunRecord): Promise<void> {
  await writeSpikes(directory, 'teacher', syntheticSpikes(0, 0));
  await writeSpikes(directory, 'student', syntheticSpikes(2000, 0.06));
  await writeSpikes(directory, 'uncalibrated', syntheticSpikes(30000, 0.2));
  await writeRunRecord(directory, record);
}
