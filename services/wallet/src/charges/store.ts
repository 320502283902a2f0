import {
  laneStatement,
  type Queryable,
  queryEachShard,
  queryLanes,
  type RowColumn,
  rowArray,
  type Tx,
} from '@causeway/db';
import type { ChargeCommand, ChargeKey, PayerReference } from './command.ts';
import type { ChargedWallet, ChargeRecord } from './record.ts';
import { CHARGE_COLUMNS, type ChargeRow, chargeFrom } from './row.ts';

/** What the statements below are told of each command. */
const ASKED = `
  unnest($1::charge_command_v1[]) WITH ORDINALITY
    AS asked (lane, payment_id, code_hash, wallet_id, refund_id, payee_currency, position)`;

/**
 * Locks the wallets behind the commands. All that a command may change belongs to one wallet, so
 * this is the only lock that decides: two writers take wallets in one order and never wait for
 * each other crosswise. Which wallet a charge or a code belongs to never changes, so it may be
 * looked up before the lock.
 */
const LOCK_WALLETS = laneStatement(
  2,
  (within) => `
  WITH asked AS MATERIALIZED (SELECT * FROM ${ASKED}), named AS MATERIALIZED (
    SELECT DISTINCT asked.lane, named.wallet_id
      FROM asked CROSS JOIN LATERAL unnest(ARRAY[
        asked.wallet_id,
        (SELECT c.wallet_id FROM charges c
          WHERE c.lane = asked.lane AND c.payment_id = asked.payment_id ${within('c.lane')}),
        (SELECT p.wallet_id FROM payment_codes p
          WHERE p.lane = asked.lane AND p.code_hash = asked.code_hash ${within('p.lane')})
      ]) AS named (wallet_id)
     WHERE named.wallet_id IS NOT NULL
     ORDER BY asked.lane, named.wallet_id
  )
  SELECT named.lane, named.wallet_id AS "walletId", w.status, w.tier, w.owes
    FROM named CROSS JOIN LATERAL (
      SELECT w.status, w.tier, w.owes FROM wallets w
       WHERE w.lane = named.lane AND w.wallet_id = named.wallet_id ${within('w.lane')}
         FOR NO KEY UPDATE
    ) AS w`,
);

/**
 * Everything else that a command may look at, once the locks keep others from changing it. Each
 * row is fetched by its whole key: a join would let a plan that was made on empty tables read
 * all rows of a lane for as long as the connection lasts.
 */
const READ = laneStatement(
  3,
  (within) => `
  WITH moment AS MATERIALIZED (
    SELECT at, (at AT TIME ZONE $2)::date AS today FROM (SELECT clock_timestamp() AS at) AS clock
  )
  SELECT moment.at AS "at", moment.today AS "today", ${CHARGE_COLUMNS},
         p.wallet_id AS "codeWalletId", p.expires_at AS "codeExpiresAt", p.used_by AS "codeUsedBy",
         p.rate_board_id AS "codeBoardId",
         (SELECT b.rates ->> asked.payee_currency FROM rate_boards b
           WHERE b.rate_board_id = p.rate_board_id) AS "shownRate",
         r.payment_id AS "refundPaymentId", r.payer_amount_minor AS "refundPayerMinor",
         r.payee_amount_minor AS "refundPayeeMinor", r.payee_currency AS "refundPayeeCurrency",
         r.unclaimed AS "refundUnclaimed", r.created_at AS "refundCreatedAt",
         (SELECT u.used_minor FROM limit_usage u
           WHERE u.lane = asked.lane AND u.wallet_id = spent.wallet_id
             AND u.period = spent.day::text ${within('u.lane')}) AS "dayMinor",
         (SELECT u.used_minor FROM limit_usage u
           WHERE u.lane = asked.lane AND u.wallet_id = spent.wallet_id
             AND u.period = to_char(spent.day, 'YYYY') ${within('u.lane')}) AS "yearMinor"
    FROM ${ASKED}
   CROSS JOIN moment
    LEFT JOIN LATERAL (
      SELECT * FROM charges
       WHERE lane = asked.lane AND payment_id = asked.payment_id ${within('lane')} OFFSET 0
    ) AS c ON true
    LEFT JOIN LATERAL (
      SELECT * FROM payment_codes
       WHERE lane = asked.lane AND code_hash = asked.code_hash ${within('lane')} OFFSET 0
    ) AS p ON true
    LEFT JOIN LATERAL (
      SELECT * FROM charge_refunds
       WHERE lane = asked.lane AND refund_id = asked.refund_id ${within('lane')} OFFSET 0
    ) AS r ON true
   CROSS JOIN LATERAL (
      SELECT coalesce(c.wallet_id, p.wallet_id, asked.wallet_id) AS wallet_id,
             coalesce(c.allowance_day, moment.today) AS day
    ) AS spent
   ORDER BY asked.position`,
);

/** What was read for one command; what there is not is null. */
export interface CommandRow extends ChargeRow {
  at: Date;
  today: string;
  codeWalletId: string | null;
  codeExpiresAt: Date | null;
  codeBoardId: string | null;
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
  return queryLanes<ChargedWallet>(tx, LOCK_WALLETS, [asked(commands)], commands);
}

/** Reads what each command is decided on, in their order, at one moment of the policy's zone. */
export async function readCommands(
  tx: Tx,
  commands: readonly ChargeCommand[],
  timeZone: string,
): Promise<CommandRow[]> {
  return queryLanes<CommandRow>(tx, READ, [asked(commands), timeZone], commands);
}

/** How a command names its payer; only Charge and Hold do by more than a lane. */
export function payerOf(command: ChargeCommand): PayerReference | undefined {
  return 'payer' in command ? command.payer : undefined;
}

const ASKED_COLUMNS: RowColumn<ChargeCommand>[] = [
  { type: 'smallint', of: (command) => command.lane },
  { type: 'uuid', of: (command) => command.paymentId },
  { type: 'bytea', of: (command) => payerOf(command)?.codeHash },
  { type: 'uuid', of: (command) => payerOf(command)?.walletId },
  { type: 'uuid', of: (command) => (command.kind === 'refund' ? command.refundId : undefined) },
  {
    type: 'text',
    of: (command) => ('terms' in command ? command.terms.payee.currencyCode : undefined),
  },
];

function asked(commands: readonly ChargeCommand[]) {
  return rowArray('charge_command_v1', commands, ASKED_COLUMNS);
}

const GET = `SELECT ${CHARGE_COLUMNS} FROM charges c WHERE c.lane = $1 AND c.payment_id = $2`;

/** The charge as last committed; undefined where nothing is known of the payment. */
export async function getCharge(db: Queryable, key: ChargeKey): Promise<ChargeRecord | undefined> {
  const [row] = await db.query<ChargeRow>(GET, [key.lane, key.paymentId]);
  return row && chargeFrom(key, row);
}

/** Holds that a batch is working on are left to it. */
const DUE = laneStatement(
  2,
  (within) => `
  SELECT lane, payment_id AS "paymentId" FROM charges
   WHERE state = 'held' AND hold_expires_at <= now() ${within('lane')}
   ORDER BY hold_expires_at LIMIT $1
     FOR UPDATE SKIP LOCKED`,
);

/** Holds whose deadline has passed by the database's clock, the longest overdue first. */
export function selectDueHolds(db: Queryable, limit: number): Promise<ChargeKey[]> {
  return queryEachShard<ChargeKey>(db, DUE, [limit]);
}

const HOLDS = `
  SELECT count(*)::integer AS open,
         (count(*) FILTER (WHERE hold_expires_at IS NULL
                             AND created_at < now() - $1::integer * interval '1 second'))::integer
           AS stranded
    FROM charges WHERE state = 'held'`;

/** Holds that are neither captured nor voided. */
export interface HoldCounts {
  open: number;
  /** Those of them that were taken over, and made more than so long ago. */
  stranded: number;
}

/** How many holds there are, by the database's clock. */
export async function countHolds(db: Queryable, strandedSeconds: number): Promise<HoldCounts> {
  const [row] = await db.query<HoldCounts>(HOLDS, [strandedSeconds]);
  return row ?? { open: 0, stranded: 0 };
}
