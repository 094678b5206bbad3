/**
 * JSON Schema of a card kind, for editors: what may be written, so quantities are strings with a description and an example. Of a kind that may rest on another card
 * (`base: NAME`) every field is required only where there is no base.
 * Source: JSON Schema draft 2020-12.
 */
import * as z from 'zod';

/** The JSON Schema of what a card of this kind may hold before it is read. Plain data, ready for JSON.stringify. */
export function jsonSchemaOf(schema: z.ZodType, kind: string): Readonly<Record<string, unknown>> {
  const made: Record<string, unknown> = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // zod leaves examples out where a transform follows, because they might show the output; ours show what to write
      const meta = z.globalRegistry.get(zodSchema as unknown as z.ZodType);
      if (Array.isArray(meta?.['examples'])) jsonSchema.examples = meta['examples'];
      // likewise defaults; one that may be written as it is can be shown
      const { defaultValue } = (zodSchema as unknown as z.ZodType).def as { readonly defaultValue?: unknown };
      if (defaultValue !== undefined && jsonSchema.default === undefined && z.safeParse(zodSchema, defaultValue).success) {
        jsonSchema.default = defaultValue;
      }
    },
  });
  const { $schema, ...rest } = made;
  return { $schema, title: `neurolith ${kind} card`, ...rest };
}

type Json = Readonly<Record<string, unknown>>;

/** The same schema with the field `base`, in whose presence no field but `kind` has to be written. */
export function withBase(schema: Json): Json {
  const base = {
    type: 'string',
    description: 'a card of the same kind, beside this one or shipped, that has every field that is not written here',
  };
  const { properties, ...rest } = optional(schema);
  return {
    ...rest,
    properties: { ...(properties as Json), base },
    required: ['kind'],
    if: { required: ['base'] },
    else: demands(schema),
  };
}

/** A schema without the demand for fields, down to quantities, which are always written whole. */
function optional(schema: Json): Json {
  if (!isOpen(schema)) return schema;
  const { required: _, properties, ...rest } = schema;
  return { ...rest, properties: mapped(properties as Json, optional) };
}

/** Only the demands of a schema that `optional` took away. */
function demands(schema: Json): Json {
  const properties = Object.entries(schema['properties'] as Json).filter(([, child]) => isOpen(child as Json));
  return {
    ...(schema['required'] === undefined ? {} : { required: schema['required'] }),
    ...(properties.length === 0 ? {} : { properties: mapped(Object.fromEntries(properties), demands) }),
  };
}

function isOpen(schema: Json): boolean {
  return schema['properties'] !== undefined && !Object.hasOwn(schema['properties'] as object, 'value');
}

function mapped(properties: Json, change: (schema: Json) => Json): Json {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, change(schema as Json)]));
}
