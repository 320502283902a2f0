import type { ProbeFinding } from '@causeway/proto/common';
import { type Runtime, Trouble } from '@causeway/runtime';
import { findingsNow, goodAge, lanesChecked } from './metrics.ts';

const LANES = 64;

/** A rule of the books that is looked at lane by lane. */
export interface Check {
  /** For example "balances". */
  name: string;
  /** What must hold, in words. */
  rule: string;
  /**
   * What breaks it in a lane, in words, a few at most. One statement sees one moment, so that what
   * happens meanwhile is no breach. Throws where it cannot be told.
   */
  breaches(lane: number): Promise<readonly string[]>;
}

/** How a probe looks. */
export interface ProbeOptions {
  runtime: Runtime;
  checks: readonly Check[];
  /** Milliseconds between two looks; 0 for none but those that are asked for. */
  everyMs: number;
  /** How long a look may go on before the next one takes it up where it was, in milliseconds. */
  budgetMs: number;
}

/** What a probe has found. */
export interface ProbeState {
  findings: readonly ProbeFinding[];
  /** When the last round over all lanes that found nothing ended; undefined before the first. */
  goodAt: Date | undefined;
  /** When the last round over all lanes ended. */
  roundAt: Date | undefined;
}

/**
 * Looks at the books again and again, from lane to lane, for a bounded time at each look: small books
 * are seen whole each time, large ones in several looks. A breach counts once the same lane has been
 * found broken twice in a row, and until it is found good. What cannot be looked at is no breach; the
 * age of the last good round tells that.
 */
export class Probe {
  readonly #options: ProbeOptions;
  readonly #broken: Trouble;
  readonly #blind: Trouble;
  readonly #findings = new Map<string, ProbeFinding>();
  readonly #startedMs: number;
  #lane = 0;
  #roundIsWhole = true;
  #goodAt: Date | undefined;
  #roundAt: Date | undefined;
  #looking: Promise<void> = Promise.resolve();
  #cancel: (() => void) | undefined;

  constructor(options: ProbeOptions) {
    this.#options = options;
    this.#broken = new Trouble(options.runtime, 'the books break a rule', 'error');
    this.#blind = new Trouble(options.runtime, 'the books could not be looked at');
    this.#startedMs = options.runtime.clock.nowMs();
  }

  /** Begins to look. */
  start(): void {
    const { everyMs, runtime } = this.#options;
    if (everyMs === 0) return;
    this.#cancel = runtime.timers.every(everyMs, () => this.#next(() => this.#look()));
  }

  /** What it has found so far. */
  get state(): ProbeState {
    return {
      findings: [...this.#findings.values()],
      goodAt: this.#goodAt,
      roundAt: this.#roundAt,
    };
  }

  /** Looks at all lanes now, however long that takes. Throws where one cannot be looked at. */
  async lookAtAll(): Promise<ProbeState> {
    await this.#next(async () => {
      this.#beginRound();
      for (let lane = 0; lane < LANES; lane += 1) await this.#lookAt(lane);
      this.#endRound();
    });
    return this.state;
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#looking.catch(() => {});
  }

  /** One look at a time: a second one would cost twice and find the same. */
  #next(look: () => Promise<void>): Promise<void> {
    const next = this.#looking.catch(() => {}).then(look);
    this.#looking = next;
    return next;
  }

  async #look(): Promise<void> {
    const { clock } = this.#options.runtime;
    const untilMs = clock.monotonicMs() + this.#options.budgetMs;
    for (let seen = 0; seen < LANES; seen += 1) {
      if (this.#lane === 0) this.#beginRound();
      try {
        await this.#lookAt(this.#lane);
        this.#blind.passed();
      } catch (err) {
        // Whoever is away now is asked again in the next round: until then no round is whole.
        this.#roundIsWhole = false;
        lanesChecked.add(1, { outcome: 'unknown' });
        this.#blind.failed({ err, lane: this.#lane });
        break;
      }
      this.#lane = (this.#lane + 1) % LANES;
      if (this.#lane === 0) this.#endRound();
      if (clock.monotonicMs() >= untilMs) break;
    }
    this.#tell();
  }

  #beginRound(): void {
    this.#lane = 0;
    this.#roundIsWhole = true;
  }

  #endRound(): void {
    this.#lane = 0;
    this.#roundAt = this.#options.runtime.clock.now();
    if (this.#roundIsWhole && this.#findings.size === 0) this.#goodAt = this.#roundAt;
    this.#tell();
  }

  async #lookAt(lane: number): Promise<void> {
    for (const check of this.#options.checks) {
      const key = `${check.name}/${lane}`;
      // Seen twice, so that nothing which one reading alone shows ever stops a payment.
      const isSuspect = (await check.breaches(lane)).length > 0;
      const breaches = isSuspect ? await check.breaches(lane) : [];
      if (breaches.length === 0) this.#findings.delete(key);
      else this.#found(key, check, lane, breaches);
    }
    lanesChecked.add(1, { outcome: 'seen' });
  }

  #found(key: string, { name, rule }: Check, lane: number, breaches: readonly string[]): void {
    const sinceTime = this.#findings.get(key)?.sinceTime ?? this.#options.runtime.clock.now();
    const detail = `lane ${lane}: ${breaches.join('; ')}`;
    this.#findings.set(key, { check: name, rule, detail, sinceTime });
  }

  #tell(): void {
    const { runtime, checks } = this.#options;
    const found = [...this.#findings.values()];
    for (const { name } of checks) {
      findingsNow.set(found.filter(({ check }) => check === name).length, { check: name });
    }
    const sinceMs = this.#goodAt?.getTime() ?? this.#startedMs;
    goodAge.set((runtime.clock.nowMs() - sinceMs) / 1_000);
    const [first] = found;
    if (first === undefined) this.#broken.passed();
    else this.#broken.failed({ count: found.length, rule: first.rule, detail: first.detail });
  }
}
