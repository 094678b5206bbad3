import { expect, test } from 'vitest';
import { jsonSchemaOf } from '../../src/model/json-schema.ts';
import { WorkloadSchema } from '../../src/model/schemas/workload.ts';

test('in the JSON Schema of a card quantities are strings with a description and an example', () => {
  const schema = jsonSchemaOf(WorkloadSchema, 'workload');
  expect(schema['title']).toBe('neurolith workload card');
  const properties = schema['properties'] as Record<string, Record<string, unknown>>;
  expect(properties['duration']).toMatchObject({ type: 'string', examples: ['10 us'], description: 'a time between 100 us and 10 ks' });
  expect(schema['additionalProperties']).toBe(false);
  expect(schema['required']).toContain('populations');
  expect(JSON.stringify(schema)).toContain('"default":"0 s"');
});
