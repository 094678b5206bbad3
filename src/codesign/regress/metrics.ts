/**
 * What a card is regression-tested by.
 */

/** Metric -> value, in the order of the report. */
export type Metrics = Readonly<Record<string, number | string>>;
