import { copySql, keepTemplates } from './copy.ts';
import type { Loader } from './loader.ts';
import { keepVariants, numberRanges, type Past, plan } from './plan.ts';
import type { Template } from './templates.ts';

/** The switch's books: what each payment posts, and what all of it sums to. */
export async function loadSettlement(
  loader: Loader,
  templates: readonly Template[],
  past: Past,
): Promise<void> {
  const ids = templates.map(({ paymentId }) => paymentId);
  await keepTemplates(loader, 'bookings', 'payment_id', ids);
  const rows = past.variants.map((variant) => ({
    ...variant,
    partner: templates[variant.template]?.partnerId,
  }));
  await keepVariants(loader, rows, { partner: 'text' });
  await plan(loader, past, []);
  const copy = await copySql(loader, 'bookings', BOOKING);
  await loader.withoutIndexes(['bookings'], () =>
    loader.together(
      numberRanges(past).map(
        ([first, last]) => `${copy} WHERE p.number BETWEEN ${first} AND ${last}`,
      ),
    ),
  );
  await loader.run(`DELETE FROM totals; ${TOTALS}`);
  await loader.settle(['bookings', 'totals']);
}

const BOOKING = {
  lane: 'past.lane_of(p.payment_id)',
  payment_id: 'p.payment_id',
  subject_id: 'p.payment_id',
};

const TOTALS = `
  INSERT INTO totals (lane, kind, issuer_id, partner_id, payer_currency, payee_currency, payer_minor,
    payee_minor, mid_minor, markup_earned_minor, markup_given_minor, residual_minor, updated_at)
  SELECT lane, kind, issuer_id, partner_id, payer_currency, payee_currency, sum(payer_minor),
         sum(payee_minor), sum(mid_minor), sum(greatest(markup_minor, 0)),
         sum(greatest(-markup_minor, 0)), sum(residual_minor), max(booked_at)
    FROM bookings GROUP BY lane, kind, issuer_id, partner_id, payer_currency, payee_currency`;
