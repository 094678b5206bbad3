/** What a calibration of shared biases showed, as text and as files: medians before and after with their uncertainty, truth beside it, masks, groups. */
import { biasCurrent } from '../chip/index.ts';
import { DYNAPSE_BIASES, type DynapseCard } from '../model/index.ts';
import { SHARED_GATE, type DynapseCalibration } from './calibrate-dynapse.ts';

/** A Markdown table per die. */
function calibrationText(card: DynapseCard, results: readonly DynapseCalibration[]): string {
  return [`# Calibration of ${card.name}: the median neuron of every core`, ...results.map((result) => dieText(result))].join('\n\n');
}

function dieText({ die, calibration, truth, met }: DynapseCalibration): string {
  const { quantities, masked, hardwareTime } = calibration;
  const rows = quantities.flatMap(({ name, target, before, after, spread, uncertainty }) => {
    const real = truth.find((one) => one.name === name);
    return after.map((value, core) =>
      [
        name,
        String(core),
        target.toPrecision(4),
        percent(before[core]! / target - 1),
        percent(value / target - 1),
        percent(uncertainty[core]!),
        real === undefined ? '-' : percent(real.after[core]! / target - 1),
        percent(spread[core]!),
      ].join(' | '),
    );
  });
  return [
    `## Die ${String(die)}: ${met ? 'every median' : 'not every median'} within ${percent(SHARED_GATE)} % of its target`,
    '',
    `| quantity | core | target, SI | before, % | after, % | standard error, % | truth after, % | spread in the core, % |`,
    `| --- | --- | --- | --- | --- | --- | --- | --- |`,
    ...rows.map((row) => `| ${row} |`),
    '',
    `Masked: ${String(masked.length)} neurons${masked
      .slice(0, 8)
      .map(({ neuron, why }) => `; ${String(neuron)}: ${why.join(', ')}`)
      .join('')}. Modelled hardware time: ${hardwareTime.toFixed(1)} s. Spread within a core stays: its neurons share every bias.`,
  ].join('\n');
}

/** calibration.json with everything, report.md, and neurons.csv with every reading, group and mask. */
export function calibrationFiles(
  card: DynapseCard,
  results: readonly DynapseCalibration[],
): readonly { readonly name: string; readonly content: string }[] {
  const json = results.map(({ die, calibration, truth, met }) => ({
    die,
    met,
    ...calibration,
    biases: calibration.biases.map((core) =>
      Object.fromEntries(DYNAPSE_BIASES.map((name) => [name, { ...core[name], current: biasCurrent(card, core[name]) }])),
    ),
    quantities: calibration.quantities.map((quantity) => ({ ...quantity, readings: Array.from(quantity.readings) })),
    cluster: Array.from(calibration.cluster),
    truth,
  }));
  const names = results[0]?.calibration.quantities.map(({ name, unit }) => `${name} (${unit})`) ?? [];
  const lines = results.flatMap(({ die, calibration: { quantities, cluster, masked } }) => {
    const why = new Map(masked.map((entry) => [entry.neuron, entry.why.join('; ')]));
    return Array.from(cluster, (group, n) =>
      [die, n, group, why.get(n) ?? '', ...quantities.map(({ readings }) => readings[n]!.toPrecision(8))].join(','),
    );
  });
  return [
    { name: 'calibration.json', content: JSON.stringify({ card: card.name, gate: SHARED_GATE, dies: json }) },
    { name: 'report.md', content: `${calibrationText(card, results)}\n` },
    { name: 'neurons.csv', content: `${[['die', 'neuron', 'group', 'masked', ...names].join(','), ...lines].join('\n')}\n` },
  ];
}

function percent(value: number): string {
  return (100 * value).toFixed(1);
}
