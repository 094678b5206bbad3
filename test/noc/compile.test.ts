import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { NocSchema } from '../../src/model/schemas/noc.ts';
import { compileNoc, measure } from '../../src/noc/index.ts';
import { designOf, meshLayout } from './designs.ts';

const cards = new URL('../../noc/', import.meta.url);
const names = readdirSync(cards).filter((name) => name.endsWith('.yaml'));

describe('the shipped cards compile, are certified and carry traffic', () => {
  test.each(names)('%s', (name) => {
    const design = NocSchema.parse(parse(readFileSync(new URL(name, cards), 'utf8')));
    expect(`${design.name}.yaml`).toBe(name);
    const layout = compileNoc(design, (file) => readFileSync(new URL(file, cards), 'utf8'));
    expect(layout.certificate.acyclic).toBe(true);
    expect(measure(layout, { traffic: { kind: 'uniform' }, rate: 0.05, seed: 1, warmup: 200, cycles: 500 }).stable).toBe(true);
  });
});

test('an empty router, link and packet are the standard ones', () => {
  const design = designOf({ topology: { kind: 'mesh', width: 2, height: 2 }, routing: { kind: 'dimension-order' } });
  expect(design).toMatchObject({ clock: 250e6, flit_bits: 32, nodes_per_router: 1, link: { latency: 1 }, technology: '28nm' });
  expect(design.router).toMatchObject({ vcs: 4, buffer: 8, routing_delay: 1, credit_delay: 0 });
  expect(design.packet).toMatchObject({ flits: 1, mode: 'multicast' });
  expect(design.source_queue).toEqual({ capacity: 'unbounded', policy: 'stall' });
});

test.each([
  { router: { vcs: 0 } },
  { router: { buffer: 65 } },
  { clock: '10 mV' },
  { packet: { flits: 65 } },
  { topology: { kind: 'mesh', width: 0, height: 4 } },
  { routing: { kind: 'blash', layers: 1 } },
  { source_queue: { policy: 'drop-newest' } },
  { source_queue: { policy: 'drop-oldest', capacity: 'unbounded' } },
  { topolgy: {} },
])('a card with %j is refused', (change) => {
  const card = { kind: 'noc', name: 'x', topology: { kind: 'mesh', width: 2, height: 2 }, routing: { kind: 'dimension-order' } };
  expect(NocSchema.safeParse({ ...card, ...change }).success).toBe(false);
});

test('the two ends of a link know each other', () => {
  const layout = meshLayout(3, 3);
  const ports = Array.from({ length: layout.ports }, (_, port) => port);
  const back = ports.map((port) =>
    layout.peerOfPort[port]! < 0 ? layout.portOfNode[layout.nodeOfPort[port]!] : layout.peerOfPort[layout.peerOfPort[port]!],
  );
  expect(back).toEqual(ports);
});
