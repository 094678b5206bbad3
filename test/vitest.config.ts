import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  resolve: { alias: { 'fast-check': new URL('seeded-fast-check.ts', import.meta.url).pathname } },
  test: {
    include: ['test/**/*.test.ts'],
    // the files of a worker share its modules: nothing in `src` keeps a state that a test could see, and reading everything anew cost a second of CPU per file
    isolate: false,
    // one file per processor at a time; left to itself, the runner keeps one processor free
    maxWorkers: '100%',
    // a limit for tests that hang, not for slow machines
    testTimeout: 60_000,
    benchmark: { include: ['test/**/*.bench.ts'] },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/kernels/assembly/**', 'src/**/*.d.ts'],
      reporter: ['text', 'json-summary'],
      reportsDirectory: 'coverage',
    },
  },
});
