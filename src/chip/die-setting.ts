/**
 * What a die on the bench is set to: the codes of its cells, the modes and digital settings of its circuits, what they share, the switches of the bench; and the truth that follows from it.
 */
import { InfeasibleError, InternalError } from '../base/index.ts';
import { LEAK_MODES, NEURON_CELLS, type Capabilities, type ChipCard, type NeuronCell, type Setting } from '../model/index.ts';
import { ADEX_CELLS, defaultDigital, type DigitalSetting } from './adex-circuit.ts';
import { ParameterCells } from './cells.ts';
import { circuitParameters, type CircuitParameters } from './circuit.ts';
import type { DieLayout } from './die-layout.ts';
import { digitalAfter } from './digital-setting.ts';
import { SharedSettings, type SharedState } from './shared-settings.ts';
import { initialCode } from './transfer.ts';

interface Switches {
  readonly offsetCurrentOn: boolean;
  readonly holdReset: boolean;
  readonly spiking: boolean;
  readonly cadcInput: 'membrane' | { readonly debugVoltage: number };
  readonly refractory: number;
  readonly holdOff?: number;
}

/** All that a setting may change. */
export interface DieSettingState {
  readonly cells: ReturnType<ParameterCells['snapshot']>;
  readonly shared: SharedState;
  readonly leakMode: Uint8Array;
  readonly digital: DigitalSetting;
  readonly switches: Switches;
}

export class DieSetting {
  readonly shared: SharedSettings;
  readonly #card: ChipCard;
  readonly #die: DieLayout;
  readonly #cells: ParameterCells;
  #leakMode: Uint8Array;
  #digital: DigitalSetting;
  #switches: Switches = { offsetCurrentOn: false, holdReset: false, spiking: true, cadcInput: 'membrane', refractory: 2e-6 };
  #parameters: CircuitParameters | undefined;

  constructor(card: ChipCard, die: DieLayout, noiseSeed: number) {
    this.#card = card;
    this.#die = die;
    const initial = NEURON_CELLS.map((kind) => [kind, initialCode(card, kind)]);
    this.#digital = defaultDigital(die.neurons);
    this.#cells = new ParameterCells(card, die.seed, noiseSeed, Object.fromEntries(initial) as Record<NeuronCell, number>);
    this.#leakMode = new Uint8Array(die.neurons).fill(LEAK_MODES.indexOf('divided'));
    this.shared = new SharedSettings(card, die.seed, noiseSeed);
  }

  get switches(): Switches {
    return this.#switches;
  }

  /** Parameters of the circuits under this setting. */
  truth(): CircuitParameters {
    this.#parameters ??= circuitParameters(this.#card, this.#die, this.#effectiveCodes(), this.#leakMode, {
      ...this.#digital,
      synapseDac: this.shared.dacFactor,
    });
    return this.#parameters;
  }

  /** Takes over what `setting` names. Tells how many cells were written, and whether drivers of rows have moved. Throws InfeasibleError for cells that the circuits lack. */
  apply(setting: Setting, codeRanges: Capabilities['codes']): { readonly written: number; readonly drivers: boolean } {
    if (setting.parameters !== undefined) throw new InfeasibleError('a die has codes, no parameters: bind targets to {codes}');
    let written = this.#writeCells(setting, codeRanges);
    if (setting.leakMode !== undefined) this.#setLeakMode(setting.leakMode);
    const digital = digitalAfter(this.#card, this.#digital, setting, this.#die.neurons);
    this.#digital = digital ?? this.#digital;
    const shared = this.shared.apply(setting);
    written += shared.cells;
    const { offsetCurrentOn, holdReset, spiking, cadcInput, refractory, holdOff } = { ...this.#switches, ...setting };
    this.#switches = {
      offsetCurrentOn,
      holdReset,
      spiking,
      cadcInput,
      refractory: this.shared.refractory(refractory),
      ...(holdOff !== undefined && { holdOff }),
    };
    if (written > 0 || digital !== undefined || setting.leakMode !== undefined) this.#parameters = undefined;
    return { written, drivers: shared.drivers };
  }

  snapshot(): DieSettingState {
    return {
      cells: this.#cells.snapshot(),
      shared: this.shared.snapshot(),
      leakMode: this.#leakMode.slice(),
      digital: this.#digital,
      switches: this.#switches,
    };
  }

  restore({ cells, shared, leakMode, digital, switches }: DieSettingState): void {
    this.#cells.restore(cells);
    this.shared.restore(shared);
    this.#leakMode = leakMode.slice();
    this.#digital = digital;
    this.#switches = switches;
    this.#parameters = undefined;
  }

  #writeCells(setting: Setting, codeRanges: Capabilities['codes']): number {
    let written = 0;
    for (const kind of NEURON_CELLS) {
      const codes = setting.codes?.[kind];
      if (codes === undefined) continue;
      if (this.#card.neuron.adex === undefined && (ADEX_CELLS as readonly NeuronCell[]).includes(kind))
        throw new InfeasibleError(`${kind}: the circuits of ${this.#card.name} have no such cell`);
      const { min, max } = codeRanges[kind];
      if (codes.length !== this.#die.neurons || codes.some((code) => code < min || code > max)) {
        throw new InternalError(`${kind}: ${String(this.#die.neurons)} codes from ${String(min)} to ${String(max)} are needed`);
      }
      written += this.#cells.write(kind, codes);
    }
    return written;
  }

  #effectiveCodes(): Record<NeuronCell, Float64Array> {
    return Object.fromEntries(NEURON_CELLS.map((kind) => [kind, this.#cells.effective(kind)])) as Record<NeuronCell, Float64Array>;
  }

  #setLeakMode(modes: Uint8Array): void {
    if (modes.length !== this.#die.neurons || modes.some((mode) => mode >= LEAK_MODES.length)) {
      throw new InternalError(`leak modes: ${String(this.#die.neurons)} of 0 to ${String(LEAK_MODES.length - 1)} are needed`);
    }
    this.#leakMode = modes.slice();
  }
}
