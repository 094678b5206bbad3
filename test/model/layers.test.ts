import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CardError } from '../../src/base/index.ts';
import { ChipSchema, loadCard, NocSchema, schemaOf, SHIPPED } from '../../src/model/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'layers-'));
afterAll(() => rmSync(folder, { recursive: true }));

function chip(name: string, text: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, `kind: chip\nname: ${name}\n${text}`);
  return file;
}

function refusalOf(file: string): string {
  try {
    loadCard(ChipSchema, file);
  } catch (error) {
    if (error instanceof CardError) return error.message;
    throw error;
  }
  return 'accepted';
}

const bss2 = loadCard(ChipSchema, join(SHIPPED, 'chips', 'bss2.yaml')).value;

describe('A card that rests on another', () => {
  test('has every field of its base but those that it writes', () => {
    const { value } = loadCard(ChipSchema, chip('louder', 'base: bss2\nnoise: { scale: 2 }\n'));
    expect(value).toEqual({ ...bss2, name: 'louder', noise: { ...bss2.noise, scale: 2 } });
  });

  test('may rest on a card beside it, which rests on a shipped one', () => {
    chip('wide', 'base: bss2\nvariation: 2\n');
    const { value } = loadCard(ChipSchema, chip('wide-and-linear', 'base: wide\nneuron: { ota: linear }\n'));
    expect([value.variation, value.neuron.ota, value.neuron.leak]).toEqual([2, 'linear', bss2.neuron.leak]);
  });

  test('prefers the card beside it to a shipped one of the same name', () => {
    mkdirSync(join(folder, 'own'), { recursive: true });
    chip('own/bss2', `base: ideal\ndescription: mine\n`);
    expect(loadCard(ChipSchema, chip('own/upon', 'base: bss2\n')).value.description).toBe('mine');
  });

  test('writes a quantity whole: an old source never vouches for a new number', () => {
    expect(refusalOf(chip('half', 'base: bss2\nmismatch: { leak: { value: 3 mV } }\n'))).toMatch(/half\.yaml:4.*mismatch\.leak\.evidence/);
  });

  test('is blamed with its own line for its own mistake, and its base for the mistakes of the base', () => {
    chip('bad', 'base: bss2\nvariation: -1\n');
    expect(refusalOf(chip('upon-bad', 'base: bad\nneurone: {}\n'))).toMatch(/bad\.yaml:4.*variation[\s\S]*|upon-bad\.yaml:4.*neurone/);
    const lines = refusalOf(join(folder, 'upon-bad.yaml')).split('\n');
    expect(lines.some((line) => /\/bad\.yaml:4/.test(line))).toBe(true);
    expect(lines.some((line) => /upon-bad\.yaml:4/.test(line))).toBe(true);
  });

  test.each([
    ['a name that does not exist', 'base: bss3', /base.*"bss3".*bss2/],
    ['a path', 'base: ../chips/bss2', /base.*name of a card/],
    ['a circle', 'base: round', /does not rest on this one/],
    ['a number', 'base: 3', /base.*name of a card/],
  ])('is refused with %s', (_, text, message) => {
    expect(refusalOf(chip('round', `${text}\n`))).toMatch(message);
  });

  test('is refused on a card of another kind', () => {
    writeFileSync(join(folder, 'net.yaml'), 'kind: noc\nname: net\n');
    expect(refusalOf(chip('on-net', 'base: net\n'))).toMatch(/of kind noc/);
  });

  test('finds the files of its base beside its base', () => {
    writeFileSync(join(folder, 'multi.yaml'), 'kind: noc\nbase: bss2-multi-chip\nname: multi\n');
    const card = loadCard(NocSchema, join(folder, 'multi.yaml'));
    expect(card.readText('bss2-multi-chip.csv', 'topology.file')).not.toBe('');
  });

  test('needs only its kind in the eyes of an editor; without a base every field is demanded', () => {
    const schema = schemaOf('chip');
    expect(schema['required']).toEqual(['kind']);
    expect(Object.keys(schema['properties'] as object)).toContain('base');
    const otherwise = schema['else'] as { required: string[]; properties: Record<string, { required: string[] }> };
    expect(otherwise.required).toContain('geometry');
    expect(otherwise.properties['geometry']?.required).toContain('cores');
  });
});

test('the ideal chip has nothing that separates a circuit from its equation', () => {
  const { value } = loadCard(ChipSchema, join(SHIPPED, 'chips', 'ideal.yaml'));
  expect([value.variation, value.noise.scale, value.quantisation, value.neuron.ota, value.cells.write_noise.value]).toEqual([
    0,
    0,
    'off',
    'linear',
    0,
  ]);
  expect(value.neuron.leak).toEqual(bss2.neuron.leak);
});
