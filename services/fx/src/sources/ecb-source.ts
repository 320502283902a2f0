import type { Database } from '@causeway/db';
import type { CurrencyCode, Rate } from '@causeway/money';
import type { Cancel, Runtime } from '@causeway/runtime';
import { objectionToReference, type ReferenceGuard } from '../guards/reference-guard.ts';
import type { Market } from '../market/market.ts';
import { metrics } from '../metrics.ts';
import type { Peg } from '../reference/pegs.ts';
import type { Reference } from '../reference/reference.ts';
import { lastDay, recordDay } from '../reference/store.ts';
import { referenceTable } from '../reference/table.ts';
import { BadReferenceFile, missingCurrencies, type ReferenceDay } from './ecb-file.ts';
import { parseEcbFile } from './ecb-parse.ts';
import { readSource } from './fetch-file.ts';
import type { SourcePrice } from './price.ts';
import type { PriceBook } from './price-book.ts';

const SOURCE_ID = 'ecb';

/** What a day of reference rates is put into. */
export interface ReferenceTargets {
  runtime: Runtime;
  reference: Reference;
  book: PriceBook;
  market: Market;
  pegs: readonly Peg[];
}

/**
 * Puts the one day of a file in force for as long as the process runs. For the sandbox, and for
 * whoever configures a file as it stands. Throws `BadReferenceFile`: without it nothing is priced.
 */
export function useFixedFile(text: string, targets: ReferenceTargets): void {
  const day = parseEcbFile(text);
  const missing = missingCurrencies(day, new Set(targets.pegs.map(({ pegged }) => pegged)));
  if (missing.length > 0) {
    throw new BadReferenceFile(`the reference file lacks ${missing.join(', ')}, and PEGS has none`);
  }
  putInForce(day, targets, { forEver: true });
}

/** Follows the ECB's daily file at a URL or path; the last good one stays in force. */
export class EcbSource {
  readonly #db: Database;
  readonly #targets: ReferenceTargets;
  readonly #guard: ReferenceGuard;
  readonly #address: string;
  #last: ReferenceDay | undefined;

  constructor(options: {
    db: Database;
    targets: ReferenceTargets;
    guard: ReferenceGuard;
    /** A URL or a path. */
    address: string;
  }) {
    this.#db = options.db;
    this.#targets = options.targets;
    this.#guard = options.guard;
    this.#address = options.address;
  }

  /** Takes what was in force before a restart, then the file, and then polls until cancelled. */
  async start(pollMs: number): Promise<Cancel> {
    this.#last = await lastDay(this.#db, SOURCE_ID);
    if (this.#last !== undefined) putInForce(this.#last, this.#targets, { forEver: false });
    await this.poll();
    return this.#targets.runtime.timers.every(pollMs, () => this.poll());
  }

  /** Reads the file once. Whatever is wrong with it is logged, and the last good day stays. */
  async poll(): Promise<void> {
    const { clock, log } = this.#targets.runtime;
    try {
      const day = parseEcbFile(await readSource(this.#address, this.#targets.runtime));
      const objection = objectionToReference(day, this.#last, clock.nowMs(), this.#guard);
      if (objection !== undefined) throw new BadReferenceFile(`the file ${objection}`);
      if (day.day === this.#last?.day) return;
      await recordDay(this.#db, SOURCE_ID, day);
      this.#last = day;
      putInForce(day, this.#targets, { forEver: false });
      log.info({ day: day.day }, 'new reference rates are in force');
    } catch (err) {
      metrics.referenceRefused.add(1);
      log.error({ err, in_force: this.#last?.day }, 'no new reference rates: the last good stay');
    }
  }
}

function putInForce(
  day: ReferenceDay,
  { runtime, reference, book, market, pegs }: ReferenceTargets,
  { forEver }: { forEver: boolean },
): void {
  reference.replace(referenceTable(day, pegs), { forEver });
  const prices = [...day.perEuro].map(([code, rate]) =>
    dailyPrice(day, code, rate, reference.freshUntilMs),
  );
  for (const price of prices) book.put(price);
  market.refresh(prices, runtime.clock.nowMs());
}

/** The rates are agreed among central banks at about this time of their day. */
const CONCERTATION_TIME = 'T13:15:00Z';

function dailyPrice(
  { day }: ReferenceDay,
  code: CurrencyCode,
  rate: Rate,
  freshUntilMs: number,
): SourcePrice {
  const sides = { bid: rate, ask: rate, mid: rate };
  const observedAtMs = Date.parse(`${day}${CONCERTATION_TIME}`);
  const pair = { base: 'EUR', quote: code };
  return { sourceId: SOURCE_ID, kind: 'ecb', ...pair, ...sides, observedAtMs, freshUntilMs };
}
