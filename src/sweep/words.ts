/** What experiments on networks say, in sentences. */
import type { NocDesign } from '../model/schemas/noc.ts';
import type { NocNetworkResult, NocPoint, NocSaturation } from '../model/index.ts';

/** A number with three significant digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** One run: stable with its figures, or past saturation and why. */
export function runWords({ measures, stable, verdict }: NocPoint): string[] {
  if (!stable) {
    const accepted = measures['load.accepted'];
    return [
      `${verdict}.`,
      `A latency past saturation says how long one watched, so none is given${accepted === null || accepted === undefined ? '' : `; ${short(accepted)} flits per node and cycle got through`}.`,
    ];
  }
  const mean = measures['latency.mean'];
  if (mean === null || mean === undefined)
    return [`${verdict}.`, 'No packet was created in the measured span: there is no latency to tell.'];
  const p99 = measures['latency.p99'];
  const time = measures['latency.time'];
  const lost = measures['packets.lost'] ?? 0;
  const energy = measures['energy.per_flit'];
  return [
    `${verdict}.`,
    `A packet takes ${short(mean)} cycles in the mean${p99 === null || p99 === undefined ? '' : `, 99 of 100 at most ${short(p99)}`}${time === null || time === undefined ? '' : ` (mean ${short(time * 1e9)} ns)`}${energy === null || energy === undefined ? '' : `, and ${short(energy * 1e12)} pJ of dynamic energy per flit`}.`,
    ...(lost > 0
      ? [
          `${String(lost)} of ${String(measures['packets.measured'])} packets were lost${(measures['packets.lost_to_dead'] ?? 0) === lost ? '' : ' at full source queues'}${(measures['packets.lost_to_dead'] ?? 0) > 0 ? `${measures['packets.lost_to_dead'] === lost ? '' : ' or'} because they were for dead nodes` : ''}.`,
        ]
      : []),
  ];
}

/** Where a network saturates. */
export function saturationWords(label: string, { stable, unstable }: NocSaturation): string {
  if (unstable === null)
    return `${label} carries every load that its nodes can offer (${short(stable)} flits per node and cycle) without saturating.`;
  if (stable === 0) return `${label} is past saturation at the lowest load that was tried (${short(unstable)} flits per node and cycle).`;
  return `${label} saturates between ${short(stable)} (stable) and ${short(unstable)} flits per node and cycle.`;
}

/** Who is best at what, and at what price. */
export function comparisonWords(networks: readonly NocNetworkResult[]): string[] {
  if (networks.length < 2) return networks.map((one) => (one.saturation === null ? one.label : saturationWords(one.label, one.saturation)));
  const [zeroLoad, wire] = [factOf('latency.zero_load'), factOf('wire.bit_length')];
  const power = networks.map(factOf('power.static'));
  const throughput = ranked(networks, (one) => -highestLoad(one));
  const quickest = ranked(networks, zeroLoad);
  const shortest = ranked(networks, wire);
  const ties = ({ best }: Ranking): boolean => best.length === networks.length;
  const sentences = [
    ties(throughput)
      ? `${all(networks)} carry up to ${carried(networks)}.`
      : `${names(throughput.best)} ${verb(throughput.best, 'carries', 'carry')} the most: up to ${carried(throughput.best)}; ${names(throughput.worst)} only ${short(highestLoad(throughput.worst[0]!))}.`,
    ties(quickest)
      ? `${all(networks)} have the same latency at low load, ${short(zeroLoad(networks[0]!))} cycles.`
      : `${names(quickest.best)} ${verb(quickest.best, 'has', 'have')} the shortest latency at low load, ${short(zeroLoad(quickest.best[0]!))} cycles; ${names(quickest.worst)} ${verb(quickest.worst, 'needs', 'need')} ${short(zeroLoad(quickest.worst[0]!))} (${percentMore(zeroLoad(quickest.worst[0]!), zeroLoad(quickest.best[0]!))} more).`,
    ties(shortest)
      ? `${all(networks)} take ${short(wire(networks[0]!) * 1e3)} bit-millimetres of wire.`
      : `${names(shortest.best)} ${verb(shortest.best, 'takes', 'take')} the least wire, ${short(wire(shortest.best[0]!) * 1e3)} bit-millimetres; ${names(shortest.worst)} ${short(wire(shortest.worst[0]!) / Math.max(1e-12, wire(shortest.best[0]!)))} times as much.`,
    `Static power, whatever the load: ${short(Math.min(...power) * 1e3)} to ${short(Math.max(...power) * 1e3)} mW.`,
  ];
  const winners = networks.filter((one) => [throughput, quickest, shortest].every(({ best }) => best.includes(one)));
  if (winners.length === 0) return ['No network wins in all: throughput, latency and wire are paid for with each other.', ...sentences];
  if (winners.length === networks.length) return ['None is better than another in throughput, latency or wire, within 1 %.', ...sentences];
  return [
    `${names(winners)} ${verb(winners, 'wins', 'win')} in throughput, latency and wire: there is no reason to take another of these.`,
    ...sentences,
  ];
}

/** What must not be compared, where designs are of different technologies or clocks: energy and area say more about the process than about the network then. */
export function mixtureWords(designs: readonly Pick<NocDesign, 'name' | 'technology' | 'clock'>[]): string[] {
  const list = (of: (one: (typeof designs)[number]) => string): string => designs.map((one) => `${one.name} ${of(one)}`).join(', ');
  const technologies = new Set(designs.map(({ technology }) => technology));
  const clocks = new Set(designs.map(({ clock }) => clock));
  return [
    ...(technologies.size > 1
      ? [
          `Beware: the designs are of different technologies (${list(({ technology }) => technology)}); energy, power and area compare processes here, not networks.`,
        ]
      : []),
    ...(clocks.size > 1
      ? [
          `Beware: the designs have different clocks (${list(({ clock }) => `${short(clock / 1e6)} MHz`)}); cycles are not the same time, and static power grows with the clock.`,
        ]
      : []),
  ];
}

function highestLoad({ saturation }: NocNetworkResult): number {
  return saturation?.stable ?? 0;
}

/** The load that networks of one rank carry; where none of them saturates it says more about the traffic than about them. */
function carried(networks: readonly NocNetworkResult[]): string {
  const isAll = networks.every(({ saturation }) => saturation?.unstable === null);
  return `${short(highestLoad(networks[0]!))} flits per node and cycle${isAll ? ', all that their nodes can offer' : ''}`;
}

function factOf(name: string): (one: NocNetworkResult) => number {
  return ({ facts }) => facts[name] ?? Infinity;
}

function names(networks: readonly NocNetworkResult[]): string {
  return networks.map(({ label }) => label).join(' and ');
}

function all(networks: readonly unknown[]): string {
  return networks.length === 2 ? 'Both' : `All ${String(networks.length)}`;
}

function verb(networks: readonly unknown[], one: string, several: string): string {
  return networks.length > 1 ? several : one;
}

/** Those within 1 % of the least and of the greatest value. */
interface Ranking {
  readonly best: NocNetworkResult[];
  readonly worst: NocNetworkResult[];
}

function ranked(networks: readonly NocNetworkResult[], key: (one: NocNetworkResult) => number): Ranking {
  const values = networks.map(key);
  const near = (end: number): NocNetworkResult[] => networks.filter((_, k) => Math.abs(values[k]! - end) <= 0.01 * Math.abs(end));
  return { best: near(Math.min(...values)), worst: near(Math.max(...values)) };
}

function percentMore(value: number, base: number): string {
  return `${short(100 * (value / base - 1))} %`;
}
