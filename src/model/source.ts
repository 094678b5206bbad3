/**
 * The YAML text of a card with the lines of its values.
 * Source: YAML 1.2.2 (core schema; no custom tags, no merge keys, no duplicate keys).
 */
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import { CardError, type Mistake } from '../base/index.ts';
import { printable, type Path } from './zod-errors.ts';

const MOST_PROBLEMS = 20;
const DEEPEST = 200;

/** Deepest nesting of brackets, those in strings and comments included: an upper bound that costs nothing, where the parser would take minutes. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === '[' || bracket === '{' ? 1 : -1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** One text. Throws CardError on anything that is no plain YAML. */
export class Source {
  readonly label: string;
  readonly data: unknown;
  readonly #document: Document;
  readonly #lines = new LineCounter();
  readonly #text: string;

  constructor(text: string, label: string) {
    this.#text = text;
    this.label = label;
    if (depthOf(text) > DEEPEST) throw new CardError([{ file: label, expected: 'YAML that is nested less deeply' }]);
    try {
      this.#document = parseDocument(text, {
        lineCounter: this.#lines,
        uniqueKeys: true,
        merge: false,
        logLevel: 'error',
        prettyErrors: false,
      });
    } catch {
      // the parser is recursive: only absurdly deep nesting brings it down
      throw new CardError([{ file: label, expected: 'YAML that is nested less deeply' }]);
    }
    const problems = [...this.#document.errors, ...this.#document.warnings].map((error): Mistake => {
      const line = this.#lineAt(error.pos[0]);
      return { file: label, line, found: this.#excerpt(error.pos[0]), expected: syntaxWords(error.code, error.message) };
    });
    // one lost bracket can make hundreds of errors: the first ones tell
    const more = problems.length - MOST_PROBLEMS;
    const rest = more > 0 ? [{ file: label, found: `${String(more)} more mistakes`, expected: 'none' }] : [];
    if (problems.length > 0) throw new CardError([...byLine(problems).slice(0, MOST_PROBLEMS), ...rest]);
    const strange = this.#strangeKeys(label);
    if (strange.length > 0) throw new CardError(strange);
    try {
      this.data = this.#document.toJS({ maxAliasCount: 100 }) as unknown;
    } catch {
      throw new CardError([{ file: label, expected: 'fewer aliases (*name): written out, the card would be enormous' }]);
    }
  }

  /** Line of the value at `path`, or of its nearest parent. The line of a map or list is that of its key. */
  lineOf(path: Path): number {
    return this.#find(path).line;
  }

  /** What stands at `path`, as written: text in quotes, shortened. */
  found(path: Path): string {
    const { node, whole } = this.#find(path);
    if (!whole) return 'nothing';
    if (isMap(node)) return node.items.length === 0 ? 'an empty map' : `a map of ${String(node.items.length)}`;
    if (isSeq(node)) return node.items.length === 0 ? 'an empty list' : `a list of ${String(node.items.length)}`;
    if (!isScalar(node)) return 'nothing';
    if (typeof node.value === 'string') return `"${printable(node.value)}"`;
    const written = node.range ? this.#text.slice(node.range[0], node.range[1]) : '';
    return written === '' ? 'nothing' : printable(written);
  }

  #find(path: Path): { readonly node: Node | null; readonly line: number; readonly whole: boolean } {
    let node = this.#resolve(this.#document.contents);
    let line = node?.range ? this.#lineAt(node.range[0]) : 1;
    for (const key of path) {
      let next: unknown;
      let offset: number | undefined;
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
        next = pair?.value;
        offset = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
      } else if (isSeq(node)) {
        next = node.items[Number(key)];
        offset = isNode(next) ? next.range?.[0] : undefined;
      }
      if (offset === undefined) return { node, line, whole: false };
      node = this.#resolve(isNode(next) ? next : null);
      const value = isScalar(node) && isScalar(next) ? (node.range?.[0] ?? offset) : offset;
      line = this.#lineAt(value);
    }
    return { node, line, whole: true };
  }

  #resolve(node: Node | null): Node | null {
    return isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
  }

  #lineAt(offset: number): number {
    return Math.max(1, this.#lines.linePos(offset).line);
  }

  #excerpt(offset: number): string {
    const line = this.#text.slice(offset).split(/\r?\n/, 1)[0]?.trim() ?? '';
    return line === '' ? 'the end of a line' : `"${printable(line, 40)}"`;
  }

  /** Keys that are no plain names. */
  #strangeKeys(label: string): Mistake[] {
    const mistakes: Mistake[] = [];
    visit(this.#document, {
      Pair: (_, pair) => {
        const key = pair.key;
        if (isScalar(key) && key.value !== '__proto__' && key.value !== null) return;
        const line = isNode(key) && key.range ? { line: this.#lineAt(key.range[0]) } : {};
        mistakes.push({ file: label, ...line, found: 'a key that is no name', expected: 'a name before the colon' });
      },
    });
    return mistakes;
  }
}

/** The words of the YAML parser, as an expectation. */
function syntaxWords(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'a field that is not there already: this one is given twice';
  if (code === 'TAB_AS_INDENT') return 'spaces, not tabs, at the start of a line';
  if (code === 'TAG_RESOLVE_FAILED') return 'plain YAML without custom tags';
  if (code === 'MULTIPLE_DOCS') return 'one document, without a --- in the middle';
  const words = printable(message.split('\n')[0] ?? '', 160).replace(/\.$/, '');
  return `valid YAML (${words.charAt(0).toLowerCase()}${words.slice(1)})`;
}

/** By line; mistakes without a line come last, each group in the order in which they were found. */
export function byLine(mistakes: readonly Mistake[]): Mistake[] {
  return mistakes.toSorted((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || 0);
}
