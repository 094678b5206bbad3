export { asinh, cos, exp, expm1, log, log1p, pow, sin, sinh, tanh } from './elementary.ts';
export {
  CardError,
  ContractError,
  describeMistake,
  IncompleteError,
  InfeasibleError,
  InternalError,
  NeurolithError,
  UsageError,
  type Mistake,
  findingsOf,
  together,
} from './errors.ts';
export { readExpression, type Expression } from './expression.ts';
export { Chance, deriveSeed, STREAMS, threefry4x32, type Stream } from './chance.ts';
export { CanonicalText, canonicalJson, hashOf, hashOfColumns } from './hash.ts';
export { parseRanges, rangesInWords } from './ranges.ts';
export { compareEvents, EventQueue, type TimedEvent } from './superdense.ts';
export {
  ceilTimes,
  Clock,
  DEFAULT_TICKS_PER_SECOND,
  divide,
  floorTimes,
  multiply,
  rational,
  rationalOf,
  secondsOf,
  ticksOf,
  type Rational,
  type Tick,
} from './time.ts';
export { DIMENSIONS, formatQuantity, parseQuantity, SI_PREFIXES, toldApart, type Dimension } from './units.ts';
export { countsKey, poissonBounds, PoissonCounts } from './poisson-counts.ts';
