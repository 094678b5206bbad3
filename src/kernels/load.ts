/** Loads the compiled kernels. Compile once per process (under a millisecond), hand the Module to workers, instantiate once per memory. */
import { readFileSync } from 'node:fs';
import { InternalError } from '../base/errors.ts';
import { LIF_HEADER } from './lif-layout.ts';
import type { KernelMemory } from './memory.ts';

/** What assembly/index.ts exports. Addresses are bytes; 32-bit results come back signed. */
export interface Kernels {
  /** Runs a bank; returns the number of spikes. */
  lifSteps(
    bank: number,
    stepLow: number,
    stepHigh: number,
    steps: number,
    noisy: boolean,
    comparing: boolean,
    arriving: boolean,
    sampleIn: number,
    sampleEvery: number,
    samples: number,
  ): number;
  /** The same for a bank of whole circuits. */
  adexSteps: Kernels['lifSteps'];
  dpiHeaderBytes(): number;
  /** Draws what the comparators of a bank see. */
  dpiNoise(bank: number, intervalLow: number, intervalHigh: number): void;
  /** Runs a bank; returns the number of spikes. */
  dpiSteps(bank: number, steps: number): number;
  deliverRow(bank: number, weights: number, first: number, count: number, inhibitory: boolean, remainingTime: number): void;
  deliverSparse(bank: number, targets: number, weights: number, count: number, inhibitory: boolean, remainingTime: number): void;
  modulateInputs(bank: number, table: number): void;
  deliverSlices(bank: number, circuits: number, drives: number, groups: number, events: number, count: number): void;
  lifHeaderBytes(): number;
  threefry(
    out: number,
    block: number,
    stepLow: number,
    stepHigh: number,
    unit: number,
    key0: number,
    key1: number,
    key2: number,
    key3: number,
  ): void;
  expAll(x: number, y: number, count: number): void;
  tanhAll(x: number, y: number, count: number): void;
  gridRecordBytes(): number;
  /** Returns the number of spikes. */
  gridRun(grid: number, steps: number): number;
  gridProject(
    grid: number,
    projection: number,
    sourceFirst: number,
    sourceCount: number,
    targetFirst: number,
    targetCount: number,
    inDegree: number,
    total: number,
    code: number,
    levels: number,
    delays: number,
    key0: number,
    key1: number,
    key2: number,
    counting: boolean,
    partFirst: number,
    partEnd: number,
  ): void;
  /** Half a step of a part of a network; returns the number of its spikes. */
  gridMove(grid: number): number;
  gridDeliver(grid: number, spikes: number, count: number): void;
  gridRowsBytes(): number;
  /** Half a step of a network given as rows; returns the number of its spikes. */
  gridRowsMove(grid: number, constant: number): number;
  gridCounts(
    grid: number,
    first: number,
    count: number,
    name: number,
    weight: number,
    distribution: number,
    guide: number,
    bin: number,
    unit: number,
    key0: number,
    key1: number,
    key2: number,
  ): void;
  logAll(x: number, y: number, count: number): void;
  routerHeaderBytes(): number;
  /** Bytes that `routerBuild` needs at most; reads the header. */
  routerArena(net: number): number;
  routerBuild(net: number): void;
  routerPackets(header: number, packets: number, count: number, keys: number): void;
  routerCounters(net: number, out: number): void;
  routerHoldings(net: number, out: number): void;
  routerRun(net: number, until: number): void;
  routerFlush(net: number): void;
  routerWaiting(net: number, out: number): void;
  windowsHeaderBytes(): number;
  /** Runs the windows before number `until`; returns what it asks of the host (window-runner.ts). */
  runWindows(windows: number, until: number): number;
  pushEvent(windows: number, tick: number, kind: number, source: number, sequence: number, from: number, to: number): number;
  routerTrafficBegin(source: number): void;
  tallyBytes(): number;
  /** Returns the number of rows that were counted. */
  tallyAdd(tally: number, rows: number, count: number): number;
  annealingHeaderBytes(): number;
  anneal(run: number): void;
  pathsHeaderBytes(): number;
  /** Returns the room that all paths may need, in links. */
  pathsMeasure(search: number): number;
  /** Returns the number of links of all paths. */
  pathsBalance(search: number): number;
  layersHeaderBytes(): number;
  /** Returns the number of paths. */
  layersOrder(layers: number): number;
  layersPlace(layers: number): void;
  layersEvenOut(layers: number): void;
  /** Returns the number of packets. */
  routerTraffic(source: number, from: number, until: number, flits: number, sparse: boolean): number;
}

const NAMES = [
  'lifSteps',
  'adexSteps',
  'dpiHeaderBytes',
  'dpiNoise',
  'dpiSteps',
  'deliverRow',
  'deliverSparse',
  'deliverSlices',
  'modulateInputs',
  'lifHeaderBytes',
  'gridRecordBytes',
  'gridRun',
  'gridMove',
  'gridDeliver',
  'gridProject',
  'gridRowsBytes',
  'gridRowsMove',
  'gridCounts',
  'threefry',
  'expAll',
  'tanhAll',
  'logAll',
  'routerHeaderBytes',
  'routerArena',
  'routerBuild',
  'routerPackets',
  'routerCounters',
  'routerHoldings',
  'routerRun',
  'routerFlush',
  'routerWaiting',
  'routerTrafficBegin',
  'routerTraffic',
  'windowsHeaderBytes',
  'runWindows',
  'pushEvent',
  'annealingHeaderBytes',
  'anneal',
  'pathsHeaderBytes',
  'pathsMeasure',
  'pathsBalance',
  'layersHeaderBytes',
  'layersOrder',
  'layersPlace',
  'layersEvenOut',
  'tallyBytes',
  'tallyAdd',
] as const satisfies readonly (keyof Kernels)[];

let compiled: WebAssembly.Module | undefined;

/** The compiled module of this process. It can be posted to a worker, which passes it to `useKernelModule` and does not compile again. */
export function kernelModule(): WebAssembly.Module {
  // src/kernels and dist/kernels lie equally deep, so one relative path serves tests (src) and users (dist)
  compiled ??= new WebAssembly.Module(readFileSync(new URL('../../dist/kernels/kernels.wasm', import.meta.url)));
  return compiled;
}

/** Adopts a module that another thread has compiled. */
export function useKernelModule(module: WebAssembly.Module): void {
  compiled = module;
}

/** The kernels over one memory; checked here, so that a stale build is told at once. */
export function instantiate(memory: KernelMemory, module = kernelModule()): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory: memory.memory } });
  for (const name of NAMES) {
    if (typeof exports[name] !== 'function') throw new InternalError(`kernels.wasm lacks ${name}: run npm run build`);
  }
  const kernels = exports as unknown as Kernels;
  if (kernels.lifHeaderBytes() !== LIF_HEADER.length * 4) {
    throw new InternalError('kernels.wasm has another bank header than lif-layout.ts: run npm run build');
  }
  return kernels;
}
