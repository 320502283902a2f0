import type { Database } from '@causeway/db';
import {
  type Issuer,
  RefusalRule,
  type Route,
  type RouteFees,
  type Stop,
} from '@causeway/proto/routing';

interface IssuerRow {
  issuer_id: string;
  display_name: string;
  currency: string;
  country: string;
  address: string;
  time_zone: string;
  cut_off_seconds: number;
  prefixes: string[];
}

interface RouteRow {
  route_id: string;
  partner_id: string;
  country: string;
  currencies: string[];
  time_zone: string;
  cut_off_seconds: number;
  scheme_ids: string[];
  connector_address: string;
  partner_bps: number | null;
  partner_fixed_minor: bigint | null;
  scheme_bps: number | null;
  refusal_rules: unknown[];
  max_in_flight: number;
}

interface StopRow {
  subject_kind: number;
  subject_id: string;
  reason: string;
  operator_id: string;
  created_at: Date;
}

/** All SQL on issuers, routes and stops. */
export class DirectoryStore {
  constructor(private readonly db: Database) {}

  async issuers(): Promise<Issuer[]> {
    const rows = await this.db.query<IssuerRow>(
      `SELECT issuers.*, coalesce(
         (SELECT array_agg(prefix ORDER BY prefix) FROM issuer_prefixes p
          WHERE p.issuer_id = issuers.issuer_id), '{}') AS prefixes
       FROM issuers ORDER BY issuer_id`,
      [],
    );
    return rows.map((row) => ({
      issuerId: row.issuer_id,
      displayName: row.display_name,
      currencyCode: row.currency,
      countryCode: row.country,
      codePrefixes: row.prefixes,
      address: row.address,
      clearing: { timeZone: row.time_zone, cutOffSeconds: row.cut_off_seconds },
    }));
  }

  async routes(): Promise<Route[]> {
    const rows = await this.db.query<RouteRow>('SELECT * FROM routes ORDER BY route_id', []);
    return rows.map((row) => ({
      routeId: row.route_id,
      partnerId: row.partner_id,
      countryCode: row.country,
      currencyCodes: row.currencies,
      clearing: { timeZone: row.time_zone, cutOffSeconds: row.cut_off_seconds },
      schemeIds: row.scheme_ids,
      connectorAddress: row.connector_address,
      fees: feesOf(row),
      refusalRules: row.refusal_rules.map((rule) => RefusalRule.fromJSON(rule)),
      maxInFlight: row.max_in_flight,
    }));
  }

  async stops(): Promise<Stop[]> {
    const rows = await this.db.query<StopRow>(
      'SELECT * FROM stops ORDER BY created_at, subject_kind, subject_id',
      [],
    );
    return rows.map((row) => ({
      subjectKind: row.subject_kind,
      subjectId: row.subject_id,
      reason: row.reason,
      operatorId: row.operator_id,
      createTime: row.created_at,
    }));
  }

  /**
   * Answers the other issuer, if there is one, that owns a prefix within one of these or around
   * it: the longest match wins, so it would be shown the other's live codes. Then nothing is
   * written.
   */
  async putIssuer(issuer: Issuer): Promise<string | undefined> {
    return this.db.transaction(async (tx) => {
      const [taken] = await tx.query<{ issuer_id: string }>(
        `SELECT issuer_id FROM issuer_prefixes
         JOIN unnest($1::text[]) AS wanted ON starts_with(wanted, prefix) OR starts_with(prefix, wanted)
         WHERE issuer_id <> $2 LIMIT 1`,
        [issuer.codePrefixes, issuer.issuerId],
      );
      if (taken) return taken.issuer_id;
      await tx.query(
        `INSERT INTO issuers (issuer_id, display_name, currency, country, address, time_zone, cut_off_seconds)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (issuer_id) DO UPDATE SET
           display_name = excluded.display_name, currency = excluded.currency,
           country = excluded.country, address = excluded.address,
           time_zone = excluded.time_zone, cut_off_seconds = excluded.cut_off_seconds`,
        [
          issuer.issuerId,
          issuer.displayName,
          issuer.currencyCode,
          issuer.countryCode,
          issuer.address,
          issuer.clearing?.timeZone,
          issuer.clearing?.cutOffSeconds,
        ],
      );
      await tx.query('DELETE FROM issuer_prefixes WHERE issuer_id = $1', [issuer.issuerId]);
      await tx.query(
        'INSERT INTO issuer_prefixes (prefix, issuer_id) SELECT prefix, $2 FROM unnest($1::text[]) AS given (prefix)',
        [issuer.codePrefixes, issuer.issuerId],
      );
      return undefined;
    });
  }

  /**
   * Answers whether it was stored. A route stays its partner's, and one whose partner is asked stays
   * so: payments on their way over it would otherwise be asked of nobody, or of somebody else.
   */
  async putRoute(route: Route): Promise<boolean> {
    const stored = await this.db.query(
      `INSERT INTO routes (route_id, partner_id, country, currencies, time_zone, cut_off_seconds,
         scheme_ids, connector_address, partner_bps, partner_fixed_minor, scheme_bps,
         refusal_rules, max_in_flight)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13)
       ON CONFLICT (route_id) DO UPDATE SET
         partner_id = excluded.partner_id, country = excluded.country,
         currencies = excluded.currencies, time_zone = excluded.time_zone,
         cut_off_seconds = excluded.cut_off_seconds, scheme_ids = excluded.scheme_ids,
         connector_address = excluded.connector_address, partner_bps = excluded.partner_bps,
         partner_fixed_minor = excluded.partner_fixed_minor, scheme_bps = excluded.scheme_bps,
         refusal_rules = excluded.refusal_rules, max_in_flight = excluded.max_in_flight
       WHERE routes.partner_id = excluded.partner_id
         AND (routes.connector_address = '' OR excluded.connector_address <> '')
       RETURNING route_id`,
      [
        route.routeId,
        route.partnerId,
        route.countryCode,
        route.currencyCodes,
        route.clearing?.timeZone,
        route.clearing?.cutOffSeconds,
        route.schemeIds,
        route.connectorAddress,
        route.fees?.partnerBps,
        route.fees?.partnerFixedMinor,
        route.fees?.schemeBps,
        JSON.stringify(route.refusalRules.map(RefusalRule.toJSON)),
        route.maxInFlight,
      ],
    );
    return stored.length > 0;
  }

  async putStop(stop: Stop): Promise<void> {
    await this.db.query(
      `INSERT INTO stops (subject_kind, subject_id, reason, operator_id, created_at)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (subject_kind, subject_id) DO UPDATE SET reason = excluded.reason`,
      [stop.subjectKind, stop.subjectId, stop.reason, stop.operatorId, stop.createTime],
    );
  }

  /** Answers whether there was such a stop. */
  async deleteStop(subjectKind: number, subjectId: string): Promise<boolean> {
    const rows = await this.db.query(
      'DELETE FROM stops WHERE subject_kind = $1 AND subject_id = $2 RETURNING subject_id',
      [subjectKind, subjectId],
    );
    return rows.length > 0;
  }
}

function feesOf(row: RouteRow): RouteFees | undefined {
  const { partner_bps, partner_fixed_minor, scheme_bps } = row;
  if (partner_bps === null || partner_fixed_minor === null || scheme_bps === null) return undefined;
  return {
    partnerBps: partner_bps,
    partnerFixedMinor: partner_fixed_minor,
    schemeBps: scheme_bps,
  };
}
