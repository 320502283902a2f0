import type { Queryable } from '@causeway/db';
import { IssuerServiceService } from '@causeway/proto/wallet';
import { type Call, type Handlers, type Implementation, implement } from '@causeway/rpc';
import type { ChargeCommand } from '../charges/command.ts';
import type { ChargeDesk } from '../charges/desk.ts';
import type { ChargeAnswer } from '../charges/record.ts';
import { getCharge } from '../charges/store.ts';
import { chargeMessage, unseenMessage } from './charge-message.ts';
import { chargeKey, debitCommand, type Reading, refundCommand } from './charge-request.ts';
import { whileReachable } from './unavailable.ts';

/** What the switch calls. */
export function issuerService(db: Queryable, desk: ChargeDesk, reading: Reading): Implementation {
  const { currencyCode } = reading;
  const execute = async (command: ChargeCommand, { deadlineMs }: Call) => {
    const answer = settled(await whileReachable(() => desk(command, { deadlineMs })));
    const asked = 'terms' in command ? command.terms.encoded : undefined;
    return { ...answer, charge: chargeMessage(answer.charge, currencyCode, asked) };
  };
  const handlers: Handlers<typeof IssuerServiceService> = {
    charge: (request, call) => execute(debitCommand('charge', request, reading), call),
    hold: (request, call) => execute(debitCommand('hold', request, reading), call),
    takeOverHold: (request, call) => execute({ kind: 'take_over', ...chargeKey(request) }, call),
    capture: (request, call) => execute({ kind: 'capture', ...chargeKey(request) }, call),
    void: (request, call) => execute({ kind: 'void', ...chargeKey(request) }, call),
    async refund(request, call) {
      const { charge, unclaimed = false } = await execute(refundCommand(request, reading), call);
      return { charge, unclaimed };
    },
    async getCharge(request) {
      const key = chargeKey(request);
      const charge = await whileReachable(() => getCharge(db, key));
      return { charge: charge ? chargeMessage(charge, currencyCode) : unseenMessage(key) };
    },
  };
  return implement(IssuerServiceService, handlers);
}

function settled(answer: ChargeAnswer): Exclude<ChargeAnswer, { refusal: unknown }> {
  if ('refusal' in answer) throw answer.refusal;
  return answer;
}
