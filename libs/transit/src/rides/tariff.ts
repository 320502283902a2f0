/** Where a fare comes from. All amounts are minor units of the tariff's currency. */
export type FareRule =
  /** One amount; a gate may ask for less, as of children. */
  | { readonly kind: 'flat'; readonly fareMinor: bigint }
  /** By the way from entry to exit. */
  | {
      readonly kind: 'way';
      /** Each fare holds in both directions. */
      readonly fares: readonly WayFare[];
      /** What a ride costs whose entry or exit is missing, or whose pair the table does not have. */
      readonly maximumMinor: bigint;
      /** An exit later than this belongs to no entry. */
      readonly longestRideSeconds: number;
    }
  /** What the gate names, up to a most. */
  | { readonly kind: 'amount'; readonly mostMinor: bigint };

/** What it costs from stop to stop. */
export interface WayFare {
  readonly fromStopId: string;
  readonly toStopId: string;
  readonly fareMinor: bigint;
}

/** Less to pay for whoever changes: an example of a rule over several rides. */
export interface TransferRule {
  /** Lines of the same operator to change from; all of its others where it is empty. */
  readonly fromLineIds: readonly string[];
  /** From the end of the ride before to the beginning of this one, at most. */
  readonly withinSeconds: number;
  /** Taken off this ride's fare, of which the smallest payable amount stays. */
  readonly discountMinor: bigint;
}

/** What an operator charges on a line. */
export interface Tariff {
  readonly lineId: string;
  readonly fare: FareRule;
  readonly transfer: TransferRule | undefined;
  /** The smallest payable amount, of which all fares are multiples. */
  readonly stepMinor: bigint;
}
