/** Dies of the subthreshold family as files, and how two of them differ: factors of the nominal values of every neuron, and in JSON the errors of the bias generators of every core. */
import { CardError, UsageError, type Mistake } from '../../base/index.ts';
import { compileDynapseDie, dynapseColumns, type DynapseDie } from '../../chip/index.ts';
import type { DieDifference, DynapseCard, MeasuredDynapse } from '../../model/index.ts';
import { toCsv } from '../../store/index.ts';
import { differenceOf } from './die-sheet.ts';
import { countOf, parseJson, type DieLabel, type Measured } from './die-file.ts';
import { dynapseFactors, dynapseRules, SOLVED } from './dynapse-physical.ts';
import { readMeasuredTable } from './measured-table.ts';

/** Neurons of a die as CSV: column `circuit`, then one column of factors per parameter. */
export function dynapseCsv(card: DynapseCard, seed: number): string {
  const die = compileDynapseDie(card, seed);
  const columns = Object.entries(dynapseColumns(die));
  return toCsv(
    Array.from({ length: die.neurons }, (_, circuit) => ({
      circuit,
      ...Object.fromEntries(columns.map(([name, values]) => [`${name} (1)`, values[circuit]!])),
    })),
  );
}

/** The same as JSON, bias generators included: what `readMeasuredDynapse` reads. */
export function dynapseJson(card: DynapseCard, seed: number): string {
  const die = compileDynapseDie(card, seed);
  const source = `exported from ${card.name}, die ${String(seed)}`;
  return `${JSON.stringify({ die: seed, source, neurons: plain(dynapseColumns(die)), biases: plain(die.bias) })}\n`;
}

/** Reads measurements of neurons: CSV, or the JSON of `dynapseJson`. Throws one CardError with every mistake. */
export function readMeasuredDynapse(text: string, file: string, label: DieLabel, card: DynapseCard): Measured<MeasuredDynapse> {
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  if (text.trimStart().startsWith('{')) {
    // checked with the card that it becomes part of
    const die = { ...parseJson(text, file), ...label } as MeasuredDynapse;
    return { die, count: countOf(Object.values(die.neurons ?? {}), neurons) };
  }
  const { columns, count } = readMeasuredTable(text, file, neurons, dynapseRules(card));
  const found: Record<string, (number | null)[]> = {};
  const mistakes: Mistake[] = [];
  for (const name of SOLVED) {
    const column = columns.get(name);
    if (column === undefined) continue;
    const { measured: _, ...unmeasured } = card;
    // with what was solved before: weights rest on the time constant of their neuron
    const die = (): DynapseDie => compileDynapseDie({ ...unmeasured, measured: [{ ...label, neurons: found }] }, label.die);
    found[name] = column.isAbsolute ? dynapseFactors(card, name, column, die()) : [...column.values];
    const at = found[name].findIndex((factor) => factor !== null && !(factor >= 1e-3 && factor <= 1e3));
    if (at >= 0)
      mistakes.push({
        file,
        path: name,
        found: `${String(column.values[at])} of circuit ${String(at)}`,
        expected: `a value within a factor of 1000 of what the data sheet promises at this code, ${((column.values[at] ?? 0) / found[name][at]!).toPrecision(3)}`,
      });
  }
  if (mistakes.length > 0) throw new CardError(mistakes);
  return { die: { ...label, neurons: found }, count };
}

/** Parameter by parameter: where and how far two dies differ, dead neurons included. Throws UsageError for dies of two sizes. */
export function dynapseDifferences(a: { card: DynapseCard; seed: number }, b: { card: DynapseCard; seed: number }): DieDifference[] {
  const [first, second] = [compileDynapseDie(a.card, a.seed), compileDynapseDie(b.card, b.seed)];
  if (first.neurons !== second.neurons || first.bias.dc.length !== second.bias.dc.length)
    throw new UsageError(
      `die diff: ${a.card.name} has ${String(first.neurons)} neurons and ${b.card.name} has ${String(second.neurons)}, expected two cards of one size`,
    );
  const all = (die: DynapseDie): Readonly<Record<string, Float64Array>> => ({
    ...dynapseColumns(die),
    bias: Float64Array.from(Object.values(die.bias).flatMap((values) => Array.from(values))),
    ...((first.dead.includes(1) || second.dead.includes(1)) && { dead: Float64Array.from(die.dead) }),
  });
  const others = all(second);
  return Object.entries(all(first)).map(([name, values]) => differenceOf(name, '1', values, others[name]!));
}

function plain(columns: Readonly<Record<string, Float64Array>>): Record<string, number[]> {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Array.from(values)]));
}
