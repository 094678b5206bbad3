/** The cards of a study: chip and network-on-chip of a level of its plan, whose mistakes are told where the plan says what is wrong. */
import { CardError, hashOf, type Mistake } from '../base/index.ts';
import type { Overrides } from '../campaign/index.ts';
import {
  blamingCard,
  ChipSchema,
  loadCard,
  NocSchema,
  type Card,
  type ChipCard,
  type CodesignPlan,
  type NocDesign,
} from '../model/index.ts';
import { compileNoc, type NocLayout } from '../noc/index.ts';
import { COMMAND_LINE, findCard, type NamedAt } from './workspace.ts';

/** A network-on-chip design with the texts of the files it names. */
export interface NocSource {
  readonly design: NocDesign;
  readonly files: Readonly<Record<string, string>>;
}

/** Files in place of named cards; a workload may be a bare edge list (CSV). */
export interface CardFiles {
  readonly workload?: string;
  readonly chip?: string;
  readonly noc?: string;
}

/** Compiles a network-on-chip of a study. */
export function layoutOf({ design, files }: NocSource): NocLayout {
  return compileNoc(design, (name) => files[name]!);
}

/** The chip card of a level, and a key that tells it from others. */
export function chipOf(
  planCard: Card<CodesignPlan>,
  files: CardFiles,
  overrides: Overrides,
): { readonly key: string; readonly card: ChipCard } {
  const file = files.chip ?? namedFile('chip', planCard, overrides);
  const card = blamingPlan('chip', planCard, () => loadCard(ChipSchema, file, { overrides: fieldsOf('chip', overrides) })).value;
  return { key: hashOf(card).slice(0, 16), card };
}

/** The design of a level with the files that it names, and a key that tells it from others. */
export function nocOf(
  planCard: Card<CodesignPlan>,
  files: CardFiles,
  overrides: Overrides,
): { readonly key: string; readonly source: NocSource } {
  const file = files.noc ?? namedFile('noc', planCard, overrides);
  const card = blamingPlan('noc', planCard, () => loadCard(NocSchema, file, { overrides: fieldsOf('noc', overrides) }));
  const texts: Record<string, string> = {};
  // compiling once here finds every mistake early and tells which files the design reads
  blamingCard(card, () => compileNoc(card.value, (name) => (texts[name] = card.readText(name))));
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
export function placeOf(planCard: Card<CodesignPlan>, path: string, value?: Overrides[string]): NamedAt {
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
export function fieldsOf(kind: 'noc' | 'chip', overrides: Overrides): readonly string[] {
  return Object.entries(overrides)
    .filter(([path]) => path.startsWith(`${kind}.`))
    .map(([path, value]) => `${path.slice(kind.length + 1)}=${String(value)}`);
}
