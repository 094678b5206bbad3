/** Columns of a row of ARRIVAL_WORDS numbers: cycles are those of the offer, of the injection of the head, of the arrival of the tail, and the one in which the packet was next to be sent by its node. */
export const ARRIVAL = { id: 0, source: 1, destination: 2, flits: 3, offered: 4, injected: 5, arrived: 6, routers: 7, ready: 8 } as const;
