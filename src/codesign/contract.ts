/**
 * The execution contract of an emulation, filled in from the cards and checked against what the run did.
 * A run that leaves a limit goes on, is marked not admissible, and says where.
 */
import { DEFAULT_TICKS_PER_SECOND, InfeasibleError, type Tick } from '../base/index.ts';
import { admit, type ChipCard, type Contract, type EmulationResult, type NocDesign } from '../model/index.ts';

/** What differs from run to run. */
export interface ContractOptions {
  readonly window: Tick;
  readonly confluence: Contract['confluence'];
  readonly seeds: Contract['seeds'];
}

/** The contract of an offline run on these cards. */
export function contractOf(card: ChipCard, design: NocDesign, { window, confluence, seeds }: ContractOptions): Contract {
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
    properties: ['conservation of packets', 'causality', 'no NaN in a state'],
  };
}

/**
 * Holds a contract that a person wrote against the cards of the run. Throws InfeasibleError when it promises another time than they do, or a regime that cannot be run.
 */
export function checkContract(contract: Contract, derived: Contract): void {
  if (contract.regime !== 'offline')
    throw new InfeasibleError(`contract clause REGIME: "${contract.regime}" cannot be run, only "offline"`);
  for (const [name, value] of Object.entries(derived.time)) {
    const found = contract.time[name as keyof Contract['time']];
    if (found !== value)
      throw new InfeasibleError(`contract clause TIME: time.${name} is ${String(found)}, the cards say ${String(value)}`);
  }
  admit(contract, 'simulation');
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
  /** Tick up to which it ran. */
  readonly until: Tick;
}

/** Every limit that was left: entity, tick, limit, how often. An empty list means admissible. */
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
  return found;
}
