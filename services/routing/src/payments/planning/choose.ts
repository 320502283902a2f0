import type { Conversion, DeclineReason, Money, PaymentMethod } from '@causeway/proto/common';
import type { Route } from '@causeway/proto/routing';
import type { Candidate, Reach } from './reach.ts';

/** What a choice among routes may depend on. */
export interface RouteQuestion extends Pick<Reach, 'stopped'> {
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
  /** Of the candidates, at most three; none where all were passed over. */
  routes: readonly Route[];
  /** Why there is none; unspecified where there is one. */
  decline: DeclineReason;
  /** Opaque to payments; undefined where there was nothing to choose. */
  decision: Uint8Array | undefined;
}

/** Chooses in memory, since every payment asks; it waits only where the directory has changed. */
export type ChooseRoutes = (question: RouteQuestion) => Promise<RouteChoice>;
