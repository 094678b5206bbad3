/**
 * The cases of a validation against BookSim2: a packet trace, a run, a search for saturation. Each gives its raw numbers, so that a verdict can be computed again from them.
 */
import { hashOf, InfeasibleError, NeurolithError } from '../../base/index.ts';
import { reusingMemory } from '../../kernels/index.ts';
import { readBookSimConfig, type BookSimRun } from './booksim-config.ts';
import { runProtocol, type ProtocolResult } from './booksim-run.ts';
import { compileNoc } from '../design/compile.ts';
import { engineOf } from '../kernel/engine.ts';
import type { NocLayout } from '../design/layout.ts';
import { readTrace, replayTrace, type Mismatch } from './replay.ts';
import { differencesOf, isDrawFree, isEqual, isIdentical, isSame, type BookSimRow, type Difference } from './validate-rules.ts';
import { expectedMatrix } from '../traffic/traffic.ts';
import { meanZeroLoadLatency } from '../design/zero-load.ts';

/** A folder of configurations and the files that they name. */
export interface Folder {
  read(name: string): string;
  has(name: string): boolean;
}

/** Why a case could not be run, in words; absent when it was. */
interface Refused {
  readonly error?: string;
}

/** A packet trace. */
export interface TraceCase extends Refused {
  readonly kind: 'trace';
  readonly id: string;
  readonly certificate: string;
  readonly packets: number;
  readonly mismatching: number;
  readonly examples: readonly Mismatch[];
  readonly passed: boolean;
}

/** One run beside BookSim2's. */
export interface RunCase extends Refused {
  readonly kind: 'run';
  readonly id: string;
  readonly certificate: string;
  readonly zeroLoad: number; // cycles
  readonly reference: BookSimRow;
  readonly ours: ProtocolResult | undefined;
  /**
   * exact: nothing is drawn, all figures agree to six digits; statistical: stable and below 1.5 times the zero-load latency, means agree within bars; deadlock: BookSim2 deadlocked, so must
   * we, or call it unstable; shown: beyond the knee, where two seeds differ by more than two simulators, so nothing is judged here (saturation is, by configuration).
   */
  readonly compared: 'exact' | 'statistical' | 'deadlock' | 'shown';
  /** We draw the same numbers, so the run should be the same packet by packet: latency, accepted load, routers and packets to six digits, or unstable as well. Absent: routers draw, or run ahead. */
  readonly identical?: boolean;
  /** |ours - reference|, the bar of 3 or 2 % and the standard error of the difference. */
  readonly latencyDifference: Difference;
  readonly acceptedDifference: Difference;
  /** Statistical: outside 3.5 standard errors and the percentage; far: outside 5. */
  readonly outside: boolean;
  readonly farOutside: boolean;
  readonly passed: boolean;
}

/** Where a configuration saturates on the loads of the folder. */
export interface SaturationCase extends Refused {
  readonly kind: 'saturation';
  readonly id: string;
  readonly certificate: string;
  readonly rates: readonly number[]; // of the folder, ascending
  readonly reference: number; // highest load below which all are stable
  readonly ours: readonly number[]; // the same, per seed
  readonly median: number;
  /** Places between the median and the reference in the list of loads. */
  readonly stepsApart: number;
  readonly passed: boolean;
}

const KNEE = 1.5; // times the zero-load latency

/** Runs cases of one folder; equal networks are compiled once. */
export class Cases {
  readonly #folder: Folder;
  readonly #layouts = new Map<string, NocLayout>();

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  trace(id: string, config: string, rows: string): TraceCase {
    const base = { kind: 'trace', id } as const;
    const failed = (error: string): TraceCase => ({
      ...base,
      certificate: '',
      packets: 0,
      mismatching: 0,
      examples: [],
      passed: false,
      error,
    });
    return attempt(failed, () => {
      const layout = this.#layoutOf(this.#configuration(config));
      const { packets, mismatching, examples } = replayTrace(layout, readTrace(this.#folder.read(rows), rows));
      return {
        ...base,
        certificate: layout.certificate.statement,
        packets,
        mismatching,
        examples,
        passed: packets > 0 && mismatching === 0,
      };
    });
  }

  run(row: BookSimRow): RunCase {
    const none: Difference = { absolute: NaN, allowed: NaN, standardError: NaN };
    const failed = (error: string): RunCase => ({
      kind: 'run',
      id: row.id,
      certificate: '',
      zeroLoad: NaN,
      reference: row,
      ours: undefined,
      compared: 'shown',
      latencyDifference: none,
      acceptedDifference: none,
      outside: false,
      farOutside: false,
      passed: false,
      error,
    });
    return attempt(failed, () => {
      const run = this.#configuration(row.file);
      const layout = this.#layoutOf(run);
      const ours = this.#simulate(run, run.rate, run.seed);
      const zeroLoad = meanZeroLoadLatency(layout, expectedMatrix(run.traffic, layout));
      const compared = isDrawFree(run, layout)
        ? 'exact'
        : row.isDeadlocked
          ? 'deadlock'
          : row.isStable && row.measures === 'latency' && row.latency < KNEE * zeroLoad
            ? 'statistical'
            : 'shown';
      const [latency, accepted] = differencesOf(ours, row);
      const isBeyond = (errors: number): boolean =>
        ours.verdict !== 'stable' ||
        [latency, accepted].some(({ absolute, allowed, standardError }) => absolute > Math.max(allowed, errors * standardError));
      const outside = compared === 'statistical' && isBeyond(3.5);
      const farOutside = compared === 'statistical' && isBeyond(5);
      const passed =
        compared === 'exact' ? isEqual(ours, row) : compared === 'deadlock' ? ours.verdict !== 'stable' : compared === 'shown' || !outside;
      return {
        kind: 'run',
        id: row.id,
        certificate: layout.certificate.statement,
        zeroLoad,
        reference: row,
        ours,
        compared,
        ...(isSame(run, layout) ? { identical: isIdentical(ours, row) } : {}),
        latencyDifference: latency,
        acceptedDifference: accepted,
        outside,
        farOutside,
        passed,
      };
    });
  }

  /** Looks for saturation on the loads of `rows`, one search per seed, beginning at the reference's. */
  saturation(id: string, rows: readonly BookSimRow[], seeds: readonly number[]): SaturationCase {
    const sorted = rows.toSorted((p, q) => p.rate - q.rate);
    // several seeds at one load: stable when most are
    const rates = Array.from(new Set(sorted.map(({ rate }) => rate)));
    const isStable = rates.map((rate) => {
      const here = sorted.filter((row) => row.rate === rate);
      return 2 * here.filter((row) => row.isStable).length > here.length;
    });
    const theirs = isStable.includes(false) ? isStable.indexOf(false) : isStable.length;
    const loadAt = (place: number): number => (place === 0 ? 0 : rates[place - 1]!);
    const base = { kind: 'saturation', id, rates, reference: loadAt(theirs) } as const;
    const failed = (error: string): SaturationCase => ({
      ...base,
      certificate: '',
      ours: [],
      median: NaN,
      stepsApart: NaN,
      passed: false,
      error,
    });
    return attempt(failed, () => {
      const run = this.#configuration(sorted[0]!.file);
      const found = seeds.map((seed) => {
        const carries = (place: number): boolean => this.#simulate(run, rates[place]!, seed).verdict === 'stable';
        let place = theirs;
        if (place < rates.length && carries(place)) {
          do place += 1;
          while (place < rates.length && carries(place));
        } else while (place > 0 && !carries(place - 1)) place -= 1;
        return place;
      });
      const middle = found.toSorted((p, q) => p - q)[Math.floor((found.length - 1) / 2)]!;
      const stepsApart = Math.abs(middle - theirs);
      const { statement } = this.#layoutOf(run).certificate;
      return { ...base, certificate: statement, ours: found.map(loadAt), median: loadAt(middle), stepsApart, passed: stepsApart <= 1 };
    });
  }

  #configuration(file: string): BookSimRun {
    return readBookSimConfig(this.#folder.read(file), file, (name) => this.#folder.has(name));
  }

  #simulate(run: BookSimRun, rate: number, seed: number): ProtocolResult {
    return reusingMemory(() =>
      runProtocol(engineOf(this.#layoutOf(run)), { traffic: run.traffic, process: run.process, rate, seed }, run.protocol),
    );
  }

  /** Certified or not: BookSim2 runs what it is told, and deadlocks are part of what is compared. */
  #layoutOf({ design }: BookSimRun): NocLayout {
    const { name: _name, ...network } = design;
    const key = hashOf(network);
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      layout = compileNoc(design, (name) => this.#folder.read(name), { allowUnsafe: true });
      this.#layouts.set(key, layout);
    }
    return layout;
  }
}

/** Turns what the user can be told into a case that says so. */
function attempt<T>(failed: (error: string) => T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof NeurolithError && error.exitCode === new InfeasibleError('').exitCode) return failed(error.message);
    throw error;
  }
}
