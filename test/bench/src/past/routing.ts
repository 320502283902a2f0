import { PaymentFact } from '@causeway/proto/routing';
import { ChargeTerms } from '@causeway/proto/wallet';
import { BLANKS, blanked, blankPayment, blankTerms, filled, pastOf } from './blanks.ts';
import { copySql, keepTemplates } from './copy.ts';
import type { Loader } from './loader.ts';
import {
  codeSql,
  FACT_ID,
  keepVariants,
  numberRanges,
  PAYER_REFERENCE,
  type Past,
  plan,
  QUOTE_ID,
  WALLET_ID,
} from './plan.ts';
import type { Template } from './templates.ts';
import type { Variant } from './variants.ts';

/** Payments with their facts, which were published long ago, so that none is queued. */
export async function loadRouting(
  loader: Loader,
  templates: readonly Template[],
  past: Past,
): Promise<void> {
  const ids = templates.map(({ paymentId }) => paymentId);
  await keepTemplates(loader, 'payments', 'payment_id', ids);
  await keepTemplates(loader, 'payment_facts', 'payment_id', ids);
  const originals = await originalsOf(loader, templates);
  const rows = past.variants.map((variant) => ({ ...variant, ...variantOf(variant, originals) }));
  await keepVariants(loader, rows, COLUMNS);
  await plan(loader, past, [WALLET_ID, FACT_ID, QUOTE_ID, PAYER_REFERENCE]);
  const copies = [
    await copySql(loader, 'payments', PAYMENT),
    await copySql(loader, 'payment_facts', FACT),
  ];
  await loader.withoutIndexes(['payments', 'payment_facts'], () =>
    loader.together(
      numberRanges(past).flatMap(([first, last]) =>
        copies.map((copy) => `${copy} WHERE p.number BETWEEN ${first} AND ${last}`),
      ),
    ),
  );
  await loader.settle(['payments', 'payment_facts']);
}

const LANE = 'past.lane_of(p.payment_id)';

const PAYMENT = {
  lane: LANE,
  payment_id: 'p.payment_id',
  payment_request_id: 'p.request_id',
  // What routing's keys.ts makes of a request: the digest of its fields as a JSON list.
  fingerprint: `'\\x01'::bytea || sha256(convert_to(
    '["' || ${codeSql('p.wallet_id')} || '",' || v.asked, 'UTF8'))`,
  payer_reference: 'p.payer_reference',
  wallet_id: 'p.wallet_id::text',
  terms: filled('terms', []),
  acquirer_clearing_date: 'v.acquirer_date',
  issuer_clearing_date: 'v.issuer_date',
};

const FACT = {
  lane: LANE,
  payment_id: 'p.payment_id',
  fact_id: 'p.fact_id',
  body: filled('fact', ['fact_id', 'payment_id', 'request_id', 'payer_reference']),
};

const COLUMNS = {
  partner: 'text',
  asked: 'text',
  acquirer_date: 'date',
  issuer_date: 'date',
  fact: 'bytea',
  fact_at: 'integer[]',
  terms: 'bytea',
  terms_at: 'integer[]',
};

interface Original {
  template: Template;
  fact: PaymentFact;
  terms: ChargeTerms;
}

async function originalsOf(loader: Loader, templates: readonly Template[]): Promise<Original[]> {
  const rows = await loader.run<{ body: Buffer; terms: Buffer }>(`
    SELECT body, terms FROM past.payments JOIN past.payment_facts USING (template)
     ORDER BY template`);
  return templates.map((template, number) => {
    const row = rows[number];
    if (row === undefined) throw new Error(`${template.paymentId} has no fact`);
    const { body, terms } = row;
    return { template, fact: PaymentFact.decode(body), terms: ChargeTerms.decode(terms) };
  });
}

function variantOf({ template: number, shiftSeconds }: Variant, originals: readonly Original[]) {
  const original = originals[number];
  const payment = original?.fact.payment;
  if (!original || !payment) throw new Error(`there is no template ${number}`);
  const past = pastOf(payment, original.template, shiftSeconds);
  const fact = blanked(
    PaymentFact.encode({
      ...original.fact,
      factId: BLANKS.fact_id,
      occurTime: past.moved(original.fact.occurTime),
      payment: blankPayment(payment, past),
    }).finish(),
  );
  const terms = blanked(ChargeTerms.encode(blankTerms(original.terms)).finish());
  return {
    partner: payment.partnerId,
    asked: askedFor(payment),
    acquirer_date: past.acquirerDate,
    issuer_date: past.issuerDate,
    ...{ fact: fact.body, fact_at: fact.at, terms: terms.body, terms_at: terms.at },
  };
}

/** The rest of the list of fields that a request is known again by, behind its code. */
function askedFor({ payeeAmount, merchant }: NonNullable<PaymentFact['payment']>): string {
  const fields = [
    payeeAmount?.currencyCode,
    String(payeeAmount?.amountMinor),
    merchant?.merchantId,
    merchant?.storeId,
    merchant?.terminalId,
  ];
  return JSON.stringify(fields).slice(1);
}
