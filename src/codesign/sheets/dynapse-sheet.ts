/** Data sheet and die sheet of a chip of the subthreshold family: the same sheets, made of its biases, its spreads and its closed forms. */
import { hashOf, log } from '../../base/index.ts';
import {
  biasCurrent,
  biasLadder,
  compileDynapseDie,
  designBiases,
  dynapseParameters,
  DynapseNeurons,
  nearestBias,
} from '../../chip/index.ts';
import {
  countEvidence,
  DYNAPSE_SYNAPSES,
  type Card,
  type ChipSheet,
  type DieSheet,
  type DieStatistics,
  type DynapseCard,
  type IntegratorError,
} from '../../model/index.ts';
import { evidentIn } from './chip-sheet.ts';
import { summary } from './die-sheet.ts';

/** Input currents of the measured integrator, A. */
const INPUTS = [30e-9, 60e-9, 120e-9, 240e-9];
const SPAN = 0.2;
const STEP = 1e-3;

function fact(name: string, value: number, unit = ''): ChipSheet['facts'][number] {
  return { name, value, unit };
}

/** The data sheet of a loaded card. */
export function dynapseSheet({ value: card, written }: Card<DynapseCard>): ChipSheet {
  const { geometry, mismatch } = card;
  const { mismatch: _, ...rest } = card;
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
    kind: 'chip-sheet',
    name: card.name,
    description: card.description,
    family: card.family,
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
    cores: geometry.cores.value,
    parameters: evidentIn(rest, written),
    ranges: [
      range('bias current', 'A', (current) => current),
      range('tau_mem', 's', tau(card.capacitances.membrane.value)),
      range('tau_syn', 's', tau(card.capacitances.ampa.value)),
      range('tau_ahp', 's', tau(card.capacitances.ahp.value)),
      range('refractory', 's', (current) => (card.capacitances.refractory.value * swing.value) / current),
    ],
    spreads: evidentIn(mismatch, (written as { mismatch?: unknown }).mismatch).map((parameter) => ({
      ...parameter,
      name: parameter.path,
      distribution:
        (mismatch as unknown as Record<string, { distribution?: 'normal' | 'lognormal' }>)[parameter.path]?.distribution ?? 'normal',
    })),
    variation: card.variation,
    evidence: countEvidence({ [card.name]: card }),
    integrators: INPUTS.map((input) => firingError(card, input)),
    step: STEP,
    comparison:
      'Against the closed form of the way from the dark current to the threshold under a constant input over 200 ms, without mismatch, noise, feedback and adaptation.',
    floor: [{ name: 'die', area: card.area.die.value, count: 1 }],
  };
}

/** Spike times under a constant input against the closed form of the way from the dark current to the threshold. */
function firingError(card: DynapseCard, input: number): IntegratorError {
  const nominal: DynapseCard = { ...card, variation: 0, faults: { dead: 0 } };
  const biases = {
    ...designBiases(card),
    dc: nearestBias(card, input),
    feedback: { coarse: 0, fine: 0 },
    weight_ahp: { coarse: 0, fine: 0 },
  };
  const p = dynapseParameters(
    nominal,
    compileDynapseDie(nominal, 0),
    Array.from({ length: card.geometry.cores.value }, () => biases),
  );
  const neuron = new DynapseNeurons(p, { first: 0, count: 1, step: STEP, noise: 0, noiseSteps: 1, noiseSeed: 0 });
  const found: number[] = [];
  for (let step = 0; step < SPAN / STEP; step++) {
    const spikes = neuron.advance(step, []);
    for (let s = 0; s < spikes.count; s++) found.push((step + spikes.fraction[s]!) * STEP);
  }
  const [tau, gain, threshold] = [p.tauMem[0]!, p.gain[0]!, p.threshold[0]!];
  const level = (gain / p.leak[0]!) * (p.dc[0]! + p.dark);
  const way = tau * ((gain / level) * log(threshold / p.dark) - (1 + gain / level) * log((level - threshold) / (level - p.dark)));
  const period = way + p.refractory[0]!;
  const expected = level > threshold ? Math.floor((SPAN - way) / period) + 1 : 0;
  const compared = Math.min(found.length, expected);
  const largest = found.slice(0, compared).reduce((most, time, k) => Math.max(most, Math.abs(time - (way + k * period))), 0) * 1e3;
  return {
    pattern: `constant input of ${String(Math.round(input * 1e12) / 1e3)} nA, closed form`,
    integrator: 'accurate',
    expected,
    found: found.length,
    largest,
    compared,
  };
}

/** Statistics of every true factor of a die. */
export function dynapseDieSheet(card: DynapseCard, seed: number): DieSheet {
  const die = compileDynapseDie(card, seed);
  const perCore = card.geometry.neurons_per_core.value;
  const of = (
    name: string,
    spread: keyof Omit<DynapseCard['mismatch'], 'core_share'>,
    values: Float64Array,
    block: number,
  ): DieStatistics => ({
    name,
    unit: '1',
    stated: card.mismatch[spread].value * card.variation,
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
    measured: null,
    parameters: [
      of('tau_mem', 'tau_mem', die.tauMem, perCore),
      of('threshold', 'threshold', die.threshold, perCore),
      of('refractory', 'refractory', die.refractory, perCore),
      of('tau_ahp', 'tau_ahp', die.tauAhp, perCore),
      of('ahp', 'ahp', die.ahp, perCore),
      ...DYNAPSE_SYNAPSES.map((kind) => of(`tau_${kind}`, 'tau_syn', die.tauSyn[kind], perCore)),
      ...DYNAPSE_SYNAPSES.map((kind) => of(`weight_${kind}`, 'weight', die.weight[kind], perCore)),
      of('bias', 'bias', Float64Array.from(Object.values(die.bias).flatMap((values) => Array.from(values))), card.geometry.cores.value),
    ],
  };
}
