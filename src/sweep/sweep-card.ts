/** Reads a sweep card. Where the card breaks its schema, what is left of it is planned all the same, so that the mistakes of axes, expressions, design and files are told beside it. */
import { CardError, InfeasibleError, together, type Mistake } from '../base/index.ts';
import { SweepSchema, type Card, type SweepCard } from '../model/index.ts';
import { loadCard, type FaultyCard } from '../model/load.ts';
import { check, type Complaint } from '../model/zod-errors.ts';
import { complainTo, readParts } from './sweep-parts.ts';
import { planSweep } from './sweep-plan.ts';
import { readPattern } from './traffic.ts';

/** Reads a sweep card. CardError with its mistakes, and those of the design and the files that it names beside them. */
export function loadSweep(file: string, overrides: readonly string[] = []): Card<SweepCard> {
  return loadCard(SweepSchema, file, { overrides, files: checkRest });
}

function checkRest(card: FaultyCard): void {
  const { value, hasDesign } = mended(card.written);
  if (value === undefined) return;
  if (hasDesign) {
    try {
      planSweep({ ...card, value });
    } catch (error) {
      // how many points are left is not known before all axes are
      if (!(error instanceof InfeasibleError)) throw error;
    }
    return;
  }
  together(
    () => {
      const mistakes: Mistake[] = [];
      readParts(value, complainTo(mistakes, card));
      if (mistakes.length > 0) throw new CardError(mistakes);
    },
    () => readPattern(card, value.traffic.pattern, 'traffic.pattern'),
  );
}

type Fields = Record<string, unknown>;

/** The card without what the schema refuses, nor axes that lead there. Undefined when that leaves no card. */
function mended(written: unknown): { readonly value: SweepCard | undefined; readonly hasDesign: boolean } {
  const data = fieldsOf(written);
  const checked = check(SweepSchema, data);
  const complaints = 'complaints' in checked ? checked.complaints : [];
  for (const part of ['traffic', 'vary', 'derive', 'objectives']) if (data[part] !== undefined) data[part] = fieldsOf(data[part]);
  if (Array.isArray(data['where'])) data['where'] = data['where'].slice();
  for (const complaint of complaints) leaveOut(data, complaint);
  const gone = complaints.map(({ path }) => path.slice(0, path[0] === 'traffic' ? 2 : 1).join('.'));
  const vary = fieldsOf(data['vary']);
  data['vary'] = Object.fromEntries(
    Object.entries(vary).filter(([path]) => !gone.some((other) => path === other || path.startsWith(`${other}.`))),
  );
  const again = check(SweepSchema, { ...data, kind: 'sweep', name: 'x', design: data['design'] ?? 'x' });
  return { value: 'value' in again ? again.value : undefined, hasDesign: data['design'] !== undefined };
}

/** Takes away the part of the card that a complaint is about; a derived measure keeps its name, others may use it. */
function leaveOut(data: Fields, { path }: Complaint): void {
  const [part, name] = [String(path[0]), path[1]];
  const fields = data[part];
  if (name === undefined || typeof fields !== 'object' || fields === null) delete data[part];
  else if (part === 'derive' && /^\w+$/.test(String(name))) (fields as Fields)[name as string] = '0';
  else if (part === 'where') (fields as unknown[])[name as number] = '1';
  else delete (fields as Fields)[name as string];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
