/** Bad input to the commands of networks-on-chip: exit code 2, nothing on stdout, one line per mistake with file, line, path, found and expected, all mistakes of a file at once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { DESIGNS, FILES } from './bad-noc-files.ts';
import { neurolith, temporaryFolder } from './terminal.ts';

vi.setConfig({ testTimeout: 60_000 });

const LOOP = [/^loop\.csv:3: found "1,1", expected a link between two different routers/, /^loop\.csv:4: found "1,x"/];
const BAD = [/^bad\.routes:1: found "L 0"/, /^bad\.routes:3: found "x y"/, /^bad\.routes:4: .*expected one path for each pair/];

const run = (design: string, ...more: string[]): string[] => ['noc', 'run', design, '--rate', '0.1', ...more];

describe('one line per mistake, and exit code 2:', () => {
  test.each<[string, string[], readonly RegExp[]]>([
    [
      'latencies below 1 and far too long',
      run('latency.yaml'),
      [
        /^latency\.csv:2: found "0,1,-2", expected a latency between 1 and 64/,
        /^latency\.csv:3: found "1,2,0"/,
        /^latency\.csv:4: found "2,0,1e9"/,
      ],
    ],
    [
      'a link twice, and the other way round',
      run('twice.yaml'),
      [/^twice\.csv:3: found "1,0", expected each link once/, /^twice\.csv:4: found "0,1"/],
    ],
    ['a router number out of bounds', run('far.yaml'), [/^far\.csv:3: found "1,99999999999", expected two router numbers/]],
    ['an empty list of edges', run('empty.yaml'), [/^empty\.csv:1: found "", expected the columns a,b/]],
    ['a file that is not there', run('absent.yaml'), [/^absent\.yaml:3: topology\.file: found "absent\.csv", expected a file that exists/]],
    [
      'an anynet with self loops',
      run('self-anynet.yaml'),
      [/^self\.anynet:1: found "router 0", expected a link to another router/, /^self\.anynet:2: found "router 1"/],
    ],
    ['an anynet with a link twice', run('twice-anynet.yaml'), [/^twice\.anynet:1: found "router 1", expected each neighbour once/]],
    ['an anynet in pieces', run('pieces-anynet.yaml'), [/^pieces-anynet\.yaml:3: topology: .*router 2 cannot be reached from router 0/]],
    [
      'an anynet of a billion routers',
      run('far-anynet.yaml'),
      [
        /^far\.anynet:1: found "node 999999999", expected node numbers up to 65535/,
        /^far\.anynet:1: found "router 999999999"/,
        /^far\.anynet:2: found "router 999999999"/,
      ],
    ],
    [
      'an anynet with strange latencies',
      run('latency-anynet.yaml'),
      [/^latency\.anynet:1: found ".*-3"/, /^latency\.anynet:2: found "router 2 900", expected a latency between 1 and 64/],
    ],
    [
      'a route file with holes and bad rows',
      run('hole.yaml'),
      [
        /^hole\.routes:4: found "x y"/,
        /^hole\.routes:5: .*expected a path along links of the graph/,
        /^hole\.routes:6: .*expected a layer between 0 and 0/,
        /^hole\.routes:7: .*expected one path for each pair/,
        /^hole\.routes: found no path from 1 to 0, expected a path for every pair/,
        /no path from 1 to 2/,
        /no path from 2 to 0/,
        /no path from 2 to 1/,
      ],
    ],
    [
      'seven mistakes on a card',
      run('many.yaml'),
      [
        /^many\.yaml:3: topology\.width: found 0/,
        /^many\.yaml:3: topology\.height: found 999/,
        /^many\.yaml:4: routing\.kind: found "dimension-orde".*did you mean "dimension-order"/,
        /^many\.yaml:5: router\.vcs: found 0, expected a whole number between 1 and 16/,
        /^many\.yaml:5: router\.buffer: found \.nan/,
        /^many\.yaml:6: packet\.flits: found 100/,
        /^many\.yaml:7: link\.latency: found -1/,
      ],
    ],
    ['16,384 routers with a path per pair', run('huge.yaml'), [/^huge\.yaml:4: routing: .*up to 1024 routers, found 16384/]],
    ['a rewiring that is no number', run('nan.yaml'), [/^nan\.yaml:3: topology\.rewiring: found \.nan, expected a fraction/]],
    ['a regular graph that cannot be', run('odd.yaml'), [/^odd\.yaml:3: topology: .*routers x degree even/]],
    ['fewer VCs than layers', run('layers.yaml'), [/^layers\.yaml:4: routing: .*needs at least 2 VCs/]],
    ['faults of what is not there', run('faults.yaml'), [/^faults\.yaml:5: faults: .*link 0-3, router 77, node 88/]],
    ['a clock of a router that is not there', run('clocks.yaml'), [/^clocks\.yaml:5: clock_domains: .*found 9, expected 0 to 3/]],
    [
      'a card, its graph, its routes, its traffic and their file',
      run('both.yaml', '--traffic', 'matrix.yaml'),
      [/^both\.yaml:5: router\.vcs/, ...LOOP, ...BAD, /^matrix\.yaml:4: rate/, /^no-matrix\.csv:1/],
    ],
    [
      'a graph and its routes, and no load',
      ['noc', 'run', 'files.yaml', '--traffic', 'matrix.csv'],
      [...LOOP, ...BAD, /^matrix\.csv:3/, /^matrix\.csv:4/, /^matrix\.csv:5/],
    ],
    [
      'a card and routes that miss pairs of a graph that is right',
      run('routes.yaml'),
      [/^routes\.yaml:5: nodes_per_router/, ...BAD, ...Array.from({ length: 5 }, () => /^bad\.routes: found no path from/)],
    ],
    [
      'a card whose graph is in pieces',
      run('pieces.yaml'),
      [/^pieces\.yaml:4: routing\.kind: .*did you mean "table"/, /^pieces\.yaml:3: topology: .*router 2 cannot be reached/],
    ],
    ['a design and a trace', ['noc', 'replay', '--design', 'files.yaml', '--trace', 'row.csv'], [...LOOP, ...BAD, /^row\.csv:2/]],
    [
      'a configuration of BookSim2, its graph and its routes',
      ['import', 'booksim', 'bad.cfg', '-o', 'run.yaml'],
      [/^bad\.cfg:2: colour/, /^bad\.cfg:2: num_vcs/, /^self\.anynet:1/, /^self\.anynet:2/, ...BAD],
    ],
    [
      'a sweep, its design and all their files',
      ['sweep', 'design-and-plan.yaml', '-o', 'run'],
      [
        /^both\.yaml:5: router\.vcs/,
        ...LOOP,
        ...BAD,
        /^design-and-plan\.yaml:6: where\.0/,
        /^design-and-plan\.yaml:5: vary\.rate/,
        /^matrix\.csv:3/,
        /^matrix\.csv:4/,
        /^matrix\.csv:5/,
      ],
    ],
    [
      'a sweep card with mistakes, and the files of its design',
      ['sweep', 'plan-and-design.yaml', '-o', 'run'],
      [/^plan-and-design\.yaml:2: name/, ...LOOP, ...BAD, /^no-matrix\.csv:1/],
    ],
    ['two broken designs', ['noc', 'compare', 'twice.yaml', 'mesh-4x4', 'nan.yaml'], [/^twice\.csv:3/, /^twice\.csv:4/, /^nan\.yaml:3/]],
    [
      'words that are no permutation',
      run('mesh-4x4', '--traffic', 'permutation:words.txt'),
      [/^words\.txt:3: found "x", expected the number of a node/, /^words\.txt:4: found "-1"/],
    ],
    [
      'destinations that are no permutation',
      run('mesh-4x4', '--traffic', 'permutation:many-to-one.txt'),
      [/^--traffic:1: pattern: .*each node once; found 3 more than once/],
    ],
    [
      'a permutation of another size',
      run('mesh-4x4', '--traffic', 'permutation:short.txt'),
      [/each of 16 nodes, each node once; found 3 destinations; node 99/],
    ],
    [
      'rates that are none',
      run('mesh-4x4', '--traffic', 'matrix.csv'),
      [/^matrix\.csv:3: found "1,2,-1"/, /^matrix\.csv:4: found "2,3,NaN"/, /^matrix\.csv:5: found ",,"/],
    ],
    [
      'a matrix of more nodes',
      run('mesh-4x4', '--traffic', 'far-matrix.csv'),
      [/^--traffic:1: pattern: .*far-matrix\.csv names node 98, 99; mesh-4x4 has the nodes 0 to 15/],
    ],
    [
      'a matrix without its columns',
      run('mesh-4x4', '--traffic', 'no-matrix.csv'),
      [/^no-matrix\.csv:1: found "from,to", expected the columns source,destination,rate/],
    ],
    [
      'hot spots that are not there',
      run('mesh-4x4', '--traffic', '{kind: hotspot, nodes: [1, 77, 99]}'),
      [/^--traffic:1: pattern: .*found node 77, 99/],
    ],
    [
      'a hot spot whose weight is no number',
      run('mesh-4x4', '--traffic', 'hotspot:3=nan'),
      [/^traffic: found "hotspot:3=nan", expected .*hotspot:NODE\[=WEIGHT\]/],
    ],
    ['hot spots in words that are not there', run('mesh-4x4', '--traffic', 'hotspot:1,77'), [/^--traffic:1: pattern: .*found node 77/]],
    [
      'hot spots that nothing goes to',
      run('mesh-4x4', '--traffic', '{kind: hotspot, nodes: [1], weights: [0]}'),
      [/at least one of them above 0; found 1 nodes with the weights 0/],
    ],
    [
      'a grid that is not square',
      run('mesh-4x4', '-S', 'topology.height=3', '--traffic', 'transpose'),
      [/^--traffic:1: pattern: .*transpose traffic needs a square grid/],
    ],
    [
      'four mistakes on a traffic card',
      run('mesh-4x4', '--traffic', 'traffic.yaml'),
      [
        /^traffic\.yaml:3: pattern\.weights\.0: found -1/,
        /^traffic\.yaml:4: rate: found 7/,
        /^traffic\.yaml:5: process\.on: found 0/,
        /^traffic\.yaml:5: process\.off: found \.nan/,
      ],
    ],
    [
      'a trace with negative cycles, unknown nodes and odd sizes',
      ['noc', 'replay', '--design', 'mesh-4x4', '--trace', 'trace.csv'],
      [
        /^trace\.csv:4: found "-1,0,1,1", expected whole numbers/,
        /^trace\.csv:5: found a packet from node 99 to node 1, expected nodes between 0 and 15/,
        /^trace\.csv:6: found "4,0,1,0"/,
        /^trace\.csv:7: found "4,0,1,1\.5"/,
        /^trace\.csv:8: found "x,,1,1"/,
      ],
    ],
    [
      'a trace without packets',
      ['noc', 'replay', '--design', 'mesh-4x4', '--trace', 'no-packets.csv'],
      [/^no-packets\.csv: expected at least one packet/],
    ],
    [
      'a packet at the end of time',
      ['noc', 'replay', '--design', 'mesh-4x4', '--trace', 'late.csv'],
      [/^late\.csv:2: found cycle 99999999999999, expected a cycle up to 4000000000/],
    ],
    [
      'a sweep with mistakes in every part',
      ['sweep', 'sweep.yaml', '-o', 'run'],
      [
        /^sweep\.yaml:9: where\.0: found "rate <", expected arithmetic/,
        /^sweep\.yaml:9: where\.1: found latency\.mean, expected rate, seed, or a path/,
        /^sweep\.yaml:10: derive\.x: found foo\.bar, expected a measure/,
        /^sweep\.yaml:11: objectives\.latency\.men: .*did you mean "latency\.mean"/,
        /^sweep\.yaml:7: vary\.design\.router\.vcs: found design\.router\.vcs = 0/,
        /^sweep\.yaml:8: vary\.design\.router\.bufer: .*did you mean "buffer"/,
        /^sweep\.yaml:7: vary\.design\.router\.vcs: found design\.router\.vcs = 99/,
        /^sweep\.yaml:6: vary\.rate: found rate = 2, expected at most 1 flit/,
      ],
    ],
  ])('%s', async (_, args, messages) => {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text.replaceAll('FOLDER', folder));
    for (const [name, card] of Object.entries(DESIGNS)) writeFileSync(join(folder, `${name}.yaml`), `kind: noc\nname: net\n${card}\n`);
    const inFolder = (word: string): string => {
      const [, before = '', file = word] = /^(permutation:)(.*)$/.exec(word) ?? [];
      return file in FILES || file.replace(/\.yaml$/, '') in DESIGNS || file === 'run' ? `${before}${join(folder, file)}` : word;
    };
    const { code, out, err } = await neurolith(
      ...args.slice(0, 1),
      ...args.slice(1, 2).map((word) => (args[0] === 'noc' ? word : inFolder(word))),
      ...args.slice(2).map(inFolder),
    );
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const lines = err
      .trim()
      .split('\n')
      .map((line) => line.replaceAll(`${folder}/`, ''));
    expect(lines).toEqual(messages.map((message) => expect.stringMatching(message) as string));
  });
});

test('a permutation is read from a file, on a card and on the command line alike', async () => {
  const folder = temporaryFolder();
  const nodes = Array.from({ length: 16 }, (_, node) => 15 - node);
  writeFileSync(join(folder, 'mirror.txt'), `# bit complement\n${nodes.slice(0, 8).join(' ')}\n${nodes.slice(8).join(',')}\n`);
  writeFileSync(
    join(folder, 'mirror.yaml'),
    'kind: traffic\nname: mirror\npattern: { kind: permutation, destinations: { file: mirror.txt } }\nrate: 0.1\n',
  );
  const mean = async (...traffic: string[]): Promise<unknown> => {
    const { code, out, err } = await neurolith('noc', 'run', 'mesh-4x4', '--rate', '0.1', '--traffic', ...traffic, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return (JSON.parse(out) as { networks: { points: { measures: unknown }[] }[] }).networks[0]!.points[0]!.measures;
  };
  const told = await mean('bit-complement');
  expect(await mean(`permutation:${join(folder, 'mirror.txt')}`)).toEqual(told);
  expect(await mean(join(folder, 'mirror.yaml'))).toEqual(told);
});
