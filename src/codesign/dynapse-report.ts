/** What a calibration of shared biases leaves beside its record: everything as JSON, and every neuron as a table. */
import type { DynapseCard, SharedCalibratedDie } from '../model/index.ts';

/** calibration.json with everything, and neurons.csv with every reading, group and mask. */
export function calibrationFiles(
  card: DynapseCard,
  tolerance: number,
  dies: readonly SharedCalibratedDie[],
): readonly { readonly name: string; readonly content: string }[] {
  const names = dies[0]?.quantities.map(({ name, unit }) => `${name} (${unit})`) ?? [];
  const lines = dies.flatMap(({ die, quantities, cluster, masked }) => {
    const why = new Map(masked.map((entry) => [entry.neuron, entry.why.join('; ')]));
    return cluster.map((group, n) =>
      [die, n, group, why.get(n) ?? '', ...quantities.map(({ readings }) => readings[n]?.toString() ?? '')].join(','),
    );
  });
  return [
    { name: 'calibration.json', content: JSON.stringify({ card: card.name, gate: tolerance, dies }) },
    { name: 'neurons.csv', content: `${[['die', 'neuron', 'group', 'masked', ...names].join(','), ...lines].join('\n')}\n` },
  ];
}
