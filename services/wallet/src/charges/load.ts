import { columns, type Tx } from '@causeway/db';
import { loadBooks } from '@causeway/ledger';
import type { ChargeCommand, ChargeKey } from './command.ts';
import type { ChargedWallet } from './record.ts';
import { CHARGE_COLUMNS, type ChargeRow, chargeFrom } from './row.ts';
import { type Rules, stepsOf } from './transfers.ts';
import { codeKey, keyOf, usageKey, WorkingSet, yearOf } from './working-set.ts';

/** What the statements below are told of each command. */
const ASKED = `
  unnest($1::smallint[], $2::uuid[], $3::bytea[], $4::uuid[], $5::uuid[], $6::text[])
    AS asked (lane, payment_id, code_hash, wallet_id, refund_id, payee_currency)`;

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
    FROM ${ASKED.replace('AS asked (', 'WITH ORDINALITY AS asked (').replace('payee_currency)', 'payee_currency, position)')}
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

interface ReadRow extends ChargeRow {
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

/** Locks and reads, in three round trips, everything that the commands may touch. */
export async function loadWorkingSet(
  tx: Tx,
  commands: readonly ChargeCommand[],
  rules: Rules,
): Promise<WorkingSet> {
  const asked = askedColumns(commands);
  const wallets = await tx.query<ChargedWallet>(LOCK_WALLETS, asked);
  const rows = await tx.query<ReadRow>(READ, [...asked, rules.policy.timeZone]);
  const set = new WorkingSet(momentOf(rows), wallets);
  const found = new WalletsByCharge();
  for (const [index, command] of commands.entries()) {
    const row = rows[index];
    if (row === undefined) throw new Error('a command was not read');
    enter(set, command, row);
    found.add(command, walletOf(command, row));
  }
  const steps = commands.flatMap((command) =>
    found.of(command).flatMap((walletId) => {
      const wallet = set.wallet(walletId);
      return wallet === undefined ? [] : stepsOf(command, wallet, rules);
    }),
  );
  set.openBooks(await loadBooks(tx, steps));
  return set;
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

function payerOf(command: ChargeCommand) {
  return 'payer' in command ? command.payer : undefined;
}

function momentOf([row]: readonly ReadRow[]) {
  if (row === undefined) throw new Error('the database told no time');
  return { nowMs: row.at.getTime(), today: row.today };
}

function enter(set: WorkingSet, command: ChargeCommand, row: ReadRow): void {
  const { lane, paymentId } = command;
  const charge = chargeFrom({ lane, paymentId }, row);
  set.charges.loaded(keyOf(lane, paymentId), charge);
  if ('payer' in command) enterCode(set, command, row);
  if (command.kind === 'refund') enterRefund(set, command, row);
  const walletId = walletOf(command, row);
  if (walletId === undefined) return;
  const day = charge?.allowanceDay ?? row.today;
  const used = { [day]: row.dayMinor, [yearOf(day)]: row.yearMinor };
  for (const [period, usedMinor] of Object.entries(used)) {
    const usage = usedMinor === null ? undefined : { lane, walletId, period, usedMinor };
    set.usage.loaded(usageKey(lane, walletId, period), usage);
  }
}

function enterCode(
  set: WorkingSet,
  { lane, payer, terms }: Extract<ChargeCommand, { payer: unknown }>,
  row: ReadRow,
): void {
  const { codeHash } = payer;
  if (codeHash === undefined) return;
  const { codeWalletId, codeExpiresAt, codeUsedBy, shownRate } = row;
  const code =
    codeWalletId === null || codeExpiresAt === null
      ? undefined
      : {
          ...{ lane, codeHash, walletId: codeWalletId },
          expiresAtMs: codeExpiresAt.getTime(),
          usedBy: codeUsedBy ?? undefined,
        };
  set.codes.loaded(codeKey(lane, codeHash), code);
  set.shown(lane, codeHash, terms.payee.currencyCode, shownRate ?? undefined);
}

function enterRefund(
  set: WorkingSet,
  { lane, refundId }: Extract<ChargeCommand, { kind: 'refund' }>,
  row: ReadRow,
): void {
  const refund =
    row.refundPaymentId === null
      ? undefined
      : {
          ...{ lane, refundId, paymentId: row.refundPaymentId },
          payerAmountMinor: row.refundPayerMinor,
          payeeAmountMinor: row.refundPayeeMinor,
          payeeCurrency: row.refundPayeeCurrency,
          unclaimed: row.refundUnclaimed,
          createdAtMs: row.refundCreatedAt.getTime(),
        };
  set.refunds.loaded(keyOf(lane, refundId), refund);
}

/** The same order of precedence as in the statement. */
function walletOf(command: ChargeCommand, row: ReadRow): string | undefined {
  return row.walletId ?? row.codeWalletId ?? payerOf(command)?.walletId;
}

/**
 * The wallets that any command of the batch finds for a payment: a Void may name the payer by
 * less than the Charge before it did, and must find the same accounts.
 */
class WalletsByCharge {
  readonly #wallets = new Map<string, Set<string>>();

  add({ lane, paymentId }: ChargeKey, walletId: string | undefined): void {
    if (walletId === undefined) return;
    const key = keyOf(lane, paymentId);
    const wallets = this.#wallets.get(key) ?? new Set();
    this.#wallets.set(key, wallets.add(walletId));
  }

  of({ lane, paymentId }: ChargeKey): string[] {
    return [...(this.#wallets.get(keyOf(lane, paymentId)) ?? [])];
  }
}
