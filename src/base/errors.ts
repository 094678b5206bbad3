/**
 * What can go wrong, by whose fault. The command line turns each into one exit code and prints the message without a stack trace; only InternalError shows its stack.
 * A failure of one circuit of many is no error: it is a mask in the result.
 */

/** One mistake in a file: where, what was found, what was expected, and the nearest valid name. */
export interface Mistake {
  readonly file: string;
  readonly line?: number;
  readonly path?: string;
  readonly found?: string;
  readonly expected: string;
  readonly nearest?: string;
}

/** Base of all errors that are told to the user in words. `exitCode` is what the process ends with. */
export class NeurolithError extends Error {
  readonly exitCode: number = 70;
}

/** The user's card, plan or data file holds mistakes: all of them at once, one line each. Exit code 2. */
export class CardError extends NeurolithError {
  override readonly name = 'CardError';
  override readonly exitCode = 2;
  readonly mistakes: readonly Mistake[];
  /** What cannot be met besides; the card that asks for it is known further up. */
  readonly unmet: readonly InfeasibleError[];

  constructor(mistakes: readonly Mistake[], unmet: readonly InfeasibleError[] = []) {
    super([...told(mistakes).map(describeMistake), ...unmet.map(({ message }) => message)].join('\n'));
    this.mistakes = mistakes;
    this.unmet = unmet;
  }
}

/** Mistakes of one file that are told. */
const MOST_TOLD = 100;

/** The first hundred mistakes of each file, and how many there are besides: a file of the wrong kind has one in every row. */
function told(mistakes: readonly Mistake[]): readonly Mistake[] {
  const counts = new Map<string, number>();
  const shown = mistakes.filter(({ file }) => {
    const count = (counts.get(file) ?? 0) + 1;
    counts.set(file, count);
    return count <= MOST_TOLD;
  });
  const more = Array.from(counts).filter(([, count]) => count > MOST_TOLD);
  return [
    ...shown,
    ...more.map(([file, count]): Mistake => ({ file, found: `${String(count - MOST_TOLD)} more mistakes`, expected: 'none' })),
  ];
}

/** The command line was used wrongly. Exit code 2. */
export class UsageError extends NeurolithError {
  override readonly name = 'UsageError';
  override readonly exitCode = 2;
}

/** A request that is well formed but cannot be met; the message holds the range that would do. Exit code 2. */
export class InfeasibleError extends NeurolithError {
  override readonly name = 'InfeasibleError';
  override readonly exitCode = 2;
  /** Field of the card that asks for it, where there is one. */
  readonly path: string | undefined;
  /** Several requests that cannot be met, each alone; this one where there is no other. */
  readonly parts: readonly InfeasibleError[];

  constructor(message: string, options: ErrorOptions & { readonly path?: string; readonly parts?: readonly InfeasibleError[] } = {}) {
    super(message, options);
    this.path = options.path;
    this.parts = options.parts ?? [this];
  }
}

/** A run broke a law of its execution contract (an event from the past, an endless instant, a result that differs between two runs). Exit code 4. */
export class ContractError extends NeurolithError {
  override readonly name = 'ContractError';
  override readonly exitCode = 4;
}

/** Points are missing or failed; what is there is kept. Exit code 3. */
export class IncompleteError extends NeurolithError {
  override readonly name = 'IncompleteError';
  override readonly exitCode = 3;
}

/** Our mistake. Exit code 70, please report. */
export class InternalError extends NeurolithError {
  override readonly name = 'InternalError';
}

/** What an error tells of the user's cards: mistakes, and what cannot be met. Undefined for errors of other kinds. */
export function findingsOf(error: unknown): Pick<CardError, 'mistakes' | 'unmet'> | undefined {
  if (error instanceof CardError) return error;
  return error instanceof InfeasibleError ? { mistakes: [], unmet: error.parts } : undefined;
}

/**
 * Takes every step, whatever goes wrong in another, and gives their values. What several steps find is told once: CardError with the mistakes of all of them, and with what cannot be
 * met; InfeasibleError where there is nothing but that. Any other error at once.
 */
export function together<T extends readonly unknown[]>(...steps: { readonly [K in keyof T]: () => T[K] }): T {
  const mistakes = new Map<string, Mistake>();
  const unmet = new Map<string, InfeasibleError>();
  const values = steps.map((step: () => unknown) => {
    try {
      return step();
    } catch (error) {
      const found = findingsOf(error);
      if (found === undefined) throw error;
      for (const mistake of found.mistakes) mistakes.set(describeMistake(mistake), mistake);
      for (const part of found.unmet) unmet.set(part.message, part);
      return undefined;
    }
  });
  const parts = [...unmet.values()];
  if (mistakes.size > 0) throw new CardError([...mistakes.values()], parts);
  if (parts.length > 1) throw new InfeasibleError(parts.map(({ message }) => message).join('\n'), { parts });
  if (parts[0] !== undefined) throw parts[0];
  return values as unknown as T;
}

/** `file:line: path: found X, expected Y; did you mean "Z"?` with the parts that are known. */
export function describeMistake(mistake: Mistake): string {
  const place = mistake.line === undefined ? mistake.file : `${mistake.file}:${String(mistake.line)}`;
  const path = mistake.path === undefined || mistake.path === '' ? '' : ` ${mistake.path}:`;
  const found = mistake.found === undefined ? '' : ` found ${mistake.found},`;
  const nearest = mistake.nearest === undefined ? '' : `; did you mean "${mistake.nearest}"?`;
  return `${place}:${path}${found} expected ${mistake.expected}${nearest}`;
}
