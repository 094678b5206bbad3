/** `validate chip`: is the emulated chip what its card and the literature say? Every figure with its bar. */
import type { ChipCard } from '../../model/index.ts';
import type { ChipBar } from './bar.ts';
import { closedFormBars, teacherBars } from './closed-forms.ts';
import { crosstalkBars } from './crosstalk.ts';
import { noiseBars } from './noise.ts';
import { patternRetention, retentionBars, type RetentionCell } from './retention.ts';
import { statisticsBars } from './statistics.ts';

export type { ChipBar } from './bar.ts';
export type { RetentionCell } from './retention.ts';

/** Groups of bars, in the order in which they are judged. */
export const CHIP_GROUPS = [
  'closed forms',
  'teacher',
  'retention',
  'crosstalk',
  'noise',
  'statistics',
] as const satisfies readonly ChipBar['group'][];

/** Circuits per cell with the integrator that the card does not name, at most: `accurate` takes a quarter of a minute for each fifty. */
const OTHER_CIRCUITS = 128;

export interface ChipValidationOptions {
  /** Circuits per cell of the table of pattern retention, with the integrator of the card. */
  readonly circuits: number;
  readonly seed: number;
  /** Groups to judge; all unless given. */
  readonly only?: (group: string) => boolean;
  readonly progress?: (group: string) => void;
}

/** Verdict and raw figures: `bars` follow from `retention` and from figures of their own. */
export interface ChipValidation {
  readonly kind: 'chip-validation';
  readonly card: string;
  readonly circuits: number;
  readonly seed: number;
  readonly retention: readonly RetentionCell[];
  readonly bars: readonly ChipBar[];
  readonly passed: boolean;
}

/** Judges a chip card. Groups that need `neuron.adex` are left out for cards without it. */
export async function validateChip(
  card: ChipCard,
  { circuits, seed, only = () => true, progress }: ChipValidationOptions,
): Promise<ChipValidation> {
  const retention: RetentionCell[] = [];
  const bars: ChipBar[] = [];
  for (const group of CHIP_GROUPS) {
    if (!only(group) || (card.neuron.adex === undefined && group === 'retention')) continue;
    progress?.(group);
    if (group === 'closed forms') bars.push(...closedFormBars(card));
    else if (group === 'teacher') bars.push(...teacherBars(card));
    else if (group === 'crosstalk') bars.push(...(await crosstalkBars(card, seed)));
    else if (group === 'noise') bars.push(...(await noiseBars(card, seed)));
    else if (group === 'statistics') bars.push(...statisticsBars(card, seed));
    else {
      for (const integrator of ['fast', 'accurate'] as const) {
        const most = integrator === card.integrator ? circuits : Math.min(circuits, OTHER_CIRCUITS);
        const cells = patternRetention(card, { circuits: most, seed, integrator });
        retention.push(...cells);
        bars.push(...retentionBars(cells, integrator));
      }
    }
  }
  return { kind: 'chip-validation', card: card.name, circuits, seed, retention, bars, passed: bars.every(({ passed }) => passed) };
}
