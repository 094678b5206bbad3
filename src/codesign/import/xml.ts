/**
 * XML of others, read safely into a tree: no document type (so no entities beyond the five of XML, none of which grows), no external files, bounded size, depth and number of elements. Every mistake has
 * its line. Library: saxes, a strict streaming parser.
 */
import { SaxesParser } from 'saxes';
import { CardError } from '../../base/index.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly line: number;
}

const DEEPEST = 64;
const MOST_ELEMENTS = 5_000_000;

/** The root element. Throws CardError for what is no XML, or has a document type. */
export function readXml(text: string, file: string): XmlElement {
  const parser = new SaxesParser({ xmlns: false });
  const stack: { name: string; attributes: Record<string, string>; children: XmlElement[]; line: number }[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  const wrong = (found: string, expected: string): CardError => new CardError([{ file, line: parser.line, found, expected }]);
  parser.on('error', (error) => {
    throw wrong(error.message.replace(/^\d+:\d+:\s*/, '').slice(0, 120), 'XML');
  });
  parser.on('doctype', () => {
    throw wrong('a document type', 'XML without one: entities are not expanded');
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (stack.length >= DEEPEST) throw wrong('elements nested deeper', `at most ${String(DEEPEST)} deep`);
    if (++elements > MOST_ELEMENTS) throw wrong('more elements', `at most ${String(MOST_ELEMENTS)}`);
    // a prefix tells nothing here
    const element = { name: name.replace(/^.*:/, ''), attributes: attributes as Record<string, string>, children: [], line: parser.line };
    stack.at(-1)?.children.push(element);
    stack.push(element);
  });
  parser.on('closetag', () => {
    root = stack.pop();
  });
  parser.write(text).close();
  if (root === undefined) throw wrong('no element', 'an XML document');
  return root;
}
