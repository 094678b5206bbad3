/**
 * The process around a command: streams, environment, clock, machine. Everything below this room is told what it needs; only this file looks.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CardError } from '../base/errors.ts';
import type { RunContext } from '../codesign/context.ts';

export interface Host {
  readonly stdout: { write(text: string): unknown; readonly columns?: number };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));

/** Version of this package. Told to the parser by hand: bundled, it would look for a package.json in the working directory. */
export function ownVersion(): string {
  const file = `${PACKAGE}package.json`;
  const expected = 'the package.json of neurolith: install it again';
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CardError([{ file, found: error instanceof SyntaxError ? 'no JSON' : 'no such file', expected }]);
  }
  const version = typeof content === 'object' && content !== null && 'version' in content ? content.version : undefined;
  if (typeof version !== 'string')
    throw new CardError([{ file, path: 'version', found: version === undefined ? 'nothing' : JSON.stringify(version), expected }]);
  return version;
}

export interface ContextOptions {
  readonly directory: string;
  readonly force: boolean;
  readonly workers: number | undefined;
  readonly quiet: boolean;
  readonly noun: string;
}

/** Context of a run: for its record, its progress, and a stop that can be resumed. */
export async function runContext(options: ContextOptions, host: Host): Promise<RunContext> {
  const [context, git] = await Promise.all([beginContext(options, host), gitState()]);
  return { ...context, git };
}

/** The same, with what takes longest still to be asked: the commit. */
export async function beginContext(
  { directory, force, workers, quiet, noun }: ContextOptions,
  host: Host,
): Promise<Omit<RunContext, 'git'> & { readonly git: () => Promise<string | null> }> {
  // loaded here and not above: --help needs none of it
  const [{ textProgress }, { cpus }] = await Promise.all([import('../campaign/index.ts'), import('node:os')]);
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const stop = stopOnSignal();
  return {
    directory,
    force,
    workers: workers ?? Math.max(cpus().length, 1),
    command: ['neurolith', ...process.argv.slice(2)],
    version: ownVersion(),
    git: gitState,
    node: process.version,
    host: { platform: `${process.platform} ${process.arch}`, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length },
    started: new Date().toISOString(),
    elapsed,
    progress: textProgress({ stream: host.stderr, clock: elapsed, environment: host.env, quiet, noun }),
    signal: stop.signal,
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGUSR1'] as const;
let stopCurrent: (() => void) | undefined;

/** A controller that the first signal aborts, so that the run ends resumable; the second signal ends the process. One handler serves all runs of a process. */
function stopOnSignal(): AbortController {
  const stop = new AbortController();
  if (stopCurrent !== undefined) for (const signal of SIGNALS) process.off(signal, stopCurrent);
  stopCurrent = () => stop.abort();
  for (const signal of SIGNALS) process.once(signal, stopCurrent);
  return stop;
}

/** Commit of the tool's own checkout, "+changes" when it has any; null for an installed package. */
async function gitState(): Promise<string | null> {
  // the tool may lie in the checkout of something else
  if (!existsSync(`${PACKAGE}.git`)) return null;
  const [{ execFile }, { promisify }] = await Promise.all([import('node:child_process'), import('node:util')]);
  try {
    // one process tells both
    const { stdout } = await promisify(execFile)('git', ['-C', PACKAGE, 'status', '--porcelain=v2', '--branch']);
    const commit = /^# branch\.oid ([0-9a-f]{12})/m.exec(stdout)?.[1];
    return commit === undefined ? null : commit + (/^[^#\n]/m.test(stdout) ? '+changes' : '');
  } catch {
    return null;
  }
}
