/** What became of everything that was offered to a network, and where it was lost: by place and by flow. */
import type { NocLosses, SpikeAccount } from '../../model/index.ts';
import { number, percent } from '../format.ts';
import { html, table, type Html } from './html.ts';

/** Rows of a table of losses; the rest is counted. */
const MOST_ROWS = 40;

/** The balance in a sentence, then two tables; `name` keeps the tables of several designs apart. */
export function lossWords(losses: NocLosses, name = 'losses'): Html {
  const { of, offered, delivered, lost, inFlight, places, flows } = losses;
  const balance = html`<p>
    ${whole(offered)} ${of} offered = ${whole(delivered)} delivered + ${whole(lost)} lost (${percent(lost / Math.max(1, offered))}) +
    ${whole(inFlight)} in flight.
  </p>`;
  if (flows.length === 0) return balance;
  const lists = [
    table({
      name: `${name}-by-place`,
      columns: ['source queue of node', `${of} lost`].map((column) => ({ name: column })),
      rows: places.slice(0, MOST_ROWS),
    }),
    table({
      name: `${name}-by-flow`,
      columns: ['from node', 'to node', `${of} lost`].map((column) => ({ name: column })),
      rows: flows.slice(0, MOST_ROWS),
    }),
  ];
  return html`${balance}${lists}${
    Math.max(places.length, flows.length) > MOST_ROWS
      ? html`<p>The worst ${String(MOST_ROWS)} of ${number(places.length)} places and ${number(flows.length)} flows that lost some.</p>`
      : ''
  }`;
}

/** The losses of spikes on a network; null where the network is ideal. */
export function spikeLosses({
  deliveriesOffered,
  deliveriesMade,
  deliveriesInFlight,
  deliveriesLost,
  packets,
}: SpikeAccount): NocLosses | null {
  if (packets === null) return null;
  return {
    of: 'deliveries',
    offered: deliveriesOffered,
    delivered: deliveriesMade,
    lost: Object.values(deliveriesLost).reduce((sum, times) => sum + times, 0),
    inFlight: deliveriesInFlight,
    places: packets.lostAt
      .flatMap((lost, core) => (lost > 0 ? [[core, lost] as const] : []))
      .toSorted(([core, lost], [other, more]) => more - lost || core - other),
    flows: packets.lostFlows,
  };
}

/** Every digit: a balance has to add up. */
function whole(times: number): string {
  return times.toFixed(0);
}
