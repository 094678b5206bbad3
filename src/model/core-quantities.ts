/** What a calibration of cores that share their biases can find, told once: names as people say them, units of the targets. Plans, gates, reports and the command line read it here. */

/** All of them, in the order in which they are set. */
export const CORE_QUANTITIES = {
  tau_mem: { name: 'membrane time constant', dimension: 'time' },
  refractory: { name: 'refractory period', dimension: 'time' },
  tau_ampa: { name: 'AMPA time constant', dimension: 'time' },
  strength_ampa: { name: 'AMPA strength', dimension: 'current' },
  tau_nmda: { name: 'NMDA time constant', dimension: 'time' },
  strength_nmda: { name: 'NMDA strength', dimension: 'current' },
  tau_gaba_a: { name: 'GABA-A time constant', dimension: 'time' },
  strength_gaba_a: { name: 'GABA-A strength', dimension: 'current' },
  tau_gaba_b: { name: 'GABA-B time constant', dimension: 'time' },
  strength_gaba_b: { name: 'GABA-B strength', dimension: 'current' },
  weight_0: { name: 'weight bit 0', dimension: 'current' },
  weight_1: { name: 'weight bit 1', dimension: 'current' },
  weight_2: { name: 'weight bit 2', dimension: 'current' },
  gain_mem: { name: 'membrane current under a train', dimension: 'current' },
  rate: { name: 'firing rate under a train', dimension: 'frequency' },
  dc: { name: 'membrane current under the constant input', dimension: 'current' },
  nmda_gate: { name: 'gate of the NMDA synapses', dimension: 'current' },
  tau_ahp: { name: 'adaptation time constant', dimension: 'time' },
  ahp: { name: 'adaptation jump', dimension: 'current' },
} as const satisfies Readonly<Record<string, { readonly name: string; readonly dimension: 'time' | 'current' | 'frequency' }>>;

export type CoreQuantityName = keyof typeof CORE_QUANTITIES;

/** Their names. */
export const CORE_QUANTITY_NAMES = Object.keys(CORE_QUANTITIES) as readonly CoreQuantityName[] as readonly [
  CoreQuantityName,
  ...CoreQuantityName[],
];
