/** Why a grant is on the deny list. */
export type DeniedReason =
  /** Its user asked for it. */
  | 'USER'
  /** Its wallet was frozen or closed. */
  | 'WALLET'
  /** A ride under it could not be paid. */
  | 'UNPAID'
  /** One of its codes passed several gates. */
  | 'REPLAYED_CODE'
  /** Its user's key is in two places. */
  | 'CLONED_KEY';

/** What a charge needs of a grant, and what it changes. A change makes a new value. */
export interface GrantUse {
  readonly lane: number;
  readonly grantId: string;
  readonly walletId: string;
  /** Amounts in minor units of the policy's currency. */
  readonly rideCapMinor: bigint;
  readonly totalCapMinor: bigint;
  readonly maxCodes: number;
  /** What rides used of the total. */
  readonly usedMinor: bigint;
  readonly rideCount: number;
  /** What rides left unpaid. */
  readonly lostMinor: bigint;
  /** When something was last lost or borne. */
  readonly lostAtMs: number | undefined;
  /** What the operator bears of rides under it itself: copies of codes, and what was left unpaid. */
  readonly borneMinor: bigint;
  readonly deniedReason: DeniedReason | undefined;
  readonly deniedAtMs: number | undefined;
}

/** A grant as it is kept. */
export interface GrantRecord extends GrantUse {
  readonly requestId: string;
  readonly keyId: string;
  /** The phone's public key, in the form of its algorithm. */
  readonly userKey: Uint8Array;
  /** The grant as it was signed. */
  readonly signedGrant: Uint8Array;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/** The grant on the deny list; one that is there already stays as it is. */
export function denied<Grant extends GrantUse>(
  grant: Grant,
  reason: DeniedReason,
  nowMs: number,
): Grant {
  if (grant.deniedReason !== undefined) return grant;
  return { ...grant, deniedReason: reason, deniedAtMs: nowMs };
}
