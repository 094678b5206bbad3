/** Gates of a yield, which are of two kinds: deviations of circuits with a code each, or of the medians of cores that share their codes. */
import { CardError } from '../base/index.ts';
import { GatesSchema, loadCard, type Gates } from '../model/index.ts';

const FIELDS = { circuits: ['rms', 'ratio', 'rate'], cores: ['medians'] } as const;
type Field = (typeof FIELDS)[keyof typeof FIELDS][number];

/** Reads gates for a chip with codes of this kind. Throws CardError, also for gates of the other kind and for none at all. */
export function loadGates(file: string, of: keyof typeof FIELDS): Gates {
  const card = loadCard(GatesSchema, file);
  const { value, label } = card;
  const given = (field: Field): boolean => (field === 'rate' ? value.rate > 0 : Object.keys(value[field]).length > 0);
  const expected = `${FIELDS[of].join(', ')}: the biases of this chip are ${of === 'cores' ? 'shared by the neurons of a core' : 'codes of single circuits'}`;
  const other = of === 'cores' ? 'circuits' : 'cores';
  const strange = FIELDS[other].filter(given);
  if (strange.length > 0)
    throw new CardError(
      strange.map((path) => {
        const line = card.lineOf(path);
        return { file: label, ...(line !== undefined && { line }), path, found: `gates of ${other}`, expected };
      }),
    );
  if (!FIELDS[of].some(given)) throw new CardError([{ file: label, found: 'no gate', expected }]);
  return value;
}
