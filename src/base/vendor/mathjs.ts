/** The part of mathjs that cards need: units and arithmetic. Chosen functions in one file import in a sixth of the time of the whole; nothing else can be called from a card. */
import {
  absDependencies,
  addDependencies,
  andDependencies,
  create,
  divideDependencies,
  equalDependencies,
  evaluateDependencies,
  expDependencies,
  largerDependencies,
  largerEqDependencies,
  logDependencies,
  maxDependencies,
  minDependencies,
  multiplyDependencies,
  notDependencies,
  orDependencies,
  powDependencies,
  smallerDependencies,
  smallerEqDependencies,
  sqrtDependencies,
  subtractDependencies,
  unaryMinusDependencies,
  unequalDependencies,
  unitDependencies,
  type FactoryFunctionMap,
} from 'mathjs';

// mathjs types these exports as possibly undefined under noUncheckedIndexedAccess
const math = create({
  absDependencies,
  addDependencies,
  andDependencies,
  divideDependencies,
  equalDependencies,
  evaluateDependencies,
  expDependencies,
  largerDependencies,
  largerEqDependencies,
  logDependencies,
  maxDependencies,
  minDependencies,
  multiplyDependencies,
  notDependencies,
  orDependencies,
  powDependencies,
  smallerDependencies,
  smallerEqDependencies,
  sqrtDependencies,
  subtractDependencies,
  unaryMinusDependencies,
  unequalDependencies,
  unitDependencies,
} as FactoryFunctionMap);

export function unit(text: string): { toNumber(unit: string): number } {
  return math.unit(text);
}

/** A node of a parsed expression: what a check of it looks at. */
export interface ExpressionNode {
  readonly type: string;
  readonly name?: string;
  readonly fn?: { readonly name?: string };
  traverse(visit: (node: ExpressionNode, path: string, parent: ExpressionNode | null) => void): void;
  compile(): { evaluate(scope: Record<string, number>): unknown };
}

export function parse(expression: string): ExpressionNode {
  return math.parse(expression);
}
