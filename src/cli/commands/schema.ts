/** `neurolith schema KIND`: the JSON Schema of a kind of card. */
import { schemaOf, type SchemaKind } from '../../model/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  host.stdout.write(`${JSON.stringify(schemaOf(text(argv, 'kind') as SchemaKind), null, 2)}\n`);
  return 0;
}
