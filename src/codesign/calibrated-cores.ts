/**
 * What a calibration of cores leaves for other programs: one JSON per die (schema `calibrated_cores`), one table of all medians (results.csv, results.parquet) and one of all neurons
 * (neurons.csv, neurons.parquet).
 */
import { join } from 'node:path';
import {
  type CalibratedCores,
  type DynapseBias,
  type DynapseCard,
  type SharedCalibratedDie,
  type SharedCalibrationResult,
} from '../model/index.ts';
import { writeCsv, writeParquet, writeResults, type Row } from '../store/index.ts';
import { headOf, writeDies } from './calibrated-dies.ts';

/** Names of the DYNAP-SE2 software (rockpool, `sim2device_se2`): shunt is GABA-A here, what it calls gaba is GABA-B. */
const PARAMETERS: Partial<Readonly<Record<DynapseBias, string>>> = {
  tau_mem: 'SOIF_LEAK_N',
  gain_mem: 'SOIF_GAIN_N',
  dc: 'SOIF_DC_P',
  threshold: 'SOIF_SPKTHR_P',
  refractory: 'SOIF_REFR_N',
  tau_ahp: 'SOAD_TAU_P',
  gain_ahp: 'SOAD_GAIN_P',
  weight_ahp: 'SOAD_W_N',
  tau_ampa: 'DEAM_ETAU_P',
  gain_ampa: 'DEAM_EGAIN_P',
  tau_nmda: 'DENM_ETAU_P',
  gain_nmda: 'DENM_EGAIN_P',
  tau_gaba_a: 'DESC_ITAU_P',
  gain_gaba_a: 'DESC_IGAIN_P',
  tau_gaba_b: 'DEGA_ITAU_P',
  gain_gaba_b: 'DEGA_IGAIN_P',
  weight_0: 'SYAM_W0_P',
  weight_1: 'SYAM_W1_P',
  weight_2: 'SYAM_W2_P',
  weight_3: 'SYAM_W3_P',
  nmda_gate: 'DENM_NMREV_N',
  pulse: 'SYPD_EXT_N',
};

/** Writes `calibrated/die-N.json`, `results.*` and `neurons.*` into a run directory. */
export async function writeCalibratedCores(
  directory: string,
  card: DynapseCard,
  { dies, gate }: Pick<SharedCalibrationResult, 'dies' | 'gate'>,
  planHash: string,
): Promise<void> {
  await writeDies(directory, dies, (die) => calibratedCores(card, die, gate, planHash));
  await writeResults(directory, medianRows(card, dies));
  const neurons = neuronRows(card, dies);
  await writeCsv(join(directory, 'neurons.csv'), neurons);
  await writeParquet(join(directory, 'neurons.parquet'), neurons);
}

/** One die as its JSON. */
export function calibratedCores(
  { name: chip }: Pick<DynapseCard, 'name'>,
  result: SharedCalibratedDie,
  tolerance: number,
  planHash: string,
): CalibratedCores {
  const { biases, quantities, masked, cluster, distance } = result;
  return {
    kind: 'calibrated cores',
    ...headOf(chip, result, planHash),
    tolerance,
    target: Object.fromEntries(quantities.map(({ name, target }) => [name, target])),
    cores: biases.map((core) => ({
      parameters: Object.fromEntries(Object.entries(PARAMETERS).map(([bias, parameter]) => [parameter, { ...core[bias]! }])),
    })),
    quantities: quantities.map(({ name, unit, bias, target, after, error68, error95, spread, resolution, status }) => ({
      quantity: name,
      unit,
      bias,
      target,
      reading: [...after],
      error68: [...error68],
      error95: [...error95],
      spread: [...spread],
      half_code: resolution.map((value) => value / 2),
      status: [...status],
    })),
    neurons: {
      masked: masked.map(({ neuron, why, dead }) => ({ neuron, why: [...why], dead })),
      group: [...cluster],
      distance: [...distance],
    },
  };
}

/** One row per die, quantity and core; truth before and after. */
function medianRows({ name: chip }: DynapseCard, dies: readonly SharedCalibratedDie[]): Row[] {
  return dies.flatMap(({ die, biases, quantities }) =>
    quantities.flatMap((one) =>
      biases.map((core, c): Row => ({
        chip,
        die,
        core: c,
        quantity: one.name,
        unit: one.unit,
        target: one.target,
        bias: one.bias,
        coarse: core[one.bias]!.coarse,
        fine: core[one.bias]!.fine,
        reading_before: one.before[c] ?? null,
        reading: one.after[c] ?? null,
        error68: one.error68[c] ?? null,
        error95: one.error95[c] ?? null,
        spread: one.spread[c] ?? null,
        half_code: one.resolution[c]! / 2,
        status: one.status[c]!,
        truth_before: one.truthBefore[c] ?? null,
        truth: one.truthAfter[c] ?? null,
      })),
    ),
  );
}

/** One row per die and neuron: group, mask, and its reading of every quantity in the unit of its name. */
function neuronRows({ name: chip, geometry }: DynapseCard, dies: readonly SharedCalibratedDie[]): Row[] {
  return dies.flatMap(({ die, quantities, cluster, masked, distance }) => {
    const why = new Map(masked.map((entry) => [entry.neuron, entry]));
    return cluster.map((group, neuron): Row => ({
      chip,
      die,
      core: Math.floor(neuron / geometry.neurons_per_core.value),
      neuron,
      group,
      dead: why.get(neuron)?.dead ?? false,
      masked: why.get(neuron)?.why.join('; ') ?? null,
      distance: distance[neuron] ?? null,
      ...Object.fromEntries(quantities.map(({ name, unit, readings }) => [`${name} (${unit})`, readings[neuron] ?? null])),
    }));
  });
}
