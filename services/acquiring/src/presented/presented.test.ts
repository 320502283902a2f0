import { decodeMpm } from '@causeway/emvqr';
import { MAX_AMOUNT_MINOR } from '@causeway/money';
import { uuidFrom } from '@causeway/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LINKS, linksWith } from './links.fixture.ts';
import { fitsPayload, isOwn, payloadOf, presentedBy } from './payload.ts';

const PAYMENT_ID = '0b1c2d3e-4f50-8a61-b273-8495a6b7c8d9';

const ORDER = {
  ...{ kind: 'order' as const, paymentId: PAYMENT_ID, tag: LINKS.orderTag(PAYMENT_ID) },
};

const MERCHANT = {
  ...{ merchantId: PAYMENT_ID, storeId: '', terminalId: '', displayName: 'Kissa Hinode' },
  ...{ countryCode: 'JP', city: 'Tokyo', categoryCode: '5814' },
};

function fieldsOf(payload: string) {
  const read = decodeMpm(payload, 'strict');
  if (!read.ok) throw new Error(`not strict: ${JSON.stringify(read.problems)}`);
  return read.fields;
}

test('links lead back to what they were made for', () => {
  expect(LINKS.toOrder(PAYMENT_ID)).toMatch(
    new RegExp(`^https://pay\\.causeway\\.example/o/${PAYMENT_ID}\\.[0-9a-f]{16}$`),
  );
  expect(LINKS.read(LINKS.toOrder(PAYMENT_ID))).toEqual({ kind: 'order', paymentId: PAYMENT_ID });
  expect(LINKS.read(LINKS.toAgreement(PAYMENT_ID))).toEqual({
    ...{ kind: 'agreement', agreementId: PAYMENT_ID },
  });
});

test('a key that was replaced is still read', () => {
  const [before, after, both] = [linksWith(1), linksWith(2), linksWith(2, 1)];
  expect(both.toOrder(PAYMENT_ID)).toBe(after.toOrder(PAYMENT_ID));
  expect(both.read(before.toAgreement(PAYMENT_ID))).toMatchObject({ kind: 'agreement' });
  expect(both.isOrderTag(PAYMENT_ID, before.orderTag(PAYMENT_ID))).toBe(true);
  expect(after.isOrderTag(PAYMENT_ID, before.orderTag(PAYMENT_ID))).toBe(false);
});

test.each([
  'https://pay.causeway.example',
  `https://pay.causeway.example/x/${PAYMENT_ID}`,
  `https://pay.causeway.example/o/${PAYMENT_ID}`,
  `https://pay.causeway.example/o/${PAYMENT_ID}.0011223344556677`,
  `${LINKS.toOrder(PAYMENT_ID)}/`,
  LINKS.toOrder(PAYMENT_ID).replace(PAYMENT_ID, PAYMENT_ID.toUpperCase()),
  LINKS.toOrder(PAYMENT_ID).replace('/o/', '/a/'),
  LINKS.toOrder(PAYMENT_ID).replace('.example/', '.example.evil.example/'),
  LINKS.toOrder(PAYMENT_ID).replace('.example/', '.example@evil.example/'),
  linksWith(2).toOrder(PAYMENT_ID),
])('%s is no link of ours', (text) => {
  expect(LINKS.read(text)).toBeUndefined();
});

test('an order says everything that the standard wants, and leads back to its payment', () => {
  const content = { merchant: MERCHANT, currencyCode: 'JPY', amountMinor: 1_280n, askTip: false };
  const fields = fieldsOf(payloadOf(ORDER, content));
  expect(fields).toMatchObject({
    ...{ pointOfInitiation: '12', amount: '1280', currencyNumeric: '392', country: 'JP' },
    ...{ merchantName: 'Kissa Hinode', merchantCity: 'Tokyo', mcc: '5814' },
    mai_26: { '00': 'hk.causeway', '01': PAYMENT_ID.replaceAll('-', ''), '02': ORDER.tag },
  });
  expect(presentedBy(fields)).toEqual(ORDER);
});

test('any name and city give a payload that follows the standard, cut between characters', () => {
  const text = fc.string({ minLength: 1, maxLength: 64, unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, fc.uuid(), (displayName, city, seed) => {
      fc.pre(displayName.trim() !== '' && city.trim() !== '');
      fc.pre(!/\p{Cc}/u.test(displayName + city));
      const merchant = { ...MERCHANT, displayName: `A${displayName}`, city: `B${city}` };
      const paymentId = uuidFrom('payment', seed);
      const content = { merchant, currencyCode: 'THB', amountMinor: 1_050n, askTip: true };
      const fields = fieldsOf(payloadOf({ ...ORDER, paymentId }, content));
      expect([...(fields.merchantName ?? '')].length).toBeLessThanOrEqual(25);
      expect([...(fields.merchantCity ?? '')].length).toBeLessThanOrEqual(15);
      expect(`A${displayName}`.startsWith(fields.merchantName ?? '?')).toBe(true);
      expect(presentedBy(fields)).toEqual({ ...ORDER, paymentId });
    }),
  );
});

test('an amount of more than 13 characters fits no payload', () => {
  expect(fitsPayload({ currencyCode: 'HKD', amountMinor: 999_999_999_999n })).toBe(true);
  expect(fitsPayload({ currencyCode: 'HKD', amountMinor: MAX_AMOUNT_MINOR })).toBe(false);
  expect(fitsPayload({ currencyCode: 'JPY', amountMinor: 10n ** 13n })).toBe(false);
});

test('what stands in our template and is no id of ours leads nowhere', () => {
  for (const reference of ['', 'x', 'abcdefghijkl', '0123456789AB0', 'Z'.repeat(32)]) {
    const fields = { mai_30: { '00': 'HK.CAUSEWAY', '01': reference } };
    expect(isOwn(fields)).toBe(true);
    expect(presentedBy(fields)).toBeUndefined();
  }
  expect(isOwn({ mai_30: { '00': 'SG.PAYNOW', '01': '0123456789AB' } })).toBe(false);
});
