import {
  AcquiringServiceService,
  type CreatePaymentRequest,
  CreateRefundRequest,
  MerchantServiceService,
} from '@causeway/proto/acquiring';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  charge,
  chargeOf,
  field,
  invalid,
  knocker,
  type Method,
  minor,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  pay,
  reasonOf,
  refuser,
  type Shop,
} from './support/index.ts';

const world = openWorld();
const knock = knocker(world);
const refusedBy = refuser(knock);

const OPENING = 1_000_00n;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const UUID = '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506';

let shop: Shop;
let payer: Payer;
let good: CreatePaymentRequest;
/** How a call of the shop's acquirer, unless another is named, is refused. */
function refusal<Request>(
  method: Method<Request>,
  request: Request,
  { as = shop.partner.id } = {},
) {
  return refusedBy(method, request, { as, at: 'acquiring' });
}

/** Every payment_request_id that a bad request carried. */
const refusedIds: string[] = [];

beforeAll(async () => {
  [shop, payer] = await Promise.all([openShop(world), openPayer(world, { balanceMinor: OPENING })]);
  good = chargeOf(world, shop, await payer.code(), 1_000n);
});

type Spoil = Partial<CreatePaymentRequest>;
const yen = (amountMinor: bigint): Spoil => ({ payeeAmount: { currencyCode: 'JPY', amountMinor } });
const money = (currencyCode: string, amountMinor = 1_000n): Spoil => ({
  payeeAmount: { currencyCode, amountMinor },
});

const AMOUNT = invalid('AMOUNT_INVALID', 'payee_amount.amount_minor');
const CURRENCY = invalid('CURRENCY_UNKNOWN', 'payee_amount.currency_code');

describe('a bad payment is refused with its fields, and nothing is written', () => {
  test.each<[string, Spoil, ReturnType<typeof invalid>]>([
    ['no amount', { payeeAmount: undefined }, field('payee_amount')],
    ['zero', yen(0n), AMOUNT],
    ['a negative amount', yen(-1n), AMOUNT],
    ['the largest int64', yen(INT64_MAX), AMOUNT],
    ['the smallest int64', yen(INT64_MIN), AMOUNT],
    ['one above the largest amount', yen(10n ** 15n + 1n), AMOUNT],
    ['rupiah with sen', money('IDR', 1_234_50n + 1n), AMOUNT],
    ['an unknown currency', money('XXX'), CURRENCY],
    ['no currency', money(''), CURRENCY],
    ['a currency in lower case', money('jpy'), CURRENCY],
    ['a name of every object for a currency', money('constructor'), CURRENCY],
    ['no request id', { paymentRequestId: '' }, field('payment_request_id')],
    ['an overlong request id', { paymentRequestId: 'x'.repeat(65) }, field('payment_request_id')],
    ['a control character in it', { paymentRequestId: 'a\nb' }, field('payment_request_id')],
    ['a zero byte in it', { paymentRequestId: 'a\0b' }, field('payment_request_id')],
    ['an emoji in it', { paymentRequestId: 'pay-🍵' }, field('payment_request_id')],
    ['no code', { paymentCode: '' }, field('payment_code')],
    ['a code with letters', { paymentCode: '8521010200abcdefghijklmn' }, field('payment_code')],
    ['a code of 16 digits', { paymentCode: '8521010212345678' }, field('payment_code')],
    ['a code of 25 digits', { paymentCode: '8'.repeat(25) }, field('payment_code')],
    ['digits of another script', { paymentCode: '٨'.repeat(24) }, field('payment_code')],
    ['a code with a line end', { paymentCode: `${'8'.repeat(20)}\n` }, field('payment_code')],
    ['no merchant', { merchantId: '' }, field('merchant_id')],
    ['a merchant that is no UUID', { merchantId: 'shop' }, field('merchant_id')],
    ['a UUID in upper case', { merchantId: UUID.toUpperCase() }, field('merchant_id')],
    ['a store that is no UUID', { storeId: "' OR 1=1 --" }, field('store_id')],
    ['a terminal without a store', { terminalId: UUID }, field('store_id')],
    ['an overlong text', { orderDescription: 'ö'.repeat(257) }, field('order_description')],
    ['a control character in it', { orderDescription: 'tea\u0007' }, field('order_description')],
    [
      'several at once',
      { ...money('XXX'), paymentCode: 'x', merchantId: 'y' },
      invalid('FIELD_INVALID', 'payment_code', 'merchant_id', 'payee_amount.currency_code'),
    ],
  ])('%s', async (_name, spoil, expected) => {
    const request = { ...good, paymentRequestId: world.id('bad'), ...spoil };
    refusedIds.push(request.paymentRequestId);
    expect(await refusal(AcquiringServiceService.createPayment, request)).toEqual(expected);
  });

  test('a merchant that nobody has, or another partner', async () => {
    const other = await openShop(world);
    const store = await other.partner.merchants.createStore({
      ...{ merchantId: other.merchantId, requestId: 's', displayName: 'S' },
    });
    const unknown = { code: 'NOT_FOUND', reason: 'MERCHANT_UNKNOWN', fields: [] };
    const changes = [
      { merchantId: UUID },
      { merchantId: other.merchantId },
      { storeId: store.store?.storeId ?? '' },
      { storeId: UUID },
    ];
    for (const change of changes) {
      const request = { ...good, paymentRequestId: world.id('bad'), ...change };
      refusedIds.push(request.paymentRequestId);
      expect(await refusal(AcquiringServiceService.createPayment, request)).toEqual(unknown);
    }
  });

  test('a message above 1 MiB', async () => {
    const large = { ...good, orderDescription: 'x'.repeat(1 << 20) };
    const { createPayment, createPayments } = AcquiringServiceService;
    expect(await refusal(createPayment, large)).toEqual(invalid('MESSAGE_TOO_LARGE'));
    const larger = { ...good, orderDescription: 'x'.repeat(8 << 20) };
    expect((await refusal(createPayment, larger)).code).toBe('RESOURCE_EXHAUSTED');
    expect((await refusal(createPayments, { payment: larger })).code).toBe('RESOURCE_EXHAUSTED');
  });

  const GARBAGE: [string, Buffer][] = [
    ['a tag that never ends', Buffer.alloc(32, 0xff)],
    ['a length beyond the end', Buffer.from([0x0a, 0x7f, 0x41])],
    ['a wire type that is none', Buffer.from([0x0f, 0x00])],
    ['a message in a message that ends early', Buffer.from([0x32, 0x02, 0x0a, 0x7f])],
    ['a varint of eleven bytes', Buffer.from([0x32, 0x0c, 0x10, ...Array(10).fill(0xff), 0x01])],
  ];
  test.each(GARBAGE)('bytes that are no message: %s', async (_name, bytes) => {
    const { createPayment, createPayments } = AcquiringServiceService;
    const from = { as: shop.partner.id, at: 'acquiring' };
    const malformed = { code: 'INVALID_ARGUMENT', reason: 'MALFORMED_REQUEST' };
    expect(await knock({ ...from, path: createPayment.path, bytes })).toMatchObject(malformed);
    const streamed = Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes]);
    const answer = await knock({ ...from, path: createPayments.path, bytes: streamed });
    expect(answer).toMatchObject(malformed);
  });

  test('an unknown field is no error, and no excuse for a missing one', async () => {
    const as = shop.partner.id;
    const { path } = AcquiringServiceService.createPayment;
    const bytes = Buffer.from([0xfa, 0x3f, 0x02, 0x68, 0x69]);
    const answer = await knock({ as, at: 'acquiring', path, bytes });
    expect(answer).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'FIELD_INVALID' });
    expect(answer.fields).toEqual([
      ...['payment_request_id', 'payment_code', 'merchant_id', 'payee_amount'],
    ]);
  });

  test('a method that is none', async () => {
    const path = '/causeway.acquiring.v1.AcquiringService/DeletePayment';
    const answer = await knock({ as: shop.partner.id, at: 'acquiring', path });
    expect(answer.code).toBe('UNIMPLEMENTED');
  });

  afterAll(async () => {
    // Nothing was written: no payment, no debit, and the code in all of them is still good.
    const wellFormed = refusedIds.filter((id) => /^[\x20-\x7e]{1,64}$/.test(id));
    expect(wellFormed.length).toBeGreaterThan(25);
    const { payments } = shop.partner;
    for (const value of wellFormed) {
      const read = payments.getPayment({ key: { $case: 'paymentRequestId', value } });
      expect(await reasonOf(read)).toBe('PAYMENT_UNKNOWN');
    }
    expect(await payer.balance()).toBe(OPENING);
    const payment = await charge(shop, good);
    expect(await payer.balance()).toBe(OPENING - minor(payment.payerAmount));
  });
});

describe('other calls of a partner', () => {
  test('a refund that cannot be', async () => {
    const own = await openPayer(world);
    const { paymentId } = await pay(world, own, shop, 1_000n);
    const refund: CreateRefundRequest = {
      paymentId,
      refundRequestId: 'bad',
      payeeAmount: { currencyCode: 'JPY', amountMinor: 100n },
      reason: '',
    };
    const refused = (spoil: Partial<CreateRefundRequest>) =>
      refusal(AcquiringServiceService.createRefund, { ...refund, ...spoil });
    expect(await refused(yen(0n))).toEqual(AMOUNT);
    expect(await refused(yen(-5n))).toEqual(AMOUNT);
    expect(await refused(yen(INT64_MAX))).toEqual(AMOUNT);
    expect(await refused(money('QQQ'))).toEqual(CURRENCY);
    expect(await refused({ payeeAmount: undefined })).toEqual(field('payee_amount'));
    expect(await refused({ paymentId: 'x' })).toEqual(field('payment_id'));
    expect(await refused({ refundRequestId: '' })).toEqual(field('refund_request_id'));
    expect(await refused({ refundRequestId: 'é' })).toEqual(field('refund_request_id'));
    expect(await refused({ refundRequestId: 'late-tap' })).toEqual(field('refund_request_id'));
    expect(await refused({ reason: 'x\ty' })).toEqual(field('reason'));
    expect(await refused({ reason: 'x'.repeat(257) })).toEqual(field('reason'));
    const listed = { paymentId, pageSize: 0, pageToken: '' };
    expect(await shop.partner.payments.listRefunds(listed)).toMatchObject({ refunds: [] });
    expect(CreateRefundRequest.decode(CreateRefundRequest.encode(refund).finish())).toEqual(refund);
  });

  test('ids that are none', async () => {
    const { getPayment, cancelPayment, getRefund } = AcquiringServiceService;
    expect(await refusal(getPayment, { key: undefined })).toEqual(field('key'));
    const byId = { key: { $case: 'paymentId', value: '1' } } as const;
    expect(await refusal(getPayment, byId)).toEqual(field('payment_id'));
    const paymentRequestId = 'x'.repeat(65);
    expect(await refusal(cancelPayment, { paymentRequestId })).toEqual(field('payment_request_id'));
    expect(await refusal(getRefund, { paymentId: '', refundRequestId: '' })).toEqual(
      invalid('FIELD_INVALID', 'payment_id', 'refund_request_id'),
    );
  });

  test('pages, tokens and cursors that are none, or of another list', async () => {
    const { listPayments, listRefunds, watchPayments } = AcquiringServiceService;
    const own = await openPayer(world);
    const at = await openShop(world);
    const as = { as: at.partner.id };
    const made = [await pay(world, own, at, 300n), await pay(world, own, at, 300n)];
    const [first, second] = made.map(({ paymentId }) => paymentId) as [string, string];
    const page = { pageSize: 1, pageToken: '', merchantId: '', state: 0 };
    await expect
      .poll(async () => (await at.partner.payments.listPayments(page)).nextPageToken)
      .not.toBe('');
    const { nextPageToken: ours } = await at.partner.payments.listPayments(page);
    const tokenInvalid = invalid('PAGE_TOKEN_INVALID');

    expect(await refusal(listPayments, { ...page, pageSize: -1 }, as)).toEqual(field('page_size'));
    expect(await refusal(listPayments, { ...page, pageSize: 501 }, as)).toEqual(field('page_size'));
    expect(await refusal(listPayments, { ...page, state: 99 }, as)).toEqual(field('state'));
    expect(await refusal(listPayments, { ...page, merchantId: '*' }, as)).toEqual(
      field('merchant_id'),
    );
    const forged = Buffer.from(`[["payments","${at.partner.id}","","0"],["1'",""]]`);
    for (const pageToken of ['nonsense', 'x'.repeat(5_000), forged.toString('base64url')]) {
      expect(await refusal(listPayments, { ...page, pageToken }, as)).toEqual(tokenInvalid);
    }
    const filtered = { ...page, pageToken: ours, merchantId: at.merchantId };
    expect(await refusal(listPayments, filtered, as)).toEqual(tokenInvalid);
    expect(await refusal(listPayments, { ...page, pageToken: ours })).toEqual(tokenInvalid);

    for (const [refundRequestId, paymentId] of [
      ['a', first],
      ['b', first],
    ] as const) {
      const payeeAmount = { currencyCode: 'JPY', amountMinor: 10n };
      await at.partner.payments.createRefund({
        paymentId,
        refundRequestId,
        payeeAmount,
        reason: '',
      });
    }
    const refunds = { paymentId: first, pageSize: 1, pageToken: '' };
    expect(await refusal(listRefunds, { ...refunds, pageSize: -1 }, as)).toEqual(
      field('page_size'),
    );
    const { nextPageToken: pageToken } = await at.partner.payments.listRefunds(refunds);
    expect(pageToken).not.toBe('');
    const elsewhere = { ...refunds, paymentId: second, pageToken };
    expect(await refusal(listRefunds, elsewhere, as)).toEqual(tokenInvalid);
    const noUuid = Buffer.from(`${first}/1/${'-'.repeat(36)}`).toString('base64url');
    for (const token of [ours, noUuid, 'nonsense']) {
      expect(await refusal(listRefunds, { ...refunds, pageToken: token }, as)).toEqual(
        tokenInvalid,
      );
    }

    for (const cursor of ['nonsense', ours, 'x'.repeat(5_000)]) {
      expect(await refusal(watchPayments, { cursor }, as)).toEqual(invalid('CURSOR_INVALID'));
    }
    for await (const { cursor } of at.partner.payments.watchPayments({ cursor: '' })) {
      expect(await refusal(watchPayments, { cursor })).toEqual(invalid('CURSOR_INVALID'));
      break;
    }
  });

  test('a merchant that cannot be', async () => {
    const { createMerchant, listMerchants, setMerchantActive } = MerchantServiceService;
    const merchant = {
      requestId: world.id('m'),
      ...{ displayName: 'Shop', countryCode: 'JP', city: 'Nara', categoryCode: '5814' },
      currencyCodes: ['JPY'],
    };
    const refused = (spoil: Partial<typeof merchant>) =>
      refusal(createMerchant, { ...merchant, ...spoil });
    expect(await refused({ requestId: '' })).toEqual(field('request_id'));
    expect(await refused({ displayName: '' })).toEqual(field('display_name'));
    expect(await refused({ displayName: 'a\u0000b' })).toEqual(field('display_name'));
    expect(await refused({ countryCode: 'jp' })).toEqual(field('country_code'));
    expect(await refused({ city: 'x'.repeat(65) })).toEqual(field('city'));
    expect(await refused({ categoryCode: '58' })).toEqual(field('category_code'));
    expect(await refused({ currencyCodes: [] })).toEqual(field('currency_codes'));
    expect(await refused({ currencyCodes: ['JPY', 'JPY'] })).toEqual(field('currency_codes'));
    expect(await refused({ currencyCodes: ['JPY', 'ABC'] })).toEqual(
      invalid('CURRENCY_UNKNOWN', 'currency_codes[1]'),
    );
    const page = { pageSize: -1, pageToken: '' };
    expect(await refusal(listMerchants, page)).toEqual(field('page_size'));
    const nobody = { merchantId: UUID, active: true };
    expect((await refusal(setMerchantActive, nobody)).reason).toBe('MERCHANT_UNKNOWN');
    const { merchants } = await shop.partner.merchants.listMerchants({
      pageSize: 0,
      pageToken: '',
    });
    expect(merchants.map(({ merchantId }) => merchantId)).toEqual([shop.merchantId]);
  });
});
