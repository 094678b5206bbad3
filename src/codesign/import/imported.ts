/** What every importer gives: the files of a workload, and what a reader should know about them. Nothing is written here. */

/** A file beside the card: its name without a folder, and what is in it. */
export interface ImportedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

export interface ImportedWorkload {
  readonly format: 'nir' | 'lava-dl' | 'sonata' | 'spikes' | 'edges' | 'neuroml';
  /** The card comes first. */
  readonly files: readonly ImportedFile[];
  /** What was found, assumed and approximated: a sentence each. */
  readonly notes: readonly string[];
  /** The same as plain data, for --json. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What the command line may say; each importer takes what concerns it and refuses the rest. */
export interface ImportOptions {
  /** File name of the card to write, with its folder. */
  readonly card: string;
  /** s; step of a network in discrete time. */
  readonly step?: number;
  readonly reset?: 'zero' | 'subtract';
  readonly integrator?: 'forward-euler' | 'exponential-euler';
  /** s; unit of the time constants of a NIR file. */
  readonly timeUnit?: number;
  /** Spike file or table of numbers for the input of a network in discrete time. */
  readonly input?: string;
  /** Biological s. */
  readonly duration?: number;
  /** Workload card that imported spikes shall drive, and the population there. */
  readonly into?: string;
  readonly to?: string;
  /** V; peak of one postsynaptic potential of an imported spike. */
  readonly weight?: number;
}

/** A name without a folder and without characters that a shell or a card would trip over. */
export function plainName(path: string): string {
  return path.replace(/^.*[/\\]/, '').replaceAll(/[^\w.-]/g, '_');
}

/** Seconds as a card writes them, without a lost digit. */
export function inMs(seconds: number): string {
  return `${String(Number((seconds * 1000).toPrecision(15)))} ms`;
}

/** Volts likewise. */
export function inMv(volts: number): string {
  return `${String(Number((volts * 1000).toPrecision(15)))} mV`;
}

/** CSV of columns of equal length, numbers without a lost digit. */
export function csvOf(columns: Readonly<Record<string, ArrayLike<number | string>>>): string {
  const names = Object.keys(columns);
  const length = names.length === 0 ? 0 : columns[names[0]!]!.length;
  const lines = [names.join(',')];
  for (let k = 0; k < length; k++) lines.push(names.map((name) => String(columns[name]![k])).join(','));
  return `${lines.join('\n')}\n`;
}
