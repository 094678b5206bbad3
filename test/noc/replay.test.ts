import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readTrace, replayTrace } from '../../src/noc/booksim/replay.ts';
import { CASES, layoutOfCase } from './booksim-cases.ts';

const reference = new URL('../../../shared/reference/noc/', import.meta.url);
const absent = !existsSync(reference);
const said = absent ? ' (skipped: ../shared/reference/noc is not there)' : '';
const readText = (name: string): string => readFileSync(new URL(name, reference), 'utf8');

describe('every packet of a BookSim2 trace is injected and arrives in the same cycle, through as many routers', () => {
  for (const trace of Object.keys(CASES)) {
    test.skipIf(absent)(`${trace}${said}`, () => {
      const layout = layoutOfCase(trace, readText);
      const result = replayTrace(layout, readTrace(readText(`traces/${trace}.csv`), trace));
      expect(result.packets).toBeGreaterThan(1000);
      expect(result).toMatchObject({ mismatching: 0, examples: [] });
    });
  }
});
