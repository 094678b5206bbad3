/**
 * From the results of all jobs to what a report needs: means over dies and stimuli, the Pareto front, the effect of calibration, which designs the network limits.
 * The unit of replication is the die: stimuli are averaged within each die first.
 */
import { bootstrapMean, wilcoxonSignedRank } from '../analysis/index.ts';
import { InternalError } from '../base/index.ts';
import {
  OBJECTIVES,
  type CalibrationEffect,
  type CodesignPlan,
  type CodesignResult,
  type DesignPoint,
  type EnergySummary,
  type FidelitySummary,
  type LatencyLoadCurve,
  type LatencySummary,
  type NocMap,
  type SpikeAccount,
  type SpikePackets,
} from '../model/index.ts';
import { paretoFront } from '../search/index.ts';
import { areaSummary } from './accounting.ts';
import { calibrated } from './job.ts';
import type { EmulationOutcome } from './outcome.ts';
import { ceilingRun, networkAlone, uncalibratedControl, type StudyResults } from './schedule.ts';
import { shapeOf, type Study, type StudyPoint } from './study.ts';
import { layoutOf } from './study-cards.ts';

/** Everything of a co-design result that follows from the jobs alone. */
export type Aggregated = Pick<
  CodesignResult,
  'factors' | 'objectives' | 'points' | 'control' | 'ceiling' | 'calibrationEffect' | 'calibration' | 'curves' | 'maps'
>;

export function aggregate(study: Study, results: StudyResults): Aggregated {
  const { plan, reference } = study;
  const networks = judgeNetworks(study, results);
  const points = study.points.map((point) => designPoint(study, results, point, networks));
  const front = new Set(
    paretoFront(
      points.map((point) => plan.objectives.map((name) => objectiveOf(point, name))),
      plan.objectives.map((name) => OBJECTIVES[name].sense),
    ),
  );
  const control = overDies(study, (die, stimulus) => results.emulation(uncalibratedControl(reference, die, stimulus))).flat();
  return {
    factors: Object.entries(plan.factors).map(([name, levels]) => ({ name, levels: Object.keys(levels) })),
    objectives: plan.objectives.map((name) => ({ name: name.replaceAll('_', ' '), ...OBJECTIVES[name] })),
    points: points.map((point, i) => ({ ...point, onFront: front.has(i) })),
    control: {
      label: `${reference.label}, uncalibrated`,
      fidelity: meanRecord(control.map(({ fidelity }) => fidelity)),
      latency: meanRecord(control.map(({ latency }) => latency)),
      energy: meanRecord(control.map(({ energy }) => energy)),
      area: points.find((point) => point.reference)!.area,
    },
    ceiling: meanRecord(plan.stimulus_seeds.map((stimulus) => results.emulation(ceilingRun(reference, stimulus)).fidelity)),
    calibrationEffect: calibrationEffect(study, results),
    calibration: plan.dies.map((die) => results.calibrationOf(reference, die).result),
    curves: curves(study, results, points),
    maps: maps(study, results),
  };
}

function designPoint(study: Study, results: StudyResults, point: StudyPoint, networks: ReadonlyMap<string, NetworkVerdict>): DesignPoint {
  const { plan, reference } = study;
  const byDie = overDies(study, (die, stimulus) => results.emulation(calibrated(point.chip, point.noc, die, stimulus)));
  const all = byDie.flat();
  const { saturation } = results.curveOf(point.noc);
  const offered = meanOf(all.map((outcome) => outcome.offered))!;
  return {
    id: point.id,
    label: point.label,
    levels: point.levels,
    reference: point.id === reference.id,
    onFront: false,
    fidelity: meanRecord(byDie.map((runs) => meanRecord(runs.map(({ fidelity }) => fidelity)))),
    perDie: byDie.map((runs, i) => ({
      die: plan.dies[i]!,
      timing: meanOf(runs.map(({ fidelity }) => fidelity.timing)),
      rates: meanOf(runs.map(({ fidelity }) => fidelity.rates)),
    })),
    latency: meanRecord<LatencySummary>(all.map(({ latency }) => latency)),
    energy: meanRecord<EnergySummary>(all.map(({ energy }) => energy)),
    area: areaSummary(study.chips[point.chip]!, layoutOf(study.nocs[point.noc]!)),
    spikes: sumAccounts(all.map(({ spikes }) => spikes)),
    network: { share: saturation > 0 ? offered / saturation : Infinity, offered, saturation, ...networks.get(point.noc)! },
    binding: all[0]!.binding,
  };
}

type NetworkVerdict = Pick<DesignPoint['network'], 'idealTiming' | 'idealTimingSpread' | 'limited'>;

/**
 * Timing with everything ideal but one network. A network limits a design when it costs more timing, against the network of the reference design, than the spread between
 * stimulus seeds of either.
 */
function judgeNetworks(study: Study, results: StudyResults): ReadonlyMap<string, NetworkVerdict> {
  const { plan, reference } = study;
  const of = (noc: string): { readonly mean: number | null; readonly spread: number | null } => {
    const timings = plan.network_seeds.map((stimulus) => results.emulation(networkAlone(reference, noc, stimulus)).fidelity.timing);
    const known = timings.filter((timing) => timing !== null);
    const mean = meanOf(known);
    if (mean === null || known.length < 2) return { mean, spread: null };
    return { mean, spread: Math.sqrt(known.reduce((sum, timing) => sum + (timing - mean) ** 2, 0) / (known.length - 1)) };
  };
  const base = of(reference.noc);
  return new Map(
    Object.keys(study.nocs).map((noc) => {
      const own = of(noc);
      const cost = base.mean === null || own.mean === null ? 0 : base.mean - own.mean;
      const limited = cost > Math.max(base.spread ?? 0, own.spread ?? 0);
      return [noc, { idealTiming: own.mean, idealTimingSpread: own.spread, limited }];
    }),
  );
}

/** Calibrated minus uncalibrated timing at the reference design, die by die. */
function calibrationEffect(study: Study, results: StudyResults): CalibrationEffect {
  const { plan, reference } = study;
  const after = overDies(study, (die, stimulus) => results.emulation(calibrated(reference.chip, reference.noc, die, stimulus)));
  const before = overDies(study, (die, stimulus) => results.emulation(uncalibratedControl(reference, die, stimulus)));
  const perDie = plan.dies.map((die, i) => ({ die, calibrated: meanTiming(after[i]!), uncalibrated: meanTiming(before[i]!) }));
  const differences = perDie.map((entry) => entry.calibrated - entry.uncalibrated);
  const interval = bootstrapMean(differences, { seed: plan.seed });
  if (interval === null) throw new InternalError('a plan has at least one die');
  return { perDie, mean: interval.mean, interval: [interval.low, interval.high], p: wilcoxonSignedRank(differences, 'greater').p };
}

/** 0, no better than another stimulus, where timing is not defined. */
function meanTiming(outcomes: readonly EmulationOutcome[]): number {
  return meanOf(outcomes.map(({ fidelity }) => fidelity.timing)) ?? 0;
}

/** One curve per topology, routing and packet format; designs that differ in the clock alone share it. */
function curves(study: Study, results: StudyResults, points: readonly DesignPoint[]): readonly LatencyLoadCurve[] {
  const byShape = new Map<string, { noc: string; operating: LatencyLoadCurve['operating'][number][] }>();
  study.points.forEach((point, i) => {
    const key = shapeOf(study, point.noc);
    const entry = byShape.get(key) ?? { noc: point.noc, operating: [] };
    byShape.set(key, entry);
    const { offered, share } = points[i]!.network;
    entry.operating.push({ label: point.label, offered, share });
  });
  return [...byShape.values()].map(({ noc, operating }) => {
    const { design } = study.nocs[noc]!;
    const { zeroLoad, saturation, points: samples } = results.curveOf(noc);
    const format = `${String(design.packet.flits)} flit${design.packet.flits === 1 ? '' : 's'} of ${String(design.flit_bits)} bit, ${design.packet.mode.replace('-', ' ')}`;
    return { label: `${design.name}, ${format}`, zeroLoad, saturation, points: samples, operating };
  });
}

/** Floor plan with loads: the reference design and the most loaded one. */
function maps(study: Study, results: StudyResults): readonly NocMap[] {
  const { plan, reference } = study;
  const outcomeOf = (point: StudyPoint): EmulationOutcome =>
    results.emulation(calibrated(point.chip, point.noc, plan.dies[0]!, plan.stimulus_seeds[0]));
  const load = (point: StudyPoint): number => (outcomeOf(point).offered ?? 0) / Math.max(results.curveOf(point.noc).saturation, 1e-9);
  const busiest = study.points.reduce((most, point) => (load(point) > load(most) ? point : most), reference);
  return [...new Set([reference, busiest])].map((point) => nocMap(study, point, outcomeOf(point)));
}

function nocMap(study: Study, point: StudyPoint, { occupancy, linkLoad }: EmulationOutcome): NocMap {
  const { graph } = layoutOf(study.nocs[point.noc]!);
  return {
    label: point.label,
    x: Array.from(graph.x),
    y: Array.from(graph.y),
    occupancy: occupancy ?? [],
    links: Array.from(graph.linkFrom, (from, link) => ({ from, to: graph.linkTo[link]!, load: linkLoad?.[link] ?? 0 })),
  };
}

function overDies<T>({ plan }: Study, of: (die: number, stimulus: number) => T): readonly (readonly T[])[] {
  return plan.dies.map((die) => plan.stimulus_seeds.map((stimulus) => of(die, stimulus)));
}

function objectiveOf(point: DesignPoint, name: CodesignPlan['objectives'][number]): number | null {
  if (name === 'timing' || name === 'rates') return point.fidelity[name];
  if (name === 'spike_latency') return point.latency.p50;
  if (name === 'energy_per_spike') return point.energy.perSpike;
  return point.area.total;
}

/** Mean of the known values; null when none is. */
function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Member by member: the mean of the known values. */
function meanRecord<T extends FidelitySummary | LatencySummary | EnergySummary>(records: readonly T[]): T {
  const names = Object.keys(records[0]!) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, meanOf(records.map((record) => record[name] as number | null))])) as unknown as T;
}

function sumAccounts(accounts: readonly SpikeAccount[]): SpikeAccount {
  const sum = (of: (account: SpikeAccount) => number): number => accounts.reduce((total, account) => total + of(account), 0);
  const places = new Set(accounts.flatMap(({ deliveriesLost }) => Object.keys(deliveriesLost)));
  return {
    emitted: sum((a) => a.emitted),
    deliveriesOffered: sum((a) => a.deliveriesOffered),
    deliveriesMade: sum((a) => a.deliveriesMade),
    deliveriesInFlight: sum((a) => a.deliveriesInFlight),
    deliveriesLost: Object.fromEntries([...places].map((place) => [place, sum((a) => a.deliveriesLost[place] ?? 0)])),
    synapticEvents: sum((a) => a.synapticEvents),
    synapticEventsLost: sum((a) => a.synapticEventsLost),
    synapticEventsLate: sum((a) => a.synapticEventsLate),
    packets: sumPackets(accounts.flatMap(({ packets }) => (packets === null ? [] : [packets]))),
  };
}

function sumPackets(list: readonly SpikePackets[]): SpikePackets | null {
  if (list.length === 0) return null;
  const sum = (of: (packets: SpikePackets) => number): number => list.reduce((total, packets) => total + of(packets), 0);
  const codecs = new Set(list.flatMap((packets) => Object.keys(packets.codecs)));
  const flows = new Map<string, number>();
  for (const [from, to, lost] of list.flatMap(({ lostFlows }) => lostFlows)) {
    const key = `${String(from)} ${String(to)}`;
    flows.set(key, (flows.get(key) ?? 0) + lost);
  }
  return {
    made: sum(({ made }) => made),
    flits: sum(({ flits }) => flits),
    spikes: sum(({ spikes }) => spikes),
    codecs: Object.fromEntries([...codecs].map((codec) => [codec, sum((packets) => packets.codecs[codec] ?? 0)])),
    lostAt: list[0]!.lostAt.map((_, core) => sum(({ lostAt }) => lostAt[core]!)),
    lostFlows: Array.from(flows, ([key, lost]) => [...(key.split(' ').map(Number) as [number, number]), lost] as const).toSorted(
      (a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1],
    ),
  };
}
