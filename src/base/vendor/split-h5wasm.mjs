/**
 * Build step: h5wasm carries its WebAssembly binary as a text of four megabytes that every process would read, parse and decode before it opens a file. Here the binary goes into a
 * file of its own (dist/base/vendor/hdf5.wasm) and the text shrinks to what is left; a damaged file is told in two thirds of the time.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const from = dirname(fileURLToPath(import.meta.resolve('h5wasm')));
const to = join('dist', 'base', 'vendor');
const BEGINNING = "function findWasmBinary(){return binaryDecode('";
const END = "')}";

const source = readFileSync(join(from, 'hdf5_util.js'), 'utf8');
const start = source.indexOf(BEGINNING);
const end = source.indexOf(END, start);
if (start < 0 || end < 0) throw new Error('h5wasm has another form than split-h5wasm.mjs knows');

// the library's own decoder gives the bytes
const instantiate = WebAssembly.instantiate;
let binary;
WebAssembly.instantiate = (bytes, imports) => {
  binary ??= Buffer.from(bytes);
  return instantiate(bytes, imports);
};
const { default: open } = await import(pathToFileURL(join(from, 'hdf5_util.js')).href);
await open({ noInitialRun: true });

const reading = `import { readFileSync as readWholeFile } from 'node:fs';\n`;
const found = `function findWasmBinary(){return readWholeFile(new URL('hdf5.wasm',import.meta.url))}`;
writeFileSync(join(to, 'hdf5.wasm'), binary);
writeFileSync(join(to, 'hdf5_util.js'), reading + source.slice(0, start) + found + source.slice(end + END.length));
for (const file of ['file_handlers.js', 'hdf5_hl.js']) writeFileSync(join(to, file), readFileSync(join(from, file)));
writeFileSync(join(to, 'h5wasm.js'), "export { default } from './hdf5_hl.js';\n");
