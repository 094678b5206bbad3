/**
 * Membranes of a part of which some are shared by several circuits (switches.ts): those cells are integrated as in merged-cell.ts with either integrator, all other circuits by the integrator of the
 * part, bit for bit as without them.
 * In a step: arrivals, in their order, cut it into stretches; a stretch ends early where a comparator fires or where a reset, a delay or a blind time ends; noise is added at its end. A spike is told
 * of the circuit whose comparator fires. Comparator, delay and noise of the threshold are those of that circuit; the refractory period is that of the chip.
 */
import { Chance, InfeasibleError, InternalError } from '../base/index.ts';
import type { CircuitParameters } from './circuit.ts';
import { NEVER } from './faults.ts';
import { INSTANT, MergedCell, type CellPlan } from './merged-cell.ts';
import { SMALLEST_FRACTION, type Membranes, type MembraneOptions, type MembraneSnapshot, type StepSpikes } from './membranes.ts';

/** Spikes of one membrane in one step: the rate of an event encoder. */
const MOST_SPIKES = 12;
/** The comparator draws its noise from units of its own, as in accurate-adex.ts. */
const COMPARATOR = 2 ** 41;

interface Cell {
  readonly cell: MergedCell;
  /** Of each membrane, s: until its comparator sees again, and until the event of a crossing goes out. */
  readonly blind: Float64Array;
  readonly delay: Float64Array;
  /** Threshold over its mean until the next spike, V. */
  readonly shift: Float64Array;
  /** Of each membrane in this step: spikes, and the time in which it was free since the last. */
  readonly fired: Uint32Array;
  readonly free: Float64Array;
  /** (remaining, place, sign, drive) of the step to come. */
  readonly arrivals: number[];
}

export class MergedMembranes implements Membranes {
  readonly #inner: Membranes;
  readonly #p: CircuitParameters;
  readonly #o: MembraneOptions;
  readonly #cells: readonly Cell[];
  /** Cell of each circuit of this part, and its place there; -1 for circuits that are alone. */
  readonly #cellOf: Int32Array;
  readonly #placeOf: Uint32Array;
  readonly #chance: Chance;
  readonly #spikes: StepSpikes;

  /** `make` builds the membranes of all other circuits. Throws InfeasibleError for a cell that leaves this part. */
  constructor(
    parameters: CircuitParameters,
    options: MembraneOptions,
    make: (parameters: CircuitParameters, options: MembraneOptions) => Membranes,
  ) {
    const { first, count } = options;
    const plans = cellsOf(parameters);
    const mine = plans.filter(({ circuits }) => circuits.some((c) => c >= first && c < first + count));
    const torn = mine.find(({ circuits }) => circuits.some((c) => c < first || c >= first + count));
    if (torn !== undefined)
      throw new InfeasibleError(
        `circuits ${Array.from(torn.circuits).join(', ')} share membranes: the chip cannot be cut between them (fewer --parts)`,
      );
    this.#p = parameters;
    this.#o = options;
    this.#inner = make(withoutCells(parameters, plans), options);
    this.#cellOf = new Int32Array(count).fill(-1);
    this.#placeOf = new Uint32Array(count);
    this.#cells = mine.map((plan, k): Cell => {
      plan.circuits.forEach((c, place) => {
        this.#cellOf[c - first] = k;
        this.#placeOf[c - first] = place;
      });
      const per = (): Float64Array => new Float64Array(plan.fires.length);
      return {
        cell: new MergedCell(parameters, options, plan),
        blind: per(),
        delay: per(),
        shift: per(),
        fired: new Uint32Array(plan.fires.length),
        free: per(),
        arrivals: [],
      };
    });
    this.#chance = new Chance(options.noiseSeed, 'noise', options.dieSeed);
    const room = 64 * count;
    this.#spikes = { count: 0, circuit: new Uint32Array(room), fraction: new Float64Array(room) };
  }

  voltages(): Float64Array {
    const v = this.#inner.voltages();
    const { first } = this.#o;
    for (const { cell } of this.#cells) cell.plan.circuits.forEach((c, place) => (v[c - first] = cell.y[cell.plan.membrane[place]!]!));
    return v;
  }

  deliver(circuit: number, sign: number, drive: number, remaining: number): void {
    const n = circuit - this.#o.first;
    const k = this.#cellOf[n]!;
    if (k < 0) this.#inner.deliver(circuit, sign, drive, remaining);
    else this.#cells[k]!.arrivals.push(remaining, this.#placeOf[n]!, sign, drive);
  }

  setCurrent(slopes: Float64Array): void {
    this.#inner.setCurrent(slopes.map((slope, n) => (this.#cellOf[n]! < 0 ? slope : 0)));
    slopes.forEach((slope, n) => {
      const k = this.#cellOf[n]!;
      if (k >= 0) this.#cells[k]!.cell.current[this.#placeOf[n]!] = slope;
    });
  }

  advance(index: number): StepSpikes {
    const inner = this.#inner.advance(index);
    const found: { readonly circuit: number; readonly fraction: number }[] = [];
    for (const cell of this.#cells) this.#advanceCell(cell, index, (circuit, fraction) => found.push({ circuit, fraction }));
    if (found.length === 0) return inner;
    for (let i = 0; i < inner.count; i++) found.push({ circuit: inner.circuit[i]!, fraction: inner.fraction[i]! });
    found.sort((a, b) => a.circuit - b.circuit || a.fraction - b.fraction);
    const { circuit, fraction } = this.#spikes;
    if (found.length > circuit.length) throw new InternalError('over 64 spikes per circuit in one step');
    this.#spikes.count = found.length;
    found.forEach((spike, i) => {
      circuit[i] = spike.circuit;
      fraction[i] = spike.fraction;
    });
    return this.#spikes;
  }

  snapshot(): MembraneSnapshot {
    const { kind, columns } = this.#inner.snapshot();
    return { kind: `merged ${kind}`, columns: [...columns, ...this.#state().map((column) => column.slice())] };
  }

  restore({ kind, columns }: MembraneSnapshot): void {
    const state = this.#state();
    const own = columns.length - state.length;
    this.#inner.restore({ kind: kind.slice('merged '.length), columns: columns.slice(0, own) });
    state.forEach((column, i) => column.set(columns[own + i]!));
  }

  #state(): Float64Array[] {
    return this.#cells.flatMap(({ cell, blind, delay, shift }) => [...cell.columns(), blind, delay, shift]);
  }

  #advanceCell(state: Cell, index: number, tell: (circuit: number, fraction: number) => void): void {
    const { cell, arrivals } = state;
    let left = this.#o.step;
    cell.begin();
    state.fired.fill(0);
    state.free.fill(0);
    for (let i = 0; i < arrivals.length; i += 4) {
      const until = Math.min(arrivals[i]!, left);
      this.#stretch(state, index, left, until, tell);
      left = until;
      (arrivals[i + 2]! > 0 ? cell.excitatory : cell.inhibitory)[arrivals[i + 1]!]! += arrivals[i + 3]!;
    }
    arrivals.length = 0;
    this.#stretch(state, index, left, 0, tell);
    if (this.#o.noise === 0) return;
    for (let k = 0; k < state.free.length; k++) {
      const unit = cell.plan.circuits[cell.plan.membrane.indexOf(k)]!;
      if (cell.held[k]! > 0 || state.fired[k] === MOST_SPIKES) continue;
      cell.y[k] = cell.withinRails(cell.y[k]! + cell.noiseAfter(k, state.free[k]!) * this.#chance.normal(unit, index));
      if (cell.y[k]! >= this.#threshold(state, k)) this.#cross(state, index, k, 0, tell);
    }
  }

  /** Advances a cell from `from` to `to` seconds before the end of the step. */
  #stretch(state: Cell, index: number, from: number, to: number, tell: (circuit: number, fraction: number) => void): void {
    const { cell, blind, delay, free } = state;
    let left = from;
    while (left - to > INSTANT) {
      let reach = left - to;
      for (const spans of [cell.held, blind, delay]) for (const span of spans) if (span > 0 && span < reach) reach = span;
      const { time, crossed } = cell.integrate(
        reach,
        delay.map((_, k) => this.#threshold(state, k)),
      );
      left -= time;
      for (let k = 0; k < delay.length; k++) {
        if (cell.held[k] === 0) free[k]! += time;
        cell.held[k] = remainder(cell.held[k]!, time);
        blind[k] = remainder(blind[k]!, time);
        if (delay[k] === 0) continue;
        delay[k] = remainder(delay[k]!, time);
        if (delay[k] === 0) this.#fire(state, index, k, left, tell);
      }
      if (crossed >= 0) this.#cross(state, index, crossed, left, tell);
    }
  }

  /** V; Infinity where no comparator looks. */
  #threshold({ cell, blind, delay, shift }: Cell, k: number): number {
    const circuit = cell.plan.fires[k]!;
    return circuit < 0 || blind[k]! > 0 || delay[k]! > 0 || cell.held[k]! > 0 ? Infinity : this.#p.threshold[circuit]! + shift[k]!;
  }

  #cross(state: Cell, index: number, k: number, left: number, tell: (circuit: number, fraction: number) => void): void {
    const delay = this.#o.adex === undefined ? 0 : this.#p.adex!.comparatorDelay[state.cell.plan.fires[k]!]!;
    if (delay > 0) state.delay[k] = delay;
    else this.#fire(state, index, k, left, tell);
  }

  #fire(state: Cell, index: number, k: number, left: number, tell: (circuit: number, fraction: number) => void): void {
    const { cell, fired } = state;
    const { refractory, step, adex } = this.#o;
    const circuit = cell.plan.fires[k]!;
    tell(circuit, Math.max(1 - left / step, SMALLEST_FRACTION));
    fired[k]!++;
    let held = Math.max(refractory - (adex?.holdOff ?? 0), 0);
    // without end otherwise
    if (cell.reset[k]! >= this.#p.threshold[circuit]!) held = Math.max(held, step);
    if (fired[k] === MOST_SPIKES) held = Math.max(held, left);
    if ((adex?.resetTau ?? 0) === 0 || held === 0) cell.y[k] = cell.reset[k]!;
    cell.held[k] = held;
    state.blind[k] = Math.max(refractory, held);
    cell.fire(k);
    if (adex !== undefined && adex.comparatorNoise > 0)
      state.shift[k] = adex.comparatorNoise * this.#chance.normal(COMPARATOR + circuit, index * MOST_SPIKES + fired[k]! - 1);
    state.free[k] = 0;
  }
}

/** Cells of a die: circuits that share membranes, with all that hangs on them by conductances. */
function cellsOf({ fires, joins, rest, tauMem }: CircuitParameters): CellPlan[] {
  if (fires === undefined) throw new InternalError('shared membranes need the circuits that fire for them');
  const root = Uint32Array.from({ length: rest.length }, (_, n) => n);
  const find = (n: number): number => {
    while (root[n] !== n) n = root[n] = root[root[n]!]!;
    return n;
  };
  const connect = (a: number, b: number): void => {
    const [x, y] = [find(a), find(b)];
    root[Math.max(x, y)] = Math.min(x, y);
  };
  fires.forEach((firing, n) => connect(firing, n));
  joins?.soma.forEach((soma, j) => connect(soma, joins.dendrite[j]!));
  const shared = new Set<number>();
  fires.forEach((firing, n) => firing !== n && shared.add(find(n)));
  const dendrites = new Set(Array.from(joins?.dendrite ?? [], (n) => fires[n]!));
  return Array.from(shared)
    .toSorted((a, b) => a - b)
    .map((cell) => {
      const circuits = Uint32Array.from(tauMem.keys()).filter((n) => find(n) === cell);
      const membranes = [...new Set(Array.from(circuits, (n) => fires[n]!))];
      const place = (n: number): number => circuits.indexOf(n);
      return {
        circuits,
        membrane: circuits.map((n) => membranes.indexOf(fires[n]!)),
        fires: Int32Array.from(membranes, (firing) => (dendrites.has(firing) ? -1 : firing)),
        joins: Array.from(joins?.soma.keys() ?? [])
          .filter((j) => find(joins!.soma[j]!) === cell)
          .map((j) => ({
            from: { place: place(joins!.soma[j]!), rate: joins!.somaRate[j]! },
            to: { place: place(joins!.dendrite[j]!), rate: joins!.dendriteRate[j]! },
          })),
      };
    });
}

/** Parameters of the circuits outside of all cells; those inside stand still and never fire. */
function withoutCells(parameters: CircuitParameters, plans: readonly CellPlan[]): CircuitParameters {
  const inside = new Set(plans.flatMap(({ circuits }) => Array.from(circuits)));
  const { fires: _, joins, adex, ...rest } = parameters;
  const quiet = (values: Float64Array, value: number): Float64Array => values.map((own, n) => (inside.has(n) ? value : own));
  const kept = Array.from(joins?.soma.keys() ?? []).filter((j) => !inside.has(joins!.soma[j]!));
  const pick = <T extends Float64Array | Uint32Array>(column: T): T => column.filter((_value, j) => kept.includes(j)) as T;
  return {
    ...rest,
    threshold: quiet(parameters.threshold, NEVER),
    ...(adex && { adex: { ...adex, exponentialRate: quiet(adex.exponentialRate, 0) } }),
    joins:
      joins === undefined || kept.length === 0
        ? undefined
        : {
            soma: pick(joins.soma),
            dendrite: pick(joins.dendrite),
            somaRate: pick(joins.somaRate),
            dendriteRate: pick(joins.dendriteRate),
          },
  };
}

/** What is left of a span, exactly 0 when it is over. */
function remainder(span: number, time: number): number {
  const left = span - time;
  return left < INSTANT ? 0 : left;
}
