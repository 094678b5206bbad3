/**
 * Arithmetic written on a card: constraints, derived measures, objectives. Names are dotted paths into plain data (`router.vcs * router.buffer <= 32`).
 * Parsed by mathjs; then every node of the tree must be one of a short list (numbers, names, operators, comparisons, a few functions), so an expression from elsewhere can neither
 * define, assign, index nor call anything else.
 */
import { parse, type ExpressionNode } from '#vendor/arithmetic';

/** An expression that was found harmless. */
export interface Expression {
  readonly text: string;
  /** Dotted names that it uses, each once. */
  readonly names: readonly string[];
  /** Its value, given the values of its names; null as soon as a name that it needs is null. True and false are 1 and 0. */
  evaluate(valueOf: (name: string) => number | null): number | null;
}

/** How many arguments they take: the fewest and the most. */
const FUNCTIONS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['abs', [1, 1]],
  ['min', [1, Infinity]],
  ['max', [1, Infinity]],
  ['sqrt', [1, 1]],
  ['exp', [1, 1]],
  ['log', [1, 2]],
  ['pow', [2, 2]],
]);
const PLAIN = new Set(['OperatorNode', 'ParenthesisNode', 'ConditionalNode', 'RelationalNode']);
const LONGEST = 1000; // characters

/** Reads an expression; a text says what is wrong with it. */
export function readExpression(text: string): Expression | string {
  if (text.length > LONGEST) return `an expression of at most ${String(LONGEST)} characters`;
  let root: ExpressionNode;
  const names: string[] = [];
  try {
    // a dotted name becomes one symbol: nothing of an object is ever reached into
    root = parse(text.replaceAll(/(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/g, (name) => symbolOf(name, names)));
  } catch {
    return 'arithmetic such as "router.vcs * router.buffer <= 32"';
  }
  let isPlain = true;
  root.traverse((node, _path, parent) => {
    isPlain &&= isArithmetic(node, parent);
  });
  const compiled = isPlain ? compile(root) : undefined;
  if (compiled === undefined) return `arithmetic of numbers and names with ${[...FUNCTIONS.keys()].join(', ')} and comparisons alone`;
  return {
    text,
    names,
    evaluate: (valueOf) => {
      const scope: Record<string, number> = {};
      for (const [k, name] of names.entries()) {
        const value = valueOf(name);
        if (value === null) return null;
        scope[`v${String(k)}`] = value;
      }
      const value = compiled.evaluate(scope);
      if (typeof value === 'boolean') return value ? 1 : 0;
      return typeof value === 'number' && Number.isFinite(value) ? value : null;
    },
  };
}

function isArithmetic({ type, name, value, fn, args }: ExpressionNode, parent: ExpressionNode | null): boolean {
  if (PLAIN.has(type)) return true;
  // nothing at all is read as a constant without a value
  if (type === 'ConstantNode') return typeof value === 'number' || typeof value === 'boolean';
  if (type === 'SymbolNode') return /^v\d+$/.test(name!) || (parent?.type === 'FunctionNode' && FUNCTIONS.has(name!));
  const [fewest, most] = FUNCTIONS.get(fn?.name ?? '') ?? [1, 0];
  return type === 'FunctionNode' && args!.length >= fewest && args!.length <= most;
}

/** Undefined for operators that plain arithmetic has not, such as bits and factorials. */
function compile(root: ExpressionNode): ReturnType<ExpressionNode['compile']> | undefined {
  try {
    return root.compile();
  } catch {
    return undefined;
  }
}

const WORDS = new Set([...FUNCTIONS.keys(), 'and', 'or', 'not', 'true', 'false']);

/** Numbers such as 1e3 hold a letter too, but begin with a digit and are no name. */
function symbolOf(name: string, names: string[]): string {
  if (WORDS.has(name)) return name;
  let place = names.indexOf(name);
  if (place < 0) place = names.push(name) - 1;
  return `v${String(place)}`;
}
