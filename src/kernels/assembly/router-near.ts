/**
 * In a network whose records lie beyond the near caches, lines are asked for before they are needed: a store, unlike a load, is done with for the processor before its line is there. What is
 * stored changes nothing.
 */
import { COMMON_PORT_SHIFT, CommonPort, CommonVc, Place } from './router-common-records';
import { COMMON_VCS, Net, PLAIN, Vc } from './router-records';
import { Step } from './router-step';

export class Near {
  /** What the switch and the heads that arrive (from the list of a slot) will need first in this cycle; before the switch begins, when no port is granted anything. */
  static fetch<K>(net: Net, heads: usize, end: usize): void {
    Near.arriving<K>(heads, end);
    Near.inputs(net);
  }

  /** VCs and output ports of heads. */
  @inline static arriving<K>(first: usize, end: usize): void {
    for (let entry = first; entry < end; entry += 8) {
      store<u8>(<usize>load<u32>(entry), 0, offsetof<CommonVc>('near'));
      if (sizeof<K>() >= PLAIN) changetype<CommonPort>(<usize>load<u32>(entry, 4)).granted = 0;
    }
  }

  /** Input ports that are likely to be granted something. */
  @inline static inputs(net: Net): void {
    const end = net.saList + (net.saCount << 2);
    for (let entry = net.saList; entry < end; entry += 4) {
      const port = changetype<CommonPort>(<usize>load<u32>(entry));
      changetype<CommonPort>(Place.first(port) + (((<usize>ctz<u64>(port.bids)) >> 2) << COMMON_PORT_SHIFT)).granted = 0;
    }
  }

  /** VCs that claim an output VC, and the one that each is likely to be given; before VC allocation. */
  static claiming<K>(net: Net): void {
    if (sizeof<K>() < PLAIN) return;
    const end = net.vaList + (net.vaCount << 2);
    const vcsOfPorts = net.vcsOfPorts;
    for (let entry = net.vaList; entry < end; entry += 4) {
      const port = changetype<CommonPort>(<usize>load<u32>(entry));
      store<u8>(changetype<usize>(Near.claimant<K>(vcsOfPorts, port)), 0, offsetof<CommonVc>('near'));
    }
    for (let entry = net.vaList; entry < end; entry += 4) {
      const port = changetype<CommonPort>(<usize>load<u32>(entry));
      const vc = changetype<CommonVc>(Near.claimant<K>(vcsOfPorts, port));
      const from = <u32>vc.accept - ((<u32>port.local) << 2);
      const start = from < COMMON_VCS ? from : 0;
      const free = <u32>port.free;
      const after = (free >> start) << start;
      const out = ctz<u32>(after ? after : free) & (COMMON_VCS - 1);
      store<u8>(changetype<usize>(Step.vcAt<K>(port.down, <usize>out)), 0, offsetof<CommonVc>('near'));
    }
  }

  @inline static claimant<K>(vcsOfPorts: usize, port: CommonPort): Vc {
    return Step.vcAt<K>(Place.vcsBeside<K>(vcsOfPorts, port), <usize>ctz<u64>(port.claims));
  }

  /** VCs whose flits cross, from a list, and where they go on. */
  static crossing<K>(list: usize, end: usize): void {
    for (let entry = list; entry < end; entry += 8) store<u8>(<usize>load<u32>(entry), 0, offsetof<CommonVc>('near'));
    for (let entry = list; entry < end; entry += 8) {
      const vc = changetype<CommonVc>(<usize>load<u32>(entry));
      const output = changetype<CommonPort>(<usize>load<u32>(entry, 4));
      store<u8>(changetype<usize>(Step.vcAt<K>(output.down, <usize>vc.out)), 0, offsetof<CommonVc>('near'));
    }
  }
}
