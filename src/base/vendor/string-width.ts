/**
 * Replaces string-width inside the bundled yargs: that package compiles \p{RGI_Emoji} and opens an Intl.Segmenter when imported, 30 ms at every start. Our help text
 * holds letters and signs of width 1, so counting code points without colour codes is exact.
 */
import { stripVTControlCharacters } from 'node:util';

export default function stringWidth(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}
