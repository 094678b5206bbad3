/**
 * Cells and synapses of NeuroML 2 as populations and postsynaptic potentials of a workload. Quantities are written with units ("20ms"); cells of PyNN hold plain numbers in ms, mV, nF, nA.
 *   iafTauCell, iafTauRefCell    tau dv/dt = leakReversal - v                          iafCell, iafRefCell    C dv/dt = leakConductance (leakReversal - v)
 *   adExIaFCell                  C dv/dt = -gL (v - EL) + gL delT e^((v - VT) / delT) - w,   tauw dw/dt = a (v - EL) - w,   at thresh: v = reset, w += b
 *   IF_curr_exp, IF_curr_alpha   cm dv/dt = cm (v_rest - v) / tau_m + i_offset + i_syn
 * A synapse with a reversal potential is linearised at rest: the current g (erev - rest). That is an approximation; it is counted.
 * Source: NeuroML 2 component types, Cells.xml, Synapses.xml, PyNN.xml (Cannon et al. 2014, Frontiers in Neuroinformatics 8:79).
 */
import { parseQuantity, type Dimension } from '../../base/index.ts';
import { peakOfAlphaPsp, peakOfUnitPsp } from '../../reference/index.ts';
import { inMs, inMv } from './imported.ts';
import type { XmlElement } from './xml.ts';

/** SI. */
export interface NeuromlCell {
  readonly tauMem: number;
  readonly capacitance: number | null;
  readonly rest: number;
  readonly threshold: number;
  readonly reset: number;
  readonly refractory: number;
  /** Current of the cell itself, A. */
  readonly offset: number;
  readonly adaptive: {
    readonly onset: number;
    readonly slope: number;
    readonly strength: number;
    readonly tau: number;
    readonly jump: number;
  } | null;
  /** PyNN's: the time constants of its own synapses, s; their shape. */
  readonly synapses: { readonly excitatory: number; readonly inhibitory: number; readonly shape: 'exponential' | 'alpha' } | null;
}

export interface NeuromlSynapse {
  readonly shape: 'exponential' | 'alpha';
  /** s; null: that of the cell (PyNN). */
  readonly tau: number | null;
  /** A or S at weight 1; PyNN's weights are nA. */
  readonly base: number;
  /** V; null for a current. */
  readonly reversal: number | null;
}

/** Notes a mistake at an element. */
export type Complain = (element: XmlElement, attribute: string, expected: string) => void;

export const CELLS = ['iafCell', 'iafRefCell', 'iafTauCell', 'iafTauRefCell', 'adExIaFCell', 'IF_curr_exp', 'IF_curr_alpha'];
export const SYNAPSES = ['expOneSynapse', 'alphaSynapse', 'alphaCurrentSynapse', 'expCurrSynapse', 'alphaCurrSynapse'];

/** The cell of an element of one of CELLS. What is missing or wrong is complained about and stands as NaN. */
export function cellOf(element: XmlElement, complain: Complain): NeuromlCell {
  const of = reader(element, complain);
  const plain = { offset: 0, adaptive: null, synapses: null, refractory: 0, capacitance: null };
  const membrane = () => ({ rest: of('leakReversal', 'voltage'), threshold: of('thresh', 'voltage'), reset: of('reset', 'voltage') });
  switch (element.name) {
    case 'iafTauCell':
    case 'iafTauRefCell':
      return {
        ...plain,
        ...membrane(),
        tauMem: of('tau', 'time'),
        ...(element.name === 'iafTauRefCell' ? { refractory: of('refract', 'time') } : {}),
      };
    case 'iafCell':
    case 'iafRefCell': {
      const capacitance = of('C', 'capacitance');
      const tauMem = capacitance / of('leakConductance', 'conductance');
      return {
        ...plain,
        ...membrane(),
        tauMem,
        capacitance,
        ...(element.name === 'iafRefCell' ? { refractory: of('refract', 'time') } : {}),
      };
    }
    case 'adExIaFCell': {
      const [capacitance, leak] = [of('C', 'capacitance'), of('gL', 'conductance')];
      return {
        ...plain,
        tauMem: capacitance / leak,
        capacitance,
        rest: of('EL', 'voltage'),
        threshold: of('thresh', 'voltage'),
        reset: of('reset', 'voltage'),
        refractory: of('refract', 'time'),
        adaptive: {
          onset: of('VT', 'voltage'),
          slope: of('delT', 'voltage'),
          strength: of('a', 'conductance') / leak,
          tau: of('tauw', 'time'),
          jump: of('b', 'current') / leak,
        },
      };
    }
    default: {
      const number = (name: string, scale: number): number => {
        const text = element.attributes[name];
        const value = text === undefined || text.trim() === '' ? NaN : Number(text) * scale;
        if (!Number.isFinite(value)) complain(element, name, 'a number');
        return value;
      };
      return {
        ...plain,
        tauMem: number('tau_m', 1e-3),
        capacitance: number('cm', 1e-9),
        rest: number('v_rest', 1e-3),
        threshold: number('v_thresh', 1e-3),
        reset: number('v_reset', 1e-3),
        refractory: number('tau_refrac', 1e-3),
        offset: element.attributes['i_offset'] === undefined ? 0 : number('i_offset', 1e-9),
        synapses: {
          excitatory: number('tau_syn_E', 1e-3),
          inhibitory: number('tau_syn_I', 1e-3),
          shape: element.name === 'IF_curr_alpha' ? 'alpha' : 'exponential',
        },
      };
    }
  }
}

/** The synapse of an element of one of SYNAPSES, likewise. */
export function synapseOf(element: XmlElement, complain: Complain): NeuromlSynapse {
  const of = reader(element, complain);
  switch (element.name) {
    case 'expOneSynapse':
      return { shape: 'exponential', tau: of('tauDecay', 'time'), base: of('gbase', 'conductance'), reversal: of('erev', 'voltage') };
    case 'alphaSynapse':
      return { shape: 'alpha', tau: of('tau', 'time'), base: of('gbase', 'conductance'), reversal: of('erev', 'voltage') };
    case 'alphaCurrentSynapse':
      return { shape: 'alpha', tau: of('tau', 'time'), base: of('ibase', 'current'), reversal: null };
    default:
      return { shape: element.name === 'alphaCurrSynapse' ? 'alpha' : 'exponential', tau: null, base: 1e-9, reversal: null };
  }
}

/** Peak current (A) of weight 1 onto a cell at rest. */
export function peakCurrent({ base, reversal }: NeuromlSynapse, { rest }: NeuromlCell): number {
  return reversal === null ? base : base * (reversal - rest);
}

/** V: peak of the postsynaptic potential of a peak current (A). A cell without a capacitance takes currents as its own unit; it has none, so NaN. */
export function potentialOf(current: number, { capacitance, tauMem }: NeuromlCell, shape: NeuromlSynapse['shape'], tau: number): number {
  return (current / (capacitance ?? NaN)) * (shape === 'alpha' ? peakOfAlphaPsp(tauMem, tau) : peakOfUnitPsp(tauMem, tau));
}

/** Entry of `populations`, without its size. */
export function populationEntry(
  cell: NeuromlCell,
  shape: NeuromlSynapse['shape'],
  excitatory: number,
  inhibitory: number,
): Readonly<Record<string, unknown>> {
  const parameters = {
    tau_mem: inMs(cell.tauMem),
    tau_syn_excitatory: inMs(excitatory),
    tau_syn_inhibitory: inMs(inhibitory),
    rest: inMv(cell.rest),
    threshold: inMv(cell.threshold),
    reset: inMv(cell.reset),
    refractory: inMs(cell.refractory),
  };
  if (cell.adaptive === null) return { model: 'lif', ...(shape === 'alpha' ? { synapses: { kind: 'alpha' } } : {}), parameters };
  const { onset, slope, strength, tau, jump } = cell.adaptive;
  return {
    model: 'adex',
    parameters: {
      ...parameters,
      exponential: { threshold: inMv(onset), slope: inMv(slope) },
      adaptation: { strength: Number(strength.toPrecision(12)), tau: inMs(tau), jump: inMv(jump) },
    },
  };
}

function reader(element: XmlElement, complain: Complain): (name: string, dimension: Dimension) => number {
  return (name, dimension) => {
    const value = quantityOf(element.attributes[name], dimension);
    if (value === undefined) complain(element, name, `a ${dimension} with its unit`);
    return value ?? NaN;
  };
}

/** "20ms", "-70mV", "1per_s": the units of NeuroML are those of everybody but for frequencies. */
export function quantityOf(text: string | undefined, dimension: Dimension): number | undefined {
  if (text === undefined) return undefined;
  const plain = text
    .trim()
    .replace(/\s*per_s$/, ' Hz')
    .replace(/\s*per_ms$/, ' kHz');
  return parseQuantity(plain.replace(/^([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([a-z]+)$/i, '$1 $2'), dimension);
}
