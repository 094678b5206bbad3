/**
 * A study: a co-design plan with everything resolved that does not depend on a die - cards of every point, the network, its partition, placements, the workload's delay.
 * Plain data, so that every worker can be given the same study and no worker reads a file.
 */
import { CardError, InfeasibleError, hashOf, hashOfColumns, type Mistake, type Tick } from '../base/index.ts';
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
import {
  ChipSchema,
  loadCard,
  MODEL_VERSION,
  NocSchema,
  type Card,
  type ChipCard,
  type CodesignPlan,
  type NocDesign,
  type WorkloadCard,
} from '../model/index.ts';
import { checkBackground, withStimuli } from './added-stimuli.ts';
import { loadWorkload, teacherOnly, withDelay, type Network } from '../network/index.ts';
import { bridgeOf, compileNoc, coreGroups, type NocLayout, type SpikingNeuron } from '../noc/index.ts';
import { hopsOf, referenceDelay } from './distances.ts';
import { COMMAND_LINE, findCard, type NamedAt } from './workspace.ts';

/** A network-on-chip design with the texts of the files it names. */
export interface NocSource {
  readonly design: NocDesign;
  readonly files: Readonly<Record<string, string>>;
}

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

/** Files in place of named cards; a workload may be a bare edge list (CSV). */
export interface CardFiles {
  readonly workload?: string;
  readonly chip?: string;
  readonly noc?: string;
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
  const workload = loadWorkload(files.workload ?? findCard('workload', plan.workload, planCard.file, placeOf(planCard, 'workload')));
  const beyond = teacherOnly(workload.value);
  if (beyond.length > 0) {
    throw new InfeasibleError(`no chip here has this, only the teacher (neurolith reference): ${beyond.join('; ')}`);
  }
  const { workload: asked, network: built } = withStimuli(workload, stimuli, plan.duration);
  const chips: Record<string, ChipCard> = {};
  const nocs: Record<string, NocSource> = {};
  // reading and checking a card costs tens of milliseconds, and most points of a factorial share theirs
  const read = new Map<string, unknown>();
  const once = <T>(kind: 'chip' | 'noc', overrides: Overrides, load: () => T): T => {
    const key = `${kind} ${String(overrides[kind])} ${fieldsOf(kind, overrides).join('\n')}`;
    if (!read.has(key)) read.set(key, load());
    return read.get(key) as T;
  };
  const points = factorial(plan.factors).map(({ levels, label, overrides }): StudyPoint => {
    const chip = once('chip', overrides, () => chipOf(planCard, files, overrides));
    const noc = once('noc', overrides, () => nocOf(planCard, files, overrides));
    chips[chip.key] ??= chip.card;
    nocs[noc.key] ??= noc.source;
    return {
      id: hashOf([levels, chip.key, noc.key]).slice(0, 12),
      label: label === '' ? 'the design' : label,
      levels,
      chip: chip.key,
      noc: noc.key,
    };
  });
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

/** Compiles a network-on-chip of a study. */
export function layoutOf({ design, files }: NocSource): NocLayout {
  return compileNoc(design, (name) => files[name]!);
}

/** Names what decides a latency-load curve in cycles: everything but the clock. */
export function shapeOf(study: Study, noc: string): string {
  const { design, files } = study.nocs[noc]!;
  const { clock: _clock, ...shape } = design;
  return hashOf({ shape, files, placement: study.placement[noc] });
}

/** Core of every neuron on a network-on-chip of the study. */
export function coresOf(study: Study, noc: string): Uint32Array {
  return seated(
    study.groupOf.map((group) => study.placement[noc]![group]!),
    seatsOf(study.chips[study.reference.chip]!),
  );
}

/** Packets per spike of all neurons from node to node, as the design's packet mode makes them: a multicast spike counts once for every core, a two-level one by its bridges. */
export function trafficMatrix(study: Study, noc: string): Float64Array {
  const layout = layoutOf(study.nocs[noc]!);
  const { mode, group_cores: groupCores } = layout.design.packet;
  const groups = mode === 'two-level' ? coreGroups(layout, groupCores) : undefined;
  const matrix = new Float64Array(layout.nodes * layout.nodes);
  for (const { home, parts } of spikingNeurons(study, noc)) {
    const bridged = new Set<number>();
    for (const { node, synapses } of parts) {
      const [from, to] = groups === undefined ? [0, 0] : [groups.groupOf[home]!, groups.groupOf[node]!];
      const bridge = from === to ? node : bridgeOf(groups!, from, to);
      if (bridge !== node) matrix[bridge * layout.nodes + node]! += 1;
      if (from !== to && bridged.has(bridge)) continue;
      bridged.add(bridge);
      matrix[home * layout.nodes + bridge]! += mode === 'per-synapse' ? synapses : 1;
    }
  }
  return matrix;
}

/** Every neuron on a network-on-chip with the other nodes that hold targets of it. */
export function spikingNeurons(study: Study, noc: string): readonly SpikingNeuron[] {
  const { network } = study;
  const coreOf = coresOf(study, noc);
  const filled = new Map<number, number>();
  return Array.from(coreOf, (home, s): SpikingNeuron => {
    const id = filled.get(home) ?? 0;
    filled.set(home, id + 1);
    const reached = new Map<number, number>();
    for (let k = network.rowStart[s]!; k < network.rowStart[s + 1]!; k++) {
      const node = coreOf[network.target[k]!]!;
      if (node !== home) reached.set(node, (reached.get(node) ?? 0) + 1);
    }
    return { home, id, parts: Array.from(reached, ([node, synapses]) => ({ node, synapses })).toSorted((a, b) => a.node - b.node) };
  });
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

function chipOf(planCard: Card<CodesignPlan>, files: CardFiles, overrides: Overrides): { readonly key: string; readonly card: ChipCard } {
  const file = files.chip ?? namedFile('chip', planCard, overrides);
  const card = blamingPlan('chip', planCard, () => loadCard(ChipSchema, file, { overrides: fieldsOf('chip', overrides) })).value;
  return { key: hashOf(card).slice(0, 16), card };
}

function nocOf(planCard: Card<CodesignPlan>, files: CardFiles, overrides: Overrides): { readonly key: string; readonly source: NocSource } {
  const file = files.noc ?? namedFile('noc', planCard, overrides);
  const card = blamingPlan('noc', planCard, () => loadCard(NocSchema, file, { overrides: fieldsOf('noc', overrides) }));
  const texts: Record<string, string> = {};
  // compiling once here finds every mistake early and tells which files the design reads
  compileNoc(card.value, (name) => (texts[name] = card.readText(name)));
  const source = { design: card.value, files: texts };
  return { key: hashOf(source).slice(0, 16), source };
}

function namedFile(kind: 'chip' | 'noc', planCard: Card<CodesignPlan>, overrides: Overrides): string {
  const name = overrides[kind] === undefined ? planCard.value[kind] : String(overrides[kind]);
  return findCard(kind, name, planCard.file, placeOf(planCard, kind, overrides[kind]));
}

/** What the loader calls an override of the command line stands in a level of the plan: the mistake is told with its place there. */
function blamingPlan<T>(kind: 'chip' | 'noc', planCard: Card<CodesignPlan>, load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    throw new CardError(error.mistakes.map((mistake) => (mistake.file.startsWith('-S ') ? inPlan(kind, planCard, mistake) : mistake)));
  }
}

function inPlan(kind: 'chip' | 'noc', planCard: Card<CodesignPlan>, mistake: Mistake): Mistake {
  const path = `${kind}.${mistake.path ?? ''}`;
  const nearest = mistake.nearest === undefined ? {} : { nearest: `${kind}.${mistake.nearest}` };
  // an emulation has no plan file: its fields do come from the command line
  if (planCard.file === COMMAND_LINE) return { ...mistake, file: `-S ${kind}.${mistake.file.slice('-S '.length)}`, path, ...nearest };
  return { ...mistake, file: planCard.label, ...placeOf(planCard, path), ...nearest };
}

/** Where a plan sets a path: in a level of a factor (with this value, if one is given), or in a field of its own. */
function placeOf(planCard: Card<CodesignPlan>, path: string, value?: Overrides[string]): NamedAt {
  for (const [factor, levels] of Object.entries(planCard.value.factors)) {
    for (const [level, overrides] of Object.entries(levels)) {
      const key = Object.keys(overrides).find((one) => one === path || path.startsWith(`${one}.`));
      if (key === undefined || (value !== undefined && overrides[key] !== value)) continue;
      const line = planCard.lineOf(['factors', factor, level, key]);
      return { path: ['factors', factor, level, key].join('.'), ...(line === undefined ? {} : { line }) };
    }
  }
  const line = planCard.lineOf(path);
  return { path, ...(line === undefined ? {} : { line }) };
}

/** `noc.clock: 25 MHz` becomes `clock=25 MHz`, as the loader takes it. */
function fieldsOf(kind: 'noc' | 'chip', overrides: Overrides): readonly string[] {
  return Object.entries(overrides)
    .filter(([path]) => path.startsWith(`${kind}.`))
    .map(([path, value]) => `${path.slice(kind.length + 1)}=${String(value)}`);
}
