import { type CheckResult, resultOf } from '../report.ts';
import type { Snapshot } from '../source.ts';
import type { SqlCheck } from './sql-check.ts';

/** What must hold of the slices that payments reserve from. */
export const ROUTING_COVER_CHECKS: readonly SqlCheck[] = [
  {
    name: 'reservations',
    rule: 'what each slice of cover says is reserved is what its payments and refunds hold',
    breaches: `
      WITH held AS (
        SELECT 'issuer' AS participant_kind, issuer_id AS participant_id,
               payer_currency AS currency, payer_minor AS minor
        FROM payments WHERE issuer_covered AND state IN ('PENDING', 'SUCCEEDED')
        UNION ALL
        SELECT 'issuer', p.issuer_id, r.payer_currency, -r.payer_minor
        FROM refunds r JOIN payments p USING (lane, payment_id)
        WHERE p.issuer_covered AND r.state = 'SUCCEEDED'
        UNION ALL
        SELECT 'acquirer', p.partner_id, r.payee_currency, r.payee_minor
        FROM refunds r JOIN payments p USING (lane, payment_id) WHERE r.acquirer_covered
        UNION ALL
        SELECT 'acquirer', partner_id, payee_currency, payee_minor
        FROM payments WHERE acquirer_covered
      ),
      sums AS (
        SELECT participant_kind, participant_id, currency, sum(minor) AS held
        FROM held GROUP BY participant_kind, participant_id, currency
      )
      SELECT participant_kind, participant_id, currency, held, reserved_minor, given_back_minor,
        lost_minor
      FROM cover_slices FULL JOIN sums USING (participant_kind, participant_id, currency)
      WHERE coalesce(reserved_minor - given_back_minor - lost_minor, 0) <> coalesce(held, 0)`,
  },
];

/** What must hold of cover in the switch's books. */
export const SETTLEMENT_COVER_CHECKS: readonly SqlCheck[] = [
  {
    name: 'booked cover',
    rule: 'what left each slice for the books is the sum of the bookings that were reserved from it',
    breaches: `
      WITH parts AS (
        SELECT 'issuer' AS participant_kind, issuer_id AS participant_id,
               payer_currency AS currency_code,
               CASE kind WHEN 'capture' THEN payer_minor ELSE -payer_minor END AS minor
        FROM cover_bookings JOIN bookings USING (lane, payment_id, kind, subject_id)
        WHERE issuer_covered
        UNION ALL
        SELECT 'acquirer', partner_id, payee_currency, payee_minor
        FROM cover_bookings JOIN bookings USING (lane, payment_id, kind, subject_id)
        WHERE acquirer_covered AND kind <> 'capture'
      ),
      sums AS (
        SELECT participant_kind, participant_id, currency_code, sum(minor) AS booked
        FROM parts GROUP BY participant_kind, participant_id, currency_code
      )
      SELECT participant_kind, participant_id, currency_code, booked, booked_minor
      FROM cover_booked FULL JOIN sums USING (participant_kind, participant_id, currency_code)
      WHERE coalesce(booked_minor, 0) <> coalesce(booked, 0)`,
  },
  {
    name: 'leases',
    rule: 'each slice is the sum of its leases, and no more came back than was leased',
    breaches: `
      SELECT participant_kind, participant_id, currency_code, leased_minor, returned_minor,
        leased, returned
      FROM cover_slices LEFT JOIN (
        SELECT participant_kind, participant_id, currency_code,
          sum(amount_minor) FILTER (WHERE state = 'LEASED') AS leased,
          sum(amount_minor) FILTER (WHERE state = 'RETURNED') AS returned
        FROM cover_leases GROUP BY participant_kind, participant_id, currency_code
      ) AS sums USING (participant_kind, participant_id, currency_code)
      WHERE leased_minor < coalesce(leased, 0) OR returned_minor <> coalesce(returned, 0)
        OR returned_minor > leased_minor`,
  },
  {
    name: 'prefunding',
    rule: 'what participants have paid in ahead is what stands in their accounts',
    breaches: `
      WITH said AS (
        SELECT participant_id, currency_code, sum(prefunded_minor) AS prefunded
        FROM covers GROUP BY participant_id, currency_code
      ),
      booked AS (
        SELECT owner AS participant_id, currency_code, sum(credits_posted - debits_posted) AS minor
        FROM ledger_accounts WHERE code = 'prefunding' GROUP BY owner, currency_code
      )
      SELECT participant_id, currency_code, prefunded, minor
      FROM said FULL JOIN booked USING (participant_id, currency_code)
      WHERE coalesce(prefunded, 0) <> coalesce(minor, 0)`,
  },
];

interface LeasedRow {
  participant_kind: string;
  participant_id: string;
  currency: string;
  leased: string;
}

/** Routing was seen before settlement, so it knows of no lease that settlement does not. */
export async function leasesAgree(routing: Snapshot, settlement: Snapshot): Promise<CheckResult> {
  const [ours, theirs] = [
    await routing.all<LeasedRow>(
      `SELECT participant_kind, participant_id, currency, leased_minor::text AS leased
       FROM cover_slices`,
    ),
    await settlement.all<LeasedRow>(
      `SELECT participant_kind, participant_id, currency_code AS currency,
              leased_minor::text AS leased FROM cover_slices`,
    ),
  ];
  const keyOf = (row: LeasedRow) =>
    [row.participant_kind, row.participant_id, row.currency].join(' ');
  const leased = new Map(theirs.map((row) => [keyOf(row), BigInt(row.leased)]));
  const problems = ours
    .filter((row) => BigInt(row.leased) > (leased.get(keyOf(row)) ?? 0n))
    .map(
      (row) => `${keyOf(row)}: spends from ${row.leased}, leased ${leased.get(keyOf(row)) ?? 0n}`,
    );
  return resultOf(
    'leases',
    'payments reserve from what settlement has leased, and no more',
    problems,
  );
}
