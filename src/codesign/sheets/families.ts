/** What the `chip` and `die` commands can do with a card, family by family: a new family is one entry here. */
import type { z } from 'zod';
import { CardError, UsageError } from '../../base/index.ts';
import {
  ChipSchema,
  DynapseSchema,
  loadCard,
  LoihiSchema,
  type Card,
  type ChipCard,
  type ChipSheet,
  type DieDifference,
  type DieSheet,
  type DynapseCard,
  type LoihiCard,
} from '../../model/index.ts';
import { chipFamily } from '../workspace.ts';
import { chipSheet } from './chip-sheet.ts';
import { cardWithDie, dieCsv, dieJson, readMeasured, type DieLabel, type Measured } from './die-file.ts';
import { dieDifferences, dieSheet } from './die-sheet.ts';
import { dynapseCsv, dynapseDifferences, dynapseJson, readMeasuredDynapse } from './dynapse-file.ts';
import { dynapseDieSheet, dynapseSheet } from './dynapse-sheet.ts';
import { loihiDieSheet, loihiSheet } from './loihi-sheet.ts';

/** What dies of a card are called. */
export interface NamedDies {
  readonly name: string;
  readonly measured?: readonly { readonly name: string; readonly die: number }[] | undefined;
}

/** A die of a card. */
interface Numbered<C> {
  readonly card: C;
  readonly seed: number;
}

/** Fixed patterns as files; absent where nothing varies. */
interface Patterns<C> {
  readonly csv: (card: C, seed: number) => string;
  readonly json: (card: C, seed: number) => string;
  readonly read: (text: string, file: string, label: DieLabel, card: C) => Measured<object & { readonly name: string }>;
  /** Measured columns of a die. */
  readonly columnsOf: (die: object) => readonly string[];
}

interface Family<C> {
  readonly schema: z.ZodType<C>;
  readonly sheet: (card: Card<C>) => ChipSheet;
  readonly dieSheet: (card: C, seed: number) => DieSheet;
  readonly differences: (a: Numbered<C>, b: Numbered<C>) => DieDifference[];
  readonly patterns?: Patterns<C>;
}

const bss2: Family<ChipCard> = {
  schema: ChipSchema,
  sheet: chipSheet,
  dieSheet,
  differences: dieDifferences,
  patterns: {
    csv: dieCsv,
    json: dieJson,
    read: readMeasured,
    columnsOf: (die) => Object.keys((die as { circuits: object }).circuits),
  },
};

const dynapse: Family<DynapseCard> = {
  schema: DynapseSchema,
  sheet: dynapseSheet,
  dieSheet: dynapseDieSheet,
  differences: dynapseDifferences,
  patterns: {
    csv: dynapseCsv,
    json: dynapseJson,
    read: readMeasuredDynapse,
    columnsOf: (die) => Object.keys((die as { neurons: object }).neurons),
  },
};

const loihi: Family<LoihiCard> = { schema: LoihiSchema, sheet: loihiSheet, dieSheet: loihiDieSheet, differences: () => [] };

/** A chip card of any family that was read and found right. */
export interface OpenChip {
  readonly family: string;
  readonly file: string;
  readonly card: NamedDies;
  sheet(this: void): ChipSheet;
  dieSheet(this: void, seed: number): DieSheet;
  /** Against a die of another card of the same family. Throws UsageError. */
  differences(this: void, seed: number, other: OpenChip, otherSeed: number): DieDifference[];
  /** The fixed pattern of a die as the text of a file. Throws UsageError where nothing varies. */
  exported(this: void, seed: number, form: 'csv' | 'json'): string;
  /** The card's text with a measured die. Throws CardError with every mistake, UsageError where nothing varies. */
  imported(this: void, cardText: string, content: string, file: string, label: DieLabel): Imported;
}

/** A card with one more die, and what was measured of it. */
export interface Imported {
  readonly text: string;
  readonly columns: readonly string[];
  readonly count: Measured<unknown>['count'];
}

/** Reads a chip card of whatever family it says. Throws CardError. */
export function openChip(file: string, overrides: readonly string[] = []): OpenChip {
  const family = chipFamily(file);
  if (family === 'dynapse') return opened(family, dynapse, file, overrides);
  if (family === 'loihi') return opened(family, loihi, file, overrides);
  return opened('bss2', bss2, file, overrides);
}

function opened<C extends NamedDies>(family: string, rules: Family<C>, file: string, overrides: readonly string[]): OpenChip {
  const card = loadCard(rules.schema, file, { overrides });
  const patterns = (what: string): Patterns<C> => {
    if (rules.patterns !== undefined) return rules.patterns;
    throw new UsageError(`die ${what}: no parameter of ${card.value.name} varies, every die equals the card: there is nothing to ${what}`);
  };
  return {
    family,
    file,
    card: card.value,
    sheet: () => rules.sheet(card),
    dieSheet: (seed) => rules.dieSheet(card.value, seed),
    differences: (seed, other, otherSeed) => {
      if (other.family !== family)
        throw new UsageError(`die diff: ${card.value.name} and ${other.card.name} are of two families, expected two cards of one`);
      return rules.differences({ card: card.value, seed }, { card: other.card as C, seed: otherSeed });
    },
    exported: (seed, form) => patterns('export')[form](card.value, seed),
    imported: (cardText, content, measured, label) => {
      const { read, columnsOf } = patterns('import');
      const { die, count } = read(content, measured, label, card.value);
      const text = inFile(measured, () => cardWithDie(card.label, cardText, die, rules.schema));
      return { text, columns: columnsOf(die), count };
    },
  };
}

/** Mistakes of the one die that is new stand in the file that it came from. */
function inFile(file: string, merge: () => string): string {
  try {
    return merge();
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    throw new CardError(
      error.mistakes.map(({ line, path, ...mistake }) => {
        const own = /^measured\.\d+\.?(.*)$/.exec(path ?? '');
        return own === null
          ? { ...mistake, ...(line !== undefined && { line }), ...(path !== undefined && { path }) }
          : { ...mistake, file, ...(own[1] !== '' && { path: own[1]! }) };
      }),
    );
  }
}
