import type { Database } from '@causeway/db';
import {
  type AccountDefinition,
  applyTransfers,
  openAccounts,
  type Transfer,
  type TransferResult,
} from '@causeway/ledger';
import { failpoint, laneOf, uuidFrom } from '@causeway/runtime';
import { postedTransfers } from '../metrics.ts';
import { accountOf } from './chart.ts';
import type { Booking, Leg } from './legs.ts';

/** The ledger did not take a fact's transfers: the fact is parked for an operator. */
export class PostingRefused extends Error {
  override readonly name = 'PostingRefused';

  constructor(refused: readonly TransferResult[]) {
    const outcomes = refused.map(({ transferId, outcome }) => `${transferId} ${outcome}`);
    super(`the ledger refused ${outcomes.join(', ')}`);
  }
}

/** The transfers of a booking, and the accounts that they need. */
interface Plan {
  transfers: Transfer[];
  accounts: AccountDefinition[];
}

/** Posts bookings. It remembers the accounts that it has seen open, which never close. */
export class Poster {
  readonly #db: Database;
  readonly #open = new Set<string>();

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Posts all bookings in one commit; those that are posted already change nothing. Throws
   * PostingRefused, with nothing posted, where the ledger refuses any of them: a refusal must
   * not stay on record, or the fact could never be booked once its cause is repaired.
   */
  async post(bookings: readonly Booking[]): Promise<void> {
    const plans = bookings.map(planOf);
    const transfers = plans.flatMap((plan) => plan.transfers);
    if (transfers.length === 0) return;
    await this.#openMissing(plans.flatMap((plan) => plan.accounts));
    const results = await this.#db.transaction(async (tx) => {
      const all = await applyTransfers(tx, transfers);
      const refused = all.filter(({ outcome }) => outcome !== 'posted');
      if (refused.length > 0) throw new PostingRefused(refused);
      await failpoint('settlement.booking.before_commit');
      return all;
    });
    await failpoint('settlement.booking.committed');
    const replays = results.filter(({ replay }) => replay).length;
    postedTransfers.add(results.length - replays, { replay: false });
    postedTransfers.add(replays, { replay: true });
  }

  /** In a commit of its own: an account without entries does no harm, a lock held long would. */
  async #openMissing(accounts: readonly AccountDefinition[]): Promise<void> {
    const missing = new Map(accounts.map((account) => [account.accountId, account]));
    for (const accountId of missing.keys())
      if (this.#open.has(accountId)) missing.delete(accountId);
    if (missing.size === 0) return;
    // In one order for all who open, so that none waits for another in a ring.
    const ordered = [...missing.values()].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
    await this.#db.transaction((tx) => openAccounts(tx, ordered));
    for (const accountId of missing.keys()) this.#open.add(accountId);
  }
}

function planOf({ paymentId, subjectId, legs }: Booking): Plan {
  const lane = laneOf(paymentId);
  const accounts: AccountDefinition[] = [];
  const transfers = legs.map((leg, index): Transfer => {
    const { debit, credit } = accountsOf(leg, lane);
    accounts.push(debit, credit);
    return {
      ...{ lane, kind: 'post', currencyCode: leg.currencyCode, amountMinor: leg.amountMinor },
      transferId: uuidFrom('transfer', subjectId, leg.step),
      debit: debit.accountId,
      credit: credit.accountId,
      linkedWithNext: index < legs.length - 1,
      code: leg.step,
      reference: paymentId,
    };
  });
  return { transfers, accounts };
}

function accountsOf({ debit, credit, currencyCode }: Leg, lane: number) {
  return {
    debit: accountOf(debit, currencyCode, lane),
    credit: accountOf(credit, currencyCode, lane),
  };
}
