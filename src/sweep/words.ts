/** What experiments on networks say, in sentences. */
import type { NocNetworkResult, NocPoint, NocSaturation } from '../model/noc-results.ts';

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
    ...(lost > 0 ? [`${String(lost)} of ${String(measures['packets.measured'])} packets were lost at full source queues.`] : []),
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
  if (networks.length < 2)
    return networks.map(({ label, saturation }) => (saturation === null ? label : saturationWords(label, saturation)));
  const saturation = (one: NocNetworkResult): number => one.saturation?.stable ?? 0;
  const fact =
    (name: string) =>
    (one: NocNetworkResult): number =>
      one.facts[name] ?? Infinity;
  const [zeroLoad, wire, staticPower] = [fact('latency.zero_load'), fact('wire.bit_length'), fact('power.static')];
  const throughput = ranked(networks, (one) => -saturation(one));
  const quickest = ranked(networks, zeroLoad);
  const shortest = ranked(networks, wire);
  const names = (list: readonly NocNetworkResult[]): string => list.map(({ label }) => label).join(' and ');
  const sentences = [
    `${names(throughput.best)} ${throughput.best.length > 1 ? 'carry' : 'carries'} the most: up to ${short(saturation(throughput.best[0]!))} flits per node and cycle; ${names(throughput.worst)} only ${short(saturation(throughput.worst[0]!))}.`,
    `${names(quickest.best)} ${quickest.best.length > 1 ? 'have' : 'has'} the shortest latency at low load, ${short(zeroLoad(quickest.best[0]!))} cycles; ${names(quickest.worst)} ${quickest.worst.length > 1 ? 'need' : 'needs'} ${short(zeroLoad(quickest.worst[0]!))} (${percentMore(zeroLoad(quickest.worst[0]!), zeroLoad(quickest.best[0]!))} more).`,
    `${names(shortest.best)} ${shortest.best.length > 1 ? 'take' : 'takes'} the least wire, ${short(wire(shortest.best[0]!) * 1e3)} bit-millimetres; ${names(shortest.worst)} ${short(wire(shortest.worst[0]!) / Math.max(1e-12, wire(shortest.best[0]!)))} times as much. Static power is between ${short(Math.min(...networks.map(staticPower)) * 1e3)} and ${short(Math.max(...networks.map(staticPower)) * 1e3)} mW, whatever the load.`,
  ];
  const winners = networks.filter((one) => throughput.best.includes(one) && quickest.best.includes(one) && shortest.best.includes(one));
  if (winners.length > 0)
    return [`${names(winners)} wins in throughput, latency and wire: there is no reason to take another of these.`, ...sentences];
  return ['No network wins in all: throughput, latency and wire are paid for with each other.', ...sentences];
}

/** Those within 1 % of the least and of the greatest value. */
function ranked(
  networks: readonly NocNetworkResult[],
  key: (one: NocNetworkResult) => number,
): { best: NocNetworkResult[]; worst: NocNetworkResult[] } {
  const values = networks.map(key);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const near = (value: number, end: number): boolean => Math.abs(value - end) <= 0.01 * Math.abs(end);
  return { best: networks.filter((_, k) => near(values[k]!, least)), worst: networks.filter((_, k) => near(values[k]!, most)) };
}

function percentMore(value: number, base: number): string {
  return `${short(100 * (value / base - 1))} %`;
}
