/** `neurolith import booksim FILE.cfg -o DESIGN.yaml`: a BookSim2 user moves in. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../../base/errors.ts';
import { importBookSim, placesOf } from '../../sweep/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const design = text(argv, 'out');
  if (!/\.ya?ml$/i.test(design))
    throw new UsageError(`--out: found "${design}", expected the name of a card to write, such as design.yaml`);
  const files = importBookSim(text(argv, 'file'), design);
  const places = placesOf(design, files);
  const inTheWay = places.filter(({ path, text: content }) => existsSync(path) && readFileSync(path, 'utf8') !== content);
  if (inTheWay.length > 0 && !flag(argv, 'force'))
    throw new UsageError(
      `${inTheWay.map(({ path }) => path).join(', ')}: there already and different; choose another name with -o, or replace with --force`,
    );
  mkdirSync(dirname(design), { recursive: true });
  for (const { path, text: content } of places) await writeAtomically(path, content);
  const {
    layout,
    run: { rate },
  } = files;
  const traffic = places[1]!.path;
  const unsafe = layout.certificate.acyclic ? '' : ' --allow-unsafe';
  if (flag(argv, 'json')) {
    host.stdout.write(
      `${JSON.stringify({ files: places.map(({ path }) => path), certificate: layout.certificate.statement, certified: layout.certificate.acyclic })}\n`,
    );
    return 0;
  }
  const lines = [
    ...places.map(({ path }) => path),
    '',
    `${layout.graph.name}, ${layout.routes.method}: ${layout.certificate.statement}.`,
    ...(layout.certificate.acyclic
      ? []
      : ['BookSim2 runs this without looking; here it takes --allow-unsafe. Safe on any graph: routing: { kind: blash, layers: auto }.']),
    '',
    `the same run (offered ${String(rate)}):  neurolith noc run ${design} --traffic ${traffic}${unsafe}`,
    `where it saturates:          neurolith noc saturate ${design}${unsafe}`,
  ];
  host.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
