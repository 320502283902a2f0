import {
  type ScanCodeRequest,
  type ScanCodeResponse,
  type ScannedMerchant,
  TipRule,
} from '@causeway/proto/acquiring';
import { Refusal } from '@causeway/runtime';
import { agreementUnknown, toPayerAgreement } from '../agreements/agreement.ts';
import type { PayerCaller } from '../routed.ts';
import { amountDue, type Due } from './amounts.ts';
import type { Payer } from './payer.ts';
import { quotesFor } from './quotes.ts';
import { readPayload } from './read-payload.ts';
import type { ReadMerchant } from './reading.ts';
import { scanOrder } from './scan-order.ts';

/**
 * What a payer scanned or followed, and what it would cost where the amount is known. Writes
 * nothing. Throws what the proto names.
 */
export async function scanCode(
  payer: Payer,
  caller: PayerCaller,
  request: ScanCodeRequest,
): Promise<ScanCodeResponse> {
  const reading = await readPayload(payer, request.payload, caller.deadlineMs);
  switch (reading.kind) {
    case 'merchant':
      return scanMerchant(payer, caller, reading, request);
    case 'order':
      return scanOrder(payer, caller, reading, request);
    case 'agreement':
      return scanAgreement(payer, caller, reading.agreementId);
  }
}

async function scanMerchant(
  { routed, runtime }: Payer,
  caller: PayerCaller,
  reading: ReadMerchant,
  request: ScanCodeRequest,
): Promise<ScanCodeResponse> {
  if (!reading.active) throw new Refusal('MERCHANT_INACTIVE', 'the code is out of use');
  const { merchant, targets, price } = reading;
  if (targets.length === 0) throw noScheme();
  const due = amountDue(price, request);
  const paymentRequestId = runtime.random.uuid();
  const subject = { $case: 'code' as const, value: scanned(reading, due) };
  if (due === undefined) return { merchant, subject, paymentRequestId, quotes: [] };
  const quotes = await quotesFor(routed, caller, {
    ...{ paymentRequestId, targets, payeeAmount: due.total, paymentId: '' },
  });
  return { merchant, subject, paymentRequestId, quotes };
}

/** The refusal for a code that names no scheme, and so leads over no route. */
export function noScheme(): Refusal {
  return new Refusal('NO_ROUTE', 'the code names no scheme: only card networks could be paid');
}

const TIP_RULES = {
  none: TipRule.UNSPECIFIED,
  prompt: TipRule.PROMPT,
  fixed: TipRule.FIXED,
  percent: TipRule.PERCENT,
} as const satisfies Record<ReadMerchant['price']['tip']['kind'], TipRule>;

function scanned(
  { price, schemeIds, problems, localName }: ReadMerchant,
  due: Due | undefined,
): ScannedMerchant {
  const { tip } = price;
  const fixedTip = tip.kind === 'fixed' ? tip.amount : undefined;
  return {
    currencyCode: price.currency.code,
    payeeAmount: price.amount,
    tipRule: TIP_RULES[tip.kind],
    tipAmount: tip.kind === 'percent' ? due?.tipAmount : fixedTip,
    ...{ schemeIds, problems, localName },
  };
}

async function scanAgreement(
  { findAgreement }: Payer,
  { issuerId, deadlineMs }: PayerCaller,
  agreementId: string,
): Promise<ScanCodeResponse> {
  const row = await findAgreement(agreementId, deadlineMs);
  if (row === undefined) throw agreementUnknown();
  const value = toPayerAgreement(row, issuerId);
  return {
    merchant: value.merchant,
    subject: { $case: 'agreement', value },
    ...{ paymentRequestId: '', quotes: [] },
  };
}
