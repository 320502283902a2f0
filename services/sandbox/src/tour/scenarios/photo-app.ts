import { OrderPresentation } from '@causeway/proto/acquiring';
import { PaymentMethod } from '@causeway/proto/common';
import { same } from '../checks.ts';
import { confirmedChecks, openOrder, scanAndPay } from '../scanning.ts';
import { placeNamed, type Scenario } from '../stage.ts';

const FILTERS_KRW = 4_900n;

/** A purchase inside an app: the order's link opens the wallet, which shows the price and pays. */
export const photoApp: Scenario = {
  name: 'photo-app',
  title: 'Photo app in Seoul: an in-app purchase by a link',
  async play(stage) {
    const { payer } = stage;
    const place = placeNamed(stage, 'Pixie Photo App');
    const order = await openOrder(stage, place, {
      name: 'photo app',
      amountMinor: FILTERS_KRW,
      description: 'a pack of filters',
      presentation: OrderPresentation.LINK,
    });
    stage.screen.detail([order.link]);
    const paid = await scanAndPay(stage, payer, order.link, place.city);
    return [
      ...confirmedChecks(paid, FILTERS_KRW),
      same(
        'it is the payment that the order made',
        order.payment.paymentId,
        paid.payment.paymentId,
      ),
      same('paid at the cashier', 'CASHIER', PaymentMethod[paid.payment.method]),
    ];
  },
};
