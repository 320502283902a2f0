import { columns, type Queryable, type Tx } from '@causeway/db';
import type { ChargeCommand, ChargeKey, PayerReference } from './command.ts';
import type { ChargedWallet, ChargeRecord } from './record.ts';
import { CHARGE_COLUMNS, type ChargeRow, chargeFrom } from './row.ts';

/** What the statements below are told of each command. */
const ASKED = `
  unnest($1::smallint[], $2::uuid[], $3::bytea[], $4::uuid[], $5::uuid[], $6::text[])
    WITH ORDINALITY
    AS asked (lane, payment_id, code_hash, wallet_id, refund_id, payee_currency, position)`;

/**
 * Locks the wallets behind the commands. All that a command may change belongs to one wallet, so
 * this is the only lock that decides: two writers take wallets in one order and never wait for
 * each other crosswise. Which wallet a charge or a code belongs to never changes, so it may be
 * looked up before the lock.
 */
const LOCK_WALLETS = `
  WITH asked AS MATERIALIZED (SELECT * FROM ${ASKED}), named AS (
    SELECT lane, wallet_id FROM asked WHERE wallet_id IS NOT NULL
    UNION
    SELECT c.lane, c.wallet_id FROM asked JOIN charges c USING (lane, payment_id)
    UNION
    SELECT p.lane, p.wallet_id FROM asked JOIN payment_codes p USING (lane, code_hash)
  )
  SELECT w.lane, w.wallet_id AS "walletId", w.status, w.tier
    FROM named JOIN wallets w USING (lane, wallet_id)
   ORDER BY w.lane, w.wallet_id
     FOR NO KEY UPDATE OF w`;

/** Everything else that a command may look at, once the locks keep others from changing it. */
const READ = `
  WITH moment AS MATERIALIZED (
    SELECT at, (at AT TIME ZONE $7)::date AS today FROM (SELECT clock_timestamp() AS at) AS clock
  )
  SELECT moment.at AS "at", moment.today AS "today", ${CHARGE_COLUMNS},
         p.wallet_id AS "codeWalletId", p.expires_at AS "codeExpiresAt", p.used_by AS "codeUsedBy",
         b.rates ->> asked.payee_currency AS "shownRate",
         r.payment_id AS "refundPaymentId", r.payer_amount_minor AS "refundPayerMinor",
         r.payee_amount_minor AS "refundPayeeMinor", r.payee_currency AS "refundPayeeCurrency",
         r.unclaimed AS "refundUnclaimed", r.created_at AS "refundCreatedAt",
         d.used_minor AS "dayMinor", y.used_minor AS "yearMinor"
    FROM ${ASKED}
   CROSS JOIN moment
    LEFT JOIN charges c ON c.lane = asked.lane AND c.payment_id = asked.payment_id
    LEFT JOIN payment_codes p ON p.lane = asked.lane AND p.code_hash = asked.code_hash
    LEFT JOIN rate_boards b ON b.rate_board_id = p.rate_board_id
    LEFT JOIN charge_refunds r ON r.lane = asked.lane AND r.refund_id = asked.refund_id
    LEFT JOIN limit_usage d
      ON d.lane = asked.lane AND d.wallet_id = coalesce(c.wallet_id, p.wallet_id, asked.wallet_id)
     AND d.period = coalesce(c.allowance_day, moment.today)::text
    LEFT JOIN limit_usage y
      ON y.lane = asked.lane AND y.wallet_id = coalesce(c.wallet_id, p.wallet_id, asked.wallet_id)
     AND y.period = to_char(coalesce(c.allowance_day, moment.today), 'YYYY')
   ORDER BY asked.position`;

/** What was read for one command; what there is not is null. */
export interface CommandRow extends ChargeRow {
  at: Date;
  today: string;
  codeWalletId: string | null;
  codeExpiresAt: Date | null;
  codeUsedBy: string | null;
  shownRate: string | null;
  refundPaymentId: string | null;
  refundPayerMinor: bigint;
  refundPayeeMinor: bigint;
  refundPayeeCurrency: string;
  refundUnclaimed: boolean;
  refundCreatedAt: Date;
  dayMinor: bigint | null;
  yearMinor: bigint | null;
}

/** Locks the wallets of the commands until the transaction ends, and answers them. */
export async function lockWallets(
  tx: Tx,
  commands: readonly ChargeCommand[],
): Promise<ChargedWallet[]> {
  return tx.query<ChargedWallet>(LOCK_WALLETS, askedColumns(commands));
}

/** Reads what each command is decided on, in their order, at one moment of the policy's zone. */
export async function readCommands(
  tx: Tx,
  commands: readonly ChargeCommand[],
  timeZone: string,
): Promise<CommandRow[]> {
  return tx.query<CommandRow>(READ, [...askedColumns(commands), timeZone]);
}

/** How a command names its payer; only Charge and Hold do by more than a lane. */
export function payerOf(command: ChargeCommand): PayerReference | undefined {
  return 'payer' in command ? command.payer : undefined;
}

function askedColumns(commands: readonly ChargeCommand[]): string[] {
  return columns(
    commands,
    (command) => command.lane,
    (command) => command.paymentId,
    (command) => payerOf(command)?.codeHash,
    (command) => payerOf(command)?.walletId,
    (command) => (command.kind === 'refund' ? command.refundId : undefined),
    (command) => ('terms' in command ? command.terms.payee.currencyCode : undefined),
  );
}

const GET = `SELECT ${CHARGE_COLUMNS} FROM charges c WHERE c.lane = $1 AND c.payment_id = $2`;

/** The charge as last committed; undefined where nothing is known of the payment. */
export async function getCharge(db: Queryable, key: ChargeKey): Promise<ChargeRecord | undefined> {
  const [row] = await db.query<ChargeRow>(GET, [key.lane, key.paymentId]);
  return row && chargeFrom(key, row);
}

/** Holds that a batch is working on are left to it. */
const DUE = `
  SELECT lane, payment_id AS "paymentId" FROM charges
   WHERE state = 'held' AND hold_expires_at <= clock_timestamp()
   ORDER BY hold_expires_at LIMIT $1
     FOR UPDATE SKIP LOCKED`;

/** Holds whose deadline has passed by the database's clock, the longest overdue first. */
export function selectDueHolds(db: Queryable, limit: number): Promise<ChargeKey[]> {
  return db.query<ChargeKey>(DUE, [limit]);
}

const OPEN = `SELECT count(*) AS open FROM charges WHERE state = 'held'`;

/** How many holds are neither captured nor voided. */
export async function countHolds(db: Queryable): Promise<number> {
  const [row] = await db.query<{ open: bigint }>(OPEN, []);
  return Number(row?.open ?? 0n);
}
