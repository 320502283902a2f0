import { DeclineReason } from '@causeway/proto/common';
import { balanceOf, charge, openPayer, pay, topUp } from '../actors.ts';
import { inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { placeIn, type Scenario } from '../stage.ts';

const OPENING_MINOR = 20_00n;
const TOP_UP_MINOR = 1_000_00n;
const BOOKS_KRW = 38_000n;

/** A decline is durable: money that arrives later does not turn the same request into a payment. */
export const insufficientFunds: Scenario = {
  name: 'insufficient-funds',
  title: 'Too little money: declined, and declined for ever',
  async play(stage) {
    const payer = await openPayer(stage, 'Short of funds', 'unverified', OPENING_MINOR);
    const before = await balanceOf(payer);
    const place = placeIn(stage, 'Seoul');
    const { payment, sent } = await pay(stage, payer, place, 'insufficient', BOOKS_KRW);
    const after = await balanceOf(payer);
    stage.screen.step(
      'acquirer',
      `asks for ${say.money(sent.payeeAmount)} of HKD 20.00`,
      say.state(payment),
    );
    await topUp(stage, payer, 'later', TOP_UP_MINOR);
    const { payment: again } = await charge(stage, sent);
    stage.screen.step(
      'acquirer',
      'sends the same after a top-up of HKD 1,000.00',
      say.state(again),
    );
    return [
      inState('the payment is declined', 'DECLINED', payment),
      same('for want of funds', 'INSUFFICIENT_FUNDS', DeclineReason[payment.declineReason]),
      same('nothing was taken', before, after),
      inState('the same request is declined after the top-up, too', 'DECLINED', again),
      same('as the same payment', payment.paymentId, again.paymentId),
      same('the top-up is all there', before + TOP_UP_MINOR, await balanceOf(payer)),
    ];
  },
};
