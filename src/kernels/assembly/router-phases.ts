/** Phases that all kinds of the kernel share: see the order of a cycle in router.ts. */
import { Branches } from './router-branches';
import { Front } from './router-front';
import { CommonVc } from './router-common-records';
import { ACTIVE, Branch, COMMON, Net, Port, Slot, TREES, Vc } from './router-records';
import { Step } from './router-step';

export class Phases {
  static bodiesArrive<K>(net: Net, t: u32, slot: Slot): void {
    const end = slot.bodiesEnd;
    slot.bodiesEnd = slot.bodies;
    net.pending -= (end - slot.bodies) >> 3;
    for (let entry = slot.bodies; entry < end; entry += 8) {
      const vc = changetype<Vc>(<usize>load<u32>(entry));
      if (sizeof<K>() >= COMMON) {
        const isFirst = ((<u32>changetype<CommonVc>(vc).held) & 0xffff) == 0;
        Step.hold<K>(vc, t);
        if (isFirst && vc.stage == ACTIVE) Step.bid<K>(net, vc, t);
        continue;
      }
      const number = vc.visible;
      vc.visible++;
      Step.hold<K>(vc, t);
      if (sizeof<K>() == TREES) Branches.arrived(net, vc, number, t);
      else if (number == vc.popped && vc.stage == ACTIVE) Step.bid<K>(net, vc, t);
    }
  }

  /** VCs whose packet left in the cycle before, with another behind it. */
  static routeNext<K>(net: Net, t: u32): void {
    for (let i: usize = 0; i < net.nextCount; i++) {
      const vc = changetype<Vc>(<usize>load<u32>(net.nextList + (i << 2)));
      Front.claimAfterDelay<K>(net, vc, Step.unitAhead<K>(net, vc), t);
    }
    net.nextCount = 0;
  }

  static lookAgain<K>(net: Net, t: u32): void {
    const list = net.blockedList;
    const count = net.blockedCount;
    let kept: usize = 0;
    for (let i: usize = 0; i < count; i++) {
      const waiting = <usize>load<u32>(list + (i << 2));
      if (sizeof<K>() == TREES) {
        const branch = changetype<Branch>(waiting);
        if (Step.hasRoom<K>(net, changetype<Vc>(branch.down), t))
          Step.want<K>(net, changetype<Vc>(branch.vc), changetype<Port>(branch.port));
        else store<u32>(list + (kept++ << 2), <u32>waiting);
      } else {
        const vc = changetype<Vc>(waiting);
        if (Step.hasRoom<K>(net, Step.down<K>(vc), t)) Step.want<K>(net, vc, changetype<Port>(vc.port));
        else store<u32>(list + (kept++ << 2), <u32>waiting);
      }
    }
    net.blockedCount = kept;
  }
}
