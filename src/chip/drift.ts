/**
 * Ageing: what a circuit's potentials and gains have moved by, `age` after the day to which the card's spreads belong. Every circuit and parameter has a course of its own,
 *   d(t) = decade x z x log10(1 + t / onset) + walk x W(t / 1 day),   z ~ N(0, 1) fixed,   W a Brownian path,
 * added to an offset in V, to a gain as a share of it. The first term is that of charge trapping, which goes with the logarithm of time (bias temperature instability: Grasser
 * 2012, Microelectron. Reliab. 52:39; retention of floating gates alike); the second takes what wanders. Form published, sizes assumed on the card.
 * The path is built from its ends inwards (Levy's construction) down to 22 minutes, from draws that belong to the node alone: a die that is looked at twice as old has gone
 * through the state in which it was looked at before.
 */
import { Chance, deriveSeed, log1p } from '../base/index.ts';
import type { ChipCard } from '../model/index.ts';

/** Names the draws of ageing, apart from those of the fixed pattern. */
const AGEING = 0xa6e;
const DAY = 86_400;
/** Days that a path spans, and how often it is halved. */
const SPAN = 2 ** 14;
const HALVINGS = 20;
/** Nodes of a path, and the number of the draw of the logarithmic course. */
const NODES = 2 ** (HALVINGS + 1);
/** Index of the fixed draw of a course. */
const FIXED = 0;

/** Ageing of one die: what is added to an offset (V) and to a gain (share) of a circuit. */
export interface Ageing {
  potential(circuit: number, parameter: number): number;
  gain(circuit: number, parameter: number): number;
}

/** Ageing of a card's die; undefined on the first day. */
export function ageingOf({ age, drift }: ChipCard, dieSeed: number): Ageing | undefined {
  if (age === 0) return undefined;
  const chance = new Chance(deriveSeed(dieSeed, AGEING), 'die');
  const decades = log1p(age / drift.onset.value) / Math.LN10;
  const course = (circuit: number, parameter: number, decade: number, walk: number): number => {
    const first = parameter * NODES;
    const logarithmic = decade === 0 ? 0 : decade * decades * chance.normal(circuit, first + FIXED);
    return logarithmic + (walk === 0 ? 0 : walk * pathAt(age / DAY, (node) => chance.normal(circuit, first + node)));
  };
  return {
    potential: (circuit, parameter) => course(circuit, parameter, drift.potential_per_decade.value, drift.potential_walk.value),
    gain: (circuit, parameter) => course(circuit, parameter, drift.gain_per_decade.value, drift.gain_walk.value),
  };
}

/** A Brownian path at a time in days, from standard normal draws of its nodes (1 = its end, 2 the middle, 3 and 4 the quarters, and so on). Straight between the finest nodes. */
function pathAt(days: number, draw: (node: number) => number): number {
  let [from, width, left, right] = [0, SPAN, 0, Math.sqrt(SPAN) * draw(1)];
  for (let level = 0, node = 0; level < HALVINGS; level++) {
    const middle = (left + right) / 2 + (Math.sqrt(width) / 2) * draw(2 ** level + node + 1);
    width /= 2;
    const later = days >= from + width;
    if (later) [from, left] = [from + width, middle];
    else right = middle;
    node = 2 * node + (later ? 1 : 0);
  }
  return left + (right - left) * Math.min((days - from) / width, 1);
}
