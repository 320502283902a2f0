import { balanceOf, charge, pay, statementOf } from '../actors.ts';
import { inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { placeIn, type Scenario } from '../stage.ts';

const NOTEBOOK_JPY = 680n;

/** An acquirer that lost the answer asks again: the same answer, and no second debit. */
export const sameRequest: Scenario = {
  name: 'same-request',
  title: 'The same request again: the same answer, one debit',
  async play(stage) {
    const { payer } = stage;
    const place = placeIn(stage, 'Tokyo', 1);
    const { payment: first, sent } = await pay(stage, payer, place, 'same request', NOTEBOOK_JPY);
    const balance = await balanceOf(payer);
    stage.screen.step('acquirer', `is answered ${say.state(first)}`, `version ${first.version}`);
    const { payment: second, replay } = await charge(stage, sent);
    stage.screen.step(
      'acquirer',
      `sends the same again: ${say.state(second)}`,
      `version ${second.version}`,
    );
    const debits = (await statementOf(payer)).filter((line) => line.paymentId === first.paymentId);
    return [
      inState('the payment succeeded', 'SUCCEEDED', first),
      same('the answer says that an earlier request made it', true, replay),
      same('it is the same payment', first.paymentId, second.paymentId),
      same('in the same state', first.state, second.state),
      same('at the same version', first.version, second.version),
      same('for the same money', first.payerAmount?.amountMinor, second.payerAmount?.amountMinor),
      same('the balance did not move', balance, await balanceOf(payer)),
      same("the payer's statement has one line for it", 1, debits.length),
    ];
  },
};
