/**
 * Balanced shortest paths for all pairs of routers, on the graph itself or on a graph of states that forbids some turns.
 * A link costs `hopCycles` + its latency: the cycles that it adds to an idle network. Among the shortest paths of a pair the one with the smallest sum of load^2 over its
 * links is taken (the marginal cost of sum load^3, which punishes the busiest links); every pair is taken out and put back in each round, so early choices are revised.
 * Ties go to the lower port, so the result is a pure function of the graph.
 */
import { outgoingLinks, type RouterGraph } from '../design/graph.ts';

/** Where a packet can stand: state s < routers is router s as its source, others are the same routers with a memory (for instance "has gone down already"). */
export interface StateGraph {
  readonly states: number;
  readonly routerOfState: Int32Array;
  /** Steps out of each state: link and next state. */
  readonly arcs: readonly (readonly { readonly link: number; readonly to: number }[])[];
}

const ROUNDS = 3;
const UNREACHED = 0x7fffffff; // by a dead router

/** Every turn allowed: one state per router. */
export function freeStates(graph: RouterGraph): StateGraph {
  return {
    states: graph.routers,
    routerOfState: Int32Array.from({ length: graph.routers }, (_, router) => router),
    arcs: outgoingLinks(graph).map((links) => links.map((link) => ({ link, to: graph.linkTo[link]! }))),
  };
}

/** Balanced shortest paths over `states`: the links of each pair, in the order source * routers + destination. `wanted` limits the pairs; others, and those of dead routers, get an empty path. */
export function balancedPaths(
  graph: RouterGraph,
  states: StateGraph,
  hopCycles: number,
  wanted: (source: number, destination: number) => boolean = () => true,
  load: Float64Array = new Float64Array(graph.linkFrom.length),
): number[][] {
  const { routers } = graph;
  const cost = Int32Array.from(graph.linkLatency, (latency) => hopCycles + latency);
  const distance = Array.from({ length: routers }, (_, destination) => distancesTo(destination, states, cost));
  const paths: number[][] = Array.from({ length: routers * routers }, () => []);
  const chooser = new PathChooser(states, cost, load);
  for (let round = 0; round < ROUNDS; round++) {
    for (let source = 0; source < routers; source++) {
      // destinations in an order that starts elsewhere for every source: neighbouring pairs do not all choose first
      for (let i = 1; i < routers; i++) {
        const destination = (source + i) % routers;
        if (distance[destination]![source] === UNREACHED || !wanted(source, destination)) continue;
        const pair = source * routers + destination;
        for (const link of paths[pair]!) load[link]! -= 1;
        const path = chooser.choose(source, distance[destination]!);
        for (const link of path) load[link]! += 1;
        paths[pair] = path;
      }
    }
  }
  return paths;
}

/** Cycles from every state to router `destination`: Dijkstra's algorithm with one bucket per distance, backwards from all states of the destination. */
function distancesTo(destination: number, states: StateGraph, cost: Int32Array): Int32Array {
  const reversed = reversedArcs(states);
  const distance = new Int32Array(states.states).fill(UNREACHED);
  const buckets: number[][] = [[]];
  for (let state = 0; state < states.states; state++) {
    if (states.routerOfState[state] !== destination) continue;
    distance[state] = 0;
    buckets[0]!.push(state);
  }
  for (let reach = 0; reach < buckets.length; reach++) {
    for (const state of buckets[reach] ?? []) {
      if (distance[state] !== reach) continue;
      for (const { link, from } of reversed[state]!) {
        const through = reach + cost[link]!;
        if (through >= distance[from]!) continue;
        distance[from] = through;
        while (buckets.length <= through) buckets.push([]);
        buckets[through]!.push(from);
      }
    }
  }
  return distance;
}

const reversals = new WeakMap<StateGraph, { link: number; from: number }[][]>();

function reversedArcs(states: StateGraph): { link: number; from: number }[][] {
  const known = reversals.get(states);
  if (known !== undefined) return known;
  const reversed: { link: number; from: number }[][] = Array.from({ length: states.states }, () => []);
  for (const [from, arcs] of states.arcs.entries()) for (const { link, to } of arcs) reversed[to]!.push({ link, from });
  reversals.set(states, reversed);
  return reversed;
}

/** Picks the least loaded of the shortest paths from a state, by dynamic programming over the states that lie on any of them. */
class PathChooser {
  readonly #cost: Int32Array;
  readonly #load: Float64Array;
  /** Arcs of all states, those of state s from number first[s] to first[s + 1]. */
  readonly #first: Int32Array;
  readonly #link: Int32Array;
  readonly #to: Int32Array;
  readonly #best: Float64Array; // smallest sum of load^2 from a state to the destination
  readonly #step: Int32Array; // the arc that reaches it
  readonly #seen: Int32Array;
  #search = 0;

  constructor({ states, arcs }: StateGraph, cost: Int32Array, load: Float64Array) {
    this.#cost = cost;
    this.#load = load;
    this.#first = new Int32Array(states + 1);
    for (let state = 0; state < states; state++) this.#first[state + 1] = this.#first[state]! + arcs[state]!.length;
    this.#link = new Int32Array(this.#first[states]!);
    this.#to = new Int32Array(this.#first[states]!);
    let next = 0;
    for (const list of arcs) {
      for (const { link, to } of list) {
        this.#link[next] = link;
        this.#to[next++] = to;
      }
    }
    this.#best = new Float64Array(states);
    this.#step = new Int32Array(states);
    this.#seen = new Int32Array(states);
  }

  choose(source: number, distance: Int32Array): number[] {
    this.#search += 1;
    this.#explore(source, distance);
    const path: number[] = [];
    for (let state = source; distance[state]! > 0;) {
      const arc = this.#step[state]!;
      path.push(this.#link[arc]!);
      state = this.#to[arc]!;
    }
    return path;
  }

  /** Fills best and step of `state`; the depth of the recursion is the number of hops of a path. */
  #explore(state: number, distance: Int32Array): number {
    if (this.#seen[state] === this.#search) return this.#best[state]!;
    this.#seen[state] = this.#search;
    const here = distance[state]!;
    if (here === 0) return (this.#best[state] = 0);
    let best = Infinity;
    const end = this.#first[state + 1]!;
    for (let arc = this.#first[state]!; arc < end; arc++) {
      const link = this.#link[arc]!;
      const to = this.#to[arc]!;
      if (distance[to]! + this.#cost[link]! !== here) continue;
      const load = this.#load[link]!;
      const total = load * load + this.#explore(to, distance);
      if (total < best) {
        best = total;
        this.#step[state] = arc;
      }
    }
    return (this.#best[state] = best);
  }
}
