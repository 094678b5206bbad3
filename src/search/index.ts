export { binarySearch } from './binary.ts';
export { runSearch, type CodeSearch, type CodeSearchResult, type CodeSearchSpec, type SearchStatus } from './code-search.ts';
export { fitDecays, type DecayFits } from './exponential.ts';
export { fitLine, type LineFit } from './least-squares.ts';
export { ditheredSearch, type DitherOptions } from './noisy-binary.ts';
export { paretoFront, type Objectives, type Sense } from './pareto.ts';
export { SOBOL_AXES, sobolPoints } from './sobol.ts';
export { RefinedSearch, refinedSearch, type RefinedResult, type RefineOptions } from './secant.ts';
