/** A complete, plausible co-design record and its siblings, made from seeded chance: what the report's tests draw. Nothing here was simulated. */
import type { Contract } from '../../src/model/contract.ts';
import type { SpikeColumns } from '../../src/model/recording.ts';
import type { CodesignResult, DesignPoint, FidelitySummary, LatencyLoadCurve, NocMap, NocNetworkResult } from '../../src/model/index.ts';
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
import { chance, normal } from './draws.ts';

const NEURONS = 300;

/** Spikes of a network at about 12 Hz for 2 biological seconds at 1000 times speed; `jitter` in ticks and `lost` share make a student of the teacher. */
export function syntheticSpikes(jitter: number, lost: number, neurons = NEURONS, each = 24): SpikeColumns {
  const spikes: [number, number][] = [];
  for (let neuron = 0; neuron < neurons; neuron++) {
    for (let k = 0; k < each * (0.3 + 1.4 * chance.uniform(neuron, 1)); k++) {
      if (chance.uniform(neuron + 1e6 * (jitter + 1), k) < lost) continue;
      const tick = Math.floor(2e6 * chance.uniform(neuron, 100 + k) + jitter * chance.normal(neuron, 5000 + k));
      if (tick >= 0 && tick < 2e6) spikes.push([tick, neuron]);
    }
  }
  spikes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return { tick: Float64Array.from(spikes, ([tick]) => tick), neuron: Uint32Array.from(spikes, ([, neuron]) => neuron) };
}

function fidelity(timing: number, rates: number): FidelitySummary {
  return { timing, rates, meanRate: 12.1, teacherMeanRate: 11.8, cv: 0.71, teacherCv: 0.74, correlation: 0.021, teacherCorrelation: 0.019 };
}

function mesh(label: string, level: number, long: readonly (readonly [number, number])[]): NocMap {
  const links: { from: number; to: number; load: number }[] = [];
  const add = (from: number, to: number): void => {
    links.push(
      { from, to, load: Math.max(0, level * normal(from, to, 1, 0.4)) },
      { from: to, to: from, load: Math.max(0, level * normal(to, from + 50, 1, 0.4)) },
    );
  };
  for (let k = 0; k < 16; k++) {
    if (k % 4 < 3) add(k, k + 1);
    if (k < 12) add(k, k + 4);
  }
  for (const [from, to] of long) add(from, to);
  const place = Array.from({ length: 16 }, (_, k) => k);
  return {
    label,
    x: place.map((k) => 1.2e-3 * (k % 4)),
    y: place.map((k) => 1.2e-3 * Math.floor(k / 4)),
    occupancy: place.map((k) => Math.max(0, 6 * level * normal(k, 900, 1, 0.5))),
    links,
  };
}

function curve(label: string, zeroLoad: number, saturation: number, operating: LatencyLoadCurve['operating']): LatencyLoadCurve {
  const offered = [0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];
  return {
    label,
    zeroLoad,
    saturation,
    operating,
    points: offered.map((load) => {
      const stable = load < saturation;
      const mean = stable ? zeroLoad * (1 + (0.4 * load) / (saturation - load)) : null;
      return {
        offered: load,
        accepted: Math.min(load, saturation),
        latencyMean: mean,
        latencyP99: mean === null ? null : mean * 2.6,
        stable,
      };
    }),
  };
}

const SHARES: Readonly<Record<string, number>> = { '250 MHz': 0.05, '25 MHz': 0.47, '12.5 MHz': 0.93 };

function points(): DesignPoint[] {
  const made: DesignPoint[] = [];
  for (const topology of ['mesh', 'small-world']) {
    for (const clock of ['250 MHz', '25 MHz', '12.5 MHz']) {
      for (const bits of ['4', '6']) {
        const k = made.length;
        const share = SHARES[clock]! * (topology === 'mesh' ? 1 : 0.85);
        const saturation = topology === 'mesh' ? 0.31 : 0.42;
        const timing = 0.66 - 0.5 * share ** 2 - (bits === '4' ? 0.06 : 0) + (topology === 'mesh' ? 0 : 0.02);
        const period = { '250 MHz': 4e-9, '25 MHz': 4e-8, '12.5 MHz': 8e-8 }[clock]!;
        const cycles = 21 / (1.02 - share);
        const lost = clock === '12.5 MHz' && topology === 'mesh' ? 1834 : 0;
        const [router, link, synapse, neuron] = [
          9e-12 * (topology === 'mesh' ? 1 : 1.3),
          4e-12 * (topology === 'mesh' ? 1 : 1.6),
          2.1e-11,
          6e-12,
        ];
        made.push({
          id: `point-${String(k)}`,
          label: `${topology} ${clock} ${bits} bit`,
          levels: { topology, 'NoC clock': clock, 'weight bits': bits, chip: 'bss2' },
          reference: topology === 'mesh' && clock === '250 MHz' && bits === '6',
          onFront: clock === '250 MHz' || (clock === '25 MHz' && bits === '4'),
          fidelity: fidelity(timing, 0.11 + 0.4 * share ** 2),
          perDie: [1, 2, 3, 4, 5, 6].map((die) => ({ die, timing: normal(k, die, timing, 0.02), rates: normal(k, 10 + die, 0.15, 0.02) })),
          latency: {
            p50: cycles * period,
            p99: 3.1 * cycles * period,
            mean: 1.2 * cycles * period,
            cyclesP50: cycles,
            cyclesP99: 3.1 * cycles,
          },
          energy: {
            perSpike: router + link + synapse + neuron,
            router,
            link,
            synapse,
            neuron,
            perSynapticEvent: 8e-13,
            staticPower: 0.021,
            staticEnergy: 4.2e-5,
          },
          area: {
            total: 4.1e-6 + Number(bits) * 2.5e-7,
            routers: 6e-7,
            wires: 2e-7,
            synapses: 2e-6,
            parameterCells: 8e-7,
            converters: 3e-7,
            neurons: 2e-7,
          },
          spikes: {
            emitted: 7200,
            deliveriesOffered: 31000,
            deliveriesMade: 31000 - lost,
            deliveriesInFlight: 0,
            deliveriesLost: lost > 0 ? { 'source queue': lost } : {},
            synapticEvents: 158000,
            synapticEventsLost: 5 * lost,
            synapticEventsLate: Math.round(158000 * share ** 3),
            packets: null,
          },
          network: {
            share,
            offered: share * saturation,
            saturation,
            idealTiming: 0.93 - 0.6 * share ** 2,
            idealTimingSpread: 0.03,
            limited: share > 0.4,
          },
          binding: {
            synapses: 6393,
            clippedShare: 0.005,
            zeroShare: bits === '4' ? 0.21 : 0.04,
            weightError: bits === '4' ? 0.12 : 0.031,
            localShare: 0.08,
            refused: {},
          },
        });
      }
    }
  }
  return made;
}

const RASTER = { tick: 'teacher.tick.npy', neuron: 'teacher.neuron.npy' };

export function codesignResult(): CodesignResult {
  const designs = points();
  const operating = (topology: string): LatencyLoadCurve['operating'] =>
    designs
      .filter((p) => p.levels['topology'] === topology)
      .map((p) => ({ label: p.label, offered: p.network.offered, share: p.network.share }));
  const time = Array.from({ length: 1500 }, (_, k) => k * 0.2);
  const membrane = (shift: number, noise: number, unit: number): number[] =>
    time.map((t, k) => -65 + 12 * ((t * 0.021 + shift) % 1) + 1.5 * Math.sin(t / 9 + shift) + normal(unit, k, 0, noise));
  return {
    workload: {
      name: 'worm-like',
      neurons: NEURONS,
      synapses: 6393,
      notes: [
        { text: 'electrical connections made two excitatory synapses', count: 1031 },
        { text: 'self loops dropped', count: 3 },
      ],
      graph: { clustering: 0.28, 'mean path length': 2.6, 'small-world sigma': 4.7, 'gini of degrees': 0.41 },
      duration: 2,
      warmUp: 0.2,
      delay: 0.0013,
    },
    factors: [
      { name: 'topology', levels: ['mesh', 'small-world'] },
      { name: 'NoC clock', levels: ['250 MHz', '25 MHz', '12.5 MHz'] },
      { name: 'weight bits', levels: ['4', '6'] },
    ],
    objectives: [
      { name: 'timing', sense: 'max', unit: '1' },
      { name: 'spike latency', sense: 'min', unit: 's' },
      { name: 'energy per spike', sense: 'min', unit: 'J' },
      { name: 'area', sense: 'min', unit: 'm^2' },
    ],
    points: designs,
    control: {
      label: 'uncalibrated mesh 250 MHz 6 bit',
      fidelity: fidelity(0.31, 0.52),
      latency: designs[0]!.latency,
      energy: designs[0]!.energy,
      area: designs[0]!.area,
    },
    ceiling: fidelity(0.82, 0.05),
    shuffle: fidelity(0, 0.2),
    calibrationEffect: {
      perDie: [1, 2, 3, 4, 5, 6].map((die) => ({ die, calibrated: normal(1, die, 0.66, 0.02), uncalibrated: normal(2, die, 0.31, 0.05) })),
      mean: 0.35,
      interval: [0.31, 0.39],
      p: 0.015625,
    },
    calibration: [1, 2, 3, 4, 5, 6].map(calibrationResult),
    curves: [curve('mesh', 21, 0.31, operating('mesh')), curve('small-world', 16, 0.42, operating('small-world'))],
    maps: [
      mesh('mesh 12.5 MHz', 0.29, []),
      mesh('small-world 12.5 MHz', 0.2, [
        [0, 10],
        [3, 13],
        [5, 15],
        [1, 8],
      ]),
    ],
    raster: {
      teacher: RASTER,
      student: { tick: 'student.tick.npy', neuron: 'student.neuron.npy' },
      uncalibrated: { tick: 'uncalibrated.tick.npy', neuron: 'uncalibrated.neuron.npy' },
      ticksPerSecond: 1e9,
      speedUp: 1000,
    },
    overlay: { neuron: 17, time, teacher: membrane(0, 0, 1), student: membrane(0.05, 0.4, 2), uncalibrated: membrane(0.4, 0.4, 3) },
    errorSplit: [
      { step: 'as asked', timing: 0.66 },
      { step: 'as quantised', timing: 0.7 },
      { step: 'as mapped', timing: 0.71 },
    ],
  };
}

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
