export { checkKept, keepNoc, loadRequest, nocCompare, nocDump, nocRun, nocSaturate, nocShow, type NocRequest } from './noc.ts';
export { loadNetwork, loadNetworks, type Network as LoadedNetwork } from './network-source.ts';
export { loadTraffic } from './traffic.ts';
export { importBookSim, placesOf, type ImportedFiles } from './import-booksim.ts';
export { ALL_MEASURES } from './measures.ts';
export { nocReplay } from './replay.ts';
export { runSweep, type SweepRequest } from './sweep.ts';
export { loadSweep } from './sweep-card.ts';
export { planSweep } from './sweep-plan.ts';
