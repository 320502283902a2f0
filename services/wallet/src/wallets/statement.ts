import type { Queryable } from '@causeway/db';
import { laneOf } from '@causeway/runtime';
import { pageSizeOf, pageToken, positionIn } from '../page-token.ts';
import { walletUnknown } from './wallet.ts';
import type { WalletOffice } from './wallets.ts';

/** One movement of a wallet, newest first, with what explains it to its owner. */
export interface StatementEntry {
  seq: bigint;
  transferId: string;
  code: 'top_up' | 'withdrawal' | 'payment' | 'cancel' | 'refund';
  /** Above zero where the wallet gained, in minor units. */
  amountMinor: bigint;
  balanceMinor: bigint;
  postedAt: Date;
  /** What the transfer belongs to: a request id, a payment id or a refund id. */
  reference: string;
  paymentId: string | null;
  /** The encoded terms of the charge. */
  terms: Buffer | null;
  /** What the merchant gave back; of refunds only. */
  refundPayeeMinor: bigint | null;
  refundPayeeCurrency: string | null;
}

/** Entries that only reserve or release do not change the posted balance and are left out. */
const STATEMENT = `
  SELECT e.seq, e.transfer_id AS "transferId", e.code,
         CASE e.side WHEN 'credit' THEN e.posted_minor ELSE -e.posted_minor END AS "amountMinor",
         e.balance_minor AS "balanceMinor", e.posted_at AS "postedAt", e.reference,
         c.payment_id AS "paymentId", c.terms, r.payee_amount_minor AS "refundPayeeMinor",
         r.payee_currency AS "refundPayeeCurrency"
    FROM ledger_entries e
    LEFT JOIN charge_refunds r
      ON r.lane = e.lane AND r.refund_id = CASE e.code WHEN 'refund' THEN e.reference::uuid END
    LEFT JOIN charges c
      ON c.lane = e.lane AND c.payment_id = CASE WHEN e.code = 'refund' THEN r.payment_id
                                                 WHEN e.code IN ('payment', 'cancel')
                                                 THEN e.reference::uuid END
   WHERE e.lane = $1 AND e.account_id = $2 AND e.seq < $3 AND e.posted_minor <> 0
   ORDER BY e.seq DESC LIMIT $4`;

const EXISTS = 'SELECT 1 FROM wallets WHERE lane = $1 AND wallet_id = $2';
const NEWEST = String(2n ** 63n - 1n);
const POSITION = [/^\d{1,18}$/];

/**
 * A page of the wallet's movements, newest first. Throws a Refusal WALLET_UNKNOWN or
 * PAGE_TOKEN_INVALID.
 */
export async function listEntries(
  { db }: WalletOffice,
  request: { walletId: string; pageSize: number; pageToken: string },
): Promise<{ entries: StatementEntry[]; nextPageToken: string }> {
  const { walletId } = request;
  const list = ['statement', walletId];
  const [beforeSeq = NEWEST] =
    request.pageToken === '' ? [] : positionIn(list, request.pageToken, POSITION);
  const size = pageSizeOf(request.pageSize);
  const found = await selectEntries(db, walletId, beforeSeq, size + 1);
  if (found.length === 0) await assertExists(db, walletId);
  const entries = found.slice(0, size);
  const last = entries.at(-1);
  const more = found.length > size && last !== undefined;
  return { entries, nextPageToken: more ? pageToken(list, [String(last.seq)]) : '' };
}

function selectEntries(
  db: Queryable,
  walletId: string,
  beforeSeq: string,
  limit: number,
): Promise<StatementEntry[]> {
  return db.query(STATEMENT, [laneOf(walletId), walletId, beforeSeq, limit]);
}

async function assertExists(db: Queryable, walletId: string): Promise<void> {
  const [row] = await db.query(EXISTS, [laneOf(walletId), walletId]);
  if (row === undefined) throw walletUnknown();
}
