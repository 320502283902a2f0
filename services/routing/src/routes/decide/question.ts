import type { Money, PaymentMethod } from '@causeway/proto/common';
import type { Policy, RouteScore } from '@causeway/proto/routing';
import type { RouteIndex } from './route-index.ts';

/** One way to name a merchant's end. */
export interface Target {
  /** The acquirer that signed the merchant; empty where a scheme leads to it. */
  partnerId: string;
  /** The scheme in the scanned code: every route that serves it leads to the merchant. */
  schemeId: string;
  /** ISO 3166-1 alpha-2 code of the merchant's country. */
  countryCode: string;
}

/** What the payment was priced at: decimal strings, payee major units per payer major unit. */
export interface Price {
  /** UUID; empty where no board was honoured. */
  rateBoardId: string;
  rate: string;
  midRate: string;
}

/** A payment, as far as the choice of its route depends on it. */
export interface Question {
  paymentId: string;
  issuerId: string;
  method: PaymentMethod;
  payeeAmount: Money;
  /** ISO 18245 merchant category code; empty where none is known. */
  categoryCode: string;
  /** Where the money may go. */
  targets: readonly Target[];
  /** Undefined where nothing is converted. */
  price: Price | undefined;
}

/** Everything that a choice is a function of. */
export interface DecisionInputs {
  question: Question;
  policy: Policy;
  routes: RouteIndex;
  /** By route id; a route that nothing is known of is not in it. */
  scores: ReadonlyMap<string, RouteScore>;
  /** The ids of routes that operators have stopped. */
  stopped: ReadonlySet<string>;
}
