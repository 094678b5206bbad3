/** A complete, plausible result of a co-design plan and the spikes of its runs, made from seeded chance. Nothing here was simulated. */
import type { CodesignResult, DesignPoint, FidelitySummary, LatencyLoadCurve, NocMap } from '../../src/model/index.ts';
import type { SpikeColumns } from '../../src/model/recording.ts';
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

export function mesh(label: string, level: number, long: readonly (readonly [number, number])[]): NocMap {
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
