/**
 * The execution contract of an emulation, filled in from the cards and checked against what the run did.
 * A run that leaves a limit goes on, is marked not admissible, and says where.
 */
import { DEFAULT_TICKS_PER_SECOND, InfeasibleError, type Tick } from '../base/index.ts';
import { admit, type ChipCard, type Contract, type EmulationResult, type NocDesign } from '../model/index.ts';

/** Specified properties that a run can be held to. */
const PROPERTIES: readonly string[] = ['conservation of packets', 'causality', 'no NaN in a state'];

/** What differs from run to run. */
export interface ContractOptions {
  readonly window: Tick;
  readonly confluence: Contract['confluence'];
  readonly seeds: Contract['seeds'];
}

/** The contract of an offline run on these cards. */
export function contractOf(card: Pick<ChipCard, 'speed_up'>, design: NocDesign, { window, confluence, seeds }: ContractOptions): Contract {
  return {
    regime: 'offline',
    persistence: 'snapshot',
    events: ['simulation'],
    time: { ticksPerSecond: DEFAULT_TICKS_PER_SECOND, speedUp: card.speed_up.value, nocClock: design.clock, window, rounding: 'up' },
    ordering: 'tick, microstep, kind, source, sequence',
    confluence,
    microstepLimit: 1000,
    deadline: null,
    seeds,
    limits: { linkLoad: 1, bufferOccupancy: null, cadcOutside: null, weightClipped: 0.01, dynamicPower: null },
    properties: [...PROPERTIES],
  };
}

/**
 * Holds a contract that a person wrote against the cards and seeds of the run, clause by clause, because the report prints it as the truth about the run. Its confluence rule,
 * its persistence and its limits are the person's to choose. Throws ContractError for an event that the regime does not admit, InfeasibleError for everything else.
 */
export function checkContract(contract: Contract, derived: Contract): void {
  if (contract.regime !== 'offline')
    throw new InfeasibleError(`contract clause REGIME: "${contract.regime}" cannot be run, only "offline"`);
  for (const kind of contract.events) admit(contract, kind);
  admit(contract, 'simulation');
  for (const [name, value] of Object.entries(derived.time)) {
    const found = contract.time[name as keyof Contract['time']];
    if (found !== value)
      throw new InfeasibleError(`contract clause TIME: time.${name} is ${String(found)}, the cards say ${String(value)}`);
  }
  for (const [name, value] of Object.entries(derived.seeds)) {
    const found = contract.seeds[name as keyof Contract['seeds']];
    if (found !== value)
      throw new InfeasibleError(`contract clause SEEDS: seeds.${name} is ${String(found)}, the run has ${String(value)}`);
  }
  if (contract.deadline !== null)
    throw new InfeasibleError(`contract clause DEADLINE: an offline run has none, found ${String(contract.deadline)} ticks; say null`);
  for (const property of contract.properties) {
    if (!PROPERTIES.includes(property))
      throw new InfeasibleError(`contract clause PROPERTIES: "${property}" cannot be checked, only ${PROPERTIES.join(', ')}`);
  }
}

/** What a run showed, to be held against the limits. */
export interface Observed {
  /** Flits per cycle on every directed link. */
  readonly linkLoad: readonly number[];
  /** Largest number of flits in the buffers of each router. */
  readonly bufferOccupancy: readonly number[];
  /** Share of CADC readings outside the reliable range; null when none was taken. */
  readonly cadcOutside: number | null;
  readonly weightClipped: number;
  /** W. */
  readonly dynamicPower: number;
  /** Specified properties that were looked at, and whether the run had them. */
  readonly properties: Readonly<Record<string, boolean>>;
  /** Tick up to which it ran. */
  readonly until: Tick;
}

/**
 * Every limit that was left and every specified property that was lost: entity, tick, limit, how often. An empty list means admissible. Limits are on whole runs, so the tick is
 * that of the end.
 */
export function violations(contract: Contract, observed: Observed): EmulationResult['violations'] {
  const { limits } = contract;
  const found: EmulationResult['violations'][number][] = [];
  const note = (entity: string, limit: string): void => {
    found.push({ entity, tick: observed.until, limit, count: 1 });
  };
  if (limits.linkLoad !== null) {
    observed.linkLoad.forEach((load, link) => {
      if (load > limits.linkLoad!) note(`link ${String(link)}`, `linkLoad: ${String(load)} of ${String(limits.linkLoad)} flits per cycle`);
    });
  }
  if (limits.bufferOccupancy !== null) {
    observed.bufferOccupancy.forEach((flits, router) => {
      if (flits > limits.bufferOccupancy!)
        note(`router ${String(router)}`, `bufferOccupancy: ${String(flits)} of ${String(limits.bufferOccupancy)} flits`);
    });
  }
  if (limits.cadcOutside !== null && observed.cadcOutside !== null && observed.cadcOutside > limits.cadcOutside) {
    note('CADC', `cadcOutside: ${String(observed.cadcOutside)} of ${String(limits.cadcOutside)}`);
  }
  if (limits.weightClipped !== null && observed.weightClipped > limits.weightClipped) {
    note('synapse weights', `weightClipped: ${String(observed.weightClipped)} of ${String(limits.weightClipped)}`);
  }
  if (limits.dynamicPower !== null && observed.dynamicPower > limits.dynamicPower) {
    note('chip', `dynamicPower: ${String(observed.dynamicPower)} of ${String(limits.dynamicPower)} W`);
  }
  for (const property of contract.properties) {
    if (observed.properties[property] === false) note('run', `property: ${property}`);
  }
  return found;
}
