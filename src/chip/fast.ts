/**
 * The `fast` integrator: a bank of the f32 SIMD kernel, one evaluation of the leak OTA per step, everything linear solved exactly over the step.
 *   leak = 1 - exp(-h / tau_mem), gain = integral over the step of exp(-u / tau_syn) exp(-(h - u) / tau_mem) du, sigma = rms sqrt(1 - exp(-2 h / tau_mem)).
 * An event r seconds before the end of the step leaves w (1 - x + x^2 / 2), x = r / tau_syn, in the current and w r (1 - r (1/tau_syn + 1/tau_mem) / 2) on the membrane.
 */
import { exp, InfeasibleError, tanh } from '../base/index.ts';
import { fillAdex } from './fast-adex.ts';
import { LifBank, type BankField, type KernelMemory, type LifBankOptions, type LifSnapshot, type SliceEvents } from '../kernels/index.ts';
import type { CircuitParameters } from './circuit.ts';
import { synapticDrive, type SynapticInputs } from './synaptic-input.ts';
import { SMALLEST_FRACTION, noiseOf, type Membranes, type MembraneOptions, type MembraneSnapshot, type StepSpikes } from './membranes.ts';

/** A linear OTA in f32: the kernel's tanh is then the identity to rounding. */
const LINEAR = 1e4;

const { fround } = Math;

/** Membranes of a range of circuits in the SIMD kernel. */
export class FastMembranes implements Membranes {
  /** In kernel memory. */
  readonly bank: LifBank;
  readonly #first: number;
  readonly #noise: boolean;
  /** What a slope of 1 V/s does to each membrane in a step, V. */
  readonly #kept: Float64Array;
  readonly #spikes: StepSpikes;
  readonly #inputs: SynapticInputs | undefined;
  /** Whether events may stand in the slots for the step to come. */
  #arriving = true;
  /** Fields that deliveries touch; taken anew after synapses were placed, which may move the memory. */
  #field: Slots;

  constructor(parameters: CircuitParameters, options: MembraneOptions, memory?: KernelMemory) {
    this.#first = options.first;
    this.#noise = options.noise > 0;
    this.#kept = constantDrive(
      new Float64Array(options.count).fill(1),
      parameters.tauMem.subarray(options.first, options.first + options.count),
      options.step,
    );
    const bank = new LifBank(options.count, { ...bankOptions(options), maxSpikes: options.count }, memory);
    fillBank(bank, parameters, options);
    settle(bank, parameters, options);
    this.bank = bank;
    this.#inputs = parameters.inputs;
    if (parameters.inputs !== undefined) bank.placeInputs(inputColumns(parameters, options));
    this.#field = slotsOf(bank);
    this.#spikes = { count: 0, circuit: new Uint32Array(options.count), fraction: new Float64Array(options.count) };
  }

  voltages(): Float64Array {
    return Float64Array.from(this.bank.field('v'));
  }

  /** In f32, operation by operation as the kernel does it in bulk. */
  deliver(circuit: number, sign: number, drive: number, remaining: number): void {
    const n = circuit - this.#first;
    const { inExc, inInh, inV, rateExc, rateInh, rateMem } = this.#field;
    this.#arriving = true;
    const rate = sign > 0 ? rateExc[n]! : rateInh[n]!;
    const [w, r] = [fround(drive), fround(remaining)];
    const x = fround(r * rate);
    const arrived = fround(w * fround(fround(1 - x) + fround(fround(x * x) * 0.5)));
    if (sign > 0) inExc[n]! += arrived;
    else inInh[n]! += arrived;
    const moved = fround(1 - fround(fround(r * 0.5) * fround(rate + rateMem[n]!)));
    if (this.#inputs === undefined) inV[n]! += fround(fround((sign > 0 ? w : -w) * r) * moved);
    else inV[n]! += this.#driven(this.#inputs, circuit, sign, drive, arrived) * r * moved;
  }

  /** What an event drives the membrane by through an input that is more than a linear current, V/s: with the membrane where it is and on top of what is on the line. */
  #driven(inputs: SynapticInputs, circuit: number, sign: number, drive: number, arrived: number): number {
    const n = circuit - this.#first;
    const { v, synapseExc, synapseInh, inExc, inInh } = this.#field;
    // the slot of this event's own sign holds it already
    const excitatory = synapseExc[n]! + inExc[n]! - (sign > 0 ? arrived : 0);
    const inhibitory = synapseInh[n]! + inInh[n]! - (sign > 0 ? 0 : arrived);
    const before = synapticDrive(inputs, circuit, v[n]!, excitatory, inhibitory);
    return synapticDrive(inputs, circuit, v[n]!, excitatory + (sign > 0 ? drive : 0), inhibitory + (sign > 0 ? 0 : drive)) - before;
  }

  /** Puts all membranes to these levels, V, and lets them go; synaptic lines keep what they have. */
  place(levels: Float64Array): void {
    this.bank.field('v').set(levels.subarray(this.#first, this.#first + this.bank.field('v').length));
    this.bank.field('remaining').fill(0);
    if (this.bank.state.includes('timer')) this.bank.field('timer').fill(0);
  }

  placeSynapses(circuit: Uint32Array, sign: Int8Array, drive: Float64Array): void {
    this.bank.placeSynapses(circuit, (k) => (sign[k]! > 0 ? drive[k]! : -drive[k]!));
    this.#field = slotsOf(this.bank);
  }

  deliverSlices(events: SliceEvents): void {
    if (events.count === 0) return;
    this.#arriving = true;
    this.bank.deliverSlices(events);
  }

  setCurrent(slopes: Float64Array): void {
    this.bank.set({ drive: slopes.map((slope, n) => slope * this.#kept[n]!) });
  }

  advance(index: number): StepSpikes {
    if (this.#inputs !== undefined) this.bank.modulateInputs();
    const { count, neurons, fractions } = this.bank.step(index, this.#noise, this.#arriving);
    // inputs that are no linear currents drive by the slot of the membrane
    this.#arriving = this.#inputs !== undefined;
    this.#spikes.count = count;
    for (let i = 0; i < count; i++) {
      this.#spikes.circuit[i] = neurons[i]!;
      this.#spikes.fraction[i] = Math.max(fractions[i]!, SMALLEST_FRACTION);
    }
    return this.#spikes;
  }

  snapshot(): MembraneSnapshot {
    const snapshot = this.bank.snapshot();
    return {
      kind: 'fast',
      columns: [...this.bank.state.map((name) => Float64Array.from(snapshot[name]!)), Float64Array.from(snapshot.spikeCounts)],
    };
  }

  restore({ columns }: MembraneSnapshot): void {
    this.#arriving = true;
    const states = Object.fromEntries(this.bank.state.map((name, i) => [name, Float32Array.from(columns[i]!)]));
    this.bank.restore({ ...states, spikeCounts: Uint32Array.from(columns[this.bank.state.length]!) } as unknown as LifSnapshot);
  }
}

/** No saturation in f32: the kernel's tanh is then the identity to rounding. */
const NO_LIMIT = 1e12;

/**
 * Columns of the kernel's table (assembly/inputs.ts), m = A + B v. A line that is at s at the beginning of a step is at c s in its middle, c = (1 + decay) / 2; what it drives over the step is
 * gain S tanh(c s / S) / c, so the kernel is given S / c.
 */
function inputColumns(
  { inputs, tauSynExcitatory, tauSynInhibitory }: CircuitParameters,
  { first, count, step }: MembraneOptions,
): Float64Array[] {
  const { saturation, reversal } = inputs!;
  const per = (value: (c: number) => number): Float64Array => Float64Array.from({ length: count }, (_, n) => value(first + n));
  const line = (tau: Float64Array, sign: number, potential?: Float64Array, slope?: Float64Array): Float64Array[] => {
    const limit = (c: number): number => Math.min((2 * saturation[c]!) / (1 + exp(-step / tau[c]!)), NO_LIMIT);
    return [
      per(limit),
      per((c) => 1 / limit(c)),
      per((c) => (potential === undefined ? 1 : sign * potential[c]! * slope![c]!)),
      per((c) => (potential === undefined ? 0 : -sign * slope![c]!)),
    ];
  };
  return [
    ...line(tauSynExcitatory, 1, reversal?.excitatory, reversal?.excitatorySlope),
    ...line(tauSynInhibitory, -1, reversal?.inhibitory, reversal?.inhibitorySlope),
  ];
}

type Slots = Readonly<Record<(typeof SLOTS)[number], Float32Array>>;
const SLOTS = ['v', 'synapseExc', 'synapseInh', 'inExc', 'inInh', 'inV', 'rateExc', 'rateInh', 'rateMem'] as const;

function slotsOf(bank: LifBank): Slots {
  return Object.fromEntries(SLOTS.map((name) => [name, bank.field(name)])) as Slots;
}

/** How the kernel's bank is made for a range of circuits: which noise it sees, which leak. */
export function bankOptions({ first, dieSeed, noiseSeed, linearRange, adex }: MembraneOptions): Omit<LifBankOptions, 'maxSpikes'> {
  return {
    firstNeuron: first,
    unit: dieSeed >>> 0,
    seed: noiseSeed,
    linear: finite(linearRange),
    ...(adex === undefined ? {} : { adex: { linear: finite(adex.linearRange), rails: adex.rails, comparatorNoise: adex.comparatorNoise } }),
  };
}

function finite(range: number): number {
  return range === Infinity ? LINEAR : range;
}

/** Puts all membranes to rest, without synaptic currents; adaptation settled. */
export function settle(bank: LifBank, p: CircuitParameters, { first, count, adex }: MembraneOptions): void {
  for (const name of bank.state) bank.field(name).fill(0);
  bank.field('v').set(bank.field('rest'));
  if (adex === undefined || p.adex === undefined) return;
  const { adaptationGain, adaptationLeak, adaptationReference } = p.adex;
  const [low, high] = adex.rails;
  const within = (v: number): number => Math.min(Math.max(v, low), high);
  const settled = Float64Array.from({ length: count }, (_, n) => {
    const c = first + n;
    const distance = within(p.rest[c]!) - adaptationLeak[c]!;
    const current = adex.linearRange === Infinity ? distance : adex.linearRange * tanh(distance / adex.linearRange);
    const reference = within(adaptationReference[c]!);
    return Math.min(Math.max(adaptationGain[c]! * current, low - reference), high - reference);
  });
  bank.set({ v: p.rest.slice(first, first + count).map(within), adaptation: settled, armed: bank.field('threshold') });
}

/** Writes these physical parameters into a bank; its state stays as it is. */
export function fillBank(bank: LifBank, p: CircuitParameters, options: MembraneOptions): void {
  const { first, count, step, noise, refractory } = options;
  if (p.joins !== undefined || p.fires !== undefined)
    throw new InfeasibleError('the bench has single compartments: joined circuits run in emulation');
  const field = (name: BankField): Float32Array => bank.field(name);
  const [leak, sigma, rateMem] = [field('leak'), field('sigma'), field('rateMem')];
  for (let n = 0; n < count; n++) {
    const tau = p.tauMem[first + n]!;
    leak[n] = 1 - exp(-step / tau);
    sigma[n] = noise === 0 ? 0 : noiseOf(options, tau) * Math.sqrt(1 - exp((-2 * step) / tau));
    rateMem[n] = 1 / tau;
  }
  fillSynapse(p.tauSynExcitatory, p.tauMem, options, field('decayExc'), field('gainExc'), field('rateExc'));
  fillSynapse(p.tauSynInhibitory, p.tauMem, options, field('decayInh'), field('gainInh'), field('rateInh'));
  field('rest').set(p.rest.subarray(first, first + count));
  field('reset').set(p.reset.subarray(first, first + count));
  field('threshold').set(p.threshold.subarray(first, first + count));
  field('refractorySteps').fill(refractory / step);
  fillAdex(bank, p, options);
  bank.check();
}

/** Change of the membrane per step by the offset current, V. */
export function offsetDrive({ offsetCurrent, tauMem }: CircuitParameters, { first, count, step }: MembraneOptions): Float64Array {
  return constantDrive(offsetCurrent.subarray(first, first + count), tauMem.subarray(first, first + count), step);
}

/** Change of the membrane per step by constant slopes (V/s), V: exact for a linear leak. */
function constantDrive(slopes: Float64Array, tauMem: Float64Array, step: number): Float64Array {
  return slopes.map((slope, n) => {
    const tau = tauMem[n]!;
    return tau === Infinity ? slope * step : slope * tau * (1 - exp(-step / tau));
  });
}

function fillSynapse(
  tauSyn: Float64Array,
  tauMem: Float64Array,
  { first, count, step }: MembraneOptions,
  decay: Float32Array,
  gain: Float32Array,
  rate: Float32Array,
): void {
  for (let n = 0; n < count; n++) {
    const tau = tauSyn[first + n]!;
    decay[n] = exp(-step / tau);
    gain[n] = stepGain(step, tauMem[first + n]!, tau);
    rate[n] = 1 / tau;
  }
}

/** Integral from 0 to h of exp(-u / s) exp(-(h - u) / m) du. */
function stepGain(h: number, m: number, s: number): number {
  const rate = 1 / m - 1 / s;
  // equal time constants: the limit; near them the difference of exponentials would cancel
  if (Math.abs(rate * h) < 1e-7) return h * exp(-h / m);
  return (exp(-h / s) - exp(-h / m)) / rate;
}
