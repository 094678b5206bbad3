/**
 * In a network whose records lie beyond the near caches, lines are asked for before they are needed: a store, unlike a load, is done with for the processor before its line is there. What is
 * stored changes nothing.
 */
import { ASKED_VCS, COMMON_PORT_SHIFT, CommonPort, CommonVc, Place } from './router-common-records';
import { COMMON, COMMON_VCS, Net, Vc } from './router-records';
import { Step } from './router-step';

export class Near {
  /** Bytes of a list whose records are asked for at once: few enough that all of them fit into the nearest cache. */
  static readonly ENTRIES: usize = 4 * 48;

  /** Where the next block of a list ends that begins at `entry`. */
  @inline static next(entry: usize, end: usize): usize {
    return entry + Near.ENTRIES < end ? entry + Near.ENTRIES : end;
  }

  /** VCs and output ports of heads that arrive. */
  static arriving<K>(first: usize, end: usize): void {
    for (let entry = first; entry < end; entry += 8) {
      store<u8>(<usize>load<u32>(entry), 0, offsetof<CommonVc>('near'));
      const asked = <usize>load<u32>(entry, 4);
      Near.touch(changetype<CommonPort>(sizeof<K>() == COMMON ? asked & ~ASKED_VCS : asked));
    }
  }

  /** Output ports in a list, and input ports that they are likely to grant. */
  static granting(list: usize, end: usize): void {
    for (let entry = list; entry < end; entry += 4) {
      const port = changetype<CommonPort>(<usize>load<u32>(entry));
      if (changetype<usize>(port) & 1) continue;
      Near.touch(changetype<CommonPort>(Place.first(port) + (((<usize>ctz<u64>(port.bids)) >> 2) << COMMON_PORT_SHIFT)));
    }
  }

  @inline static touch(port: CommonPort): void {
    port.firstVc = port.firstVc;
  }

  /** VCs that claim an output VC of the ports in a list, and the one that each is likely to be given. */
  static claiming<K>(net: Net, list: usize, end: usize): void {
    const vcsOfPorts = net.vcsOfPorts;
    for (let entry = list; entry < end; entry += 4) {
      const port = changetype<CommonPort>(<usize>load<u32>(entry));
      store<u8>(changetype<usize>(Near.claimant<K>(vcsOfPorts, port)), 0, offsetof<CommonVc>('near'));
    }
    for (let entry = list; entry < end; entry += 4) {
      const port = changetype<CommonPort>(<usize>load<u32>(entry));
      const vc = changetype<CommonVc>(Near.claimant<K>(vcsOfPorts, port));
      const from = <u32>vc.accept - ((<u32>port.local) << 2);
      const start = from < COMMON_VCS ? from : 0;
      const free = (<u32>port.free) & (sizeof<K>() == COMMON ? <u32>vc.out : 15);
      const after = (free >> start) << start;
      const out = ctz<u32>(after ? after : free) & (COMMON_VCS - 1);
      store<u8>(changetype<usize>(Step.vcAt<K>(port.down, <usize>out)), 0, offsetof<CommonVc>('near'));
    }
  }

  @inline static claimant<K>(vcsOfPorts: usize, port: CommonPort): Vc {
    return Step.vcAt<K>(Place.vcsBeside(vcsOfPorts, port), <usize>ctz<u64>(port.claims));
  }

  /** VCs whose flits cross, from a list, and where they go on. */
  static crossing<K>(list: usize, end: usize): void {
    for (let entry = list; entry < end; entry += 8) {
      const vc = <usize>load<u32>(entry);
      if ((vc & 1) == 0) store<u8>(vc, 0, offsetof<CommonVc>('near'));
    }
    for (let entry = list; entry < end; entry += 8) {
      if (load<u32>(entry) & 1) continue;
      const vc = changetype<CommonVc>(<usize>load<u32>(entry));
      const output = changetype<CommonPort>(<usize>load<u32>(entry, 4));
      store<u8>(changetype<usize>(Step.vcAt<K>(output.down, <usize>vc.out)), 0, offsetof<CommonVc>('near'));
    }
  }
}
