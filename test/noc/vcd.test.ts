import { expect, test } from 'vitest';
import { dumpPackets, NocNetwork } from '../../src/noc/index.ts';
import { meshLayout } from './designs.ts';

/** Reads a dump as a viewer does: the full names of the signals, and (cycle, signal, value) of every change. */
function parse(text: string, period: number) {
  const names = new Map<string, string>();
  const scope: string[] = [];
  const changes: [cycle: number, name: string, value: string][] = [];
  let time = -1;
  let isDefined = false;
  for (const line of text.trim().split('\n')) {
    const words = line.split(' ');
    if (words[0] === '$scope') scope.push(words[2]!);
    else if (words[0] === '$upscope') scope.pop();
    else if (words[0] === '$var') {
      expect(names.has(words[3]!)).toBe(false);
      names.set(words[3]!, [...scope, words[4]!].join('.'));
    } else if (words[0] === '$enddefinitions') isDefined = true;
    else if (line.startsWith('#')) {
      expect(Number(line.slice(1))).toBeGreaterThan(time);
      time = Number(line.slice(1));
    } else if (isDefined && !line.startsWith('$')) {
      const [value, code] = line.startsWith('b') ? [words[0]!.slice(1), words[1]!] : [line[0]!, line.slice(1)];
      expect(names.has(code)).toBe(true);
      changes.push([time / period, names.get(code)!, value]);
    }
  }
  expect(scope).toEqual([]);
  return { names: Array.from(names.values()), changes };
}

test('a dump read back shows the way of a packet flit by flit, its credits and its arrival', () => {
  const layout = meshLayout(3, 1, { clock: '250 MHz', packet: { flits: 2 } });
  const { names, changes } = parse(dumpPackets(layout, [{ cycle: 5, source: 0, destination: 2, flits: 2 }], 1000), 4000);
  expect(names).toContain('network.r0.to_1.flit');
  expect(names).toContain('network.r2.to_node_2.credit');
  const starts = (name: string): number[] =>
    changes.filter(([cycle, found, value]) => found === name && cycle > 0 && !/[x]/.test(value) && value !== '0').map(([cycle]) => cycle);
  // injected at 5, received at 7, granted the switch two cycles later; five cycles per router
  expect(starts('network.r0.to_1.number')).toEqual([10]);
  expect(
    changes.filter(([cycle, name]) => name === 'network.r0.to_1.number' && cycle > 0).map(([cycle, , value]) => [cycle, value]),
  ).toEqual([
    [9, '0'],
    [10, '1'],
    [11, 'x'],
  ]);
  expect(
    changes.filter(([cycle, name, value]) => name === 'network.r1.to_2.flit' && cycle > 0 && value === '0').map(([cycle]) => cycle),
  ).toEqual([14, 15]);
  expect(starts('network.r0.to_node_0.credit').length).toBe(2);
  const network = new NocNetwork(layout);
  network.offer(5, 0, 2, 2, 0);
  let arrived = -1;
  network.advance(1000, (_id, cycle) => {
    arrived = cycle;
  });
  expect(starts('network.n2.received')).toEqual([arrived]);
  expect(starts('network.n0.sent')).toEqual([5]);
});

test('every flit and every credit of a busy run is in the dump', () => {
  const layout = meshLayout(3, 3);
  const packets = Array.from({ length: 200 }, (_, i) => ({ cycle: i >> 2, source: (i * 5) % 9, destination: (i * 7 + 3) % 9, flits: 1 }));
  const text = dumpPackets(layout, packets, 5000);
  const network = new NocNetwork(layout);
  for (const [id, { cycle, source, destination, flits }] of packets.entries()) network.offer(cycle, source, destination, flits, id);
  network.advance(5000, () => undefined);
  const moves = network.counters.routerTraversals.reduce((sum, flits) => sum + flits, 0);
  const { changes } = parse(text, 4000);
  expect(changes.filter(([, name, value]) => name.endsWith('.flit') && value !== 'x').length).toBe(moves);
  expect(() => dumpPackets(meshLayout(32, 32), [], 10)).toThrow(/up to 4096 ports/);
});
