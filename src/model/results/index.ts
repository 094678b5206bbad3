/** What the jobs of the house produce, as plain data: the content of a run record. Reports are made from these alone. */
export type * from './analysis.ts';
export type * from './calibration.ts';
export type * from './codesign.ts';
export type * from './comparison.ts';
export type * from './data-sheets.ts';
export type * from './emulation.ts';
export type * from './experiments.ts';
export type * from './noc.ts';
export type * from './regress.ts';
export type * from './shared-calibration.ts';
export type * from './spikes.ts';
export type * from './yield.ts';
