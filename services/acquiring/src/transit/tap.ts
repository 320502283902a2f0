import type {
  TransitFindingKind,
  TransitLiability,
  TransitTapKind,
} from '@causeway/proto/acquiring';

/** What names a grant; its lane is that of its id. */
export interface GrantRef {
  lane: number;
  issuerId: string;
  grantId: string;
}

/** A tap as a gate uploaded it, with what its code says. */
export interface TapRecord extends GrantRef {
  readonly counter: number;
  readonly partnerId: string;
  readonly gateId: string;
  readonly sequence: bigint;
  readonly kind: TransitTapKind;
  readonly lineId: string;
  readonly stopId: string;
  /** What the gate asked for, in minor units; 0 where the line's fares say it. */
  readonly fareMinor: bigint;
  readonly trustVersion: bigint;
  readonly gateTimeMs: number;
  /** By the phone's clock. */
  readonly codeTimeMs: number;
  /** Stands for the person; not the wallet. */
  readonly subject: string;
  readonly codeHash: Buffer;
  readonly code: Buffer;
  /** The ride that it belongs to; undefined while it belongs to none. */
  readonly paymentId: string | undefined;
}

/** One upload of a tap; the same gate, number and code is the same sighting. */
export type SightingRecord = GrantRef &
  Pick<TapRecord, 'counter' | 'partnerId' | 'gateId' | 'sequence' | 'gateTimeMs' | 'codeHash'>;

export type RideStateName = 'open' | 'due' | 'paid' | 'unpaid' | 'waived';

/** A ride. A change makes a new value. */
export interface RideRecord extends GrantRef {
  /** Follows from the first tap. */
  readonly paymentId: string;
  readonly firstCounter: number;
  readonly lastCounter: number | undefined;
  readonly partnerId: string;
  readonly lineId: string;
  readonly fromStopId: string;
  readonly toStopId: string;
  readonly startTimeMs: number;
  readonly endTimeMs: number | undefined;
  readonly state: RideStateName;
  readonly currencyCode: string;
  /** In minor units; undefined while it is open. */
  readonly fareMinor: bigint | undefined;
  /** How the fare was found, in words. */
  readonly fareBasis: string;
  /** What is to be given back since a late tap made the fare smaller. */
  readonly giveBackMinor: bigint | undefined;
  readonly subject: string;
  /** Why the wallet operator declined, by its number; 0 where it did not. */
  readonly declineReason: number;
  /** When it is to be looked at again; undefined where nothing is left to do. */
  readonly dueAtMs: number | undefined;
}

/** Something that was found wrong with a tap. */
export interface FindingRecord extends GrantRef {
  readonly findingId: string;
  readonly kind: TransitFindingKind;
  readonly liability: TransitLiability;
  /** What was lost, in minor units; undefined where nothing was. */
  readonly amountMinor: bigint | undefined;
  readonly currencyCode: string | undefined;
  readonly partnerId: string;
  /** The line whose merchant lost it. */
  readonly lineId: string;
  readonly gateId: string;
  readonly sequence: bigint;
  readonly counter: number;
  readonly paymentId: string | undefined;
  /** The rule that decided, in words. */
  readonly rule: string;
  /** Whether the wallet operator is to be told, so that it stops the grant. */
  readonly isReported: boolean;
}

/** What a wallet operator bears of a ride that its user must not pay. */
export interface LossRecord extends GrantRef {
  readonly findingId: string;
  /** Follows from the finding, so that it is paid once. */
  readonly paymentId: string;
  readonly counter: number;
  readonly partnerId: string;
  readonly lineId: string;
  /** In minor units, above zero. */
  readonly amountMinor: bigint;
  readonly currencyCode: string;
}

/** A grant on the deny list. */
export interface Denial {
  /** Its place in the list of all operators. */
  version: bigint;
  denyTimeMs: number;
  /** Whether its user asked for it, and pays for nothing that comes after. */
  byUser: boolean;
}
