/**
 * Which long links does a workload want? A workload is spread over the cores of a mesh; long links are chosen for its traffic under a budget of wire, and the result is compared with the
 * mesh and with regular express links of at most the same wire: once with flits as wide, once with all links narrowed until bits times millimetres are those of the mesh (a packet
 * keeps its bits, so it takes more flits).
 * Spikes are multicast packets, one per spike; every neuron fires at random with the same rate. Each seed has a partition, a placement, links and spikes of its own; what is told is the mean
 * over seeds, and of the ratio to the mesh the 95 % interval of Student's t over seeds. All designs keep the placement that was annealed for the mesh, which favours the mesh.
 * Spike latency = cycles from the source queue to a core, mean over all (spike, core).
 */
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { studentQuantile } from '../analysis/index.ts';
import { InfeasibleError, UsageError } from '../base/index.ts';
import { groupTraffic, partition, place } from '../emulator/index.ts';
import { NocSchema, type NocDesign } from '../model/index.ts';
import { buildNetwork, loadWorkload, type Network } from '../network/index.ts';
import { compileNoc, zeroLoadLatencies, type NocLayout } from '../noc/index.ts';
import { spikesOf, wiringRun, type WiringRun } from './wiring-run.ts';

/** What is asked. */
export interface WiringRequest {
  /** Workload card or edge list (CSV). */
  readonly workload: string;
  /** Routers of the mesh along x and y, one core each. */
  readonly width: number;
  readonly height: number;
  /** Wire of the whole design in units of the mesh's. */
  readonly wire: number;
  /** Most neighbours of a router. */
  readonly maxDegree: number;
  /** Spikes per neuron and cycle of the network's clock. */
  readonly rate: number;
  readonly seed: number;
  /** Seeds from `seed` on; 1 unless given. */
  readonly seeds?: number;
  /** Cycles in which neurons fire. */
  readonly cycles?: number;
}

/** One design of the comparison: links, wire and area of the first seed, all else means over seeds. */
export interface WiringRow extends WiringRun {
  /** Mean latency over that of the mesh. */
  readonly ratio: number;
  /** 95 % interval of it over seeds; null for one seed, and for the mesh itself. */
  readonly interval: readonly [number, number] | null;
  /** The ratio of every seed. */
  readonly ratios: readonly number[];
}

/** The comparison, the chosen design, and in words what it says. */
export interface WiringStudy {
  readonly workload: string;
  readonly neurons: number;
  readonly packetsPerSpike: number;
  readonly rows: readonly WiringRow[];
  readonly verdict: readonly string[];
  /** Design card with the long links, and the traffic matrix that it names. */
  readonly design: Readonly<Record<string, unknown>>;
  readonly traffic: string;
}

const TRAFFIC_FILE = 'traffic.csv';
const FLIT_BITS = 32;

/** Runs the comparison. UsageError for numbers out of range, CardError for the workload, InfeasibleError when it does not fit the cores. */
export function wiringStudy(request: WiringRequest): WiringStudy {
  const { width, height, wire, seed, seeds = 1 } = request;
  if (!(width >= 3 && height >= 3 && width * height <= 144)) throw new UsageError('the mesh has at least 3 x 3 and at most 144 routers');
  if (!(wire > 1 && wire <= 8)) throw new UsageError(`the budget of wire lies above 1 and up to 8 times the mesh, found ${String(wire)}`);
  if (!(Number.isInteger(seeds) && seeds >= 1 && seeds <= 100)) throw new UsageError(`1 to 100 seeds, found ${String(seeds)}`);
  const card = loadWorkload(request.workload);
  const network = buildNetwork(card.value, card);
  const found: SeedStudy[] = [];
  for (let k = 0; k < seeds; k++) found.push(studyOfSeed(network, card.value.name, { ...request, seed: seed + k }, found[0]?.span));
  const [first] = found as [SeedStudy, ...SeedStudy[]];
  const rows = first.rows.map((row, r) => meanRow(row, found, r));
  const design = { kind: 'noc', description: `long links chosen for ${card.value.name}`, ...COMMON, ...chosenOf(request) };
  return {
    workload: card.value.name,
    neurons: network.count,
    packetsPerSpike: first.packetsPerSpike,
    rows,
    verdict: verdictOf(rows, seeds),
    design,
    traffic: first.traffic,
  };
}

interface SeedStudy {
  readonly rows: readonly WiringRun[];
  /** Of the express links: chosen with the first seed. */
  readonly span: number;
  readonly traffic: string;
  readonly packetsPerSpike: number;
}

function meanRow(row: WiringRun, found: readonly SeedStudy[], r: number): WiringRow {
  const over = (key: 'meanLatency' | 'maxLatency' | 'dynamicPerSpike' | 'staticPower'): number =>
    mean(found.map(({ rows }) => rows[r]![key]));
  const ratios = found.map(({ rows }) => rows[r]!.meanLatency / rows[0]!.meanLatency);
  const half =
    ratios.length > 1 && r > 0
      ? (studentQuantile(0.975, ratios.length - 1) * sampleStandardDeviation(ratios)) / Math.sqrt(ratios.length)
      : null;
  return {
    ...row,
    meanLatency: over('meanLatency'),
    maxLatency: over('maxLatency'),
    dynamicPerSpike: over('dynamicPerSpike'),
    staticPower: over('staticPower'),
    ratio: mean(ratios),
    interval: half === null ? null : [mean(ratios) - half, mean(ratios) + half],
    ratios,
  };
}

function chosenOf({ width, height, wire, maxDegree }: WiringRequest) {
  return {
    name: 'long links',
    topology: {
      kind: 'long-links',
      base: { kind: 'mesh', width, height },
      traffic: { file: TRAFFIC_FILE },
      wire_budget: wire - 1,
      max_degree: maxDegree,
    },
    routing: { kind: 'blash' },
  };
}

/** Partition, placement, links and spikes of one seed, and what each design makes of them. */
function studyOfSeed(network: Network, name: string, request: WiringRequest, span: number | undefined): SeedStudy {
  const { width, height, wire, seed } = request;
  const cores = width * height;
  const { coreOf, packetsPerSpike } = partition(network, cores, Math.ceil(network.count / cores) + 1, 'refined', seed);
  const demand = groupTraffic(network, coreOf, cores);
  if (!demand.some((rate) => rate > 0)) throw new InfeasibleError(`${name}: no spike leaves its core, so no link is wanted`);
  const meshLayout = compile({ name: 'mesh', topology: { kind: 'mesh', width, height }, routing: { kind: 'dimension-order' } });
  const routerOf = place(demand, zeroLoadLatencies(meshLayout), cores, 'annealed', seed);
  const traffic = matrixText(demand, routerOf, cores);
  const chosen = chosenOf(request);
  const spikes = spikesOf(network, coreOf, routerOf, request);
  const run = (layout: NocLayout): WiringRun => wiringRun(layout, spikes, network.count);
  const bits = Math.max(1, Math.floor(FLIT_BITS / wire));
  const narrow = { flit_bits: bits, packet: { ...COMMON.packet, flits: Math.ceil(FLIT_BITS / bits) } };
  const express = expressOf(width, height, wire, span, run);
  const rows = [
    run(meshLayout),
    run(compile(chosen, traffic)),
    express.row,
    run(compile({ ...chosen, ...narrow, name: 'long links, narrowed' }, traffic)),
  ];
  return { rows, span: express.span, traffic, packetsPerSpike };
}

// a neuron has one set of targets: its spikes keep their order with trees per set
const COMMON = {
  packet: { trees: 'set' },
  router: { vcs: 4, buffer: 8 },
  link: { latency: { reach_per_cycle: '2 mm' } },
  flit_bits: FLIT_BITS,
  clock: '250 MHz',
  technology: '28nm',
};

function compile(parts: Readonly<Record<string, unknown>>, traffic = ''): NocLayout {
  const design: NocDesign = NocSchema.parse({ kind: 'noc', ...COMMON, ...parts });
  return compileNoc(design, () => traffic);
}

/** The best regular express links of at most the same wire, or those of a given span. */
function expressOf(
  width: number,
  height: number,
  wire: number,
  chosen: number | undefined,
  run: (layout: NocLayout) => WiringRun,
): { readonly row: WiringRun; readonly span: number } {
  const meshWire = width * (height - 1) + height * (width - 1);
  const rows = Array.from({ length: Math.max(width, height) - 2 }, (_, i) => i + 2)
    .map((span) => ({ span, tiles: height * Math.floor((width - 1) / span) * span + width * Math.floor((height - 1) / span) * span }))
    .filter(({ span, tiles }) => tiles > 0 && tiles <= (wire - 1) * meshWire && (chosen === undefined || span === chosen))
    .map(({ span }) => ({
      span,
      row: run(
        compile({
          name: `express links of ${String(span)}`,
          topology: { kind: 'express-mesh', width, height, span },
          routing: { kind: 'blash' },
        }),
      ),
    }));
  const best = rows.toSorted((p, q) => p.row.meanLatency - q.row.meanLatency)[0];
  if (best === undefined) throw new InfeasibleError('no regular express links fit into the budget of wire; a larger one would do');
  return best;
}

function matrixText(demand: Float64Array, routerOf: Uint32Array, cores: number): string {
  const rows = Array.from(demand.keys())
    .filter((pair) => demand[pair]! > 0)
    .map((pair) => [routerOf[Math.floor(pair / cores)]!, routerOf[pair % cores]!, demand[pair]!] as const)
    .toSorted((p, q) => p[0] - q[0] || p[1] - q[1]);
  return `source,destination,rate\n${rows.map((row) => row.join(',')).join('\n')}\n`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${percent(value)}`;
}

function percent(value: number): string {
  return `${Math.abs(100 * value).toFixed(1)} %`;
}

/** What a reader should take home, the mesh's advantages included. */
function verdictOf([mesh, ...others]: readonly WiringRow[], seeds: number): string[] {
  const sides = others.map(
    (row) =>
      `${row.name}: mean spike latency ${percent(row.ratio - 1)} ${row.ratio < 1 ? 'below' : 'above'} the mesh${row.interval === null ? '' : ` (95 % interval over ${String(seeds)} seeds: ${signed(row.interval[0] - 1)} to ${signed(row.interval[1] - 1)})`}`,
  );
  const wins = others.flatMap((row) => [
    ...(row.staticPower > mesh!.staticPower
      ? [`static power (${percent(1 - mesh!.staticPower / row.staticPower)} less than ${row.name})`]
      : []),
    ...(row.area > mesh!.area ? [`area of routers (${percent(1 - mesh!.area / row.area)} less than ${row.name})`] : []),
    ...(row.dynamicPerSpike > mesh!.dynamicPerSpike
      ? [`dynamic energy per spike (${percent(1 - mesh!.dynamicPerSpike / row.dynamicPerSpike)} less than ${row.name})`]
      : []),
    ...(row.meanLatency > mesh!.meanLatency ? [`latency against ${row.name}`] : []),
  ]);
  return [...sides, wins.length === 0 ? 'the mesh wins nowhere' : `the mesh wins in ${wins.join('; ')}`];
}
