/** The Markdown pages of the repository and the marked blocks in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'out', 'runs', '.git']);

/** A fenced block under `<!-- MARK ARGUMENT -->`. */
export interface MarkedBlock {
  /** `page:line` */
  readonly place: string;
  readonly argument: string;
  readonly body: string;
}

export function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Markdown files below a folder, relative to the repository, in order. */
export function pagesBelow(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return pagesBelow(path);
      return entry.name.endsWith('.md') ? [path] : [];
    })
    .toSorted();
}

/** The blocks of a page that carry a mark. */
export function markedBlocks(page: string, mark: string): MarkedBlock[] {
  const text = read(page);
  const blocks = text.matchAll(new RegExp(`<!-- ${mark}(?: (\\S+))? -->\\n+\`\`\`\\w*\\n([^]*?)^\`\`\``, 'gm'));
  return Array.from(blocks, (block) => ({
    place: `${page}:${String(text.slice(0, block.index).split('\n').length)}`,
    argument: block[1] ?? '',
    body: block[2]!,
  }));
}

/** Targets of the links of a page that should lie in the repository. */
export function localLinks(page: string): string[] {
  const text = read(page)
    .replaceAll(/^```[^]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, '');
  return Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), (match) => match[1]!).filter((target) => !/^(https?:|#|mailto:)/.test(target));
}
