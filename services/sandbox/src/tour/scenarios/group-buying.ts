import { OrderPresentation } from '@causeway/proto/acquiring';
import { balanceOf, refund } from '../actors.ts';
import { firstRefundCheck, minor } from '../arithmetic.ts';
import { same } from '../checks.ts';
import { confirmedChecks, openOrder, scanAndPay } from '../scanning.ts';
import { placeNamed, type Scenario } from '../stage.ts';

/** Three boxes of fruit at CNY 33.30; for one of them the group was too small. */
const THREE_BOXES_CNY = 99_90n;
const ONE_BOX_CNY = 33_30n;

/** One order for several things, of which one is not delivered: its part comes back. */
export const groupBuying: Scenario = {
  name: 'group-buying',
  title: 'Group buying in Shenzhen: a part comes back when one group stays too small',
  async play(stage) {
    const { payer } = stage;
    const place = placeNamed(stage, 'Many Hands Group Buy');
    const order = await openOrder(stage, place, {
      name: 'group buying',
      amountMinor: THREE_BOXES_CNY,
      description: 'three boxes of fruit',
      presentation: OrderPresentation.LINK,
    });
    const paid = await scanAndPay(stage, payer, order.link, place.city);
    const back = await refund(stage, paid.payment, 'one box', ONE_BOX_CNY);
    return [
      ...confirmedChecks(paid, THREE_BOXES_CNY),
      same('the merchant gives back one box', ONE_BOX_CNY, minor(back.payeeAmount)),
      firstRefundCheck(paid.payment, back),
      same('and the payer has it', paid.after + minor(back.payerAmount), await balanceOf(payer)),
    ];
  },
};
