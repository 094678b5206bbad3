/**
 * A workload in mode `precise`: every population in its own bank, synapses and external events through the event-driven network.
 */
import { InfeasibleError, InternalError } from '../../base/index.ts';
import type { WorkloadCard } from '../../model/index.ts';
import type { CurrentChanges, Network, StimulusEvents } from '../../network/index.ts';
import { checkStimulus, checkTable } from '../network-check.ts';
import { EventDrivenNetwork } from '../network-engine.ts';
import type { PreciseSpikes, SynapseTable } from '../network.ts';
import type { PlasticSynapses } from '../plastic-synapses.ts';
import { CompositeBank } from './composite-bank.ts';
import { TEACHER_TICKS_PER_SECOND, type TeacherSnapshot, type WorkloadTeacher } from './method.ts';
import { describePlasticity, fullWeights, plasticSynapsesOf } from './plastic.ts';
import { populationBank, type PopulationBank } from './population-banks.ts';

/** See teacherOf. */
export class PreciseWorkload implements WorkloadTeacher {
  readonly method: readonly string[];
  readonly #bank: CompositeBank;
  readonly #engine: EventDrivenNetwork;
  readonly #currents: CurrentChanges;
  readonly #tauMem: Float64Array; // s
  readonly #plastic: PlasticSynapses | undefined;
  #nextChange = 0;
  #tick: number;

  constructor(
    card: WorkloadCard,
    network: Network,
    { events, currents }: { readonly events: StimulusEvents; readonly currents: CurrentChanges },
    tolerance: number,
    from?: TeacherSnapshot,
  ) {
    const populations = network.populations.map(({ name, count }, p) =>
      populationBank(card.populations[name]!, network.parameters[p]!, count, TEACHER_TICKS_PER_SECOND, tolerance),
    );
    this.method = [
      ...new Set(populations.map(({ method }) => method)),
      `delays axonal${network.plasticity === undefined ? '' : ' but where a plastic projection says otherwise'}, every spike at its place between two ticks of 1 ns biological`,
      ...describePlasticity(network),
    ];
    this.#bank = new CompositeBank(populations.map(({ bank }) => bank));
    this.#currents = currents;
    this.#tauMem = network.tauMem;
    this.#tick = from?.tick ?? 0;
    // the currents that flow at the snapshot; those that change at its very tick are still to come
    for (; (currents.tick[this.#nextChange] ?? Infinity) < this.#tick; this.#nextChange++) {
      this.#bank.setDrive(currents.neuron[this.#nextChange]!, this.#driveOf(this.#nextChange));
    }
    if (from !== undefined) this.#bank.restore(from.columns);
    const { inputs } = network;
    const amplitudeOf = amplitudes(network, populations);
    const synapses: SynapseTable = {
      offsets: network.rowStart,
      targets: network.target,
      amplitudes: amplitudeOf(network.target, fullWeights(network)),
      delayTicks: delayTicks(network),
    };
    const external: SynapseTable = {
      offsets: inputs.rowStart,
      targets: inputs.target,
      amplitudes: amplitudeOf(inputs.target, inputs.weight),
      delayTicks: new Uint8Array(inputs.target.length),
    };
    const input = { ticks: events.tick, sources: events.source };
    checkTable('synapses', synapses, network.count, network.count, 1);
    checkTable('external', external, inputs.count, network.count, 0);
    checkStimulus(input, external);
    this.#plastic = plasticSynapsesOf(
      card,
      network,
      {
        synapses: network.target.length,
        neurons: network.count,
        msPerTick: 1000 / TEACHER_TICKS_PER_SECOND,
        ties: 'source first',
      },
      synapses.delayTicks,
    );
    if (from !== undefined) this.#plastic?.restore(from.columns);
    const start = { ...standingOf(network.count, from), external, events: input };
    this.#engine = new EventDrivenNetwork(this.#bank, synapses, this.#plastic === undefined ? start : { ...start, plastic: this.#plastic });
  }

  advance(until: number): PreciseSpikes {
    const { tick, neuron } = this.#currents;
    for (; (tick[this.#nextChange] ?? Infinity) < until; this.#nextChange++) {
      const change = this.#nextChange;
      this.#engine.advance(tick[change]!);
      this.#engine.touch(neuron[change]!, () => this.#bank.setDrive(neuron[change]!, this.#driveOf(change)));
    }
    this.#engine.advance(until);
    this.#tick = Math.max(this.#tick, until);
    return this.#engine.takeSpikes();
  }

  /** V per tick. */
  #driveOf(change: number): number {
    return this.#currents.depolarisation[change]! / (this.#tauMem[this.#currents.neuron[change]!]! * TEACHER_TICKS_PER_SECOND);
  }

  weights(): Float64Array | undefined {
    return this.#plastic?.weights();
  }

  snapshot(): TeacherSnapshot {
    const { eventTicks, eventFractions, pending } = this.#engine.standing();
    return {
      tick: this.#tick,
      columns: {
        ...this.#bank.columns(),
        eventTicks: eventTicks.slice(),
        eventFractions: eventFractions.slice(),
        pendingTicks: pending.ticks,
        pendingFractions: pending.fractions,
        pendingTargets: Float64Array.from(pending.targets),
        pendingAmplitudes: pending.amplitudes,
        ...(pending.synapses === undefined ? {} : { pendingSynapses: Float64Array.from(pending.synapses) }),
        ...this.#plastic?.columns(),
      },
    };
  }
}

function amplitudes(network: Network, populations: readonly PopulationBank[]) {
  const partOf = network.populations.flatMap(({ count }, p) => Array.from({ length: count }, () => p));
  return (targets: Uint32Array, weights: Float64Array): Float64Array =>
    weights.map((weight, k) => {
      const target = targets[k]!;
      const p = partOf[target]!;
      return populations[p]!.amplitude(target - network.populations[p]!.first, weight);
    });
}

function delayTicks({ delay, target }: Network): Float64Array {
  if (delay === null) throw new InternalError('the network has no delay yet');
  return typeof delay === 'number' ? new Float64Array(target.length).fill(ticksIn(delay)) : delay.map(ticksIn);
}

/** To 15 digits first, so that 1.1 ms is a whole number of ticks. */
function ticksIn(seconds: number): number {
  return Math.round(Number((seconds * TEACHER_TICKS_PER_SECOND).toPrecision(15)));
}

function standingOf(count: number, from: TeacherSnapshot | undefined) {
  const column = (name: string, length?: number): Float64Array => {
    const found = from === undefined ? new Float64Array(length ?? 0) : from.columns[name];
    if (found === undefined || (length !== undefined && found.length !== length)) {
      throw new InfeasibleError('the snapshot is of another network');
    }
    return found;
  };
  const targets = column('pendingTargets');
  if (targets.some((target) => !(target >= 0 && target < count))) throw new InfeasibleError('the snapshot is of another network');
  return {
    tick: from?.tick ?? 0,
    eventTicks: column('eventTicks', count),
    eventFractions: column('eventFractions', count),
    pending: {
      ticks: column('pendingTicks', targets.length),
      fractions: column('pendingFractions', targets.length),
      targets: Uint32Array.from(targets),
      amplitudes: column('pendingAmplitudes', targets.length),
      ...(from?.columns['pendingSynapses'] === undefined ? {} : { synapses: Int32Array.from(column('pendingSynapses', targets.length)) }),
    },
  };
}
