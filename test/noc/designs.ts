/** Small designs for the tests: a card's words in, a design with every default filled out. */
import { NocSchema, type NocDesign, type NocDesignInput } from '../../src/model/schemas/noc.ts';
import { compileNoc, type CompileOptions } from '../../src/noc/design/compile.ts';
import type { NocLayout } from '../../src/noc/design/layout.ts';

type Partly = Partial<NocDesignInput> & Pick<NocDesignInput, 'topology' | 'routing'>;

/** A design from the parts that a test cares about. */
export function designOf(parts: Partly): NocDesign {
  return NocSchema.parse({ kind: 'noc', name: 'test', ...parts });
}

/** A mesh with dimension-order routing. */
export function meshLayout(width: number, height: number, parts: Partial<NocDesignInput> = {}): NocLayout {
  return layoutOf({ topology: { kind: 'mesh', width, height }, routing: { kind: 'dimension-order' }, ...parts });
}

/** A rewired mesh with bounded LASH. */
export function smallWorldLayout(width: number, height: number, seed: number, parts: Partial<NocDesignInput> = {}): NocLayout {
  const topology = { kind: 'watts-strogatz', base: { kind: 'mesh', width, height }, rewiring: 0.3, seed } as const;
  return layoutOf({ topology, routing: { kind: 'blash' }, ...parts });
}

/** Compiles parts of a design whose files, if any, are in `files`. */
export function layoutOf(parts: Partly, files: Readonly<Record<string, string>> = {}, options: CompileOptions = {}): NocLayout {
  return compileNoc(designOf(parts), (name) => files[name] ?? '', options);
}
