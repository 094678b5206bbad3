/** Small emulations for the tests of this room. */
import { compileNoc, type NocLayout } from '../../src/noc/index.ts';
import { bind, partition, setUpEmulation, type Binding, type Emulation } from '../../src/emulator/index.ts';
import { ChipSchema, type ChipCard, type Setting } from '../../src/model/index.ts';
import { loadCard } from '../../src/model/load.ts';
import { NocSchema } from '../../src/model/schemas/noc.ts';
import { buildNetwork, loadWorkload, stimulusEvents, withDelay, type Network, type StimulusEvents } from '../../src/network/index.ts';

const root = new URL('../../', import.meta.url).pathname;

/** A die on which nothing is distorted: the student of the seam test. */
export const IDEAL = ['variation=0', 'noise.scale=0', 'quantisation=off', 'neuron.ota=linear', 'integrator=accurate'];

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

/** A shipped workload bound to a card. `milliseconds` are biological. */
export function makeCase(card: ChipCard, workload: string, milliseconds: number, stimulusSeed = 1): Case {
  const read = loadWorkload(`${root}calibration/workloads/${workload}.yaml`);
  const built = buildNetwork(read.value, read);
  const network = built.delay === null ? withDelay(built, 0.5e-3) : built;
  const until = milliseconds * 1000;
  const stimulus = stimulusEvents(read.value, network, stimulusSeed, until, 1e9, card.speed_up.value);
  const cores = partition(network, card.geometry.cores.value, card.geometry.neurons_per_core.value, 'refined', 1);
  const binding = bind(network, card, cores.coreOf, cores.localShare, network.delay as number);
  return { card, network, binding, stimulus, until, setting: { codes: binding.nominalCodes, leakMode: binding.nominalLeakMode } };
}

export function emulate(
  { card, network, binding, stimulus, setting }: Case,
  network_on_chip: NocLayout | 'ideal',
  more: { readonly dieSeed?: number; readonly parts?: number; readonly confluence?: 'internal-first' | 'external-first' } = {},
): Promise<Emulation> {
  return setUpEmulation({ card, network, binding, stimulus, setting, noc: network_on_chip, dieSeed: 1, noiseSeed: 1, ...more });
}
