/**
 * The switch with separable allocation, input first, and with speculation: the rules of src/noc/router/separable-allocator.ts. What is sure is matched before output VCs are given away, as nothing that
 * happens there can touch it; guesses, bids of VCs that claim in the same cycle, come after it, for inputs and outputs that are left.
 */
import { ACTIVE, Net, Port, PORT_SHIFT, SPECULATIVE, Vc, VC_SHIFT } from './router-records';
import { Step } from './router-step';

/** What is noted beside a port; cycles plus one, 0 = never. */
@unmanaged
class Beside {
  guesses!: u64; // input VCs that bid for this output port without having won
  listed!: u32; // its bids were looked at
  matched!: u32; // as output it took what was sure
  sure!: u32; // as input it had something sure to send
  picked!: u32; // as output: first VC of the input that guesses best, plus one
}
/** `candidate` of an output that no input has picked. */
const NOBODY: u8 = 255;

export class Separable {
  /** Bytes beside records that take so many; a port of 64 bytes has 32. */
  @inline static bytesBeside(bytes: usize): usize {
    return (bytes >> 1) + 32;
  }

  @inline static beside(net: Net, port: Port): Beside {
    return changetype<Beside>(net.besides + ((changetype<usize>(port) - net.arena) >> 1));
  }

  @inline static portAt(ports: usize, local: usize): Port {
    return changetype<Port>(ports + (local << PORT_SHIFT));
  }

  @inline static inputOf(net: Net, output: Port, local: usize): Port {
    return Separable.portAt(output.ports, <usize>load<u8>(net.portOfVc + local));
  }

  /** The first output at or after the pointer of an input. */
  @inline static accepted(input: Port): Port {
    const granted = input.granted;
    const start = <u32>input.accept;
    const after = (granted >> start) << start;
    input.granted = 0;
    return Separable.portAt(input.ports, <usize>ctz<u32>(after ? after : granted));
  }

  /** Whether an output takes the input whose VCs begin at `base` rather than the one at `rival`. */
  @inline static comesBefore(output: Port, base: u32, rival: u32): bool {
    const start = <u32>output.grant;
    return (base < start ? base + 64 : base) < (rival < start ? rival + 64 : rival);
  }

  /** An input asks an output; those that ask the first time are listed. Returns the end of the list. */
  @inline static ask(input: Port, output: Port, last: usize): usize {
    const before = input.granted;
    input.granted = before | (1 << (<u32>output.local));
    store<u32>(last, <u32>changetype<usize>(input));
    return last + (before == 0 ? 4 : 0);
  }

  /** Matches bids of VCs that hold an output VC. Returns how many inputs were matched; each has granted the one output that it takes. */
  static match(net: Net, t: u32): usize {
    const one = ((<u64>1) << (<u64>net.vcs)) - 1;
    const isSpeculative = net.matching == SPECULATIVE;
    const list = net.saList;
    const end = list + (net.saCount << 2);
    const inputs = net.linkList;
    let last = inputs;
    let listed = list;
    for (let entry = list; entry < end; entry += 4) {
      const output = changetype<Port>(<usize>load<u32>(entry));
      if (isSpeculative) {
        // an output whose VC crossed by a guess may be here twice, or with nothing left
        const beside = Separable.beside(net, output);
        if (output.bids == 0 || beside.listed == t + 1) continue;
        beside.listed = t + 1;
      }
      output.candidate = NOBODY;
      store<u32>(listed, <u32>changetype<usize>(output));
      listed += 4;
      for (let bids = output.bids; bids;) {
        const input = Separable.inputOf(net, output, <usize>ctz<u64>(bids));
        bids &= ~(one << (<u64>input.base));
        last = Separable.ask(input, output, last);
      }
    }
    for (let entry = inputs; entry < last; entry += 4) {
      const input = changetype<Port>(<usize>load<u32>(entry));
      const output = Separable.accepted(input);
      if (isSpeculative) Separable.beside(net, input).sure = t + 1;
      if (output.candidate == NOBODY || Separable.comesBefore(output, <u32>input.base, <u32>output.candidate))
        output.candidate = input.base;
    }
    let kept = list;
    let matched = net.grantList;
    for (let entry = list; entry < listed; entry += 4) {
      const output = changetype<Port>(<usize>load<u32>(entry));
      if (output.candidate == NOBODY) {
        store<u32>(kept, <u32>changetype<usize>(output));
        kept += 4;
        continue;
      }
      if (isSpeculative) Separable.beside(net, output).matched = t + 1;
      matched = Separable.take(net, output, <u64>output.candidate, output.bids, matched);
    }
    net.saCount = (kept - list) >> 2;
    return (matched - net.grantList) >> 2;
  }

  /** An output takes one of the VCs `asking` of the input whose VCs begin at `base`. Returns the end of the list of matches. */
  @inline static take(net: Net, output: Port, base: u64, asking: u64, matched: usize): usize {
    const one = ((<u64>1) << (<u64>net.vcs)) - 1;
    const input = Separable.inputOf(net, output, <usize>base);
    output.candidate = <u8>(base + Step.pick((asking >> base) & one, <u64>input.firstVc));
    input.granted = 1 << (<u32>output.local);
    store<u32>(matched, <u32>changetype<usize>(input));
    return matched + 4;
  }

  /** A claim bids for the switch too if one of the output VCs that it may be given has room. */
  @inline static noteGuess<K>(net: Net, vc: Vc, port: Port, outs: u32, t: u32): void {
    let rest = outs;
    while (rest != 0 && !Step.hasRoom<K>(net, changetype<Vc>(port.down + ((<usize>ctz<u32>(rest)) << VC_SHIFT)), t)) rest &= rest - 1;
    if (rest == 0) return;
    const entry = net.guessList + (net.guessCount++ << 3);
    store<u32>(entry, <u32>changetype<usize>(vc));
    store<u32>(entry, <u32>changetype<usize>(port), 4);
    Separable.beside(net, port).guesses |= vc.bit;
  }

  /** Matches the guesses of this cycle behind `matches` sure matches; those whose VC has won an output VC with room cross. Returns how many inputs are matched now. */
  static crossGuesses(net: Net, t: u32, matches: usize): usize {
    const list = net.guessList;
    const end = list + (net.guessCount << 3);
    const inputs = net.linkList;
    const outputs = net.nodeEndList;
    let last = inputs;
    let asked = outputs;
    for (let entry = list; entry < end; entry += 8) {
      const output = changetype<Port>(<usize>load<u32>(entry, 4));
      const input = Separable.inputOf(net, output, <usize>changetype<Vc>(<usize>load<u32>(entry)).local);
      if (Separable.beside(net, input).sure != t + 1) last = Separable.ask(input, output, last);
    }
    for (let entry = inputs; entry < last; entry += 4) {
      const input = changetype<Port>(<usize>load<u32>(entry));
      const output = Separable.accepted(input);
      const beside = Separable.beside(net, output);
      if (beside.matched == t + 1) continue;
      const before = beside.picked;
      store<u32>(asked, <u32>changetype<usize>(output));
      asked += before == 0 ? 4 : 0;
      if (before == 0 || Separable.comesBefore(output, <u32>input.base, before - 1)) beside.picked = <u32>input.base + 1;
    }
    let matched = net.grantList + (matches << 2);
    for (let entry = outputs; entry < asked; entry += 4) {
      const output = changetype<Port>(<usize>load<u32>(entry));
      const beside = Separable.beside(net, output);
      const base = <u64>(beside.picked - 1);
      beside.picked = 0;
      const after = Separable.take(net, output, base, beside.guesses, matched);
      const input = Separable.inputOf(net, output, <usize>base);
      const vc = changetype<Vc>(output.vcs + ((<usize>output.candidate) << VC_SHIFT));
      // pointers move whether or not the guess was worth something
      input.accept = output.local + 1;
      input.firstVc = <u8>(<u64>output.candidate - base + 1);
      output.grant = input.behind;
      if (vc.stage == ACTIVE && Step.hasRoom<u8>(net, changetype<Vc>(vc.down), t)) matched = after;
      else input.granted = 0;
    }
    for (let entry = list; entry < end; entry += 8) Separable.beside(net, changetype<Port>(<usize>load<u32>(entry, 4))).guesses = 0;
    net.guessCount = 0;
    return (matched - net.grantList) >> 2;
  }
}
