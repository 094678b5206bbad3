/**
 * The nearest valid name to a mistyped one: smallest edit distance (insertions, deletions, substitutions, neighbours swapped count one each), and only when it is near
 * enough that a person would have meant it. Source: Levenshtein 1966; restricted transpositions after Damerau 1964 ("optimal string alignment").
 */

/** The candidate nearest to `word`, or undefined when none is near: at most a third of the longer word may differ. Case counts half. Ties go to the first candidate. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.slice(0, LONGEST);
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const longest = Math.max(typed.length, candidate.length);
    const distance = typed.toLowerCase() === candidate.toLowerCase() ? 0.5 : editDistance(typed.toLowerCase(), candidate.toLowerCase());
    if (distance <= Math.max(1, longest / 3) && distance < Math.min(least, longest)) [best, least] = [candidate, distance];
  }
  return best;
}

/** Longer words are cut: the distance costs the product of the lengths, and nobody mistypes a name of a hundred letters. */
const LONGEST = 100;

/** Number of edits that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}
