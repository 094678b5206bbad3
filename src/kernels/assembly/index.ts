/** Entry of the one .wasm. Only what is exported here crosses the boundary: plain numbers and addresses, one call per step, epoch or row, never per neuron. */
import { Bank } from './bank';
import { Elementary } from './elementary';
import { Threefry } from './threefry';
export { deliverRow, deliverSlices, deliverSparse } from './deliver';
export { gridProject, gridRecordBytes, gridRun, gridMove, gridDeliver } from './grid';
export { gridCounts, gridRowsBytes, gridRowsMove } from './grid-rows';
export { adexSteps } from './adex';
export { dpiHeaderBytes, dpiNoise, dpiSteps } from './dpi';
export { modulateInputs } from './inputs';
export { lifSteps } from './lif';
export { routerArena, routerBuild, routerHeaderBytes, routerPackets } from './router-build';
export { routerCounters, routerFlush, routerHoldings, routerWaiting } from './router-readings';
export { routerRun } from './router';
export { routerTraffic, routerTrafficBegin } from './router-traffic';
export { anneal, annealingHeaderBytes } from './annealing';
export { layersEvenOut, layersHeaderBytes, layersOrder, layersPlace } from './route-layers';
export { pathsBalance, pathsHeaderBytes, pathsMeasure } from './route-paths';
export { pushEvent, runWindows, windowsHeaderBytes } from './windows';
export { tallyAdd, tallyBytes } from './packet-tally';

/** Size of the header of a bank, so that the loader's table of offsets can be checked against the compiler's. */
export function lifHeaderBytes(): u32 {
  return offsetof<Bank>();
}

const schedule: usize = memory.data(256, 16);

/** The 64 noise words of one block of neurons, as `lifSteps` draws them. */
export function threefry(out: usize, block: u32, stepLow: u32, stepHigh: u32, unit: u32, k0: u32, k1: u32, k2: u32, k3: u32): void {
  Threefry.schedule(schedule, stepLow, stepHigh, unit, k0, k1, k2, k3);
  Threefry.block(schedule, block, out);
}

/** y[i] = exp(x[i]) for n values, n a multiple of 4. */
export function expAll(x: usize, y: usize, n: u32): void {
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) v128.store(y + i, Elementary.exp(v128.load(x + i)));
}

/** y[i] = tanh(x[i]) for n values, n a multiple of 4. */
export function tanhAll(x: usize, y: usize, n: u32): void {
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) v128.store(y + i, Elementary.tanh(v128.load(x + i)));
}

/** y[i] = ln(x[i]) for n values, n a multiple of 4. */
export function logAll(x: usize, y: usize, n: u32): void {
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) v128.store(y + i, Elementary.log(v128.load(x + i)));
}
