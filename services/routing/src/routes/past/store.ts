import type { Queryable } from '@causeway/db';
import { Journey } from '@causeway/proto/routing';
import { laneOf } from '@causeway/runtime';
import type { Question } from '../decide/question.ts';
import { decodeDecision, type RecordedDecision } from '../record.ts';

/** A payment of the past whose route was chosen, as far as the choice goes. */
export interface PastPayment {
  question: Question;
  recorded: RecordedDecision;
}

/** With the routes that it took one after the other; none where it was declined before. */
export interface TravelledPayment extends PastPayment {
  taken: readonly string[];
}

/** A place in the payments of the past, which are read newest first. */
export interface PastPlace {
  createdAt: Date;
  paymentId: string;
}

interface PastRow {
  payment_id: string;
  created_at: Date;
  issuer_id: string | null;
  method: number;
  payee_currency: string | null;
  payee_minor: bigint | null;
  route_decision: Buffer;
}

interface TravelledRow extends PastRow {
  route_id: string | null;
  journey: Buffer | null;
}

const COLUMNS = `payment_id, created_at, issuer_id, method, payee_currency, payee_minor,
  route_decision`;

/** All SQL on the choices of past payments. */
export class PastStore {
  constructor(private readonly db: Queryable) {}

  /** The payment; undefined where there is none, or none whose route was chosen. */
  async find(paymentId: string): Promise<TravelledPayment | undefined> {
    const rows = await this.db.query<TravelledRow>(
      `SELECT ${COLUMNS}, route_id, journey FROM payments
       WHERE lane = $1 AND payment_id = $2 AND route_decision IS NOT NULL`,
      [laneOf(paymentId), paymentId],
    );
    return rows.map((row) => ({ ...pastPaymentOf(row), taken: takenBy(row) }))[0];
  }

  /** How many payments with a choice there are from a moment on, counted up to a limit. */
  async count(from: Date, limit: bigint): Promise<bigint> {
    const [row] = await this.db.query<{ count: bigint }>(
      `SELECT count(*) AS count FROM (
         SELECT FROM payments WHERE route_decision IS NOT NULL AND created_at >= $1 LIMIT $2
       ) AS found`,
      [from, limit],
    );
    return row?.count ?? 0n;
  }

  /** A page of payments from a moment on and before a place, newest first, and where it ends. */
  async page(
    from: Date,
    before: PastPlace,
    limit: number,
  ): Promise<{ payments: PastPayment[]; last: PastPlace | undefined }> {
    const rows = await this.db.query<PastRow>(
      `SELECT ${COLUMNS} FROM payments
       WHERE route_decision IS NOT NULL AND created_at >= $1
         AND (created_at, payment_id) < ($2, $3)
       ORDER BY created_at DESC, payment_id DESC LIMIT $4`,
      [from, before.createdAt, before.paymentId, limit],
    );
    const last = rows.at(-1);
    return {
      payments: rows.map(pastPaymentOf),
      last: last && { createdAt: last.created_at, paymentId: last.payment_id },
    };
  }
}

/** A payment that its payer confirmed has a plan; any other takes the one route it was given. */
function takenBy({ route_id, journey }: TravelledRow): string[] {
  if (journey === null) return route_id === null ? [] : [route_id];
  const { routes, attempt } = Journey.decode(journey);
  return routes.slice(0, attempt + 1).map(({ routeId }) => routeId);
}

function pastPaymentOf(row: PastRow): PastPayment {
  const recorded = decodeDecision(row.route_decision);
  const { targets, categoryCode, price } = recorded;
  return {
    question: {
      paymentId: row.payment_id,
      issuerId: row.issuer_id ?? '',
      method: row.method,
      payeeAmount: {
        currencyCode: row.payee_currency ?? '',
        amountMinor: row.payee_minor ?? 0n,
      },
      ...{ targets, categoryCode, price },
    },
    recorded,
  };
}
