import { copySql } from './copy.ts';
import type { Loader } from './loader.ts';

/** Lanes that one statement posts in: few enough for sorting them in memory. */
const LANES_AT_ONCE = 8;
const LANES = 64;

/**
 * Posts what the view `past.legs` lists: copies of transfers with
 *
 *     number, leg           their order
 *     lane, debit, credit   their accounts, which exist
 *     amount                an integer in minor units
 *     transfer_id, link_id, reference
 *     transfer              the template's, as numbered in `past.ledger_transfers`
 *     shift                 how much older the copy is
 *
 * Entry numbers and balances go on where the accounts stand. No account may be debited by one leg
 * and credited by another, so that each side is numbered by itself.
 */
export async function postLegs(loader: Loader): Promise<void> {
  const copy = await copySql(loader, 'ledger_transfers', TRANSFER, NUMBERED);
  const lanes = Array.from({ length: LANES / LANES_AT_ONCE }, (_, at) => at * LANES_AT_ONCE);
  await loader.withoutIndexes(['ledger_transfers'], () =>
    loader.together(
      lanes.map((lane) =>
        post(copy.replaceAll('LANES', `${lane} AND ${lane + LANES_AT_ONCE - 1}`)),
      ),
    ),
  );
  await loader.settle(['ledger_transfers', 'ledger_accounts']);
}

const TRANSFER = {
  debit_seq: 'debit.seq + p.debit_place',
  credit_seq: 'credit.seq + p.credit_place',
  debit_balance_minor: balanceSql('debit', 'p.debited'),
  credit_balance_minor: balanceSql('credit', '-p.credited'),
  transfer_id: 'p.transfer_id',
  debit_account_id: 'p.debit',
  credit_account_id: 'p.credit',
  link_id: 'p.link_id',
  lane: 'p.lane',
  reference: 'p.reference',
};

/** Debits less credits as they stand and as the copies add to them, on the account's own side. */
function balanceSql(account: string, debited: string): string {
  return `CASE ${account}.normal_side WHEN 'debit' THEN 1 ELSE -1 END
          * (${account}.debits_posted - ${account}.credits_posted + ${debited})`;
}

const NUMBERED = `
  (SELECT *, row_number() OVER debits AS debit_place, sum(amount) OVER debits AS debited,
          row_number() OVER credits AS credit_place, sum(amount) OVER credits AS credited
     FROM past.legs WHERE lane BETWEEN LANES
   WINDOW debits AS (PARTITION BY lane, debit ORDER BY number, leg ROWS UNBOUNDED PRECEDING),
          credits AS (PARTITION BY lane, credit ORDER BY number, leg ROWS UNBOUNDED PRECEDING)
  ) AS p
  JOIN past.ledger_transfers template USING (transfer)
  JOIN ledger_accounts debit
    ON debit.lane = p.lane AND debit.account_id = p.debit AND debit.lane BETWEEN LANES
  JOIN ledger_accounts credit
    ON credit.lane = p.lane AND credit.account_id = p.credit AND credit.lane BETWEEN LANES`;

/** Inserts transfers and adds them to their accounts. */
const post = (copy: string) => `
  WITH posted AS (
    ${copy}
    RETURNING lane, debit_account_id AS debit, credit_account_id AS credit,
              amount_minor::integer AS amount
  ), moved AS (
    SELECT lane, debit AS account_id, count(*) AS count, sum(amount) AS debited, 0 AS credited
      FROM posted GROUP BY lane, debit
     UNION ALL
    SELECT lane, credit, count(*), 0, sum(amount) FROM posted GROUP BY lane, credit
  )
  UPDATE ledger_accounts account
     SET seq = seq + count, debits_posted = debits_posted + debited,
         credits_posted = credits_posted + credited
    FROM moved
   WHERE account.lane = moved.lane AND account.account_id = moved.account_id`;
