/** How commands begin that work on dies of a chip by a plan: card and plan with the user's overrides, where the run is written, and its context. */
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { cardFile, type RunContext } from '../codesign/index.ts';
import { CalibrationPlanSchema, ChipSchema, CoresPlanSchema, DynapseSchema, loadCard } from '../model/index.ts';
import type { Arguments } from './command.ts';
import { diesField } from './die.ts';
import { runContext, type Host } from './host.ts';
import { flag, list, optionalNumber, optionalText, text } from './values.ts';

/** What the user asked for. */
export interface DieCommand<C, P> {
  readonly card: C;
  readonly plan: P;
  /** Where the run would be written. */
  readonly target: { readonly directory: string; readonly force: boolean };
  /** Opens the run; `noun` names what its progress counts. */
  readonly context: (noun: string) => Promise<RunContext>;
}

/** Chips with a code per circuit, and chips whose biases are shared by the neurons of a core: schemas of card and plan, names of the shipped plan and gates. */
export const CIRCUITS = { chip: ChipSchema, schema: CalibrationPlanSchema, shipped: 'spiking', gates: 'gates' } as const;
export const CORES = { chip: DynapseSchema, schema: CoresPlanSchema, shipped: 'cores', gates: 'cores-gates' } as const;

/** File of a card that is shipped in `calibration/`. */
export function shippedPlan(name: string): string {
  return fileURLToPath(new URL(`../../calibration/${name}.yaml`, import.meta.url));
}

/** Reads chip and plan (`--plan`, else the shipped one), by the schemas of a family. Fields of the chip are set with the prefix `chip.`, fields of the plan without. Throws CardError. */
export function dieCommand<C extends z.ZodType, S extends z.ZodType>(
  argv: Arguments,
  host: Host,
  {
    chip: chipSchema,
    schema,
    shipped,
    dies = optionalText(argv, 'dies'),
  }: { readonly chip: C; readonly schema: S; readonly shipped: string; readonly dies?: string },
): DieCommand<z.output<C>, z.output<S>> {
  const chip = cardFile('chip', text(argv, 'card'));
  const seed = optionalNumber(argv, 'seed');
  const overrides = [
    ...list(argv, 'set'),
    ...(dies === undefined ? [] : [diesField(chip, dies)]),
    ...(seed === undefined ? [] : [`effort.seed=${String(seed)}`]),
  ];
  const target = { directory: text(argv, 'out'), force: flag(argv, 'force') };
  return {
    card: loadCard(chipSchema, chip, {
      overrides: overrides.filter((field) => field.startsWith('chip.')).map((field) => field.slice('chip.'.length)),
    }).value,
    plan: loadCard(schema, optionalText(argv, 'plan') ?? shippedPlan(shipped), {
      overrides: overrides.filter((field) => !field.startsWith('chip.')),
    }).value,
    target,
    context: async (noun) => runContext({ ...target, workers: optionalNumber(argv, 'workers'), quiet: flag(argv, 'quiet'), noun }, host),
  };
}
