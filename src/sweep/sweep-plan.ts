/**
 * From a sweep card to its points. Axes of lists and ranges make a full factorial (the last turns fastest); axes of Sobol's sequence are sampled together, at every place of the factorial.
 * A combination that the schema of designs refuses is a mistake of the card; one that a constraint refuses is left out and counted; one that cannot be built is a point that says so.
 */
import {
  CanonicalText,
  CardError,
  describeMistake,
  hashOf,
  InfeasibleError,
  together,
  toldApart,
  type Expression,
  type Mistake,
} from '../base/index.ts';
import { MODEL_VERSION, NocSchema, type Card, type SweepCard } from '../model/index.ts';
import { TrafficSchema } from '../model/schemas/traffic.ts';
import { check, valueAt } from '../model/zod-errors.ts';
import { combinations } from './axis.ts';
import { checkTexts, filesOf, loadDesign, type NetworkSource } from './network-source.ts';
import { complainTo, readParts } from './sweep-parts.ts';
import { placeOf, readPattern, type PatternSource } from './traffic.ts';

type Plain = Readonly<Record<string, unknown>>;

/** One point: keys into the sources of the plan, and what varies. */
export interface SweepPoint {
  readonly id: string;
  readonly label: string;
  readonly network: string;
  readonly traffic: string;
  readonly rate: number;
  readonly seed: number;
  /** Values of the axes as written, by path. */
  readonly levels: Readonly<Record<string, string | number | boolean>>;
}

/** A sweep with everything read. `setup` is plain data for workers. */
export interface SweepPlan {
  readonly card: SweepCard;
  readonly points: readonly SweepPoint[];
  readonly setup: SweepSetup;
  readonly derived: Readonly<Record<string, Expression>>;
  readonly leftOut: number;
  readonly hash: string;
}

/** What workers are given. */
export interface SweepSetup {
  readonly networks: Readonly<Record<string, NetworkSource>>;
  readonly traffics: Readonly<
    Record<string, { readonly pattern: PatternSource; readonly card: Pick<TrafficPart, 'process' | 'measure' | 'speed_up'> }>
  >;
  readonly saturation: SweepCard['saturation'];
}
type TrafficPart = SweepCard['traffic'];

/** Reads a sweep. CardError with every mistake; InfeasibleError for far too many points or none. */
export function planSweep(card: Pick<Card<SweepCard>, 'value' | 'label' | 'lineOf' | 'readText'>): SweepPlan {
  const sweep = card.value;
  const mistakes: Mistake[] = [];
  /** The mistakes of what cannot be read are told with all others. */
  const attempt = <T>(step: () => T): T | undefined => {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof CardError)) throw error;
      const told = new Set(mistakes.map(describeMistake));
      mistakes.push(...error.mistakes.filter((mistake) => !told.has(describeMistake(mistake))));
      return undefined;
    }
  };
  const areSound = remembered(checkTexts);
  const sourceOf = (from: Card<unknown>, design: NetworkSource['design']): NetworkSource => {
    const files = textsOf(from, design);
    const { topology, routing, nodes_per_router } = design;
    if (Object.keys(files).length > 0) areSound({ topology, routing, nodes_per_router, files });
    return { design, files };
  };
  const base = attempt(() => loadDesign(sweep.design, [], placeOf(card, 'design')));
  if (base !== undefined) attempt(() => sourceOf(base, base.value));
  const complain = complainTo(mistakes, card);
  const { axes, where, derived } = readParts(sweep, complain);
  const networks = new Map<string, NetworkSource | undefined>();
  const traffics = new Map<string, SweepSetup['traffics'][string] | undefined>();
  const points = new Map<string, SweepPoint>();
  const seen = new Set<string>();
  const readDesign = remembered((data) => check(NocSchema, data));
  const readTraffic = remembered((data) => check(TrafficSchema, data));
  const textOfNetwork = remembered((source: NetworkSource) => new CanonicalText(source));
  const hashOfTraffic = remembered((traffic: SweepSetup['traffics'][string]['card'] & Pick<TrafficPart, 'pattern'>) =>
    hashOf(traffic).slice(0, 16),
  );
  const hashOfDesign = remembered(({ name: _name, description: _description, ...shape }: NetworkSource['design']) =>
    hashOf(shape).slice(0, 16),
  );
  let leftOut = 0;
  const all = combinations(axes, sweep.samples);
  const texts = new Map(axes.map(([path]) => [path, toldApart(all.map((levels) => levels[path]))] as const));
  for (const levels of all) {
    const written = { design: base?.written, traffic: sweep.traffic, rate: sweep.rate, seed: sweep.seed } as Plain;
    const given = Object.entries(levels).reduce<Plain>((data, [path, value]) => withValue(data, path.split('.'), value), written);
    const design = base === undefined ? undefined : readDesign(given['design']);
    // the traffic of the card was read already: only what an axis changed can be wrong
    const isVaried = Object.keys(levels).some((path) => path.startsWith('traffic.') || path === 'rate' || path === 'seed');
    const traffic = isVaried
      ? readTraffic({ ...(given['traffic'] as Plain), kind: 'traffic', name: 'x', rate: given['rate'], seed: given['seed'] })
      : { value: { ...sweep.traffic, rate: sweep.rate, seed: sweep.seed } };
    const complaints = [
      ...(design !== undefined && 'complaints' in design
        ? design.complaints.map((one) => ({ ...one, path: ['design', ...one.path] }))
        : []),
      ...('complaints' in traffic
        ? traffic.complaints.map((one) => ({
            ...one,
            path: ['rate', 'seed'].includes(String(one.path[0])) ? one.path : ['traffic', ...one.path],
          }))
        : []),
    ];
    for (const { path, expected, nearest, unknownKey } of complaints) {
      const dotted = path.map(String).join('.');
      const axis =
        Object.keys(levels).find((one) => dotted === one || dotted.startsWith(`${one}.`) || one.startsWith(`${dotted}.`)) ??
        Object.keys(levels)[0] ??
        '';
      const found = JSON.stringify(valueAt(given, path) ?? levels[axis] ?? null);
      // of a range one value stands for all, and a field that is not there is wrong whatever its value
      const told = `${dotted} ${!unknownKey && Array.isArray(sweep.vary[axis]) ? found : expected}`;
      if (seen.has(told)) continue;
      seen.add(told);
      complain(['vary', axis], unknownKey ? 'an unknown field' : `${dotted} = ${found}`, expected, nearest);
    }
    if (base === undefined || design === undefined || !('value' in design) || !('value' in traffic)) continue;
    const scope = { design: design.value, traffic: traffic.value, rate: traffic.value.rate, seed: traffic.value.seed };
    if (where.some((expression) => expression.evaluate((name) => numberAt(scope, name)) !== 1)) {
      leftOut += 1;
      continue;
    }
    const network = hashOfDesign(design.value);
    if (!networks.has(network))
      networks.set(
        network,
        attempt(() => sourceOf(base, design.value)),
      );
    const source = networks.get(network);
    const { pattern, process, measure, speed_up } = traffic.value;
    const trafficKey = hashOfTraffic({ pattern, process, measure, speed_up });
    if (!traffics.has(trafficKey))
      traffics.set(
        trafficKey,
        attempt(() => ({ pattern: readPattern(card, pattern, 'traffic.pattern'), card: { process, measure, speed_up } })),
      );
    if (source === undefined) continue;
    const [rate, seed] = [traffic.value.rate ?? sweep.rate, traffic.value.seed];
    const id = hashOf({
      model: MODEL_VERSION,
      network: textOfNetwork(source),
      traffic: [pattern, process, measure, speed_up],
      rate,
      seed,
      saturation: sweep.saturation,
    });
    const words = Object.fromEntries(Object.entries(levels).map(([path, value]) => [path, wordOf(value)]));
    if (!points.has(id)) points.set(id, { id, label: labelOf(words, texts), network, traffic: trafficKey, rate, seed, levels: words });
  }
  // no point has asked for it
  if (traffics.size === 0) attempt(() => readPattern(card, sweep.traffic.pattern, 'traffic.pattern'));
  if (mistakes.length > 0) throw new CardError(mistakes);
  if (points.size === 0)
    throw new InfeasibleError(`${card.label}: no combination is left: the constraints under where refuse all ${String(leftOut)}`);
  const list = [...points.values()];
  return {
    card: sweep,
    points: list,
    setup: { networks: present(networks), traffics: present(traffics), saturation: sweep.saturation },
    derived,
    leftOut,
    hash: hashOf({ sweep, ids: list.map(({ id }) => id) }),
  };
}

/** A function that keeps what it made of equal data: most points of a sweep share their design. */
function remembered<Given, Made>(make: (given: Given) => Made): (given: Given) => Made {
  const made = new Map<string, Made>();
  return (given) => {
    const key = JSON.stringify(given);
    let found = made.get(key);
    if (found === undefined) made.set(key, (found = make(given)));
    return found;
  };
}

function withValue(data: unknown, path: readonly string[], value: unknown): Plain {
  const [key, ...rest] = path;
  const here = typeof data === 'object' && data !== null ? (data as Plain) : {};
  return { ...here, [key!]: rest.length === 0 ? value : withValue(here[key!], rest, value) };
}

/** Number at a dotted path; yes and no are 1 and 0. */
export function numberAt(scope: unknown, name: string): number | null {
  const value = valueAt(scope, name.split('.'));
  return typeof value === 'number' && Number.isFinite(value) ? value : typeof value === 'boolean' ? Number(value) : null;
}

/** Texts of the files that a design names, read beside the card of the base design. CardError for those that cannot be read. */
function textsOf(base: Card<unknown>, design: NetworkSource['design']): Record<string, string> {
  const texts = together(
    ...filesOf(design).map(
      ({ name, path }) =>
        () =>
          [name, base.readText(name, path)] as const,
    ),
  );
  return Object.fromEntries(texts);
}

/** What could be read. */
function present<T>(found: ReadonlyMap<string, T | undefined>): Record<string, T> {
  return Object.fromEntries(Array.from(found).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}

/** Numbers of a list that stand in the name of a value: more would fill the line. */
const MOST_LISTED = 8;

function wordOf(value: unknown): string | number | boolean {
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  const { kind, ...rest } = value as Plain;
  const more = Object.entries(rest).flatMap(([name, one]) => {
    const list: unknown[] = Array.isArray(one) ? one : [one];
    if (list.some((item) => typeof item === 'object')) return [];
    return [`${name} ${list.slice(0, MOST_LISTED).map(String).join(' ')}${list.length > MOST_LISTED ? ' ...' : ''}`];
  });
  return [String(kind), ...more].join(' ');
}

/** "rewiring 0.1, rate 0.2". */
function labelOf(levels: SweepPoint['levels'], texts: ReadonlyMap<string, (value: unknown) => string>): string {
  return (
    Object.entries(levels)
      .map(([path, value]) => (typeof value === 'string' ? value : `${path.split('.').at(-1)!} ${texts.get(path)!(value)}`))
      .join(', ') || 'the only point'
  );
}
