/**
 * Allocation of the output VCs of a unit. iSLIP: every free output VC grants one of the claims that may have it, every claim accepts one of those that granted it. Separable, input first: every claim
 * picks one of the free output VCs, and every output VC one of those that picked it. Claims of adaptive packets differ in what they may be given.
 */
import { Front } from './router-front';
import { Separable } from './router-separable';
import { GRANTS, ISLIP, Net, Port, SPECULATIVE, Unit, Vc, VC_SHIFT } from './router-records';
import { Step } from './router-step';

/** Most VCs of a port. */
const VCS: usize = 16;
/** Of a port in turn: claims by output VC (u64), and the claim that each of them grants (u8). */
const WINNERS: usize = VCS * 8;
export const ROUND_BYTES: usize = WINNERS + VCS;

export class Claims {
  /** All rounds of one unit. Returns the claims that are left. */
  @inline static allocate<K>(net: Net, port: Port, unit: Unit, t: u32): u64 {
    const claims = unit.claims;
    const free = (<u32>port.free) & unit.range;
    if (free == 0) return claims;
    if ((claims & (claims - 1)) == 0) {
      const local = ctz<u64>(claims);
      const wanted = Claims.wanted<K>(net, Claims.vcOf(port, <usize>local), port, free, t);
      if (wanted == 0) return claims;
      unit.claims = 0;
      Front.grantVc<K>(net, port, local, wanted, t);
      return 0;
    }
    if (!Claims.round<K>(net, port, unit, t, true) || net.matching != ISLIP) return unit.claims;
    const pointers = v128.load(changetype<usize>(port), GRANTS);
    for (let iteration: u32 = 1; iteration < net.iterations; iteration++) if (!Claims.round<K>(net, port, unit, t, false)) break;
    v128.store(changetype<usize>(port), pointers, GRANTS);
    return unit.claims;
  }

  /** One round; false when nobody may be given anything. */
  static round<K>(net: Net, port: Port, unit: Unit, t: u32, movesPointers: bool): bool {
    const free = (<u32>port.free) & unit.range;
    if (free == 0) return false;
    // claims that may all be given the same need no sorting
    const areAlike = !isSigned<K>() && net.matching == ISLIP;
    const claims = unit.claims;
    const claimed = areAlike ? free : Claims.sort<K>(net, port, claims, free, t);
    if (claims == 0 || claimed == 0) return false;
    const byOut = net.rounds;
    const winners = net.rounds + WINNERS;
    for (let outs = claimed; outs; outs &= outs - 1) {
      const out = <usize>ctz<u32>(outs);
      const asking = areAlike ? claims : load<u64>(byOut + (out << 3));
      store<u8>(winners + out, <u8>Step.pick(asking, <u64>load<u8>(changetype<usize>(port) + out, GRANTS)));
    }
    let won: u64 = 0;
    for (let rest = claimed; rest;) {
      const winner = load<u8>(winners + <usize>ctz<u32>(rest));
      let offered: u32 = 0;
      for (let outs = rest; outs; outs &= outs - 1) if (load<u8>(winners + <usize>ctz<u32>(outs)) == winner) offered |= outs & (~outs + 1);
      rest &= ~offered;
      won |= (<u64>1) << (<u64>winner);
      const vc = Claims.vcOf(port, <usize>winner);
      const accept = vc.accept;
      Front.grantVc<K>(net, port, <u64>winner, offered, t);
      if (!movesPointers) vc.accept = accept;
    }
    unit.claims &= ~won;
    return true;
  }

  /** Sorts claims by the output VCs that they ask for. Returns these. */
  static sort<K>(net: Net, port: Port, claims: u64, free: u32, t: u32): u32 {
    const byOut = net.rounds;
    memory.fill(byOut, 0, (<usize>net.vcs) << 3);
    let claimed: u32 = 0;
    for (let rest = claims; rest; rest &= rest - 1) {
      const vc = Claims.vcOf(port, <usize>ctz<u64>(rest));
      let wanted = Claims.wanted<K>(net, vc, port, free, t);
      if (net.matching != ISLIP && wanted != 0) wanted = (<u32>1) << Step.freeOut<K>(net, wanted, <u32>vc.accept - <u32>port.base);
      claimed |= wanted;
      for (let outs = wanted; outs; outs &= outs - 1) {
        const place = byOut + ((<usize>ctz<u32>(outs)) << 3);
        store<u64>(place, load<u64>(place) | vc.bit);
      }
    }
    return claimed;
  }

  /** Of the free output VCs those that a claim may be given; where it guesses, it bids for the switch too. */
  @inline static wanted<K>(net: Net, vc: Vc, port: Port, free: u32, t: u32): u32 {
    const wanted = isSigned<K>() ? free & (<u32>vc.down) : free;
    if (net.matching == SPECULATIVE && wanted != 0) Separable.noteGuess<K>(net, vc, port, wanted, t);
    return wanted;
  }

  @inline static vcOf(port: Port, local: usize): Vc {
    return changetype<Vc>(port.vcs + (local << VC_SHIFT));
  }
}
