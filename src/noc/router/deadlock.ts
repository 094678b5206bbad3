/**
 * Is a network deadlocked, and round which cycle? Looked at in one instant, exactly: a VC lives when its packet can go on now or waits for one that lives,
 *   holding an output VC:  there is room behind it, or the VC behind it lives;
 *   wanting an output VC:  one of its layer is free, or the packet that holds one of them lives; an adaptive packet wants those of all its links and of its escape layer.
 * What does not live after all conclusions have been drawn will never move again, whatever else still moves: each of these waits for others of them only, so any walk along what is waited
 * for ends in a cycle, and that is named.
 * Source: Duato 1995, "A necessary and sufficient condition for deadlock-free adaptive routing in wormhole networks" (configurations in which no packet of a set can advance).
 */
import { vcsOfLayer, type NocLayout } from '../design/layout.ts';
import type { Holdings } from './holdings.ts';

/** One place of a cycle of packets that wait for each other. */
export interface BlockedChannel {
  readonly from: number; // router, the same as `to` for the channel from a node
  readonly to: number; // router whose buffer it is
  readonly vc: number;
  readonly packet: number; // in the order of offers
  readonly source: number; // node
  readonly destination: number; // node
}

/** A deadlock: the VCs that will never move again, and one cycle of them; each waits for the next, the last for the first. */
export interface Deadlock {
  readonly blockedVcs: number;
  readonly cycle: readonly BlockedChannel[];
}

/** The deadlock in what a network holds, if there is one. */
export function deadlockIn(layout: NocLayout, holdings: Holdings): Deadlock | undefined {
  const { ports, vcs, buffer, peerOfPort, routerOfPort, routes } = layout;
  const { packet, source, destination, flits, held, wantedPort, wantedLayer, wantedVcs } = holdings;
  const holder = new Int32Array(ports * vcs).fill(-1); // of an output VC: input VC
  for (let vc = 0; vc < held.length; vc++) if (held[vc]! >= 0) holder[held[vc]!] = vc;
  const isLiving = new Uint8Array(ports * vcs);
  /** What `vc` waits for: undefined when it can go on. */
  const waitsFor = (vc: number): readonly number[] | undefined => {
    if (packet[vc] === -1) return undefined;
    const out = held[vc]!;
    if (out >= 0) {
      const peer = peerOfPort[Math.floor(out / vcs)]!;
      const behind = peer * vcs + (out % vcs);
      return peer < 0 || flits[behind]! < buffer ? undefined : [behind];
    }
    const choices = wantedVcs?.get(vc)?.map((wanted) => holder[wanted]!);
    if (choices !== undefined) return choices.includes(-1) ? undefined : choices;
    const port = wantedPort[vc]!;
    const isOut = peerOfPort[port]! < 0;
    const [low, end] = vcsOfLayer(isOut || routes.layers === 1 ? -1 : wantedLayer[vc]!, routes.layers, vcs);
    const holders = Array.from(holder.subarray(port * vcs + low, port * vcs + end));
    return holders.includes(-1) ? undefined : holders;
  };
  const waits = Array.from(packet, (_, vc) => waitsFor(vc));
  for (const [vc, list] of waits.entries()) if (list === undefined) isLiving[vc] = 1;
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const [vc, list] of waits.entries()) {
      if (isLiving[vc] === 1 || !list!.some((other) => isLiving[other] === 1)) continue;
      isLiving[vc] = 1;
      isChanged = true;
    }
  }
  const first = isLiving.indexOf(0);
  if (first < 0) return undefined;
  const walk: number[] = [];
  let vc = first;
  while (!walk.includes(vc)) {
    walk.push(vc);
    vc = waits[vc]![0]!;
  }
  const cycle = walk.slice(walk.indexOf(vc)).map((place): BlockedChannel => {
    const port = Math.floor(place / vcs);
    const peer = peerOfPort[port]!;
    return {
      from: peer < 0 ? routerOfPort[port]! : routerOfPort[peer]!,
      to: routerOfPort[port]!,
      vc: place % vcs,
      packet: packet[place]!,
      source: source[place]!,
      destination: destination[place]!,
    };
  });
  return { blockedVcs: isLiving.reduce((sum, one) => sum + 1 - one, 0), cycle };
}

/** In words: every channel of the cycle with its VC and packet. */
export function deadlockWords({ blockedVcs, cycle }: Deadlock): string {
  const places = cycle.map(
    ({ from, to, vc, packet, source, destination }) =>
      `${from === to ? `node ${String(source)}` : String(from)}->${String(to)} VC ${String(vc)} (packet ${String(packet)}, node ${String(source)} to ${String(destination)})`,
  );
  return `deadlocked: ${String(blockedVcs)} VCs will never move again; the cycle is ${places.join(' waits for ')} waits for the first`;
}
