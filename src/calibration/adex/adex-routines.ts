/**
 * The routines of the whole circuit, each from an observable of its own:
 *   exponential (V_exp and D from the upswing), adaptation leak (from a shift of the rest), tau_w, a (from a step), b (from intervals).
 * tau_w comes before a, because a is proportional to it; the adaptation leak before both, because a step has to start where the adaptation is at rest. While one is measured
 * the other parts of the circuit are switched off; `working` holds what has been found.
 */
import type { CalibrationEffort, NeuronCell } from '../../model/index.ts';
import { measureStep, settledLevel, settlingTime, type StepMeasurement } from './adex-adaptation.ts';
import { exponentialRoutine } from './adex-exponential.ts';
import { measureFree, measureJump, type JumpMeasurement } from './adex-jump.ts';
import { allAt, leakSlope, type AdexBench } from './adex-known.ts';
import { adexSetup, STEP, type AdexTargets } from './adex-setup.ts';
import { knownFrom, movedBy, throughGiven, type AdexErrors } from './adex-uncertainty.ts';
import { medianOf } from '../reader.ts';
import type { Routine, SearchedParameter, SystematicError } from '../routine.ts';

/** Strength of the adaptation that shifts the rest, and its time constant (s) while it does. */
const SHIFTING = 4;
const SHIFTING_TAU = 100e-6;
/** Codes of the adaptation leak on both sides at which its pull on the rest is read, and the least pull that tells a level. */
const PULL_PROBE = 60;
const LEAST_PULL = 0.1;
/** Strength while the time constant is read: strong enough to be seen, weak enough to leave a step. */
const STEP_STRENGTH = 1.5;
/** Readings that fit it to each circuit, and the largest factor by which one changes it. */
const STRENGTH_ROUNDS = 2;
const MOST_STRONGER = 3;
/** Drive over the threshold while jumps are read: that of the jump, but at least this many codes of the current. */
const LEAST_MARGIN = 8;
/** Readings of what others build on. */
const READINGS = 4;

/** Routines for what the targets ask for; `working` holds the codes of the data sheet at first and what was found later; `errors` is how well the bench is known. */
export function adexRoutines(
  bench: AdexBench,
  targets: AdexTargets,
  effort: CalibrationEffort,
  working: Partial<Record<NeuronCell, Int32Array>>,
  errors: AdexErrors,
): readonly Routine[] {
  const { substrate, tauMem } = bench;
  const setup = adexSetup(bench, effort, working, errors);
  const { sheet, perCode, put, own, line, inLsb, channel, writtenAgain } = setup;
  const membrane = medianOf(tauMem);
  const tauTarget = medianOf(targets.adaptationTau);
  const code = (cell: NeuronCell, wanted: number): Int32Array =>
    allAt(substrate, Math.round(Math.min(Math.max(wanted, 1), substrate.capabilities.codes[cell].max)));
  const perStrengthCode = (tau: number): number => sheet.adaptationCoupling * membrane * sheet.adaptationGainRate * tau;
  const strengthOf = (codes: Int32Array, tau: number): number => codes[0]! * perStrengthCode(tau);
  let [current, wait] = [0, 0];
  let rest: Float64Array = new Float64Array(0);
  let pull: Float64Array = new Float64Array(0);
  let pullErrors: Float64Array = new Float64Array(0);
  let taus = targets.adaptationTau;
  let tausMoved = targets.adaptationTau;
  let restErrors: Float64Array = new Float64Array(0);
  let tauErrors: Float64Array = new Float64Array(0);
  let free: Float64Array = new Float64Array(0);
  let freeErrors: Float64Array = new Float64Array(0);
  const last: { step?: StepMeasurement; jump?: JumpMeasurement } = {};
  const shifting = {
    adaptation_tau: code('adaptation_tau', sheet.adaptationTau / SHIFTING_TAU),
    adaptation_strength: code('adaptation_strength', SHIFTING / perStrengthCode(SHIFTING_TAU)),
  };
  const adaptationLeak = async (): Promise<void> => {
    wait = settlingTime(tauMem, SHIFTING_TAU);
    await put({});
    const settled = async (): Promise<Float64Array> => settledLevel(bench, effort, undefined, wait);
    ({ mean: rest, error: restErrors } = await knownFrom(READINGS, undefined, settled));
    await put(shifting);
    const leaks = working.adaptation_leak!;
    const { max } = substrate.capabilities.codes.adaptation_leak;
    const probes = [-1, 1].map((side) => leaks.map((leak) => Math.min(Math.max(leak + side * PULL_PROBE, 0), max)));
    ({ mean: pull, error: pullErrors } = await knownFrom(READINGS, undefined, async () => {
      const levels: Float64Array[] = [];
      for (const adaptation_leak of probes) {
        await substrate.configure({ codes: { adaptation_leak } });
        levels.push(await settled());
      }
      return levels[0]!.map((low, n) => (levels[1]![n]! - low) / ((probes[1]![n]! - probes[0]![n]!) * perCode));
    }));
    await substrate.configure({ codes: own('adaptation_leak') });
  };
  const stepStrength = code('adaptation_strength', STEP_STRENGTH / perStrengthCode(tauTarget));
  const stepCurrent = Math.max(Math.round(STEP / membrane / sheet.offsetDrive), 6);
  const step = (strength: number, known?: Float64Array): Parameters<typeof measureStep>[2] => ({
    current: stepCurrent,
    strength,
    tau: tauTarget,
    ...(known === undefined ? {} : { known }),
  });
  const movedMembranes = movedBy(bench, 'tauMem', errors.tauMem).tauMem;
  let strengths = stepStrength;
  const timeConstant = async (): Promise<void> => put({ ...own('adaptation_leak', 'adaptation_tau'), adaptation_strength: strengths });
  // an adaptation that is far weaker or stronger than the data sheet says hardly shows its time constant: each circuit gets the strength that it needs
  const timeConstantPrepared = async (): Promise<void> => {
    const { max } = substrate.capabilities.codes.adaptation_strength;
    for (let round = 0; round < STRENGTH_ROUNDS; round++) {
      await timeConstant();
      const [seen, found] = (await measureStep(bench, effort, step(strengthOf(stepStrength, tauTarget)))).reading;
      strengths = strengths.map((present, n) => {
        // strength is proportional to the time constant, which the search is going to change
        const later = (seen[n]! * tauTarget) / found[n]!;
        const factor = later > 0 ? STEP_STRENGTH / later : MOST_STRONGER;
        return Math.min(Math.max(Math.round(present * Math.min(Math.max(factor, 1 / MOST_STRONGER), MOST_STRONGER)), 1), max);
      });
    }
    await timeConstant();
  };
  const readTaus = async (): Promise<void> => {
    await timeConstant();
    const stimulus = step(strengthOf(stepStrength, tauTarget));
    const twice = { ...effort, repeats: 2 * effort.repeats };
    const known = await knownFrom(READINGS, targets.adaptationTau, async () => {
      last.step = await measureStep(bench, twice, stimulus);
      return last.step.reading[1];
    });
    taus = known.mean;
    // other membranes would have been read as other time constants from the same traces
    const { reading, refit } = last.step!;
    const shifted = refit(movedMembranes, undefined)[1];
    tausMoved = taus.map((tau, n) => tau + (Number.isFinite(shifted[n]! - reading[1][n]!) ? shifted[n]! - reading[1][n]! : 0));
    tauErrors = known.error;
  };
  const strength = async (): Promise<void> => {
    await readTaus();
    await put(own('adaptation_leak', 'adaptation_tau', 'adaptation_strength'));
  };
  const jump = async (): Promise<void> => {
    const margin = Math.max(medianOf(targets.jump), LEAST_MARGIN * sheet.offsetDrive * membrane);
    const [level, from] = [medianOf(bench.threshold), medianOf(bench.rest)];
    const wanted = leakSlope(level - from, membrane, substrate.capabilities.leakLinearRange) + margin / membrane;
    current = Math.round(wanted / sheet.offsetDrive);
    await put(own('adaptation_leak', 'adaptation_tau'));
    ({ mean: free, error: freeErrors } = await knownFrom(READINGS / 2, undefined, async () => measureFree(bench, current)));
    await put(own('adaptation_leak', 'adaptation_tau', 'adaptation_jump'));
  };
  const adapts = medianOf(targets.adaptation) > 0;
  const jumps = medianOf(targets.jump) > 0;
  const timeParameter: SearchedParameter = {
    ...line('tau_w', 'adaptation_tau', { unit: 's', targets: targets.adaptationTau }),
    rising: false,
    inverse: true,
  };
  const strengthParameter = line('a', 'adaptation_strength', { unit: '1', targets: targets.adaptation });
  const jumpParameter = line('b', 'adaptation_jump', { unit: 'V', targets: targets.jump });
  const movedTaus = (): Float64Array => taus.map((tau, n) => tau + (tauErrors[n] ?? 0));
  const jumpErrors = (): readonly SystematicError[] => {
    const { reading, refit } = last.jump!;
    const given = { tauW: taus, free };
    const through = throughGiven(jumpParameter, reading);
    return [
      through('rest potential', refit(movedBy(bench, 'rest', errors.rest), given)),
      through('reset potential', refit(movedBy(bench, 'reset', errors.reset), given)),
      through('spike threshold', refit(movedBy(bench, 'threshold', errors.threshold), given)),
      through('membrane time constant', refit(movedBy(bench, 'tauMem', errors.tauMem), { ...given, tauW: tausMoved })),
      through('adaptation time constant', refit(bench, { ...given, tauW: movedTaus() })),
      through('interval without jumps', refit(bench, { ...given, free: free.map((interval, n) => interval + freeErrors[n]!) })),
    ];
  };
  const tauRoutines: readonly Routine[] = [
    {
      name: 'adaptation_leak',
      needs: [],
      invalidates: [],
      parameters: [line('v_adaptation', 'adaptation_leak', { unit: 'LSB', targets: inLsb(targets.adaptationLeak), perCode })],
      prepare: adaptationLeak,
      ready: adaptationLeak,
      measure: async (trial) => {
        const shifted = await settledLevel(bench, trial, undefined, wait);
        return [shifted.map((level, n) => (pull[n]! > LEAST_PULL ? rest[n]! + (level - rest[n]!) / pull[n]! : NaN))];
      },
      systematic: () => [
        channel,
        { component: 'rest level', at: (n) => restErrors[n]! * Math.abs(1 / pull[n]! - 1) || 0 },
        { component: 'pull of the adaptation', at: (n, reading) => (Math.abs(reading - rest[n]!) * pullErrors[n]!) / pull[n]! || 0 },
      ],
    },
    {
      name: 'tau_w',
      needs: ['adaptation_leak'],
      invalidates: [],
      parameters: [timeParameter],
      prepare: timeConstantPrepared,
      ready: timeConstant,
      measure: async (trial) => {
        last.step = await measureStep(bench, trial, step(strengthOf(stepStrength, tauTarget)));
        return [last.step.reading[1]];
      },
      systematic: () => {
        const { reading, refit } = last.step!;
        return [throughGiven(timeParameter, reading[1])('membrane time constant', refit(movedMembranes, undefined)[1])];
      },
    },
    {
      name: 'a',
      needs: ['tau_w'],
      invalidates: [],
      parameters: [strengthParameter],
      prepare: strength,
      ready: strength,
      measure: async (trial) => {
        last.step = await measureStep(bench, trial, step(medianOf(targets.adaptation), taus));
        return [last.step.reading[0]];
      },
      systematic: () => {
        const { reading, refit } = last.step!;
        const through = throughGiven(strengthParameter, reading[0]);
        return [
          ...(jumps ? [writtenAgain(strengthParameter)] : []),
          through('membrane time constant', refit(movedMembranes, tausMoved)[0]),
          through('adaptation time constant', refit(tauMem, movedTaus())[0]),
        ];
      },
    },
  ];
  return [
    exponentialRoutine(setup, targets, adapts || jumps),
    ...(adapts ? tauRoutines : []),
    ...(jumps
      ? [
          {
            name: 'b',
            needs: adapts ? ['tau_w'] : [],
            invalidates: [],
            parameters: [jumpParameter],
            prepare: jump,
            ready: jump,
            measure: async (trial: CalibrationEffort) => {
              last.jump = await measureJump(bench, trial, { current, tauW: taus, free });
              return [last.jump.reading];
            },
            systematic: jumpErrors,
          },
        ]
      : []),
  ];
}
