/**
 * What a thread does while nobody has work for it: one short run of a small network. A thread is started while the command and its cards are read; the code of networks, kernels and measures
 * is then compiled on a core that would stand still, and not when the first point waits for it. Nothing of it is kept.
 */
import { prepareSweep, type SweepOutcome } from './sweep-work.ts';
import type { SweepSetup } from './sweep-plan.ts';

const SETUP: SweepSetup = {
  networks: {
    small: {
      design: {
        kind: 'noc',
        name: 'small',
        description: '',
        topology: { kind: 'mesh', width: 3, height: 3 },
        nodes_per_router: 1,
        routing: { kind: 'dimension-order', ties: 'parity' },
        router: {
          vcs: 2,
          buffer: 4,
          routing_delay: 1,
          vc_alloc_delay: 1,
          switch_alloc_delay: 1,
          switch_traversal_delay: 1,
          credit_delay: 0,
          allocator: 'islip',
          allocator_iterations: 1,
          speculative: false,
        },
        link: { latency: 1 },
        flit_bits: 32,
        clock: 250e6,
        clock_domains: [],
        synchronizer: 2,
        packet: { flits: 1, mode: 'multicast', group_cores: 4, trees: 'automatic', detour: 0, gather: 'none' },
        source_queue: { capacity: 'unbounded', policy: 'stall' },
        floor_plan: { tile_pitch: 1e-3 },
        technology: '28nm',
        costs: {},
      },
      files: {},
    },
  },
  traffics: {
    uniform: {
      pattern: { kind: 'pattern', spec: { kind: 'uniform' } },
      card: { process: { kind: 'bernoulli' }, measure: { kind: 'span', warmup: 50, cycles: 200 }, speed_up: 1000 },
    },
  },
  saturation: 'off',
};

/** Computes the point, and gives it for tests. */
export async function warmUp(): Promise<SweepOutcome> {
  const compute = await prepareSweep(SETUP);
  return compute({ id: '', label: '', network: 'small', traffic: 'uniform', rate: 0.1, seed: 1, levels: {} });
}
