/**
 * The decalibration experiment: dies whose circuits spread more and more about their targets, and a layer of spiking neurons that classifies spike patterns on them. Its weights are
 * either those of the ideal chip, merely transferred, or tuned further with the die in the loop. Weights that are transferred lose as the spread grows; tuned in the loop the
 * error stays flat up to about 30 %.
 * Spread s: coefficient of variation of membrane and synaptic time constants, of synaptic strengths and of the distance from leak to threshold.
 * Source: Cramer et al. 2022, PNAS 119:e2109194119 (deliberately decalibrated chips); method: tempotron.ts.
 */
import { bootstrapMean } from '../analysis/index.ts';
import { Chance, deriveSeed, hashOf } from '../base/index.ts';
import { runCampaign } from '../campaign/index.ts';
import { ChipPart, circuitParameters, compileDie } from '../chip/index.ts';
import {
  countEvidence,
  MODEL_VERSION,
  NEURON_CELLS,
  type CalibrationPlan,
  type ChipCard,
  type DecalibrationPoint,
  type DecalibrationRecord,
  type NeuronCell,
} from '../model/index.ts';
import { openRunDirectory, readRunRecord, writeRunRecord } from '../store/index.ts';
import { uniformTargets } from './uniform-targets.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { decision, learn, present, presentations, writeWeights, type Layer, type Sample, type TaskShape } from './tempotron.ts';

export interface DecalibrationRequest {
  readonly card: ChipCard;
  /** Targets of the circuits. */
  readonly plan: CalibrationPlan;
  readonly dies: readonly number[];
  readonly seed: number;
  readonly context: RunContext;
}

interface Setup {
  readonly card: ChipCard;
  readonly plan: CalibrationPlan;
  readonly seed: number;
}

interface Job {
  readonly id: string;
  readonly label: string;
  readonly die: number;
  readonly spread: number;
}

/** Standard deviations of the spread circuits, relative. */
const SPREADS = [0, 0.1, 0.2, 0.3, 0.4, 0.5];
const TASK: TaskShape = { classes: 4, inputs: 40, copies: 4, length: 50e-6, jitter: 4e-6, missing: 0.2 };
const TRAINING = 160;
const TESTS = 240;
const EPOCHS = 12;
const RATE = 0.06;
const FIRST_WEIGHT = 0.12;
/** Presentations are numbered: those of the tests come after all that were trained with. */
const FIRST_TEST = 100_000;

/** Runs the experiment on all dies and spreads and writes the run directory; killed and started again it goes on where it was. */
export async function decalibration({ card, plan, dies, seed, context }: DecalibrationRequest): Promise<DecalibrationRecord> {
  const phases = new Phases(context.elapsed);
  const planHash = hashOf({ card, plan, dies, seed, study: 'decalibration', model: MODEL_VERSION });
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as DecalibrationRecord;
  const points = dies.flatMap((die) =>
    SPREADS.map((spread): Job => ({
      id: hashOf({ planHash, die, spread }).slice(0, 24),
      label: `die ${String(die)}, spread ${String(100 * spread)} %`,
      die,
      spread,
    })),
  );
  const { results } = await runCampaign<Setup, Job, DecalibrationPoint>({
    directory: context.directory,
    points,
    workers: context.workers,
    work: {
      module: new URL('../../dist/codesign/decalibration-worker.js', import.meta.url),
      setup: { card, plan, seed },
      inProcess: prepareDecalibration,
    },
    ...(context.progress === undefined ? {} : { progress: context.progress }),
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  phases.end('dies');
  const record: DecalibrationRecord = {
    schema: 'neurolith/run/1',
    kind: 'decalibration',
    title: `${card.name}: transferred and in the loop on decalibrated dies`,
    provenance: provenanceOf(context, MODEL_VERSION, seed, planHash, phases.timings),
    contract: null,
    contractHash: null,
    evidence: countEvidence({ [card.name]: card }),
    result: {
      task: { ...TASK, training: TRAINING, tests: TESTS, epochs: EPOCHS, weightBits: card.synapse.weight_bits.value },
      points: results,
      curves: SPREADS.map((spread) => {
        const of = results.filter((point) => point.spread === spread);
        const band = (which: 'transferred' | 'inTheLoop'): { mean: number; low: number; high: number } => {
          const values = of.map((point) => point[which]);
          const interval = bootstrapMean(values, { seed: deriveSeed(seed, 7) });
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          return { mean, low: interval?.low ?? mean, high: interval?.high ?? mean };
        };
        return { spread, transferred: band('transferred'), inTheLoop: band('inTheLoop') };
      }),
    },
  };
  await writeRunRecord(context.directory, record);
  return record;
}

/** Worker of the experiment. The weights of the ideal chip are found once. */
export function prepareDecalibration({ card, plan, seed }: Setup): (job: Job) => Promise<DecalibrationPoint> {
  const levels = 2 ** card.synapse.weight_bits.value - 1;
  const { targets } = plan;
  const kernel = { tauMem: targets.tau_mem, tauSyn: targets.tau_syn ?? targets.tau_mem / 2 };
  const trained = (layer: Bench, weights: Float64Array, epochs: number): Float64Array => {
    for (let epoch = 0; epoch < epochs; epoch++) {
      // the last third settles: smaller steps
      const rate = RATE / (1 + epoch / 3);
      for (const sample of presentations(TASK, seed, epoch * TRAINING, TRAINING)) {
        writeWeights(layer, weights, levels);
        learn(weights, sample, layer.present(sample), TASK, { rate, ...kernel });
      }
    }
    return weights;
  };
  let ideal: Float64Array | undefined;
  const idealWeights = (): Float64Array => {
    const chance = new Chance(seed, 'search', 6);
    const start = Float64Array.from(
      { length: TASK.classes * TASK.copies * TASK.inputs },
      (_, k) => FIRST_WEIGHT * (0.4 + chance.normal(0, k)),
    );
    ideal ??= trained(benchOf({ ...card, variation: 0 }, plan, 0, 0, seed), start, EPOCHS);
    return ideal.slice();
  };
  return async ({ die, spread }) => {
    const layer = benchOf(card, plan, die, spread, deriveSeed(seed, die));
    const weights = idealWeights();
    const silence: Sample = { label: -1, times: new Float64Array(TASK.inputs).fill(NaN) };
    const masked = Array.from(layer.present(silence).first, (time) => time < Infinity);
    const error = (): number => {
      writeWeights(layer, weights, levels);
      const tests = presentations(TASK, seed, FIRST_TEST, TESTS);
      return tests.filter((sample) => decision(layer.present(sample), TASK, masked) !== sample.label).length / TESTS;
    };
    const transferred = error();
    trained(layer, weights, EPOCHS);
    return { die, spread, transferred, inTheLoop: error() };
  };
}

type Bench = Layer & { readonly present: (sample: Sample) => ReturnType<typeof present> };

/** A layer on a die whose circuits spread by `spread` about their targets; single synapses and drivers as on the card. */
function benchOf(card: ChipCard, plan: CalibrationPlan, dieSeed: number, spread: number, noiseSeed: number): Bench {
  const neurons = TASK.classes * TASK.copies;
  const decalibrated = spreadCard(card, plan, spread);
  const die = compileDie(decalibrated, dieSeed);
  const { nominal } = uniformTargets(card, plan.targets);
  const none = new Float64Array(die.neurons);
  const effective = Object.fromEntries(
    NEURON_CELLS.map((cell) => [cell, nominal.codes?.[cell] === undefined ? none : Float64Array.from(nominal.codes[cell])]),
  ) as Record<NeuronCell, Float64Array>;
  const parameters = circuitParameters(decalibrated, die, effective, nominal.leakMode!);
  const synapses = neurons * TASK.inputs;
  const perSynapse = (value: (n: number, input: number) => number): Float64Array =>
    Float64Array.from({ length: synapses }, (_, k) => value(Math.floor(k / TASK.inputs), k % TASK.inputs));
  const drive = new Float64Array(synapses);
  const sign = new Int8Array(synapses);
  const part = new ChipPart({
    integrator: 'fast',
    parameters,
    synapses: { circuit: Uint32Array.from({ length: synapses }, (_, k) => Math.floor(k / TASK.inputs)), sign, drive },
    rewritten: true,
    options: {
      first: 0,
      count: 64,
      step: card.step.value,
      linearRange: card.neuron.ota === 'linear' ? Infinity : card.neuron.linear_range.value,
      noise: card.noise.membrane.value * card.noise.scale,
      noiseSeed,
      dieSeed,
      refractory: 2e-6,
    },
  });
  const rest = part.snapshot();
  let clock = 0;
  const layer: Layer = {
    part,
    neurons,
    inputs: TASK.inputs,
    step: card.step.value,
    drive,
    sign,
    full: [
      perSynapse((n, i) => parameters.driveExcitatory[n]! * die.synapseFactor(i, n)),
      perSynapse((n, i) => parameters.driveInhibitory[n]! * die.synapseFactor(TASK.inputs + i, n)),
    ],
  };
  return {
    ...layer,
    present: (sample) => {
      part.restore(rest);
      const response = present(layer, sample, TASK.length, clock);
      clock += Math.round(TASK.length / card.step.value);
      return response;
    },
  };
}

/** The card with every relevant spread at s. */
function spreadCard(card: ChipCard, { targets }: CalibrationPlan, spread: number): ChipCard {
  const { mismatch } = card;
  const distance = targets.threshold - targets.leak;
  return {
    ...card,
    neuron: { ...card.neuron, circuit: 'lif' },
    mismatch: {
      ...mismatch,
      leak: to(mismatch.leak, 0),
      reset: to(mismatch.reset, 0),
      threshold: to(mismatch.threshold, spread * distance),
      tau_mem: to(mismatch.tau_mem, spread),
      tau_syn_excitatory: to(mismatch.tau_syn_excitatory, spread),
      tau_syn_inhibitory: to(mismatch.tau_syn_inhibitory, spread),
      synaptic_strength_excitatory: to(mismatch.synaptic_strength_excitatory, spread),
      synaptic_strength_inhibitory: to(mismatch.synaptic_strength_inhibitory, spread),
    },
  };
}

function to<T extends { readonly value: number }>(field: T, value: number): T {
  return { ...field, value };
}
