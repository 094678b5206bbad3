/**
 * Calibration of a chip whose biases are shared by the neurons of a core: codes such that the *median* neuron of every core meets the target, the outliers masked and the rest
 * grouped, from monitor readings and spike counts alone. Spread within a core is measured and stated; no code of such a chip removes it.
 * One bias after the other (`core-routines.ts`): I <- I (target / median)^p with the nearest code, until no code changes; the code whose median was nearest stays. Everything is
 * read afresh when all codes stand: choosing and judging share no noise.
 * Source of the aim: population medians as targets follow Zendrikov et al. 2023 (averages over neurons of such chips).
 */
import { log } from '../../base/index.ts';
import type { BiasCodes, BiasSubstrate, Bill, DynapseBias } from '../../model/index.ts';
import { UNBROKEN, type Journal } from '../journal.ts';
import { chosenNodes, deriveOrder, type RoutineNode } from '../order.ts';
import { groupsOf, maskOf, mediansOf, type MaskedNeuron } from './core-groups.ts';
import type { CoreQuantity } from './core-quantity.ts';
import type { CoreRoutine, CoreTargets } from './core-routine.ts';
import { coreNodes } from './core-order.ts';
import { coreRoutines } from './core-routines.ts';
import { readMedians } from './read-medians.ts';
import { changedCores, movedCores, type EarlierCores } from './earlier-cores.ts';

export interface CoreEffort {
  /** Times that everything is read when all codes stand, at least 2. */
  readonly verify: number;
  /** Robust standard deviations of ln x from the median of its core at which a neuron is an outlier. */
  readonly outlier: number;
  /** Groups of alike neurons per core. */
  readonly clusters: number;
}

export interface CoreCalibration {
  readonly biases: readonly BiasCodes[];
  /** Routines as they ran, and why in this order. */
  readonly order: readonly string[];
  readonly graph: readonly RoutineNode[];
  readonly quantities: readonly CoreQuantity[];
  /** Neurons that no target holds for, with why. */
  readonly masked: readonly MaskedNeuron[];
  /** Group of every neuron by its rate, ascending; -1 for masked ones. */
  readonly cluster: Int32Array;
  /** Centres of the groups, one list per core, Hz. */
  readonly centres: readonly (readonly number[])[];
  /** Root of the sum of squares of ln (reading / median) over all quantities: how far a neuron is from the median one. More than any other for outliers, Infinity for dead ones. */
  readonly distance: Float64Array;
  /** Modelled hardware time, s. */
  readonly hardwareTime: Bill;
}

/** Distance that puts outliers behind all others. */
const OUTLYING = 1000;
/** Rounds of one bias: the error of the first falls by a factor of ten or more in each. */
const ROUNDS = 4;

/**
 * Calibrates every core. Nothing but the substrate is touched. With a journal it can be killed at any point and goes on with the bias that it was at, to the same bits; from an
 * earlier calibration it goes on with the biases of that, and leaves alone what is not done again.
 */
export async function calibrateCores(
  substrate: BiasSubstrate,
  targets: CoreTargets,
  effort: CoreEffort,
  earlier?: EarlierCores,
  journal: Journal = UNBROKEN,
): Promise<CoreCalibration> {
  const { capabilities, bill: began } = substrate;
  const { cores, neuronsPerCore } = capabilities;
  const everyone = Array.from({ length: neuronsPerCore }, (_, n) => n);
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => journal.step(name, substrate, work);
  const routines = coreRoutines(targets, capabilities);
  const then = new Map(earlier?.quantities.map((one) => [one.name, one]));
  let biases = earlier?.biases ?? Array.from({ length: cores }, () => capabilities.design);
  const before = await step('before', async () => {
    await substrate.configure(biases);
    const found = new Map<string, readonly number[]>();
    for (const { name, read } of routines)
      found.set(name, then.get(name)?.before ?? mediansOf(await read(substrate, everyone, biases, 0), cores));
    return found;
  });
  /** Read afresh from all neurons. */
  const verified = async ({ name, unit, bias, target, read }: CoreRoutine): Promise<CoreQuantity> => {
    const repeats: Float64Array[] = [];
    for (let repeat = 0; repeat < effort.verify; repeat++) repeats.push(await read(substrate, everyone, biases, repeat));
    const { readings, median, spread, error, error68, error95 } = readMedians(repeats, cores);
    return {
      name,
      unit,
      bias,
      target,
      before: before.get(name)!,
      after: median,
      spread,
      uncertainty: error,
      error68,
      error95,
      resolution: biases.map((core) => capabilities.resolutionOf(core[bias])),
      readings,
    };
  };
  const verify = async (name: string, chosen: readonly CoreRoutine[]): Promise<ReadonlyMap<string, CoreQuantity>> =>
    step(name, async () => {
      await substrate.configure(biases);
      const found = new Map<string, CoreQuantity>();
      for (const routine of chosen) found.set(routine.name, await verified(routine));
      return found;
    });
  const seen = earlier?.only === 'moved' ? await verify('moved', routines) : undefined;
  const asked = askedOf(routines, then, earlier?.only, seen);
  const graph = chosenNodes(coreNodes(routines.map(({ name }) => name)), asked);
  const order = deriveOrder(graph);
  for (const name of order) {
    const routine = routines.find((one) => one.name === name)!;
    biases = await step(name, async () => searchBias(substrate, biases, routine, everyone));
  }
  const fresh = await verify(
    'verification',
    routines.filter(({ name }) => order.includes(name)),
  );
  const quantities = routines.map(({ name }) => fresh.get(name) ?? seen?.get(name) ?? then.get(name)!);
  const masked = maskOf(quantities, cores, effort.outlier);
  const distance = distancesOf(quantities, masked, cores);
  const { cluster, centres } = groupsOf(quantities.find(({ name }) => name === 'rate')!.readings, masked, cores, effort.clusters);
  return { biases, quantities, order, graph, masked, cluster, centres, distance, hardwareTime: since(substrate.bill, began) };
}

/** What is done again: of an earlier calibration also what it did not have. */
function askedOf(
  routines: readonly CoreRoutine[],
  then: ReadonlyMap<string, CoreQuantity>,
  only: EarlierCores['only'],
  seen: ReadonlyMap<string, CoreQuantity> | undefined,
): ReadonlySet<string> {
  if (then.size === 0 || only === undefined) return new Set(routines.map(({ name }) => name));
  if (only === 'changed') return new Set(changedCores(routines, then));
  const asked = (name: string): boolean => {
    const old = then.get(name);
    if (old === undefined) return true;
    return only === 'moved' ? movedCores(old, seen!.get(name)!) : only.includes(name);
  };
  return new Set(routines.map(({ name }) => name).filter(asked));
}

async function searchBias(
  substrate: BiasSubstrate,
  from: readonly BiasCodes[],
  { target, bias, power, read, with: also }: CoreRoutine,
  neurons: readonly number[],
): Promise<readonly BiasCodes[]> {
  const { currentOf, codeOf, cores } = substrate.capabilities;
  let biases = from;
  const best = from.map((core) => ({ core, error: Infinity }));
  for (let round = 0; round < ROUNDS; round++) {
    await substrate.configure(biases);
    const medians = mediansOf(await read(substrate, neurons, biases, round), cores);
    const next = biases.map((core, i) => {
      // silent cores tell only the side on which the target lies
      const ratio = Number.isNaN(medians[i]!) ? 1 : Math.min(Math.max(target / medians[i]!, 0.25), 4);
      if (Math.abs(log(ratio)) < best[i]!.error) best[i] = { core, error: Math.abs(log(ratio)) };
      const code = codeOf(currentOf(core[bias]) * (power === 1 ? ratio : 1 / ratio));
      return { ...core, [bias]: code, ...also?.(code) };
    });
    if (next.every((core, i) => same(core[bias], biases[i]![bias]))) break;
    biases = next;
  }
  return best.map(({ core }) => core);
}

function same(a: BiasCodes[DynapseBias], b: BiasCodes[DynapseBias]): boolean {
  return a.coarse === b.coarse && a.fine === b.fine;
}

function distancesOf(quantities: readonly CoreQuantity[], masked: readonly MaskedNeuron[], cores: number): Float64Array {
  const count = quantities[0]!.readings.length;
  const distance = Float64Array.from({ length: count }, (_, n) => {
    const core = Math.floor((n * cores) / count);
    return Math.sqrt(quantities.reduce((sum, { readings, after }) => sum + log(readings[n]! / after[core]!) ** 2, 0));
  });
  // outliers after all others, dead ones never
  for (const { neuron, dead } of masked) distance[neuron] = dead ? Infinity : distance[neuron]! + OUTLYING;
  return distance;
}

function since(now: Bill, began: Bill): Bill {
  return { settling: now.settling - began.settling, reading: now.reading - began.reading, running: now.running - began.running };
}
