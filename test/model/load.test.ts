import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CardError } from '../../src/base/index.ts';
import { integer, quantity, word } from '../../src/model/quantity.ts';
import { loadCard, parseCard } from '../../src/model/load.ts';
import { readTextBeside } from '../../src/model/read-text.ts';

const Chip = z.strictObject({
  name: z.string(),
  neurons: z.strictObject({ tau_mem: quantity('time', { min: 0.5e-6, max: 60e-6 }), count: integer(1, 512), model: word(['lif', 'adex']) }),
  noc: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('mesh'), width: integer(1, 64), height: integer(1, 64) }),
    z.strictObject({ kind: z.literal('ring'), nodes: z.int() }),
  ]),
  delay: z.union([quantity('time'), z.literal('reference design'), z.strictObject({ column: z.string() })]),
  extra: z.array(z.strictObject({ a: z.number() })).optional(),
});

const GOOD = `# a chip
name: small
neurons:
  tau_mem: 10 us
  count: 32
  model: lif
noc: { kind: mesh, width: 4, height: 4 }
delay: 1 ms
`;

function mistakesOf(text: string, overrides: readonly string[] = []): string[] {
  try {
    parseCard(Chip, text, { label: 'chips/x.yaml', overrides });
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    return error.message.split('\n');
  }
  return [];
}

describe('a card without mistakes', () => {
  test('becomes frozen plain data in SI units that knows its lines', () => {
    const card = parseCard(Chip, GOOD, { label: 'chips/x.yaml' });
    expect(card.value.neurons).toEqual({ tau_mem: 1e-5, count: 32, model: 'lif' });
    expect(Object.isFrozen(card.value) && Object.isFrozen(card.value.neurons)).toBe(true);
    expect(card.lineOf('neurons.count')).toBe(5);
    expect(card.lineOf('neurons')).toBe(3);
    expect(card.lineOf('neurons.nothing')).toBe(3);
  });
});

describe('ten broken cards', () => {
  test('a value with the wrong unit or out of range', () => {
    expect(mistakesOf(GOOD.replace('10 us', '10 mV'))).toEqual([
      'chips/x.yaml:4: neurons.tau_mem: found "10 mV", expected a time between 500 ns and 60 us',
    ]);
    expect(mistakesOf(GOOD.replace('10 us', '10 ms # slow'))).toEqual([
      'chips/x.yaml:4: neurons.tau_mem: found "10 ms", expected a time between 500 ns and 60 us',
    ]);
  });

  test('an unknown field, with the nearest name', () => {
    const lines = mistakesOf(GOOD.replace('  count: 32', '  count: 32\n  tau_memm: 1 us'));
    expect(lines).toEqual([
      'chips/x.yaml:6: neurons.tau_memm: found an unknown field, expected one of tau_mem, count, model; did you mean "tau_mem"?',
    ]);
  });

  test('a wrong word, with the nearest one', () => {
    expect(mistakesOf(GOOD.replace('lif', 'adxe'))).toEqual([
      'chips/x.yaml:6: neurons.model: found "adxe", expected one of lif, adex; did you mean "adex"?',
    ]);
  });

  test('a missing field, at the line of its parent', () => {
    expect(mistakesOf(GOOD.replace('  count: 32\n', ''))).toEqual([
      'chips/x.yaml:3: neurons.count: found nothing, expected a whole number between 1 and 512',
    ]);
  });

  test('a wrong kind in a union of kinds', () => {
    expect(mistakesOf(GOOD.replace('mesh', 'msh'))).toEqual([
      'chips/x.yaml:7: noc.kind: found "msh", expected one of mesh, ring; did you mean "mesh"?',
    ]);
  });

  test('a mistake inside the kind that was chosen names the fields of that kind only', () => {
    expect(mistakesOf(GOOD.replace('height: 4', 'heigth: 4'))).toEqual([
      'chips/x.yaml:7: noc.height: found nothing, expected a whole number between 1 and 64',
      'chips/x.yaml:7: noc.heigth: found an unknown field, expected one of kind, width, height; did you mean "height"?',
    ]);
  });

  test('a value that fits no alternative says all of them', () => {
    expect(mistakesOf(GOOD.replace('delay: 1 ms', 'delay: reference desing'))).toEqual([
      'chips/x.yaml:8: delay: found "reference desing", expected a time such as "10 us", or "reference design", or a map of fields; did you mean "reference design"?',
    ]);
    expect(mistakesOf(GOOD.replace('delay: 1 ms', 'delay: {colum: d}'))).toEqual([
      'chips/x.yaml:8: delay.column: found nothing, expected text',
      'chips/x.yaml:8: delay.colum: found an unknown field, expected one of column; did you mean "column"?',
    ]);
  });

  test('several mistakes come at once, in the order of lines', () => {
    const text = GOOD.replace('10 us', '-1 us').replace('32', '"32"').replace('lif', 'LIF').replace('name', 'nmae');
    expect(mistakesOf(text).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'chips/x.yaml:2: name:',
      'chips/x.yaml:2: nmae:',
      'chips/x.yaml:4: neurons.tau_mem:',
      'chips/x.yaml:5: neurons.count:',
      'chips/x.yaml:6: neurons.model:',
    ]);
  });

  test('a card of another kind or family is told so and nothing else, a slip of the pen there is one mistake among the others', () => {
    const Die = z.strictObject({ kind: z.literal('chip', { error: 'kind: chip' }), family: word(['bss2']), cells: z.int() });
    const told = (text: string): string[] => {
      try {
        parseCard(Die, text, { label: 'x.yaml' });
      } catch (error) {
        return (error as CardError).message.split('\n');
      }
      return [];
    };
    expect(told('kind: chip\nfamily: dynapse\nphysics: 1')).toEqual(['x.yaml:2: family: found "dynapse", expected one of bss2']);
    expect(told('kind: workload\nneurons: 3')).toEqual(['x.yaml:1: kind: found "workload", expected kind: chip']);
    expect(told('kind: chp\nfamily: bss2\nphysics: 1')).toHaveLength(3);
  });

  test('text that is no YAML, a field given twice, a custom tag, two documents, a tab', () => {
    expect(mistakesOf(`${GOOD}noc: {kind: ring\n`)[0]).toMatch(/^chips\/x.yaml:\d+: found .*, expected /);
    expect(mistakesOf(`${GOOD}name: again\n`)).toEqual([
      'chips/x.yaml:9: found "name: again", expected a field that is not there already: this one is given twice',
    ]);
    expect(mistakesOf(GOOD.replace('small', '!!js/function small'))[0]).toContain('chips/x.yaml:2: found "!!js/function small"');
    expect(mistakesOf(`${GOOD}---\nname: b\n`)[0]).toContain('expected one document');
    expect(mistakesOf(GOOD.replace('  count', '\tcount'))[0]).toContain('chips/x.yaml:5:');
  });

  test('an alias bomb, absurd nesting, an empty file and control characters', () => {
    const bomb = `a: &a [1,1,1,1,1,1,1,1,1,1]\n${'bcdefghi'.replaceAll(/./g, (x) => `${x}: &${x} [${Array.from({ length: 10 }, () => `*${String.fromCodePoint(x.codePointAt(0)! - 1)}`).join(',')}]\n`)}`;
    expect(mistakesOf(bomb)).toEqual(['chips/x.yaml: expected fewer aliases (*name): written out, the card would be enormous']);
    expect(mistakesOf(`name: ${'['.repeat(100_000)}`)).toHaveLength(1);
    expect(mistakesOf('')).toEqual(['chips/x.yaml:1: found nothing, expected a map of fields']);
    const [line] = mistakesOf(GOOD.replace('lif', String.raw`"\e[31m\u202e"`));
    expect(line).toContain(String.raw`found "\u{1b}[31m\u{202e}"`);
  });
});

describe('overrides', () => {
  test('reach into maps and lists, as YAML values', () => {
    const card = parseCard(Chip, `${GOOD}extra: [{a: 1}, {a: 2}]\n`, {
      overrides: ['neurons.tau_mem=20 us', 'extra.1.a=5', 'extra[0].a=4', 'noc={kind: ring, nodes: 3}', 'delay=reference design'],
    });
    expect(card.value.neurons.tau_mem).toBe(2e-5);
    expect(card.value.extra).toEqual([{ a: 4 }, { a: 5 }]);
    expect(card.value.noc).toEqual({ kind: 'ring', nodes: 3 });
    expect(card.value.delay).toBe('reference design');
    expect(card.isOverridden('noc.kind')).toBe(true);
    expect(card.isOverridden('neurons.count')).toBe(false);
    expect(card.lineOf('noc.kind')).toBeUndefined();
  });

  test('may name a field that the schema knows and the card leaves out', () => {
    expect(parseCard(Chip, GOOD, { overrides: ['extra=[{a: 1}]'] }).value.extra).toEqual([{ a: 1 }]);
  });

  test('with an unknown path are refused with the nearest path', () => {
    expect(mistakesOf(GOOD, ['neuron.tau_mem=20 us'])).toEqual([
      '-S neuron.tau_mem=20 us: neuron: found a path that is not in the card, expected one of name, neurons, noc, delay, extra; did you mean "neurons.tau_mem"?',
    ]);
    expect(mistakesOf(GOOD, ['neurons.tau_mm=20 us'])[0]).toContain('did you mean "neurons.tau_mem"?');
    expect(mistakesOf(`${GOOD}extra: [{a: 1}]`, ['extra.1.a=2'])[0]).toContain('expected an index from 0 to 0');
    expect(mistakesOf(GOOD, ['name.first=x'])[0]).toContain('expected nothing below name, which holds a single value');
  });

  test('with a wrong value are reported as such', () => {
    expect(mistakesOf(GOOD, ['neurons.tau_mem=20 mV'])).toEqual([
      '-S neurons.tau_mem=20 mV: neurons.tau_mem: found "20 mV", expected a time between 500 ns and 60 us',
    ]);
    for (const broken of ['', '=1', 'novalue', 'a..b=1', '__proto__.x=1', 'name=[1']) expect(mistakesOf(GOOD, [broken])).toHaveLength(1);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'neurolith-load-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'cards', 'below'), { recursive: true });
  const card = join(folder, 'cards', 'chip.yaml');
  writeFileSync(card, GOOD);
  writeFileSync(join(folder, 'secret.csv'), 'secret');
  writeFileSync(join(folder, 'cards', 'below', 'edges.csv'), '\uFEFFpre,post');
  writeFileSync(join(folder, 'cards', 'binary.csv'), Uint8Array.of(0xff, 0xfe, 0x80));
  symlinkSync(join(folder, 'secret.csv'), join(folder, 'cards', 'link.csv'));

  test('a card is read from a file and named as the user typed it', () => {
    expect(loadCard(Chip, card, { label: 'c.yaml' }).value.name).toBe('small');
    expect(() => loadCard(Chip, join(folder, 'cards', 'chop.yaml'), { label: 'chop.yaml' })).toThrow(
      'chop.yaml: expected a file that exists; did you mean "chip.yaml"?',
    );
    expect(() => loadCard(Chip, folder)).toThrow(/expected a file$/);
  });

  test('a card larger than the limit is refused unread', () => {
    const large = join(folder, 'large.yaml');
    writeFileSync(large, `# ${'x'.repeat(4_000_001)}`);
    expect(() => loadCard(Chip, large)).toThrow('expected at most 4000000 bytes');
  });

  test('a file named in a card is read from its folder or below', () => {
    expect(loadCard(Chip, card).readText('below/edges.csv')).toBe('pre,post');
    expect(() => loadCard(Chip, card, { label: 'c.yaml' }).readText('below/edge.csv', 'name')).toThrow(
      'c.yaml:2: name: found "below/edge.csv", expected a file that exists; did you mean "edges.csv"?',
    );
    expect(() => readTextBeside(card, 'binary.csv')).toThrow('UTF-8');
  });

  test('a file named in a card cannot lie elsewhere, not even through a link', () => {
    for (const name of [
      '../secret.csv',
      'below/../../secret.csv',
      join(folder, 'secret.csv'),
      'link.csv',
      String.raw`C:\secret.csv`,
      '.',
      'a\0b',
    ])
      expect(() => readTextBeside(card, name)).toThrow(CardError);
  });
});
