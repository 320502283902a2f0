import { PaymentMethod } from '@causeway/proto/common';
import { requestId } from '../actors.ts';
import { same } from '../checks.ts';
import * as say from '../say.ts';
import { confirmedChecks, scanAndPay } from '../scanning.ts';
import { placeNamed, type Scenario } from '../stage.ts';

const FARE_MOP = 46_50n;

/** A code printed once and stuck to the seat; whoever scans it keys in the fare. */
export const taxi: Scenario = {
  name: 'taxi',
  title: 'Taxi in Macau: a printed code without an amount',
  async play(stage) {
    const place = placeNamed(stage, 'Estrela Taxi');
    const { merchantCode } = await stage.callers.as(place.partnerId).codes.createMerchantCode({
      requestId: requestId(stage, 'taxi'),
      merchantId: place.merchantId,
      storeId: place.storeId,
      terminalId: '',
      currencyCode: place.currencyCode,
      payeeAmount: undefined,
      askTip: false,
    });
    if (merchantCode === undefined) throw new Error('an answer without a code');
    const fare = { currencyCode: place.currencyCode, amountMinor: FARE_MOP };
    stage.screen.step('acquirer', `${place.partnerId} has made a code for ${place.displayName}`);
    stage.screen.detail([merchantCode.qrPayload]);
    stage.screen.step('payer', 'keys in the fare', say.money(fare));
    const { qrPayload } = merchantCode;
    const first = await scanAndPay(stage, stage.payer, qrPayload, place.city, fare);
    const second = await scanAndPay(stage, stage.payer, qrPayload, place.city, fare);
    return [
      ...confirmedChecks(first, FARE_MOP),
      same(
        'paid by the code that the merchant shows',
        'MERCHANT_QR',
        PaymentMethod[first.payment.method],
      ),
      ...confirmedChecks(second, FARE_MOP),
      same(
        'the same code is another payment the next time',
        false,
        first.payment.paymentId === second.payment.paymentId,
      ),
    ];
  },
};
