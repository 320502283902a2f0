import { AgreementState } from '@causeway/proto/acquiring';
import { DeclineReason, type Payment, PaymentMethod } from '@causeway/proto/common';
import { AgreementPeriod } from '@causeway/proto/wallet';
import type { Place } from '../../places.ts';
import { balanceOf, refund, remember, requestId } from '../actors.ts';
import { amountChecks, firstRefundCheck, minor } from '../arithmetic.ts';
import { type Check, inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { placeNamed, type Scenario, type Stage } from '../stage.ts';

const CHARGE_CAP_HKD = 150_00n;
const DAY_CAP_HKD = 300_00n;

const FIRST_FARE_MYR = 24_60n;
const TOLL_MYR = 3_10n;
const SECOND_FARE_MYR = 31_75n;
const TOO_MUCH_MYR = 6_25n;
/** About HKD 340: more than the payer agreed to for one charge. */
const TOO_FAR_MYR = 180_00n;

/**
 * Signed once, charged after each ride. What the fare turns out to be afterwards is another charge
 * or a part given back; what was never agreed to is declined.
 */
export const rideHailing: Scenario = {
  name: 'ride-hailing',
  title: 'Ride hailing in Kuala Lumpur: an agreement, and fares that change after the ride',
  async play(stage) {
    const { payer } = stage;
    const place = placeNamed(stage, 'Gagah Rides');
    const before = await balanceOf(payer);
    const agreementId = await signUp(stage, place);
    const ride = await chargeRide(stage, place, agreementId, 'first ride', FIRST_FARE_MYR);
    const toll = await chargeRide(stage, place, agreementId, 'toll of it', TOLL_MYR);
    const second = await chargeRide(stage, place, agreementId, 'second ride', SECOND_FARE_MYR);
    const back = await refund(stage, second, 'detour', TOO_MUCH_MYR);
    const spent =
      [ride, toll, second].reduce((sum, { payerAmount }) => sum + minor(payerAmount), 0n) -
      minor(back.payerAmount);
    const tooFar = await chargeRide(stage, place, agreementId, 'long ride', TOO_FAR_MYR);
    return [
      ...[ride, toll, second].flatMap(rideChecks),
      firstRefundCheck(second, back),
      same('the rides cost exactly that', before - spent, await balanceOf(payer)),
      inState('a fare above the cap is declined', 'DECLINED', tooFar),
      same('because of the cap', 'LIMIT_AGREEMENT_CHARGE', DeclineReason[tooFar.declineReason]),
    ];
  },
};

/** The acquirer offers, the payer signs with caps of their own. Answers the agreement's id. */
async function signUp(stage: Stage, place: Place): Promise<string> {
  const { wallets, walletId } = stage.payer;
  const { agreement: offer, link } = await stage.callers
    .as(place.partnerId)
    .agreements.createAgreement({
      requestId: requestId(stage, 'rides'),
      merchantId: place.merchantId,
      description: 'Fares of your rides',
      ttlSeconds: 0,
    });
  stage.screen.step('acquirer', `${place.partnerId} offers an agreement for ${place.displayName}`);
  stage.screen.detail([link]);
  const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });
  const { agreement } = await wallets.signAgreement({
    walletId,
    payload: link,
    chargeCap: hkd(CHARGE_CAP_HKD),
    periodCap: hkd(DAY_CAP_HKD),
    period: AgreementPeriod.DAY,
  });
  stage.screen.step(
    'payer',
    `signs it: at most ${say.money(agreement?.chargeCap)} a ride, ${say.money(agreement?.periodCap)} a day`,
    AgreementState[agreement?.state ?? 0],
  );
  return offer?.agreementId ?? '';
}

async function chargeRide(
  stage: Stage,
  place: Place,
  agreementId: string,
  name: string,
  amountMinor: bigint,
): Promise<Payment> {
  const { payment } = await stage.callers.as(place.partnerId).payments.createPayment({
    paymentRequestId: requestId(stage, name),
    paymentCode: '',
    merchantId: place.merchantId,
    storeId: place.storeId,
    terminalId: '',
    payeeAmount: { currencyCode: place.currencyCode, amountMinor },
    orderDescription: name,
    agreementId,
  });
  const charged = remember(stage, place, payment);
  stage.screen.step(
    'acquirer',
    `charges the ${name}, ${say.money(charged.payeeAmount)}: ${say.state(charged)}`,
    say.money(charged.payerAmount),
  );
  return charged;
}

function rideChecks(payment: Payment): Check[] {
  return [
    inState('a charge under the agreement succeeded', 'SUCCEEDED', payment),
    same('by agreement', 'AGREEMENT', PaymentMethod[payment.method]),
    ...amountChecks(payment),
  ];
}
