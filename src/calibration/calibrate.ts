/**
 * Calibration of one die: known debug voltages first, then every parameter by a dithered search over its codes, each seen only through readings and spikes.
 * The result is a bind for this die: the codes that meet the targets, with residual and status per circuit.
 * The coarse half of a search reads with less effort than its refinement, which alone decides the answer; a routine that is opened again starts from its last answer.
 */
import type { CalibratedQuantity, CalibrationEffort, NeuronCell, Setting, Substrate, SubstrateState } from '../model/index.ts';
import { channelOffsetsOf, readChannels, type ChannelData } from './cadc-offset.ts';
import { answerBefore, changedSince, driverMeanOf, driversRead, widened } from './earlier.ts';
import { UNBROKEN, type Journal } from './journal.ts';
import { movedSince } from './moved.ts';
import { chosenNodes, deriveOrder, type RoutineNode } from './order.ts';
import type { OwnFinding, OwnRoutine } from './own-routine.ts';
import { merged, ownRoutinesOf } from './own-routines.ts';
import { searchCodes, type ParameterAnswer } from './parameter-search.ts';
import { maskOf, offsetQuantity, quantityOf } from './quantity.ts';
import { potentialReader } from './reader.ts';
import type { WorkingSetting } from './routine.ts';
import type { CalibrationTargets } from './targets.ts';
import { routinesOf } from './routines.ts';
import { verifyDie } from './verify.ts';

/** Share of the circuits whose curve may leave the range of its code. */
const MOST_AT_LIMIT = 0.02;

/** What a calibration found for one die. */
export interface DieCalibration {
  /** What to write to the die: the starting setting with the calibrated codes in place. */
  readonly setting: Setting;
  readonly quantities: readonly CalibratedQuantity[];
  readonly order: readonly string[];
  readonly graph: readonly RoutineNode[];
  /** 1 where any quantity of the circuit failed. */
  readonly masked: Uint8Array;
  /** Standard deviation of a write in codes, where it was measured. */
  readonly writeNoise?: number;
  /** What the debug voltages say of the converter channels: it serves a later calibration of the same die. */
  readonly channels?: ChannelData;
}

/** What is known of a die from a calibration before: a search starts from there and is refined only. */
export interface EarlierCalibration {
  readonly codes: Readonly<Partial<Record<NeuronCell, Int32Array>>>;
  readonly leakMode?: Uint8Array;
  /** What is set beside the cells of circuits: trims of drivers and sensors, what blocks share. */
  readonly settings?: Setting;
  /** What was found then: quantities that are not done again stand in the result as they were. */
  readonly quantities?: readonly CalibratedQuantity[];
  /** The substrate as that calibration left it: nothing is written again. Without it the codes are, which draws other write noise. */
  readonly state?: SubstrateState;
  readonly channels?: ChannelData;
  /** Codes of quantities with a new target are where their curves have it; nothing is searched but what they shift. */
  readonly fromCurves?: boolean;
  /**
   * Quantities to do again, with all whose operating point they shift; everything unless given. The others keep their codes unread. 'moved': all are read with their codes as
   * they stand, and those whose deviations have grown since are done again. 'changed': those that have another target.
   */
  readonly only?: readonly CalibratedQuantity['quantity'][] | 'moved' | 'changed';
}

/**
 * Calibrates all circuits in parallel. `start` holds the nominal codes and modes, which also are the uncalibrated state. With a journal it can be killed at any point and goes
 * on with the routine that it was at, to the same bits.
 * Resolves with codes and residuals; failures of circuits are statuses, not errors.
 */
export async function calibrateDie(
  substrate: Substrate,
  targets: CalibrationTargets,
  start: Setting,
  effort: CalibrationEffort,
  earlier?: EarlierCalibration,
  journal: Journal = UNBROKEN,
): Promise<DieCalibration> {
  const goesOn = earlier?.state !== undefined && substrate.restore !== undefined;
  const channels = await journal.step('cadc_offset', substrate, async () => {
    if (goesOn) substrate.restore!(earlier.state);
    else await substrate.configure(start);
    if (earlier !== undefined)
      await substrate.configure({
        codes: earlier.codes,
        ...(earlier.leakMode && { leakMode: earlier.leakMode }),
        ...earlier.settings,
      });
    // inputs are read as currents but by what compares both, and routines have refractory periods of their own
    if (start.conductanceSynapses === true) await substrate.configure({ conductanceSynapses: false });
    if (earlier?.settings?.refractoryClock !== undefined) await substrate.configure({ refractoryClock: 'finest' });
    return earlier?.channels ?? readChannels(substrate, effort);
  });
  const channel = channelOffsetsOf(channels);
  const reader = potentialReader(substrate, channel);
  const working: WorkingSetting = { codes: { ...start.codes, ...earlier?.codes }, leakMode: earlier?.leakMode ?? start.leakMode, kept: {} };
  const trimmed = driverMeanOf(earlier?.quantities ?? []);
  if (trimmed !== undefined) working.driverMean = trimmed;
  working.drivers = driversRead(earlier?.quantities ?? []);
  const results = new Map<string, readonly ParameterAnswer[]>();
  const all = routinesOf(substrate, reader, targets, effort, working, channel);
  const allOwn = ownRoutinesOf(
    {
      substrate,
      reader,
      targets,
      effort,
      working,
      readingNoise: channel.noise,
      channelError: channel.errorAt,
      channelSlopeError: channels.slopeError,
    },
    all,
  );
  const asBefore = new Map(earlier?.quantities?.map((one) => [one.quantity, one]));
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const done = await journal.step(name, substrate, async () => ({ value: await work(), working }));
    takeUp(working, done.working);
    return done.value;
  };
  const movements =
    earlier?.only === 'moved'
      ? await step('moved', async () => movedSince(substrate, all, earlier.quantities ?? [], effort, working))
      : undefined;
  const wanted = earlier?.only === 'moved' ? movements?.moved : earlier?.only;
  const only = wanted === 'changed' ? changedSince(all, allOwn, earlier?.quantities ?? []) : wanted;
  const namesOf = new Map<string, readonly CalibratedQuantity['quantity'][]>([
    ...all.map(({ name, parameters }) => [name, parameters.map(({ quantity }) => quantity)] as const),
    ...allOwn.map(({ name, quantities }) => [name, quantities] as const),
  ]);
  const chosen = chosenByQuantity([...allOwn, ...all], namesOf, only);
  const routines = all.flatMap((one) => (chosen.has(one.name) ? [{ ...one, needs: chosen.get(one.name)! }] : []));
  const own = allOwn.flatMap((one) => (chosen.has(one.name) ? [{ ...one, needs: chosen.get(one.name)! }] : []));
  const predicted = new Set<string>();
  for (const { name, parameters } of earlier === undefined ? [] : routines) {
    results.set(
      name,
      parameters.map((parameter) => answerBefore(substrate, parameter, working, asBefore.get(parameter.quantity)?.curve)),
    );
    const known = parameters.every(
      ({ quantity }, p) =>
        only?.includes(quantity) === true && asBefore.get(quantity)?.curve !== undefined && withinRange(results.get(name)![p]!),
    );
    if (earlier?.fromCurves === true && known) predicted.add(name);
  }
  const channelsFirst: RoutineNode = { name: 'cadc_offset', needs: [], invalidates: [] };
  const last = inOrder(own.filter((one) => one.last === true));
  const graph = [channelsFirst, ...own.filter((one) => !last.includes(one)), ...routines].map(nodeOf);
  const order = deriveOrder(graph);
  const findings = new Map<string, OwnFinding>();
  for (const [index, name] of order.entries()) {
    const other = own.find((candidate) => candidate.name === name);
    if (other !== undefined) findings.set(name, await step(name, async () => other.run()));
    const routine = routines.find((candidate) => candidate.name === name);
    if (routine === undefined) continue;
    const answers = await step(name, async () => {
      if (predicted.delete(name)) {
        const found = results.get(name)!;
        routine.parameters.forEach(({ cell }, p) => (working.codes[cell] = found[p]!.codes));
        // what prepares a search serves the readings of a verification too, where nothing else does
        if (routine.ready === undefined) await routine.prepare?.();
        await substrate.configure({ codes: working.codes });
        return found;
      }
      await routine.prepare?.();
      // every search of a run has its own draws
      const seed = effort.seed + 1000 * index;
      const modes = routine.parameters.some(({ cell }) => cell === 'leak_bias') ? working.leakMode : undefined;
      const found = await searchCodes(substrate, routine, effort, seed, modes, results.get(name));
      routine.parameters.forEach(({ cell }, p) => (working.codes[cell] = found[p]!.codes));
      // inputs are read through the membranes: what was known of them is no more
      if (routine.parameters.some(({ quantity }) => quantity === 'tau_mem')) delete working.tauMem;
      await substrate.configure({ codes: working.codes });
      return found;
    });
    results.set(name, answers);
  }
  const verified =
    effort.verify > 1
      ? await step('verification', async () => {
          const found = await verifyDie(substrate, routines, results, effort, working, reader);
          await substrate.configure({ codes: working.codes });
          return found;
        })
      : undefined;
  for (const { name, run } of last) findings.set(name, await step(name, run));
  const setting: Setting = {
    ...start,
    ...merged([earlier?.settings, ...[...findings.values()].map((found) => found.setting)]),
    codes: { ...working.codes, offset_current: new Int32Array(substrate.capabilities.neurons) },
    ...(working.leakMode === undefined ? {} : { leakMode: working.leakMode }),
  };
  await substrate.configure({ ...setting, offsetCurrentOn: false, spiking: true, holdReset: false });
  // codes that were written again without being read have another write noise than the readings on record
  const unread = new Map([...asBefore].map(([name, one]) => [name, goesOn ? one : widened(one)]));
  for (const one of movements?.stayed ?? []) unread.set(one.quantity, one);
  const done = new Set(routines.flatMap(({ parameters }) => parameters.map(({ quantity }) => quantity)));
  const quantities = [
    offsetQuantity(channel, effort),
    ...all.flatMap(({ parameters }) => parameters.flatMap(({ quantity }) => (done.has(quantity) ? [] : (unread.get(quantity) ?? [])))),
    ...routines.flatMap(({ name, parameters }) =>
      parameters.map((parameter, p) =>
        quantityOf(parameter, results.get(name)![p]!, verified?.parameters.get(name)?.[p], effort, verified?.writeNoise),
      ),
    ),
    ...allOwn.flatMap((one) => findings.get(one.name)?.quantities ?? one.quantities.flatMap((name) => unread.get(name) ?? [])),
  ];
  return {
    setting,
    quantities,
    order: [...order, ...last.map(({ name }) => name)],
    graph: [...graph, ...last.map(nodeOf)],
    masked: maskOf(substrate.capabilities.neurons, quantities),
    channels,
    ...(verified?.writeNoise === undefined ? {} : { writeNoise: verified.writeNoise }),
  };
}

/** Those that run after the verification, in the order of their needs among themselves. */
function inOrder(last: readonly OwnRoutine[]): readonly OwnRoutine[] {
  const names = new Set(last.map(({ name }) => name));
  const among = (list: readonly string[]): string[] => list.filter((name) => names.has(name));
  const order = deriveOrder(last.map(({ name, needs, invalidates }) => ({ name, needs: among(needs), invalidates: among(invalidates) })));
  return order.map((name) => last.find((one) => one.name === name)!);
}

function nodeOf({ name, needs, invalidates }: RoutineNode): RoutineNode {
  return { name, needs, invalidates };
}

/** Whether curves end within the range of the code for nearly all circuits: else the search may have another mode for them. */
function withinRange({ status }: ParameterAnswer): boolean {
  return status.filter((one) => one !== 'ok').length <= MOST_AT_LIMIT * status.length;
}

/** What stands on the die, as a journal has kept it. */
function takeUp(working: WorkingSetting, { codes, kept, leakMode, tauMem, driverMean, drivers }: WorkingSetting): void {
  Object.assign(working.codes, codes);
  Object.assign(working.kept, kept);
  working.leakMode = leakMode;
  if (tauMem === undefined) delete working.tauMem;
  else working.tauMem = tauMem;
  if (driverMean !== undefined) working.driverMean = driverMean;
  if (drivers !== undefined) working.drivers = drivers;
}

/** The routines of some quantities, and after them those that they shift, by name with what they need; other needs count as done. */
function chosenByQuantity(
  nodes: readonly RoutineNode[],
  quantitiesOf: ReadonlyMap<string, readonly CalibratedQuantity['quantity'][]>,
  only: readonly CalibratedQuantity['quantity'][] | undefined,
): ReadonlyMap<string, readonly string[]> {
  if (only === undefined) return new Map(nodes.map(({ name, needs }) => [name, needs]));
  const asked = nodes.filter(({ name }) => quantitiesOf.get(name)!.some((quantity) => only.includes(quantity)));
  return new Map(chosenNodes(nodes, new Set(asked.map(({ name }) => name))).map(({ name, needs }) => [name, ['cadc_offset', ...needs]]));
}
