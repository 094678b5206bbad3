/** The kinds of card by name, with their schemas: for `neurolith schema` and docs/schemas. */
import type { z } from 'zod';
import { ContractSchema } from './contract.ts';
import { jsonSchemaOf, withBase } from './json-schema.ts';
import { CARD_FOLDERS } from './layers.ts';
import { ChipSchema } from './schemas/chip.ts';
import { DynapseSchema } from './schemas/chip-dynapse.ts';
import { LoihiSchema } from './schemas/chip-loihi.ts';
import { ToleranceSchema } from './schemas/tolerance.ts';
import { CalibratedSchema } from './schemas/calibrated.ts';
import { CalibratedCoresSchema } from './schemas/calibrated-cores.ts';
import { CoresPlanSchema } from './schemas/cores.ts';
import { GatesSchema } from './schemas/gates.ts';
import { MassSchema } from './schemas/mass.ts';
import { NocSchema } from './schemas/noc.ts';
import { CalibrationPlanSchema, CodesignSchema } from './schemas/plan.ts';
import { PatternsSchema } from './schemas/patterns.ts';
import { SweepSchema } from './schemas/sweep.ts';
import { TrafficSchema } from './schemas/traffic.ts';
import { TrainedSchema } from './schemas/trained.ts';
import { WorkloadSchema } from './schemas/workload.ts';

export const CARD_KINDS = {
  chip: ChipSchema,
  loihi: LoihiSchema,
  dynapse: DynapseSchema,
  noc: NocSchema,
  traffic: TrafficSchema,
  sweep: SweepSchema,
  workload: WorkloadSchema,
  trained: TrainedSchema,
  mass: MassSchema,
  codesign: CodesignSchema,
  calibration: CalibrationPlanSchema,
  cores: CoresPlanSchema,
  calibrated: CalibratedSchema,
  calibrated_cores: CalibratedCoresSchema,
  gates: GatesSchema,
  tolerance: ToleranceSchema,
  patterns: PatternsSchema,
  contract: ContractSchema,
} as const satisfies Record<string, z.ZodType>;
export type SchemaKind = keyof typeof CARD_KINDS;

/** JSON Schema of a kind of card. */
export function schemaOf(kind: SchemaKind): ReturnType<typeof jsonSchemaOf> {
  const schema = jsonSchemaOf(CARD_KINDS[kind], kind);
  return kind === 'loihi' || kind === 'dynapse' || Object.hasOwn(CARD_FOLDERS, kind) ? withBase(schema) : schema;
}
