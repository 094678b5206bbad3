/** The part of mathjs that cards need: units and arithmetic. Chosen functions in one file import in a sixth of the time of the whole; nothing else can be called from a card. */
import {
  absDependencies,
  addDependencies,
  create,
  divideDependencies,
  evaluateDependencies,
  expDependencies,
  logDependencies,
  maxDependencies,
  minDependencies,
  multiplyDependencies,
  powDependencies,
  sqrtDependencies,
  subtractDependencies,
  unaryMinusDependencies,
  unitDependencies,
  type FactoryFunctionMap,
} from 'mathjs';

// mathjs types these exports as possibly undefined under noUncheckedIndexedAccess
const math = create({
  absDependencies,
  addDependencies,
  divideDependencies,
  evaluateDependencies,
  expDependencies,
  logDependencies,
  maxDependencies,
  minDependencies,
  multiplyDependencies,
  powDependencies,
  sqrtDependencies,
  subtractDependencies,
  unaryMinusDependencies,
  unitDependencies,
} as FactoryFunctionMap);

export function unit(text: string): { toNumber(unit: string): number } {
  return math.unit(text);
}

export function evaluate(expression: string, scope: Record<string, number>): unknown {
  return math.evaluate(expression, scope);
}
