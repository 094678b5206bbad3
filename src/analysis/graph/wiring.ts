/**
 * Wiring economy: the length of all edges where the nodes are, against the same positions handed out at random.
 *   ratio = length / mean length over shuffled positions;   z = (length - mean) / standard deviation over shuffles
 * 1 = placed at random, far below 1 = wired economically. Source: Bassett et al. 2010; Kaiser and Hilgetag 2006.
 */
import { mean, standardDeviation } from 'simple-statistics';
import { Chance } from '../../base/index.ts';
import { edgesOf, type Graph } from './graph.ts';

export interface Wiring {
  /** Sum over edges, in the unit of the positions. */
  readonly length: number;
  /** Per edge. */
  readonly meanLength: number;
  readonly longest: number;
  /** Mean over shuffled positions. */
  readonly shuffled: number;
  readonly ratio: number;
  readonly z: number;
}

export interface WiringOptions {
  readonly seed: number;
  /** Shuffles, 100 unless given. */
  readonly shuffles?: number;
  /** Along the axes (wires on a chip) or straight (axons); straight unless given. */
  readonly metric?: 'straight' | 'manhattan';
}

/** Wiring of a graph whose nodes lie at `positions` (coordinates per dimension); null without an edge or where all positions coincide. */
export function wiringEconomy(
  graph: Graph,
  positions: readonly ArrayLike<number>[],
  { seed, shuffles = 100, metric = 'straight' }: WiringOptions,
): Wiring | null {
  const { from, to } = edgesOf(graph);
  const between = (a: number, b: number): number => {
    const steps = positions.map((axis) => Math.abs(axis[a]! - axis[b]!));
    return metric === 'manhattan'
      ? steps.reduce((sum, step) => sum + step, 0)
      : Math.sqrt(steps.reduce((sum, step) => sum + step * step, 0));
  };
  const lengths = Array.from(from, (a, e) => between(a, to[e]!));
  const length = lengths.reduce((sum, one) => sum + one, 0);
  const chance = new Chance(seed, 'graph', 2);
  const others = Array.from({ length: shuffles }, (_, k) => {
    const seat = chance.permutation(k, graph.nodes);
    return from.reduce((sum, a, e) => sum + between(seat[a]!, seat[to[e]!]!), 0);
  });
  const shuffled = others.length === 0 ? 0 : mean(others);
  if (graph.edges === 0 || shuffled === 0) return null;
  const spread = standardDeviation(others);
  return {
    length,
    meanLength: length / graph.edges,
    longest: lengths.reduce((most, one) => Math.max(most, one), 0),
    shuffled,
    ratio: length / shuffled,
    z: spread > 0 ? (length - shuffled) / spread : 0,
  };
}
