import type { RideRecord, TapRecord } from '../tap.ts';

/** What is read of a ride `r`. */
export const RIDE_COLUMNS = `
  r.lane, r.payment_id AS "paymentId", r.issuer_id AS "issuerId", r.grant_id AS "grantId",
  r.first_counter AS "firstCounter", r.last_counter AS "lastCounter",
  r.partner_id AS "partnerId", r.line_id AS "lineId", r.from_stop_id AS "fromStopId",
  r.to_stop_id AS "toStopId", r.start_time AS "startTime", r.end_time AS "endTime", r.state,
  r.currency_code AS "currencyCode", r.fare_minor AS "fareMinor", r.fare_basis AS "fareBasis",
  r.give_back_minor AS "giveBackMinor", r.subject, r.decline_reason AS "declineReason",
  r.due_at AS "dueAt"`;

/** A ride as the driver answers it. */
export interface RideRow
  extends Omit<
    RideRecord,
    'lastCounter' | 'startTimeMs' | 'endTimeMs' | 'fareMinor' | 'giveBackMinor' | 'dueAtMs'
  > {
  lastCounter: number | null;
  startTime: Date;
  endTime: Date | null;
  fareMinor: bigint | null;
  giveBackMinor: bigint | null;
  dueAt: Date | null;
}

/** The ride in a row; what else the row holds is left out. */
export function rideFrom(row: RideRow): RideRecord {
  return {
    ...{ lane: row.lane, issuerId: row.issuerId, grantId: row.grantId },
    ...{ paymentId: row.paymentId, firstCounter: row.firstCounter },
    lastCounter: row.lastCounter ?? undefined,
    ...{ partnerId: row.partnerId, lineId: row.lineId, subject: row.subject },
    ...{ fromStopId: row.fromStopId, toStopId: row.toStopId },
    startTimeMs: row.startTime.getTime(),
    endTimeMs: row.endTime?.getTime(),
    ...{ state: row.state, currencyCode: row.currencyCode, fareBasis: row.fareBasis },
    fareMinor: row.fareMinor ?? undefined,
    giveBackMinor: row.giveBackMinor ?? undefined,
    declineReason: row.declineReason,
    dueAtMs: row.dueAt?.getTime(),
  };
}

/** What is read of a tap `t`. */
export const TAP_COLUMNS = `
  t.lane, t.issuer_id AS "issuerId", t.grant_id AS "grantId", t.counter,
  t.partner_id AS "partnerId", t.gate_id AS "gateId", t.sequence, t.kind,
  t.line_id AS "lineId", t.stop_id AS "stopId", t.fare_minor AS "fareMinor",
  t.trust_version AS "trustVersion", t.gate_time AS "gateTime", t.code_time AS "codeTime",
  t.subject, t.code_hash AS "codeHash", t.code, t.payment_id AS "paymentId"`;

/** A tap as the driver answers it. */
export interface TapRow extends Omit<TapRecord, 'gateTimeMs' | 'codeTimeMs' | 'paymentId'> {
  gateTime: Date;
  codeTime: Date;
  paymentId: string | null;
}

/** The tap in a row. */
export function tapFrom({ gateTime, codeTime, paymentId, ...tap }: TapRow): TapRecord {
  return {
    ...tap,
    gateTimeMs: gateTime.getTime(),
    codeTimeMs: codeTime.getTime(),
    paymentId: paymentId ?? undefined,
  };
}
