import { createHash } from 'node:crypto';
import { type TransitLine, TransitTapKind } from '@causeway/proto/acquiring';
import { laneOf, uuidFrom } from '@causeway/runtime';
import type { Judged } from '../findings/rules.ts';
import type { TapRecord } from '../tap.ts';

/** Noon of a day in Hong Kong on which nothing else happened. */
export const NOON_MS = Date.UTC(2026, 10, 30, 4);

const COMMON = {
  ...{ displayName: 'Line', merchantId: uuidFrom('test.merchant', 'bus'), storeId: '' },
  ...{ currencyCode: 'HKD', timeZone: 'Asia/Hong_Kong', transfer: undefined },
};

/** A bus at HKD 2.30. */
export const BUS: TransitLine = {
  ...{ ...COMMON, lineId: 'bus' },
  fare: { $case: 'flat', value: { fareMinor: 230n } },
};

/** A railway: HKD 1.90 from a to b, HKD 5.20 where an end is missing. */
export const RAIL: TransitLine = {
  ...{ ...COMMON, lineId: 'rail' },
  fare: {
    $case: 'distance',
    value: {
      fares: [{ fromStopId: 'a', toStopId: 'b', fareMinor: 190n }],
      ...{ maxFareMinor: 520n, waitSeconds: 60, maxRideSeconds: 3_600 },
    },
  },
};

/** What tests change of a tap. */
type TapChange = Partial<TapRecord> & { at?: number; line?: TransitLine; said?: string };

/**
 * A tap of one grant of a name of the test's own, as `upload.ts` judged it: an honest one on the bus.
 *
 * @param change what is otherwise; `at` is in seconds after noon, `said` what the phone signed
 */
export function tapOf(grant: string, counter: number, change: TapChange = {}): Judged {
  const { at = counter, line = BUS, said = '', ...tap } = change;
  const grantId = uuidFrom('test.grant', grant);
  const timeMs = NOON_MS + at * 1_000;
  const code = `${grant} ${counter} ${said}`;
  return {
    line,
    ...{ grantExpiresAtMs: NOON_MS + 86_400_000, denial: undefined, keyRevokedIn: undefined },
    tap: {
      ...{ lane: laneOf(grantId), issuerId: 'harbour-wallet', grantId, counter },
      ...{ partnerId: 'minibus', gateId: 'g1', sequence: BigInt(counter) },
      ...{ kind: TransitTapKind.FLAT, lineId: line.lineId, stopId: '', fareMinor: 0n },
      ...{ trustVersion: 0n, gateTimeMs: timeMs, codeTimeMs: timeMs, subject: grant },
      codeHash: createHash('sha256').update(code).digest(),
      ...{ code: Buffer.from(code), paymentId: undefined },
      ...tap,
    },
  };
}

/** Somebody goes in at stop a. */
export function entryOf(grant: string, counter: number, change: TapChange = {}): Judged {
  return tapOf(grant, counter, {
    ...{ line: RAIL, kind: TransitTapKind.ENTRY, stopId: 'a' },
    ...change,
  });
}

/** Somebody goes out at stop b. */
export function exitOf(grant: string, counter: number, change: TapChange = {}): Judged {
  return tapOf(grant, counter, {
    ...{ line: RAIL, kind: TransitTapKind.EXIT, stopId: 'b' },
    ...change,
  });
}
