/** Plastic projections of workload cards: against the sums over earlier spikes that define the traces, the same bits wherever a run is cut, and what is refused. */
import { describe, expect, test } from 'vitest';
import { parseCard, WorkloadSchema, type WorkloadCard } from '../../../src/model/index.ts';
import { buildNetwork, currentChanges, stimulusEvents, teacherOnly, type Network } from '../../../src/network/index.ts';
import { TEACHER_TICKS_PER_SECOND as TICKS, teacherOf, type TeacherMethod } from '../../../src/reference/index.ts';

const method = (mode: 'precise' | 'grid'): TeacherMethod => ({ mode, tolerance: 1e-8, step: 1e-4 });
const UNTIL = 0.4 * TICKS;

const STDP = { kind: 'stdp', rate: 0.05, asymmetry: 1.1, tau_plus: '18 ms', tau_minus: '31 ms', maximum: 2 };
const TRIPLET = {
  kind: 'stdp-triplet',
  pair_plus: 0.01,
  triplet_plus: 0.02,
  pair_minus: 0.015,
  triplet_minus: 0.005,
  tau_plus: '17 ms',
  tau_minus: '34 ms',
  tau_x: '101 ms',
  tau_y: '114 ms',
  maximum: 2,
};
const LIF = {
  tau_mem: '10 ms',
  tau_syn_excitatory: '3 ms',
  tau_syn_inhibitory: '5 ms',
  rest: '-70 mV',
  threshold: '-60 mV',
  reset: '-70 mV',
  refractory: '2 ms',
};

/** Four relays and three neurons under Poisson input of their own, all to all through plastic synapses. */
function cardOf(plasticity: Record<string, unknown>, changes: Record<string, unknown> = {}): WorkloadCard {
  const card = {
    name: 'plastic',
    description: 'a small one',
    populations: {
      pre: { size: 4, model: 'intfire', parameters: { tau_mem: '20 ms', refractory: '0 ms' } },
      post: { size: 3, model: 'lif', parameters: LIF },
    },
    weight_unit: '1 mV',
    sign: 'of the weight',
    delay: '1.7 ms',
    edges: [{ kind: 'all-to-all', from: 'pre', to: 'post', weight: { kind: 'uniform', minimum: 0.2, maximum: 1.8 }, plasticity }],
    stimuli: [
      { kind: 'poisson', to: 'pre', rate: '60 Hz', weight: '2 mV' },
      { kind: 'poisson', to: 'post', rate: '60 Hz', weight: '15 mV' },
    ],
    duration: '400 ms',
    warm_up: '0 ms',
    seeds: { graph: 3, stimulus: [1] },
    ...changes,
  };
  return parseCard(WorkloadSchema, JSON.stringify(card)).value;
}

function teacher(card: WorkloadCard, network: Network, mode: 'precise' | 'grid', from?: Parameters<typeof teacherOf>[4]) {
  const input = { events: stimulusEvents(card, network, 1, UNTIL, TICKS, 1), currents: currentChanges(card, network, 1, UNTIL, TICKS) };
  return teacherOf(card, network, input, method(mode), from);
}

/** Weights at the end of a run, and the spike times (ms) of every neuron. */
function run(card: WorkloadCard, mode: 'precise' | 'grid') {
  const network = buildNetwork(card);
  const one = teacher(card, network, mode);
  const { ticks, fractions, neurons } = one.advance(UNTIL);
  const trains: number[][] = Array.from({ length: network.count }, () => []);
  ticks.forEach((tick, i) => trains[neurons[i]!]!.push(((tick + fractions[i]!) / TICKS) * 1000));
  return { network, trains, weights: one.weights()! };
}

type Update = (weight: number, fast: number, slow: number) => number;

/** The rule by its definition: every spike sums over all earlier ones of the other side, those of its own instant excluded. On the grid the target's change comes first. */
function byDefinition(
  pre: readonly number[],
  post: readonly number[],
  start: number,
  taus: Readonly<Record<'plus' | 'minus' | 'x' | 'y', number>>,
  { depress, potentiate }: { depress: Update; potentiate: Update },
  targetFirst: boolean,
): number {
  const trace = (train: readonly number[], at: number, tau: number): number =>
    train.reduce((sum, t) => sum + (t < at - 1e-9 ? Math.exp(-(at - t) / tau) : 0), 0);
  const events = [...pre.map((at) => ({ at, side: 0 })), ...post.map((at) => ({ at, side: 1 }))].toSorted((a, b) =>
    Math.abs(a.at - b.at) > 1e-9 ? a.at - b.at : targetFirst ? b.side - a.side : a.side - b.side,
  );
  return events.reduce((weight, { at, side }) => {
    const next =
      side === 0
        ? depress(weight, trace(post, at, taus.minus), trace(pre, at, taus.x))
        : potentiate(weight, trace(pre, at, taus.plus), trace(post, at, taus.y));
    return Math.min(1, Math.max(0, next));
  }, start);
}

const pairs = (muPlus: number, muMinus: number) => ({
  depress: (w: number, y: number) => w - 1.1 * 0.05 * w ** muMinus * y,
  potentiate: (w: number, x: number) => w + 0.05 * (1 - w) ** muPlus * x,
});
const PAIR_TAUS = { plus: 18, minus: 31, x: 1, y: 1 };
const TRIPLET_TAUS = { plus: 17, minus: 34, x: 101, y: 114 };
const triplets = {
  depress: (w: number, o1: number, r2: number) => w - o1 * (0.015 + 0.005 * r2),
  potentiate: (w: number, r1: number, o2: number) => w + r1 * (0.01 + 0.02 * o2),
};

describe.each([
  ['additive', { ...STDP, rule: 'additive' }, PAIR_TAUS, pairs(0, 0)],
  ['multiplicative', { ...STDP, rule: 'multiplicative' }, PAIR_TAUS, pairs(1, 1)],
  ['van Rossum', { ...STDP, rule: 'van-rossum' }, PAIR_TAUS, pairs(0, 1)],
  ['Guetig', { ...STDP, rule: { guetig: 0.4 } }, PAIR_TAUS, pairs(0.4, 0.4)],
  ['triplet', TRIPLET, TRIPLET_TAUS, triplets],
] as const)('%s STDP on a projection', (_, plasticity, taus, update) => {
  test.each([
    ['precise', 'axonal'],
    ['precise', 'dendritic'],
    ['grid', 'dendritic'],
  ] as const)('in mode %s with %s delay has the weights that its definition gives for the spikes of the run', (mode, delay) => {
    const { network, trains, weights } = run(cardOf({ ...plasticity, delay }), mode);
    const steps = mode === 'grid' ? 1.7 : 1.7 + 1e-15;
    const shifted = (train: readonly number[]) => train.map((t) => t + steps).filter((t) => t < 400 - 1e-9);
    let k = 0;
    for (let source = 0; source < 4; source++) {
      for (let target = 4; target < 7; target++) {
        const pre = delay === 'axonal' ? shifted(trains[source]!) : trains[source]!;
        const post = delay === 'axonal' ? trains[target]! : shifted(trains[target]!);
        const found = weights[k]!;
        const expected = byDefinition(pre, post, network.plasticity!.start[k]!, taus, update, mode === 'grid');
        expect(Math.abs(found - expected)).toBeLessThan(1e-12);
        expect(found).not.toBe(network.plasticity!.start[k]);
        k++;
      }
    }
    expect(trains.every((train) => train.length > 5)).toBe(true);
  });
});

test.each(['precise', 'grid'] as const)('a plastic run in mode %s has the same bits wherever it is cut and taken up again', (mode) => {
  const card = cardOf({ ...STDP, rule: { guetig: 0.3 }, delay: mode === 'precise' ? 'axonal' : 'dendritic' });
  const network = buildNetwork(card);
  const whole = teacher(card, network, mode);
  const all = whole.advance(UNTIL);
  const cuts = [0.0431, 0.2, 0.3333].map((seconds) => Math.round(seconds * 1e4) * (TICKS / 1e4));
  let part = teacher(card, network, mode);
  let count = 0;
  for (const cut of [...cuts, UNTIL]) {
    count += part.advance(cut).ticks.length;
    if (cut < UNTIL) part = teacher(card, network, mode, part.snapshot());
  }
  expect(count).toBe(all.ticks.length);
  expect(part.weights()).toEqual(whole.weights());
  expect(part.snapshot()).toEqual(whole.snapshot());
});

test.each(['precise', 'grid'] as const)(
  'short-term plasticity in mode %s scales events by u x: a train fires its target as often as the closed form says',
  (mode) => {
    // IntFire1 of a long time constant adds up what it gets: it fires when the sum of the events passes 1
    const ofWeight = (weight: number) =>
      cardOf(
        { kind: 'tsodyks-markram', utilisation: 0.4, tau_recovery: '150 ms', tau_facilitation: '60 ms' },
        {
          populations: {
            pre: { size: 1, model: 'intfire', parameters: { tau_mem: '20 ms', refractory: '0 ms' } },
            post: { size: 1, model: 'intfire', parameters: { tau_mem: '10 s', refractory: '0 ms' } },
          },
          stimuli: [{ kind: 'spikes', weight: '2 mV', trains: [{ to: 'pre', at: ['10 ms', '25 ms', '40 ms', '55 ms', '200 ms'] }] }],
        },
      ).edges.map((edges) => ({ ...edges, weight }));
    const base = cardOf(
      { kind: 'tsodyks-markram', utilisation: 0.4, tau_recovery: '150 ms', tau_facilitation: '60 ms' },
      {
        populations: {
          pre: { size: 1, model: 'intfire', parameters: { tau_mem: '20 ms', refractory: '0 ms' } },
          post: { size: 1, model: 'intfire', parameters: { tau_mem: '10 s', refractory: '0 ms' } },
        },
        stimuli: [{ kind: 'spikes', weight: '2 mV', trains: [{ to: 'pre', at: ['10 ms', '25 ms', '40 ms', '55 ms', '200 ms'] }] }],
      },
    );
    // u and x by the recursion, written out
    const times = [10, 25, 40, 55, 200];
    let [u, x] = [0.4, 1];
    const events = times.map((t, k) => {
      if (k > 0) {
        const dt = t - times[k - 1]!;
        const left = x - u * x;
        x = 1 - (1 - left) * Math.exp(-dt / 150);
        u = 0.4 + 0.6 * u * Math.exp(-dt / 60);
      }
      return u * x;
    });
    const sumAt = (k: number) => events.slice(0, k + 1).reduce((sum, e, j) => sum + e * Math.exp(-(times[k]! - times[j]!) / 10_000), 0);
    for (const k of [0, 2, 4]) {
      for (const [factor, fires] of [
        [1 + 1e-9, true],
        [1 - 1e-9, false],
      ] as const) {
        const card = { ...base, edges: ofWeight(factor / sumAt(k)) } as WorkloadCard;
        const { trains, weights } = run(card, mode);
        const first = trains[1]![0];
        // a weight that just suffices for event k is enough for no earlier one
        if (fires) expect(first).toBeCloseTo(times[k]! + 1.7, mode === 'grid' ? 0 : 9);
        else expect(first === undefined || first > times[k]! + 2).toBe(true);
        expect(weights[0]).toBeCloseTo(events[4]!, 12);
      }
    }
  },
);

test('axonal delay is refused on the grid, integer targets and chips are refused, and every card says why', () => {
  const card = cardOf({ ...STDP, rule: 'additive', delay: 'axonal' });
  expect(() => run(card, 'grid')).toThrow(/pre -> post.*axonal delay run in mode precise only/);
  expect(teacherOnly(card)).toContain('edges.0: plasticity stdp');
  const loihi = cardOf(
    { ...STDP, rule: 'additive' },
    {
      populations: {
        pre: { size: 4, model: 'intfire', parameters: { tau_mem: '20 ms', refractory: '0 ms' } },
        post: { size: 1, model: 'loihi', parameters: { current_decay: 100, voltage_decay: 100, threshold: 10 } },
      },
    },
  );
  expect(() => run(loihi, 'grid')).toThrow(/integer neurons/);
});

test('mistakes of a plastic projection come with their paths, all at once', () => {
  expect(() => cardOf({ ...STDP, rule: 'aditive', tau_plus: '20 mV', maximum: undefined })).toThrow(
    /edges\.0\.plasticity\.rule[^]*edges\.0\.plasticity\.tau_plus[^]*edges\.0\.plasticity\.maximum/,
  );
});
