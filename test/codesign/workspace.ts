/** A workspace in a temporary folder with small cards of its own, and the context that a run is given. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunContext } from '../../src/codesign/index.ts';

const root = new URL('../../', import.meta.url).pathname;
const NEURON =
  '{ tau_mem: 10 ms, tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 5 ms, rest: -70 mV, threshold: -50 mV, reset: -75 mV, refractory: 2 ms }';

const WORKLOAD = `
name: tiny
description: Forty neurons that excite and inhibit each other
populations: { neurons: { size: 40, model: lif, parameters: ${NEURON} } }
weight_unit: 1 mV
sign: { seeded: 20 % }
delay: reference design
edges: [{ kind: fixed-in-degree, from: neurons, to: neurons, in_degree: 6, weight: { kind: uniform, minimum: 0.5, maximum: 2 } }]
stimuli: [{ kind: poisson, to: neurons, rate: 90 Hz, weight: 8 mV }]
duration: 60 ms
warm_up: 10 ms
seeds: { graph: 1, stimulus: [1] }
`;

const NOC = `
kind: noc
name: mesh-2x2
topology: { kind: mesh, width: 2, height: 2 }
routing: { kind: dimension-order }
clock: 250 MHz
packet: { flits: 1, mode: per-core }
flit_bits: 32
floor_plan: { tile_pitch: 1 mm }
technology: 65nm
`;

/** Two designs, two dies: an idle network and one that is too slow. */
const PLAN = `
kind: codesign
name: tiny plan
workload: tiny
chip: small
noc: mesh-2x2
factors:
  network:
    fast: { noc.clock: 250 MHz }
    slow: { noc.clock: 1 MHz, noc.source_queue.capacity: 4, noc.source_queue.policy: drop-newest }
reference: { network: fast }
dies: [1, 2]
stimulus_seeds: [1]
network_seeds: [1, 2]
calibration: { samples: 4, repeats: 2 }
`;

export interface Workspace {
  readonly folder: string;
  readonly plan: string;
  /** Puts a file into the folder and returns its path. */
  put(name: string, text: string): string;
}

/** Cards of four cores with eight neurons each on a mesh of four routers. The caller removes the folder. */
export function makeWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'neurolith-codesign-'));
  const put = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const bss2 = readFileSync(`${root}chips/bss2.yaml`, 'utf8');
  const small = bss2
    .replace('name: BSS-2-like', 'name: small')
    .replace('cores: { value: 16', 'cores: { value: 4')
    .replace('neurons_per_core: { value: 32', 'neurons_per_core: { value: 16')
    .replace('block: { value: 128', 'block: { value: 32');
  put('chips/small.yaml', small);
  put('noc/mesh-2x2.yaml', NOC);
  put('calibration/workloads/tiny.yaml', WORKLOAD);
  return { folder, plan: put('calibration/tiny.yaml', PLAN), put };
}

/** A context without a clock: every phase takes no time. */
export function contextFor(directory: string, workers = 1): RunContext {
  return {
    directory,
    force: false,
    workers,
    command: ['test'],
    version: '0',
    git: null,
    node: process.version,
    host: { platform: 'test', cpu: 'test', cores: 1 },
    started: '2026-01-01T00:00:00Z',
    elapsed: () => 0,
  };
}
