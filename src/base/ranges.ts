/**
 * Lists of neurons or circuits as a person writes them: "0:8", "3", "0:4,7". Numbers count from 0; a range ends before its second number.
 */

/** The numbers below `count` that `text` names, ascending, each once; undefined when it is no such list or names one that is not there. */
export function parseRanges(text: string, count: number): number[] | undefined {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(part.trim());
    if (match === null) return undefined;
    const from = Number(match[1]);
    const until = match[2] === undefined ? from + 1 : Number(match[2]);
    if (!(until > from) || until > count) return undefined;
    for (let n = from; n < until; n++) found.add(n);
  }
  return [...found].toSorted((a, b) => a - b);
}

/** The other way round, for people: "0 to 7, 9". */
export function rangesInWords(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length;) {
    let end = i;
    while (numbers[end + 1] === numbers[end]! + 1) end++;
    parts.push(end === i ? String(numbers[i]) : `${String(numbers[i])} to ${String(numbers[end])}`);
    i = end + 1;
  }
  return parts.join(', ');
}
