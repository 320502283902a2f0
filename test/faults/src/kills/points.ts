import type { KindName } from '../traffic/kinds.ts';

/** A service of the switch that may be killed. */
export type Killed = 'routing' | 'wallet' | 'acquiring' | 'settlement' | 'fx';

/** A step boundary, as `failpoint('…')` names it in the code of a service. */
export interface Point {
  service: Killed;
  failpoint: string;
  /** What clients do that leads there. */
  kinds: readonly KindName[];
  /** Other failpoints that lead there, as CAUSEWAY_FAILPOINTS has them. */
  also?: string;
  /** What else the environment of the service holds until then. */
  env?: Readonly<Record<string, string>>;
  /** Its first pass is the one: it is passed at the start, or seldom. */
  first?: boolean;
}

const PAY = ['code'] as const;
const CANCEL = ['code_cancelled'] as const;
const REFUND = ['code_refunded'] as const;
const ORDER = ['order'] as const;
const AGREEMENT = ['agreement'] as const;
const RIDE = ['ride'] as const;

/**
 * The wallet operator charges and is never heard, until the payment's time is over, which must be enough
 * for the charge on a busy machine.
 */
const UNHEARD = {
  also: 'routing.charge.answered=error',
  env: { PAYMENT_TTL_SECONDS: '3' },
  first: true,
};
/** Doubt is soon over, since the partner never says anything. */
const SHORT_DOUBT = { env: { INQUIRY_SECONDS: '1', DOUBT_SECONDS: '1' }, first: true };
/** The partner's consent is not heard, and has to be asked for. */
const IN_DOUBT = {
  also: 'routing.partner_confirm.answered=error',
  env: { INQUIRY_SECONDS: '1' },
  first: true,
};
/** The acquirer's time to answer is over at once. */
const NO_TIME = { env: { DISPUTE_ANSWER_HOURS: '0' }, first: true };
const FIRST = { first: true };

type Row = readonly [failpoint: string, kinds: readonly KindName[], more?: Partial<Point>];

/** Every step boundary of the code, by the service in whose steps it is. */
const ROWS: Readonly<Record<Killed, readonly Row[]>> = {
  routing: [
    ['routing.intent.committed', PAY],
    ['routing.charge.sending', PAY],
    ['routing.charge.answered', PAY],
    ['routing.inquire.sending', PAY, UNHEARD],
    ['routing.inquire.answered', PAY, UNHEARD],
    ['routing.cancel.committed', CANCEL],
    ['routing.void.sending', CANCEL],
    ['routing.void.answered', CANCEL],
    ['routing.refund.committed', REFUND],
    ['routing.refund.sending', REFUND],
    ['routing.refund.answered', REFUND],
    ['routing.recovery.claimed', PAY, FIRST],
    ['routing.order.committed', ORDER],
    ['routing.consent.committed', ORDER],
    ['routing.hold.sending', ORDER],
    ['routing.hold.answered', ORDER],
    ['routing.take_over.sending', ORDER],
    ['routing.take_over.answered', ORDER],
    ['routing.partner_confirm.sending', ORDER],
    ['routing.partner_confirm.answered', ORDER],
    ['routing.partner_inquire.sending', ORDER, IN_DOUBT],
    ['routing.partner_inquire.answered', ORDER, IN_DOUBT],
    ['routing.capture.sending', ORDER],
    ['routing.capture.answered', ORDER],
    ['routing.partner_reverse.sending', ['order_cancelled']],
    ['routing.partner_reverse.answered', ['order_cancelled']],
    ['routing.partner_refund.sending', ['order_late'], SHORT_DOUBT],
    ['routing.partner_refund.answered', ['order_late'], SHORT_DOUBT],
    ['routing.reversal.given_back', ['order_late'], SHORT_DOUBT],
    ['routing.seal.due', ['partner'], FIRST],
    ['routing.seal.committed', ['partner'], FIRST],
    ['routing.cover.leased', ['cap'], FIRST],
    ['routing.cover.recorded', ['cap'], FIRST],
    ['routing.cover.returned', ['cap'], FIRST],
    ['events.claimed', PAY],
    ['events.published', PAY],
  ],
  wallet: [
    ['wallet.open.before_commit', ['wallet']],
    ['wallet.funds.before_commit', ['wallet']],
    ['wallet.funds.committed', ['wallet']],
    ['wallet.charge.wallets_locked', PAY],
    ['wallet.charge.before_commit', PAY],
    ['wallet.charge.committed', PAY],
    ['wallet.agreement.signed', AGREEMENT],
    ['wallet.agreement.changed', AGREEMENT],
    ['wallet.agreement.reported', AGREEMENT],
    ['wallet.transit.listed', RIDE],
    ['wallet.float.settlement.before_commit', ['float'], FIRST],
    ['wallet.float.settlement.committed', ['float'], FIRST],
    ['wallet.float.proof.before_commit', ['float'], FIRST],
  ],
  acquiring: [
    ['acquiring.merchant.committed', ['merchant']],
    ['acquiring.payment.before_routing', PAY],
    ['acquiring.payment.routed', PAY],
    ['acquiring.order.before_routing', ORDER],
    ['acquiring.order.routed', ORDER],
    ['acquiring.confirm.before_routing', ORDER],
    ['acquiring.confirm.routed', ORDER],
    ['acquiring.code.committed', ['merchant']],
    ['acquiring.agreement.offered', AGREEMENT],
    ['acquiring.agreement.reported', AGREEMENT],
    ['acquiring.agreement.revoked', AGREEMENT],
    ['acquiring.taps.before_commit', RIDE],
    ['acquiring.taps.committed', RIDE],
    ['acquiring.ride.charging', RIDE],
    ['acquiring.ride.charged', RIDE],
    ['acquiring.ride.given_back', RIDE, FIRST],
    ['acquiring.rides.sweeping', RIDE, FIRST],
    ['acquiring.misuse.reported', RIDE, FIRST],
    ['acquiring.loss.charged', RIDE, FIRST],
    ['acquiring.trust.publishing', RIDE, FIRST],
    ['acquiring.webhook.planned', PAY],
    ['acquiring.webhook.sent', PAY],
    ['acquiring.feed.before_commit', PAY],
    ['acquiring.feed.committed', PAY],
    ['events.handled', PAY],
  ],
  settlement: [
    ['settlement.booking.before_commit', PAY],
    ['settlement.booking.committed', PAY],
    ['events.handled', PAY],
    ['settlement.adjustment.committed', ['day'], FIRST],
    ['settlement.adjustment.reversed', ['day'], FIRST],
    ['settlement.dispute.opened', ['dispute'], FIRST],
    ['settlement.dispute.expired', ['dispute'], NO_TIME],
    ['settlement.dispute.stepped', ['dispute'], FIRST],
    ['settlement.dispute.given_back', ['dispute'], FIRST],
    ['settlement.dispute.decided', ['dispute'], FIRST],
    ['settlement.window.sealing', ['day'], FIRST],
    ['settlement.window.drawn_up', ['day'], FIRST],
    ['settlement.files.before_complete', ['day'], FIRST],
    ['settlement.window.files_made', ['day'], FIRST],
    ['settlement.cover.leasing', ['cap'], FIRST],
    ['settlement.cover.leased', ['cap'], FIRST],
    ['settlement.reconciliation.batch_kept', ['day'], FIRST],
    ['settlement.reconciliation.matched', ['day'], FIRST],
    ['settlement.reconciliation.resolved', ['day'], FIRST],
  ],
  fx: [
    ['fx.board.committed', PAY, FIRST],
    ['fx.exposure.committed', PAY, FIRST],
    ['fx.cover.begun', ['cover', 'code'], FIRST],
    ['fx.cover.answered', ['cover', 'code'], FIRST],
  ],
};

/** Every step boundary of every service. */
export const POINTS: readonly Point[] = Object.entries(ROWS).flatMap(([service, rows]) =>
  rows.map(([failpoint, kinds, more = {}]) => ({
    ...{ service: service as Killed, failpoint, kinds },
    ...more,
  })),
);
