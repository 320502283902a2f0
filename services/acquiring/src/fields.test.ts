import type { CreateMerchantRequest, CreatePaymentRequest } from '@causeway/proto/acquiring';
import { Refusal } from '@causeway/runtime';
import { describe, expect, test } from 'vitest';
import { checkMerchant } from './merchants/create-merchant.ts';
import { checkCreatePayment, checkGetPayment } from './payments/check.ts';

const MERCHANT_ID = '0b1c2d3e-0000-8000-8000-000000000001';

const PAYMENT: CreatePaymentRequest = {
  paymentRequestId: 'order 1',
  paymentCode: '852101020012345678901234',
  merchantId: MERCHANT_ID,
  storeId: '',
  terminalId: '',
  payeeAmount: { currencyCode: 'JPY', amountMinor: 1_280n },
  orderDescription: 'お茶',
  agreementId: '',
};

const MERCHANT: CreateMerchantRequest = {
  requestId: 'm-1',
  displayName: 'Kissa Hinode',
  countryCode: 'JP',
  city: 'Tokyo',
  categoryCode: '5814',
  currencyCodes: ['JPY'],
};

function refusalOf(check: () => void): Refusal {
  try {
    check();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const money = (currencyCode: string, amountMinor: bigint) => ({
  payeeAmount: { currencyCode, amountMinor },
});

describe('a payment request', () => {
  test('that is well formed passes, whatever its merchant', () => {
    expect(() => checkCreatePayment(PAYMENT)).not.toThrow();
    expect(() => checkCreatePayment({ ...PAYMENT, paymentCode: '1'.repeat(17) })).not.toThrow();
    const longest = { ...PAYMENT, orderDescription: '🍵'.repeat(256) };
    expect(() => checkCreatePayment(longest)).not.toThrow();
  });

  test.each<[string, Partial<CreatePaymentRequest>, string, string]>([
    ['no id', { paymentRequestId: '' }, 'FIELD_INVALID', 'payment_request_id'],
    ['an id too long', { paymentRequestId: 'x'.repeat(65) }, 'FIELD_INVALID', 'payment_request_id'],
    ['an id beyond ASCII', { paymentRequestId: 'é' }, 'FIELD_INVALID', 'payment_request_id'],
    ['an id with a line end', { paymentRequestId: 'a\n' }, 'FIELD_INVALID', 'payment_request_id'],
    ['a code too short', { paymentCode: '1'.repeat(16) }, 'FIELD_INVALID', 'payment_code'],
    ['a code too long', { paymentCode: '1'.repeat(25) }, 'FIELD_INVALID', 'payment_code'],
    ['a code of letters', { paymentCode: 'a'.repeat(20) }, 'FIELD_INVALID', 'payment_code'],
    ['other digits', { paymentCode: '１'.repeat(20) }, 'FIELD_INVALID', 'payment_code'],
    ['no merchant', { merchantId: '' }, 'FIELD_INVALID', 'merchant_id'],
    ['a store that is no UUID', { storeId: 'x' }, 'FIELD_INVALID', 'store_id'],
    ['a terminal without its store', { terminalId: MERCHANT_ID }, 'FIELD_INVALID', 'store_id'],
    ['no amount', { payeeAmount: undefined }, 'FIELD_INVALID', 'payee_amount'],
    ['nothing', money('JPY', 0n), 'AMOUNT_INVALID', 'payee_amount.amount_minor'],
    ['less than nothing', money('JPY', -1n), 'AMOUNT_INVALID', 'payee_amount.amount_minor'],
    ['half a rupiah note', money('IDR', 150n), 'AMOUNT_INVALID', 'payee_amount.amount_minor'],
    ['too much', money('JPY', 10n ** 15n + 1n), 'AMOUNT_INVALID', 'payee_amount.amount_minor'],
    ['no such currency', money('ZZZ', 5n), 'CURRENCY_UNKNOWN', 'payee_amount.currency_code'],
    [
      'a currency in lower case',
      money('jpy', 5n),
      'CURRENCY_UNKNOWN',
      'payee_amount.currency_code',
    ],
    ['a long text', { orderDescription: 'x'.repeat(257) }, 'FIELD_INVALID', 'order_description'],
    ['a control character', { orderDescription: 'a\u0007' }, 'FIELD_INVALID', 'order_description'],
    ['text turned around', { orderDescription: 'a\u202eb' }, 'FIELD_INVALID', 'order_description'],
    ['two lines', { orderDescription: 'a\u2028b' }, 'FIELD_INVALID', 'order_description'],
  ])('with %s is refused', (_, change, reason, field) => {
    const refusal = refusalOf(() => checkCreatePayment({ ...PAYMENT, ...change }));
    expect(refusal.reason).toBe(reason);
    expect(refusal.fields.map((one) => one.field)).toEqual([field]);
  });

  test('with several wrongs names them all', () => {
    const request = { ...PAYMENT, ...money('JPY', 0n), paymentCode: '', merchantId: '' };
    const refusal = refusalOf(() => checkCreatePayment(request));
    expect(refusal.reason).toBe('FIELD_INVALID');
    expect(refusal.fields.map((one) => one.field)).toEqual([
      'payment_code',
      'merchant_id',
      'payee_amount.amount_minor',
    ]);
  });
});

test('a payment is named by one of its ids', () => {
  expect(refusalOf(() => checkGetPayment({ key: undefined })).reason).toBe('FIELD_INVALID');
  const wrong = { $case: 'paymentId', value: 'X' } as const;
  expect(refusalOf(() => checkGetPayment({ key: wrong })).reason).toBe('FIELD_INVALID');
  expect(() => checkGetPayment({ key: { ...wrong, value: MERCHANT_ID } })).not.toThrow();
});

test.each<[string, Partial<CreateMerchantRequest>, string, string]>([
  ['no name', { displayName: '' }, 'FIELD_INVALID', 'display_name'],
  ['a country by its name', { countryCode: 'Japan' }, 'FIELD_INVALID', 'country_code'],
  ['a category of letters', { categoryCode: 'food' }, 'FIELD_INVALID', 'category_code'],
  ['no currency', { currencyCodes: [] }, 'FIELD_INVALID', 'currency_codes'],
  ['a currency twice', { currencyCodes: ['JPY', 'JPY'] }, 'FIELD_INVALID', 'currency_codes'],
  ['an unknown currency', { currencyCodes: ['ZZZ'] }, 'CURRENCY_UNKNOWN', 'currency_codes[0]'],
])('a merchant with %s is refused', (_, change, reason, field) => {
  const refusal = refusalOf(() => checkMerchant({ ...MERCHANT, ...change }));
  expect(refusal.reason).toBe(reason);
  expect(refusal.fields[0]?.field).toBe(field);
});
