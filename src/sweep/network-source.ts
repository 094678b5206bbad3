/**
 * A design as an experiment takes it: the card and the texts of the files that it names, so that a worker can compile it without reading a file.
 */
import { CardError, InfeasibleError, together } from '../base/errors.ts';
import { cardFile, type NamedAt } from '../codesign/workspace.ts';
import { blamingCard } from '../model/index.ts';
import { loadCard, type Card, type FaultyCard } from '../model/load.ts';
import { NocSchema, type NocDesign } from '../model/schemas/noc.ts';
import { valueAt } from '../model/zod-errors.ts';
import { compileNoc, readRoutes, type CompileOptions, type NocLayout } from '../noc/index.ts';

/** A design with its files. Plain data. */
export interface NetworkSource {
  readonly design: NocDesign;
  readonly files: Readonly<Record<string, string>>;
}

/** A design that was read and compiled. */
export interface Network {
  readonly source: NetworkSource;
  readonly layout: NocLayout;
}

/**
 * Reads and compiles a design: a file, or the name of a shipped one. CardError with every mistake of the card and of the files it names; what cannot be built (a graph in pieces, a
 * routing that may deadlock) is told with the file.
 */
export function loadNetwork(given: string, overrides: readonly string[] = [], options: CompileOptions = {}): Network {
  const card = loadDesign(given, overrides);
  const files: Record<string, string> = {};
  const readText = (name: string): string => (files[name] ??= card.readText(name, pathOfFile(card.value, name)));
  const layout = blamingCard(card, () => compileNoc(card.value, readText, options));
  return { layout, source: { design: card.value, files } };
}

/** Several designs; those of one name are told apart by what was given for them. CardError with the mistakes of all of them; a design that is given twice is one. */
export function loadNetworks(designs: readonly string[], overrides: readonly string[] = [], options: CompileOptions = {}): Network[] {
  const twice = designs.find((design, place) => designs.indexOf(design) < place);
  if (twice !== undefined)
    throw new CardError([{ file: 'command line', path: 'design', found: `"${twice}" twice`, expected: 'every design once' }]);
  const networks = together(...designs.map((design) => () => loadNetwork(design, overrides, options)));
  return networks.map((network, place) => {
    const { layout } = network;
    const isAlone = networks.every((other) => other === network || other.layout.name !== layout.name);
    return isAlone ? network : { ...network, layout: { ...layout, name: `${layout.name} (${designs[place]!})` } };
  });
}

/** Reads a design card. CardError with every mistake; where there is one, with those of the files that the card names too. */
export function loadDesign(given: string, overrides: readonly string[] = [], at: NamedAt = {}): Card<NocDesign> {
  const label = /[./\\]/.test(given) ? { label: given } : {};
  return loadCard(NocSchema, cardFile('noc', given, at), { overrides, ...label, files: checkFiles });
}

/** Builds what a card with mistakes says of graph, routes, routers, faults and clocks, where that can be read, with defaults for all else. CardError with the mistakes of the files that it names. */
function checkFiles(card: FaultyCard): void {
  const given = (...path: string[]): unknown => valueAt(card.written, path);
  const anyWay = { kind: 'minimal' };
  const name = typeof given('name') === 'string' ? given('name') : card.label;
  const soundWith = (fields: Readonly<Record<string, unknown>>): NocDesign | undefined =>
    NocSchema.safeParse({ kind: 'noc', name, router: { vcs: 16 }, ...fields }).data;
  const attempts = [given('routing'), anyWay].flatMap((routing) =>
    [given('nodes_per_router'), 1].map((nodes) => ({ topology: given('topology'), routing, nodes_per_router: nodes })),
  );
  let fields: Readonly<Record<string, unknown>> | undefined = attempts.find((attempt) => soundWith(attempt) !== undefined);
  for (const field of ['router', 'faults', 'clock_domains']) {
    const more = { ...fields, [field]: given(field) };
    if (fields !== undefined && given(field) !== undefined && soundWith(more) !== undefined) fields = more;
  }
  const sound = fields && soundWith(fields);
  const routes = given('routing', 'kind') === 'table' ? given('routing', 'file') : undefined;
  if (sound === undefined) {
    if (typeof routes === 'string') readRoutes(card.readText(routes, 'routing.file'), routes);
    return;
  }
  try {
    blamingCard(card, () => compileNoc(sound, (file) => card.readText(file, pathOfFile(sound, file)), { allowUnsafe: true }));
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    // what was never asked for is no mistake: the routing that stands in for the one of the card
    const asked = error.mistakes.filter(({ path }) => path !== 'routing' || sound.routing.kind === given('routing', 'kind'));
    if (asked.length > 0) throw new CardError(asked);
  }
}

/** Compiles a source again, elsewhere. */
export function layoutOf({ design, files }: NetworkSource, options: CompileOptions = {}): NocLayout {
  return compileNoc(
    design,
    (name) => {
      const text = files[name];
      if (text === undefined) throw new InfeasibleError(`${design.name}: the file ${name} was not read`);
      return text;
    },
    options,
  );
}

/** Looks at the files of a design, whatever else can be said against it. CardError with their mistakes. */
export function checkTexts({
  topology,
  routing,
  nodes_per_router,
  files,
}: Pick<NocDesign, 'topology' | 'routing' | 'nodes_per_router'> & Pick<NetworkSource, 'files'>): boolean {
  const design = NocSchema.parse({ kind: 'noc', name: 'files', topology, routing, router: { vcs: 16 }, nodes_per_router });
  try {
    layoutOf({ design, files }, { allowUnsafe: true });
  } catch (error) {
    if (!(error instanceof InfeasibleError)) throw error;
  }
  return true;
}

/** Where a design names files. */
export function filesOf({ topology, routing }: NocDesign): { readonly path: string; readonly name: string }[] {
  const matrix = topology.kind === 'long-links' && topology.traffic !== 'uniform' ? topology.traffic.file : undefined;
  const named: readonly (readonly [path: string, name: string | undefined])[] = [
    ['topology.file', 'file' in topology ? topology.file : undefined],
    ['topology.traffic.file', matrix],
    ['routing.file', 'file' in routing ? routing.file : undefined],
  ];
  return named.flatMap(([path, name]) => (name === undefined ? [] : [{ path, name }]));
}

function pathOfFile(design: NocDesign, name: string): string {
  return filesOf(design).find((file) => file.name === name)?.path ?? 'topology';
}
