/**
 * The execution contract of a run: what time means, which events may enter, in which order simultaneous events act, and within which limits the run counts as physically
 * possible. It is validated, hashed and printed in every report.
 * Source: survey arXiv 2604.13574 and arXiv 2604.13118 (execution semantics, activity, admissibility constraints, specified properties).
 */
import * as z from 'zod';
import { ContractError, hashOf } from '../base/index.ts';
import { integer, number, word } from './quantity.ts';

export const REGIMES = ['offline', 'co-simulated', 'assimilating', 'physically-coupled'] as const;
export type Regime = (typeof REGIMES)[number];

export const EVENT_KINDS = ['simulation', 'measurement', 'actuation'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Which events a regime admits at all (clause EVENTS). */
const ADMITTED: Readonly<Record<Regime, readonly EventKind[]>> = {
  offline: ['simulation'],
  'co-simulated': ['simulation', 'actuation'],
  assimilating: ['simulation', 'measurement'],
  'physically-coupled': ['simulation', 'measurement', 'actuation'],
};

export const ContractSchema = z
  .strictObject({
    regime: word(REGIMES),
    persistence: word(['none', 'snapshot']),
    events: z.array(word(EVENT_KINDS)).min(1),
    time: z
      .strictObject({
        ticksPerSecond: integer(1, 1e12),
        speedUp: number(1e-6, 1e9).describe('hardware seconds per biological second, as an exact ratio "1/1000"'),
        nocClock: number(1, 1e12).describe('Hz; cycle k begins at floor(k x ticksPerSecond / f)'),
        window: integer(1, 1e9).describe('ticks; what chip and network advance before they exchange spikes'),
        rounding: word(['up']),
      })
      .readonly(),
    ordering: z.literal('tick, microstep, kind, source, sequence'),
    confluence: word(['internal-first', 'external-first']).describe(
      'a spike that arrives in the very tick of a crossing or of the end of refractoriness acts before (`external-first`) or after it',
    ),
    microstepLimit: integer(1, 1e6),
    deadline: z.union([z.null(), integer(1, 2 ** 52)]).describe('ticks; null where the regime has none'),
    seeds: z
      .strictObject({ die: integer(0, 2 ** 52), noise: integer(0, 2 ** 52), stimulus: integer(0, 2 ** 52), mapping: integer(0, 2 ** 52) })
      .readonly(),
    limits: z
      .strictObject({
        /** Flits per cycle on any link, averaged over the run. */
        linkLoad: z.union([z.null(), number(0, 1)]),
        /** Flits in the buffers of any router at once. */
        bufferOccupancy: z.union([z.null(), integer(1, 1e9)]),
        /** Share of CADC readings outside the reliable range. */
        cadcOutside: z.union([z.null(), number(0, 1)]),
        /** Share of synapses whose weight had to be clipped. */
        weightClipped: z.union([z.null(), number(0, 1)]),
        /** W of dynamic power. */
        dynamicPower: z.union([z.null(), number(0, 1e6)]),
      })
      .readonly()
      .describe('admissibility: a run that leaves a limit goes on, but is marked not admissible. Null switches a limit off'),
    properties: z.array(z.string().min(1)),
  })
  .readonly();

export type Contract = z.infer<typeof ContractSchema>;

/** Name of a contract by its content. */
export function contractHash(contract: Contract): string {
  return hashOf(contract);
}

/** Throws ContractError with the clause when the contract does not admit events of this kind. */
export function admit(contract: Contract, kind: EventKind): void {
  if (contract.events.includes(kind) && ADMITTED[contract.regime].includes(kind)) return;
  throw new ContractError(
    `contract clause EVENTS: a ${kind} event is not admitted in regime "${contract.regime}" (admitted: ${ADMITTED[contract.regime]
      .filter((event) => contract.events.includes(event))
      .join(', ')})`,
  );
}
