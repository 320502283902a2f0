import type { Payment } from '@causeway/proto/common';
import { balanceOf, pay } from '../actors.ts';
import { amountChecks, minor } from '../arithmetic.ts';
import { type Check, inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { columns, heads } from '../screen.ts';
import { placeIn, type Scenario } from '../stage.ts';

/** What is bought where, in minor units of the city's currency. */
const PURCHASES: readonly (readonly [city: string, amountMinor: bigint])[] = [
  ['Tokyo', 3_400n],
  ['Bangkok', 185_00n],
  ['Seoul', 14_500n],
  ['Shenzhen', 68_00n],
  ['Singapore', 12_80n],
  ['Kuala Lumpur', 23_90n],
  ['Manila', 345_00n],
  ['Macau', 96_50n],
];

/** One wallet, eight cities: each is paid in its own currency, all from the same dollars. */
export const cities: Scenario = {
  name: 'cities',
  title: 'One wallet in every city abroad',
  async play(stage) {
    const { payer } = stage;
    const before = await balanceOf(payer);
    const paid: { city: string; shop: string; payment: Payment }[] = [];
    for (const [city, amountMinor] of PURCHASES) {
      const place = placeIn(stage, city);
      const { payment } = await pay(stage, payer, place, `city ${city}`, amountMinor);
      paid.push({ city, shop: place.displayName, payment });
    }
    const after = await balanceOf(payer);
    stage.screen.step('acquirer', `${paid.length} acquirers charge a code each`);
    stage.screen.detail(
      columns(
        [
          heads('city', 'merchant', 'charged', 'rate', 'markup', 'paid'),
          ...paid.map(({ city, shop, payment }) => [
            city,
            shop,
            say.money(payment.payeeAmount),
            payment.conversion?.rate ?? '–',
            say.percent(payment.conversion?.markupBps ?? 0),
            say.money(payment.payerAmount),
          ]),
        ],
        [2, 3, 4, 5],
      ),
    );
    const spent = paid.reduce((sum, { payment }) => sum + minor(payment.payerAmount), 0n);
    return [
      ...paid.flatMap(({ city, payment }) => cityChecks(city, payment)),
      same('the balance fell by exactly the sum of the payments', before - spent, after),
    ];
  },
};

/** One line a city when all is well, so that the timeline stays readable. */
function cityChecks(city: string, payment: Payment): Check[] {
  const checks = [
    inState(`${city}: the payment succeeded`, 'SUCCEEDED', payment),
    ...amountChecks(payment),
  ];
  const failed = checks.filter((check) => !check.ok);
  if (failed.length > 0) return failed;
  const [, recomputed] = checks;
  return [{ ...checks[0], ...recomputed, what: `${city}: ${recomputed?.what ?? ''}` } as Check];
}
