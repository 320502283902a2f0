import type { Database, Tx } from '@causeway/db';
import type { Account } from './account.ts';
import type { Books } from './books.ts';
import { LaneMap } from './lane-map.ts';

/** How many accounts are kept, at some 400 bytes each; twice as many at most. */
const KEPT = 100_000;

/** For how many transactions locks are taken after another writer was met. */
const CAUTIOUS_TRANSACTIONS = 32;

/** A transaction in which `loadBooks` may go by memory instead of locks. A plain `Tx` never does. */
export interface LedgerTx extends Tx {
  /** Absent where accounts shall be locked and read. */
  readonly memory?: Memory | undefined;
  /** Told of books once they are written. */
  wrote?(books: Books): void;
}

/** Accounts as they were last committed, as far as this process knows. */
interface Memory {
  get(lane: number, accountId: string): Account | undefined;
}

/**
 * A database whose ledger accounts are remembered from one transaction to the next, so that they
 * are neither read nor locked before they are written. What is remembered may be out of date: the
 * fence of the write finds out, and the repeated transaction locks and reads all of its accounts,
 * as do the next few, since a writer elsewhere is likely to come again. So two writers are slower
 * than one, and never wrong. All writers of one process should share one memory.
 */
export class RememberedAccounts {
  readonly #db: Pick<Database, 'transaction'>;
  #recent = new LaneMap<Account>();
  #older = new LaneMap<Account>();
  #cautious = 0;

  constructor(db: Pick<Database, 'transaction'>) {
    this.#db = db;
  }

  /** As `Database.transaction`. What it wrote to the books is remembered once it is committed. */
  async transaction<T>(fn: (tx: LedgerTx) => Promise<T>): Promise<T> {
    let attempts = 0;
    let written: Books[] = [];
    if (this.#cautious > 0) this.#cautious -= 1;
    const result = await this.#db.transaction((tx) => {
      attempts += 1;
      written = [];
      if (attempts > 1) this.#cautious = CAUTIOUS_TRANSACTIONS;
      return fn({
        query: tx.query.bind(tx),
        memory: this.#cautious > 0 ? undefined : this,
        wrote: (books) => written.push(books),
      });
    });
    for (const books of written) {
      for (const { account } of books.decidedAccounts()) this.#remember(account);
    }
    return result;
  }

  get(lane: number, accountId: string): Account | undefined {
    return this.#recent.get(lane, accountId) ?? this.#older.get(lane, accountId);
  }

  /** Once full, what was not touched while as many others were is forgotten. */
  #remember(account: Account): void {
    this.#recent.set(account.lane, account.accountId, account);
    if (this.#recent.size < KEPT) return;
    this.#older = this.#recent;
    this.#recent = new LaneMap();
  }
}
