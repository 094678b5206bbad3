/**
 * Plasticity of a projection of a workload card; equations and sources in src/reference/plasticity.ts. Weights of STDP stand between 0 and `maximum`, which is in units of weight as
 * the weights of the edges are; amplitudes of changes are shares of that maximum. Only on the teacher (neurolith reference).
 */
import * as z from 'zod';
import { fraction, number, quantity, word } from '../quantity.ts';

const timeConstant = quantity('time', { min: 1e-5, max: 100 });
const share = number(0, 10);

const bounded = {
  maximum: number(1e-6, 1e6).meta({ description: 'largest weight, in units; weights of the edges above it start there and are counted' }),
  pairing: word(['all', 'nearest']).default('all').meta({ description: 'which earlier spikes count: all of them, or the nearest' }),
  delay: word(['dendritic', 'axonal']).default('dendritic').meta({
    description:
      'where the delay of the synapse sits. dendritic: the synapse sees the spike of its source at once and that of its target one delay later, as in NEST; axonal: the other way round, in mode precise only',
  }),
};

const StdpSchema = z
  .strictObject({
    kind: z.literal('stdp'),
    rule: z
      .union([
        word(['additive', 'multiplicative', 'van-rossum']),
        z.strictObject({ guetig: fraction({ min: 0, max: 1 }) }).readonly(),
        z.strictObject({ mu_plus: fraction({ min: 0, max: 10 }), mu_minus: fraction({ min: 0, max: 10 }) }).readonly(),
      ])
      .meta({
        description:
          'how changes depend on the weight: exponents mu of potentiation and depression are 0 and 0 (additive), 1 and 1 (multiplicative), 0 and 1 (van-rossum), both the same (guetig), or as given',
      }),
    rate: share.meta({ description: 'lambda: potentiation by one pair, as a share of the maximum' }),
    asymmetry: share.meta({ description: 'alpha: depression relative to potentiation' }),
    tau_plus: timeConstant,
    tau_minus: timeConstant,
    ...bounded,
  })
  .readonly()
  .meta({ description: 'spike-timing dependent plasticity by pairs of spikes' });

const TripletSchema = z
  .strictObject({
    kind: z.literal('stdp-triplet'),
    pair_plus: share.meta({ description: 'A2+, as all amplitudes a share of the maximum' }),
    triplet_plus: share.meta({ description: 'A3+' }),
    pair_minus: share.meta({ description: 'A2-' }),
    triplet_minus: share.meta({ description: 'A3-' }),
    tau_plus: timeConstant,
    tau_minus: timeConstant,
    tau_x: timeConstant.meta({ description: 'slow trace of the source' }),
    tau_y: timeConstant.meta({ description: 'slow trace of the target' }),
    ...bounded,
  })
  .readonly()
  .meta({ description: 'spike-timing dependent plasticity by triplets of spikes' });

const TsodyksMarkramSchema = z
  .strictObject({
    kind: z.literal('tsodyks-markram'),
    utilisation: fraction({ min: 1e-6, max: 1 }).meta({ description: 'U: release probability of the first spike' }),
    tau_recovery: timeConstant,
    tau_facilitation: quantity('time', { min: 0, max: 100 }).prefault('0 s').meta({ description: '0: no facilitation' }),
  })
  .readonly()
  .meta({ description: 'short-term depression and facilitation: an event has u x times the weight of its edge' });

/** What the synapses of one entry of `edges` do beside transmitting. */
export const PlasticitySchema = z
  .discriminatedUnion('kind', [StdpSchema, TripletSchema, TsodyksMarkramSchema])
  .meta({ description: 'plasticity of these synapses; static unless given, plastic ones only on the teacher (neurolith reference)' });
export type WorkloadPlasticity = z.output<typeof PlasticitySchema>;
