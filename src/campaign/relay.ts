/**
 * Errors on their way from a worker thread to the main one. The structured clone of an Error loses its class, its exit code and its mistakes; here they are packed as plain
 * data and come out as an error of the same class, so that the command line cannot tell whether a job ran in a thread.
 */
import {
  CardError,
  ContractError,
  IncompleteError,
  InfeasibleError,
  InternalError,
  NeurolithError,
  UsageError,
  type Mistake,
} from '../base/index.ts';
import { StoppedError } from './stopped.ts';

/** An error as plain data. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Only of a NeurolithError. */
  readonly exitCode?: number;
  /** Only of a CardError. */
  readonly mistakes?: readonly Mistake[];
  /** The system's code, such as "ENOENT". */
  readonly code?: string;
  readonly cause?: PackedError;
}

type ErrorClass = new (message: string, options?: ErrorOptions) => Error;
const CLASSES: Readonly<Record<string, ErrorClass>> = {
  UsageError,
  InfeasibleError,
  ContractError,
  IncompleteError,
  InternalError,
  StoppedError,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
};

/** Causes deeper than this are left behind; a chain may even be a ring. */
const DEEPEST_CAUSE = 4;

/** Packs whatever was thrown. */
export function packError(thrown: unknown, depth = 0): PackedError {
  if (!(thrown instanceof Error))
    return { name: 'InternalError', message: `something that is no error was thrown: ${String(thrown)}`, exitCode: 70 };
  return {
    // a subclass that does not name itself is still told apart by its class
    name: thrown.name === 'Error' ? thrown.constructor.name : thrown.name,
    message: thrown.message,
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    ...(thrown instanceof NeurolithError ? { exitCode: thrown.exitCode } : {}),
    ...(thrown instanceof CardError ? { mistakes: thrown.mistakes } : {}),
    ...('code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {}),
    ...(thrown.cause === undefined || depth === DEEPEST_CAUSE ? {} : { cause: packError(thrown.cause, depth + 1) }),
  };
}

/** The error again: same class, message, exit code, mistakes and stack. A class that is not known here becomes a plain (Neurolith)Error of the same name and exit code. */
export function unpackError(packed: PackedError): Error {
  const error = build(packed);
  if (packed.stack !== undefined) error.stack = packed.stack;
  if (packed.code !== undefined) Object.assign(error, { code: packed.code });
  return error;
}

function build({ name, message, exitCode, mistakes, cause }: PackedError): Error {
  const options = cause === undefined ? undefined : { cause: unpackError(cause) };
  if (mistakes !== undefined) return new CardError(mistakes);
  const known = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  if (known !== undefined) return new known(message, options);
  return exitCode === undefined ? Object.assign(new Error(message, options), { name }) : new RelayedError(name, exitCode, message, options);
}

class RelayedError extends NeurolithError {
  override readonly name: string;
  override readonly exitCode: number;

  constructor(name: string, exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
    this.exitCode = exitCode;
  }
}
