import type { Conversion, Money, PaymentMethod } from '@causeway/proto/common';
import type { Route } from '@causeway/proto/routing';
import type { Candidate } from './reach.ts';

/** What a choice among routes may depend on. */
export interface RouteQuestion {
  paymentId: string;
  issuerId: string;
  method: PaymentMethod;
  payeeAmount: Money;
  /** Undefined where both sides have the same currency. */
  conversion: Conversion | undefined;
  /** At least one; none of them is stopped. */
  candidates: readonly Candidate[];
}

/** The routes to try, best first, and the record of why, which is kept with the payment. */
export interface RouteChoice {
  /** Of the candidates; none where all were passed over. */
  routes: readonly Route[];
  /** Opaque to payments; undefined where there was nothing to choose. */
  decision: Uint8Array | undefined;
}

/** Chooses in memory, since every payment asks. */
export type ChooseRoutes = (question: RouteQuestion) => RouteChoice;

/** How many routes a plan holds. */
export const MAX_ROUTES = 3;

/** The candidates in the order of their ids. */
export const chooseById: ChooseRoutes = ({ candidates }) => ({
  routes: candidates
    .map(({ route }) => route)
    .sort((a, b) => (a.routeId < b.routeId ? -1 : 1))
    .slice(0, MAX_ROUTES),
  decision: undefined,
});
