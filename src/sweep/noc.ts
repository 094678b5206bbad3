/**
 * The jobs behind `neurolith noc`: one load, saturation, a comparison of designs. With a directory they leave a run record, a table and statistics, of which the report is made.
 */
import { CardError, InfeasibleError, together } from '../base/errors.ts';
import { hashOf } from '../base/index.ts';
import { Phases, provenanceOf, type RunContext } from '../codesign/context.ts';
import { countEvidence, MODEL_VERSION, type NocNetworkResult, type NocPoint, type NocRecord, type NocResult } from '../model/index.ts';
import type { Card } from '../model/load.ts';
import type { TrafficCard } from '../model/schemas/traffic.ts';
import { openRunDirectory, peekRunDirectory, writeResults, writeRunRecord, writeStats, type Row, type Statistic } from '../store/index.ts';
import { curveOf, describeNetwork, runLoad, saturate } from './experiment.ts';
import { dumpLoad, expectedMatrix, routerOf, type CompileOptions } from '../noc/index.ts';
import { ALL_MEASURES } from './measures.ts';
import { withModels, type Models } from './models.ts';
import { loadNetworks, type Network } from './network-source.ts';
import { showWords } from './show-words.ts';
import { structureOf } from './structure.ts';
import { fitPattern, loadTraffic, readPattern, neuronsOf, type FittedTraffic } from './traffic.ts';
import { comparisonWords, mixtureWords, runWords, saturationWords } from './words.ts';

/** What an experiment is made of. */
export interface NocRequest {
  readonly networks: readonly Network[];
  readonly traffic: Card<TrafficCard>;
  /** Flits per node and cycle; that of the traffic card unless given. */
  readonly rate?: number;
  /** That of the traffic card unless given. */
  readonly seed?: number;
  /** Resolution of searches for saturation; 0.0125 unless given. */
  readonly step?: number;
  /** Text of a packet trace, when that is the traffic. */
  readonly trace?: string;
  readonly note?: (line: string) => void;
  /** Models to set beside a run. */
  readonly models?: Models;
}

const STEP = 0.0125;

/** Reads designs and traffic. CardError with the mistakes of all of them, and of the files that they name; a load that is to be said and is not is one. */
export function loadRequest(
  designs: readonly string[],
  traffic: string,
  options: CompileOptions & {
    readonly overrides?: readonly string[];
    readonly rate?: number | undefined;
    readonly needsRate?: boolean;
  } = {},
): Pick<NocRequest, 'networks' | 'traffic' | 'rate'> {
  const { rate } = options;
  const given = rate === undefined ? {} : { rate };
  const [networks, card] = together(
    () => loadNetworks(designs, options.overrides, options),
    () => {
      const read = loadTraffic(traffic);
      if (options.needsRate === true) rateOf({ traffic: read, ...given });
      return read;
    },
  );
  return { networks, traffic: card, ...given };
}

/** One load on one network. CardError when no rate is said. */
export function nocRun(request: NocRequest): NocResult {
  const { networks } = request;
  const [rate, fits] = together(
    () => rateOf(request),
    () => networks.map((network) => fit(request, network)),
  );
  const told: string[] = [];
  const results = networks.map((network, place): NocNetworkResult => {
    const fitted = fits[place]!;
    const { point: bare, map, losses, flows } = atRate(request, () => runLoad(network.layout, fitted, rate));
    const { point, words } = withModels(network.layout, fitted, bare, request.models ?? {});
    const router = routerOf(network.layout, fitted.plan.kind === 'spikes' && network.layout.design.packet.mode === 'multicast');
    told.push(...runWords(point), ...words, `Computed by the ${router}.`);
    return {
      ...describeNetwork(network.layout, fitted),
      router,
      saturation: null,
      points: [point],
      map,
      mapRate: rate,
      ...(losses === undefined ? {} : { losses }),
      ...(flows === undefined ? {} : { flows }),
    };
  });
  return resultOf('run', request, results, told);
}

/** The first `cycles` cycles of the load on the first network as a value change dump. CardError when no rate is said. */
export function nocDump(request: NocRequest, cycles: number): string {
  const network = request.networks[0]!;
  const { spec, process, seed } = fit(request, network);
  const rate = rateOf(request);
  return atRate(request, () => dumpLoad(network.layout, { traffic: spec, process, rate, seed }, cycles));
}

/** A load that a node cannot send is a mistake where the load was said. */
function atRate<T>({ traffic, rate }: NocRequest, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof InfeasibleError)) throw error;
    const expected = `another load: ${error.message}`;
    if (rate !== undefined) throw new CardError([{ file: '--rate', found: String(rate), expected }]);
    const line = traffic.lineOf('rate');
    const place = { file: traffic.label, ...(line === undefined ? {} : { line }), path: 'rate' };
    throw new CardError([{ ...place, found: String(traffic.value.rate), expected }]);
  }
}

/** Where networks saturate. */
export function nocSaturate(request: NocRequest): NocResult {
  const results = request.networks.map((network): NocNetworkResult => {
    request.note?.(`${network.layout.name}: searching for saturation`);
    const fitted = fit(request, network);
    const { saturation, points } = saturate(network.layout, fitted, request.step ?? STEP);
    return { ...describeNetwork(network.layout, fitted), saturation, points, map: null, mapRate: null };
  });
  return resultOf(
    'saturate',
    request,
    results,
    results.map(({ label, saturation }) => saturationWords(label, saturation!)),
  );
}

/** Latency-load curves of several networks, and where they are busy at one load that all of them carry. */
export function nocCompare(request: NocRequest): NocResult {
  const fits = together(...request.networks.map((network) => () => fit(request, network)));
  const curves = request.networks.map((network, place) => {
    request.note?.(`${network.layout.name}: latency against load`);
    const fitted = fits[place]!;
    return { network, fitted, ...curveOf(network.layout, fitted, request.step ?? STEP) };
  });
  const common = Number((0.7 * Math.min(...curves.map(({ saturation }) => saturation.stable))).toPrecision(2));
  const results = curves.map(({ network, fitted, saturation, points }): NocNetworkResult => {
    const { point, map } = runLoad(network.layout, fitted, common);
    const all = [...points.filter(({ rate }) => rate !== common), point].toSorted((p, q) => p.rate - q.rate);
    return { ...describeNetwork(network.layout, fitted), saturation, points: all, map, mapRate: common };
  });
  return resultOf('compare', request, results, [
    ...comparisonWords(results),
    ...mixtureWords(request.networks.map(({ layout }) => layout.design)),
  ]);
}

/** What networks are before anything runs on them. */
export function nocShow(request: NocRequest): NocResult {
  const results = request.networks.map((network) => {
    const fitted = fit(request, network);
    const described = describeNetwork(network.layout, fitted);
    const { facts, structure: parts, map } = structureOf(network.layout, fitted.seed, expectedMatrix(fitted.spec, network.layout));
    const all = { ...described.facts, ...facts };
    const meanings = Object.fromEntries(Object.keys(all).map((name) => [name, ALL_MEASURES[name] ?? { unit: '1', meaning: name }]));
    const structure = { meanings, ...parts };
    const result: NocNetworkResult = {
      ...described,
      facts: all,
      saturation: null,
      points: [],
      map,
      mapRate: null,
      structure,
    };
    return { result, words: showWords(network.layout, result.facts, structure) };
  });
  return resultOf(
    'show',
    request,
    results.map(({ result }) => result),
    results.flatMap(({ words }) => words),
  );
}

function rateOf({ traffic, rate = traffic.value.rate }: Pick<NocRequest, 'traffic' | 'rate'>): number {
  if (rate !== undefined) return rate;
  throw new CardError([
    { file: traffic.label, path: 'rate', found: 'nothing', expected: 'an offered load: --rate 0.1, or rate on the traffic card' },
  ]);
}

function fit({ traffic, seed }: NocRequest, { layout }: Network): FittedTraffic {
  const source = readPattern(traffic, traffic.value.pattern);
  const fitted = (): FittedTraffic['spec'] => {
    try {
      return fitPattern(source, layout);
    } catch (error) {
      if (!(error instanceof InfeasibleError)) throw error;
      const line = traffic.lineOf('pattern');
      const place = { file: traffic.label, ...(line === undefined ? {} : { line }), path: 'pattern' };
      throw new CardError([{ ...place, expected: `another one: ${error.message}` }]);
    }
  };
  return {
    spec: fitted(),
    process: traffic.value.process,
    seed: seed ?? traffic.value.seed,
    plan: traffic.value.measure,
    speedUp: traffic.value.speed_up,
    spikes: traffic.value.measure.kind === 'spikes' ? neuronsOf(source, layout) : undefined,
  };
}

function resultOf(
  task: NocResult['task'],
  { traffic }: NocRequest,
  networks: readonly NocNetworkResult[],
  verdict: readonly string[],
): NocResult {
  return { task, traffic: traffic.value.name, networks, replay: null, verdict };
}

/** UsageError where the result of an experiment could not be kept: asked before it is run. */
export async function checkKept(
  task: NocResult['task'],
  request: NocRequest,
  { directory, force }: Pick<RunContext, 'directory' | 'force'>,
): Promise<void> {
  await peekRunDirectory(directory, { planHash: planHashOf(task, request), force });
}

function planHashOf(task: NocResult['task'], { networks, traffic, trace, rate, seed, step }: NocRequest): string {
  const sources = networks.map(({ source }) => source);
  return hashOf({ task, sources, traffic: traffic.value, trace, rate, seed, step, model: MODEL_VERSION });
}

/** Writes the run directory of an experiment. */
export async function keepNoc(result: NocResult, request: NocRequest, context: RunContext): Promise<NocRecord> {
  const { networks, traffic, seed } = request;
  const phases = new Phases(context.elapsed);
  const planHash = planHashOf(result.task, request);
  await openRunDirectory(context.directory, { planHash, force: context.force });
  await writeResults(context.directory, tableOf(result.networks));
  await writeStats(context.directory, statisticsOf(result.networks));
  phases.end('tables');
  const record: NocRecord = {
    schema: 'neurolith/run/1',
    kind: 'noc',
    title: `${TITLES[result.task]}: ${networks.map(({ layout }) => layout.name).join(', ')}`,
    provenance: provenanceOf(context, MODEL_VERSION, seed ?? traffic.value.seed, planHash, phases.timings),
    contract: null,
    contractHash: null,
    evidence: countEvidence(
      Object.fromEntries(networks.map(({ layout }) => [`${layout.name}, ${layout.design.technology}`, layout.coefficients])),
    ),
    result,
  };
  await writeRunRecord(context.directory, record);
  return record;
}

const TITLES = {
  run: 'Network-on-chip',
  saturate: 'Saturation',
  compare: 'Networks-on-chip compared',
  replay: 'Packet trace',
  show: 'Design',
} as const;

/** A row per network and load; of a design that is only shown, a row per router. */
function tableOf(networks: readonly NocNetworkResult[]): Row[] {
  return networks.flatMap(({ label, facts, saturation, points, structure }): Row[] => {
    if (structure !== undefined) return structure.routers.map((router): Row => ({ network: label, ...router }));
    return points.map(({ rate, seed, stable, measures }): Row => ({
      network: label,
      rate,
      seed,
      state: stable ? 'stable' : 'past saturation',
      saturation: saturation?.stable ?? null,
      ...facts,
      ...measures,
    }));
  });
}

/** Facts, and the measures of networks with one load. */
function statisticsOf(networks: readonly NocNetworkResult[]): Statistic[] {
  return networks.flatMap(({ label, facts, points, saturation }) => {
    const prefix = networks.length > 1 ? `${label.replaceAll(/[\s#]+/g, '_')}.` : '';
    const values = { ...facts, ...(points.length === 1 ? points[0]!.measures : {}) };
    const state = points.length === 1 ? [stateOf(prefix, points[0]!)] : [];
    const found = Object.entries(values).map(([name, value]): Statistic => {
      const { unit, meaning } = ALL_MEASURES[name] ?? { unit: '1', meaning: name };
      return { name: prefix + name, value, unit, description: meaning };
    });
    if (saturation === null) return [...state, ...found];
    return [
      ...state,
      ...found,
      { name: `${prefix}saturation`, value: saturation.stable, unit: 'flit/cycle/node', description: 'highest stable load' },
    ];
  });
}

function stateOf(prefix: string, { stable }: NocPoint): Statistic {
  const description = stable ? 'the load is carried' : 'past saturation: latencies are not defined, energies are of what got through';
  return { name: `${prefix}stable`, value: stable ? 1 : 0, unit: '1', description };
}
