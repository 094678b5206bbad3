/** The command line in this process, with its streams caught. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { main } from '../../src/cli/cli.ts';
import { COMMANDS } from '../../src/cli/commands.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Commands that draw figures beside their page, which takes longer than what most tests ask of them. */
const DRAWING = new Set(COMMANDS.filter(({ options }) => options['png']?.default === true).map(({ usage }) => usage.split(' ')[0]));

/** Runs one command line; without pictures unless it asks for them with --png. */
export async function neurolith(...args: string[]): Promise<Outcome> {
  const [out, err]: [string[], string[]] = [[], []];
  const [name = '--help', ...rest] = args;
  const plain = DRAWING.has(name) && !rest.includes('--png') ? ['--no-png'] : [];
  const code = await main([name, ...plain, ...rest], {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env: {},
  });
  return { code, out: out.join(''), err: err.join('') };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'neurolith-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
