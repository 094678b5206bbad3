/**
 * One point of a latency-load curve: a network, a pattern, an offered load, a seed.
 * After a warm-up, packets created in the measured span are followed to their arrival while traffic goes on (so late packets meet the same load as early ones).
 * A point is past saturation when the mean latency, packets still under way counted with their age, exceeds the limit, when the offered load is not carried (load-carried.ts), or when
 * measured packets are left after the drain. Its latencies then say how long we watched, not how the network behaves, and the verdict says so.
 * Steady state is looked for by MSER-5 over the mean latencies of steps of equal length, warm-up included; errors of means come from 20 batches (steady-state.ts).
 */
import { reusingMemory } from '../../kernels/index.ts';
import type { ArrivalProcess } from '../traffic/arrival-process.ts';
import { activityBetween, totalOf } from '../router/counters.ts';
import { deadlockIn, deadlockWords } from '../router/deadlock.ts';
import { engineOf } from '../kernel/engine.ts';
import type { NocLayout } from '../design/layout.ts';
import { LOAD_BATCHES, whyNotCarried } from './load-carried.ts';
import { MeasureRecord, type Measurement } from './measure-record.ts';
import { PacketSource } from '../kernel/packet-source.ts';
import { compileTraffic, expectedWeights, type Traffic, type TrafficSpec } from '../traffic/traffic.ts';
import { meanZeroLoadLatency } from '../design/zero-load.ts';

/** What to run. */
export interface MeasureOptions {
  readonly traffic: TrafficSpec;
  /** When packets are created; Bernoulli. */
  readonly process?: ArrivalProcess;
  /** Offered load in flits per node and cycle, mean over the nodes. */
  readonly rate: number;
  readonly seed: number;
  /** Cycles before the measured span, 1500; auto: as long as MSER-5 would cut more than a third of them, at most 50,000. */
  readonly warmup?: number | 'auto';
  readonly cycles?: number; // cycles of the measured span, 4000
  /** Mean latency in cycles above which a point is past saturation; 10 times the zero-load mean. */
  readonly latencyLimit?: number;
  /** How many single flows to list, those with the most jitter first; 0. */
  readonly listFlows?: number;
}

/** Simulates one point. */
export function measure(layout: NocLayout, options: MeasureOptions): Measurement {
  return reusingMemory(() => measured(layout, options));
}

function measured(layout: NocLayout, options: MeasureOptions): Measurement {
  const { rate, seed, cycles = 4000, process } = options;
  const { traffic, zeroLoad } = fitted(layout, options.traffic);
  const limit = options.latencyLimit ?? 10 * zeroLoad;
  const source = new PacketSource(layout, traffic, rate / layout.packetFlits, seed, process);
  const engine = engineOf(layout);
  const record = new MeasureRecord(layout);
  const runUntil = (end: number, isDone?: () => boolean): void => {
    while (engine.cycle < end) {
      if (isDone?.() === true) return;
      const offers = source.draw(isDone === undefined ? end : Math.min(end, engine.cycle + STRETCH), record.lose);
      record.create(offers);
      engine.advance(source.cycle, offers, record.arrive, record.drop);
    }
  };
  if (options.warmup === 'auto') {
    for (let end = SHORTEST_WARMUP; end <= LONGEST_WARMUP; end *= 2) {
      runUntil(end);
      if (record.truncation(end) * 3 < end) break;
    }
  } else runUntil(options.warmup ?? 1500);
  const warmup = engine.cycle;
  record.begin(warmup, warmup + cycles);
  const before = engine.read();
  const [given, taken, lost] = [new Float64Array(LOAD_BATCHES), new Float64Array(LOAD_BATCHES), new Float64Array(LOAD_BATCHES)];
  for (let batch = 0; batch < LOAD_BATCHES; batch++) {
    runUntil(warmup + Math.round((cycles * (batch + 1)) / LOAD_BATCHES));
    given[batch] = record.offeredFlits - totalOf(given);
    taken[batch] = record.arrivedFlits - totalOf(taken);
    lost[batch] = record.droppedFlits - totalOf(lost);
  }
  const activity = activityBetween(layout, before, engine.read());
  runUntil(warmup + cycles + Math.ceil(4 * limit) + 1000, () => record.open === 0);
  const how = process === undefined || process.kind === 'bernoulli' ? '' : ` (${process.kind})`;
  const load = `${layout.name}, ${traffic.name} traffic${how} at ${String(rate)} flits per node and cycle`;
  const figures = record.conclude(activity, { rate, seed, share: traffic.share, listFlows: options.listFlows ?? 0 });
  const meanAge = record.meanAge(engine.cycle);
  const deadlock = layout.certificate.acyclic ? undefined : deadlockIn(layout, engine.holdings());
  const reasons = [
    meanAge > limit ? `mean latency ${meanAge.toFixed(0)} cycles is above ${limit.toFixed(0)}` : '',
    whyNotCarried({ offered: given, accepted: taken, lost }, 'flits') ?? '',
    record.open > 0 ? `${String(record.open)} measured packets had not arrived when the run ended` : '',
    deadlock === undefined ? '' : deadlockWords(deadlock),
  ].filter((reason) => reason !== '');
  const stable = reasons.length === 0;
  return {
    ...figures,
    stable,
    verdict: stable ? `${load}: stable` : `${load}: ${deadlock === undefined ? 'past saturation' : 'deadlocked'} (${reasons.join('; ')})`,
  };
}

/** Traffic on a network, and its latency in an idle one. */
interface Fitted {
  readonly traffic: Traffic;
  readonly zeroLoad: number;
}

const known = new WeakMap<NocLayout, WeakMap<TrafficSpec, Fitted>>();

/** The same for every load of a curve. */
function fitted(layout: NocLayout, spec: TrafficSpec): Fitted {
  let bySpec = known.get(layout);
  if (bySpec === undefined) known.set(layout, (bySpec = new WeakMap<TrafficSpec, Fitted>()));
  let found = bySpec.get(spec);
  if (found === undefined) {
    found = { traffic: compileTraffic(spec, layout), zeroLoad: meanZeroLoadLatency(layout, expectedWeights(spec, layout)) };
    bySpec.set(spec, found);
  }
  return found;
}

/** Cycles between two looks at whether all measured packets have arrived. */
const STRETCH = 256;
const SHORTEST_WARMUP = 1000;
const LONGEST_WARMUP = 64_000;
