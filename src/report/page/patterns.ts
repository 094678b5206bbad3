/** The page of a calibration to firing patterns: verdict, shares by state of the die, student over teacher, single parameters against truth. */
import { factsOf } from '../../model/index.ts';
import type { PatternsRecord } from '../../model/run-record.ts';
import { deviation, withUnit } from '../format.ts';
import { classTable, patternRasters, patternTable, patternTiles, shareFigure } from '../patterns.ts';
import { evidenceSection, provenanceSection, subtitleOf } from './common.ts';
import type { Page } from './document.ts';
import { figureBlock, html, section, table, tiles } from './html.ts';

/** The page of a patterns record. */
export function patternsPage(record: PatternsRecord): Page {
  const { result } = record;
  const shares = shareFigure(result);
  const rasters = patternRasters(result);
  const parameters = result.outcomes.flatMap(({ pattern, die, calibration: { graded } }) =>
    graded.map(({ quantity, unit, target, rmsBefore, rmsAfter, masked, coverage }) => [
      pattern,
      die,
      factsOf(quantity).name,
      withUnit(target, unit === '1' ? '' : unit),
      deviation(rmsBefore, unit),
      deviation(rmsAfter, unit),
      masked.filter(Boolean).length,
      coverage === undefined ? null : (100 * coverage.within68) / Math.max(coverage.circuits, 1),
      coverage === undefined ? null : (100 * coverage.within95) / Math.max(coverage.circuits, 1),
    ]),
  );
  return {
    title: record.title,
    subtitle: subtitleOf(record),
    sections: [
      section('verdict', 'Verdict', tiles(patternTiles(result))),
      section(
        'shares',
        'Circuits that show the pattern',
        html`<p>
            A circuit shows a pattern as often as its trials fall into the class, by a rule on the spikes alone. Wilson intervals are at 95
            % over the circuits of all dies. "Written anew": the same codes after other codes, so that every cell has drawn another write
            noise.
          </p>
          ${table(patternTable(result))} ${figureBlock(shares)}
          <h3>Classes of all trials</h3>
          ${table(classTable(result.outcomes))}`,
        [shares],
      ),
      section('spikes', 'Student over teacher', html`${rasters.map((figure) => figureBlock(figure))}`, rasters),
      section(
        'parameters',
        'Parameter by parameter, against truth',
        html`<p>
            RMS deviation from the target over unmasked circuits after the single routines. The joint fit then moves parameters away from
            their targets where the spikes ask for it. Adaptation strength and jump are relative to the leak.
          </p>
          ${table({
            name: 'pattern-parameters',
            columns: [
              'pattern',
              'die',
              'quantity',
              'target',
              'before',
              'after',
              'masked',
              '68 % interval holds, %',
              '95 % interval holds, %',
            ].map((name) => ({ name })),
            rows: parameters,
          })}`,
      ),
      provenanceSection(record),
      evidenceSection(record),
    ],
  };
}
