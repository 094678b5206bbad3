/** Random connected graphs as edge lists: a random tree and further links, no router with more than `mostNeighbours`. */
import fc from 'fast-check';

export const randomGraph = ({ least = 8, most = 32, mostNeighbours = 8 } = {}): fc.Arbitrary<string> =>
  fc.integer({ min: least, max: most }).chain((routers) =>
    fc
      .tuple(
        fc.array(fc.nat(1_000_000), { minLength: routers - 1, maxLength: routers - 1 }),
        fc.array(fc.tuple(fc.nat(routers - 1), fc.nat(routers - 1), fc.integer({ min: 1, max: 4 })), { maxLength: 3 * routers }),
      )
      .map(([parents, further]) => {
        const degree = new Uint8Array(routers);
        const rows = new Map<string, number>();
        const join = (a: number, b: number, latency: number): void => {
          const key = `${String(Math.min(a, b))},${String(Math.max(a, b))}`;
          if (a === b || rows.has(key) || degree[a]! >= mostNeighbours || degree[b]! >= mostNeighbours) return;
          rows.set(key, latency);
          degree[a]! += 1;
          degree[b]! += 1;
        };
        for (const [i, draw] of parents.entries()) {
          const open = Array.from({ length: i + 1 }, (_, router) => router).filter((router) => degree[router]! < mostNeighbours);
          join(i + 1, open[draw % open.length]!, 1);
        }
        for (const [a, b, latency] of further) join(a, b, latency);
        return `a,b,latency\n${Array.from(rows, ([key, latency]) => `${key},${String(latency)}`).join('\n')}\n`;
      }),
  );
