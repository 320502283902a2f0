import type { Queryable, Tx } from '@causeway/db';
import { AgreementState } from '@causeway/proto/acquiring';

/** An agreement as it is stored, with its merchant. */
export interface AgreementRow {
  agreementId: string;
  partnerId: string;
  description: string;
  ttlSeconds: number;
  state: AgreementState;
  /** Null until a user has signed it. */
  issuerId: string | null;
  /** How many changes the wallet operator has reported; 0 before the first. */
  version: bigint;
  expiresAt: Date;
  createdAt: Date;
  updatedAt: Date;
  /** Whether nobody can sign it any more because its time is over, by the database's clock. */
  isPast: boolean;
  merchantId: string;
  displayName: string;
  countryCode: string;
  city: string;
  categoryCode: string;
}

/** What an offer says. */
export type Offer = Pick<
  AgreementRow,
  'agreementId' | 'partnerId' | 'merchantId' | 'description' | 'ttlSeconds'
>;

const SELECT = `
  SELECT a.agreement_id AS "agreementId", a.partner_id AS "partnerId", a.description,
         a.ttl_seconds AS "ttlSeconds", a.state, a.issuer_id AS "issuerId", a.version,
         a.expires_at AS "expiresAt", a.created_at AS "createdAt", a.updated_at AS "updatedAt",
         a.expires_at <= clock_timestamp() AS "isPast",
         m.merchant_id AS "merchantId", m.display_name AS "displayName",
         m.country_code AS "countryCode", m.city, m.category_code AS "categoryCode"
    FROM agreements a JOIN merchants m USING (merchant_id)`;

/** Inserts an offer unless its id is taken. */
export async function insertOffer(tx: Tx, offer: Offer): Promise<void> {
  await tx.query(
    `INSERT INTO agreements
       (agreement_id, partner_id, merchant_id, description, ttl_seconds, state, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $5::integer * interval '1 second')
     ON CONFLICT DO NOTHING`,
    [
      ...[offer.agreementId, offer.partnerId, offer.merchantId, offer.description],
      ...[offer.ttlSeconds, AgreementState.OFFERED],
    ],
  );
}

/** The agreements with these ids. */
export function agreementsOf(db: Queryable, ids: readonly string[]): Promise<AgreementRow[]> {
  return db.query(`${SELECT} WHERE a.agreement_id = ANY($1::uuid[])`, [[...ids]]);
}

/** The agreement with this id, which nobody else changes before the transaction ends. */
export async function lockAgreement(
  tx: Tx,
  agreementId: string,
): Promise<AgreementRow | undefined> {
  const [row] = await tx.query<AgreementRow>(
    `${SELECT} WHERE a.agreement_id = $1 FOR UPDATE OF a`,
    [agreementId],
  );
  return row;
}

/** Puts an agreement into a state; answers it as it is then. */
export async function updateAgreement(
  tx: Tx,
  agreementId: string,
  change: Pick<AgreementRow, 'state' | 'issuerId' | 'version'>,
): Promise<AgreementRow> {
  await tx.query(
    `UPDATE agreements
        SET state = $2, issuer_id = $3, version = $4,
            updated_at = CASE WHEN state = $2 THEN updated_at ELSE clock_timestamp() END
      WHERE agreement_id = $1`,
    [agreementId, change.state, change.issuerId, change.version],
  );
  const row = await lockAgreement(tx, agreementId);
  if (row === undefined) throw new Error(`agreement ${agreementId} is gone`);
  return row;
}
