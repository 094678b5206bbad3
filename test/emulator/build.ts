/** Small emulations for the tests of this room. */
import { fidelity, spikeTrainsOf } from '../../src/analysis/index.ts';
import { compileNoc, type NocLayout } from '../../src/noc/index.ts';
import {
  bind,
  capacityOf,
  nominalSetting,
  partition,
  seated,
  seatsOf,
  setUpEmulation,
  type Binding,
  type Emulation,
  type EmulationOptions,
} from '../../src/emulator/index.ts';
import {
  ChipSchema,
  parseCard,
  WorkloadSchema,
  type Card,
  type ChipCard,
  type Setting,
  type SpikeColumns,
  type WorkloadCard,
} from '../../src/model/index.ts';
import { loadCard } from '../../src/model/load.ts';
import { NocSchema } from '../../src/model/schemas/noc.ts';
import { buildNetwork, loadWorkload, stimulusEvents, withDelay, type Network, type StimulusEvents } from '../../src/network/index.ts';

const root = new URL('../../', import.meta.url).pathname;

/** A die on which nothing is distorted: the student of the seam test. */
export const IDEAL = ['variation=0', 'noise.scale=0', 'quantisation=off', 'neuron.ota=linear', 'integrator=accurate'];
/** Four cores of 32 neurons: room for the small workloads at a quarter of the cost. */
export const FOUR_CORES = ['geometry.cores.value=4'];
export const MESH_2X2 = 'topology={kind: mesh, width: 2, height: 2}';

const NEURON =
  '{ tau_mem: 10 ms, tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 5 ms, rest: -70 mV, threshold: -50 mV, reset: -75 mV, refractory: 2 ms }';

export function chip(...overrides: string[]): ChipCard {
  return loadCard(ChipSchema, `${root}chips/bss2.yaml`, { overrides }).value;
}

export function noc(name = 'mesh-4x4', ...overrides: string[]): NocLayout {
  const card = loadCard(NocSchema, `${root}noc/${name}.yaml`, { overrides });
  return compileNoc(card.value, (file) => card.readText(file));
}

export interface Case {
  readonly card: ChipCard;
  readonly network: Network;
  readonly binding: Binding;
  readonly stimulus: StimulusEvents;
  readonly until: number;
  readonly setting: Setting;
}

/** A recurrent network driven by noise: every spike matters to others, so a difference of one bit grows. */
export function loop({ size = 60, inDegree = 10, weight = 1.5, rate = 80, seed = 1, delay = '1 ms' } = {}): Card<WorkloadCard> {
  const text = `
name: loop
description: A recurrent network driven by noise
populations: { neurons: { size: ${String(size)}, model: lif, parameters: ${NEURON} } }
weight_unit: 1 mV
sign: { seeded: 20 % }
delay: ${delay}
edges: [{ kind: fixed-in-degree, from: neurons, to: neurons, in_degree: ${String(inDegree)}, weight: ${String(weight)} }]
stimuli: [{ kind: poisson, to: neurons, rate: ${String(rate)} Hz, weight: 8 mV }]
duration: 1 s
warm_up: 50 ms
seeds: { graph: ${String(seed)}, stimulus: [1] }
`;
  return parseCard(WorkloadSchema, text, { file: 'loop', label: 'loop' });
}

/** A workload bound to a card: a shipped one by its name, or one of our own. `milliseconds` are biological. */
export function makeCase(card: ChipCard, workload: string | Card<WorkloadCard>, milliseconds: number, stimulusSeed = 1): Case {
  const read = typeof workload === 'string' ? loadWorkload(`${root}calibration/workloads/${workload}.yaml`) : workload;
  const built = buildNetwork(read.value, read);
  const network = built.delay === null ? withDelay(built, 0.5e-3) : built;
  const until = milliseconds * 1000;
  const stimulus = stimulusEvents(read.value, network, stimulusSeed, until, 1e9, card.speed_up.value);
  const seats = seatsOf(card);
  const cores = partition(network, card.geometry.cores.value, capacityOf(seats, network.count), 'refined', 1);
  const binding = bind(network, card, seated(cores.coreOf, seats), cores.localShare, network.delay as number);
  return { card, network, binding, stimulus, until, setting: nominalSetting(binding) };
}

export function emulate(
  { card, network, binding, stimulus, setting }: Case,
  network_on_chip: NocLayout | 'ideal',
  more: Partial<Pick<EmulationOptions, 'dieSeed' | 'noiseSeed' | 'parts' | 'confluence' | 'probes'>> = {},
): Promise<Emulation> {
  return setUpEmulation({ card, network, binding, stimulus, setting, noc: network_on_chip, dieSeed: 1, noiseSeed: 1, ...more });
}

/** Timing fidelity of a student, scaled by the same teacher under another stimulus. Biological s. */
export function timing(
  { network, card }: Case,
  spikes: { readonly student: SpikeColumns; readonly teacher: SpikeColumns; readonly other: SpikeColumns },
  from: number,
  until: number,
): number {
  const trains = ({ tick, neuron }: SpikeColumns) => spikeTrainsOf(tick, neuron, network.count, card.speed_up.value / 1e9);
  const { timing: found } = fidelity({
    student: trains(spikes.student),
    teacher: trains(spikes.teacher),
    otherStimulus: trains(spikes.other),
    from,
    until,
  });
  if (found === null) throw new Error('the teacher answers two stimuli with the same spikes');
  return found;
}
