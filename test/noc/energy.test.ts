import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { areaOf, energyOf, NocNetwork, activityBetween, type NocLayout } from '../../src/noc/index.ts';
import { scaleOfRouter } from '../../src/noc/design/technology.ts';
import { loadNetwork } from '../../src/sweep/index.ts';
import { meshLayout } from './designs.ts';

const table = new URL('../../../shared/reference/noc/energy-dsent.csv', import.meta.url);
const absent = !existsSync(table);

/** Activity of packets from node 0 to the far corner. */
function activityOf(layout: NocLayout, packets: number) {
  const network = new NocNetwork(layout);
  const before = network.read();
  for (let id = 0; id < packets; id++) network.offer(100 * id, 0, layout.nodes - 1, 1, id);
  network.advance(100 * packets + 1000, () => undefined);
  return activityBetween(layout, before, network.read());
}

test('a packet costs its routers and its millimetres, to the last digit', () => {
  const layout = meshLayout(3, 3, { floor_plan: { tile_pitch: '2 mm' }, router: { vcs: 4, buffer: 4 }, technology: '45nm' });
  const { router, link, dynamic } = energyOf(layout, activityOf(layout, 10));
  // along x, then along y: the ports of corner, rim, corner, rim, corner; four links of 2 mm
  const path = [3, 4, 3, 4, 3];
  expect(link).toBeCloseTo(10 * 4 * 2 * 1.29159e-12, 24);
  expect(router).toBeCloseTo(
    10 * 3.108e-12 * path.reduce((sum, p) => sum + scaleOfRouter({ ports: p, vcs: 4, buffer: 4, bits: 32 }).dynamic, 0),
    24,
  );
  expect(dynamic).toBe(router + link);
});

test('a spike of the Loihi-like mesh costs what its hops cost on the chip: 3.0 pJ east-west, 4.2 pJ north-south, links and routers included', () => {
  const { layout } = loadNetwork('loihi-like-mesh');
  const pairs = 32 * 32;
  let [along, across] = [0, 0];
  for (let k = 0; k < pairs; k++) {
    const [from, to] = [Math.floor(k / 32), k % 32];
    along += Math.abs((from % 8) - (to % 8)) / pairs;
    across += Math.abs(Math.floor(from / 8) - Math.floor(to / 8)) / pairs;
  }
  const network = new NocNetwork(layout);
  const before = network.read();
  for (let k = 0; k < pairs; k++) network.offer(20 * k, 4 * Math.floor(k / 32), 4 * (k % 32), 1, k);
  network.advance(20 * pairs + 1000, () => undefined);
  const { dynamic } = energyOf(layout, activityBetween(layout, before, network.read()));
  expect(dynamic / pairs / ((3.0 * along + 4.2 * across) * 1e-12)).toBeCloseTo(1, 3);
});

test('static energy grows with time and not with traffic', () => {
  const layout = meshLayout(3, 3);
  const quiet = { ...activityOf(layout, 1), cycles: 1000 };
  const busy = { ...activityOf(layout, 20), cycles: 1000 };
  expect(energyOf(layout, quiet).static).toBe(energyOf(layout, busy).static);
  expect(energyOf(layout, { ...quiet, cycles: 2000 }).static).toBeCloseTo(2 * energyOf(layout, quiet).static, 20);
  expect(energyOf(layout, quiet).seconds).toBe(1000 / 250e6);
});

test('area grows with buffers, width and wires', () => {
  const small = areaOf(meshLayout(3, 3, { router: { buffer: 4 } }));
  expect(areaOf(meshLayout(3, 3, { router: { buffer: 8 } })).routers).toBeGreaterThan(1.5 * small.routers);
  expect(areaOf(meshLayout(3, 3, { router: { buffer: 4 }, flit_bits: 64 })).wires).toBeCloseTo(2 * small.wires, 15);
  expect(small.wireLength).toBeCloseTo(12e-3, 12);
});

test('a coefficient on the card replaces that of the technology', () => {
  const given = { value: '7 pJ', evidence: 'published', source: 'a measurement' } as const;
  const layout = meshLayout(2, 2, { costs: { router_per_flit: given } });
  expect(layout.coefficients.routerPerFlit).toEqual({ value: 7e-12, evidence: 'published', source: 'a measurement' });
  expect(layout.coefficients.linkPerFlitMm.evidence).toBe('derived');
});

test.skipIf(absent)(
  `the scaling meets the DSENT runs at 32 nm within 5 %${absent ? ' (skipped: ../shared/reference/noc is not there)' : ''}`,
  () => {
    const rows = readFileSync(table, 'utf8')
      .split('\n')
      .map((row) => row.split(','));
    const runs = rows.filter(([kind, tech]) => kind === 'router' && tech === 'Bulk32LVT').map((row) => row.map(Number));
    expect(runs.length).toBe(5);
    for (const run of runs) {
      const [ports, vcs, buffer, bits, dynamic, clock, leakage, area] = [
        run[2]!,
        run[3]!,
        run[4]!,
        run[5]!,
        run[11]!,
        run[12]!,
        run[13]!,
        run[14]!,
      ];
      const scale = scaleOfRouter({ ports, vcs, buffer, bits });
      expect(Math.abs((scale.dynamic * 1.71133) / dynamic - 1)).toBeLessThan(0.05);
      expect(Math.abs((scale.clock * 0.18774) / clock - 1)).toBeLessThan(0.05);
      expect(Math.abs((scale.leakage * 6.709) / leakage - 1)).toBeLessThan(0.05);
      expect(Math.abs((scale.area * 15_031.3) / area - 1)).toBeLessThan(0.05);
    }
  },
);

const coefficients = (technology: '45nm' | '32nm' | '28nm' | '22nm' | '11nm' | '65nm') => meshLayout(2, 2, { technology }).coefficients;

test.skipIf(absent)(
  `every node's coefficients are those of its DSENT run, and the scaling meets the runs of the other nodes within 12 %${absent ? ' (skipped: ../shared/reference/noc is not there)' : ''}`,
  () => {
    const rows = readFileSync(table, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(','));
    const techs = { Bulk45LVT: '45nm', Bulk32LVT: '32nm', Bulk22LVT: '22nm', TG11LVT: '11nm' } as const;
    let worst = 0;
    for (const [tech, technology] of Object.entries(techs)) {
      const c = coefficients(technology);
      const routers = rows.filter((row) => row[0] === 'router' && row[1] === tech).map((row) => row.map(Number));
      const base = routers.find((row) => row[2] === 5 && row[3] === 4 && row[4] === 4 && row[5] === 32);
      expect(c.routerPerFlit.value).toBeCloseTo(base![11]! * 1e-12, 20);
      expect(c.clockPerCycle.value).toBeCloseTo(base![12]! * 1e-12, 20);
      expect(c.routerLeakage.value).toBeCloseTo(base![13]! * 1e-3, 10);
      expect(c.routerArea.value * 1e12).toBeCloseTo(base![14]!, 6);
      const link = rows.find((row) => row[0] === 'link' && row[1] === tech && row[6] === '1')!;
      expect(c.linkPerFlitMm.value).toBeCloseTo(Number(link[11]) * 1e-12, 20);
      expect(c.linkLeakagePerMm.value).toBeCloseTo(Number(link[13]) * 1e-3, 12);
      for (const run of routers) {
        const scale = scaleOfRouter({ ports: run[2]!, vcs: run[3]!, buffer: run[4]!, bits: run[5]! });
        for (const [factor, column] of [
          [scale.dynamic, 11],
          [scale.clock, 12],
          [scale.leakage, 13],
          [scale.area, 14],
        ] as const)
          worst = Math.max(worst, Math.abs((factor * base![column]!) / run[column]! - 1));
      }
      // energy of a link is linear in its length
      for (const row of rows.filter(([kind, name]) => kind === 'link' && name === tech))
        expect(Math.abs((c.linkPerFlitMm.value * Number(row[6])) / (Number(row[11]) * 1e-12) - 1)).toBeLessThan(0.03);
    }
    expect(worst).toBeLessThan(0.12);
  },
);

test('28 nm lies on straight lines of the logarithms between 32 and 22 nm and says that it is derived; 65 nm that it is assumed', () => {
  const [at32, at28, at22] = [coefficients('32nm'), coefficients('28nm'), coefficients('22nm')];
  const share = Math.log(32 / 28) / Math.log(32 / 22);
  for (const name of ['routerPerFlit', 'linkPerFlitMm', 'clockPerCycle', 'routerLeakage', 'linkLeakagePerMm', 'routerArea'] as const) {
    const expected = at32[name].value * (at22[name].value / at32[name].value) ** share;
    expect(Math.abs(at28[name].value / expected - 1)).toBeLessThan(0.02);
    expect(at28[name]).toMatchObject({ evidence: 'derived', source: 'DSENT, interpolated between 32 and 22 nm' });
    expect(coefficients('65nm')[name].evidence).toBe('assumed');
  }
});
