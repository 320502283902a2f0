import { encodeMpm, type MpmFields, merchantAccountOf, type Template } from '@causeway/emvqr';
import { currency, formatMajor, type Money } from '@causeway/money';
import type { MerchantReference } from '@causeway/proto/common';

/** The identifier of this switch's own merchant account template, as routes and quotes name it. */
export const OWN_SCHEME = 'hk.causeway';

/** What a payload of our own leads to. */
export type Presented =
  | {
      kind: 'order';
      paymentId: string;
      /** The order's tag (`Links.orderTag`), which whoever reads the payload has to check. */
      tag: string;
    }
  | { kind: 'merchant_code'; codeId: string };

/** What a payload says besides what it leads to. */
export interface PayloadContent {
  merchant: MerchantReference;
  currencyCode: string;
  /** Absent where the payer enters it. */
  amountMinor: bigint | undefined;
  askTip: boolean;
}

/** The limits of the standard, in characters: Unicode code points. */
const MAX_NAME = 25;
const MAX_CITY = 15;
const MAX_AMOUNT = 13;

/** The form of a merchant code's id. */
export const CODE_ID_FORM = /^[0-9A-Z]{12}$/;

/**
 * Writes the EMVCo merchant-presented payload of an order or a merchant's code. Names longer than
 * the standard allows are cut: a payer is shown the whole name from our own records.
 */
export function payloadOf(presented: Presented, content: PayloadContent): string {
  const { merchant, currencyCode, amountMinor, askTip } = content;
  const fields: MpmFields = {
    payloadFormatIndicator: '01',
    pointOfInitiation: presented.kind === 'order' ? '12' : '11',
    mai_26: accountOf(presented),
    mcc: merchant.categoryCode,
    currencyNumeric: currency(currencyCode).numeric,
    ...(amountMinor === undefined ? {} : { amount: formatMajor(amountMinor, currencyCode) }),
    ...(askTip ? { tipIndicator: '01' } : {}),
    country: merchant.countryCode,
    merchantName: cut(merchant.displayName, MAX_NAME),
    merchantCity: cut(merchant.city, MAX_CITY),
  };
  const made = encodeMpm(fields);
  if (made.ok) return made.payload;
  const why = made.problems.map(({ message }) => message).join('; ');
  throw new Error(`a payload of checked fields cannot be written: ${why}`);
}

/** Whether a payload can say an amount that is payable. */
export function fitsPayload({ amountMinor, currencyCode }: Money): boolean {
  return formatMajor(amountMinor, currencyCode).length <= MAX_AMOUNT;
}

/**
 * What a payload that was read leads to where it has our own template; undefined where it has
 * none, or where what stands in the template is no id of ours.
 */
export function presentedBy(fields: MpmFields): Presented | undefined {
  const account = merchantAccountOf(fields, OWN_SCHEME)?.value;
  const { '01': reference = '', '02': tag = '' } = typeof account === 'object' ? account : {};
  if (CODE_ID_FORM.test(reference)) return { kind: 'merchant_code', codeId: reference };
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i.exec(
    reference,
  );
  if (parts === null) return undefined;
  return { kind: 'order', paymentId: parts.slice(1).join('-').toLowerCase(), tag };
}

/** Whether a payload has our own template at all. */
export function isOwn(fields: MpmFields): boolean {
  return merchantAccountOf(fields, OWN_SCHEME) !== undefined;
}

function accountOf(presented: Presented): Template {
  if (presented.kind === 'merchant_code') return { '00': OWN_SCHEME, '01': presented.codeId };
  const { paymentId, tag } = presented;
  return { '00': OWN_SCHEME, '01': paymentId.replaceAll('-', ''), '02': tag };
}

/** The first characters of a text, cut between code points, where it has more. */
function cut(text: string, max: number): string {
  return [...text].slice(0, max).join('').trimEnd();
}
