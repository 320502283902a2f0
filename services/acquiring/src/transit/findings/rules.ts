import { TransitFindingKind, TransitLiability, type TransitLine } from '@causeway/proto/acquiring';
import { uuidFrom } from '@causeway/runtime';
import {
  type Finding,
  highestFare,
  judgeCopy,
  judgeTap,
  type Liable,
  type Ruling,
} from '@causeway/transit';
import { kindName, tariffOf } from '../lines/tariff.ts';
import type { Denial, FindingRecord, TapRecord } from '../tap.ts';

/** What is judged: a tap, the line that it was made on, and what was known of its grant. */
export interface Judged {
  tap: TapRecord;
  line: TransitLine;
  grantExpiresAtMs: number;
  denial: Denial | undefined;
  /** The version of the trust bundle with which the key of its grant was revoked; undefined if it is not. */
  keyRevokedIn: bigint | undefined;
}

const KINDS: Record<Finding, TransitFindingKind> = {
  REPLAYED_CODE: TransitFindingKind.REPLAYED_CODE,
  CLONED_KEY: TransitFindingKind.CLONED_KEY,
  CLOCK_SKEW: TransitFindingKind.CLOCK_SKEW,
  EXPIRED_GRANT: TransitFindingKind.EXPIRED_GRANT,
  DENY_LISTED: TransitFindingKind.DENY_LISTED,
};

const LIABILITIES: Record<Liable, TransitLiability> = {
  user: TransitLiability.USER,
  issuer: TransitLiability.ISSUER,
  operator: TransitLiability.OPERATOR,
  nobody: TransitLiability.UNSPECIFIED,
};

/** What the rules say of a tap that counts. */
export function rulingsOn({ tap, denial, grantExpiresAtMs, keyRevokedIn }: Judged): Ruling[] {
  const { gateTimeMs, codeTimeMs, trustVersion } = tap;
  const denied = denial && {
    ...{ version: denial.version, atMs: denial.denyTimeMs, byUser: denial.byUser },
  };
  return judgeTap({
    ...{ gateTimeMs, codeTimeMs, trustVersion, grantExpiresAtMs, denied, keyRevokedIn },
  });
}

/** What they say of one whose counter came before. */
export function rulingOnCopy(
  first: TapRecord,
  { tap }: Pick<Judged, 'tap'>,
  isSameOperator: boolean,
): Ruling {
  const { gateTimeMs, codeTimeMs } = tap;
  return judgeCopy({
    ...{ gateTimeMs, codeTimeMs },
    isSameCode: Buffer.compare(first.codeHash, tap.codeHash) === 0,
    isSameGate: first.partnerId === tap.partnerId && first.gateId === tap.gateId,
    isSameOperator,
  });
}

/** A finding from its ruling. Its id follows from the sighting and the kind, so it is found once. */
export function findingOf(
  { tap, line }: Pick<Judged, 'tap' | 'line'>,
  { finding, liable, rule, isReported, isLost }: Ruling,
  paymentId: string | undefined,
): FindingRecord {
  const { lane, issuerId, grantId, counter, partnerId, lineId, gateId, sequence } = tap;
  const { kind, fareMinor } = tap;
  const lostMinor = isLost ? highestFare(tariffOf(line), { kind: kindName(kind), fareMinor }) : 0n;
  const named = [issuerId, grantId, String(counter), partnerId, gateId, String(sequence)];
  return {
    findingId: uuidFrom('transit_finding', ...named, String(KINDS[finding])),
    ...{ lane, issuerId, grantId, counter, partnerId, lineId, gateId, sequence, paymentId },
    ...{ kind: KINDS[finding], liability: LIABILITIES[liable], rule, isReported },
    amountMinor: lostMinor > 0n ? lostMinor : undefined,
    currencyCode: lostMinor > 0n ? line.currencyCode : undefined,
  };
}
