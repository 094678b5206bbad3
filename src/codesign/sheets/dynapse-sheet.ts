/** Data sheet and die sheet of a chip of the subthreshold family: the same sheets, made of its biases, its spreads and its closed forms. */
import { hashOf, log } from '../../base/index.ts';
import {
  biasCurrent,
  biasLadder,
  compileDynapseDie,
  designBiases,
  dynapseColumns,
  dynapseParameters,
  dynapseNeurons,
  nearestBias,
  type CoreBiases,
  type DynapseParameters,
} from '../../chip/index.ts';
import {
  DYNAPSE_SYNAPSES,
  type Card,
  type ChipSheet,
  type DieSheet,
  type DieStatistics,
  type DynapseCard,
  type DynapseDieParameter,
  type IntegratorError,
} from '../../model/index.ts';
import { cardNumbers, fact, spreadsOf } from './card-numbers.ts';
import { summary } from './die-sheet.ts';

/** Input currents of the measured integrator, A. */
const INPUTS = [30e-9, 60e-9, 120e-9, 240e-9];
const SPAN = 0.2;
const STEP = 1e-3;
/** `fast` against `accurate`: step, span, s, and neurons. */
const FAST_STEP = 10e-6;
const SHORT = 0.06;
const NEURONS = 16;

/** The data sheet of a loaded card. */
export function dynapseSheet(loaded: Card<DynapseCard>): ChipSheet {
  const card = loaded.value;
  const { geometry } = card;
  const neurons = geometry.cores.value * geometry.neurons_per_core.value;
  const ladder = biasLadder(card).map((code) => biasCurrent(card, code));
  const ends = [ladder[0]!, ladder.at(-1)!] as const;
  const { kappa, thermal_voltage: thermal, switching_voltage: swing } = card.physics;
  const range = (name: string, unit: string, valueOf: (current: number) => number) => {
    const values = ends.map((current) => valueOf(current)).toSorted((a, b) => a - b);
    const middle = ladder.length >> 1;
    const lsb = Math.abs(valueOf(ladder[middle + 1]!) - valueOf(ladder[middle]!));
    return { name, unit, low: values[0]!, high: values[1]!, codes: [0, ladder.length - 1] as const, lsb };
  };
  const tau = (capacitance: number) => (current: number) => (capacitance * thermal.value) / (kappa.value * current);
  return {
    ...cardNumbers(loaded),
    facts: [
      fact('neuron circuits', neurons),
      fact('cores', geometry.cores.value),
      fact('synapses', neurons * geometry.synapses_per_neuron.value),
      fact('synapses per neuron', geometry.synapses_per_neuron.value),
      fact('weight', card.weight_bits.value, 'bit'),
      fact('biases per core', Object.keys(designBiases(card)).length),
      fact('currents of a bias', ladder.length),
      fact('speed-up', 1),
      fact('analog step', card.step.value, 's'),
    ],
    ranges: [
      range('bias current', 'A', (current) => current),
      range('tau_mem', 's', tau(card.capacitances.membrane.value)),
      range('tau_syn', 's', tau(card.capacitances.ampa.value)),
      range('tau_ahp', 's', tau(card.capacitances.ahp.value)),
      range('refractory', 's', (current) => (card.capacitances.refractory.value * swing.value) / current),
    ],
    spreads: spreadsOf(card.mismatch, loaded.written, () => card.variation),
    variation: card.variation,
    integrators: [
      ...(['accurate', 'fast'] as const).flatMap((integrator) => INPUTS.map((input) => firingError(card, input, integrator))),
      ...fastErrors(card),
    ],
    step: STEP,
    comparison:
      'Against the closed form of the way from the dark current to the threshold under a constant input over 200 ms, without mismatch, noise, feedback and adaptation. Where there is none: `fast` against `accurate`, 16 neurons of die 1.',
    errorUnit: 'ms',
    floor: [{ name: 'die', size: card.area.die.value, count: 1 }],
    floorUnit: 'm^2',
  };
}

/** Spike times under a constant input against the closed form of the way from the dark current to the threshold. */
function firingError(card: DynapseCard, input: number, integrator: DynapseCard['integrator']): IntegratorError {
  const nominal: DynapseCard = { ...card, variation: 0, faults: { dead: 0 } };
  const p = parametersOf(nominal, 0, {
    dc: nearestBias(card, input),
    feedback: { coarse: 0, fine: 0 },
    weight_ahp: { coarse: 0, fine: 0 },
  });
  const found = trainsOf(p, 1, integrator, integrator === 'fast' ? FAST_STEP : STEP)[0]!;
  const [tau, gain, threshold] = [p.tauMem[0]!, p.gain[0]!, p.threshold[0]!];
  const level = (gain / p.leak[0]!) * (p.dc[0]! + p.dark);
  const way = tau * ((gain / level) * log(threshold / p.dark) - (1 + gain / level) * log((level - threshold) / (level - p.dark)));
  const period = way + p.refractory[0]!;
  const expected = level > threshold ? Math.floor((SPAN - way) / period) + 1 : 0;
  const compared = Math.min(found.length, expected);
  const largest = found.slice(0, compared).reduce((most, time, k) => Math.max(most, Math.abs(time - (way + k * period))), 0) * 1e3;
  return {
    pattern: `constant input of ${String(Math.round(input * 1e12) / 1e3)} nA, closed form`,
    integrator,
    expected,
    found: found.length,
    largest,
    compared,
  };
}

/** `fast` against `accurate` where no closed form is known, with the mismatch of die 1. */
function fastErrors(card: DynapseCard): IntegratorError[] {
  const dc = nearestBias(card, 60e-9);
  const cases: readonly (readonly [string, Partial<CoreBiases>, boolean])[] = [
    ['adaptation', { dc, weight_ahp: nearestBias(card, 2e-9) }, false],
    ['positive feedback', { dc, feedback: nearestBias(card, 20e-12) }, false],
    ['events through the NMDA gate', { dc: nearestBias(card, 25e-9), nmda_gate: nearestBias(card, 20e-9) }, true],
  ];
  return cases.map(([pattern, biases, gated]) => {
    const p = parametersOf(card, 1, biases);
    const [accurate, fast] = (['accurate', 'fast'] as const).map((integrator) => trainsOf(p, NEURONS, integrator, FAST_STEP, gated));
    let [largest, compared] = [0, 0];
    accurate!.forEach((times, n) => {
      times.slice(0, fast![n]!.length).forEach((time, k) => {
        largest = Math.max(largest, Math.abs(time - fast![n]![k]!) * 1e3);
        compared++;
      });
    });
    return { pattern, integrator: 'fast', expected: accurate!.flat().length, found: fast!.flat().length, largest, compared };
  });
}

function parametersOf(card: DynapseCard, die: number, biases: Partial<CoreBiases>): DynapseParameters {
  const core = { ...designBiases(card), ...biases };
  return dynapseParameters(
    card,
    compileDynapseDie(card, die),
    Array.from({ length: card.geometry.cores.value }, () => core),
  );
}

/** Spike times of the first neurons, s; with an NMDA event every millisecond where `gated`. */
function trainsOf(
  p: DynapseParameters,
  neurons: number,
  integrator: DynapseCard['integrator'],
  step: number,
  gated = false,
): readonly (readonly number[])[] {
  const bank = dynapseNeurons(integrator, p, { first: 0, count: neurons, step, noise: 0, noiseSteps: 1, noiseSeed: 0 });
  const found = Array.from({ length: neurons }, () => [] as number[]);
  const every = Math.round(1e-3 / step);
  const events = found.map((_, neuron) => ({ neuron, kind: DYNAPSE_SYNAPSES.indexOf('nmda'), charge: 3e-9, remaining: step / 2 }));
  for (let k = 0; k < (neurons === 1 ? SPAN : SHORT) / step; k++) {
    const spikes = bank.advance(k, gated && k % every === 0 ? events : []);
    for (let s = 0; s < spikes.count; s++) found[spikes.circuit[s]!]!.push((k + spikes.fraction[s]!) * step);
  }
  return found;
}

/** Statistics of every true factor of a die. */
export function dynapseDieSheet(card: DynapseCard, seed: number): DieSheet {
  const die = compileDynapseDie(card, seed);
  const measured = card.variation === 0 ? undefined : card.measured?.find((one) => one.die === seed);
  const perCore = card.geometry.neurons_per_core.value;
  const of = (
    name: string,
    spread: keyof Omit<DynapseCard['mismatch'], 'core_share'>,
    values: Float64Array,
    block: number,
  ): DieStatistics => ({
    name,
    unit: '1',
    stated: measured?.neurons[name as DynapseDieParameter] === undefined ? card.mismatch[spread].value * card.variation : null,
    distribution: card.mismatch[spread].distribution,
    ...summary(values),
    quadrants: Array.from({ length: Math.ceil(values.length / block) }, (_, q) => {
      const part = values.subarray(q * block, (q + 1) * block);
      return part.reduce((sum, value) => sum + value, 0) / part.length;
    }),
    count: values.length,
  });
  return {
    kind: 'die-sheet',
    card: card.name,
    cardHash: hashOf(card),
    die: seed,
    measured: measured === undefined ? null : { name: measured.name, source: measured.source, parameters: Object.keys(measured.neurons) },
    faults: { dead: Array.from(die.dead.keys()).filter((n) => die.dead[n] === 1), stuck: [] },
    conditions: '',
    parameters: [
      ...Object.entries(dynapseColumns(die)).map(([name, values]) => of(name, spreadOf(name), values, perCore)),
      of('bias', 'bias', Float64Array.from(Object.values(die.bias).flatMap((values) => Array.from(values))), card.geometry.cores.value),
    ],
  };
}

/** The spread on the card that a column is drawn with: those of all kinds of synapse are one. */
function spreadOf(column: string): keyof Omit<DynapseCard['mismatch'], 'core_share'> {
  if (column.startsWith('weight_')) return 'weight';
  return DYNAPSE_SYNAPSES.some((kind) => column === `tau_${kind}`)
    ? 'tau_syn'
    : (column as 'tau_mem' | 'threshold' | 'refractory' | 'tau_ahp' | 'ahp');
}
