/**
 * What is asked of one emulation on a subthreshold chip, resolved and checked before anything runs: cards, network, mapping, contract.
 */
import { hashOf, InfeasibleError, UsageError } from '../base/index.ts';
import {
  bindDynapse,
  groupTraffic,
  interfaceTiming,
  parseProbes,
  tellingProbes,
  partition,
  place,
  type DynapseMapping,
  type EmulationProbe,
} from '../emulator/index.ts';
import {
  blamingCard,
  DynapseSchema,
  loadCard,
  MODEL_VERSION,
  NocSchema,
  type Contract,
  type DynapseCard,
  type NocDesign,
  type WorkloadCard,
} from '../model/index.ts';
import { loadWorkload, teacherOnly, withDelay, type Network } from '../network/index.ts';
import { compileNoc, type NocLayout } from '../noc/index.ts';
import { withStimuli } from './added-stimuli.ts';
import { contractOf } from './contract.ts';
import { nominalDie } from './core-model.ts';
import type { EmulateRequest } from './emulate-request.ts';
import { intentOf, type Intent, type Target } from './intent.ts';
import { hopsOf, referenceDelay } from './distances.ts';

/** A request as it will run; times in biological s, which is hardware time on this family. */
export interface DynapseQuestion {
  readonly card: DynapseCard;
  readonly design: NocDesign;
  readonly layout: NocLayout;
  readonly workload: WorkloadCard;
  readonly network: Network;
  /** Where neurons go, without what a calibration says of the die. */
  readonly mapping: Omit<DynapseMapping, 'die' | 'distance'>;
  readonly duration: number;
  readonly warmUp: number;
  /** End in ticks, a multiple of the window. */
  readonly until: number;
  readonly probes: readonly EmulationProbe[];
  readonly contract: Contract;
  readonly planHash: string;
  readonly title: string;
}

/** Errors: those of the cards and of the mapping. UsageError for what this family has not: a contract of one's own, instruments; InfeasibleError for currents into membranes. */
export function resolveDynapse(request: Omit<EmulateRequest, 'context'>): DynapseQuestion {
  const { die, stimulus, seed, files } = request;
  if (request.contract !== undefined) throw new UsageError('--contract: a chip of this family runs under its own contract only');
  const card = loadCard(DynapseSchema, files.chip, { overrides: fieldsOf('chip', request.overrides) }).value;
  const nocCard = loadCard(NocSchema, files.noc, { overrides: fieldsOf('noc', request.overrides) });
  const read = loadWorkload(files.workload);
  const beyond = teacherOnly(read.value);
  if (beyond.length > 0) throw new InfeasibleError(`no chip here has this, only the teacher (neurolith reference): ${beyond.join('; ')}`);
  const asked = request.probes ?? [];
  const { workload, network: built } = tellingProbes(asked, () => withStimuli(read, request.stimuli ?? [], request.duration));
  const missing = workload.stimuli.findIndex(({ kind }) => NOT_ON_CHIP.has(kind));
  if (missing >= 0)
    throw new InfeasibleError(
      `stimuli.${String(missing)}: ${card.name} has no inputs of kind ${workload.stimuli[missing]!.kind}, only spikes reach its neurons`,
    );
  const layout = blamingCard(nocCard, () => compileNoc(nocCard.value, (name) => nocCard.readText(name)));
  const cores = card.geometry.cores.value;
  const split = partition(built, cores, card.geometry.neurons_per_core.value, 'refined', 1);
  const traffic = groupTraffic(built, split.coreOf, cores);
  const placement = place(traffic, hopsOf(layout, cores), cores, 'annealed', 1);
  const network = built.delay === null ? withDelay(built, referenceDelay(card, layout, traffic, placement)) : built;
  if (typeof network.delay !== 'number') throw new InfeasibleError('a chip of this family needs one constant delay for all synapses');
  const probes = parseProbes(asked, network.count);
  const others = probes.filter(({ kind }) => kind !== 'v' && kind !== 'spikes');
  if (others.length > 0)
    throw new UsageError(others.map(({ kind }) => `--probe: ${kind} is not there on ${card.name}, only spikes and v`).join('\n'));
  const mapping = {
    coreOf: split.coreOf.map((group) => placement[group]!),
    localShare: split.localShare,
    delay: network.delay,
    allow: request.allow ?? false,
  };
  const timing = interfaceTiming(card, bindDynapse(network, card, { ...mapping, die: nominalDie(card) }).delay);
  const duration = request.duration ?? workload.duration;
  const until = Math.ceil((duration * timing.ticksPerSecond) / timing.window - 1e-9) * timing.window;
  const contract = contractOf(card, layout.design, {
    window: timing.window,
    confluence: 'internal-first',
    seeds: { die, noise: seed, stimulus, mapping: 1 },
  });
  return {
    card,
    design: layout.design,
    layout,
    workload,
    network,
    mapping,
    duration,
    warmUp: request.duration === undefined ? workload.warm_up : duration / 10,
    until,
    probes,
    contract,
    planHash: hashOf({
      card,
      noc: layout.design,
      workload,
      edges: [network.rowStart, network.target, network.weight],
      contract,
      until,
      probes,
      codes: request.codes,
      model: MODEL_VERSION,
    }),
    title: `${network.name} on die ${String(die)} of ${card.name}`,
  };
}

/** Stimuli that are no spikes, and generators that the chip has not. */
const NOT_ON_CHIP: ReadonlySet<WorkloadCard['stimuli'][number]['kind']> = new Set(['current', 'ornstein-uhlenbeck', 'background']);

/** What an emulation would do; nothing is written. */
export function intendDynapse(request: Omit<EmulateRequest, 'context'> & { readonly context: Target }): Promise<Intent> {
  const { planHash, title } = resolveDynapse(request);
  return intentOf(request.context, {
    title,
    planHash,
    jobs: { emulations: 1, ...(request.codes === 'calibrated' && { calibrations: 1 }) },
  });
}

/** `chip.variation=0` becomes `variation=0`, as the loader takes it. */
function fieldsOf(kind: 'chip' | 'noc', overrides: readonly string[]): readonly string[] {
  for (const text of overrides)
    if (!/^(chip|noc)\.[^=]+=/.test(text))
      throw new UsageError(`-S ${text}: expected a path that begins with chip or noc, and a value, such as -S noc.clock="25 MHz"`);
  return overrides.filter((text) => text.startsWith(`${kind}.`)).map((text) => text.slice(kind.length + 1));
}
