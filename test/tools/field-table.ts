/**
 * A Markdown table of the fields of a card, from its JSON Schema: path, what is expected, the default, what it means.
 * A number that carries its evidence is one row, marked so; alternatives of one field are rows of their own, told apart by their `kind`.
 */

type Scalar = string | number | boolean | null;

/** As much of JSON Schema as the cards use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: Scalar;
  readonly enum?: readonly Scalar[];
  readonly examples?: readonly Scalar[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

interface Row {
  readonly path: string;
  readonly expected: string;
  readonly byDefault: string;
  readonly meaning: string;
}

/** The table of one kind of card, or of the part of it at a path such as `synapse.correlation`. */
export function fieldTable(schema: JsonSchema, path = ''): string {
  const part = path.split('.').reduce((at: JsonSchema, name) => (name === '' ? at : at.properties![name]!), schema);
  const rows = path === '' ? membersOf(part, '') : rowsOf(part, path, '');
  return [
    line(['field', 'expected', 'default', 'meaning']),
    line(['---', '---', '---', '---']),
    ...rows.map((row) => line([`\`${row.path}\``, row.expected, row.byDefault, row.meaning])),
  ].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function membersOf(schema: JsonSchema, path: string): Row[] {
  const dot = path === '' ? '' : `${path}.`;
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
    rowsOf(member, `${dot}${name}`, (schema.required ?? []).includes(name) ? 'required' : ''),
  );
}

function rowsOf(schema: JsonSchema, path: string, need: string): Row[] {
  const byDefault = defaultOf(schema) ?? need;
  const row = (expected: string, meaning: string): Row => ({ path, expected, byDefault, meaning });
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives !== undefined) {
    const plain = alternatives.filter((alternative) => !isStructure(alternative));
    const rich = alternatives.filter(isStructure);
    const expected = [...plain.map(wordsFor), ...rich.map(headOf)].join(', or ');
    const head = row(expected, joined(schema.description, ...plain.map((alternative) => noteOf(alternative))));
    return [head, ...rich.flatMap((alternative) => rowsOfAlternative(alternative, path))];
  }
  const value = evidentValue(schema);
  if (value !== undefined) return [row(wordsFor(schema), joined(schema.description, noteOf(value)))];
  if (!isStructure(schema)) return [row(wordsFor(schema), noteOf(schema))];
  const head = schema.description === undefined ? [] : [row(headOf(schema), schema.description)];
  return [...head, ...rowsOfAlternative(schema, path)];
}

/** What lies below a map or a list, without a row of its own. */
function rowsOfAlternative(schema: JsonSchema, path: string): Row[] {
  if (typeof schema.items === 'object') return rowsOf(schema.items, `${path}[]`, '');
  if (typeof schema.additionalProperties === 'object') return rowsOf(schema.additionalProperties, `${path}.NAME`, '');
  const kind = schema.properties?.['kind']?.const;
  const { kind: _, ...members } = schema.properties ?? {};
  const own = kind === undefined ? schema : { ...schema, properties: members };
  return membersOf(own, kind === undefined ? path : `${path}(${String(kind)})`);
}

/** Maps and lists whose members are worth rows. */
function isStructure(schema: JsonSchema): boolean {
  if (evidentValue(schema) !== undefined) return false;
  return (
    schema.properties !== undefined ||
    (typeof schema.additionalProperties === 'object' && Object.keys(schema.additionalProperties).length > 0) ||
    (typeof schema.items === 'object' &&
      (isStructure(schema.items) || schema.items.oneOf !== undefined || schema.items.anyOf !== undefined))
  );
}

function evidentValue(schema: JsonSchema): JsonSchema | undefined {
  const { value, evidence, source } = schema.properties ?? {};
  return evidence !== undefined && source !== undefined ? value : undefined;
}

function headOf(schema: JsonSchema): string {
  const kind = schema.properties?.['kind']?.const;
  if (kind !== undefined) return `\`kind: ${String(kind)}\``;
  if (schema.items !== undefined) return 'a list';
  if (schema.properties === undefined) return 'a map of names';
  return `{${Object.keys(schema.properties).join(', ')}}`;
}

/** Descriptions of quantities say what is expected ("a time between 1 us and 1 ms"): they stand in that column. */
function saysExpectation({ description, examples }: JsonSchema): boolean {
  return examples !== undefined && /^an? \S+( \S+)? (between|of at|such as)/.test(description ?? '');
}

function noteOf(schema: JsonSchema): string {
  return saysExpectation(schema) ? '' : (schema.description ?? '');
}

function wordsFor(schema: JsonSchema): string {
  const value = evidentValue(schema);
  if (value !== undefined) return `${wordsFor(value)}, with evidence`;
  if (saysExpectation(schema)) return schema.description!;
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${String(word)}\``).join(', ');
  if (schema.examples !== undefined) return `text such as \`${schema.examples.map(String).join('`, `')}\``;
  if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map(wordsFor).join(', ')}]`;
  if (typeof schema.items === 'object') return `a list of: ${wordsFor(schema.items)}`;
  if (schema.type === 'integer') return `whole number${rangeOf(schema)}`;
  if (schema.type === 'number') return `number${rangeOf(schema)}`;
  if (schema.type === 'boolean') return '`true`, `false`';
  if (schema.type === 'null') return '`null`';
  if (schema.type === 'string') return 'text';
  return Array.isArray(schema.type) ? schema.type.join(' or ') : 'anything';
}

function rangeOf(schema: JsonSchema): string {
  // the largest integers only say that there is no bound
  const [minimum, maximum] = [schema.minimum, schema.maximum].map((bound) =>
    Math.abs(bound ?? Infinity) < Number.MAX_SAFE_INTEGER ? String(bound) : '',
  );
  if (minimum && maximum) return ` ${minimum} to ${maximum}`;
  if (minimum) return ` from ${minimum}`;
  return maximum ? ` up to ${maximum}` : '';
}

/** An empty map as default only says that every member has one. */
function defaultOf({ default: value }: JsonSchema): string | undefined {
  if (value === undefined) return undefined;
  if (value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)) return 'empty';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function joined(...notes: readonly (string | undefined)[]): string {
  return notes.filter((note) => note !== undefined && note !== '').join('; ');
}
