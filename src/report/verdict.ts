/** What a run says, in words: the sentences at the top of a page and of the summary in the terminal. */
import { factsOf, type CalibrationEffect, type CalibrationResult, type CodesignResult, type DesignPoint } from '../model/index.ts';
import { count, deviation, list, number, percent, probability, withUnit } from './format.ts';
import { tagOf } from './objectives.ts';
import type { Tile } from './page/html.ts';

/** Below this ceiling the workload's own noise hides what a design does to spike times. */
const LOWEST_CEILING = 0.3;
/** A design that loses a larger share of its packets is not named the best while another one is at hand: fewer spikes can flatter a student that fires too much. */
const LARGEST_LOSS = 0.01;

/** The tiles of a co-design page. */
export function codesignVerdict(result: CodesignResult): Tile[] {
  return [
    bestTile(result),
    ceilingTile(result),
    networkTile(result.points),
    calibrationTile(result.calibrationEffect),
    lossTile(result.points),
  ];
}

/** Best design of the front by timing, or by rates where timing says nothing for the workload; designs that deliver their packets come first. */
export function bestDesign({
  points,
  ceiling,
}: CodesignResult): { readonly point: DesignPoint; readonly tag: string; readonly by: 'timing' | 'rates' } | null {
  const by = timingSpeaks(ceiling.timing) ? 'timing' : 'rates';
  const score = ({ fidelity }: DesignPoint): number => (by === 'timing' ? (fidelity.timing ?? -Infinity) : -(fidelity.rates ?? Infinity));
  const front = points.filter((point) => point.onFront && Number.isFinite(score(point)));
  const delivering = front.filter((point) => lossOf(point) <= LARGEST_LOSS);
  const point = (delivering.length > 0 ? delivering : front).reduce<DesignPoint | undefined>(
    (best, next) => (best === undefined || score(next) > score(best) ? next : best),
    undefined,
  );
  return point === undefined ? null : { point, tag: tagOf(points.indexOf(point)), by };
}

/** Share of its packets that a design loses. */
function lossOf({ spikes }: DesignPoint): number {
  const lost = Object.values(spikes.deliveriesLost).reduce((sum, packets) => sum + packets, 0);
  return spikes.deliveriesOffered === 0 ? 0 : lost / spikes.deliveriesOffered;
}

/** Does timing fidelity mean anything for this workload? */
function timingSpeaks(ceiling: number | null): boolean {
  return ceiling !== null && ceiling >= LOWEST_CEILING;
}

/** The sentence about the ceiling. */
export function ceilingSentence(ceiling: number | null): string {
  if (ceiling === null)
    return 'The ceiling of timing fidelity is not defined: the network is silent. Timing says nothing for this workload.';
  if (timingSpeaks(ceiling))
    return `An ideal die with only its membrane noise reaches ${number(ceiling)}; nothing can be better than that.`;
  return `Even an ideal die reaches only ${number(ceiling)} (under ${String(LOWEST_CEILING)}): timing says nothing for this workload. Judge by rates.`;
}

/** The sentence about calibration: effect, interval, p. */
export function calibrationSentence({ perDie, mean, interval, p }: CalibrationEffect): string {
  const numbers = `mean difference in timing ${signed(mean)}, 95 % interval ${signed(interval[0])} to ${signed(interval[1])}, ${probability(p)}, ${count(perDie.length, 'die')}`;
  if (p < 0.05 && mean > 0) return `Calibration helps: ${numbers}.`;
  return mean < 0 ? `Calibration lowered fidelity: ${numbers}.` : `No effect of calibration is shown: ${numbers}.`;
}

/** Names of the points whose network costs more than the spread between seeds. */
export function limitedPoints(points: readonly DesignPoint[]): string[] {
  return points.flatMap((point, k) => (point.network.limited ? [`${tagOf(k)} ${point.label}`] : []));
}

function bestTile(result: CodesignResult): Tile {
  const best = bestDesign(result);
  if (best === null) return { tone: 'bad', heading: 'Best design', value: 'none', text: 'No design on the front has a defined fidelity.' };
  const { point, tag, by } = best;
  const score = by === 'timing' ? `timing ${number(point.fidelity.timing)}` : `rate error ${number(point.fidelity.rates)}`;
  return {
    tone: 'plain',
    heading: `Most faithful design on the front, by ${by}`,
    value: `${tag} ${point.label}`,
    text: `${score}, ${withUnit(point.energy.perSpike, 'J')} per spike, ${withUnit(point.latency.p50, 's')} spike latency, ${withUnit(point.area.total, 'm^2')}, ${lossOf(point) > 0 ? percent(lossOf(point)) : 'none'} of its deliveries lost.`,
  };
}

function ceilingTile({ ceiling }: CodesignResult): Tile {
  return {
    tone: timingSpeaks(ceiling.timing) ? 'plain' : 'bad',
    heading: 'Ceiling of timing fidelity',
    value: number(ceiling.timing),
    text: ceilingSentence(ceiling.timing),
  };
}

function networkTile(points: readonly DesignPoint[]): Tile {
  const limited = limitedPoints(points);
  return {
    tone: limited.length > 0 ? 'bad' : 'good',
    heading: 'Limited by their network',
    value: `${String(limited.length)} of ${count(points.length, 'design')}`,
    text:
      limited.length > 0
        ? `${list(limited)}: the network alone costs more timing than the spread between seeds.`
        : 'No network costs more timing than the spread between seeds.',
  };
}

function calibrationTile(effect: CalibrationEffect): Tile {
  return {
    tone: effect.p < 0.05 && effect.mean > 0 ? 'good' : 'bad',
    heading: 'Calibration, reference design',
    value: `${signed(effect.mean)} timing`,
    text: calibrationSentence(effect),
  };
}

function lossTile(points: readonly DesignPoint[]): Tile {
  const losing = points.flatMap((point, k) => (lossOf(point) > 0 ? [`${tagOf(k)} ${percent(lossOf(point))}`] : []));
  return {
    tone: losing.length > 0 ? 'bad' : 'good',
    heading: 'Lost deliveries',
    value: losing.length > 0 ? count(losing.length, 'design') : 'none',
    text: losing.length > 0 ? `Share of deliveries lost: ${list(losing)}.` : 'Every design delivered every spike everywhere.',
  };
}

/** The tiles of a calibration: worst quantity, masked share, hardware time. */
export function calibrationVerdict(dies: readonly CalibrationResult[]): Tile[] {
  const graded = dies.flatMap((die) => die.graded.map((quantity) => ({ die: die.die, ...quantity })));
  const circuits = graded.reduce((sum, { masked }) => sum + masked.length, 0);
  const masked = graded.reduce((sum, quantity) => sum + quantity.masked.filter(Boolean).length, 0);
  const time = dies.reduce((sum, { hardwareTime: t }) => sum + t.settling + t.reading + t.running, 0);
  const updated = dies.flatMap(({ updates }) => (updates === undefined ? [] : [updates]));
  const took = updated.length === 0 ? undefined : updated.reduce((sum, one) => sum + one, 0);
  const worst = graded
    // what is exact from the start, such as a counter, has nothing to improve
    .filter(({ rmsBefore }) => rmsBefore > 1e-9)
    .reduce<(typeof graded)[number] | undefined>(
      (a, b) => (a === undefined || b.rmsAfter / b.rmsBefore > a.rmsAfter / a.rmsBefore ? b : a),
      undefined,
    );
  return [
    {
      tone: 'plain',
      heading: 'Least improved quantity',
      value: worst === undefined ? 'not graded' : factsOf(worst.quantity).name,
      text:
        worst === undefined
          ? 'No truth was opened for this run.'
          : `Die ${String(worst.die)}: RMS deviation ${deviation(worst.rmsBefore, worst.unit)} before, ${deviation(worst.rmsAfter, worst.unit)} after.`,
    },
    {
      tone: circuits > 0 && masked / circuits > 0.02 ? 'bad' : 'good',
      heading: 'Masked circuits',
      value: circuits === 0 ? '–' : percent(masked / circuits),
      text: `${number(masked)} of ${number(circuits)} circuit quantities on ${count(dies.length, 'die')}.`,
    },
    {
      tone: 'plain',
      heading: 'Hardware time, all dies',
      value: withUnit(time, 's'),
      text: `Settling, reading and running as the bench would bill them.${took === undefined ? '' : ` The calibration that this one updates took ${withUnit(took, 's')}: ${withUnit(took - time, 's')} saved.`}${cacheWords(dies)}`,
    },
  ];
}

/** What a cache of calibrations gave. */
function cacheWords(dies: readonly CalibrationResult[]): string {
  const same = dies.filter(({ cache }) => cache?.hit === 'same').length;
  const nearest = dies.flatMap(({ cache }) => (cache?.hit === 'nearest' ? [cache] : []));
  const again = [...new Set(nearest.flatMap((one) => one.again.map((quantity) => factsOf(quantity).name)))];
  return [
    same === 0 ? '' : ` ${count(same, 'die')} from the cache: nothing was measured.`,
    nearest.length === 0
      ? ''
      : ` ${count(nearest.length, 'die')} from the cache under other targets: done again ${again.join(', ')}, with what they shift.`,
  ].join('');
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${number(value)}`;
}
