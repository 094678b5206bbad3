/**
 * JSON Schema of a card kind, for editors: what may be written, so quantities are strings with a description and an example.
 * Source: JSON Schema draft 2020-12.
 */
import { z } from 'zod';

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
