import { expect, test } from 'vitest';
import { readArrivalProcess, readPacketList, readTrafficPattern } from '../../src/noc/index.ts';

const files: Record<string, string> = {
  'p.txt': '# reversed\n3, 2\n1 0\n',
  'm.csv': '0 1\n2.5 0\n',
  'list.csv': 'source,destination,rate\n0,2,5\n2,1,1\n0,2,1\n',
  'bad.csv': '0 1 2\n3 x\n-1 0 0\n',
};
const read = (text: string) => readTrafficPattern(text, (name) => files[name] ?? '');

test('patterns are read by their names, with their numbers and files', () => {
  expect(read('bit-reverse')).toEqual({ kind: 'bit-reverse' });
  expect(read('hotspot:5=2,9')).toEqual({ kind: 'hotspot', nodes: [5, 9], weights: [2, 1] });
  expect(read('permutation:p.txt')).toEqual({ kind: 'permutation', destinations: [3, 2, 1, 0] });
  expect(read('matrix:m.csv')).toEqual({ kind: 'matrix', rates: Float64Array.of(0, 1, 2.5, 0) });
  expect(read('matrix:list.csv')).toEqual({ kind: 'matrix', rates: Float64Array.of(0, 0, 6, 0, 0, 0, 0, 1, 0) });
});

test('processes are read by their names', () => {
  expect(readArrivalProcess('poisson')).toEqual({ kind: 'poisson' });
  expect(readArrivalProcess('on-off:50/150')).toEqual({ kind: 'on-off', on: 50, off: 150 });
  expect(readArrivalProcess('synchronous:1000')).toEqual({ kind: 'synchronous', period: 1000 });
  for (const text of ['on-off:0/1', 'on-off', 'synchronous:0', 'gauss'])
    expect(() => readArrivalProcess(text)).toThrow(/expected bernoulli, poisson/);
});

test('words that are no traffic, and files with mistakes, are told with all of these', () => {
  for (const text of ['uniformly', 'uniform:3', 'hotspot', 'hotspot:a', 'hotspot:1=-1', 'matrix'])
    expect(() => read(text)).toThrow(/expected uniform, transpose/);
  expect(() => read('matrix:bad.csv')).toThrow(/bad.csv:2:.*\n.*bad.csv:3:/);
  expect(() => read('permutation:none.txt')).toThrow(/a destination for every node/);
  expect(() => read('permutation:bad.csv')).toThrow(/bad.csv:2: found "x".*\n.*bad.csv:3: found "-1"/);
});

test('columns that nobody knows are mistakes, with the nearest name', () => {
  expect(() => readPacketList('cycle,source,destination,flit\n1,2,3,5\n', 'e.csv')).toThrow(
    /^e.csv:1: found the column "flit", expected the columns cycle,source,destination and, if wanted, flits .*; did you mean "flits"\?$/,
  );
  expect(() => readTrafficPattern('matrix:f', () => 'source,destination,rate,unit\n0,1,1,2\n')).toThrow(
    /^f:1: found the column "unit", expected the columns source,destination,rate$/,
  );
  expect(() => readTrafficPattern('matrix:f', () => 'source,destination,rate\n0,1,0\n')).toThrow(/^f: expected at least one rate above 0$/);
});

test('packet lists are read under both sorts of names and put in the order of cycles', () => {
  expect(readPacketList('cycle,source,destination\n7,1,2\n3,0,1\n', 'a.csv', 2)).toEqual([
    { cycle: 3, source: 0, destination: 1, flits: 2 },
    { cycle: 7, source: 1, destination: 2, flits: 2 },
  ]);
  expect(readPacketList('pid,src,dst,size,ctime\n0,4,5,3,9\n', 'b.csv')).toEqual([{ cycle: 9, source: 4, destination: 5, flits: 3 }]);
  expect(() => readPacketList('a,b\n1,2\n', 'c.csv')).toThrow(/c.csv:1: .*the columns cycle,source,destination/);
  expect(() => readPacketList('cycle,source,destination,flits\n1,2,3,65\n1,NaN,3,1\n', 'd.csv')).toThrow(/d.csv:2:.*\n.*d.csv:3:/);
});
