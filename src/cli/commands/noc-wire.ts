/** `neurolith noc wire WORKLOAD`: long links for a workload, against the mesh and regular express links. */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { cardFile, wiringStudy } from '../../codesign/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, optionalNumber, optionalText, text } from '../values.ts';

/** 20 Hz biological at a speed-up of 1000 and 250 MHz. */
const RATE = 8e-5;

export async function run(argv: Arguments, host: Host): Promise<number> {
  const study = wiringStudy({
    workload: cardFile('workload', text(argv, 'workload')),
    width: optionalNumber(argv, 'width') ?? 8,
    height: optionalNumber(argv, 'height') ?? 8,
    wire: optionalNumber(argv, 'wire') ?? 2,
    maxDegree: optionalNumber(argv, 'max-degree') ?? 7,
    rate: optionalNumber(argv, 'rate') ?? RATE,
    seed: optionalNumber(argv, 'seed') ?? 1,
    seeds: optionalNumber(argv, 'seeds') ?? 5,
  });
  const directory = optionalText(argv, 'out');
  const lines = [`${study.workload}: ${String(study.neurons)} neurons, ${study.packetsPerSpike.toFixed(2)} cores per spike`, ''];
  const columns = [
    'design',
    'links',
    'wire mm',
    'bit',
    'flits',
    'mean cycles',
    'max',
    'of mesh',
    '95 %',
    'pJ/spike',
    'static mW',
    'mm2',
    'idle uniform',
  ];
  const rows = study.rows.map((row) => [
    row.name,
    String(row.links),
    row.wire.toFixed(0),
    String(row.flitBits),
    String(row.packetFlits),
    row.meanLatency.toFixed(2),
    row.maxLatency.toFixed(0),
    row.ratio.toFixed(3),
    row.interval === null ? '' : `${row.interval[0].toFixed(3)}..${row.interval[1].toFixed(3)}`,
    (row.dynamicPerSpike * 1e12).toFixed(1),
    (row.staticPower * 1e3).toFixed(1),
    (row.area * 1e6).toFixed(3),
    row.uniformZeroLoad.toFixed(2),
  ]);
  const widths = columns.map((name, k) => Math.max(name.length, ...rows.map((row) => row[k]!.length)));
  for (const row of [columns, ...rows])
    lines.push(
      row
        .map((cell, k) => cell.padEnd(widths[k]!))
        .join('  ')
        .trimEnd(),
    );
  lines.push('', ...study.verdict);
  if (directory !== undefined) {
    await writeAtomically(join(directory, 'long-links.yaml'), stringify(study.design));
    await writeAtomically(join(directory, 'traffic.csv'), study.traffic);
    await writeAtomically(join(directory, 'wiring.json'), `${JSON.stringify(study, null, 2)}\n`);
    lines.push('', join(directory, 'long-links.yaml'));
  }
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(study)}\n` : `${lines.join('\n')}\n`);
  return 0;
}
