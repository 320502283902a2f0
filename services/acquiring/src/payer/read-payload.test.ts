import { decode } from '@causeway/emvqr';
import { currencies } from '@causeway/money';
import { Refusal, uuidFrom } from '@causeway/runtime';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LINKS } from '../presented/links.fixture.ts';
import { mpmOf, publicPayloads, withChecksum } from './payloads.fixture.ts';
import { readPayload } from './read-payload.ts';
import type { Reading, ReadMerchant } from './reading.ts';

const reader = {
  links: LINKS,
  findCode: async () => undefined,
};
const read = (payload: string) => readPayload(reader, payload, Number.POSITIVE_INFINITY);

async function merchantIn(payload: string): Promise<ReadMerchant> {
  const reading = await read(payload);
  if (reading.kind === 'merchant') return reading;
  throw new Error(`read as ${reading.kind}`);
}

async function outcome(payload: string): Promise<Reading | Refusal> {
  try {
    return await read(payload);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** A shop in Singapore that takes two schemes. */
const SHOP = {
  mai_26: { '00': 'SG.PAYNOW', '01': '2', '02': '200002150H', '03': '0' },
  mai_27: { '00': 'SG.COM.NETS', '01': '11187666500', '09': 'B97B3814' },
  mcc: '5812',
  currencyNumeric: '702',
  country: 'SG',
  merchantName: 'Kopi Lim',
  merchantCity: 'Singapore',
};

describe('a code of other schemes', () => {
  test('leads over each of them, and says what the code says', async () => {
    const { targets, merchant, schemeIds, problems } = await merchantIn(mpmOf(SHOP));
    expect(schemeIds).toEqual(['SG.PAYNOW', 'SG.COM.NETS']);
    expect(targets[1]).toMatchObject({
      ...{ partnerId: '', schemeId: 'SG.COM.NETS', schemeAccount: SHOP.mai_27 },
      merchant: { currencyCodes: ['SGD'], active: true },
    });
    expect(merchant).toMatchObject({
      ...{ displayName: 'Kopi Lim', city: 'Singapore', countryCode: 'SG', categoryCode: '5812' },
    });
    expect(problems).toEqual([]);
  });

  test('names a merchant by its account, and not by what changes with each payment', async () => {
    const id = async (change: object) =>
      (await merchantIn(mpmOf({ ...SHOP, ...change }))).merchant?.merchantId;
    const first = await id({});
    expect(first).toBe(uuidFrom('scheme_merchant', 'sg.paynow', '01', '2', '02', '200002150H'));
    expect(await id({ merchantName: 'Kopi Lim 2', amount: '3.00' })).toBe(first);
    expect(await id({ mai_26: { ...SHOP.mai_26, '03': '1', '04': '20261231' } })).toBe(first);
    expect(await id({ mai_26: { ...SHOP.mai_26, '00': 'sg.paynow' } })).toBe(first);
    expect(await id({ mai_26: { ...SHOP.mai_26, '02': '200002151H' } })).not.toBe(first);
    for (const added of ['05', '50', '99']) {
      expect(await id({ mai_26: { ...SHOP.mai_26, [added]: 'x' } })).toBe(first);
    }
    const unknown = (more: object) => id({ mai_26: { '00': 'x.unheard', '01': '7', ...more } });
    expect(await unknown({ '02': '8' })).not.toBe(await unknown({}));
  });

  test('of PromptPay has a name and a country all the same', async () => {
    const { merchant, price } = await merchantIn(
      mpmOf({
        mai_29: { '00': 'A000000677010111', '01': '0066812223333' },
        ...{ currencyNumeric: '764', amount: '30.00' },
      }),
    );
    expect(price.amount).toEqual({ currencyCode: 'THB', amountMinor: 3_000n });
    expect(merchant).toMatchObject({
      ...{ displayName: 'PromptPay merchant', countryCode: 'TH', city: '', categoryCode: '0000' },
    });
  });

  test('is shown with its other name beside it, and without what cannot be seen', async () => {
    const named = await merchantIn(
      mpmOf({ ...SHOP, merchantInfoLang: { '00': 'ZH', '01': '林记\u202e咖啡', '02': '新加坡' } }),
    );
    expect(named).toMatchObject({ localName: '林记咖啡', merchant: { displayName: 'Kopi Lim' } });
    expect(named.problems).toEqual([]);
    const { merchantName: _, ...nameless } = SHOP;
    const local = { '00': 'ZH', '01': '林记咖啡' };
    const other = await merchantIn(mpmOf({ ...nameless, merchantInfoLang: local }));
    expect(other.merchant?.displayName).toBe('林记咖啡');
  });

  test('is taken as the field makes it: DuitNow’s version, a checksum in lower case', async () => {
    const duitNow = mpmOf({
      ...{ ...SHOP, payloadFormatIndicator: '02', currencyNumeric: '458', country: 'MY' },
      mai_26: { '00': 'A0000006150001', '01': '603346', '02': 'MD001675752' },
      merchantName: 'NA',
    });
    const small = duitNow.replace(/.{4}$/, (checksum) => checksum.toLowerCase());
    for (const payload of [duitNow, small]) {
      const { schemeIds, merchant, problems } = await merchantIn(payload);
      expect(schemeIds).toEqual(['A0000006150001', 'SG.COM.NETS']);
      expect(merchant?.displayName).toBe('DuitNow merchant');
      expect(problems[0]).toMatch(/^payload format indicator/);
    }
  });

  test.each([
    [{ tipIndicator: '01' }, { kind: 'prompt' }],
    [
      { tipIndicator: '02', convenienceFeeFixed: '1.50' },
      { kind: 'fixed', amount: { currencyCode: 'SGD', amountMinor: 150n } },
    ],
    [
      { tipIndicator: '03', convenienceFeePercent: '10.5' },
      { kind: 'percent', bps: 1_050 },
    ],
    [{ convenienceFeeFixed: '1.50' }, { kind: 'none' }],
  ])('says of a tip %j', async (fields, tip) => {
    const { price } = await merchantIn(mpmOf({ ...SHOP, ...fields, amount: '12.00' }));
    expect(price.amount?.amountMinor).toBe(1_200n);
    expect(price.tip).toEqual(tip);
  });

  test('hands the partner its reference label, and not the wish for one', async () => {
    const label = async (additionalData: Record<string, string>) =>
      (await merchantIn(mpmOf({ ...SHOP, additionalData }))).orderReference;
    expect(await label({ '05': 'TABLE 7' })).toBe('TABLE 7');
    expect(await label({ '05': '***', '07': 'T1' })).toBe('');
  });

  test('of card networks alone names no scheme', async () => {
    const { mai_26: _, mai_27: __, ...shop } = SHOP;
    expect((await merchantIn(mpmOf({ ...shop, mai_04: '4123412341234' }))).targets).toEqual([]);
  });
});

const ORDER = uuidFrom('payment', 'siam', 'o1');
const shownOrder = {
  ...{ '00': 'hk.causeway', '01': ORDER.replaceAll('-', ''), '02': LINKS.orderTag(ORDER) },
};

test('an order is found by the code and the link that were shown', async () => {
  expect(await read(mpmOf({ ...SHOP, mai_28: shownOrder }))).toMatchObject({
    ...{ kind: 'order', paymentId: ORDER },
  });
  expect(await read(LINKS.toOrder(ORDER))).toMatchObject({ kind: 'order', paymentId: ORDER });
});

describe('what cannot be paid by', () => {
  const payload = mpmOf(SHOP);
  test.each([
    ['nothing', '', 'FIELD_INVALID'],
    ['too much', 'x'.repeat(4_297), 'FIELD_INVALID'],
    ['prose', 'two mangoes', 'CODE_UNREADABLE'],
    ['a foreign link', 'https://evil.example/o/1', 'CODE_UNREADABLE'],
    ['half a code', payload.slice(0, 60), 'CODE_UNREADABLE'],
    ['a wrong checksum', `${payload.slice(0, -4)}0000`, 'CODE_UNREADABLE'],
    ['no price', mpmOf({ ...SHOP, currencyNumeric: '70' }), 'CODE_UNREADABLE'],
    ['a fee of unknown size', mpmOf({ ...SHOP, tipIndicator: '02' }), 'CODE_UNREADABLE'],
    ['a strange currency', mpmOf({ ...SHOP, currencyNumeric: '986' }), 'CURRENCY_UNSUPPORTED'],
    ['a third of a cent', mpmOf({ ...SHOP, amount: '1.333' }), 'CODE_UNREADABLE'],
    [
      'half a rupiah note',
      mpmOf({ ...SHOP, currencyNumeric: '360', amount: '100.50' }),
      'CODE_UNREADABLE',
    ],
    [
      'a percentage of nothing',
      mpmOf({ ...SHOP, tipIndicator: '03', convenienceFeePercent: '0' }),
      'CODE_UNREADABLE',
    ],
    [
      'no country',
      mpmOf({ ...SHOP, country: '65', mai_26: { '00': 'x' }, mai_27: { '00': 'y' } }),
      'CODE_UNREADABLE',
    ],
    [
      'an id of nobody',
      mpmOf({ ...SHOP, mai_28: { '00': 'hk.causeway', '01': 'x' } }),
      'CODE_UNREADABLE',
    ],
    [
      'an order that nobody was shown',
      mpmOf({ ...SHOP, mai_28: { '00': 'hk.causeway', '01': ORDER.replaceAll('-', '') } }),
      'CODE_UNREADABLE',
    ],
    [
      'an order of another tag',
      mpmOf({
        ...SHOP,
        mai_28: { ...shownOrder, '02': LINKS.orderTag(uuidFrom('payment', 'siam', 'o2')) },
      }),
      'CODE_UNREADABLE',
    ],
    ['an order’s id as a link', `https://pay.causeway.example/o/${ORDER}`, 'CODE_UNREADABLE'],
    [
      'a code that was never made',
      mpmOf({ ...SHOP, mai_28: { '00': 'hk.causeway', '01': '0123456789AB' } }),
      'MERCHANT_UNKNOWN',
    ],
  ])('%s', async (_, given, reason) => {
    expect(await outcome(given)).toMatchObject({ reason });
  });

  test('a payer’s own code is told apart', async () => {
    const cpm = 'hQVDUFYwMWEaTwegAAAAVVVVUA9Qcm9kdWN0MVByb2R1Y3Q=';
    expect(decode(cpm).mode).toBe('CPM');
    expect(await outcome(cpm)).toMatchObject({ reason: 'CODE_UNREADABLE' });
  });

  test('a code that says something twice, and what it is', async () => {
    const twice = mpmOf({ ...SHOP, amount: '1.00' }).replace('54041.00', '54041.0054041.99');
    const refusal = await outcome(withChecksum(twice));
    expect(refusal).toMatchObject({
      reason: 'CODE_UNREADABLE',
      fields: [{ field: 'payload', description: 'duplicate tag 54, the last one counts' }],
    });
  });

  test('anything at all is read or refused with a reason', async () => {
    const noise = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.base64String({ maxLength: 80 }),
      fc.tuple(fc.nat(payload.length), fc.string({ maxLength: 3 })).map(([at, text]) => {
        return withChecksum(payload.slice(0, at) + text + payload.slice(at + text.length));
      }),
    );
    await fc.assert(
      fc.asyncProperty(noise, async (text) => {
        const answer = await outcome(text);
        expect(answer instanceof Refusal ? 'merchant' : answer.kind).toBe('merchant');
      }),
      { numRuns: 50 },
    );
  }, 20_000);
});

describe.skipIf(publicPayloads.length === 0)('public payloads (skipped where absent)', () => {
  test.each(publicPayloads)('line $line is read as far as it is valid', async ({ payload }) => {
    const answer = await outcome(payload);
    const code = decode(payload);
    if (code.mode === 'CPM' || !code.ok) {
      expect(answer).toMatchObject({ reason: 'CODE_UNREADABLE' });
      return;
    }
    const numeric = code.fields.currencyNumeric ?? '';
    const isKnown = currencies().some((currency) => currency.numeric === numeric);
    expect(answer).toMatchObject(
      isKnown ? { kind: 'merchant' } : { reason: 'CURRENCY_UNSUPPORTED' },
    );
  });
});
