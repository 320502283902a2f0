import {
  AcquiringServiceService,
  MerchantServiceService,
  PartnerServiceService,
} from '@causeway/proto/acquiring';
import { type Call, type Implementation, implement } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import type { Directory } from './directory/directory.ts';
import { listPayments } from './feed/list-payments.ts';
import { type Feed, watchPayments } from './feed/watch-payments.ts';
import { createMerchant } from './merchants/create-merchant.ts';
import { createStore } from './merchants/create-store.ts';
import { createTerminal } from './merchants/create-terminal.ts';
import { getMerchant } from './merchants/get-merchant.ts';
import { listMerchants } from './merchants/list-merchants.ts';
import type { Merchants } from './merchants/merchant.ts';
import { setMerchantActive } from './merchants/set-merchant-active.ts';
import type { AskOwnTables } from './own-tables.ts';
import { putPartner } from './partners/put-partner.ts';
import { allPartners } from './partners/store.ts';
import { cancelPayment } from './payments/cancel-payment.ts';
import { createPayment } from './payments/create-payment.ts';
import { createPayments, type PaymentStream } from './payments/create-payments.ts';
import { getPayment } from './payments/get-payment.ts';
import { createRefund } from './refunds/create-refund.ts';
import { getRefund } from './refunds/get-refund.ts';
import { listRefunds } from './refunds/list-refunds.ts';
import type { Caller } from './routed.ts';
import { webhookService } from './webhooks/rpc.ts';
import type { Webhooks } from './webhooks/webhook.ts';

/** What the handlers work with. */
export interface Parts {
  intake: PaymentStream;
  merchants: Merchants;
  feed: Feed;
  webhooks: Webhooks;
  own: AskOwnTables;
}

/** The services of acquiring.v1, each method led to its operation with the partner that calls. */
export function implementations({
  intake,
  merchants,
  feed,
  webhooks,
  own,
}: Parts): Implementation[] {
  const { directory, routed } = intake;
  const caller = (call: Call) => partnerOf(directory, call);
  const id = (call: Call) => caller(call).partnerId;
  const asked = <Answer>(call: Call, work: (partnerId: string) => Promise<Answer>) => {
    const partnerId = id(call);
    return own(partnerId, () => work(partnerId));
  };
  return [
    implement(AcquiringServiceService, {
      createPayment: async (request, call) => createPayment(intake, caller(call), request),
      createPayments: (requests, call) => createPayments(intake, caller(call), requests),
      getPayment: async (request, call) => getPayment(routed, caller(call), request),
      listPayments: async (request, call) =>
        asked(call, (partnerId) => listPayments(feed.db, partnerId, request)),
      cancelPayment: async (request, call) => cancelPayment(routed, caller(call), request),
      createRefund: async (request, call) => createRefund(routed, caller(call), request),
      getRefund: async (request, call) => getRefund(routed, caller(call), request),
      listRefunds: async (request, call) => listRefunds(routed, caller(call), request),
      watchPayments: ({ cursor }, call) => watchPayments(feed, id(call), cursor, call.signal),
    }),
    implement(MerchantServiceService, {
      createMerchant: async (request, call) => ({
        merchant: await asked(call, (partnerId) => createMerchant(merchants, partnerId, request)),
      }),
      setMerchantActive: async (request, call) => ({
        merchant: await asked(call, (partnerId) =>
          setMerchantActive(merchants, partnerId, request),
        ),
      }),
      getMerchant: async (request, call) => ({
        merchant: await asked(call, (partnerId) => getMerchant(merchants, partnerId, request)),
      }),
      listMerchants: async (request, call) =>
        asked(call, (partnerId) => listMerchants(merchants, partnerId, request)),
      createStore: async (request, call) => ({
        store: await asked(call, (partnerId) => createStore(merchants, partnerId, request)),
      }),
      createTerminal: async (request, call) => ({
        terminal: await asked(call, (partnerId) => createTerminal(merchants, partnerId, request)),
      }),
    }),
    webhookService(webhooks, asked),
    implement(PartnerServiceService, {
      putPartner: async ({ partner }) => ({ partner: await putPartner(merchants, partner) }),
      listPartners: async () => ({ partners: await allPartners(merchants.db) }),
    }),
  ];
}

/** The partner that a certificate names. One that operators have not entered is refused. */
function partnerOf(directory: Directory, { identity, deadlineMs }: Call): Caller {
  if (directory.isPartner(identity.id)) return { partnerId: identity.id, deadlineMs };
  throw new Refusal('PARTNER_UNKNOWN', `partner ${identity.id} is not entered here`);
}
