/**
 * The rooms and their floors: imports go downwards only, never sideways, and enter a room through its index. Type-only imports count: a type is a dependency too.
 * A side door is a module that other rooms import past the index, with the reason; a new one needs a line here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const FLOORS: readonly (readonly string[])[] = [
  ['base', 'kernels'],
  ['model', 'store'],
  ['network', 'analysis', 'search'],
  ['chip', 'noc', 'reference'],
  ['emulator'],
  ['calibration', 'grading', 'campaign'],
  ['codesign', 'sweep'],
  ['report'],
  ['cli'],
];

/** Sideways imports that the plan names. */
const SIDEWAYS: Readonly<Record<string, string>> = {
  'kernels -> base': 'primitives have their twins in base',
  'store -> model': 'a run directory holds run records',
  'sweep -> codesign': 'both keep runs: what a run is told from outside, and where named cards lie',
  'grading -> calibration': 'grading judges the result of a calibration; calibration never sees grading',
};

/** Modules that may be imported past the index of their room. */
const SIDE_DOORS: Readonly<Record<string, string>> = {
  'base/errors.ts': 'the command line and workers must start without the units of mathjs, which base/index.ts pulls in',
  'base/chance.ts': 'as above',
  'base/poisson-counts.ts': 'the kernels read it without the elementary functions',
  'base/elementary.ts': 'as above',
  'base/time.ts': 'as above',
  'kernels/grid-net.ts': 'the kernel of the teacher, apart from those of the chip',
  'kernels/grid-net-types.ts': 'its plain types',
  'kernels/grid-rows.ts': 'the kernel of the teacher for any workload, likewise',
  'kernels/load.ts': 'the compiled module, which threads hand on',
  'store/make-folder.ts': 'the command line tries paths before it loads a command',
  'model/load.ts': 'reading YAML is slow to import; who only computes does without',
  'model/read-text.ts': 'as above',
  'model/did-you-mean.ts': 'helpers of messages about cards and data files',
  'model/zod-errors.ts': 'helpers of messages about cards and data files',
  'model/quantity.ts': 'types of numbers with evidence',
  'model/schemas/chip.ts': 'schemas of cards are imported one by one',
  'model/schemas/noc.ts': 'schemas of cards are imported one by one',
  'model/schemas/plan.ts': 'schemas of cards are imported one by one',
  'model/schemas/workload.ts': 'schemas of cards are imported one by one',
  'model/schemas/stimuli.ts': 'schemas of cards are imported one by one',
  'model/schemas/workload-neurons.ts': 'schemas of cards are imported one by one',
  'model/recording.ts': 'plain types of results',
  'model/run-record.ts': 'plain types of results',
  'reference/validate/validate.ts': 'reads reference folders with zod; who only simulates does without',
  'reference/validate/microcircuit.ts': 'with those: only who validates loads it',
  'reference/validate/case.ts': 'plain types of results',
  'campaign/serve.ts': 'the body of a worker thread, without the rest of the room',
  'codesign/context.ts': 'what the commands share',
  'codesign/workspace.ts': 'where named cards lie, without the rest of the room',
  'model/schemas/sweep.ts': 'schemas of cards are imported one by one',
  'model/schemas/traffic.ts': 'schemas of cards are imported one by one',
};

/** Rooms whose results must have the same bits on every engine. */
const SIMULATION = new Set(['base', 'kernels', 'network', 'search', 'chip', 'noc', 'reference', 'emulator', 'calibration', 'grading']);
const ENGINE_DEPENDENT =
  /\bMath\.(?:exp|expm1|log|log2|log10|log1p|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|pow|cbrt|hypot|random)\b|\bDate\.now\b|\bnew Date\b|\bperformance\.now\b/;
/** Files in which a hit is right. */
const EXACT: Readonly<Record<string, string>> = {
  'noc/traffic/traffic.ts': 'log2 of a count of nodes, refused unless it is whole',
};

const root = new URL('../src/', import.meta.url).pathname;
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.startsWith('kernels/assembly/'))
  .toSorted();

/** Source without comments, so that prose about an import is none. */
function code(file: string): string {
  return readFileSync(join(root, file), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}

/** Files that a file imports from or re-exports, relative to src; packages are left out. */
function imported(file: string): string[] {
  const found = code(file).matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+|new URL\(\s*)'(\.{1,2}\/[^']+\.ts)'/g);
  return Array.from(found, ([, path]) => normalize(join(dirname(file), path!)));
}

/** Files that a file imports from when it is loaded; the source of the kernels names them without an ending. */
function loaded(file: string): string[] {
  const found = code(file).matchAll(/\b(?:from|import)\s+'(\.{1,2}\/[^']+?)(?:\.ts)?'/g);
  return Array.from(found, ([, path]) => `${normalize(join(dirname(file), path!))}.ts`);
}

const roomOf = (file: string): string => file.split('/')[0]!;
const floorOf = (room: string): number => FLOORS.findIndex((rooms) => rooms.includes(room));

interface Edge {
  readonly file: string;
  readonly target: string;
}
const edges: readonly Edge[] = files
  .filter((file) => file.includes('/'))
  .flatMap((file) =>
    imported(file)
      .filter((target) => roomOf(target) !== roomOf(file))
      .map((target) => ({ file, target })),
  );

test('every room stands on a floor, and the walk sees its imports', () => {
  const rooms = new Set(files.filter((file) => file.includes('/')).map(roomOf));
  expect([...rooms].filter((room) => floorOf(room) < 0)).toEqual([]);
  expect(edges.length).toBeGreaterThan(100);
  expect(edges).toContainEqual({ file: 'chip/cells.ts', target: 'base/index.ts' });
});

test('imports go downwards only, sideways only where the plan says so', () => {
  const wrong = edges.filter(({ file, target }) => {
    const [from, to] = [roomOf(file), roomOf(target)];
    return floorOf(to) >= floorOf(from) && SIDEWAYS[`${from} -> ${to}`] === undefined;
  });
  expect(wrong).toEqual([]);
});

test('a room is entered through its index or through a stated side door', () => {
  const wrong = edges.filter(({ target }) => target !== `${roomOf(target)}/index.ts` && SIDE_DOORS[target] === undefined);
  expect(wrong).toEqual([]);
});

test('no file imports itself, directly or round a circle; types count, and so does the source of the kernels', () => {
  const all = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  const imports = new Map(all.map((file) => [file, loaded(file).filter((target) => all.includes(target))]));
  expect(imports.get('kernels/assembly/router-front.ts')).toContain('kernels/assembly/router-nodes.ts');
  // leaves are taken away until none is left: what remains lies on a circle or above one
  for (let size = Infinity; imports.size < size;) {
    size = imports.size;
    for (const [file, targets] of imports) if (targets.every((target) => !imports.has(target))) imports.delete(file);
  }
  expect([...imports.keys()]).toEqual([]);
});

test('calibration sees neither chip nor grading; only grading, the emulator and those above them see the truth of a die', () => {
  const from = (room: string): string[] => [
    ...new Set(edges.filter(({ file }) => roomOf(file) === room).map(({ target }) => roomOf(target))),
  ];
  expect(from('calibration')).not.toContain('chip');
  expect(from('calibration')).not.toContain('grading');
  expect(from('chip')).not.toContain('reference');
  // the teacher shares no dynamics with the student: it has a kernel of its own, and nobody below the command line's rooms has it besides
  const kernelsOf = (room: string): string[] =>
    edges.filter(({ file, target }) => roomOf(file) === room && roomOf(target) === 'kernels').map(({ target }) => target);
  expect(new Set(kernelsOf('reference'))).toEqual(
    new Set(['kernels/grid-net.ts', 'kernels/grid-net-types.ts', 'kernels/grid-rows.ts', 'kernels/load.ts']),
  );
  for (const room of ['chip', 'noc', 'emulator', 'calibration', 'grading']) expect(kernelsOf(room)).not.toContain('kernels/grid-net.ts');
  for (const file of ['kernels/lif-bank.ts', 'chip/fast.ts']) expect(imported(file)).not.toContain('kernels/grid-net.ts');
  expect(from('noc')).not.toContain('network');
});

test('code of packages that are bundled is imported through base/vendor alone; their types cost nothing', () => {
  const wrong = files.filter(
    (file) => !file.startsWith('base/vendor/') && /^import (?!type )[^;]*from '(?:mathjs[^']*|yargs|@stdlib\/[^']*)'/m.test(code(file)),
  );
  expect(wrong).toEqual([]);
});

test('the simulation rooms use neither the functions of the engine that differ between engines, nor its chance, nor a clock', () => {
  const hits = files
    .filter((file) => SIMULATION.has(roomOf(file)) && EXACT[file] === undefined)
    .flatMap((file) => {
      const hit = ENGINE_DEPENDENT.exec(code(file));
      return hit === null ? [] : [`${file}: ${hit[0]}`];
    });
  expect(hits).toEqual([]);
});
