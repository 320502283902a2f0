import { OrderPresentation } from '@causeway/proto/acquiring';
import { balanceOf, refund } from '../actors.ts';
import { minor } from '../arithmetic.ts';
import { same } from '../checks.ts';
import { type Confirmed, confirmedChecks, openOrder, scanAndPay } from '../scanning.ts';
import { placeNamed, type Scenario, type Stage } from '../stage.ts';

const MORNING_TRAIN_JPY = 13_320n;
const EVENING_TRAIN_JPY = 14_720n;

/** Another train, another price: the first ticket is given back whole, the second paid anew. */
export const trainTickets: Scenario = {
  name: 'train-tickets',
  title: 'Train tickets in Japan: rebooked to a later train',
  async play(stage) {
    const { payer } = stage;
    const before = await balanceOf(payer);
    const morning = await buy(stage, 'morning', MORNING_TRAIN_JPY);
    const back = await refund(stage, morning.payment, 'rebooking', MORNING_TRAIN_JPY);
    const restored = await balanceOf(payer);
    const evening = await buy(stage, 'evening', EVENING_TRAIN_JPY);
    const spent = minor(evening.payment.payerAmount);
    return [
      ...confirmedChecks(morning, MORNING_TRAIN_JPY),
      same(
        'the first ticket comes back to the cent, whatever the rate is now',
        minor(morning.payment.payerAmount),
        minor(back.payerAmount),
      ),
      same('the balance is what it was', before, restored),
      ...confirmedChecks(evening, EVENING_TRAIN_JPY),
      same('in the end only the second was paid', before - spent, await balanceOf(payer)),
    ];
  },
};

async function buy(stage: Stage, train: string, amountMinor: bigint): Promise<Confirmed> {
  const place = placeNamed(stage, 'Hoshi Rail');
  const order = await openOrder(stage, place, {
    name: `train ${train}`,
    amountMinor,
    description: `a seat in the ${train} train`,
    presentation: OrderPresentation.LINK,
  });
  return scanAndPay(stage, stage.payer, order.link, place.city);
}
