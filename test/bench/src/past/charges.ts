import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChargeTerms } from '@causeway/proto/wallet';
import { ISSUER } from '@causeway/sandbox';
import { blanked, blankTerms, filled } from './blanks.ts';
import { copySql, keepTemplates } from './copy.ts';
import { postLegs } from './ledger.ts';
import { type Loader, uuidSql } from './loader.ts';
import { codeSql, keepVariants, type Past, plan, QUOTE_ID, WALLET_ID } from './plan.ts';
import type { Template } from './templates.ts';

/**
 * Charges with their transfers, what they used of limits, and their codes, which are deleted a day
 * after their end: those of the last day.
 */
export async function loadCharges(
  loader: Loader,
  templates: readonly Template[],
  past: Past,
  codeHashKey: string,
): Promise<void> {
  const ids = templates.map(({ paymentId }) => paymentId);
  await keepTemplates(loader, 'charges', 'payment_id', ids);
  await keepTemplates(loader, 'payment_codes', 'used_by', ids);
  await keepTemplates(loader, 'ledger_transfers', 'reference', ids);
  await loader.run('ALTER TABLE past.ledger_transfers ADD transfer serial');
  const charged = await loader.run<{ terms: Buffer }>(
    'SELECT terms FROM past.charges ORDER BY template',
  );
  const originals = charged.map(({ terms }) => ChargeTerms.decode(terms));
  const rows = past.variants.map((variant) => {
    const terms = originals[variant.template];
    if (!terms) throw new Error(`there is no template ${variant.template}`);
    const { body, at } = blanked(ChargeTerms.encode(blankTerms(terms)).finish());
    return { ...variant, partner: terms.partnerId, terms: body, terms_at: at };
  });
  await keepVariants(loader, rows, COLUMNS);
  await plan(loader, past, [WALLET_ID, QUOTE_ID]);
  const codes = await copySql(loader, 'payment_codes', codeOf(codeHashKey));
  const statements = [
    await copySql(loader, 'charges', CHARGE),
    USAGE,
    `${codes} WHERE template.expires_at - shift > now() - interval '1 day'`,
  ];
  await loader.withoutIndexes(['charges', 'limit_usage'], () => loader.together(statements));
  await loader.run(LEGS);
  await loader.settle(['charges', 'payment_codes', 'limit_usage']);
  await postLegs(loader);
}

const LANE = 'past.lane_of(p.wallet_id)';

/** The day that a charge counts for. */
const DAY = `((template.created_at - shift) AT TIME ZONE '${ISSUER.timeZone}')::date`;

const CHARGE = {
  payment_id: 'p.payment_id',
  wallet_id: 'p.wallet_id',
  lane: LANE,
  allowance_day: DAY,
  terms: filled('terms', []),
};

const COLUMNS = { partner: 'text', terms: 'bytea', terms_at: 'integer[]' };

const codeOf = (codeHashKey: string) => ({
  wallet_id: 'p.wallet_id',
  used_by: 'p.payment_id',
  lane: LANE,
  code_hash: hmacSql(codeHashKey, codeSql('p.wallet_id')),
});

/** HMAC-SHA256 of a text, under which the wallet service keeps codes. */
function hmacSql(key: string, text: string): string {
  const padded = Buffer.alloc(64);
  padded.write(key);
  const mixed = (byte: number) =>
    `'\\x${Buffer.from(padded.map((each) => each ^ byte)).toString('hex')}'::bytea`;
  return `sha256(${mixed(0x5c)} || sha256(${mixed(0x36)} || convert_to(${text}, 'UTF8')))`;
}

/** The secret with which a stack's wallet service keeps codes. */
export function codeHashKeyOf({ state }: { state: string }): string {
  return JSON.parse(readFileSync(join(state, 'secrets.json'), 'utf8'))['wallet.code_hash'];
}

/** Written anew with what was there, since that is faster than looking each row up. */
const USAGE = `
  WITH known AS (DELETE FROM limit_usage RETURNING used_minor, wallet_id, period),
  used AS (
    SELECT p.wallet_id, ${DAY} AS day, sum(template.amount_minor)::bigint AS minor
      FROM past.plan p JOIN past.variants v USING (variant) JOIN past.charges template USING (template)
     GROUP BY 1, 2
  )
  INSERT INTO limit_usage (used_minor, wallet_id, lane, period)
  SELECT sum(minor), wallet_id, past.lane_of(wallet_id), period
    FROM (
      SELECT used_minor AS minor, wallet_id, period FROM known
       UNION ALL
      SELECT minor, wallet_id, day::text FROM used
       UNION ALL
      SELECT minor, wallet_id, to_char(day, 'YYYY') FROM used
    ) AS part
   GROUP BY wallet_id, period`;

const LEGS = `
  CREATE VIEW past.legs AS
    SELECT p.number, 1 AS leg, ${LANE} AS lane, p.wallet_id AS debit, payable.account_id AS credit,
           template.amount_minor::integer AS amount, template.link_id,
           ${uuidSql(`'transfer'`, 'p.payment_id::text', `'charge'`)} AS transfer_id,
           p.payment_id::text AS reference, template.transfer, v.shift
      FROM past.plan p JOIN past.variants v USING (variant)
      JOIN past.ledger_transfers template USING (template)
      JOIN ledger_accounts payable ON payable.lane = ${LANE} AND payable.code = 'payable_to_switch'`;
