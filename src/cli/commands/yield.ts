/** `neurolith yield CARD`: how many dies of a chip can be calibrated to the gates? */
import { readFileSync } from 'node:fs';
import {
  calibrateSharedBiases,
  calibrationYield,
  cardFile,
  chipFamily,
  intendSharedCalibration,
  intendYield,
  loadGates,
  type Intent,
} from '../../codesign/index.ts';
import { UsageError } from '../../base/index.ts';
import type { CalibrationRecord, SharedCalibrationRecord } from '../../model/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { CIRCUITS, CORES, dieCommand, shippedPlan } from '../die-command.ts';
import type { Host } from '../host.ts';
import { tellIntent } from '../intent.ts';
import { flag, optionalText, text } from '../values.ts';

/** A yield of a family of chips: what it would do, and how it is done. */
interface Yield {
  readonly directory: string;
  intend(this: void): Promise<Intent>;
  judge(this: void): Promise<{ readonly passed: boolean; readonly raw: unknown }>;
}

export async function run(argv: Arguments, host: Host): Promise<number> {
  const of = chipFamily(cardFile('chip', text(argv, 'card'))) === 'dynapse' ? yieldOfCores : yieldOfCircuits;
  const { directory, intend, judge } = of(argv, host, counted(text(argv, 'dies')));
  if (flag(argv, 'dry-run')) return tellIntent(await intend(), argv, host);
  const { passed, raw } = await judge();
  const report = await writeReport(directory, { png: flag(argv, 'png') });
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(raw)}\n` : `${readFileSync(report.summary, 'utf8')}\n`);
  return passed ? 0 : 1;
}

function yieldOfCircuits(argv: Arguments, host: Host, dies: string): Yield {
  const { card, plan, target, context } = dieCommand(argv, host, { ...CIRCUITS, dies });
  const gates = loadGates(optionalText(argv, 'gates') ?? shippedPlan(CIRCUITS.gates), 'circuits');
  const request = { card, plan, gates, studies: flag(argv, 'studies') };
  return {
    directory: target.directory,
    intend: async () => intendYield({ ...request, context: target }),
    judge: async () => {
      const record = await calibrationYield({ ...request, context: await context('calibrations') });
      return { passed: record.result.yield!.passed, raw: rawOf(record) };
    },
  };
}

function yieldOfCores(argv: Arguments, host: Host, dies: string): Yield {
  if (flag(argv, 'studies')) throw new UsageError('--studies is for chips with a code per circuit; this card shares its biases');
  const { card, plan, target, context } = dieCommand(argv, host, { ...CORES, dies });
  const gates = loadGates(optionalText(argv, 'gates') ?? shippedPlan(CORES.gates), 'cores');
  const request = { card, plan, gates };
  return {
    directory: target.directory,
    intend: async () => intendSharedCalibration({ ...request, context: target }),
    judge: async () => {
      const record = await calibrateSharedBiases({ ...request, context: await context('calibrations') });
      return { passed: record.result.yield!.passed, raw: rawOfCores(record) };
    },
  };
}

/** "100" is dies 1 to 100; ranges and lists stay as they are. */
function counted(dies: string): string {
  return /^\s*\d+\s*$/.test(dies) ? `1:${dies.trim()}` : dies;
}

/** The verdict with the raw figures per circuit, from which others can compute it again. */
function rawOf({ result }: CalibrationRecord): unknown {
  return {
    ...result.yield,
    perDie: result.dies.map(({ die, graded, quantities }) => ({
      die,
      quantities: graded.map(({ quantity, unit, target, before, after, masked, rmsAfter }) => {
        const searched = quantities.find((one) => one.quantity === quantity);
        return {
          quantity,
          unit,
          target,
          rms: rmsAfter,
          before,
          truth: after,
          masked,
          reading: searched?.verification?.reading ?? null,
          error68: searched?.verification?.error68 ?? null,
          error95: searched?.verification?.error95 ?? null,
          codes: searched?.codes ?? null,
          status: searched?.status ?? null,
        };
      }),
    })),
  };
}

/** The same of cores: one entry per core in every list. */
function rawOfCores({ result }: SharedCalibrationRecord): unknown {
  return {
    ...result.yield,
    perDie: result.dies.map(({ die, masked, biases, quantities }) => ({
      die,
      masked,
      quantities: quantities.map(({ name, unit, target, bias, truthBefore, truthAfter, after, error68, error95, spread, status }) => ({
        quantity: name,
        unit,
        target,
        before: truthBefore,
        truth: truthAfter,
        reading: after,
        error68,
        error95,
        spread,
        codes: biases.map((core) => core[bias]),
        status,
      })),
    })),
  };
}
