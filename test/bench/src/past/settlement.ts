import { copySql, keepTemplates } from './copy.ts';
import { postLegs } from './ledger.ts';
import { type Loader, uuidSql } from './loader.ts';
import { type Column, keepVariants, type Past, plan } from './plan.ts';
import type { Template } from './templates.ts';

/** The switch's books: the legs of each payment, on the accounts of the payment's lane. */
export async function loadSettlement(
  loader: Loader,
  templates: readonly Template[],
  past: Past,
): Promise<void> {
  const ids = templates.map(({ paymentId }) => paymentId);
  await keepTemplates(loader, 'ledger_transfers', 'reference', ids);
  await loader.run(`ALTER TABLE past.ledger_transfers ADD transfer serial; ${ACCOUNTS}`);
  const accounts = await copySql(loader, 'ledger_accounts', EMPTY, 'past.accounts template');
  await loader.run(`${accounts} ON CONFLICT DO NOTHING`);
  await loader.run(STEPS);
  await assertOneSided(loader);
  const links = new Map(
    (await loader.run<{ template: number; step: string }>(LINKS)).map((row) => [
      row.template,
      row.step,
    ]),
  );
  const rows = past.variants.map((variant) => ({
    ...variant,
    partner: templates[variant.template]?.partnerId,
    link: links.get(variant.template) ?? null,
  }));
  await keepVariants(loader, rows, { partner: 'text', link: 'text' });
  await plan(loader, past, [LINK_ID]);
  await loader.run(LEGS);
  await postLegs(loader);
}

const LANE = 'past.lane_of(p.payment_id)';

/** Every account that a template touches, in all lanes, with the id that settlement gives it. */
const ACCOUNTS = `
  CREATE TABLE past.accounts AS
    SELECT account.*, of_lane, concat_ws('/', code, owner, currency_code) AS name,
           CASE owner WHEN 'house'
             THEN ${uuidSql(`'ledger.house_account'`, 'code', 'currency_code', 'of_lane::text')}
             ELSE ${uuidSql(`'settlement.account'`, 'code', 'owner', 'currency_code', 'of_lane::text')}
           END AS id
      FROM (
        SELECT DISTINCT ON (a.code, owner, a.currency_code) a.*
          FROM past.ledger_transfers t JOIN ledger_accounts a
            ON a.lane = t.lane AND a.account_id IN (t.debit_account_id, t.credit_account_id)
         ORDER BY a.code, owner, a.currency_code
      ) AS account CROSS JOIN generate_series(0, 63) AS of_lane`;

const EMPTY = {
  lane: 'template.of_lane',
  account_id: 'template.id',
  ...{ debits_posted: '0', credits_posted: '0', debits_held: '0', credits_held: '0', seq: '0' },
  opened_at: "template.opened_at - interval '31 days'",
};

/** The templates' transfers with the names of their accounts. */
const STEPS = `
  CREATE TABLE past.steps AS
    SELECT t.template, t.transfer, t.transfer_id = t.link_id AS is_link, t.link_id IS NOT NULL AS is_linked,
           t.code, t.amount_minor::integer AS amount, debit.name AS debit, credit.name AS credit
      FROM past.ledger_transfers t
      JOIN past.accounts debit ON debit.of_lane = t.lane AND debit.id = t.debit_account_id
      JOIN past.accounts credit ON credit.of_lane = t.lane AND credit.id = t.credit_account_id`;

const LINKS = 'SELECT template, code AS step FROM past.steps WHERE is_link';

/** See `postLegs`. */
async function assertOneSided(loader: Loader): Promise<void> {
  const both = await loader.run<{ name: string }>(
    'SELECT debit AS name FROM past.steps INTERSECT SELECT credit FROM past.steps',
  );
  if (both.length > 0) throw new Error(`${both.map(({ name }) => name)} go both ways`);
}

/** The first transfer of the payment's linked group. */
const LINK_ID: Column = ['link_id', 'uuid', uuidSql(`'transfer'`, 'p.payment_id::text', 'v.link')];

const LEGS = `
  CREATE VIEW past.legs AS
    SELECT p.number, step.transfer AS leg, ${LANE} AS lane, debit.id AS debit, credit.id AS credit,
           step.amount, CASE WHEN step.is_linked THEN p.link_id END AS link_id,
           CASE WHEN step.is_link THEN p.link_id
                ELSE ${uuidSql(`'transfer'`, 'p.payment_id::text', 'step.code')} END AS transfer_id,
           p.payment_id::text AS reference, step.transfer, v.shift
      FROM past.plan p JOIN past.variants v USING (variant) JOIN past.steps step USING (template)
      JOIN past.accounts debit ON debit.of_lane = ${LANE} AND debit.name = step.debit
      JOIN past.accounts credit ON credit.of_lane = ${LANE} AND credit.name = step.credit`;
