/** `config.resolved.yaml`: the plan and every card of it with all defaults filled in, SI units. */
import { stringify } from 'yaml';
import type { Study } from './study.ts';

export function resolvedYaml({ plan, workload, chips, nocs, points, reference, network }: Study): string {
  const designs = Object.fromEntries(Object.entries(nocs).map(([key, { design }]) => [key, design]));
  const head = '# Every default filled in; SI units. Written for the reader: the run itself is repeated with the plan and its cards.\n';
  return (
    head +
    stringify(
      { plan, reference: reference.label, delay: network.delay, points, chips, nocs: designs, workload },
      { lineWidth: 0, aliasDuplicateObjects: false },
    )
  );
}
