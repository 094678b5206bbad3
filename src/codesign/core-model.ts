/**
 * What the data sheet of a subthreshold chip promises for the readings of a calibration, in closed form, and the way back: from readings to what the median neuron of every core
 * makes of a bias. Effects that no reading separates (error of a generator, median of the mismatch, noise of the comparator) are one factor per core and bias.
 *   level = (I_gain / I_tau) (I_dark + q tau_syn / T)   for a train of charge q per period T
 *   dc = (I_gain / I_tau) (I_dark + I_dc),   ahp = J tau_ahp / tau_ahp of the design,   J = jump of the adaptation current at a spike
 *   T_rate = t_ref + mean way from the dark current to the threshold (mean-way.ts)
 * Source: Chicca et al. 2014, Proc. IEEE 102(9): the membrane equation of `src/chip/dynapse/membrane.ts` with a constant input.
 */
import { UsageError } from '../base/index.ts';
import type { CoreCalibration, CoreTargets } from '../calibration/index.ts';
import {
  compileDynapseDie,
  designBiases,
  dynapseParameters,
  weightCurrent,
  type DynapseDie,
  type DynapseParameters,
} from '../chip/index.ts';
import {
  DYNAPSE_SYNAPSES,
  type BiasEvents,
  type CoreQuantityName,
  type CoresPlan,
  type DynapseCard,
  type DynapseSynapse,
} from '../model/index.ts';
import { meanWay } from './mean-way.ts';

/** The die on which every circuit is as the card says. */
export function nominalDie(card: DynapseCard): DynapseDie {
  return compileDynapseDie({ ...card, variation: 0, faults: { dead: 0 } }, 0);
}

/** Trains of the level and of the rate: one and two synapses of full weight in every interval of the monitor. */
function trainsOf(card: DynapseCard): Readonly<Record<'level' | 'rate', BiasEvents>> {
  const events = { kind: 'ampa', code: 2 ** card.weight_bits.value - 1, period: card.monitor.sample_interval.value } as const;
  return { level: events, rate: { ...events, synapses: 2 } };
}

/**
 * What a plan asks for; unnamed, what the data sheet promises for a nominal neuron of the design that has what is named. Throws UsageError for a target of what the design has
 * switched off.
 */
export function designTargets(card: DynapseCard, wanted: CoresPlan['targets'] = {}): CoreTargets {
  const biases = Array.from({ length: card.geometry.cores.value }, () => designBiases(card));
  const design = dynapseParameters(card, nominalDie(card), biases);
  const promised = expectedReadings(card, planned(card, design, wanted), 0);
  const of = (name: CoreQuantityName): number => wanted[name] ?? promised.get(name)!;
  const { tau_syn: tauSyn, tau_mem: tauMem, refractory } = card.design;
  const targets: CoreTargets = {
    tauMem: wanted.tau_mem ?? tauMem.value,
    refractory: wanted.refractory ?? refractory.value,
    tauSyn: kinds((kind) => wanted[`tau_${kind}`] ?? tauSyn.value),
    strength: kinds((kind) => of(`strength_${kind}`)),
    bits: ([0, 1, 2] as const).slice(0, card.weight_bits.value - 1).map((bit) => of(`weight_${bit}`)),
    level: of('gain_mem'),
    rate: of('rate'),
    trains: trainsOf(card),
    used: usedOf(card, of, design.leak[0]! * design.tauMem[0]!),
  };
  refuseIdle(card, targets, wanted);
  return targets;
}

/** Targets of what is switched off, or of bits that a weight does not have, are mistakes. */
function refuseIdle({ name: chip }: DynapseCard, { used: { dc, nmdaGate, ahp }, bits }: CoreTargets, wanted: CoresPlan['targets']): void {
  const idle: readonly CoreQuantityName[] = [
    ...(['weight_0', 'weight_1', 'weight_2'] as const).slice(bits.length),
    ...(dc === undefined ? (['dc'] as const) : []),
    ...(nmdaGate === undefined ? (['nmda_gate'] as const) : []),
    ...(ahp === undefined ? (['tau_ahp', 'ahp'] as const) : []),
  ];
  const found = idle.filter((name) => wanted[name] !== undefined);
  if (found.length > 0) throw new UsageError(`targets: found ${found.join(', ')}, which the design of ${chip} does not use`);
}

/** A nominal neuron that has what the plan names: time constants first, then strengths, then the gain of the membrane; what is not named keeps its ratios. */
function planned(card: DynapseCard, design: DynapseParameters, wanted: CoresPlan['targets']): DynapseParameters {
  const factorOf = (name: CoreQuantityName, p: DynapseParameters): number =>
    wanted[name] === undefined ? 1 : wanted[name] / expectedReadings(card, p, 0).get(name)!;
  const slower = factorOf('tau_mem', design);
  const timed: DynapseParameters = {
    ...design,
    tauMem: times(design.tauMem, slower),
    leak: times(design.leak, 1 / slower),
    gain: times(design.gain, 1 / slower),
    refractory: times(design.refractory, factorOf('refractory', design)),
    tauSyn: kinds((kind) => times(design.tauSyn[kind], factorOf(`tau_${kind}`, design))),
  };
  const gained = { ...timed, synapseGain: kinds((kind) => times(timed.synapseGain[kind], factorOf(`strength_${kind}`, timed))) };
  const bits = ([0, 1, 2] as const).slice(0, card.weight_bits.value - 1).map((bit) => factorOf(`weight_${bit}`, gained));
  const strong = { ...gained, weights: gained.weights.map((base, bit) => times(base, bits[bit] ?? 1)) };
  return { ...strong, gain: times(strong.gain, factorOf('gain_mem', strong)) };
}

/** Targets of what the design switches on: a bias above the dark current. */
function usedOf(card: DynapseCard, of: (name: CoreQuantityName) => number, charge: number): CoreTargets['used'] {
  const dark = card.bias_generator.dark.value;
  const { design } = card;
  return {
    ...(design.dc.value > dark && { dc: of('dc') }),
    ...(design.nmda_gate.value > dark && { nmdaGate: of('nmda_gate') }),
    ...(design.weight_ahp.value > dark && { ahp: { jump: of('ahp'), tau: of('tau_ahp'), charge } }),
  };
}

function kinds<T>(valueOf: (kind: DynapseSynapse) => T): Record<DynapseSynapse, T> {
  return Object.fromEntries(DYNAPSE_SYNAPSES.map((kind) => [kind, valueOf(kind)])) as Record<DynapseSynapse, T>;
}

function times(values: Float64Array, factor: number): Float64Array {
  return values.map((value) => value * factor);
}

/** Closed forms of all readings of one neuron, by the name of the routine; without noise but that of its comparator, which a rate has in use, too. */
export function expectedReadings(card: DynapseCard, p: DynapseParameters, neuron: number): ReadonlyMap<string, number> {
  const core = Math.floor(neuron / card.geometry.neurons_per_core.value);
  const top = card.weight_bits.value - 1;
  const trains = trainsOf(card);
  const strength = (kind: DynapseSynapse, code: number): number => weightCurrent(p, core, code) * p.synapseGain[kind][neuron]!;
  const level = ({ kind, code, period = Infinity, synapses = 1 }: BiasEvents): number =>
    (p.gain[neuron]! / p.leak[neuron]!) * (p.dark + (synapses * strength(kind, code) * p.tauSyn[kind][neuron]!) / period);
  const [{ [neuron]: tau = NaN }, { [neuron]: threshold = NaN }] = [p.tauMem, p.threshold];
  const membrane = { tau, threshold, gain: p.gain[neuron]!, level: level(trains.rate), dark: p.dark };
  return new Map([
    ['tau_mem', tau],
    ['refractory', p.refractory[neuron]!],
    ...DYNAPSE_SYNAPSES.flatMap((kind): [string, number][] => [
      [`tau_${kind}`, p.tauSyn[kind][neuron]!],
      [`strength_${kind}`, strength(kind, 2 ** top)],
    ]),
    ...Array.from({ length: top }, (_, bit): [string, number] => [`weight_${String(bit)}`, strength('ampa', 2 ** bit)]),
    ['gain_mem', level(trains.level)],
    ['rate', 1 / (p.refractory[neuron]! + meanWay(membrane, card.noise))],
    ['dc', (p.gain[neuron]! / p.leak[neuron]!) * (p.dark + p.dc[neuron]!)],
    ['nmda_gate', p.nmdaGate[neuron]!],
    ['tau_ahp', p.tauAhp[neuron]!],
    // what many spikes leave: a slower adaptation is read as a larger one
    ['ahp', (p.ahpJump[neuron]! * p.tauAhp[neuron]!) / card.design.tau_ahp.value],
  ]);
}

/**
 * A die that has no mismatch within its cores and reads as the median neuron of every core did when calibration ended: per core and bias one factor. What this die does with any
 * codes is what the calibrated chip is expected to do.
 */
export function medianDie(card: DynapseCard, { biases, quantities }: Pick<CoreCalibration, 'biases' | 'quantities'>): DynapseDie {
  const nominal = nominalDie(card);
  const bias = Object.fromEntries(Object.entries(nominal.bias).map(([name, factors]) => [name, factors.slice()])) as Record<
    keyof DynapseDie['bias'],
    Float64Array
  >;
  const die: DynapseDie = { ...nominal, bias };
  const perCore = card.geometry.neurons_per_core.value;
  for (const quantity of quantities)
    for (let core = 0; core < biases.length; core++) {
      const expected = (): number => expectedReadings(card, dynapseParameters(card, die, biases), core * perCore).get(quantity.name)!;
      // times fall as one over the current, and a rate nearly so: its error falls by a factor of four in each round
      for (let round = 0; round < (quantity.name === 'rate' ? RATE_ROUNDS : 1); round++) {
        const ratio = Math.min(Math.max(quantity.after[core]! / expected(), 0.25), 4);
        if (ratio > 0) bias[quantity.bias][core]! *= quantity.unit === 'A' ? ratio : 1 / ratio;
      }
    }
  return die;
}

const RATE_ROUNDS = 12;
