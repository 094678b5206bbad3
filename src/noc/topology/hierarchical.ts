/**
 * Three levels as on DYNAP-SE boards: a router R1 in every core, one R2 per chip that joins its cores, one R3 per chip on a mesh between the chips. Routers of a chip follow each other:
 * R3, R2, then its R1s; node n hangs on the R1 of core n. Floor plan: the cores of a chip on a near-square grid, R2 and R3 in a column of their own beside them.
 * A packet climbs to R2, or on to R3 and over the mesh, and comes down: 2 hops inside a chip, 4 and the mesh's between chips. Source: Moradi et al. 2018, IEEE TBioCAS 12:106.
 */
import type { Wire, Wiring } from '../design/graph.ts';

/** `width` x `height` chips of `cores` cores. */
export function hierarchical(width: number, height: number, cores: number): Wiring {
  const columns = Math.ceil(Math.sqrt(cores));
  const rows = Math.max(2, Math.ceil(cores / columns));
  const perChip = cores + 2;
  const chips = width * height;
  const wires: Wire[] = [];
  const [x, y]: [number[], number[]] = [[], []];
  const routerOfNode: number[] = [];
  for (let chip = 0; chip < chips; chip++) {
    const [left, bottom] = [(chip % width) * (columns + 1), Math.floor(chip / width) * rows];
    const r3 = chip * perChip;
    x.push(left + columns, left + columns);
    y.push(bottom, bottom + 1);
    wires.push({ a: r3, b: r3 + 1 });
    for (let core = 0; core < cores; core++) {
      x.push(left + (core % columns));
      y.push(bottom + Math.floor(core / columns));
      routerOfNode.push(r3 + 2 + core);
      wires.push({ a: r3 + 1, b: r3 + 2 + core });
    }
    if ((chip % width) + 1 < width) wires.push({ a: r3, b: r3 + perChip });
    if (chip + width < chips) wires.push({ a: r3, b: r3 + width * perChip });
  }
  return {
    name: `three levels, ${String(width)}x${String(height)} chips of ${String(cores)} cores`,
    routers: chips * perChip,
    wires,
    routerOfNode,
    x,
    y,
    chips: { width, height, cores },
  };
}
