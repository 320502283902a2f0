import { ConfirmationState } from '@causeway/proto/connector';
import { quietRuntime } from '@causeway/runtime/testing';
import { expect, test } from 'vitest';
import { confirmedPayment } from '../payments/testing.ts';
import { MemoryStore } from '../testing/memory-store.fixture.ts';
import { FakePartner } from '../testing/partner.fixture.ts';
import { routeTo, WALLET_ID, worldOver } from '../testing/world.fixture.ts';

const ROUTE = routeTo('sakura-jp', { connectorAddress: 'partner:1' });

async function onItsWay() {
  const runtime = quietRuntime('routing');
  const partner = new FakePartner();
  const addresses: string[] = [];
  const clientAt = (address: string) => {
    addresses.push(address);
    return partner.client;
  };
  const route = { ...ROUTE };
  const options = { routes: [route], runtime, clientAt };
  const { partners } = await worldOver(new MemoryStore(), options);
  const payment = confirmedPayment([ROUTE], runtime.clock.now(), WALLET_ID);
  return { runtime, partner, partners, payment, route, addresses };
}

test.each([
  ['where its partner is now', 'partner:2', 'partner:2'],
  ['where it was, once the directory names no place', '', 'partner:1'],
])('a payment on its way is asked after %s', async (_what, connectorAddress, asked) => {
  const { partners, payment, route, addresses } = await onItsWay();
  route.connectorAddress = connectorAddress;
  await partners.inquire(payment);
  expect(addresses).toEqual([asked]);
});

test('a partner that confirmed and refuses to be reversed has undone nothing: one incident', async () => {
  const { runtime, partner, partners, payment } = await onItsWay();
  const { paymentId, journey } = payment;
  partner.confirmations.set(paymentId, {
    ...{ paymentId, partnerReference: '', refusalCode: 'NO' },
    state: ConfirmationState.REFUSED,
  });
  expect(await partners.reverse(payment)).toEqual({ kind: 'reversed' });
  const confirmed = { ...payment, journey: journey && { ...journey, confirmed: true } };
  expect(await partners.reverse(confirmed)).toBeUndefined();
  expect(await partners.reverse(confirmed)).toBeUndefined();
  const kinds = runtime.logged.flatMap(({ level, fields }) =>
    level === 'error' ? fields.kind : [],
  );
  expect(kinds).toEqual(['reversal_refused']);
});
