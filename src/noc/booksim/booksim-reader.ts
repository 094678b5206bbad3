/** The statements of a BookSim2 configuration, and their values with what is wrong with them. */
import type { Mistake } from '../../base/index.ts';

/** What stands behind a key. */
interface Value {
  readonly text: string;
  readonly line: number;
}

/** Keys with a meaning here, with BookSim's defaults. */
export const DEFAULTS = {
  topology: 'torus',
  k: '8',
  n: '2',
  c: '1',
  x: '8',
  y: '8',
  xr: '1',
  yr: '1',
  network_file: '',
  route_file: '',
  routing_function: 'none',
  num_vcs: '16',
  vc_buf_size: '8',
  packet_size: '1',
  routing_delay: '1',
  speculative: '0',
  vc_allocator: 'islip',
  sw_allocator: 'islip',
  alloc_iters: '1',
  st_final_delay: '1',
  credit_delay: '0',
  traffic: 'uniform',
  perm_seed: '0',
  injection_process: 'bernoulli',
  burst_alpha: '0.5',
  burst_beta: '0.5',
  burst_r1: '-1.0',
  injection_rate: '0.1',
  injection_rate_uses_flits: '0',
  seed: '0',
  sim_type: 'latency',
  warmup_periods: '3',
  sample_period: '1000',
  max_samples: '10',
  latency_thres: '500.0',
} as const;
/** A key with a meaning here. */
type Key = keyof typeof DEFAULTS;

/** The statements by key; the last one of a key counts, as in BookSim. */
export function statementsOf(text: string, file: string, mistakes: Mistake[]): Map<string, Value> {
  const values = new Map<string, Value>();
  const bare = text.replace(/\/\/[^\n]*/g, '');
  let line = 1;
  const parts = bare.split(';');
  for (const [index, part] of parts.entries()) {
    const start = line + (/^\s*/.exec(part)![0].match(/\n/g)?.length ?? 0);
    line += part.match(/\n/g)?.length ?? 0;
    const statement = part.trim().replaceAll(/\s+/g, ' ');
    if (statement === '') continue;
    const found = /^([A-Za-z_]\w*)\s*=\s*(.+)$/s.exec(statement);
    if (found === null || index === parts.length - 1) {
      mistakes.push({ file, line: start, found: `"${statement.slice(0, 40)}"`, expected: '"key = value;"' });
    } else values.set(found[1]!, { text: found[2]!.replace(/\s+/g, ''), line: start });
  }
  return values;
}

/** Takes values and notes what is wrong with them. */
export class Reader {
  readonly #values: ReadonlyMap<string, Value>;
  readonly #file: string;
  readonly #mistakes: Mistake[];

  constructor(values: ReadonlyMap<string, Value>, file: string, mistakes: Mistake[]) {
    this.#values = values;
    this.#file = file;
    this.#mistakes = mistakes;
  }

  text(key: Key): string {
    return this.#values.get(key)?.text ?? DEFAULTS[key];
  }

  number(key: Key, min: number, max: number): number {
    const value = this.text(key).trim() === '' ? NaN : Number(this.text(key));
    if (value >= min && value <= max) return value;
    this.complain(key, `a number between ${String(min)} and ${String(max)}`);
    return min;
  }

  integer(key: Key, min: number, max: number): number {
    const value = this.number(key, min, max);
    if (!Number.isInteger(value)) this.complain(key, 'a whole number');
    return Number.isInteger(value) ? value : min;
  }

  word(key: Key, words: readonly string[]): string {
    if (words.includes(this.text(key))) return this.text(key);
    this.complain(key, words.join(' or '));
    return words[0]!;
  }

  complain(key: Key, expected: string): void {
    const line = this.#values.get(key)?.line;
    this.#mistakes.push({ file: this.#file, ...(line === undefined ? {} : { line }), path: key, found: `"${this.text(key)}"`, expected });
  }
}
