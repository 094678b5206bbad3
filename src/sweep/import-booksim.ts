/**
 * A BookSim2 configuration becomes a design card and a traffic card, with the graph and route files that it names beside them. The cards say what the configuration says, its way of
 * measuring included, so that `neurolith noc run` gives the figures of `neurolith validate noc` for it.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { CardError, findingsOf, InfeasibleError, InternalError } from '../base/errors.ts';
import { hashOf } from '../base/index.ts';
import { parseCard } from '../model/load.ts';
import { fileBeside, readTextFile } from '../model/read-text.ts';
import { NocSchema, type NocDesign } from '../model/schemas/noc.ts';
import { TrafficSchema } from '../model/schemas/traffic.ts';
import { compileNoc, compileTraffic, readBookSimConfig, type BookSimRun, type NocLayout } from '../noc/index.ts';

/** Files to write: name without folder, and text. */
export interface ImportedFiles {
  readonly design: { readonly name: string; readonly text: string };
  readonly traffic: { readonly name: string; readonly text: string };
  /** Graphs and routes that the design names. */
  readonly others: readonly { readonly name: string; readonly text: string }[];
  readonly run: BookSimRun;
  readonly layout: NocLayout;
}

/**
 * Reads the configuration in `file`; `design` is the file name that the design card will have. Files that a configuration names are looked for in the working directory (as BookSim2 does),
 * beside the configuration, and in the folder above it. CardError with every mistake of the configuration, of the graph and of the routes.
 */
export function importBookSim(file: string, design: string): ImportedFiles {
  const text = readTextFile(file);
  const folders = ['.', dirname(file), dirname(dirname(resolve(file)))];
  const find = (name: string): string | undefined =>
    folders.map((folder) => insideOf(folder, name)).find((path) => path !== undefined && existsSync(path));
  const texts = new Map<string, string>();
  const readText = (name: string): string => {
    const path = find(name);
    if (path === undefined)
      throw new CardError([
        {
          file,
          line: lineOf(text, name),
          found: `"${name}"`,
          expected: 'a file in the working directory, in the folder of the configuration or in the one above it, or below these',
        },
      ]);
    const content = texts.get(name) ?? readTextFile(path, { label: name });
    texts.set(name, content);
    return content;
  };
  const compiled = (network: NocDesign): NocLayout => {
    try {
      return compileNoc(network, readText, { allowUnsafe: true });
    } catch (error) {
      const found = findingsOf(error);
      if (found === undefined) throw error;
      throw new CardError([...found.mistakes, ...found.unmet.map(({ message }) => ({ file, expected: `another network: ${message}` }))]);
    }
  };
  const run = readBookSimConfig(text, file, (name) => find(name) !== undefined, compiled);
  const layout = compiled(run.design);
  try {
    compileTraffic(run.traffic, layout);
  } catch (error) {
    if (!(error instanceof InfeasibleError)) throw error;
    throw new CardError([{ file, line: lineOf(text, 'traffic'), path: 'traffic', expected: `another pattern: ${error.message}` }]);
  }
  const cardText = designText(run.design, file, layout);
  checkSame(cardText, run.design);
  const trafficName = design.replace(/\.ya?ml$/i, '') + '.traffic.yaml';
  return {
    design: { name: basename(design), text: cardText },
    traffic: { name: basename(trafficName), text: trafficText(run, file) },
    others: Array.from(texts, ([name, content]) => ({ name: basename(name), text: content })),
    run,
    layout,
  };
}

/** Path of a file that the configuration names, where it lies in `folder` or below, links followed; undefined elsewhere: a configuration from elsewhere must not read what it likes. */
function insideOf(folder: string, name: string): string | undefined {
  try {
    return fileBeside(join(folder, 'any.cfg'), name);
  } catch (error) {
    if (error instanceof CardError) return undefined;
    throw error;
  }
}

/** The line on which a file is named. */
function lineOf(text: string, name: string): number {
  return text.slice(0, Math.max(0, text.indexOf(name))).split('\n').length;
}

function designText(design: NocDesign, file: string, layout: NocLayout): string {
  const { topology, routing, router, link, packet, name } = design;
  const card = {
    kind: 'noc',
    name,
    description: `from the BookSim2 configuration ${basename(file)}`,
    topology: 'file' in topology ? { ...topology, file: basename(topology.file) } : topology,
    routing: 'file' in routing ? { ...routing, file: basename(routing.file) } : routing,
    router,
    link: typeof link.latency === 'number' ? link : { latency: { reach_per_cycle: `${String(link.latency.reach_per_cycle * 1e3)} mm` } },
    packet: { flits: packet.flits },
  };
  const safe = layout.certificate.acyclic
    ? '# Certified: its routing cannot deadlock.\n'
    : '# Not certified: BookSim2 runs this routing without looking, and it can deadlock. Run it with --allow-unsafe, or make it safe: `routing: { kind: blash, layers: auto }`.\n';
  return `# Imported from ${basename(file)}. Clock, flit width, floor plan and technology are no part of a BookSim2 configuration: they have their defaults until you say them.\n${safe}${stringify(card, { lineWidth: 0, flowCollectionPadding: true })}`;
}

function trafficText({ design, traffic, process, rate, seed, protocol }: BookSimRun, file: string): string {
  const card = {
    kind: 'traffic',
    name: `${traffic.kind}, as in ${basename(file)}`,
    pattern: traffic,
    ...(process.kind === 'bernoulli' ? {} : { process }),
    rate,
    seed,
    measure: {
      kind: 'booksim',
      measures: protocol.measures,
      warmup_periods: protocol.warmupPeriods,
      sample_period: protocol.samplePeriod,
      max_samples: protocol.maxSamples,
      latency_limit: protocol.latencyLimit,
    },
  };
  const text = `# Imported from ${basename(file)} with the way in which BookSim2 measures. Take \`measure\` out for warm-up and span of neurolith, which knows percentiles, jitter and energy.\n${stringify(card, { lineWidth: 0 })}`;
  parseCard(TrafficSchema, text, { label: `traffic of ${design.name}` });
  return text;
}

/** The card has to say exactly what the configuration says. */
function checkSame(text: string, design: NocDesign): void {
  const { value } = parseCard(NocSchema, text);
  if (hashOf(bare(value)) !== hashOf(bare(design)))
    throw new InternalError(`the imported card of ${design.name} does not say what its configuration says`);
}

/** A design without its description, its files without their folders. */
function bare(design: NocDesign): unknown {
  const { topology, routing } = design;
  return {
    ...design,
    description: '',
    topology: 'file' in topology ? { ...topology, file: basename(topology.file) } : topology,
    routing: 'file' in routing ? { ...routing, file: basename(routing.file) } : routing,
  };
}

/** Where the parts go. */
export function placesOf(design: string, files: ImportedFiles): { readonly path: string; readonly text: string }[] {
  const folder = dirname(design);
  return [files.design, files.traffic, ...files.others].map(({ name, text }) => ({ path: join(folder, name), text }));
}
