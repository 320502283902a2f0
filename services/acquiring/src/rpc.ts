import {
  AcquiringServiceService,
  AgreementServiceService,
  MerchantCodeServiceService,
  MerchantServiceService,
  PartnerServiceService,
  PayerServiceService,
} from '@causeway/proto/acquiring';
import { type Call, type Implementation, implement } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import type { Agreements } from './agreements/agreement.ts';
import { createAgreement } from './agreements/create-agreement.ts';
import { endAgreement } from './agreements/end-agreement.ts';
import { getAgreement } from './agreements/get-agreement.ts';
import { reportAgreement } from './agreements/report-agreement.ts';
import type { Codes } from './codes/code.ts';
import { createMerchantCode } from './codes/create-code.ts';
import { listMerchantCodes } from './codes/list-codes.ts';
import { setMerchantCodeActive } from './codes/set-code-active.ts';
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
import { createOrder, type Ordering } from './orders/create-order.ts';
import { reportConfirmation } from './orders/report-confirmation.ts';
import type { AskOwnTables } from './own-tables.ts';
import { putPartner } from './partners/put-partner.ts';
import { allPartners } from './partners/store.ts';
import { payerCaller } from './payer/caller.ts';
import { confirmPayment } from './payer/confirm-payment.ts';
import { getPayerPayment } from './payer/get-payment.ts';
import type { Payer } from './payer/payer.ts';
import { scanCode } from './payer/scan-code.ts';
import { cancelPayment } from './payments/cancel-payment.ts';
import { createPayment } from './payments/create-payment.ts';
import { createPayments, type PaymentStream } from './payments/create-payments.ts';
import { getPayment } from './payments/get-payment.ts';
import { createRefund } from './refunds/create-refund.ts';
import { getRefund } from './refunds/get-refund.ts';
import { listRefunds } from './refunds/list-refunds.ts';
import type { Caller } from './routed.ts';
import { type Transit, transitService } from './transit/rpc.ts';
import { webhookService } from './webhooks/rpc.ts';
import type { Webhooks } from './webhooks/webhook.ts';

/** What the handlers work with. */
export interface Parts {
  intake: PaymentStream & Ordering;
  merchants: Merchants;
  codes: Codes;
  agreements: Agreements;
  payer: Payer;
  feed: Feed;
  webhooks: Webhooks;
  transit: Transit;
  own: AskOwnTables;
}

/** The services of acquiring.v1, each method led to its operation with whoever calls. */
export function implementations(parts: Parts): Implementation[] {
  const partners: Partners = {
    caller: (call, named) => partnerOf(parts.intake.directory, call, named),
    async asked(call, work, named) {
      const { partnerId } = await partners.caller(call, named);
      return parts.own(partnerId, () => work(partnerId));
    },
  };
  return [
    acquiringService(parts, partners),
    merchantService(parts, partners),
    codeService(parts, partners),
    agreementService(parts, partners),
    payerService(parts),
    webhookService(parts.webhooks, partners.asked),
    transitService(parts.transit, partners),
    partnerService(parts),
  ];
}

/** Who of the partners calls, and how it reaches the tables here. */
export interface Partners {
  /** @param named the partner that an operator asks for; whatever a partner says, it is itself */
  caller(call: Call, named?: string): Promise<Caller>;
  asked<Answer>(
    call: Call,
    work: (partnerId: string) => Promise<Answer>,
    named?: string,
  ): Promise<Answer>;
}

function acquiringService({ intake, feed }: Parts, { caller, asked }: Partners): Implementation {
  const { routed } = intake;
  return implement(AcquiringServiceService, {
    createPayment: async (request, call) => createPayment(intake, await caller(call), request),
    createPayments: (requests, call) =>
      later(
        () => caller(call),
        (partner) => createPayments(intake, partner, requests),
      ),
    getPayment: async (request, call) =>
      getPayment(routed, await caller(call, request.partnerId), request),
    listPayments: async (request, call) =>
      asked(call, (partnerId) => listPayments(feed.db, partnerId, request), request.partnerId),
    createOrder: async (request, call) => createOrder(intake, await caller(call), request),
    reportConfirmation: async (request, call) =>
      reportConfirmation(routed, await caller(call), request),
    cancelPayment: async (request, call) => cancelPayment(routed, await caller(call), request),
    createRefund: async (request, call) => createRefund(routed, await caller(call), request),
    getRefund: async (request, call) => getRefund(routed, await caller(call), request),
    listRefunds: async (request, call) => listRefunds(routed, await caller(call), request),
    watchPayments: ({ cursor }, call) =>
      later(
        () => caller(call),
        ({ partnerId }) => watchPayments(feed, partnerId, cursor, call.signal),
      ),
  });
}

function merchantService({ merchants }: Parts, { asked }: Partners): Implementation {
  return implement(MerchantServiceService, {
    createMerchant: async (request, call) => ({
      merchant: await asked(call, (partnerId) => createMerchant(merchants, partnerId, request)),
    }),
    setMerchantActive: async (request, call) => ({
      merchant: await asked(call, (partnerId) => setMerchantActive(merchants, partnerId, request)),
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
  });
}

function codeService({ codes }: Parts, { asked }: Partners): Implementation {
  return implement(MerchantCodeServiceService, {
    createMerchantCode: async (request, call) => ({
      merchantCode: await asked(call, (partnerId) => createMerchantCode(codes, partnerId, request)),
    }),
    setMerchantCodeActive: async (request, call) => ({
      merchantCode: await asked(call, (partnerId) =>
        setMerchantCodeActive(codes, partnerId, request),
      ),
    }),
    listMerchantCodes: async (request, call) =>
      asked(call, (partnerId) => listMerchantCodes(codes, partnerId, request)),
  });
}

function agreementService({ agreements }: Parts, { caller, asked }: Partners): Implementation {
  return implement(AgreementServiceService, {
    createAgreement: async (request, call) =>
      asked(call, (partnerId) => createAgreement(agreements, partnerId, request)),
    getAgreement: async (request, call) =>
      asked(call, (partnerId) => getAgreement(agreements.db, partnerId, request)),
    endAgreement: async (request, call) =>
      asked(call, async () => endAgreement(agreements, await caller(call), request)),
  });
}

function payerService({ payer, agreements }: Parts): Implementation {
  return implement(PayerServiceService, {
    scanCode: async (request, call) =>
      scanCode(payer, payerCaller(call, request.issuerId), request),
    confirmPayment: async (request, call) =>
      confirmPayment(payer, payerCaller(call, request.issuerId), request),
    getPayerPayment: async (request, call) =>
      getPayerPayment(payer.routed, payerCaller(call, request.issuerId), request),
    reportAgreement: async (request, call) => {
      const caller = payerCaller(call, request.issuerId);
      return payer.own(caller.issuerId, () => reportAgreement(agreements, caller, request));
    },
  });
}

function partnerService({ merchants }: Parts): Implementation {
  return implement(PartnerServiceService, {
    putPartner: async ({ partner }) => ({ partner: await putPartner(merchants, partner) }),
    listPartners: async () => ({ partners: await allPartners(merchants.db) }),
  });
}

/** The partner that calls, or that an operator names. One that is not entered is refused. */
async function partnerOf(directory: Directory, call: Call, named = ''): Promise<Caller> {
  const { identity, deadlineMs } = call;
  const partnerId = identity.kind === 'operator' ? named : identity.id;
  if (await directory.isPartner(partnerId)) return { partnerId, deadlineMs };
  throw new Refusal('PARTNER_UNKNOWN', `partner "${partnerId}" is not entered here`);
}

/** A stream that begins once it is known who asks for it. */
export async function* later<Known, Item>(
  know: () => Promise<Known>,
  begin: (known: Known) => AsyncIterable<Item>,
): AsyncIterable<Item> {
  yield* begin(await know());
}
