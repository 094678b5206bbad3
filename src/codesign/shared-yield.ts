/**
 * What many dies say about a design whose biases are shared, before it is made: per quantity the RMS deviation of the medians of all cores from their target, by the truth, of all
 * dies together and of the worst; the share of medians and of dies that keep the gate; how often the stated intervals hold the truth; and what no code reaches: the spread within
 * the cores and the neurons that are masked.
 */
import { wilsonInterval } from '../analysis/index.ts';
import {
  CORE_QUANTITIES,
  type CoreQuantityName,
  type Gates,
  type SharedCalibratedDie,
  type SharedQuantity,
  type SharedYield,
  type SharedYieldEntry,
} from '../model/index.ts';

/** The verdict on these dies, one or more of one card and plan. */
export function sharedYield(dies: readonly SharedCalibratedDie[], gates: Gates): SharedYield {
  const names = dies[0]?.quantities.map(({ name }) => name) ?? [];
  const entries = names.map((name) =>
    entryOf(
      dies.map((die) => die.quantities.find((one) => one.name === name)!),
      gateOf(gates, name),
    ),
  );
  const masked = maskedOf(dies);
  const keeps = (die: SharedCalibratedDie): boolean =>
    maskedShare(die) <= gates.masked && die.quantities.every((quantity) => keepsGate(quantity, gateOf(gates, quantity.name)));
  const kept = wilsonInterval(dies.filter(keeps).length, dies.length);
  const short = shortfallsOf(entries, masked, kept.share, gates);
  const meanTime = (part: keyof SharedCalibratedDie['hardwareTime']): number => mean(dies.map(({ hardwareTime }) => hardwareTime[part]));
  return {
    gates: gates.name,
    passed: short.length === 0,
    shortfalls: short,
    dies: kept,
    hardwareTime: { settling: meanTime('settling'), reading: meanTime('reading'), running: meanTime('running') },
    entries,
    masked,
  };
}

function gateOf({ medians }: Gates, name: string): number | null {
  return medians[name as CoreQuantityName] ?? null;
}

/** One quantity on all dies. */
function entryOf(all: readonly SharedQuantity[], gate: number | null): SharedYieldEntry {
  const { name, unit, target } = all[0]!;
  const errors = all.map((one) => deviations(one, 'truthAfter'));
  const after = errors.flat();
  // a core that could not be read has no median to be good
  const medians = all.reduce((sum, one) => sum + one.after.length, 0);
  const held = all.flatMap((one) =>
    one.after.flatMap((value, core) => {
      const [truth, error68, error95] = [one.truthAfter[core], one.error68[core], one.error95[core]];
      if (typeof value !== 'number' || typeof truth !== 'number' || typeof error68 !== 'number' || typeof error95 !== 'number') return [];
      const off = Math.abs(truth - value);
      return [{ within68: off <= error68, within95: off <= error95 }];
    }),
  );
  const heldBy = (level: 'within68' | 'within95'): number | null =>
    held.length === 0 ? null : held.filter((one) => one[level]).length / held.length;
  const statuses = all.flatMap(({ status }) => status);
  const count = (wanted: SharedQuantity['status'][number]): number => statuses.filter((one) => one === wanted).length;
  return {
    quantity: name,
    unit,
    target,
    gate,
    rmsBefore: rms(all.flatMap((one) => deviations(one, 'truthBefore'))),
    rmsAfter: rms(after),
    worstDie: errors.reduce<number | null>((worst, own) => largest(worst, rms(own)), null),
    furthest: after.reduce<number | null>((most, value) => (most === null || Math.abs(value) > Math.abs(most) ? value : most), null),
    medians: wilsonInterval(gate === null ? after.length : after.filter((value) => Math.abs(value) <= 2 * gate).length, medians),
    statuses: { ok: count('ok'), 'at limit': count('at limit'), 'not reached': count('not reached'), masked: count('masked') },
    dies: wilsonInterval(all.filter((one) => keepsGate(one, gate)).length, all.length),
    coverage: { within68: heldBy('within68'), within95: heldBy('within95') },
    spread: rms(all.flatMap(({ spread }) => spread.flatMap((value) => value ?? []))),
    halfCode: rms(all.flatMap(({ resolution }) => resolution.map((value) => value / 2)))!,
  };
}

/** On one die: every core was read, and the medians together are within the gate. */
function keepsGate(one: SharedQuantity, gate: number | null): boolean {
  return gate === null || (one.after.every((value) => value !== null) && (rms(deviations(one, 'truthAfter')) ?? Infinity) <= gate);
}

/** Relative distances from the target of the cores that could be read. */
function deviations(one: SharedQuantity, which: 'truthBefore' | 'truthAfter'): number[] {
  return one[which].flatMap((value, core) => (value === null || one.after[core] === null ? [] : [value / one.target - 1]));
}

function maskedOf(dies: readonly SharedCalibratedDie[]): SharedYield['masked'] {
  const neurons = dies.reduce((sum, { cluster }) => sum + cluster.length, 0);
  const all = dies.flatMap(({ masked }) => masked);
  const dead = all.filter((one) => one.dead).length;
  return {
    share: all.length / Math.max(neurons, 1),
    worstDie: Math.max(0, ...dies.map(maskedShare)),
    neurons,
    dead,
    outliers: all.length - dead,
  };
}

function maskedShare({ masked, cluster }: SharedCalibratedDie): number {
  return masked.length / cluster.length;
}

/** What falls short of its gate, in words; nothing when all is well. */
function shortfallsOf(
  entries: readonly SharedYieldEntry[],
  masked: SharedYield['masked'],
  kept: number | null,
  gates: Gates,
): readonly string[] {
  const missing = Object.keys(gates.medians).filter((name) => !entries.some(({ quantity }) => quantity === name));
  return [
    ...missing.map((name) => `${name}: has a gate but was not calibrated`),
    ...entries.flatMap(({ quantity, gate, rmsAfter, furthest, statuses }) => {
      if (gate === null) return [];
      const said = CORE_QUANTITIES[quantity as CoreQuantityName].name;
      const lost = [
        { many: statuses['at limit'], text: 'no code nearer to the target' },
        { many: statuses['not reached'], text: 'read further from the target than the tolerance' },
      ].flatMap(({ many, text }) => (many > 0 ? [`${String(many)} with ${text}`] : []));
      return [
        ...(statuses.masked > 0 ? [`${said}: ${String(statuses.masked)} of the cores could not be read`] : []),
        ...(rmsAfter !== null && rmsAfter > gate
          ? [
              `${said}: medians ${inPercent(rmsAfter)} from the target (RMS), ${inPercent(gate)} allowed; furthest ${inPercent(furthest ?? NaN)}${lost.length > 0 ? ` (${lost.join('; ')})` : ''}`,
            ]
          : []),
      ];
    }),
    ...(masked.share > gates.masked
      ? [
          `neurons: ${inPercent(masked.share)} masked, ${inPercent(gates.masked)} allowed (${String(masked.dead)} dead, ${String(masked.outliers)} far from the median of their core)`,
        ]
      : []),
    ...((kept ?? 0) < gates.dies ? [`dies: ${inPercent(kept ?? 0)} keep every gate, ${inPercent(gates.dies)} wanted`] : []),
  ];
}

function inPercent(share: number): string {
  return `${(100 * share).toPrecision(3)} %`;
}

function rms(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.sqrt(mean(values.map((value) => value * value)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function largest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
