/** What the router kernel does not do: the clear router computes such designs, with results that are as exact. docs/noc.md has the table. */
import { ROUTER_LIMITS, type RouterTables } from '../../kernels/index.ts';
import { hasOneClock } from '../design/clock-domains.ts';
import type { NocLayout } from '../design/layout.ts';

/** What a design asks for that the kernel has not, in words; `followsTrees`: of packets along multicast trees. Empty: the kernel can do it, if its tables are not too large. */
export function clearReasons(layout: NocLayout, followsTrees = false): readonly string[] {
  const { delays, vcs, graph } = layout;
  const { allocator_iterations: iterations } = layout.design.router;
  const matching = matchingOf(layout);
  const ports = graph.ports.reduce((most, list) => Math.max(most, list.length), 1);
  const reasons: readonly (readonly [applies: boolean, reason: string])[] = [
    [!hasOneClock(layout), 'clock domains'],
    [followsTrees && matching === 'separable', 'separable allocation for multicast trees'],
    [followsTrees && matching === 'speculative', 'speculation for multicast trees'],
    [matching === 'speculative' && delays.switchAllocation !== delays.vcAllocation, 'speculation with allocations of different length'],
    [followsTrees && iterations !== 1, 'several iterations of iSLIP for multicast trees'],
    [
      vcs > ROUTER_LIMITS.vcs || ports > ROUTER_LIMITS.portsPerRouter || ports * vcs > ROUTER_LIMITS.vcsPerRouter,
      `${String(ports)} ports of ${String(vcs)} VCs in a router`,
    ],
    [graph.linkLatency.some((cycles) => cycles + delays.credit > ROUTER_LIMITS.window), 'links of many cycles'],
  ];
  return reasons.flatMap(([applies, reason]) => (applies ? [reason] : []));
}

/** How the allocators of a design match. */
export function matchingOf({ design }: NocLayout): RouterTables['matching'] {
  const { allocator, speculative } = design.router;
  if (speculative) return 'speculative';
  return allocator === 'islip' ? 'islip' : 'separable';
}
