export { keepNoc, nocCompare, nocRun, nocSaturate, type NocRequest } from './noc.ts';
export { loadNetwork, type Network as LoadedNetwork } from './network-source.ts';
export { loadTraffic } from './traffic.ts';
export { FACTS, MEASURES, type Measure } from './measures.ts';
