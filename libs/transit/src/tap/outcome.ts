/** All that a gate may answer. Only OK opens. */
export const OUTCOMES = [
  'OK',
  'CODE_EXPIRED',
  'GRANT_EXPIRED',
  'QUOTA_EXCEEDED',
  'DUPLICATE',
  'DENIED',
  'UNSUPPORTED',
  'BAD_SIGNATURE',
] as const;

/** What a gate answers. */
export type Outcome = (typeof OUTCOMES)[number];

/** Why, and the one outcome that goes with each reason. */
export const OUTCOME_OF = {
  /** Everything holds, and the tap is on the disk. */
  ACCEPTED: 'OK',
  /** Not a code of this protocol and version, or not in the one form that it has. */
  MALFORMED: 'UNSUPPORTED',
  /** The trust bundle has no such issuer. */
  UNKNOWN_ISSUER: 'UNSUPPORTED',
  /** The issuer has no such key, as far as the trust bundle goes. */
  UNKNOWN_KEY: 'UNSUPPORTED',
  /** The grant is not for this kind of ride, or the code was made for another. */
  SCENE_REFUSED: 'UNSUPPORTED',
  /** The grant has no cap in the gate's currency. */
  CURRENCY_REFUSED: 'UNSUPPORTED',
  /** The issuer did not sign the grant. */
  GRANT_SIGNATURE: 'BAD_SIGNATURE',
  /** The holder of the grant's key did not sign the code. */
  CODE_SIGNATURE: 'BAD_SIGNATURE',
  GRANT_ENDED: 'GRANT_EXPIRED',
  GRANT_NOT_BEGUN: 'GRANT_EXPIRED',
  CODE_TOO_OLD: 'CODE_EXPIRED',
  CODE_FROM_THE_FUTURE: 'CODE_EXPIRED',
  /** The issuer's key is revoked, so whatever it signed may be forged. */
  KEY_REVOKED: 'DENIED',
  /** The issuer's key was not to be used when the grant began. */
  KEY_NOT_IN_USE: 'DENIED',
  /** The grant, its user key, its subject or its issuer is on the deny list. */
  DENY_LISTED: 'DENIED',
  /** The gate has not heard of its trust bundle for too long. */
  TRUST_TOO_OLD: 'DENIED',
  /** The tap could not be made durable, so that nothing would be owed. */
  NOT_PERSISTED: 'DENIED',
  /** The gate could not answer within its budget. */
  OUT_OF_TIME: 'DENIED',
  /** The gate itself has failed. */
  GATE_FAILED: 'DENIED',
  /** This very code was accepted here. */
  SAME_CODE: 'DUPLICATE',
  /** A later code of the same grant was accepted here. */
  EARLIER_CODE: 'DUPLICATE',
  /** The same person was let in moments ago. */
  SAME_USER: 'DUPLICATE',
  /** The counter is beyond the number of codes. */
  CODES_USED_UP: 'QUOTA_EXCEEDED',
  /** The ride may cost more than one ride may. */
  OVER_SINGLE_CAP: 'QUOTA_EXCEEDED',
  /** With what was ridden here before, it is more than all rides may cost. */
  OVER_TOTAL_CAP: 'QUOTA_EXCEEDED',
} as const satisfies Readonly<Record<string, Outcome>>;

/** Why a gate answered what it answered. */
export type Reason = keyof typeof OUTCOME_OF;
