import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CardError } from '../../src/base/index.ts';
import { readEdgesCsv, type EdgesCsvOptions } from '../../src/network/index.ts';

const OPTIONS: EdgesCsvOptions = {
  label: 'edges.csv',
  separator: 'comma',
  columns: { pre: 'pre', post: 'post', weight: 'weight', type: 'type' },
  types: { chemical: 'chemical', electrical: 'electrical' },
  signedWeights: false,
};

function mistakesOf(text: string, options: Partial<EdgesCsvOptions> = {}): string[] {
  try {
    readEdgesCsv(text, { ...OPTIONS, ...options });
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    return error.message.split('\n');
  }
  return [];
}

const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;

describe('an edge list', () => {
  test('may have quotes, CRLF, blanks, a byte order mark, empty lines and no last line end', () => {
    const text = '\uFEFFpre, post ,weight,type\r\n"A, 1",B ,2,chemical\r\n\r\n "say ""B""" ,"B\nC",1e1,electrical';
    const rows = readEdgesCsv(text, OPTIONS);
    expect(rows.pre).toEqual(['A, 1', 'say "B"']);
    expect(rows.post).toEqual(['B', 'B\nC']);
    expect([...rows.weight]).toEqual([2, 10]);
    expect([...rows.electrical]).toEqual([0, 1]);
    expect([...rows.line]).toEqual([2, 4]);
  });

  test('without a type column is chemical where the card says so, and refused where it does not', () => {
    const text = 'pre,post,weight\nA,B,2';
    expect([...readEdgesCsv(text, { ...OPTIONS, absentType: 'chemical' }).electrical]).toEqual([0]);
    expect([...readEdgesCsv(text, { ...OPTIONS, absentType: 'electrical' }).electrical]).toEqual([1]);
    expect(mistakesOf(text)[0]).toMatch(/a column "type"/);
    // a column that is there is read
    expect([...readEdgesCsv('pre,post,weight,type\nA,B,2,electrical', { ...OPTIONS, absentType: 'chemical' }).electrical]).toEqual([1]);
  });

  test('comes back as it was written, whatever the names', () => {
    const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((text) => text.length <= 200);
    const row = fc.tuple(name, name, fc.integer({ min: 1, max: 99 }));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), (rows, end) => {
        const text = ['pre,post,weight,type', ...rows.map(([a, b, w]) => `${quote(a)},${quote(b)},${String(w)},chemical`)].join(end);
        const read = readEdgesCsv(text, OPTIONS);
        expect(rows.map((_, i) => [read.pre[i], read.post[i], read.weight[i]])).toEqual(rows);
      }),
    );
  });

  test('reads tabs, sign and delay columns', () => {
    const rows = readEdgesCsv('from\tto\tn\tsort\td\nA\tB\t3\tGABA\t1.5\nB\tA\t1\tACh\t0', {
      ...OPTIONS,
      separator: 'tab',
      columns: { pre: 'from', post: 'to', weight: 'n' },
      sign: { column: 'sort', excitatory: ['ACh', 'Glu'], inhibitory: ['GABA'] },
      delayColumn: 'd',
    });
    expect([...rows.sign]).toEqual([-1, 1]);
    expect([...rows.delay]).toEqual([1.5, 0]);
  });
});

describe('a broken edge list', () => {
  test('is refused with all rows at once', () => {
    const text =
      'pre,post,weight,type\nA,B,2,chemical\nA,,x,chemical\nA,B,2,chemicl\nA,B\nA,B,-1,chemical\nA,B,Infinity,chemical\nA,B,0x10,chemical\n';
    expect(mistakesOf(text)).toEqual([
      'edges.csv:3: post: found "", expected the name of a neuron',
      'edges.csv:3: weight: found "x", expected a number above 0',
      'edges.csv:4: type: found "chemicl", expected one of chemical, electrical; did you mean "chemical"?',
      'edges.csv:5: row: found "A B", expected 4 fields as in the header, not 2',
      'edges.csv:6: weight: found "-1", expected a number above 0',
      'edges.csv:7: weight: found "Infinity", expected a number above 0',
      'edges.csv:8: weight: found "0x10", expected a number above 0',
    ]);
  });

  test('names twenty mistakes, then counts', () => {
    const lines = mistakesOf(`pre,post,weight,type\n${'A,B,none,chemical\n'.repeat(50)}`);
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('edges.csv: found 30 more mistakes, expected none');
  });

  test('without the columns that are asked is refused', () => {
    expect(mistakesOf('Source,Target,Weight,Type\nA,B,1,chemical')).toHaveLength(1);
    expect(mistakesOf('Source,Target,Weight,Type\nA,B,1,chemical')[0]).toBe(
      'edges.csv:1: header: found "Source,Target,Weight,Type", expected columns "pre", "post", "weight", "type" (neurolith import reads edge lists with other names)',
    );
    expect(mistakesOf('pre,post,weight,type,pre\n')[0]).toContain('column names that differ');
    expect(mistakesOf('')).toHaveLength(1);
    expect(mistakesOf('pre,post,weight,type\n"A,B,1,chemical')[0]).toContain('never closed');
    expect(mistakesOf('pre,post,weight,type\n"A"x,B,1,chemical')[0]).toContain('text after a closing');
  });
});
