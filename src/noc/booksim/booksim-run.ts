/**
 * A run measured in BookSim2's way and with its random numbers, so that its figures can be compared one by one. A node draws packets only while its queue is empty; a packet that it comes to
 * late is dated back to the cycle in which it should have been created.
 *   warm-up: sample periods whose statistics are thrown away after the last but one and after the last;
 *   measuring: periods until three in a row change mean latency and accepted load by less than 5 %, or until there are no more; packets drawn from now on are measured, if they are
 *   dated before the end of the last period;
 *   latency runs then go on, traffic included, until the measured packets have arrived; throughput runs stop the traffic and empty the network.
 * Unstable: the mean latency, flits under way counted with their age, exceeds the limit (latency runs, after each period and every 1000 cycles of the drain).
 * Deadlocked: packets are in the network and no flit moves, or some of them never will (deadlock.ts).
 * Dead nodes send nothing, and packets for them are lost before they enter a queue: BookSim2 knows none, its runs have none.
 * Ways of routings that offer several are drawn by us; BookSim2 draws them inside its routers.
 */
import { Chance } from '../../base/index.ts';
import { ARRIVAL_WORDS, OFFER_WORDS } from '../../kernels/index.ts';
import type { Protocol } from './booksim-config.ts';
import { BookSimDraws } from './booksim-draws.ts';
import { deadlockIn, type Deadlock } from '../router/deadlock.ts';
import { ARRIVAL, type Arrive, type Engine } from '../kernel/engine.ts';
import { batchMeans } from '../measure/steady-state.ts';
import { LOAD_BATCHES, whyNotCarried } from '../measure/load-carried.ts';
import { aliveShare } from '../design/zero-load.ts';
import type { ArrivalProcess } from '../traffic/arrival-process.ts';
import { expectedMatrix, type TrafficSpec } from '../traffic/traffic.ts';

/** What a run gave. Standard errors come from 20 batch means. */
export interface ProtocolResult {
  readonly verdict: 'stable' | 'unstable' | 'deadlocked';
  readonly latency: number; // cycles, mean over measured packets
  readonly latencyError: number;
  readonly packets: number; // measured
  readonly accepted: number; // flits per node and cycle
  readonly acceptedError: number;
  /** Why the network does not carry what was offered in the measured periods (load-carried.ts), in words; undefined when it does. No part of BookSim2's verdict. */
  readonly notCarried: string | undefined;
  readonly routers: number; // mean over measured packets
  readonly cycles: number; // simulated
  /** What will never move again when a run ends that is not stable, with one cycle by name. */
  readonly deadlock?: Deadlock;
}

/** What is offered. */
export interface ProtocolLoad {
  readonly traffic: TrafficSpec;
  readonly rate: number; // flits per node and cycle
  readonly seed: number;
  readonly process?: ArrivalProcess; // bernoulli unless given; on-off is the other one that BookSim2 has
}

const AGREE = 0.05; // relative change of a period
const PERIODS = 3; // that agree
const LOOK = 1000; // cycles of the drain between two looks
const QUIET = 250; // cycles without a move after which packets in the network are deadlocked
const BATCHES = 20;
const EJECTION = 2; // cycles from the switch of the last router to the node, without the cycles through the switch

/** Runs the protocol on a fresh engine. InfeasibleError for a process that BookSim2 has not. */
export function runProtocol(engine: Engine, load: ProtocolLoad, protocol: Protocol): ProtocolResult {
  return new Run(engine, load, protocol).result();
}

const NEVER = 2 ** 32 - 1; // cycle

class Run {
  readonly #engine: Engine;
  readonly #protocol: Protocol;
  readonly #draws: BookSimDraws;
  readonly #ways: Chance;
  readonly #rate: number;
  readonly #aliveShare: number; // of what is offered
  readonly #drawn: Uint32Array; // per node: cycles that it has drawn for
  readonly #busy: Uint8Array; // per node: a packet waits or is being sent
  readonly #offers: Uint32Array;
  // per packet, by its number
  #dates: Float64Array = new Float64Array(4096);
  #isMeasured = new Uint8Array(4096);
  #packets = 0;
  #phase: 'warming' | 'measuring' | 'draining' = 'warming';
  #cleared = 0; // cycle from which statistics count
  #latencies: number[] = [];
  #latencySum = 0;
  #routerSum = 0;
  #ejected = 0; // flits that have reached their nodes, at the last look
  #ejectedBefore = 0; // the same when the statistics were cleared
  #acceptedPerStep: number[] = [];
  #acceptedNow = 0; // flits of packets that arrived in the present step
  #flitsUnderWay = 0;
  #datesUnderWay = 0; // sum over these flits
  #measuredUnderWay = 0; // packets
  #drainFrom = Infinity;
  #moves = 0;
  #quiet = 0;
  #isDeadlocked = false;

  constructor(engine: Engine, { traffic, rate, seed, process }: ProtocolLoad, protocol: Protocol) {
    const { layout } = engine;
    this.#engine = engine;
    this.#protocol = protocol;
    this.#rate = rate;
    this.#draws = new BookSimDraws(layout, traffic, rate / layout.packetFlits, seed, process);
    this.#ways = new Chance(seed, 'traffic', 4);
    // dead nodes have nothing to draw
    this.#drawn = Uint32Array.from(layout.graph.isDeadNode, (isDead) => (isDead === 1 ? NEVER : 0));
    this.#aliveShare = layout.graph.isDeadNode.includes(1) ? aliveShare(layout, expectedMatrix(traffic, layout)) : 1;
    this.#busy = new Uint8Array(layout.nodes);
    this.#offers = new Uint32Array(layout.nodes * OFFER_WORDS);
  }

  result(): ProtocolResult {
    const isStable = this.#periods() && this.#drain();
    const cycles = (Math.min(this.#drainFrom, this.#engine.cycle) - this.#cleared) * this.#engine.layout.nodes;
    const packets = this.#latencies.length;
    const { layout } = this.#engine;
    const deadlock = isStable || layout.certificate.acyclic ? undefined : deadlockIn(layout, this.#engine.holdings());
    return {
      verdict: this.#isDeadlocked || deadlock !== undefined ? 'deadlocked' : isStable ? 'stable' : 'unstable',
      latency: this.#latencySum / packets,
      latencyError: batchMeans(this.#latencies)?.standardError ?? 0,
      packets,
      accepted: (this.#ejected - this.#ejectedBefore) / cycles,
      acceptedError: batchMeans(this.#acceptedPerStep)?.standardError ?? 0,
      notCarried: this.#whyNotCarried(),
      routers: this.#routerSum / packets,
      cycles: this.#engine.cycle,
      ...(deadlock === undefined ? {} : { deadlock }),
    };
  }

  /** Offered is what the configuration says; a node that is busy draws late, so nothing is lost of it. */
  #whyNotCarried(): string | undefined {
    const steps = this.#acceptedPerStep;
    const size = Math.floor(steps.length / LOAD_BATCHES);
    if (size === 0) return undefined;
    const accepted = Array.from({ length: LOAD_BATCHES }, (_, batch) =>
      steps.slice(batch * size, (batch + 1) * size).reduce((sum, flits) => sum + flits, 0),
    );
    return whyNotCarried({ offered: accepted.map(() => this.#rate * this.#aliveShare * size), accepted }, 'flits');
  }

  /** Warm-up and measured periods; false when the run turned out unstable. */
  #periods(): boolean {
    const { warmupPeriods, samplePeriod, maxSamples, measures } = this.#protocol;
    let agreeing = 0;
    let before = { latency: 0, accepted: 0 };
    for (let period = 0; period < maxSamples && agreeing < PERIODS; period++) {
      if (period === warmupPeriods || (period < warmupPeriods && period % 2 === 0)) this.#clear();
      if (period === warmupPeriods) this.#phase = 'measuring';
      if (!this.#advancePeriod(samplePeriod)) return false;
      const now = {
        latency: this.#latencySum / this.#latencies.length,
        accepted: (this.#ejected - this.#ejectedBefore) / (this.#engine.cycle - this.#cleared),
      };
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
      while (engine.inFlight > 0) if (!this.#step(false)) return false;
      return true;
    }
    // a node that has not drawn for all measured cycles may still have packets to measure
    const mayMeasure = (): boolean => this.#measuredUnderWay > 0 || this.#drawn.some((cycles) => cycles <= this.#drainFrom);
    for (let cycles = 1; mayMeasure(); cycles++) {
      if (!this.#step(true)) return false;
      if (cycles % LOOK === 0 && this.#isSlow()) return false;
    }
    return true;
  }

  #clear(): void {
    this.#cleared = this.#engine.cycle;
    this.#latencies = [];
    this.#latencySum = 0;
    this.#routerSum = 0;
    this.#ejectedBefore = this.#ejected;
    this.#acceptedPerStep = [];
  }

  /** Simulates a period; false when nothing moves although packets are in the network. */
  #advancePeriod(cycles: number): boolean {
    const { layout } = this.#engine;
    const lag = EJECTION + layout.delays.switchTraversal;
    // short steps of equal length, so that batches of the accepted load are
    const step = Math.max(1, Math.min(LOOK / 4, Math.floor(cycles / BATCHES)));
    const end = this.#engine.cycle + cycles;
    for (let cycle = 1; cycle <= cycles; cycle++) {
      if (!this.#step(true)) return false;
      // packets of several flits arrive flit by flit; those on their way from the last switch to a node do not count yet
      if (layout.packetFlits > 1 && this.#engine.cycle === end - lag) this.#ejected = this.#leftByNodes();
      if (cycle % step === 0) {
        this.#acceptedPerStep.push(this.#acceptedNow / (step * layout.nodes));
        this.#acceptedNow = 0;
      }
    }
    return true;
  }

  /** One cycle; false when nothing has moved for long although packets are in the network. */
  #step(withTraffic: boolean): boolean {
    const engine = this.#engine;
    const { cycle } = engine;
    const offered = withTraffic ? this.#draw(cycle) : 0;
    engine.advance(cycle + 1, this.#offers.subarray(0, offered * OFFER_WORDS), this.#arrive);
    engine.markBusy(this.#busy);
    const { moves } = engine;
    this.#quiet = moves === this.#moves && engine.inFlight > 0 ? this.#quiet + 1 : 0;
    this.#moves = moves;
    this.#isDeadlocked = this.#quiet >= QUIET;
    return !this.#isDeadlocked;
  }

  /** Packets of this cycle; returns how many. */
  #draw(cycle: number): number {
    const { graph, routes, nodes, packetFlits } = this.#engine.layout;
    const draws = this.#draws;
    const drawn = this.#drawn;
    let count = 0;
    for (let node = 0; node < nodes; node++) {
      if (this.#busy[node] === 1) continue;
      while (drawn[node]! <= cycle) {
        const date = drawn[node]!++;
        if (!draws.creates(node)) continue;
        const destination = draws.destination(node);
        // what is sent to a dead node is lost at its source
        if (graph.isDeadNode[destination] === 1) continue;
        const id = this.#note(date);
        const choice = routes.choices?.draw(graph.routerOfNode[node]!, graph.routerOfNode[destination]!, this.#ways.uniform(0, id)) ?? 0;
        this.#offers.set([cycle, node, destination, packetFlits, choice], count * OFFER_WORDS);
        count += 1;
        break;
      }
    }
    return count;
  }

  /** Enters a packet that is dated `date`; returns its number. */
  #note(date: number): number {
    const id = this.#packets++;
    if (id === this.#dates.length) {
      const [dates, isMeasured] = [this.#dates, this.#isMeasured];
      this.#dates = new Float64Array(2 * id);
      this.#dates.set(dates);
      this.#isMeasured = new Uint8Array(2 * id);
      this.#isMeasured.set(isMeasured);
    }
    const { packetFlits } = this.#engine.layout;
    this.#dates[id] = date;
    this.#flitsUnderWay += packetFlits;
    this.#datesUnderWay += packetFlits * date;
    if (this.#phase === 'measuring' || (this.#phase === 'draining' && date < this.#drainFrom)) {
      this.#isMeasured[id] = 1;
      this.#measuredUnderWay += 1;
    }
    return id;
  }

  readonly #arrive: Arrive = (rows, count): void => {
    for (let i = 0; i < count * ARRIVAL_WORDS; i += ARRIVAL_WORDS) {
      const id = rows[i + ARRIVAL.id]!;
      const flits = rows[i + ARRIVAL.flits]!;
      const date = this.#dates[id]!;
      this.#flitsUnderWay -= flits;
      this.#datesUnderWay -= flits * date;
      this.#acceptedNow += flits;
      if (flits === 1 && this.#phase !== 'draining') this.#ejected += 1;
      if (this.#isMeasured[id] === 1) this.#measuredUnderWay -= 1;
      else if (this.#phase !== 'warming') continue;
      const latency = rows[i + ARRIVAL.arrived]! - date;
      this.#latencies.push(latency);
      this.#latencySum += latency;
      this.#routerSum += rows[i + ARRIVAL.routers]!;
    }
  };

  /** Flits that have left by the ports of nodes. */
  #leftByNodes(): number {
    const portFlits = this.#engine.read().values['portFlits']!;
    return this.#engine.layout.portOfNode.reduce((sum, port) => sum + portFlits[port]!, 0);
  }

  /** Whether the mean latency is above the limit, flits under way counted with their age. */
  #isSlow(): boolean {
    const ages = this.#flitsUnderWay * this.#engine.cycle - this.#datesUnderWay;
    return (this.#latencySum + ages) / (this.#latencies.length + this.#flitsUnderWay) > this.#protocol.latencyLimit;
  }
}
