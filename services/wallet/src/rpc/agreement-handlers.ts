import { AgreementState } from '@causeway/proto/acquiring';
import { MerchantReference } from '@causeway/proto/common';
import {
  AgreementPeriod,
  type SignAgreementRequest,
  type WalletAgreement,
  type WalletServiceService,
} from '@causeway/proto/wallet';
import type { Call, Handlers } from '@causeway/rpc';
import { endAgreement, resumeAgreement, suspendAgreement } from '../agreements/change.ts';
import { listAgreements } from '../agreements/list.ts';
import type { AgreementOffice } from '../agreements/office.ts';
import { type Signing, signAgreement } from '../agreements/sign.ts';
import type { AgreementView } from '../agreements/store.ts';
import type { Door } from './door.ts';
import type { Fields } from './fields.ts';
import { whileReachable } from './unavailable.ts';

const STATES = {
  active: AgreementState.ACTIVE,
  suspended: AgreementState.SUSPENDED,
  ended: AgreementState.ENDED,
} as const;

const PERIODS = { day: AgreementPeriod.DAY, month: AgreementPeriod.MONTH } as const;

const MAX_PAYLOAD = 4_296;

type AgreementHandlers = Pick<
  Handlers<typeof WalletServiceService>,
  'signAgreement' | 'listAgreements' | 'suspendAgreement' | 'resumeAgreement' | 'endAgreement'
>;

/** Agreements: signed, read and changed by the wallet's app or for it. */
export function agreementHandlers(office: AgreementOffice, door: Door): AgreementHandlers {
  const { currencyCode } = office.rules.policy;
  const answer = async (work: () => Promise<AgreementView>) => ({
    agreement: agreementMessage(await whileReachable(work), currencyCode),
  });
  const named = (request: { walletId: string; agreementId: string }, call: Call) => {
    const { agreementId } = request;
    const walletId = door.named(request, call, (fields) =>
      fields.uuid('agreement_id', agreementId),
    );
    return { walletId, agreementId };
  };
  return {
    signAgreement(request, call) {
      const signing = signingIn(request, call, door, currencyCode);
      return answer(() => signAgreement(office, signing, { deadlineMs: call.deadlineMs }));
    },
    async listAgreements(request, call) {
      door.named(request, call, door.page(request));
      const page = await whileReachable(() => listAgreements(office, request));
      const agreements = page.agreements.map((each) => agreementMessage(each, currencyCode));
      return { agreements, nextPageToken: page.nextPageToken };
    },
    suspendAgreement: (request, call) =>
      answer(() => suspendAgreement(office, named(request, call))),
    resumeAgreement: (request, call) => answer(() => resumeAgreement(office, named(request, call))),
    endAgreement: (request, call) => answer(() => endAgreement(office, named(request, call))),
  };
}

function signingIn(
  request: SignAgreementRequest,
  call: Call,
  door: Door,
  currencyCode: string,
): Signing {
  const { payload, chargeCap, periodCap } = request;
  const caps = { chargeCapMinor: 0n, periodCapMinor: 0n };
  const check = (fields: Fields) => {
    fields.text('payload', payload, { max: MAX_PAYLOAD });
    caps.chargeCapMinor = fields.payable('charge_cap', chargeCap, currencyCode);
    caps.periodCapMinor = fields.payable('period_cap', periodCap, currencyCode);
    if (caps.periodCapMinor < caps.chargeCapMinor) {
      fields.wrong('period_cap', 'must not be below charge_cap');
    }
    if (periodOf(request) === undefined) fields.wrong('period', 'must be a day or a month');
  };
  const walletId = door.named(request, call, check);
  return { walletId, payload, ...caps, period: periodOf(request) ?? 'day' };
}

function periodOf({ period }: SignAgreementRequest): Signing['period'] | undefined {
  if (period === AgreementPeriod.DAY) return 'day';
  return period === AgreementPeriod.MONTH ? 'month' : undefined;
}

function agreementMessage(agreement: AgreementView, currencyCode: string): WalletAgreement {
  const money = (amountMinor: bigint) => ({ currencyCode, amountMinor });
  const { agreementId, walletId, description, unpaidCount } = agreement;
  return {
    ...{ agreementId, walletId, description, unpaidCount },
    merchant: MerchantReference.decode(agreement.merchant),
    state: STATES[agreement.state],
    chargeCap: money(agreement.chargeCapMinor),
    periodCap: money(agreement.periodCapMinor),
    period: PERIODS[agreement.period],
    periodUsed: money(agreement.usedMinor),
    createTime: new Date(agreement.signedAtMs),
    updateTime: new Date(agreement.updatedAtMs),
  };
}
