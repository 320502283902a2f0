import { PaymentMethod } from '@causeway/proto/common';
import { same } from '../checks.ts';
import * as say from '../say.ts';
import { confirmedChecks, scanAndPay } from '../scanning.ts';
import type { Scenario } from '../stage.ts';

/** As it hangs at a stall: PromptPay's application, a number of its own, baht, no amount, no name. */
const PROMPTPAY_CODE = '00020101021129370016A0000006770101110113006681234567853037645802TH6304823E';
const NOODLES = { currencyCode: 'THB', amountMinor: 65_00n };

/** A stall that nobody signed for the switch is reached over its country's scheme. */
export const foodCourt: Scenario = {
  name: 'food-court',
  title: 'Food court in Bangkok: a PromptPay code that the switch never issued',
  async play(stage) {
    stage.screen.step('payer', 'keys in what the noodles cost', say.money(NOODLES));
    const paid = await scanAndPay(stage, stage.payer, PROMPTPAY_CODE, 'Bangkok', NOODLES);
    const { payment } = paid;
    return [
      ...confirmedChecks(paid, NOODLES.amountMinor),
      same(
        'paid by the code that the merchant shows',
        'MERCHANT_QR',
        PaymentMethod[payment.method],
      ),
      same('over the partner who reaches PromptPay', 'siam', payment.partnerId),
      same('who confirmed it', false, payment.partnerReference === ''),
    ];
  },
};
