/** What a sweep card says beside its design and its traffic: axes, constraints, derived measures and objectives. Each mistake in them is told; what is right is read. */
import { readExpression, type Expression, type Mistake } from '../base/index.ts';
import { didYouMean } from '../model/did-you-mean.ts';
import type { Card, SweepCard } from '../model/index.ts';
import { SOBOL_AXES } from '../search/index.ts';
import { readAxis, type Axis } from './axis.ts';
import { ALL_MEASURES } from './measures.ts';

/** Told of a mistake at a path of the card. */
export type Complain = (path: readonly string[], found: string, expected: string, nearest?: string) => void;

/** Puts mistakes of a card into a list. */
export function complainTo(mistakes: Mistake[], { label, lineOf }: Pick<Card<unknown>, 'label' | 'lineOf'>): Complain {
  return (path, found, expected, nearest) => {
    const line = lineOf(path);
    mistakes.push({
      file: label,
      ...(line === undefined ? {} : { line }),
      path: path.join('.'),
      found,
      expected,
      ...(nearest === undefined ? {} : { nearest }),
    });
  };
}

export type SweepParts = Pick<SweepCard, 'vary' | 'where' | 'derive' | 'objectives' | 'saturation'>;

/** Axes and expressions, read. */
export interface ReadParts {
  readonly axes: readonly (readonly [path: string, axis: Axis])[];
  readonly where: readonly Expression[];
  readonly derived: Readonly<Record<string, Expression>>;
}

/** Columns of the table of every sweep. */
const COLUMNS = new Set(['rate', 'seed', 'state', 'on_front', 'words']);
/** Measures of a search alone. */
const SEARCHED = ['saturation.stable', 'saturation.unstable'];

/** Reads the parts; what is wrong is left out and told to `complain`. */
export function readParts(sweep: SweepParts, complain: Complain): ReadParts {
  const axes = axesOf(sweep, complain);
  const read = (path: readonly string[], text: string): Expression[] => {
    const found = readExpression(text);
    if (typeof found !== 'string') return [found];
    complain(path, `"${text}"`, found);
    return [];
  };
  const where = sweep.where.flatMap((text, k) => read(['where', String(k)], text));
  const derived = Object.fromEntries(
    Object.entries(sweep.derive).flatMap(([name, text]) => read(['derive', name], text).map((expression) => [name, expression] as const)),
  );
  complainOfNames(sweep, where, derived, complain);
  return { axes, where, derived };
}

/** The derived measures that one stands on, back to itself. */
function circleFrom(name: string, derived: ReadParts['derived']): readonly string[] | undefined {
  const seen = new Set<string>();
  const search = (way: readonly string[]): readonly string[] | undefined => {
    for (const used of derived[way.at(-1)!]?.names ?? []) {
      if (used === name) return [...way, name];
      if (seen.has(used)) continue;
      seen.add(used);
      const found = search([...way, used]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search([name]);
}

function axesOf(sweep: SweepParts, complain: Complain): (readonly [path: string, axis: Axis])[] {
  const axes = Object.entries(sweep.vary).flatMap(([path, given]): (readonly [string, Axis])[] => {
    if (!/^(design\.[\w.]+|traffic\.[\w.]+|rate|seed)$/.test(path)) {
      complain(['vary', path], `"${path}"`, 'a path that begins with design. or traffic., or rate or seed');
      return [];
    }
    const axis = readAxis(given);
    if (typeof axis !== 'string') return [[path, axis]];
    complain(['vary', path], JSON.stringify(given), axis);
    return [];
  });
  const sampled = axes.filter(([, { kind }]) => kind === 'sampled').length;
  if (sampled > SOBOL_AXES) complain(['vary'], `${String(sampled)} axes of sobol`, `at most ${String(SOBOL_AXES)}`);
  return axes;
}

function isPath(name: string): boolean {
  return /^(design|traffic)\.|^(rate|seed)$/.test(name);
}

/** Names in constraints, derived measures and objectives that nothing has. */
function complainOfNames(
  sweep: SweepParts,
  where: readonly Expression[],
  derived: Readonly<Record<string, Expression>>,
  complain: Complain,
): void {
  for (const { text, names } of where) {
    const place = ['where', String(sweep.where.indexOf(text))];
    for (const name of names)
      if (!isPath(name))
        complain(
          place,
          name,
          'rate, seed, or a path that begins with design. or traffic. (a constraint is asked before anything is measured)',
        );
  }
  const measured = [...Object.keys(ALL_MEASURES), ...SEARCHED, ...Object.keys(sweep.derive)];
  const complainOf = (place: readonly string[], name: string, expected: string): void => {
    if (SEARCHED.includes(name) && sweep.saturation === 'off')
      complain(place, name, 'saturation: with a step such as 0.02 on this card, so that it is searched');
    else if (!measured.includes(name)) complain(place, name, expected, didYouMean(name, measured));
  };
  for (const [name, expression] of Object.entries(derived))
    for (const used of expression.names)
      if (!isPath(used))
        complainOf(['derive', name], used, 'a measure, another derived name, rate, seed or a path that begins with design.');
  for (const name of Object.keys(derived)) {
    if (COLUMNS.has(name)) complain(['derive', name], name, `another name: the table has ${[...COLUMNS].join(', ')} already`);
    const circle = COLUMNS.has(name) ? undefined : circleFrom(name, derived);
    if (circle !== undefined) complain(['derive', name], circle.join(' <- '), 'measures that do not lead back to themselves');
  }
  for (const name of Object.keys(sweep.objectives)) complainOf(['objectives', name], name, 'a measure or a derived name');
}
