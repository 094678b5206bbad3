/**
 * Area of a design, energy and latency of a run, from activity counters and the cards' coefficients.
 *   energy per spike = (router + link + synaptic events x cost + spikes x cost) / spikes emitted; static power is a second number.
 *   area = routers + wires + cells x bits x area per bit (synapses: weight and label; parameter cells: 24 per neuron) + converters + neurons.
 */
import { percentiles } from '../analysis/index.ts';
import type { Activity as ChipActivity, PacketAccount } from '../emulator/index.ts';
import type { AreaSummary, ChipCard, EnergySummary, LatencySummary, SpikeAccount, SpikePackets } from '../model/index.ts';
import { areaOf, energyOf, type Activity, type NocLayout, type SpikeAccounts } from '../noc/index.ts';

/** Parameter cells per neuron: 8 voltages and 16 currents. */
export const CELLS_PER_NEURON = 24;

/** Area of chip and network-on-chip, m^2. */
export function areaSummary(card: ChipCard, layout: NocLayout): AreaSummary {
  const { routers, wires } = areaOf(layout);
  const parts = { routers, wires, ...chipAreas(card) };
  return { total: Object.values(parts).reduce((sum, part) => sum + part, 0), ...parts };
}

/** Areas of the blocks of a chip without its network, m^2. */
export function chipAreas({ geometry, synapse, cells, area, mismatch }: ChipCard): Omit<AreaSummary, 'total' | 'routers' | 'wires'> {
  const neurons = geometry.cores.value * geometry.neurons_per_core.value;
  return {
    synapses: neurons * geometry.rows_per_core.value * (synapse.weight_bits.value + synapse.label_bits.value) * area.synapse_bit.value,
    parameterCells: neurons * CELLS_PER_NEURON * cells.bits.value * area.cell_bit.value,
    converters: neurons * area.cadc_channel.value,
    neurons: neurons * area.neuron.value * mismatch.device_area.value,
  };
}

/** Energy of one run. `network` is null for an ideal network. Fields are J per emitted spike. */
export function energySummary(
  card: Pick<ChipCard, 'energy'>,
  activity: ChipActivity,
  seconds: number,
  network: { readonly layout: NocLayout; readonly activity: Activity } | null,
): EnergySummary {
  const noc = network === null ? null : energyOf(network.layout, network.activity);
  const share = (joule: number): number => (activity.spikes === 0 ? 0 : joule / activity.spikes);
  const synapse = activity.synapticEvents * card.energy.synaptic_event.value;
  const neuron = activity.spikes * card.energy.neuron_spike.value;
  const total = (noc?.dynamic ?? 0) + synapse + neuron;
  const staticPower = card.energy.static_power.value + (noc?.staticPower ?? 0);
  return {
    perSpike: activity.spikes === 0 ? null : share(total),
    router: share(noc?.router ?? 0),
    link: share(noc?.link ?? 0),
    synapse: share(synapse),
    neuron: share(neuron),
    perSynapticEvent: activity.synapticEvents === 0 ? null : total / activity.synapticEvents,
    staticPower,
    staticEnergy: staticPower * seconds,
  };
}

/** Latency over the synaptic events that crossed the network, from ticks. */
export function latencySummary(ticks: Float64Array, ticksPerSecond: number, clock: number): LatencySummary {
  const [p50, p99] = percentiles(ticks, [0.5, 0.99]) ?? [null, null];
  const seconds = (value: number | null | undefined): number | null =>
    value === null || value === undefined ? null : value / ticksPerSecond;
  const cycles = (value: number | null | undefined): number | null =>
    value === null || value === undefined ? null : (value / ticksPerSecond) * clock;
  const mean = ticks.length === 0 ? null : ticks.reduce((sum, tick) => sum + tick, 0) / ticks.length;
  return { p50: seconds(p50), p99: seconds(p99), mean: seconds(mean), cyclesP50: cycles(p50), cyclesP99: cycles(p99) };
}

/** Where spikes and packets went. */
export function spikeAccount(activity: ChipActivity, packets: PacketAccount): SpikeAccount {
  return {
    emitted: activity.spikes,
    deliveriesOffered: packets.offered,
    deliveriesMade: packets.delivered,
    deliveriesInFlight: packets.inFlight,
    deliveriesLost: packets.lost,
    synapticEvents: activity.synapticEvents,
    synapticEventsLost: packets.synapticEventsLost,
    synapticEventsLate: activity.late,
    packets: packets.network === null ? null : packetSummary(packets.network),
  };
}

function packetSummary({ packets, flits, packedSpikes, codecs, lostAt, lostFlows }: SpikeAccounts): SpikePackets {
  return { made: packets, flits, spikes: packedSpikes, codecs: { ...codecs }, lostAt: Array.from(lostAt), lostFlows };
}
