import { openGate, show, trustIn, uploadFrom } from '@causeway/callers/transit/gates';
import { type GrantedPhone, grantedPhone } from '@causeway/callers/transit/phones';
import { RideState, TapResult } from '@causeway/proto/acquiring';
import { type Payment, PaymentMethod } from '@causeway/proto/common';
import type { Gate, GateRide, Scene, TrustBundle } from '@causeway/transit';
import { TRANSIT_OPERATORS } from '../../world/transit.ts';
import { balanceOf, remember, requestId } from '../actors.ts';
import { amountChecks, minor } from '../arithmetic.ts';
import { type Check, inState, same } from '../checks.ts';
import * as say from '../say.ts';
import type { Scenario, Stage } from '../stage.ts';

/** What is shown at a gate, and what the ride then costs. */
interface Leg {
  operatorId: string;
  scene: Scene;
  /** One tap, or entry and exit, each at a gate of its own. */
  taps: readonly GateRide[];
  fareMinor: bigint;
}

const flat = (routeId: string, currencyCode: string, fareMinor: bigint): GateRide => ({
  ...{ kind: 'flat', routeId, currencyCode, fareMinor },
});
const entry = (routeId: string, stopId: string, currencyCode: string, most: bigint): GateRide => ({
  ...{ kind: 'entry', routeId, stopId, currencyCode, fareMinor: most },
});
const exit = (routeId: string, stopId: string, currencyCode: string): GateRide => ({
  ...{ kind: 'exit', routeId, stopId, currencyCode, fareMinor: 0n },
});

/** A day of one rider, in the order of the taps. */
const DAY: readonly Leg[] = [
  {
    ...{ operatorId: 'mongkok-minibus', scene: 'minibus', fareMinor: 8_40n },
    taps: [flat('mk-16', 'HKD', 8_40n)],
  },
  {
    ...{ operatorId: 'lion-rock-metro', scene: 'metro', fareMinor: 11_00n },
    taps: [entry('jade', 'po-lam', 'HKD', 21_50n), exit('jade', 'jordan', 'HKD')],
  },
  {
    ...{ operatorId: 'red-taxi', scene: 'taxi', fareMinor: 63_50n },
    taps: [{ kind: 'amount', routeId: 'urban', currencyCode: 'HKD', fareMinor: 63_50n }],
  },
  {
    ...{ operatorId: 'pengcheng-metro', scene: 'metro', fareMinor: 6_00n },
    taps: [entry('luobao', 'luohu', 'CNY', 12_00n), exit('luobao', 'window', 'CNY')],
  },
  {
    ...{ operatorId: 'lotus-bus', scene: 'bus', fareMinor: 6_00n },
    taps: [flat('mo-25', 'MOP', 6_00n)],
  },
];

/** Neither phone nor gate has a network from the grant on until the gates upload. */
export const transit: Scenario = {
  name: 'transit',
  title: 'Minibus, metro, taxi, Shenzhen and Macau: neither phone nor gate has a network',
  async play(stage) {
    const { payer, runtime } = stage;
    const phone = await grantedPhone(payer, {
      requestId: requestId(stage, 'grant'),
      clock: runtime.clock,
    });
    const { grant } = phone;
    stage.screen.step(
      'payer',
      `is granted rides up to ${say.money(grant.rideCap)}, ${say.money(grant.totalCap)} in all`,
      `${grant.maxCodes} codes`,
    );
    const before = await balanceOf(payer);
    const checks: Check[] = [];
    let paidMinor = 0n;
    for (const leg of DAY) {
      const payment = await ride(stage, phone, leg);
      paidMinor += minor(payment.payerAmount);
      checks.push(
        inState(`the ride with ${leg.operatorId} is paid`, 'SUCCEEDED', payment),
        same('by a tap', 'TRANSIT', PaymentMethod[payment.method]),
        same('the fare', leg.fareMinor, minor(payment.payeeAmount)),
        ...amountChecks(payment),
      );
    }
    checks.push(...(await copied(stage, phone)));
    const [first] = DAY;
    paidMinor += first?.fareMinor ?? 0n;
    checks.push(same('the rides cost exactly that', before - (await balanceOf(payer)), paidMinor));
    return checks;
  },
};

/** Taps without a network, uploads, and answers the ride's payment. */
async function ride(stage: Stage, phone: GrantedPhone, leg: Leg): Promise<Payment> {
  const trust = await trustOf(stage, leg);
  let paymentId = '';
  for (const [at, tap] of leg.taps.entries()) {
    const gate = await gateOf(stage, leg, trust, `${at + 1}`);
    const answer = await show(gate, await phone.text(), tap);
    stage.screen.step('gate', `${leg.operatorId}, ${tap.kind}: ${answer.outcome}`, answer.reason);
    const [uploaded] = await uploadFrom(stage.callers.as(leg.operatorId), gate);
    const rideState = RideState[uploaded?.rideState ?? 0];
    stage.screen.step('operator', `uploads the tap: the ride is ${rideState}`);
    paymentId = uploaded?.paymentId ?? '';
  }
  const key = { $case: 'paymentId', value: paymentId } as const;
  const { payment } = await stage.callers.as(leg.operatorId).payments.getPayment({ key });
  const city = TRANSIT_OPERATORS.find(({ id }) => id === leg.operatorId)?.city ?? '';
  return remember(stage, { partnerId: leg.operatorId, city }, payment);
}

/** One code at two gates that know nothing of each other: both open, one fare is paid. */
async function copied(stage: Stage, phone: GrantedPhone): Promise<Check[]> {
  const [leg] = DAY;
  const [tap] = leg?.taps ?? [];
  if (leg === undefined || tap === undefined) throw new Error('a day without a ride');
  const trust = await trustOf(stage, leg);
  const operator = stage.callers.as(leg.operatorId);
  const text = await phone.text();
  const gates = [await gateOf(stage, leg, trust, 'a'), await gateOf(stage, leg, trust, 'b')];
  const outcomes: string[] = [];
  const results: string[] = [];
  for (const gate of gates) outcomes.push((await show(gate, text, tap)).outcome);
  for (const gate of gates) {
    const [uploaded] = await uploadFrom(operator, gate);
    results.push(TapResult[uploaded?.result ?? 0] ?? '');
    const key = { $case: 'paymentId', value: uploaded?.paymentId ?? '' } as const;
    const { payment } = await operator.payments.getPayment({ key });
    remember(stage, { partnerId: leg.operatorId, city: 'Hong Kong' }, payment);
  }
  stage.screen.step('operator', `uploads one code from two gates: ${results.join(', ')}`);
  return [
    same('two gates without a network both open', 'OK OK', outcomes.join(' ')),
    same('the copy is evidence and debits nobody', 'RECORDED EVIDENCE', results.join(' ')),
  ];
}

/** What a gate learns while it still has a network. */
function trustOf({ callers, payer, runtime }: Stage, { operatorId }: Leg): Promise<TrustBundle> {
  return trustIn(callers.as(operatorId), payer.issuerId, runtime);
}

/** A gate that nobody has used before. */
function gateOf(
  { runtime, run }: Stage,
  { operatorId, scene }: Leg,
  trust: TrustBundle,
  name: string,
): Promise<Gate> {
  const gateId = `tour-${run}-${name}`
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '.')
    .slice(0, 32);
  return openGate(runtime, { operatorId, gateId, scene, trust });
}
