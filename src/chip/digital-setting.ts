/** What is digital about the circuits of a die on the bench: capacitance codes, signs, joins, the kind of their synaptic inputs. */
import { InfeasibleError, InternalError } from '../base/index.ts';
import type { ChipCard, Setting } from '../model/index.ts';
import { LARGEST_CAPACITANCE, type DigitalSetting } from './adex-circuit.ts';

const GIVEN = ['capacitance', 'adaptationSign', 'jumpSign', 'joins', 'conductanceSynapses', 'synapticInputs'] as const;

/** The setting after a write; undefined where the write has nothing digital. InfeasibleError for inputs that the card does not have, InternalError for columns that do not fit. */
export function digitalAfter(card: ChipCard, old: DigitalSetting, write: Setting, neurons: number): DigitalSetting | undefined {
  const { capacitance, adaptationSign, jumpSign, joins, conductanceSynapses } = write;
  if (conductanceSynapses === true && card.synapse.input === undefined)
    throw new InfeasibleError(`conductance synapses: ${card.name} has no such input circuits (synapse.input)`);
  for (const [name, values] of Object.entries({ capacitance, adaptationSign, jumpSign })) {
    if (values === undefined) continue;
    const isWrong = (value: number): boolean => (name === 'capacitance' ? value > LARGEST_CAPACITANCE : Math.abs(value) !== 1);
    if (values.length === neurons && !values.some(isWrong)) continue;
    const range = name === 'capacitance' ? `codes from 0 to ${String(LARGEST_CAPACITANCE)}` : 'signs, +1 or -1';
    throw new InternalError(`${name}: ${String(neurons)} ${range} are needed`);
  }
  if (GIVEN.every((name) => write[name] === undefined)) return undefined;
  return {
    capacitance: capacitance?.slice() ?? old.capacitance,
    adaptationSign: adaptationSign?.slice() ?? old.adaptationSign,
    jumpSign: jumpSign?.slice() ?? old.jumpSign,
    joins: joins ?? old.joins,
    conductanceSynapses: conductanceSynapses ?? old.conductanceSynapses,
    ...((write.synapticInputs ?? old.synapticInputs) && { synapticInputs: write.synapticInputs ?? old.synapticInputs }),
  };
}
