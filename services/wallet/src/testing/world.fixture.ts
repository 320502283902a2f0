import type { Database } from '@causeway/db';
import { openAccounts } from '@causeway/ledger';
import { laneOf, Secret, uuidFrom } from '@causeway/runtime';
import { expect } from 'vitest';
import type { AgreementPeriod } from '../agreements/agreement.ts';
import type { AgreementOffice } from '../agreements/office.ts';
import { agreementReporter } from '../agreements/report.ts';
import { signAgreement } from '../agreements/sign.ts';
import { chargeExecutor, chargeRows, type ExecuteCommands } from '../charges/execute.ts';
import { hashCode, newCode } from '../codes/code.ts';
import { insertCodes } from '../codes/store.ts';
import { moveFunds } from '../wallets/funds.ts';
import { openWallet } from '../wallets/open.ts';
import { TestAcquirer } from './acquirer.fixture.ts';
import { rules } from './memory.fixture.ts';

/** Keys the hashes of the codes that tests make. */
export const CODE_HASH_KEY = new Secret('a key for tests only');

const BOARD_ID = uuidFrom('rate_board', 'test');

/** A wallet operator on a database of its own. */
export interface TestOperator {
  office: AgreementOffice;
  acquirer: TestAcquirer;
  execute: ExecuteCommands;
  /** Opens a wallet with money in it. */
  wallet(name: string, options?: { tier?: string; balanceMinor?: bigint }): Promise<TestWallet>;
  /** Makes a code for the wallet, shown with JPY at 19 and THB at 4.5. */
  code(wallet: TestWallet, ttlSeconds?: number): Promise<TestCode>;
  /** Signs an agreement with the merchant of the tests; answers its id. */
  sign(wallet: TestWallet, name: string, caps: TestCaps): Promise<string>;
}

/** What a payer agrees to, in minor units. */
export interface TestCaps {
  chargeMinor: bigint;
  periodMinor: bigint;
  period?: AgreementPeriod;
}

export interface TestWallet {
  walletId: string;
  lane: number;
}

interface TestCode {
  code: string;
  codeHash: Buffer;
}

let codes = 0n;

export async function testOperator(db: Database): Promise<TestOperator> {
  await db.transaction((tx) => openAccounts(tx, rules.chart.houseAccounts()));
  await db.query(
    `INSERT INTO rate_boards (rate_board_id, guarantee_until, rates)
     VALUES ($1, clock_timestamp() + interval '1 hour', '{"JPY":"19","THB":"4.5"}')
     ON CONFLICT DO NOTHING`,
    [BOARD_ID],
  );
  const issuerId = 'harbour-wallet';
  const acquirer = new TestAcquirer();
  const { ask } = acquirer;
  const reporter = agreementReporter(db, ask, issuerId);
  const office = { db, rules, issuerId, ask, reporter };
  return {
    office,
    acquirer,
    execute: chargeExecutor(chargeRows(db, rules), rules),
    async wallet(name, { tier = 'intermediate', balanceMinor = 1_000_000n } = {}) {
      const { walletId } = await openWallet(office, { requestId: name, displayName: name, tier });
      if (balanceMinor > 0n) {
        const movement = { kind: 'top_up' as const, walletId, requestId: 'first' };
        await moveFunds(office, { ...movement, amountMinor: balanceMinor });
      }
      return { walletId, lane: laneOf(walletId) };
    },
    async code({ walletId, lane }, ttlSeconds = 60) {
      codes += 1n;
      const digits = (n: number) => String(codes).padStart(n, '0');
      const random = { digits, bytes: () => new Uint8Array(), uuid: () => '', unit: () => 0 };
      const code = newCode('852101', lane, random);
      const codeHash = hashCode(CODE_HASH_KEY, code);
      await insertCodes(db, [{ lane, walletId, codeHash, rateBoardId: BOARD_ID, ttlSeconds }]);
      return { code, codeHash };
    },
    async sign({ walletId }, name, { chargeMinor, periodMinor, period = 'month' }) {
      const { agreementId, payload } = acquirer.offer(name);
      const caps = { chargeCapMinor: chargeMinor, periodCapMinor: periodMinor };
      const signing = { walletId, payload, period, ...caps };
      await signAgreement(office, signing, { deadlineMs: Number.MAX_SAFE_INTEGER });
      return agreementId;
    },
  };
}

const RECOMPUTED = `
  SELECT count(*) AS wrong FROM ledger_accounts a
    LEFT JOIN LATERAL (
      SELECT coalesce(sum(posted_minor) FILTER (WHERE side = 'debit'), 0) AS debits,
             coalesce(sum(posted_minor) FILTER (WHERE side = 'credit'), 0) AS credits,
             coalesce(sum(held_minor) FILTER (WHERE side = 'debit'), 0) AS debits_held,
             coalesce(sum(held_minor) FILTER (WHERE side = 'credit'), 0) AS credits_held
        FROM ledger_entries e WHERE e.lane = a.lane AND e.account_id = a.account_id
    ) e ON true
   WHERE (a.debits_posted, a.credits_posted, a.debits_held, a.credits_held)
      <> (e.debits, e.credits, e.debits_held, e.credits_held)`;

const SUMS = `
  SELECT currency_code, sum(debits_posted - credits_posted)::text AS sum
    FROM ledger_accounts GROUP BY currency_code`;

/** What charges say was taken, given back and settled, against what the ledger says. */
const PAYABLE = `
  SELECT ((SELECT coalesce(sum(amount_minor - refunded_minor) FILTER (WHERE state = 'captured'), 0)
             FROM charges)
        - (SELECT coalesce(sum(settled_minor), 0) FROM switch_settlements))::text AS charged,
         (SELECT sum(credits_posted - debits_posted) FROM ledger_accounts
           WHERE code = 'payable_to_switch')::text AS payable,
         (SELECT coalesce(sum(amount_minor) FILTER (WHERE state = 'held'), 0)
            FROM charges)::text AS held,
         (SELECT sum(debits_held) FROM ledger_accounts WHERE code = 'user')::text AS "heldInLedger"`;

/** What agreements say was used of their caps, against what their charges took and kept. */
const WRONG_USAGE = `
  WITH used AS (
    SELECT c.agreement_id,
           to_char(c.allowance_day, CASE a.period WHEN 'day' THEN 'YYYY-MM-DD' ELSE 'YYYY-MM' END)
             AS period,
           sum(c.amount_minor - c.refunded_minor) AS used_minor
      FROM charges c JOIN agreements a USING (lane, agreement_id)
     WHERE c.state IN ('held', 'captured') GROUP BY 1, 2
  )
  SELECT agreement_id, period FROM agreement_usage u FULL JOIN used USING (agreement_id, period)
   WHERE coalesce(u.used_minor, 0) <> coalesce(used.used_minor, 0)`;

/** A wallet that owes has nothing to spend, and none of its agreements can be charged. */
const WRONG_ARREARS = `
  SELECT w.wallet_id FROM wallets w
    JOIN ledger_accounts u ON (u.lane, u.account_id) = (w.lane, w.wallet_id)
    LEFT JOIN ledger_accounts a ON (a.lane, a.owner, a.code) = (w.lane, w.wallet_id::text, 'arrears')
   CROSS JOIN LATERAL (
     SELECT coalesce(bool_or(g.state = 'active'), false) AS active,
            coalesce(bool_or(g.suspended_for = 'arrears'), false) AS waits
       FROM agreements g WHERE g.lane = w.lane AND g.wallet_id = w.wallet_id
   ) AS g
   WHERE w.owes <> (coalesce(a.debits_posted - a.credits_posted, 0) > 0)
      OR (w.owes AND (g.active OR u.credits_posted - u.debits_posted <> u.debits_held))
      OR (NOT w.owes AND g.waits)`;

/**
 * Every currency sums to zero, balances recompute from entries, charges match the ledger, and
 * agreements their charges.
 */
export async function expectSoundBooks(db: Database): Promise<void> {
  expect(await db.query(RECOMPUTED, [])).toEqual([{ wrong: 0n }]);
  expect(await db.query(SUMS, [])).toEqual([{ currency_code: 'HKD', sum: '0' }]);
  const [books] = await db.query<Record<string, string>>(PAYABLE, []);
  expect(books?.payable).toBe(books?.charged);
  expect(books?.heldInLedger).toBe(books?.held);
  expect(await db.query(WRONG_USAGE, [])).toEqual([]);
  expect(await db.query(WRONG_ARREARS, [])).toEqual([]);
}
