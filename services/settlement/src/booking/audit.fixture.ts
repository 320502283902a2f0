import type { Database } from '@causeway/db';
import { accountSums } from '../accounts/store.ts';
import type { Booking } from './booking.ts';
import { legsOf } from './legs.ts';

/**
 * Debits less credits of each account by the entries of the bookings and of the ledger, which know
 * nothing of what keeps the accounts: what `accountSums` must answer.
 */
async function sumsOfEntries(db: Database) {
  const bookings = await db.query<Booking>(
    `SELECT kind, payment_id AS "paymentId", subject_id AS "subjectId", issuer_id AS "issuerId",
            partner_id AS "partnerId", payer_currency AS "payerCurrency",
            payee_currency AS "payeeCurrency", payer_minor AS "payerMinor",
            payee_minor AS "payeeMinor", mid_minor AS "midMinor", markup_minor AS "markupMinor",
            residual_minor AS "residualMinor"
       FROM bookings`,
    [],
  );
  const net = new Map<string, bigint>();
  const add = (name: string, minor: bigint) => net.set(name, (net.get(name) ?? 0n) + minor);
  for (const { debit, credit, currencyCode, amountMinor } of bookings.flatMap(legsOf)) {
    add(`${debit.code}/${debit.owner}/${currencyCode}`, amountMinor);
    add(`${credit.code}/${credit.owner}/${currencyCode}`, -amountMinor);
  }
  const entries = await db.query<{ name: string; minor: bigint }>(
    `SELECT a.code || '/' || a.owner || '/' || a.currency_code AS name,
            CASE e.side WHEN 'debit' THEN e.posted_minor ELSE -e.posted_minor END AS minor
       FROM ledger_entries e JOIN ledger_accounts a USING (lane, account_id)`,
    [],
  );
  for (const { name, minor } of entries) add(name, minor);
  return net;
}

/** What is wrong with the books: accounts that are not what their entries sum to. */
export async function problemsOf(db: Database): Promise<string[]> {
  const expected = await sumsOfEntries(db);
  const problems: string[] = [];
  const perCurrency = new Map<string, bigint>();
  for (const { code, owner, currencyCode, debitsMinor, creditsMinor } of await accountSums(db)) {
    const name = `${code}/${owner}/${currencyCode}`;
    const minor = debitsMinor - creditsMinor;
    if (minor !== (expected.get(name) ?? 0n)) problems.push(`${name} is ${minor}`);
    expected.delete(name);
    perCurrency.set(currencyCode, (perCurrency.get(currencyCode) ?? 0n) + minor);
  }
  for (const [name, minor] of expected) if (minor !== 0n) problems.push(`${name} is missing`);
  for (const [code, sum] of perCurrency) if (sum !== 0n) problems.push(`${code} sums to ${sum}`);
  return problems;
}
