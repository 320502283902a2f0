import { OrderPresentation } from '@causeway/proto/acquiring';
import { PaymentMethod } from '@causeway/proto/common';
import { SECOND_ISSUER } from '../../world/issuers.ts';
import { openPayer } from '../actors.ts';
import { holds, same } from '../checks.ts';
import { confirmedChecks, openOrder, scanAndPay } from '../scanning.ts';
import { placeNamed, type Scenario } from '../stage.ts';

const OPENING_MINOR = 2_000_00n;
const SHOES_SGD = 119_90n;

/**
 * The till shows a code for this one purchase. The payer's wallet is of the other operator, the
 * merchant's partner is asked before the money moves.
 */
export const shoppingMall: Scenario = {
  name: 'shopping-mall',
  title: 'Shopping mall in Singapore: the till shows a code, a Peak wallet scans it',
  async play(stage) {
    const shopper = await openPayer(
      stage,
      'Mall shopper',
      'intermediate',
      OPENING_MINOR,
      SECOND_ISSUER.id,
    );
    const place = placeNamed(stage, 'Vanda Mall');
    const order = await openOrder(stage, place, {
      name: 'shopping mall',
      amountMinor: SHOES_SGD,
      description: 'a pair of shoes',
      presentation: OrderPresentation.CODE,
    });
    stage.screen.detail([order.qrPayload]);
    const paid = await scanAndPay(stage, shopper, order.qrPayload, place.city);
    const { payment } = paid;
    return [
      ...confirmedChecks(paid, SHOES_SGD),
      same(
        'paid by the code that the merchant shows',
        'MERCHANT_QR',
        PaymentMethod[payment.method],
      ),
      same('by the second operator', SECOND_ISSUER.id, payment.issuerId),
      holds('the partner confirmed it', payment.partnerReference !== '', payment.partnerReference),
    ];
  },
};
