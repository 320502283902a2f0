/** What may be wrong with an uploaded tap. Several may hold of one. */
export type Finding =
  /** One code passed more than one gate, or one gate twice. */
  | 'REPLAYED_CODE'
  /** Two different codes have one counter: the user's key is in two places. */
  | 'CLONED_KEY'
  /** The clocks of phone and gate differ by more than a code may be old. */
  | 'CLOCK_SKEW'
  /** The gate opened for a grant that had ended. */
  | 'EXPIRED_GRANT'
  /** The grant, or the key that signed it, is on the deny list. */
  | 'DENY_LISTED';

/**
 * Who bears it.
 *
 * - `user`: the wallet is debited and the operator paid, as for every honest tap.
 * - `issuer`: the operator kept the rules and is paid; the wallet operator bears it.
 * - `operator`: the gate broke a rule; nobody pays.
 * - `nobody`: nothing is lost.
 */
export type Liable = 'user' | 'issuer' | 'operator' | 'nobody';

/** What was found, and what follows from it. */
export interface Ruling {
  readonly finding: Finding;
  readonly liable: Liable;
  /** The rule in words. */
  readonly rule: string;
  /** Whether the wallet operator is to be told, so that it stops the grant. */
  readonly isReported: boolean;
  /** Whether the fare is lost to its user's wallet. */
  readonly isLost: boolean;
  /** Whether a ride that begins with this tap is not its user's to pay. */
  readonly waives: boolean;
}

/** Where a grant stands on the deny list. */
export interface Denied {
  /** The version of the trust bundle with which it came onto the list. */
  readonly version: bigint;
  /** Unix milliseconds. */
  readonly atMs: number;
  /** Whether its user asked for it, and pays for nothing that comes after. */
  readonly byUser: boolean;
}

/** What is known of a tap when it is judged. */
export interface Evidence {
  /** By the gate, in Unix milliseconds. */
  readonly gateTimeMs: number;
  /** By the phone, likewise. */
  readonly codeTimeMs: number;
  /** The version of the trust bundle that the gate judged by. */
  readonly trustVersion: bigint;
  readonly grantExpiresAtMs: number;
  readonly denied: Denied | undefined;
  /** The version with which the key of its grant was revoked; undefined if it is not. */
  readonly keyRevokedIn: bigint | undefined;
}

/** By how much the clocks of phone and gate may differ before it is worth a word, in milliseconds. */
const SKEW_MS = 30_000;
/** By more than this no rule of a gate lets anybody in. */
const OLD_CODE_MS = 120_000;

const PAID = { isReported: false, isLost: false, waives: false };
const WAIVED = { isReported: false, isLost: true, waives: true };

/**
 * What is wrong with a tap that counts, a pure function of what was uploaded, so that anybody can judge it
 * again. The time of the ride is the gate's; where the phone's says otherwise about the end of a
 * grant, the clocks are at odds and its user has the benefit of neither.
 */
export function judgeTap(evidence: Evidence): Ruling[] {
  const { gateTimeMs, codeTimeMs, grantExpiresAtMs, denied, keyRevokedIn } = evidence;
  const rulings: Ruling[] = [];
  if (Math.abs(gateTimeMs - codeTimeMs) > SKEW_MS) {
    rulings.push({
      ...{ finding: 'CLOCK_SKEW', liable: 'nobody', ...PAID },
      rule: 'the clocks of phone and gate are far apart; the ride is paid',
    });
  }
  if (Math.min(gateTimeMs, codeTimeMs) >= grantExpiresAtMs) {
    rulings.push({
      ...{ finding: 'EXPIRED_GRANT', liable: 'operator', ...WAIVED },
      rule: 'by both clocks the grant was over: the gate was not to open',
    });
  }
  if (keyRevokedIn !== undefined) rulings.push(judgeRevoked(evidence, keyRevokedIn));
  else if (denied !== undefined) rulings.push(judgeDenied(evidence, denied));
  return rulings;
}

const KNOWN_TO_GATE: Ruling = {
  ...{ finding: 'DENY_LISTED', liable: 'operator', ...WAIVED },
  rule: 'the gate had the list with this grant, or its key, and opened',
};

/** A gate that had heard of it was not to open. Any other believed what it had to believe. */
function judgeRevoked({ trustVersion }: Evidence, version: bigint): Ruling {
  if (trustVersion >= version) return KNOWN_TO_GATE;
  return {
    ...{ finding: 'DENY_LISTED', liable: 'user', ...PAID },
    rule: 'the key of its grant was revoked after the gate had its list; who made the ride pays',
  };
}

function judgeDenied(
  { trustVersion, gateTimeMs }: Evidence,
  { version, atMs, byUser }: Denied,
): Ruling {
  const finding = 'DENY_LISTED';
  if (trustVersion >= version) return KNOWN_TO_GATE;
  if (gateTimeMs < atMs) {
    const rule = 'it was denied after the ride, which is paid';
    return { finding, liable: 'user', ...PAID, rule };
  }
  if (byUser) {
    const rule = 'its user had told of it, and the gate could not know';
    return { finding, liable: 'issuer', ...WAIVED, rule };
  }
  const rule = 'it was denied before the ride, which its user made and pays';
  return { finding, liable: 'user', ...PAID, rule };
}

/** A tap with a counter that came before. */
export interface CopyEvidence extends Pick<Evidence, 'gateTimeMs' | 'codeTimeMs'> {
  /** Whether the user's key signed the same statement, in whichever notation. */
  readonly isSameCode: boolean;
  /** Whether the same gate of the same operator had let it in. */
  readonly isSameGate: boolean;
  /** Whether a tap of the same operator with this counter came before, at whichever of its gates. */
  readonly isSameOperator: boolean;
}

/** Whose loss it is that a counter came again, from another tap. It debits no user: one fare is paid for one. */
export function judgeCopy(copy: CopyEvidence): Ruling {
  const loss = { isReported: true, isLost: true, waives: false };
  if (!copy.isSameCode) {
    const rule = 'two codes with one counter: the key is in two places, and its operator bears it';
    return { finding: 'CLONED_KEY', liable: 'issuer', ...loss, rule };
  }
  const finding = 'REPLAYED_CODE';
  if (copy.isSameGate) {
    const rule = 'one gate let one code pass twice';
    return { finding, liable: 'operator', ...loss, isReported: false, rule };
  }
  if (Math.abs(copy.gateTimeMs - copy.codeTimeMs) > OLD_CODE_MS) {
    return { finding, liable: 'operator', ...loss, rule: 'the gate let an old code pass' };
  }
  // Where a gate stands and when is its operator's word: it shall gain nothing by a code that it has seen.
  if (copy.isSameOperator) {
    return {
      finding,
      liable: 'operator',
      ...loss,
      rule: 'gates of one operator let one code pass',
    };
  }
  const rule = 'operators cannot know of each other: the operator of the wallet bears it';
  return { finding, liable: 'issuer', ...loss, rule };
}
