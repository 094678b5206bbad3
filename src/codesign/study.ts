/**
 * A study: a co-design plan with everything resolved that does not depend on a die - cards of every point, the network, its partition, placements, the workload's delay.
 * Plain data, so that every worker can be given the same study and no worker reads a file.
 */
import { InfeasibleError, hashOf, hashOfColumns, together, type Tick } from '../base/index.ts';
import { factorial, type Overrides } from '../campaign/index.ts';
import {
  bind,
  capacityOf,
  fewestCircuits,
  fitRows,
  groupTraffic,
  interfaceTiming,
  localShare,
  partition,
  place,
  seated,
  seatsOf,
} from '../emulator/index.ts';
import { MODEL_VERSION, type Card, type ChipCard, type CodesignPlan, type WorkloadCard } from '../model/index.ts';
import { checkBackground, checkStimuli, withStimuli } from './added-stimuli.ts';
import { loadWorkload, teacherOnly, withDelay, type Network } from '../network/index.ts';
import { hopsOf, referenceDelay } from './distances.ts';
import { chipOf, fieldsOf, layoutOf, nocOf, placeOf, type CardFiles, type NocSource } from './study-cards.ts';
import { findCard } from './workspace.ts';

/** One point of the plan before any run. */
export interface StudyPoint {
  readonly id: string;
  readonly label: string;
  readonly levels: Readonly<Record<string, string>>;
  /** Keys into the study's chips and networks-on-chip. */
  readonly chip: string;
  readonly noc: string;
}

export interface Study {
  readonly plan: CodesignPlan;
  readonly workload: WorkloadCard;
  /** With the delay of the reference design in place. */
  readonly network: Network;
  readonly chips: Readonly<Record<string, ChipCard>>;
  readonly nocs: Readonly<Record<string, NocSource>>;
  readonly points: readonly StudyPoint[];
  readonly reference: StudyPoint;
  /** Group of each neuron, and the core (= node) of each group, by network-on-chip. */
  readonly groupOf: Uint32Array;
  readonly localShare: number;
  readonly placement: Readonly<Record<string, Uint32Array>>;
  /** Biological s. */
  readonly duration: number;
  readonly warmUp: number;
  /** Synapses that the chip has no row for are left out and counted, instead of refused. */
  readonly allow: boolean;
  /** Ticks of hardware time of a whole run: a multiple of every chip's window. */
  readonly until: Tick;
  readonly hash: string;
}

export interface StudyOptions {
  /** Leave out and count what the chip cannot represent. */
  readonly allow?: boolean;
  /** Added to those of the workload; see `parseStimulus`. */
  readonly stimuli?: readonly string[];
}

/** Reads the plan's cards and resolves everything. Throws CardError for the user's mistakes, InfeasibleError for what cannot be. */
export function resolveStudy(
  planCard: Card<CodesignPlan>,
  files: CardFiles = {},
  { allow = false, stimuli = [] }: StudyOptions = {},
): Study {
  const plan = planCard.value;
  const chips: Record<string, ChipCard> = {};
  const nocs: Record<string, NocSource> = {};
  // reading and checking a card costs tens of milliseconds, and most points of a factorial share theirs
  const read = new Map<string, () => unknown>();
  const once = <T>(kind: 'chip' | 'noc', overrides: Overrides, load: () => T): T => {
    const key = `${kind} ${String(overrides[kind])} ${fieldsOf(kind, overrides).join('\n')}`;
    if (!read.has(key)) read.set(key, outcomeOf(load));
    return read.get(key)!() as T;
  };
  // mistakes of all cards come together
  const [{ workload: asked, network: built }, , points] = together(
    () => {
      const workload = loadWorkload(files.workload ?? findCard('workload', plan.workload, planCard.file, placeOf(planCard, 'workload')));
      const beyond = teacherOnly(workload.value);
      if (beyond.length > 0) {
        throw new InfeasibleError(`no chip here has this, only the teacher (neurolith reference): ${beyond.join('; ')}`);
      }
      return withStimuli(workload, stimuli, plan.duration);
    },
    () => checkStimuli(stimuli),
    () =>
      together(
        ...factorial(plan.factors).map(({ levels, label, overrides }) => (): StudyPoint => {
          const [chip, noc] = together(
            () => once('chip', overrides, () => chipOf(planCard, files, overrides)),
            () => once('noc', overrides, () => nocOf(planCard, files, overrides)),
          );
          chips[chip.key] ??= chip.card;
          nocs[noc.key] ??= noc.source;
          return {
            id: hashOf([levels, chip.key, noc.key]).slice(0, 12),
            label: label === '' ? 'the design' : label,
            levels,
            chip: chip.key,
            noc: noc.key,
          };
        }),
      ),
  );
  const reference = points.find(({ levels }) => Object.keys(plan.factors).every((factor) => levels[factor] === plan.reference[factor]));
  if (reference === undefined) {
    throw new InfeasibleError(`the reference design must name a level of every factor: ${Object.keys(plan.factors).join(', ')}`);
  }
  const card = chips[reference.chip]!;
  checkAlike(card, Object.values(chips));
  for (const chip of Object.values(chips)) checkBackground(asked, chip);
  const cores = card.geometry.cores.value;
  const seats = seatsOf(card);
  const capacity = capacityOf(seats, built.count);
  const split = partition(built, cores, capacity, plan.mapping.partition, plan.mapping.seed);
  const groupOf = fitRows(built, split.coreOf, { cores, capacity, rows: card.geometry.rows_per_core.value * fewestCircuits(seats) });
  const traffic = groupTraffic(built, groupOf, cores);
  const placement = Object.fromEntries(
    Object.entries(nocs).map(([key, source]) => [
      key,
      place(traffic, hopsOf(layoutOf(source), cores), cores, plan.mapping.placement, plan.mapping.seed),
    ]),
  );
  const network =
    built.delay === null
      ? withDelay(built, referenceDelay(card, layoutOf(nocs[reference.noc]!), traffic, placement[reference.noc]!))
      : built;
  if (typeof network.delay !== 'number') {
    throw new InfeasibleError(
      'a chip without a delay line needs one constant delay: say `delay: reference design` or one quantity on the workload card',
    );
  }
  for (const chip of Object.values(chips)) bind(network, chip, seated(groupOf, seats), 0, network.delay, allow);
  const duration = plan.duration ?? asked.duration;
  const warmUp = plan.warm_up ?? asked.warm_up;
  if (!(warmUp < duration))
    throw new InfeasibleError(`a warm-up of ${String(warmUp)} s leaves nothing of a duration of ${String(duration)} s`);
  const { ticksPerSecond } = interfaceTiming(card, 0);
  const window = Object.values(chips).reduce((multiple, chip) => leastCommonMultiple(multiple, interfaceTiming(chip, 0).window), 1);
  const until = Math.ceil((duration / card.speed_up.value) * (ticksPerSecond / window) - 1e-9) * window;
  const resolved = { plan, workload: asked, chips, nocs, points, allow };
  return {
    ...resolved,
    network,
    reference,
    groupOf,
    localShare: localShare(built, groupOf),
    placement,
    duration,
    warmUp,
    until,
    hash: hashOf({ ...resolved, model: MODEL_VERSION, edges: edgesOf(network) }),
  };
}

/** Synapses of a network that are told one by one. */
const MOST_LISTED = 1_000_000;

/** What of a network its card does not say: synapses, and what comes from files. For the hash of a plan. */
export function edgesOf({ rowStart, target, weight, delay, inputs }: Network): readonly unknown[] {
  const trains = [...inputs.trains].map(([stimulus, times]) => [stimulus, times, inputs.rowStart, inputs.target, inputs.weight]);
  // the text of millions of numbers would not fit into a string
  if (target.length > MOST_LISTED)
    return [hashOfColumns([rowStart, target, weight, ...(delay instanceof Float64Array ? [delay] : [])]), ...trains];
  return [rowStart, target, weight, delay, ...trains];
}

/** Names what decides a latency-load curve in cycles: everything but the clock. */
export function shapeOf(study: Study, noc: string): string {
  const { design, files } = study.nocs[noc]!;
  const { clock: _clock, ...shape } = design;
  return hashOf({ shape, files, placement: study.placement[noc] });
}

/** One partition, one stimulus and one delay serve all points of a study, so their chips must agree on what these are made for. */
function checkAlike(reference: ChipCard, chips: readonly ChipCard[]): void {
  const wanted = sharedFields(reference);
  for (const card of chips) {
    for (const [path, value] of Object.entries(sharedFields(card))) {
      const expected = wanted[path];
      if (value !== expected) {
        throw new InfeasibleError(
          `chip.${path} is ${String(expected)} at the reference design and ${String(value)} at another: it must be the same in all designs of a plan`,
        );
      }
    }
  }
}

function sharedFields({ speed_up, geometry, neuron }: ChipCard): Readonly<Record<string, number>> {
  return {
    'neuron.compartments.circuits_per_neuron': neuron.compartments?.circuits_per_neuron ?? 1,
    speed_up: speed_up.value,
    'geometry.cores': geometry.cores.value,
    'geometry.neurons_per_core': geometry.neurons_per_core.value,
  };
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

/** What a step gives or throws, as often as it is asked. */
function outcomeOf<T>(step: () => T): () => T {
  try {
    const value = step();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
