/**
 * One HTML file that needs nothing else: style, Chart.js, the figures' data and the script inside, no network (a content security policy says so to the browser).
 */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pageScript } from '../browser/source.ts';
import type { Drawing, Figure } from '../figure.ts';
import { figureBlock, html, Html, scriptJson, type Section } from './html.ts';
import { STYLE } from './style.ts';

const compress = promisify(gzip);

export interface Page {
  /** Pictures that are no charts, for files of their own: they stand in a section already. */
  readonly drawings?: readonly Drawing[];
  readonly title: string;
  readonly subtitle: string;
  readonly sections: readonly Section[];
}

/** All figures of a page, in order. */
export function figuresOf({ sections }: Page): Figure[] {
  return sections.flatMap(({ figures }) => figures);
}

/** The text of the page. */
export async function renderPage(page: Page): Promise<string> {
  // Chart.js exports only its modules; the build for browsers lies beside them
  const library = await readFile(new URL('./chart.umd.min.js', import.meta.resolve('chart.js')), 'utf8');
  const configs = Object.fromEntries(
    await Promise.all(figuresOf(page).map(async (figure) => [figure.name, await packed(figure.config())] as const)),
  );
  const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${new Html(policy)}" />
        <meta name="generator" content="neurolith" />
        <link rel="icon" href="data:," />
        <title>${page.title}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${page.title}</h1>
          <p class="note">${page.subtitle}</p>
          <nav aria-label="Contents">
            ${page.sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}<button id="theme" type="button">
              Light or dark
            </button>
          </nav>
        </header>
        <main>
          ${page.sections.map(
            ({ id, title, body, figures }) =>
              html`<section id="${id}">
                <h2>${title}</h2>
                ${body}${figures.filter((figure) => !body.text.includes(`data-figure="${figure.name}"`)).map((figure) => figureBlock(figure))}
              </section> `,
          )}
        </main>
        <footer>Made by neurolith from the run record alone. Every number in a figure stands in the table below it.</footer>
        <script type="application/json" id="figures">
          ${scriptJson(configs)}
        </script>
        <script>
          ${new Html(library.replaceAll('</script', String.raw`<\/script`))};
        </script>
        <script>
          ${new Html(pageScript().replaceAll('</script', String.raw`<\/script`))};
        </script>
      </body>
    </html> `.text;
}

/** Plain data with columns packed as base64 of gzip; `page-script.ts` unpacks them. */
async function packed(part: unknown): Promise<unknown> {
  if (typeof part !== 'object' || part === null) return part;
  if (part instanceof Uint16Array || part instanceof Float32Array) {
    const bytes = await compress(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), { level: 9 });
    return { $column: part.constructor.name, gzip: bytes.toString('base64') };
  }
  if (Array.isArray(part)) return Promise.all(part.map(packed));
  const members = Object.entries(part).filter(([, member]) => member !== undefined);
  return Object.fromEntries(await Promise.all(members.map(async ([key, member]) => [key, await packed(member)] as const)));
}
