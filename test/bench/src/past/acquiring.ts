import { Payment } from '@causeway/proto/common';
import { uuidFrom } from '@causeway/runtime';
import { blanked, blankPayment, filled, pastOf } from './blanks.ts';
import { copySql, keepTemplates } from './copy.ts';
import type { Loader } from './loader.ts';
import {
  FACT_ID,
  FIRST_TOLD_VERSION,
  keepVariants,
  PAYER_REFERENCE,
  type Past,
  plan,
  QUOTE_ID,
} from './plan.ts';
import type { Template } from './templates.ts';

/** What partners read: their payments, and feeds that go on where they ended. */
export async function loadAcquiring(
  loader: Loader,
  templates: readonly Template[],
  past: Past,
): Promise<void> {
  const ids = templates.map(({ paymentId }) => paymentId);
  await keepTemplates(loader, 'partner_payments', 'payment_id', ids);
  const facts = ids.map((id) => uuidFrom('fact', id, FIRST_TOLD_VERSION));
  await keepTemplates(loader, 'payment_feed', 'fact_id', facts);
  const payments = await loader.run<{ payment: Buffer }>(
    'SELECT payment FROM past.partner_payments ORDER BY template',
  );
  const originals = payments.map(({ payment }) => Payment.decode(payment));
  const rows = past.variants.map((variant) => {
    const payment = originals[variant.template];
    const template = templates[variant.template];
    if (!payment || !template) throw new Error(`there is no template ${variant.template}`);
    const then = pastOf(payment, template, variant.shiftSeconds);
    const { body, at } = blanked(Payment.encode(blankPayment(payment, then)).finish());
    return { ...variant, partner: payment.partnerId, payment: body, payment_at: at };
  });
  await keepVariants(loader, rows, COLUMNS);
  await plan(loader, past, [FACT_ID, QUOTE_ID, PAYER_REFERENCE]);
  const statements = [
    await copySql(loader, 'partner_payments', { payment_id: 'p.payment_id', payment: PAYMENT }),
    await copySql(loader, 'payment_feed', FEED, PLACED_IN_FEED),
  ];
  await loader.withoutIndexes(['partner_payments', 'payment_feed'], () =>
    loader.together(statements),
  );
  await loader.run(HEADS);
  await loader.settle(['partner_payments', 'payment_feed', 'feed_heads']);
}

const COLUMNS = { partner: 'text', payment: 'bytea', payment_at: 'integer[]' };

const PAYMENT = filled('payment', ['payment_id', 'request_id', 'payer_reference']);

const FEED = { seq: 'head.latest_seq + p.place', fact_id: 'p.fact_id', payment: PAYMENT };

const PLACED_IN_FEED = `
  (SELECT plan.*, row_number() OVER (PARTITION BY v.partner ORDER BY number) AS place
     FROM past.plan JOIN past.variants v USING (variant)) AS p
  JOIN past.variants v USING (variant)
  JOIN past.payment_feed template USING (template)
  JOIN feed_heads head ON head.lane = template.lane AND head.partner_id = template.partner_id`;

const HEADS = `
  UPDATE feed_heads head SET latest_seq = latest.seq
    FROM (SELECT lane, partner_id, max(seq) AS seq FROM payment_feed GROUP BY 1, 2) AS latest
   WHERE head.lane = latest.lane AND head.partner_id = latest.partner_id`;
