/**
 * How a bank of LIF neurons lies in memory, seen from TypeScript; assembly/bank.ts is the other side. A test compares the size of the header and, by running, the order of
 * the fields.
 */

/** Fields in the order in which a step walks through them. All f32, one value per neuron. */
export const LIF_FIELDS = [
  'v', // V, membrane
  'rest', // V, level towards which the leak pulls
  'leak', // 1 - exp(-h / tauMem), dimensionless
  'synapseExc', // V/s, excitatory current over the membrane capacitance
  'gainExc', // s, integral over a step of exp(-u / tauExc) exp(-(h - u) / tauMem)
  'decayExc', // exp(-h / tauExc)
  'inExc', // V/s, slot: added to synapseExc at the end of the next step, then cleared
  'synapseInh', // V/s
  'gainInh', // s
  'decayInh', // exp(-h / tauInh)
  'inInh', // V/s, slot
  'drive', // V per step, constant current
  'inV', // V, slot: what the arrivals of this step do to the membrane within the step
  'sigma', // V, standard deviation of the noise added in one step
  'remaining', // steps, refractory time left at the start of the step
  'reset', // V
  'threshold', // V
  'refractorySteps', // steps, refractory period; not an integer
  'rateExc', // 1/s, 1 / tauExc (delivery only)
  'rateInh', // 1/s, 1 / tauInh
  'rateMem', // 1/s, 1 / tauMem
] as const;
export type LifField = (typeof LIF_FIELDS)[number];

/** Fields of a bank of whole circuits: those of a LIF bank, then these. The delivery of events reads the first ones only. */
export const ADEX_FIELDS = [
  'exponentialInverse', // 1/V, powers of two per volt: 1 / (slope ln 2)
  'exponentialVoltage', // V, at which the exponential moves the membrane by one slope in one step; far beyond the rails = disconnected
  'exponentialSlope', // V
  'exponentialClip', // binary logarithm of the largest such movement in slopes, at most 100
  'adaptation', // V over its reference
  'adaptationDecay', // exp(-h / tau_w)
  'adaptationGain', // (1 - decay) x settled adaptation voltage per volt of membrane
  'adaptationLeak', // V, membrane voltage from which it is measured
  'adaptationCoupling', // change of the membrane per step and volt of adaptation
  'adaptationReference', // V, for the rails
  'timer', // steps: above 0 the comparator is blind, below 0 an event is still to come
  'armed', // V, threshold of the next spike
  'delay', // steps, crossing to event
  'blindSteps', // steps, refractory period: `refractorySteps` is the part of it in reset
  'resetRate', // step / time constant of the reset; 0 = at once
  'adaptationJump', // V at a spike
  'resetTaken', // 1 - exp(-resetRate): what a whole step in reset takes of the distance to the reset; 1 = at once
] as const;
export type AdexField = (typeof ADEX_FIELDS)[number];

/** Any field of a bank. */
export type BankField = LifField | AdexField;

/** What changes while a bank of whole circuits runs, besides LIF_STATE. */
export const ADEX_STATE = ['adaptation', 'timer', 'armed'] as const satisfies readonly AdexField[];

/** What changes while a bank runs; the other fields are parameters. */
export const LIF_STATE = ['v', 'synapseExc', 'synapseInh', 'remaining', 'inExc', 'inInh', 'inV'] as const satisfies readonly LifField[];
export type LifStateField = (typeof LIF_STATE)[number];

/** Words of the header, four bytes each. */
export const LIF_HEADER = [
  'neurons',
  'stride', // bytes
  'fields', // address
  'firstNeuron',
  'unit',
  'key0',
  'key1',
  'key2',
  'key3',
  'linear', // V, f32
  'inverseLinear', // 1/V, f32
  'capacity',
  'spikeSteps', // address
  'spikeNeurons', // address
  'spikeFractions', // address
  'spikeCounts', // address
  'adaptationLinear', // V, f32
  'adaptationInverse', // 1/V, f32
  'railLow', // V, f32
  'railHigh', // V, f32
  'comparatorNoise', // V, f32
] as const;
export type LifHeaderWord = (typeof LIF_HEADER)[number];

/** Words of the header that are no integers. */
export const LIF_FLOATS: ReadonlySet<LifHeaderWord> = new Set([
  'linear',
  'inverseLinear',
  'adaptationLinear',
  'adaptationInverse',
  'railLow',
  'railHigh',
  'comparatorNoise',
]);

/** Neurons come in blocks of the noise generator. */
export const LIF_BLOCK = 64;

/** Values between the ends of two fields: with a stride of a power of two, equal neurons of all fields would compete for one cache set. */
export const LIF_STRIDE_PADDING = 80;
