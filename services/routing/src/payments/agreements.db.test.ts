import { DeclineReason, PaymentMethod } from '@causeway/proto/common';
import type { CreatePaymentRequest } from '@causeway/proto/routing';
import { ChargeState } from '@causeway/proto/wallet';
import { hostNowMs } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { JPY_1280, openWorld, SHOP, WALLET_ID } from '../testing/world.fixture.ts';
import { createPayment } from './create.ts';
import { viewOf } from './view.ts';

const { db } = await testDatabase(migrations);
const world = await openWorld(db);
const soon = () => hostNowMs() + 10_000;

const AGREEMENT_ID = '8f0c6f0e-0000-8000-8000-00000000a9ee';

function chargeUnder(agreementId: string, paymentRequestId: string): CreatePaymentRequest {
  return {
    ...{ partnerId: 'sakura', paymentRequestId, paymentCode: '', payeeAmount: JPY_1280 },
    ...{ merchantId: 'shop', storeId: '', terminalId: '', orderDescription: 'a ride' },
    ...{ merchant: SHOP, agreement: { issuerId: 'harbour-wallet', agreementId } },
  };
}

test('a charge under an agreement names it to the issuer, and to its acquirer', async () => {
  const payers: unknown[] = [];
  const { charge } = world.issuer.client;
  Object.assign(world.issuer.client, {
    charge: (request: Parameters<typeof charge>[0]) => {
      payers.push(request.payer?.reference);
      return charge(request);
    },
  });
  const request = chargeUnder(AGREEMENT_ID, 'ride-1');
  const { payment } = await createPayment(world, request, soon());
  expect(payers).toEqual([{ $case: 'agreementId', value: AGREEMENT_ID }]);
  expect(world.issuer.charges.get(payment.paymentId)?.state).toBe(ChargeState.CAPTURED);
  const view = viewOf(payment);
  expect(view).toMatchObject({ method: PaymentMethod.AGREEMENT, agreementId: AGREEMENT_ID });
  // Refunds go to the wallet that the issuer named.
  expect(payment).toMatchObject({ state: 'SUCCEEDED', walletId: WALLET_ID });

  expect(await createPayment(world, request, soon())).toMatchObject({ replay: true });
  const other = chargeUnder(WALLET_ID, 'ride-1');
  await expect(createPayment(world, other, soon())).rejects.toMatchObject({
    reason: 'IDEMPOTENCY_KEY_REUSED',
  });
});

test('an agreement at a wallet operator that is not known is declined', async () => {
  const agreement = { issuerId: 'nobody', agreementId: AGREEMENT_ID };
  const request = { ...chargeUnder(AGREEMENT_ID, 'ride-2'), agreement };
  const { payment } = await createPayment(world, request, soon());
  expect(payment).toMatchObject({
    state: 'DECLINED',
    declineReason: DeclineReason.ISSUER_UNKNOWN,
  });
});
