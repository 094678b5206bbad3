/**
 * What a plan calls an objective, and where a design point keeps it. A plan may also name any number of a point by its path, such as `energy.perSynapticEvent`.
 */
import type { CodesignResult, DesignPoint } from '../model/index.ts';
import { displayUnit, scaled, labelWithUnit, type DisplayUnit } from './format.ts';

const PLACES: Readonly<Record<string, string>> = {
  timing: 'fidelity.timing',
  fidelity: 'fidelity.timing',
  rates: 'fidelity.rates',
  latency: 'latency.p50',
  spikelatency: 'latency.p50',
  p50: 'latency.p50',
  p99: 'latency.p99',
  latencyp50: 'latency.p50',
  latencyp99: 'latency.p99',
  latencymean: 'latency.mean',
  energy: 'energy.perSpike',
  energyperspike: 'energy.perSpike',
  energypersynapticevent: 'energy.perSynapticEvent',
  staticpower: 'energy.staticPower',
  area: 'area.total',
};

/** An objective of a result with its values, in a unit that reads well. */
export interface ObjectiveColumn {
  readonly name: string;
  /** "energy per spike (pJ)". */
  readonly label: string;
  readonly sense: 'min' | 'max';
  readonly display: DisplayUnit;
  /** One per point, in the display unit. */
  readonly values: readonly (number | null)[];
}

/** All objectives of a result, one column each. */
export function objectiveColumns({ objectives, points }: CodesignResult): ObjectiveColumn[] {
  return objectives.map(({ name, sense, unit }) => {
    const values = points.map((point) => objectiveValue(point, name));
    const display = displayUnit(unit, values);
    const label = labelWithUnit(name, display.unit);
    return { name, label, sense, display, values: values.map((value) => scaled(value, display)) };
  });
}

/** The SI value of an objective at a point, or null when it is not defined there. */
export function objectiveValue(point: Pick<DesignPoint, 'fidelity'>, name: string): number | null {
  let place: unknown = point;
  for (const part of (PLACES[name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')] ?? name).split('.')) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, part)) return null;
    place = (place as Readonly<Record<string, unknown>>)[part];
  }
  return typeof place === 'number' ? place : null;
}

/** Short name of a design point in figures and tables: its number in the order of the plan. */
export function tagOf(k: number): string {
  return `#${String(k + 1)}`;
}
