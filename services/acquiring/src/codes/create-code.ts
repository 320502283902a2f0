import type { CreateMerchantCodeRequest, MerchantCode } from '@causeway/proto/acquiring';
import { failpoint } from '@causeway/runtime';
import type { MerchantEntry, Place } from '../directory/directory.ts';
import { Fields } from '../fields.ts';
import { assertSame, merchantOf, merchantUnknown, placesOf } from '../merchants/merchant.ts';
import { fitsPayload } from '../presented/payload.ts';
import { type Codes, codeIdOf, toMerchantCode } from './code.ts';
import { type CodeRow, insertCode } from './store.ts';

/** What a repeat of the request must say again; `active` is changed by other means. */
const CONTENT = [
  'storeId',
  'terminalId',
  'currencyCode',
  'amount',
  'askTip',
] as const satisfies (keyof ReturnType<typeof contentOf>)[];

/**
 * Makes a code for a merchant; the same request id makes the same code, as it is now. Throws
 * MERCHANT_UNKNOWN, also for a store or terminal that the merchant does not have, FIELD_INVALID,
 * CURRENCY_UNKNOWN, AMOUNT_INVALID, IDEMPOTENCY_KEY_REUSED.
 */
export async function createMerchantCode(
  { db }: Codes,
  partnerId: string,
  request: CreateMerchantCodeRequest,
): Promise<MerchantCode> {
  checkCode(request);
  const { requestId, merchantId, storeId, terminalId, currencyCode, payeeAmount, askTip } = request;
  const asked: CodeRow = {
    ...{ codeId: codeIdOf(merchantId, requestId), merchantId, storeId, terminalId },
    ...{ currencyCode, amountMinor: payeeAmount?.amountMinor ?? null, askTip, active: true },
  };
  const made = await db.transaction(async (tx) => {
    const merchant = await merchantOf(tx, partnerId, merchantId);
    if (storeId !== '' && !isPlace(request, await placesOf(tx, merchantId))) {
      throw merchantUnknown();
    }
    assertSellsIn(merchant, currencyCode);
    const stored = await insertCode(tx, asked);
    assertSame(contentOf(stored), contentOf(asked), CONTENT);
    return { stored, merchant };
  });
  await failpoint('acquiring.code.committed');
  return toMerchantCode(made.stored, made.merchant);
}

function checkCode(request: CreateMerchantCodeRequest): void {
  const { currencyCode, payeeAmount } = request;
  const fields = new Fields();
  fields.identifier('request_id', request.requestId);
  fields.place(request);
  fields.currency('currency_code', currencyCode);
  if (payeeAmount !== undefined && fields.payable('payee_amount', payeeAmount)) {
    if (payeeAmount.currencyCode !== currencyCode) {
      fields.wrong('payee_amount.currency_code', 'must be that of the code', 'AMOUNT_INVALID');
    } else if (!fitsPayload(payeeAmount)) {
      fields.wrong('payee_amount.amount_minor', 'is too long for a code', 'AMOUNT_INVALID');
    }
  }
  fields.refuse();
}

function isPlace(
  { storeId, terminalId }: Place,
  { stores, terminals }: Awaited<ReturnType<typeof placesOf>>,
): boolean {
  return (
    stores.some((store) => store.storeId === storeId) &&
    (terminalId === '' ||
      terminals.some((one) => one.terminalId === terminalId && one.storeId === storeId))
  );
}

/** Refuses as a wrong field: the currency exists, and this merchant does not sell in it. */
function assertSellsIn({ currencyCodes }: MerchantEntry, currencyCode: string): void {
  if (currencyCodes.includes(currencyCode)) return;
  const fields = new Fields();
  fields.wrong('currency_code', `must be one that the merchant sells in: ${currencyCodes}`);
  fields.refuse();
}

/** What tells codes apart, amounts as text since JSON knows no bigint. */
function contentOf({ storeId, terminalId, currencyCode, amountMinor, askTip }: CodeRow) {
  return { storeId, terminalId, currencyCode, askTip, amount: String(amountMinor) };
}
