import { DeclineReason } from '@causeway/proto/common';
import { balanceOf, charge, requestId, showCode } from '../actors.ts';
import { inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { placeIn, type Scenario } from '../stage.ts';

const TEA_CNY_MINOR = 24_00n;
const TTL_SECONDS = 1;
const PAST_ITS_END_MS = 1_400;

/** A code lives about a minute; this one was made for a second. */
export const expiredCode: Scenario = {
  name: 'expired-code',
  title: 'A code whose time has passed',
  async play(stage) {
    const { payer } = stage;
    const before = await balanceOf(payer);
    const { paymentCode, expireTime } = await showCode(payer, TTL_SECONDS);
    stage.screen.step(
      'payer',
      'shows a code that lives one second',
      `until ${say.timeOfDay(expireTime)}`,
    );
    await stage.runtime.timers.sleep(PAST_ITS_END_MS);
    const { payment } = await charge(stage, {
      place: placeIn(stage, 'Shenzhen'),
      paymentRequestId: requestId(stage, 'expired code'),
      paymentCode,
      payeeAmount: { currencyCode: 'CNY', amountMinor: TEA_CNY_MINOR },
    });
    stage.screen.step('acquirer', 'charges it after that', say.state(payment));
    return [
      inState('the payment is declined', 'DECLINED', payment),
      same('because the code had expired', 'CODE_EXPIRED', DeclineReason[payment.declineReason]),
      same('nothing was taken', before, await balanceOf(payer)),
    ];
  },
};
