/**
 * Progress of a campaign for stderr, as plain text: a bar on a terminal, else a line every 30 s (log files, batch systems). Estimated from the mean rate of this attempt;
 * points kept from an earlier attempt count as done, not as fast. The clock is passed in: nothing that is measured here can reach a result.
 */

/** What a campaign tells while it runs. */
export interface Progress {
  /** `done` points of `total` are there from an earlier attempt. */
  begin(total: number, done: number): void;
  /** One more point is done. */
  advance(label: string): void;
  /** Something that must be seen whatever happens to the bar. Shown with `quiet` too. */
  note(text: string): void;
  /** Time has passed: call it about once per second. */
  refresh(): void;
  end(): void;
}

/** Where and how progress is shown. */
export interface ProgressOptions {
  /** Usually process.stderr. */
  readonly stream: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  /** Monotonic, in s. */
  readonly clock: () => number;
  /** Usually process.env: NO_COLOR (https://no-color.org) and TERM=dumb are obeyed. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly quiet?: boolean;
  /** What is counted: "points" unless said. */
  readonly noun?: string;
}

const BAR = 24; // characters
const LINE_EVERY = 30; // s, without a terminal
const DRAW_EVERY = 0.1; // s, on a terminal

/** Progress as text. */
export function textProgress(options: ProgressOptions): Progress {
  return new TextProgress(options);
}

class TextProgress implements Progress {
  readonly #options: ProgressOptions;
  readonly #noun: string;
  readonly #bar: boolean;
  readonly #green: (text: string) => string;
  #total = 0;
  #kept = 0;
  #done = 0;
  #label = '';
  #began = 0; // s
  #shown = 0; // s, when a bar or a line was written last
  #drawn = 0; // characters of the bar on the screen

  constructor(options: ProgressOptions) {
    const { stream, environment, quiet = false, noun = 'points' } = options;
    this.#options = options;
    this.#noun = noun;
    this.#bar = stream.isTTY === true && environment['TERM'] !== 'dumb' && !quiet;
    this.#green = (environment['NO_COLOR'] ?? '') === '' ? (text) => `\u001b[32m${text}\u001b[39m` : (text) => text;
  }

  begin(total: number, done: number): void {
    this.#total = total;
    this.#kept = done;
    this.#done = done;
    this.#label = '';
    this.#began = this.#options.clock();
    this.#shown = this.#began;
    if (done > 0) this.#line(`${String(done)} of ${String(total)} ${this.#noun} are there already`);
    if (this.#bar) this.#draw(this.#began);
  }

  advance(label: string): void {
    this.#done++;
    this.#label = label;
    this.#show(DRAW_EVERY);
  }

  note(text: string): void {
    this.#erase();
    this.#options.stream.write(`${text}\n`);
  }

  refresh(): void {
    this.#show(DRAW_EVERY);
  }

  end(): void {
    const elapsed = this.#options.clock() - this.#began;
    this.#line(`${String(this.#done)} of ${String(this.#total)} ${this.#noun} done, ${formatDuration(elapsed)}`);
  }

  #show(drawEvery: number): void {
    const now = this.#options.clock();
    if (this.#bar) {
      if (now - this.#shown >= drawEvery || this.#done === this.#total) this.#draw(now);
    } else if (now - this.#shown >= LINE_EVERY) {
      this.#shown = now;
      this.#line(`${this.#counts()}${this.#estimate(now)}`);
    }
  }

  #draw(now: number): void {
    this.#shown = now;
    const filled = this.#total === 0 ? BAR : Math.floor((BAR * this.#done) / this.#total);
    const label = this.#label === '' ? '' : `, ${this.#label}`;
    const text = ` ${this.#counts()}${this.#estimate(now)}${label}`;
    // cut to the width of the terminal: a wrapped line could not be drawn over
    const room = Math.max(0, (this.#options.stream.columns ?? 80) - BAR - 3);
    const shown = text.length > room ? text.slice(0, room) : text;
    const length = BAR + 2 + shown.length;
    const blanks = ' '.repeat(Math.max(0, this.#drawn - length));
    this.#options.stream.write(`\r[${this.#green('#'.repeat(filled))}${'.'.repeat(BAR - filled)}]${shown}${blanks}`);
    this.#drawn = length;
  }

  /** With blanks and not with an escape sequence: works on every terminal. */
  #erase(): void {
    if (this.#drawn > 0) this.#options.stream.write(`\r${' '.repeat(this.#drawn)}\r`);
    this.#drawn = 0;
  }

  #line(text: string): void {
    if (this.#options.quiet === true) return;
    this.#erase();
    this.#options.stream.write(`${text}\n`);
  }

  #counts(): string {
    const share = this.#total === 0 ? 100 : Math.floor((100 * this.#done) / this.#total);
    return `${String(this.#done)} of ${String(this.#total)} ${this.#noun} (${String(share)} %)`;
  }

  #estimate(now: number): string {
    const computed = this.#done - this.#kept;
    const elapsed = now - this.#began;
    if (computed === 0 || elapsed <= 0) return '';
    const left = ((this.#total - this.#done) * elapsed) / computed;
    return `, ${formatRate(computed / elapsed)}${left > 0 ? `, about ${formatDuration(left)} left` : ''}`;
  }
}

/** For people: "4.2 s", "38 s", "3 min 20 s", "2 h 5 min". */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${String(whole)} s`;
  if (whole < 3600) return `${String(Math.floor(whole / 60))} min ${String(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}

/** Slow rates are told per minute or hour, so that a digit before the point is left. */
function formatRate(perSecond: number): string {
  if (perSecond >= 1) return `${perSecond.toFixed(1)} per s`;
  if (perSecond * 60 >= 1) return `${(perSecond * 60).toFixed(1)} per min`;
  return `${(perSecond * 3600).toFixed(1)} per h`;
}
