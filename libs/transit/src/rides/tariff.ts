/** Where a fare comes from. All amounts are minor units of the tariff's currency. */
export type Fare =
  | { readonly kind: 'flat'; readonly fareMinor: bigint }
  | {
      readonly kind: 'way';
      readonly table: FareTable;
      /** What a ride costs whose entry or exit is missing, or whose pair the table does not have. */
      readonly maximumMinor: bigint;
      /** An exit later than this belongs to no entry. */
      readonly longestRideSeconds: number;
    }
  | {
      readonly kind: 'amount';
      /** The most that one ride may cost, whatever the gate says. */
      readonly mostMinor: bigint;
    };

/** What it costs from stop to stop. */
export interface FareTable {
  /** Whether a fare holds in both directions. */
  readonly isSymmetric: boolean;
  readonly fares: readonly {
    readonly from: string;
    readonly to: string;
    readonly fareMinor: bigint;
  }[];
}

/** Less to pay for whoever changes: an example of a rule across operators. */
export interface TransferRule {
  /** Tariffs to change from, which may be other operators'. */
  readonly fromTariffs: readonly string[];
  /** From the end of the ride before to the beginning of this one, at most. */
  readonly withinSeconds: number;
  /** Taken off this ride's fare, but never more than the fare. */
  readonly discountMinor: bigint;
}

/** What an operator charges on some of its routes. */
export interface Tariff {
  readonly tariffId: string;
  readonly operatorId: string;
  /** The routes that it is for; all of the operator's if empty. Entry and exit may differ in route. */
  readonly routes: readonly string[];
  readonly currencyCode: string;
  readonly fare: Fare;
  readonly transfer?: TransferRule | undefined;
}

/** The tariff of an operator's route: one that names the route before one for all routes. */
export function tariffOf(
  tariffs: readonly Tariff[],
  operatorId: string,
  routeId: string,
): Tariff | undefined {
  const own = tariffs.filter((tariff) => tariff.operatorId === operatorId);
  return (
    own.find(({ routes }) => routes.includes(routeId)) ??
    own.find(({ routes }) => routes.length === 0)
  );
}

/** The fare from stop to stop; undefined where the table does not have the pair. */
export function wayFare(table: FareTable, from: string, to: string): bigint | undefined {
  const found = table.fares.find(
    (fare) =>
      (fare.from === from && fare.to === to) ||
      (table.isSymmetric && fare.from === to && fare.to === from),
  );
  return found?.fareMinor;
}

/**
 * The most that a ride may come to which begins with a tap here: what a gate holds against the
 * grant's caps before it opens.
 */
export function mostOf({ fare }: Tariff): bigint {
  if (fare.kind === 'flat') return fare.fareMinor;
  return fare.kind === 'way' ? fare.maximumMinor : fare.mostMinor;
}
