/**
 * A run measured in BookSim2's way, so that its figures can be compared. A packet exists from the moment in which it is next to be sent by its node; until then it only has a date.
 *   warm-up: sample periods whose statistics are thrown away after the last but one and after the last;
 *   measuring: periods until three in a row change mean latency and accepted load by less than 5 %, or until there are no more; packets that come to exist from now on are measured, if
 *   they are dated before the end of the last period;
 *   latency runs then go on, traffic included, until the measured packets have arrived; throughput runs stop the traffic and empty the network.
 * Unstable: the mean latency, packets under way counted with their age, exceeds the limit (latency runs, after each period and every 1000 cycles of the drain).
 * Deadlocked: packets are in the network and no flit moves.
 */
import type { Protocol } from './booksim-config.ts';
import type { Arrive, Engine } from './engine.ts';
import type { PacketSource } from './packet-source.ts';

/** What a run gave. Standard errors come from 20 batch means. */
export interface ProtocolResult {
  readonly verdict: 'stable' | 'unstable' | 'deadlocked';
  readonly latency: number; // cycles, mean over measured packets
  readonly latencyError: number;
  readonly packets: number; // measured
  readonly accepted: number; // flits per node and cycle
  readonly acceptedError: number;
  readonly routers: number; // mean over measured packets
  readonly cycles: number; // simulated
}

const AGREE = 0.05; // relative change of a period
const PERIODS = 3; // that agree
const LOOK = 1000; // cycles of the drain between two looks
const STEP = 250; // cycles between two looks at whether anything moves
const BATCHES = 20;

/** Runs the protocol. */
export function runProtocol(engine: Engine, source: PacketSource, protocol: Protocol): ProtocolResult {
  return new Run(engine, source, protocol).result();
}

class Run {
  readonly #engine: Engine;
  readonly #source: PacketSource;
  readonly #protocol: Protocol;
  #phase: 'warming' | 'measuring' | 'draining' = 'warming';
  #cleared = 0; // cycle from which statistics count
  #measuredFrom = Infinity;
  #latencies: number[] = [];
  #latencySum = 0;
  #routerSum = 0;
  #accepted = 0; // flits since the statistics were cleared
  #acceptedPerStep: number[] = [];
  #offeredSum = 0; // sum of the cycles in which the packets that have not arrived were offered
  #leftBefore = 0; // of the packets offered before the drain, those that have not arrived
  #drainFrom = Infinity;
  #isDeadlocked = false;

  constructor(engine: Engine, source: PacketSource, protocol: Protocol) {
    this.#engine = engine;
    this.#source = source;
    this.#protocol = protocol;
  }

  result(): ProtocolResult {
    const isStable = this.#periods() && this.#drain();
    const cycles = (Math.min(this.#drainFrom, this.#engine.cycle) - this.#cleared) * this.#engine.layout.nodes;
    const packets = this.#latencies.length;
    return {
      verdict: this.#isDeadlocked ? 'deadlocked' : isStable ? 'stable' : 'unstable',
      latency: this.#latencySum / packets,
      latencyError: batchError(this.#latencies),
      packets,
      accepted: this.#accepted / cycles,
      acceptedError: batchError(this.#acceptedPerStep),
      routers: this.#routerSum / packets,
      cycles: this.#engine.cycle,
    };
  }

  /** Warm-up and measured periods; false when the run turned out unstable. */
  #periods(): boolean {
    const { warmupPeriods, samplePeriod, maxSamples, measures } = this.#protocol;
    let agreeing = 0;
    let before = { latency: 0, accepted: 0 };
    for (let period = 0; period < maxSamples && agreeing < PERIODS; period++) {
      if (period === warmupPeriods || (period < warmupPeriods && period % 2 === 0)) this.#clear();
      if (period === warmupPeriods) {
        this.#phase = 'measuring';
        this.#measuredFrom = this.#engine.cycle;
      }
      if (!this.#advance(samplePeriod)) return false;
      const now = { latency: this.#latencySum / this.#latencies.length, accepted: this.#accepted / (this.#engine.cycle - this.#cleared) };
      const agrees = (key: 'latency' | 'accepted'): boolean => Math.abs((now[key] - before[key]) / now[key]) < AGREE;
      if (measures === 'latency' && this.#isSlow()) return false;
      if (this.#phase === 'measuring') agreeing = (measures === 'throughput' || agrees('latency')) && agrees('accepted') ? agreeing + 1 : 0;
      before = now;
    }
    return true;
  }

  /** Until what was measured has arrived; false when the run turned out unstable. */
  #drain(): boolean {
    const engine = this.#engine;
    this.#phase = 'draining';
    this.#drainFrom = engine.cycle;
    if (this.#protocol.measures === 'throughput') {
      engine.flush();
      while (engine.inFlight > 0) if (!this.#advance(STEP, false)) return false;
      return true;
    }
    this.#leftBefore = engine.inFlight;
    for (let cycles = STEP; this.#leftBefore > 0; cycles += STEP) {
      if (!this.#advance(STEP)) return false;
      if (cycles % LOOK === 0 && this.#leftBefore > 0 && this.#isSlow()) return false;
    }
    return true;
  }

  #clear(): void {
    this.#cleared = this.#engine.cycle;
    this.#latencies = [];
    this.#latencySum = 0;
    this.#routerSum = 0;
    this.#accepted = 0;
    this.#acceptedPerStep = [];
  }

  /** Simulates some cycles; false when nothing moves although packets are in the network. */
  #advance(cycles: number, withTraffic = true): boolean {
    const engine = this.#engine;
    const end = engine.cycle + cycles;
    // short steps of equal length, so that batches of the accepted load are
    const step = Math.max(1, Math.min(STEP, Math.floor(cycles / BATCHES)));
    let quiet = 0;
    while (engine.cycle < end) {
      const until = Math.min(end, engine.cycle + step);
      const { moves } = engine;
      const had = this.#accepted;
      while (engine.cycle < until) {
        const offers = withTraffic ? this.#source.draw(until) : NOTHING;
        for (let i = 0; i < offers.length; i += 5) this.#offeredSum += offers[i]!;
        engine.advance(withTraffic ? this.#source.cycle : until, offers, this.#arrive);
      }
      if (this.#phase !== 'draining') this.#acceptedPerStep.push((this.#accepted - had) / (step * engine.layout.nodes));
      quiet = engine.moves === moves && engine.inFlight > 0 ? quiet + step : 0;
      if (quiet >= STEP) this.#isDeadlocked = engine.inFlight > engine.waiting()[0];
      if (this.#isDeadlocked) return false;
    }
    return true;
  }

  readonly #arrive: Arrive = (_id, _source, _destination, flits, offered, _injected, arrived, routers, ready): void => {
    this.#offeredSum -= offered;
    if (offered < this.#drainFrom) this.#leftBefore -= 1;
    if (this.#phase !== 'draining') this.#accepted += flits;
    if (this.#phase !== 'warming' && (ready < this.#measuredFrom || offered >= this.#drainFrom)) return;
    this.#latencies.push(arrived - offered);
    this.#latencySum += arrived - offered;
    this.#routerSum += routers;
  };

  /** Whether the mean latency is above the limit, packets under way counted with their age. */
  #isSlow(): boolean {
    const { cycle, inFlight } = this.#engine;
    const [waiting, offered] = this.#engine.waiting();
    const underWay = inFlight - waiting;
    const ages = underWay * cycle - (this.#offeredSum - offered);
    return (this.#latencySum + ages) / (this.#latencies.length + underWay) > this.#protocol.latencyLimit;
  }
}

const NOTHING = new Uint32Array(0);

/** Standard error of the mean of a series in time, from the means of 20 batches of equal length (a rest at the end is left out). */
function batchError(values: readonly number[]): number {
  const size = Math.floor(values.length / BATCHES);
  if (size === 0) return 0;
  const means = Array.from({ length: BATCHES }, (_, batch) => {
    let sum = 0;
    for (let i = batch * size; i < (batch + 1) * size; i++) sum += values[i]!;
    return sum / size;
  });
  const mean = means.reduce((sum, value) => sum + value, 0) / BATCHES;
  const variance = means.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (BATCHES - 1);
  return Math.sqrt(variance / BATCHES);
}
