/** Stimuli that the command line adds to a workload. */
import { CardError, InfeasibleError, formatQuantity, type Mistake } from '../base/index.ts';
import type { Card, ChipCard, WorkloadCard } from '../model/index.ts';
import { buildNetwork, flagLabel, parseStimulus, type Network } from '../network/index.ts';

/** The workload with these stimuli after its own, and its network. Throws CardError with every mistake of the added stimuli, also for one that begins at or after `duration` (biological s). */
export function withStimuli(
  card: Card<WorkloadCard>,
  texts: readonly string[],
  duration: number | undefined,
): { readonly workload: WorkloadCard; readonly network: Network } {
  const read = texts.map((text) => ({ text, ...parseStimulus(text) }));
  const good = read.flatMap((one) => ('stimulus' in one ? [one] : []));
  const own = card.value.stimuli.length;
  const workload =
    good.length === 0
      ? card.value
      : Object.freeze({ ...card.value, stimuli: Object.freeze([...card.value.stimuli, ...good.map(({ stimulus }) => stimulus)]) });
  const end = duration ?? workload.duration;
  const mistakes = [...read.flatMap((one) => ('mistakes' in one ? one.mistakes : [])), ...good.flatMap((one) => tooLate(one, end))];
  let network: Network | undefined;
  try {
    network = buildNetwork(workload, card);
  } catch (error) {
    if (!(error instanceof CardError) || texts.length === 0) throw error;
    mistakes.push(...error.mistakes.map((mistake) => onCommandLine(mistake, own, good)));
  }
  if (network === undefined || mistakes.length > 0) throw new CardError(mistakes);
  return { workload, network };
}

/** CardError with the mistakes of stimuli that can be seen without a workload. */
export function checkStimuli(texts: readonly string[]): void {
  const mistakes = texts.flatMap((text) => {
    const read = parseStimulus(text);
    return 'mistakes' in read ? read.mistakes : [];
  });
  if (mistakes.length > 0) throw new CardError(mistakes);
}

interface AddedStimulus {
  readonly text: string;
  readonly stimulus: WorkloadCard['stimuli'][number];
}

function tooLate({ text, stimulus }: AddedStimulus, end: number): Mistake[] {
  const [path, begin] = 'start' in stimulus ? ['start', stimulus.start] : 'at' in stimulus ? ['at', Math.max(...stimulus.at)] : ['', 0];
  if (begin < end) return [];
  const expected = `a time before the end of the run, ${formatQuantity(end, 'time')}`;
  return [{ file: flagLabel(text), path, found: formatQuantity(begin, 'time'), expected }];
}

/** Stimuli from number `own` on stand on the command line, not on the card. */
function onCommandLine(mistake: Mistake, own: number, added: readonly AddedStimulus[]): Mistake {
  const [, index, field] = /^stimuli\.(\d+)\.(.*)$/.exec(mistake.path ?? '') ?? [];
  const one = added[Number(index) - own];
  if (one === undefined) return mistake;
  const { line: _line, ...rest } = mistake;
  return { ...rest, file: flagLabel(one.text), path: field ?? '' };
}

/** Throws InfeasibleError for more background generators than a chip has, or for another clock than that of its own. */
export function checkBackground({ stimuli }: WorkloadCard, { background, speed_up, name }: ChipCard): void {
  const asked = stimuli.flatMap((stimulus, i) => (stimulus.kind === 'background' ? [{ i, cycle: stimulus.cycle }] : []));
  if (asked.length === 0) return;
  if (background === undefined)
    throw new InfeasibleError(`stimuli.${String(asked[0]!.i)}: ${name} has no background generators (background)`);
  if (asked.length > background.sources.value)
    throw new InfeasibleError(`${String(asked.length)} background generators: ${name} has ${String(background.sources.value)}`);
  const cycle = background.cycle.value * speed_up.value;
  const other = asked.find((one) => Math.abs(one.cycle - cycle) > 1e-9 * cycle);
  if (other !== undefined)
    throw new InfeasibleError(
      `stimuli.${String(other.i)}.cycle: the background generators of ${name} have a clock cycle of ${formatQuantity(cycle, 'time')} biological`,
    );
}
