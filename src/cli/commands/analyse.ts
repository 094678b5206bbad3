/** `neurolith analyse SOURCE`: statistics of one run or recording. */
import { join } from 'node:path';
import { UsageError } from '../../base/index.ts';
import { analyseSpikes, analyseSweeps } from '../../codesign/index.ts';
import type { CellAnalysis, SpikeAnalysis } from '../../model/index.ts';
import { analysisPage, figuresOf, renderPage, renderPng } from '../../report/index.ts';
import { writeAtomically, type SpikeTrain } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, optionalNumber, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const analysis = await analysed(argv);
  const directory = optionalText(argv, 'out');
  if (directory !== undefined) {
    const page = analysisPage(analysis);
    await writeAtomically(join(directory, 'analysis.json'), `${JSON.stringify(analysis)}\n`);
    await writeAtomically(join(directory, 'analysis.html'), await renderPage(page));
    for (const figure of figuresOf(page)) await writeAtomically(join(directory, 'figures', `${figure.name}.png`), await renderPng(figure));
  }
  host.stdout.write(
    flag(argv, 'json')
      ? `${JSON.stringify(analysis)}\n`
      : `${(analysis.kind === 'spikes' ? spikeLines(analysis) : cellLines(analysis)).join('\n')}\n`,
  );
  return 0;
}

async function analysed(argv: Arguments): Promise<SpikeAnalysis | CellAnalysis> {
  const source = text(argv, 'source');
  const steps = optionalText(argv, 'steps');
  const [from, until] = [optionalNumber(argv, 'from'), optionalNumber(argv, 'until')];
  const train = optionalText(argv, 'train') as SpikeTrain | undefined;
  if (steps !== undefined) {
    if (from !== undefined || until !== undefined || train !== undefined)
      throw new UsageError('--steps: sweeps take no --from, --until, --train');
    return analyseSweeps(source, steps);
  }
  return analyseSpikes({
    source,
    ...(train === undefined ? {} : { train }),
    ...(from === undefined ? {} : { from: from / 1000 }),
    ...(until === undefined ? {} : { until: until / 1000 }),
  });
}

const said = (value: number | null | undefined, digits = 3): string =>
  value === null || value === undefined ? '-' : String(Number(value.toPrecision(digits)));

function spikeLines({ from, until, populations, membranes }: SpikeAnalysis): string[] {
  return [
    `${said(from)} s to ${said(until)} s`,
    ...populations.flatMap(({ name, neurons, spikes, meanRate, cv, lv, fano, correlation, synchrony, spectrum, avalanches }) => [
      `${name}: ${String(neurons)} neurons, ${String(spikes)} spikes, ${said(meanRate)} Hz; CV ${said(cv)}, LV ${said(lv)}, Fano ${said(fano)}, correlation ${said(correlation)}`,
      `  synchrony: chi^2 ${said(synchrony.chiSquared)}, SPIKE ${said(synchrony.spikeSynchronization)}, order ${said(synchrony.orderParameter)}; spectrum: peak at ${said(spectrum?.peak?.frequency)} Hz, ${said(spectrum?.peak?.prominence)} times the median`,
      `  avalanches: ${said(avalanches?.count, 9)}, branching ratio ${said(avalanches?.branchingRatio)}, sizes ~ s^-${said(avalanches?.size?.exponent)} (+- ${said(avalanches?.size?.error, 2)}, from ${said(avalanches?.size?.minimum)}), durations ~ t^-${said(avalanches?.duration?.exponent)}`,
    ]),
    ...membranes.map(
      (one) =>
        `${one.name}: ${String(one.neurons)} membranes, ${said(one.mean, 4)} V +- ${said(one.deviation)} V, chi^2 ${said(one.chiSquared)}, peak at ${said(one.spectrum?.peak?.frequency)} Hz`,
    ),
  ];
}

function cellLines({ sweeps, cell }: CellAnalysis): string[] {
  return [
    `${String(sweeps.length)} steps: rheobase ${said(cell.rheobase)} pA (silent at ${said(cell.silentBelow)} pA), gain ${said(cell.gain)} Hz/pA`,
    `input resistance ${said(cell.inputResistance)} MOhm, time constant ${said(cell.timeConstant)} ms, sag ratio ${said(cell.sagRatio)}`,
    `first spikes: threshold ${said(cell.threshold)} mV, half width ${said(cell.halfWidth)} ms, AHP ${said(cell.ahpDepth)} mV below the threshold`,
    ...cell.curve.map(({ current, rate }) => `  ${String(current)} pA: ${said(rate)} Hz`),
  ];
}
