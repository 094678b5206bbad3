/**
 * What an ended emulation leaves behind, whatever the family of its chip: spikes of student and teacher as files, the limits of its contract that it left, and the record.
 */
import {
  contractHash,
  countEvidence,
  MODEL_VERSION,
  type ChipCard,
  type Contract,
  type DynapseCard,
  type EmulationRecord,
  type EmulationResult,
  type Provenance,
  type SpikeColumns,
} from '../model/index.ts';
import type { NocLayout } from '../noc/index.ts';
import { writeRunRecord, writeSpikes } from '../store/index.ts';
import { provenanceOf, type Phases } from './context.ts';
import { violations } from './contract.ts';
import type { EmulateRequest } from './emulate-request.ts';
import type { EmulationOutcome } from './outcome.ts';
import { writeSpikeTables } from './recordings.ts';

/** An emulation that has ended, with its teacher. */
interface EndedEmulation {
  readonly request: Pick<EmulateRequest, 'context' | 'die' | 'seed' | 'parquet'>;
  readonly phases: Phases;
  readonly title: string;
  readonly planHash: string;
  readonly contract: Contract;
  readonly card: ChipCard | DynapseCard;
  readonly layout: NocLayout;
  readonly outcome: EmulationOutcome;
  readonly teacher: SpikeColumns;
  readonly student: SpikeColumns;
  /** Ticks of a second of hardware time. */
  readonly ticksPerSecond: number;
  /** Hardware seconds that were emulated, as the contract counts them. */
  readonly until: number;
  /** Samples of converters out of their range; null when none was read. */
  readonly cadcOutside: number | null;
  readonly workload: EmulationResult['workload'];
  /** What only this family records. */
  readonly rest: Partial<Pick<EmulationResult, 'stimulus' | 'recordings' | 'weights'>>;
}

/** Writes files and record of an emulation. Errors: those of the store. */
export async function writeEmulation(ended: EndedEmulation): Promise<EmulationRecord> {
  const { request, card, contract, layout, outcome, teacher, student, ticksPerSecond, until, cadcOutside } = ended;
  const { context } = request;
  const broken = violations(contract, {
    linkLoad: outcome.linkLoad ?? [],
    bufferOccupancy: outcome.peakOccupancy ?? [],
    cadcOutside,
    weightClipped: outcome.binding.clippedShare,
    dynamicPower: ((outcome.energy.perSpike ?? 0) * outcome.spikes.emitted * ticksPerSecond) / until,
    properties: outcome.properties,
    until,
  });
  const result: EmulationResult = {
    workload: ended.workload,
    die: request.die,
    ...ended.rest,
    spikes: outcome.spikes,
    latency: outcome.latency,
    energy: outcome.energy,
    fidelity: outcome.fidelity,
    binding: outcome.binding,
    map: {
      label: layout.name,
      x: Array.from(layout.graph.x),
      y: Array.from(layout.graph.y),
      occupancy: outcome.occupancy ?? [],
      links: Array.from(layout.graph.linkFrom, (from, link) => ({
        from,
        to: layout.graph.linkTo[link]!,
        load: outcome.linkLoad?.[link] ?? 0,
      })),
    },
    raster: {
      teacher: await writeSpikes(context.directory, 'teacher', teacher),
      student: await writeSpikes(context.directory, 'student', student),
      ticksPerSecond,
      speedUp: card.speed_up.value,
    },
    traceHash: outcome.traceHash,
    admissible: broken.length === 0,
    violations: broken,
    activity: outcome.activity,
    ...(outcome.crossbar !== undefined && { crossbar: outcome.crossbar }),
    cadcOutside,
  };
  if (request.parquet === true) await writeSpikeTables(context.directory, { teacher, student });
  ended.phases.end('teacher, scores, files');
  const provenance: Provenance = provenanceOf(context, MODEL_VERSION, request.seed, ended.planHash, ended.phases.timings);
  const record: EmulationRecord = {
    schema: 'neurolith/run/1',
    kind: 'emulate',
    title: ended.title,
    provenance,
    contract,
    contractHash: contractHash(contract),
    evidence: countEvidence({ [card.name]: card, [layout.name]: layout.coefficients }),
    result,
  };
  await writeRunRecord(context.directory, record);
  return record;
}
