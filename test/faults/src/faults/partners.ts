import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import {
  confirmed,
  finalPayment,
  insist,
  minor,
  openOrder,
  openPayer,
  type Shop,
  same,
  scan,
  seededShop,
  type World,
} from '../../../support/index.ts';

/** The partner whose order references say how it shall behave. */
const PARTNER = 'merlion';
const AMOUNT_MINOR = 45_20n;

/** Routing gives partners little time. A minute of doubt, as it is by default, would make each take one. */
export const SHORT_DOUBT = {
  CONNECTOR_TIMEOUT_MS: '800',
  INQUIRY_SECONDS: '1',
  DOUBT_SECONDS: '3',
};

/** A shop of a partner that misbehaves when it is told to, once routing has its short doubt. */
export async function shopInDoubt(world: World): Promise<Shop> {
  const shop = await insist(() => seededShop(world, PARTNER));
  // A first call to a partner opens its connection, which may take a busy machine too long.
  await payUnder(world, shop, 'TRY-SLOW', 'SUCCEEDED');
  return shop;
}

/**
 * Pays an order whose reference tells the partner how to behave, and throws unless payer, acquirer and
 * wallet know the same in the end. What the partner itself knows is for the judge.
 *
 * @param expected a state, or the reason of a decline
 */
export async function payUnder(
  world: World,
  shop: Shop,
  reference: string,
  expected: string,
): Promise<Payment> {
  const payer = await insist(() => openPayer(world));
  const opening = await payer.balance();
  const order = await insist(() => openOrder(world, shop, AMOUNT_MINOR, { name: reference }));
  const shown = await insist(() => scan(payer, order.link));
  const seen = await confirmed(payer, shown);
  const payment = await finalPayment(shop, seen.paymentId);
  const of = `${payment.paymentId} under ${reference}`;
  same([outcomeOf(seen), outcomeOf(payment)], [expected, expected], of);
  const taken = payment.state === PaymentState.SUCCEEDED ? minor(payment.payerAmount) : 0n;
  same(await payer.balance(), opening - taken, `the payer's balance after ${of}`);
  same(await payer.held(), 0n, `what is held after ${of}`);
  return payment;
}

/** The kinds of incidents that routing has raised for a payment. */
export function incidentsOf({ stack }: World, paymentId: string): string[] {
  const lines = readFileSync(join(stack.state, 'logs', 'routing.log'), 'utf8').split('\n');
  return lines
    .filter((line) => line.includes('an incident') && line.includes(paymentId))
    .map((line) => (JSON.parse(line) as { kind: string }).kind);
}

function outcomeOf({ state, declineReason }: Payment): string {
  return state === PaymentState.DECLINED ? DeclineReason[declineReason] : PaymentState[state];
}
