/**
 * How much mismatch each firing pattern of Naud et al. 2008 tolerates: per cent of 150 neurons that kept their class, and whose spike count stayed within a fifth (or one spike), in a Monte-Carlo
 * study with a fourth-order integrator at 0.01 ms, normal spreads and no noise; made before this chip was modelled, with other code. Columns in the order of `FIRING_CASES`.
 */

/** Spread of the parameters of a neuron and what was found with it. */
export interface RetentionRow {
  /** Coefficient of variation of C, g_L, Delta_T, a, tau_w, b and I. */
  readonly relative: number;
  /** Standard deviation of E_L, V_T and V_r, mV biological. */
  readonly millivolts: number;
  readonly kept: readonly number[];
  readonly counts?: readonly number[];
}

/** Neurons behind each figure. */
export const TABLE_NEURONS = 150;

// prettier-ignore
export const RETENTION_TABLE: readonly RetentionRow[] = [
  { relative: 0.01, millivolts: 0, kept: [100, 98, 100, 100, 100, 100, 100, 100] },
  { relative: 0.02, millivolts: 0, kept: [100, 89, 100, 100, 100, 97, 96, 100] },
  { relative: 0.05, millivolts: 0, kept: [100, 76, 95, 100, 100, 58, 81, 93], counts: [93, 95, 99, 100, 96, 73, 100, 91] },
  { relative: 0.1, millivolts: 0, kept: [100, 75, 83, 99, 100, 52, 69, 56], counts: [70, 70, 73, 87, 70, 39, 100, 61] },
  { relative: 0.2, millivolts: 0, kept: [100, 62, 71, 78, 99, 53, 51, 27], counts: [39, 30, 53, 51, 41, 18, 97, 41] },
  { relative: 0, millivolts: 0.25, kept: [100, 100, 100, 97, 100, 65, 100, 45] },
  { relative: 0, millivolts: 0.5, kept: [100, 93, 100, 85, 100, 72, 79, 33] },
  { relative: 0, millivolts: 1, kept: [100, 83, 93, 70, 100, 56, 73, 17] },
  { relative: 0, millivolts: 2, kept: [100, 68, 74, 50, 100, 41, 53, 12] },
  { relative: 0.02, millivolts: 0.25, kept: [100, 85, 98, 99, 100, 68, 89, 43] },
  { relative: 0.05, millivolts: 0.5, kept: [100, 70, 91, 86, 100, 53, 70, 31] },
];
