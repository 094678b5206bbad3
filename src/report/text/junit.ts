/** A comparison as a JUnit file: one case per population and statistic, for continuous integration. */
import type { Comparison } from '../../model/index.ts';

/** The XML; names are escaped, characters that XML forbids are left out. */
export function comparisonJunit({ statistics }: Comparison): string {
  const failures = statistics.filter(({ outside }) => outside.length > 0).length;
  const cases = statistics.map(({ population, statistic, outside }) => {
    const head = `  <testcase classname="${escaped(population)}" name="${statistic}"`;
    return outside.length === 0 ? `${head}/>` : `${head}><failure message="${escaped(outside.join('; '))}"/></testcase>`;
  });
  const counts = `tests="${String(statistics.length)}" failures="${String(failures)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="neurolith compare" ${counts}>\n${cases.join('\n')}\n</testsuite>\n`;
}

function escaped(text: string): string {
  return Array.from(text)
    .filter((letter) => letter >= ' ')
    .map((letter) => (/[&<>"']/.test(letter) ? `&#${String(letter.codePointAt(0))};` : letter))
    .join('');
}
