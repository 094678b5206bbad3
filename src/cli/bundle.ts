/**
 * A command in one file that the build made of it, run as a script, and beside it (`.code`) what V8 compiled of that file while it did the command once. Taken together they are ready in an eighth of the
 * time that compiling takes. Code of another Node or under other flags is refused by V8, and the file is compiled as any other.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** A file that was run. */
export interface Bundle {
  readonly exports: unknown;
  /** Whether V8 took the code that lay beside it. */
  readonly hadCode: boolean;
  /** Writes the code of all functions that were needed so far beside the file, for the next process with the same flags. */
  readonly keepCode: () => void;
}

type Body = (
  exports: object,
  require: (name: string) => unknown,
  module: { exports: unknown },
  url: string,
  resolve: (name: string) => string,
) => void;

/**
 * Runs a file in the form of CommonJS, in which `__url` and `__resolve` stand for `import.meta`. `shared` names the modules that it must not hold twice (classes of errors, functions whose text is used), as
 * it names them itself.
 */
export async function loadBundle(file: URL, shared: readonly string[]): Promise<Bundle> {
  const modules = new Map<string, unknown>();
  await Promise.all(shared.map(async (name) => modules.set(name, await import(new URL(name, file).href))));
  const path = fileURLToPath(file);
  const cachedData = codeOf(path);
  const script = new Script(`(function (exports, require, module, __url, __resolve) {${readFileSync(path, 'utf8')}\n})`, {
    filename: path,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const require = createRequire(file);
  const module: { exports: unknown } = { exports: {} };
  const body = script.runInThisContext() as Body;
  body(
    module.exports as object,
    (name) => modules.get(name) ?? (require(name) as unknown),
    module,
    file.href,
    (name) => import.meta.resolve(name),
  );
  return {
    exports: module.exports,
    hadCode: script.cachedDataRejected === false,
    keepCode: () => writeFileSync(`${path}.code`, script.createCachedData()),
  };
}

function codeOf(path: string): Buffer | undefined {
  try {
    return readFileSync(`${path}.code`);
  } catch {
    // nothing depends on it but the time
    return undefined;
  }
}
