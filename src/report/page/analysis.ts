/** Statistics of one run or recording: tables first, then spectra, avalanches, intervals; or the f-I curve and the features of a cell. */
import type { CellAnalysis, SpikeAnalysis } from '../../model/index.ts';
import { curveFigure, intervalFigure, sizeFigure, spectrumFigure } from '../charts/analysis.ts';
import { number } from '../format.ts';
import type { Page } from './document.ts';
import { html, section, table, tiles } from './html.ts';

/** The page of an analysis. */
export function analysisPage(analysis: SpikeAnalysis | CellAnalysis): Page {
  return analysis.kind === 'spikes' ? spikePage(analysis) : cellPage(analysis);
}

function spikePage({ source, from, until, populations, membranes }: SpikeAnalysis): Page {
  const firing = [
    ['neurons', 'spikes', 'mean rate (Hz)', 'silent share', 'CV', 'LV', 'Fano (100 ms)', 'correlation (2 ms)'],
    populations.map((one) => [one.neurons, one.spikes, one.meanRate, one.silent, one.cv, one.lv, one.fano, one.correlation]),
  ] as const;
  const together = [
    ['chi squared (5 ms)', 'SPIKE synchronisation', 'order parameter', 'peak of the spectrum (Hz)', 'peak over median'],
    populations.map(({ synchrony, spectrum }) => [
      synchrony.chiSquared,
      synchrony.spikeSynchronization,
      synchrony.orderParameter,
      spectrum?.peak?.frequency ?? null,
      spectrum?.peak?.prominence ?? null,
    ]),
  ] as const;
  const cascades = [
    ['avalanches', 'bin (ms)', 'branching ratio', 'size exponent', '+-', 'from size', 'KS of the fit', 'duration exponent', '+- '],
    populations.map(({ avalanches: found }) => [
      found?.count ?? null,
      found === null ? null : found.bin * 1000,
      found?.branchingRatio ?? null,
      found?.size?.exponent ?? null,
      found?.size?.error ?? null,
      found?.size?.minimum ?? null,
      found?.size?.distance ?? null,
      found?.duration?.exponent ?? null,
      found?.duration?.error ?? null,
    ]),
  ] as const;
  const tableOf = (name: string, [columns, rows]: readonly [readonly string[], readonly (readonly (number | null)[])[]]) =>
    table({
      name,
      columns: ['population', ...columns].map((column) => ({ name: column })),
      rows: rows.map((row, k) => [populations[k]!.name, ...row]),
    });
  return {
    title: 'Analysis of spikes',
    subtitle: `${source}, ${number(from)} s to ${number(until)} s of biological time.`,
    sections: [
      section(
        'firing',
        'Firing',
        tableOf('firing', firing),
        populations.flatMap((one, k) => intervalFigure(one.name, one.intervals, k)),
      ),
      section(
        'together',
        'Acting together',
        tableOf('synchrony', together),
        populations.flatMap(({ name, spectrum }, k) =>
          spectrumFigure(`spectrum-${String(k)}`, `Spectrum of the rate: ${name}`, spectrum, 'Hz²/Hz'),
        ),
      ),
      section(
        'avalanches',
        'Avalanches',
        html`<p>
            Bins of the mean interval between spikes of the population. A critical branching process has a ratio of 1, sizes with exponent
            3/2 and durations with 2; an exponent is a fit, not a proof.
          </p>
          ${tableOf('avalanches', cascades)}`,
        populations.flatMap(({ name, avalanches: found }, k) => (found === null ? [] : sizeFigure(name, found.sizes, k))),
      ),
      ...(membranes.length === 0
        ? []
        : [
            section(
              'membranes',
              'Membranes',
              table({
                name: 'membranes',
                columns: ['recording', 'neurons', 'mean (V)', 'deviation (V)', 'chi squared', 'peak (Hz)'].map((name) => ({ name })),
                rows: membranes.map((one) => [
                  one.name,
                  one.neurons,
                  one.mean,
                  one.deviation,
                  one.chiSquared,
                  one.spectrum?.peak?.frequency ?? null,
                ]),
              }),
              membranes.flatMap(({ name, spectrum }, k) =>
                spectrumFigure(`membrane-${String(k)}`, `Spectrum of membranes: ${name}`, spectrum, 'V²/Hz'),
              ),
            ),
          ]),
    ],
  };
}

function cellPage({ source, sweeps, cell }: CellAnalysis): Page {
  return {
    title: 'Analysis of a cell',
    subtitle: `${source}, ${String(sweeps.length)} steps of current.`,
    sections: [
      section(
        'cell',
        'The cell',
        tiles([
          {
            tone: 'plain',
            heading: 'Rheobase',
            value: withUnit(cell.rheobase, 'pA'),
            text: `Silent at ${withUnit(cell.silentBelow, 'pA')}; gain ${withUnit(cell.gain, 'Hz/pA')} from there on.`,
          },
          {
            tone: 'plain',
            heading: 'Input resistance',
            value: withUnit(cell.inputResistance, 'MOhm'),
            text: `Time constant ${withUnit(cell.timeConstant, 'ms')}, sag ratio ${number(cell.sagRatio)}.`,
          },
          {
            tone: 'plain',
            heading: 'First spikes',
            value: withUnit(cell.threshold, 'mV'),
            text: `Threshold; half width ${withUnit(cell.halfWidth, 'ms')}, hyperpolarised ${withUnit(cell.ahpDepth, 'mV')} below it afterwards.`,
          },
        ]),
        cell.curve.length < 2 ? [] : [curveFigure(cell.curve)],
      ),
      section(
        'sweeps',
        'Steps',
        table({
          name: 'steps',
          columns: [
            'sweep',
            'I (pA)',
            'spikes',
            'rate (Hz)',
            'latency (ms)',
            'adaptation index',
            'base (mV)',
            'steady (mV)',
            'sag (mV)',
            'sag ratio',
            'R (MOhm)',
            'tau (ms)',
            'threshold (mV)',
            'half width (ms)',
            'AHP (mV)',
          ].map((name) => ({ name })),
          rows: sweeps.map((one) => [
            one.sweep,
            one.current,
            one.spikes.length,
            one.rate,
            one.latency,
            one.adaptationIndex,
            one.base,
            one.steady,
            one.sag,
            one.sagRatio,
            one.inputResistance,
            one.timeConstant,
            one.spikes[0]?.threshold ?? null,
            one.spikes[0]?.halfWidth ?? null,
            one.spikes[0]?.ahp ?? null,
          ]),
        }),
      ),
    ],
  };
}

function withUnit(value: number | null, name: string): string {
  return value === null ? 'unknown' : `${number(value)} ${name}`;
}
