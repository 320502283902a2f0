import {
  IssuerServiceService,
  type ListTakenRequest,
  type ListTakenResponse,
  type Payer,
  type TransitMisuse,
} from '@causeway/proto/wallet';
import { type Call, type Handlers, type Implementation, implement } from '@causeway/rpc';
import type { AgreementLanes } from '../agreements/lanes.ts';
import type { ChargeCommand, ChargeKey, EndCommand } from '../charges/command.ts';
import type { ChargeDesk } from '../charges/desk.ts';
import type { ChargeAnswer, ChargeRecord } from '../charges/record.ts';
import { isMisuse } from '../transit/deny.ts';
import type { FindHolder } from '../transit/holders.ts';
import type { LossWalletOf } from '../transit/losses.ts';
import type { TrustAfter } from '../transit/trust.ts';
import { chargeMessage, unseenMessage } from './charge-message.ts';
import { placed, placedKey } from './charge-place.ts';
import { chargeKey, debitCommand, type Reading, refundCommand } from './charge-request.ts';
import { Fields } from './fields.ts';
import { whileReachable } from './unavailable.ts';

/** What the handlers call. */
export interface IssuerServiceParts {
  desk: ChargeDesk;
  /** The charge as last committed; undefined where nothing is known of the payment. */
  chargeOf(key: ChargeKey): Promise<ChargeRecord | undefined>;
  /** Ends an agreement for its acquirer. */
  revoke(agreementId: string): Promise<unknown>;
  /** What payments took: those that are named, or a page of all. */
  taken(request: ListTakenRequest): Promise<ListTakenResponse>;
  lanes: AgreementLanes;
  findHolder: FindHolder;
  lossWalletOf: LossWalletOf;
  reading: Reading;
  trustAfter: TrustAfter;
  /** Puts a grant on the deny list that the switch found misused. */
  reportMisuse(grantId: string, misuse: TransitMisuse): Promise<unknown>;
}

type Named = { paymentId: string; payer: Payer | undefined };

/** What the switch calls. */
export function issuerService(parts: IssuerServiceParts): Implementation {
  return implement(IssuerServiceService, issuerHandlers(parts));
}

/** How each of its calls is answered, however it came. */
export function issuerHandlers({
  desk,
  chargeOf,
  revoke,
  taken,
  lanes,
  findHolder,
  lossWalletOf,
  trustAfter,
  reportMisuse,
  reading,
}: IssuerServiceParts): Handlers<typeof IssuerServiceService> {
  const { currencyCode } = reading;
  const execute = async (command: ChargeCommand, { payer }: Named, { deadlineMs }: Call) => {
    const answer = await whileReachable(async () =>
      desk(await placed({ lanes, findHolder, lossWalletOf }, command, payer, { deadlineMs }), {
        deadlineMs,
      }),
    );
    const asked = 'terms' in command ? command.terms.encoded : undefined;
    const { charge, unclaimed } = settled(answer);
    return { charge: chargeMessage(charge, currencyCode, asked), unclaimed };
  };
  const end = (kind: EndCommand['kind'], request: Named, call: Call) =>
    execute({ kind, ...chargeKey(request) }, request, call);
  return {
    charge: (request, call) => execute(debitCommand('charge', request, reading), request, call),
    hold: (request, call) => execute(debitCommand('hold', request, reading), request, call),
    takeOverHold: (request, call) => end('take_over', request, call),
    capture: (request, call) => end('capture', request, call),
    void: (request, call) => end('void', request, call),
    async refund(request, call) {
      const command = refundCommand(request, reading);
      const { charge, unclaimed = false } = await execute(command, request, call);
      return { charge, unclaimed };
    },
    async getCharge(request) {
      const asked = chargeKey(request);
      return whileReachable(async () => {
        const key = await placedKey(lanes, asked, request.payer);
        const charge = await chargeOf(key);
        return { charge: charge ? chargeMessage(charge, currencyCode) : unseenMessage(key) };
      });
    },
    listTaken: (request) => whileReachable(() => taken(request)),
    async revokeAgreement({ agreementId }) {
      const fields = new Fields();
      fields.uuid('agreement_id', agreementId);
      fields.refuse();
      await whileReachable(() => revoke(agreementId));
      return {};
    },
    getTransitTrust: ({ knownVersion }) => whileReachable(() => trustAfter(knownVersion)),
    async reportTransitMisuse({ grantId, misuse }) {
      const fields = new Fields();
      fields.uuid('grant_id', grantId);
      if (!isMisuse(misuse)) fields.wrong('misuse', 'must be a kind of misuse');
      fields.refuse();
      await whileReachable(() => reportMisuse(grantId, misuse));
      return {};
    },
  };
}

function settled(answer: ChargeAnswer): Exclude<ChargeAnswer, { refusal: unknown }> {
  if ('refusal' in answer) throw answer.refusal;
  return answer;
}
