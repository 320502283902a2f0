import { columns, type Database, openDatabase } from '@causeway/db';
import { laneOf } from '@causeway/runtime';
import type { Bench } from '../../part.ts';
import type { Known } from './journal-file.ts';

/** A payment as the switch has it. */
export interface Recorded {
  paymentId: string;
  state: string;
  partnerId: string;
  requestId: string;
  walletId: string | null;
  payeeMinor: bigint;
  payerMinor: bigint | null;
}

/** A payment as the wallet operator has it. */
export interface Charged {
  paymentId: string;
  state: string;
  walletId: string | null;
  amountMinor: bigint | null;
}

const PAYMENTS = `
  SELECT p.payment_id AS "paymentId", p.state, p.partner_id AS "partnerId",
         p.payment_request_id AS "requestId", p.wallet_id AS "walletId",
         p.payee_minor AS "payeeMinor", p.payer_minor AS "payerMinor"
    FROM unnest($1::smallint[], $2::uuid[]) AS asked (lane, payment_id)
    JOIN payments p ON p.lane = asked.lane AND p.payment_id = asked.payment_id`;

/** A charge lies in the lane of its wallet. */
const CHARGES = `
  SELECT c.payment_id AS "paymentId", c.state, c.wallet_id AS "walletId",
         c.amount_minor AS "amountMinor"
    FROM unnest($1::smallint[], $2::uuid[]) AS asked (lane, payment_id)
    JOIN charges c ON c.lane = asked.lane AND c.payment_id = asked.payment_id`;

const BY_STATE = `
  SELECT state, count(*) AS count FROM payments
   WHERE payment_request_id LIKE $1 || '-%' GROUP BY state`;

const SCAN_TIMEOUT_MS = 120_000;

/** The databases of a stack, as those read them who hold them to what clients were told. */
export class Books {
  readonly #routing: Database;
  readonly #wallet: Database;

  constructor({ stack, runtime }: Bench) {
    const open = (service: string) =>
      openDatabase({
        url: stack.databases[service] ?? '',
        runtime,
        maxConnections: 1,
        statementTimeoutMs: SCAN_TIMEOUT_MS,
      });
    this.#routing = open('routing');
    this.#wallet = open('wallet');
  }

  /** What the switch has of these payments, by id. */
  async recorded(known: readonly Known[]): Promise<Map<string, Recorded>> {
    const ids = columns(
      known,
      ({ paymentId }) => laneOf(paymentId),
      ({ paymentId }) => paymentId,
    );
    const rows = await this.#routing.query<Recorded>(PAYMENTS, ids);
    return new Map(rows.map((row) => [row.paymentId, row]));
  }

  /** What the wallet operator has of these payments, by id. */
  async charged(known: readonly Known[]): Promise<Map<string, Charged>> {
    const ids = columns(
      known,
      ({ walletId }) => laneOf(walletId),
      ({ paymentId }) => paymentId,
    );
    const rows = await this.#wallet.query<Charged>(CHARGES, ids);
    return new Map(rows.map((row) => [row.paymentId, row]));
  }

  /** How many payments of a run the switch has, by state. */
  async counts(run: string): Promise<Map<string, number>> {
    const rows = await this.#routing.query<{ state: string; count: bigint }>(BY_STATE, [run]);
    return new Map(rows.map(({ state, count }) => [state, Number(count)]));
  }

  async close(): Promise<void> {
    await Promise.all([this.#routing.close(), this.#wallet.close()]);
  }
}
