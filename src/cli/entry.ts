#!/usr/bin/env node
// built into dist/cli/main.js, one file with the parser: what --help needs is read at once, commands are loaded when they run
import { main } from './cli.ts';

// a reader that has seen enough (`| head`) is no error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.exitCode = await main(process.argv.slice(2), process);
