/**
 * Synaptic events that wait for their window, in the one total order (tick, kind, source, sequence): a ring of lists, one per window and every 256 windows, each sorted when its window comes. What
 * src/emulator/event-calendar.ts does, in the memory of the membranes.
 * Source: calendar queue, Brown 1988, with windows as days.
 */
import { deliverSlices } from './deliver';
import { DAYS, Event, EVENT_ROOM, Windows } from './window-records';

@unmanaged
export class Days {
  /** An event at `tick`, not before the present window; there is a free record. */
  static push(w: Windows, tick: f64, kind: u32, source: u32, sequence: f64, from: u32, to: u32): void {
    const length = <u64>w.window;
    const ahead = <u64>(tick - w.start);
    const days = ahead / length;
    const event = changetype<Event>(w.freeEvent);
    w.freeEvent = event.next;
    w.freeEvents--;
    w.waiting++;
    event.next = 0;
    event.offset = <u32>(ahead - days * length);
    event.order = (kind << 30) | source;
    event.window = <u32>(<u64>w.windowsDone + days);
    event.sequence = sequence;
    event.from = from;
    event.to = to;
    const day = w.days + ((<usize>(event.window & (DAYS - 1))) << 3);
    const last = <usize>load<u32>(day, 4);
    store<u32>(last ? last + offsetof<Event>('next') : day, <u32>changetype<usize>(event));
    store<u32>(day, <u32>changetype<usize>(event), 4);
  }

  /** Delivers the events of the present window in the total order and counts what they reach. */
  static deliver(w: Windows): void {
    const now = <u32>(<u64>w.windowsDone);
    const day = w.days + ((<usize>(now & (DAYS - 1))) << 3);
    let at = <usize>load<u32>(day);
    if (at == 0) return;
    store<u64>(day, 0);
    const order = w.order;
    let count: usize = 0;
    let kept: usize = 0;
    while (at) {
      const event = changetype<Event>(at);
      const next = event.next;
      if (event.window == now) store<u32>(order + (count++ << 2), <u32>at);
      else {
        // of a later round of the ring
        event.next = 0;
        store<u32>(kept ? kept + offsetof<Event>('next') : day, <u32>at);
        store<u32>(day, <u32>at, 4);
        kept = at;
      }
      at = next;
    }
    Days.sort(order, count);
    let placed: u32 = 0;
    for (let i: usize = 0; i < count; i++) {
      const event = changetype<Event>(<usize>load<u32>(order + (i << 2)));
      const record = w.events + ((<usize>placed) << 4);
      store<u32>(record, event.from);
      store<u32>(record, event.to, 4);
      store<f64>(record, (w.window - <f64>event.offset) / w.ticksPerSecond, 8);
      const reached = changetype<usize>(w) + offsetof<Windows>('reached') + ((<usize>(event.order >> 30)) << 3);
      store<f64>(reached, load<f64>(reached) + <f64>(event.to - event.from));
      event.next = w.freeEvent;
      w.freeEvent = changetype<usize>(event);
      if (++placed == EVENT_ROOM || i + 1 == count) {
        deliverSlices(w.bank, w.circuits, w.drives, w.groups, w.events, placed);
        placed = 0;
      }
    }
    w.freeEvents += <u32>count;
    w.waiting -= <u32>count;
    if (count) w.arriving = 1;
  }

  @inline static before(a: usize, b: usize): bool {
    const one = changetype<Event>(a);
    const two = changetype<Event>(b);
    if (one.offset != two.offset) return one.offset < two.offset;
    if (one.order != two.order) return one.order < two.order;
    return one.sequence < two.sequence;
  }

  /** Shell's sort: by insertion where few events stand mostly in their order, and no worse than n^1.5 where many do not. */
  static sort(order: usize, count: usize): void {
    for (let gap = gapOf(count); gap > 0; gap = gap === 1 ? 0 : gap / 3) {
      for (let i = gap; i < count; i++) {
        const at = <usize>load<u32>(order + (i << 2));
        let place = i;
        for (; place >= gap && Days.before(at, <usize>load<u32>(order + ((place - gap) << 2))); place -= gap)
          store<u32>(order + (place << 2), load<u32>(order + ((place - gap) << 2)));
        store<u32>(order + (place << 2), <u32>at);
      }
    }
  }
}

/** The first gap of a sort: 1, 4, 13, 40 .., 1 for short lists. */
export function gapOf(count: usize): usize {
  let gap: usize = 1;
  if (count > 64) while (gap * 9 < count) gap = gap * 3 + 1;
  return gap;
}
