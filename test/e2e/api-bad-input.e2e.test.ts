import {
  AcquiringServiceService,
  type CreatePaymentRequest,
  CreateRefundRequest,
  MerchantServiceService,
} from '@causeway/proto/acquiring';
import { DirectoryServiceService, StopServiceService } from '@causeway/proto/routing';
import { WalletServiceService } from '@causeway/proto/wallet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  charge,
  chargeOf,
  knocker,
  minor,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  pay,
  reasonOf,
  type Shop,
} from './support/index.ts';

const world = openWorld();
const knock = knocker(world);

const OPENING = 1_000_00n;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const UUID = '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506';

let shop: Shop;
let payer: Payer;
let good: CreatePaymentRequest;
/** Every payment_request_id that a bad request carried. */
const refusedIds: string[] = [];

beforeAll(async () => {
  [shop, payer] = await Promise.all([openShop(world), openPayer(world, { balanceMinor: OPENING })]);
  good = chargeOf(world, shop, await payer.code(), 1_000n);
});

/** Encodes a request of a method and makes the call with nothing of ours in between. */
async function refusal<Request>(
  method: { path: string; requestSerialize: (request: Request) => Buffer },
  request: Request,
  { as = shop.partner.id, at = 'acquiring' } = {},
) {
  const { path } = method;
  const answer = await knock({ as, at, path, bytes: method.requestSerialize(request) });
  const { code, reason, fields } = answer;
  return { code, reason, fields };
}

const invalid = (reason: string, ...fields: string[]) => ({
  code: 'INVALID_ARGUMENT',
  reason,
  fields,
});

type Spoil = Partial<CreatePaymentRequest>;
const yen = (amountMinor: bigint): Spoil => ({ payeeAmount: { currencyCode: 'JPY', amountMinor } });
const money = (currencyCode: string, amountMinor = 1_000n): Spoil => ({
  payeeAmount: { currencyCode, amountMinor },
});

const AMOUNT = invalid('AMOUNT_INVALID', 'payee_amount.amount_minor');
const CURRENCY = invalid('CURRENCY_UNKNOWN', 'payee_amount.currency_code');
const field = (name: string) => invalid('FIELD_INVALID', name);

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

test('wallet operators are refused what cannot be, and nothing moves', async () => {
  const { openWallet, topUp, withdraw, listStatementEntries, createPaymentCode, changeTier } =
    WalletServiceService;
  const from = { as: world.issuer.id, at: 'wallet' };
  const own = await openPayer(world, { tier: 'unverified', balanceMinor: 100_00n });
  const { walletId } = own;
  const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });
  const movement = { walletId, requestId: world.id('move'), amount: hkd(1n) };
  const opening = { requestId: world.id('w'), displayName: 'Somebody', tier: 'unverified' };

  expect(await refusal(openWallet, { ...opening, tier: 'gold' }, from)).toEqual(
    invalid('TIER_UNKNOWN', 'tier'),
  );
  expect(await refusal(openWallet, { ...opening, displayName: '' }, from)).toEqual(
    field('display_name'),
  );
  expect(await refusal(openWallet, { ...opening, requestId: 'é' }, from)).toEqual(
    field('request_id'),
  );
  expect((await refusal(changeTier, { walletId, tier: 'gold' }, from)).reason).toBe('TIER_UNKNOWN');
  for (const method of [topUp, withdraw]) {
    const refused = (spoil: object) => refusal(method, { ...movement, ...spoil }, from);
    const amountInvalid = invalid('AMOUNT_INVALID', 'amount.amount_minor');
    expect(await refused({ amount: hkd(0n) })).toEqual(amountInvalid);
    expect(await refused({ amount: hkd(-1n) })).toEqual(amountInvalid);
    expect(await refused({ amount: hkd(INT64_MAX) })).toEqual(amountInvalid);
    expect(await refused({ amount: hkd(INT64_MIN) })).toEqual(amountInvalid);
    expect(await refused({ amount: { currencyCode: 'JPY', amountMinor: 1n } })).toEqual(
      field('amount.currency_code'),
    );
    expect(await refused({ amount: undefined })).toEqual(field('amount'));
    expect(await refused({ walletId: 'x' })).toEqual(field('wallet_id'));
    expect(await refused({ walletId: UUID })).toEqual({
      ...{ code: 'NOT_FOUND', reason: 'WALLET_UNKNOWN', fields: [] },
    });
    expect(await refused({ requestId: 'x'.repeat(65) })).toEqual(field('request_id'));
  }
  const failed = (reason: string) => ({ code: 'FAILED_PRECONDITION', reason, fields: [] });
  expect(await refusal(topUp, { ...movement, amount: hkd(3_000_00n) }, from)).toEqual(
    failed('LIMIT_BALANCE'),
  );
  expect(await refusal(withdraw, { ...movement, amount: hkd(100_01n) }, from)).toEqual(
    failed('INSUFFICIENT_FUNDS'),
  );
  expect(await refusal(createPaymentCode, { walletId, ttlSeconds: -1 }, from)).toEqual(
    field('ttl_seconds'),
  );
  const page = { walletId, pageSize: 0, pageToken: '' };
  expect(await refusal(listStatementEntries, { ...page, pageSize: -1 }, from)).toEqual(
    field('page_size'),
  );
  expect(await refusal(listStatementEntries, { ...page, pageToken: 'x' }, from)).toEqual(
    invalid('PAGE_TOKEN_INVALID'),
  );
  expect(await own.statement()).toHaveLength(1);
  expect(await own.balance()).toBe(100_00n);

  await world.issuer.wallets.topUp(movement);
  expect(await refusal(topUp, { ...movement, amount: hkd(2n) }, from)).toEqual({
    ...{ code: 'ALREADY_EXISTS', reason: 'REQUEST_ID_REUSED', fields: [] },
  });
  expect((await refusal(withdraw, movement, from)).reason).toBe('REQUEST_ID_REUSED');
  expect(await own.balance()).toBe(100_01n);
});

test('operators are refused stops and entries that cannot be', async () => {
  const from = { as: 'ops', at: 'routing' };
  const { createStop } = StopServiceService;
  const stop = { subjectKind: 1, subjectId: 'nobody-at-all', reason: 'test' };
  const spoiled: [string, Partial<typeof stop>][] = [
    ['subject_kind', { subjectKind: 0 }],
    ['subject_kind', { subjectKind: 77 }],
    ['subject_id', { subjectId: '' }],
    ['subject_id', { subjectId: 'a b' }],
    ['subject_id', { subjectId: 'x'.repeat(65) }],
    ['reason', { reason: '' }],
    ['reason', { reason: 'x'.repeat(257) }],
  ];
  for (const [name, spoil] of spoiled) {
    expect(await refusal(createStop, { ...stop, ...spoil }, from)).toEqual(
      invalid('SUBJECT_INVALID', name),
    );
  }
  const { stops } = await world.ops.stops.listStops({});
  expect(stops.filter(({ subjectId }) => subjectId === stop.subjectId)).toEqual([]);

  const route = {
    ...{ routeId: 'bad', partnerId: shop.partner.id, countryCode: 'JP', currencyCodes: ['JPY'] },
    clearing: { timeZone: 'Asia/Tokyo', cutOffSeconds: 0 },
  };
  const { putRoute, putIssuer } = DirectoryServiceService;
  const refused = async (spoil: object) =>
    (await refusal(putRoute, { route: { ...route, ...spoil } }, from)).fields;
  expect(await refused({ routeId: 'A B' })).toEqual(['route.route_id']);
  expect(await refused({ countryCode: 'Japan' })).toEqual(['route.country_code']);
  expect(await refused({ currencyCodes: ['ZZZ'] })).toEqual(['route.currency_codes']);
  expect(await refused({ clearing: undefined })).toEqual(['route.clearing']);
  expect(await refused({ clearing: { timeZone: 'Mars/Base', cutOffSeconds: 86_400 } })).toEqual([
    ...['route.clearing.time_zone', 'route.clearing.cut_off_seconds'],
  ]);
  const { issuers } = await world.ops.directory.listIssuers({});
  const [known] = issuers;
  if (known === undefined) throw new Error('no issuer is seeded');
  const thief = { ...known, issuerId: 'thief' };
  expect(await refusal(putIssuer, { issuer: thief }, from)).toEqual({
    ...{ code: 'ALREADY_EXISTS', reason: 'PREFIX_TAKEN', fields: [] },
  });
  expect((await world.ops.directory.listIssuers({})).issuers).toEqual(issuers);
});
