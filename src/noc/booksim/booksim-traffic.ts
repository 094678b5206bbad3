/** Traffic of a BookSim2 configuration: who sends to whom, and when. What is not modelled is a mistake that the reader notes. */
import type { NocDesignInput } from '../../model/schemas/noc.ts';
import type { ArrivalProcess } from '../traffic/arrival-process.ts';
import type { TrafficSpec } from '../traffic/traffic.ts';
import { randomPermutation } from './booksim-draws.ts';
import type { Reader } from './booksim-reader.ts';

/** When packets are created. */
export type BookSimProcess = Extract<ArrivalProcess, { kind: 'bernoulli' | 'on-off' }>;

/**
 * Bernoulli, or bursts: `on_off`, alone or with its parameters as `on_off({alpha,beta,r1})`; alpha is the probability of going on, beta that of going off, r1 that of a packet while on. Two of
 * the three are said (a negative one is not), the third follows from the rate.
 */
export function processOf(reader: Reader, packets: number): BookSimProcess {
  const text = reader.text('injection_process');
  const given = /^on_off(?:\(\{?([-+.\de]+(?:,[-+.\de]+){0,2})\}?\))?$/.exec(text);
  const refuse = (expected: string): BookSimProcess => {
    reader.complain('injection_process', expected);
    return { kind: 'bernoulli' };
  };
  if (text === 'bernoulli') return { kind: 'bernoulli' };
  if (given === null) return refuse('bernoulli, on_off or on_off({alpha,beta,r1}): nothing else is modelled');
  const inPlace = given[1]?.split(',').map(Number) ?? [];
  const [alpha, beta, r1] = (['burst_alpha', 'burst_beta', 'burst_r1'] as const).map(
    (key, place) => inPlace[place] ?? reader.number(key, -1e9, 1),
  ) as [number, number, number];
  const found = `found alpha ${String(alpha)}, beta ${String(beta)}, r1 ${String(r1)}`;
  if ([alpha, beta, r1].filter((one) => one < 0).length !== 1) return refuse(`two of alpha, beta and r1, the third below 0; ${found}`);
  const on = 1 / (beta < 0 ? (alpha * (r1 - packets)) / packets : beta);
  const off = 1 / (alpha < 0 ? (beta * packets) / (r1 - packets) : alpha);
  if (!(on >= 1 && on <= 1e6 && off >= 1 && off <= 1e6)) return refuse(`bursts and pauses of 1 to 1000000 cycles in the mean; ${found}`);
  if (packets * (on + off) > on * (1 + 1e-9))
    return refuse(`nodes that are on long enough for ${String(packets)} packets per cycle; ${found}`);
  return { kind: 'on-off', on, off };
}

/** Who sends to whom. */
export function trafficOf(reader: Reader, topology: NocDesignInput['topology']): TrafficSpec {
  const text = reader.text('traffic');
  const plain: Readonly<Record<string, TrafficSpec>> = {
    uniform: { kind: 'uniform' },
    transpose: { kind: 'transpose' },
    bitcomp: { kind: 'bit-complement' },
    bitrev: { kind: 'bit-reverse' },
    shuffle: { kind: 'shuffle' },
    tornado: { kind: 'tornado' },
    neighbor: { kind: 'neighbour' },
  };
  if (plain[text] !== undefined) return plain[text];
  const permutation = /^randperm(?:\(\{?(\d+)\}?\))?$/.exec(text);
  if (permutation !== null) {
    const permSeed = permutation[1] === undefined ? reader.integer('perm_seed', 0, 2 ** 30 - 1) : Number(permutation[1]);
    const nodes = nodesOf(topology);
    if (nodes === undefined) reader.complain('traffic', 'another pattern on an anynet, whose nodes stand in its own file');
    return { kind: 'permutation', destinations: randomPermutation(nodes ?? 1, permSeed) };
  }
  const hotspot = /^hotspot\(\{\{([\d,]+)\}(?:,\{([\d,]+)\})?\}\)$/.exec(text);
  if (hotspot === null) {
    reader.complain('traffic', `${Object.keys(plain).join(', ')}, randperm or hotspot({{nodes},{weights}})`);
    return { kind: 'uniform' };
  }
  return { kind: 'hotspot', nodes: numbersOf(hotspot[1]!), ...(hotspot[2] === undefined ? {} : { weights: numbersOf(hotspot[2]) }) };
}

/** Nodes of a grid; undefined for a graph from a file. */
function nodesOf(topology: NocDesignInput['topology']): number | undefined {
  if (topology.kind === 'cube') return topology.sides.reduce((product, side) => product * side, 1);
  if (!('width' in topology)) return undefined;
  const [across, down] = 'block' in topology ? (topology.block ?? [1, 1]) : [1, 1];
  return topology.width * topology.height * across * down;
}

function numbersOf(list: string): number[] {
  return list.split(',').map(Number);
}
