import { TransitFindingKind, TransitLiability, type TransitLine } from '@causeway/proto/acquiring';
import { uuidFrom } from '@causeway/runtime';
import { highestFare } from '../rides/fares.ts';
import type { Denial, FindingRecord, TapRecord } from '../tap.ts';

/** By how much the clocks of phone and gate may differ before it is worth a word, in milliseconds. */
const SKEW_MS = 30_000;
/** By more than this no rule of a gate lets anybody in. */
const OLD_CODE_MS = 120_000;

/** What of a finding a rule decides. */
type Ruling = Pick<FindingRecord, 'kind' | 'liability' | 'rule' | 'isReported'> & {
  isLost: boolean;
  /** Whether the ride is not the payer's to pay. */
  waives: boolean;
};

/** What is judged: a tap, the line that it was made on, and what was known of its grant. */
export interface Judged {
  tap: TapRecord;
  line: TransitLine;
  grantExpiresAtMs: number;
  denial: Denial | undefined;
  /** The version of the trust bundle with which the key of its grant was revoked; undefined if it is not. */
  keyRevokedIn: bigint | undefined;
}

/**
 * What is wrong with a tap that counts, a pure function of what was uploaded. The time of the ride is
 * the gate's; where the phone's says otherwise about the end of a grant, the clocks are at odds
 * and the payer has the benefit of neither.
 */
export function judgeTap({ tap, grantExpiresAtMs, denial, keyRevokedIn }: Judged): Ruling[] {
  const rulings: Ruling[] = [];
  if (Math.abs(tap.gateTimeMs - tap.codeTimeMs) > SKEW_MS) {
    rulings.push({
      ...{ kind: TransitFindingKind.CLOCK_SKEW, liability: TransitLiability.UNSPECIFIED },
      ...{ isReported: false, isLost: false, waives: false },
      rule: 'the clocks of phone and gate are far apart; the ride is paid',
    });
  }
  if (Math.min(tap.gateTimeMs, tap.codeTimeMs) >= grantExpiresAtMs) {
    rulings.push({
      ...{ kind: TransitFindingKind.EXPIRED_GRANT, liability: TransitLiability.OPERATOR },
      ...{ isReported: false, isLost: true, waives: true },
      rule: 'by both clocks the grant was over: the gate was not to open',
    });
  }
  if (keyRevokedIn !== undefined) rulings.push(judgeRevoked(tap, keyRevokedIn));
  else if (denial !== undefined) rulings.push(judgeDenied(tap, denial));
  return rulings;
}

/** A gate that had heard of it was not to open. Any other believed what it had to believe. */
function judgeRevoked({ trustVersion }: TapRecord, version: bigint): Ruling {
  const kind = TransitFindingKind.DENY_LISTED;
  if (trustVersion >= version) return KNOWN_TO_GATE;
  return {
    ...{ kind, liability: TransitLiability.USER, isReported: false },
    ...{ isLost: false, waives: false },
    rule: 'the key of its grant was revoked after the gate had its list; who made the ride pays',
  };
}

const KNOWN_TO_GATE: Ruling = {
  kind: TransitFindingKind.DENY_LISTED,
  ...{ liability: TransitLiability.OPERATOR, isReported: false, isLost: true, waives: true },
  rule: 'the gate had the list with this grant, or its key, and opened',
};

function judgeDenied(tap: TapRecord, { version, denyTimeMs, byUser }: Denial): Ruling {
  const kind = TransitFindingKind.DENY_LISTED;
  if (tap.trustVersion >= version) return KNOWN_TO_GATE;
  if (tap.gateTimeMs < denyTimeMs) {
    return {
      ...{ kind, liability: TransitLiability.USER, isReported: false },
      ...{ isLost: false, waives: false },
      rule: 'it was denied after the ride, which is paid',
    };
  }
  if (byUser) {
    return {
      ...{ kind, liability: TransitLiability.ISSUER, isReported: false },
      ...{ isLost: true, waives: true },
      rule: 'its user had told of it, and the gate could not know',
    };
  }
  return {
    ...{ kind, liability: TransitLiability.USER, isReported: false },
    ...{ isLost: false, waives: false },
    rule: 'it was denied before the ride, which its user made and pays',
  };
}

/**
 * Whose loss it is that a counter came again, from another tap. It debits nobody: one fare is paid for one
 * counter.
 */
export function judgeCopy(first: TapRecord, { tap }: Pick<Judged, 'tap'>): Ruling {
  const loss = { isReported: true, isLost: true, waives: false };
  if (Buffer.compare(first.codeHash, tap.codeHash) !== 0) {
    return {
      ...{ ...loss, kind: TransitFindingKind.CLONED_KEY, liability: TransitLiability.ISSUER },
      rule: 'two codes with one counter: the key is in two places, and its operator bears it',
    };
  }
  const kind = TransitFindingKind.REPLAYED_CODE;
  if (first.partnerId === tap.partnerId && first.gateId === tap.gateId) {
    return {
      ...{ ...loss, kind, liability: TransitLiability.OPERATOR, isReported: false },
      rule: 'one gate let one code pass twice',
    };
  }
  if (Math.abs(tap.gateTimeMs - tap.codeTimeMs) > OLD_CODE_MS) {
    return {
      ...{ ...loss, kind, liability: TransitLiability.OPERATOR },
      rule: 'the gate let an old code pass',
    };
  }
  return {
    ...{ ...loss, kind, liability: TransitLiability.ISSUER },
    rule: 'gates without a network cannot know of each other: the operator of the wallet bears it',
  };
}

/** A finding from its ruling. Its id follows from the sighting and the kind, so it is found once. */
export function findingOf(
  { tap, line }: Pick<Judged, 'tap' | 'line'>,
  { kind, liability, rule, isReported, isLost }: Ruling,
  paymentId: string | undefined,
): FindingRecord {
  const { lane, issuerId, grantId, counter, partnerId, lineId, gateId, sequence } = tap;
  const lost = isLost && highestFare(line, tap) > 0n;
  const named = [issuerId, grantId, String(counter), partnerId, gateId, String(sequence)];
  return {
    findingId: uuidFrom('transit_finding', ...named, String(kind)),
    ...{ lane, issuerId, grantId, counter, partnerId, lineId, gateId, sequence, paymentId },
    ...{ kind, liability, rule, isReported },
    amountMinor: lost ? highestFare(line, tap) : undefined,
    currencyCode: lost ? line.currencyCode : undefined,
  };
}
