import { ParticipantKind } from '@causeway/proto/common';
import {
  type FeeSchedule,
  type PayoutAccount,
  SettlementAgreement,
  SettlementMethod,
} from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { describe, expect, test } from 'vitest';
import { agreementWith } from './agreement.fixture.ts';
import { builtInAgreement } from './agreement.ts';
import { checkAgreement } from './check.ts';
import { agreementOf, bodyOf, builtInMessage } from './message.ts';

async function wrongIn(agreement: SettlementAgreement | undefined): Promise<string[]> {
  const fields = new RequestFields();
  await checkAgreement(fields, agreement);
  try {
    fields.refuse();
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.fields.map(({ field }) => field.replace('agreement.', ''));
  }
}

const [JPY] = agreementWith().fees as [FeeSchedule];
const [ACCOUNT] = agreementWith().payoutAccounts as [PayoutAccount];
const fees = (...changed: Partial<FeeSchedule>[]) => ({
  fees: changed.map((one) => ({ ...JPY, ...one })),
});
const account = (change: Partial<PayoutAccount>) => ({
  payoutAccounts: [{ ...ACCOUNT, ...change }],
});
const tier = (fromVolumeMinor: bigint, bps = '1', fixedMinor = 0n) => ({
  ...{ fromVolumeMinor, bps, fixedMinor },
});
const calendar = (
  countryCode: string,
  extraHolidays: string[],
  removedHolidays: string[] = [],
) => ({
  valueDate: { businessDays: 1, calendars: [{ countryCode, extraHolidays, removedHolidays }] },
});
const ISSUER = { participantKind: ParticipantKind.ISSUER, participantId: 'harbour-wallet' };

describe('an agreement', () => {
  test.each<[string, Partial<SettlementAgreement>]>([
    ['with everything', {}],
    ['settled in one currency', { settlementCurrencyCode: 'JPY' }],
    ['of a wallet operator', { participant: ISSUER, reserve: undefined }],
    ['without fees, account or minimum', { fees: [], payoutAccounts: [], minimumPayouts: [] }],
    ['without a maximum', fees({ maxMinor: 0n })],
    ['of Macau', calendar('MO', [])],
    ['with an IBAN', account({ account: { $case: 'iban', value: 'GB82WEST12345698765432' } })],
  ])('%s is taken', async (_what, change) => {
    expect(await wrongIn(agreementWith(change))).toEqual([]);
  });

  test.each<[string, Partial<SettlementAgreement>]>([
    ['participant', { participant: undefined }],
    ['participant', { participant: { ...ISSUER, participantKind: 0 } }],
    [
      'participant.participant_id',
      { participant: { ...ISSUER, participantId: 'Ä' }, reserve: undefined },
    ],
    [
      'settlement_currency_code',
      { settlementCurrencyCode: 'XXX', fees: [], minimumPayouts: [], payoutAccounts: [] },
    ],
    [
      'settlement_currency_code',
      { participant: ISSUER, reserve: undefined, settlementCurrencyCode: 'JPY' },
    ],
    ['effective_from', { effectiveFrom: '2026-02-30' }],
    ['time_zone', { timeZone: 'Asia/Nowhere' }],
    ['time_zone', { timeZone: '' }],
    ['cut_off_seconds', { cutOffSeconds: 86_400 }],
    ['fees', { fees: Array<FeeSchedule>(33).fill(JPY) }],
    ['method', { method: SettlementMethod.UNSPECIFIED }],
    ['value_date', { valueDate: undefined }],
    ['value_date.business_days', { valueDate: { businessDays: 31, calendars: [] } }],
    [
      'value_date.calendars',
      {
        valueDate: {
          businessDays: 1,
          calendars: Array(3).fill(calendar('HK', []).valueDate.calendars[0]),
        },
      },
    ],
    ['value_date.calendars[0].country_code', calendar('XX', [])],
    ['value_date.calendars[0].extra_holidays', calendar('HK', ['2026-1-1'])],
    ['value_date.calendars[0].removed_holidays', calendar('HK', ['2026-12-02'], ['2026-12-02'])],
    ['fees[0].currency_code', fees({ currencyCode: 'YEN' })],
    ['fees[1].currency_code', fees({}, {})],
    ['fees[0].tiers', fees({ tiers: [] })],
    ['fees[0].tiers[0].from_volume_minor', fees({ tiers: [tier(1n)] })],
    ['fees[0].tiers[1].from_volume_minor', fees({ tiers: [tier(0n), tier(0n)] })],
    ['fees[0].tiers[0].bps', fees({ tiers: [tier(0n, '10001')] })],
    ['fees[0].tiers[0].bps', fees({ tiers: [tier(0n, '1.00001')] })],
    ['fees[0].tiers[0].fixed_minor', fees({ tiers: [tier(0n, '1', -1n)] })],
    [
      'fees[0].tiers[0].fixed_minor',
      fees({ currencyCode: 'IDR', minMinor: 0n, tiers: [tier(0n, '1', 50n)] }),
    ],
    ['fees[0].max_minor', fees({ maxMinor: 19n })],
    [
      'minimum_payouts[0].amount_minor',
      { minimumPayouts: [{ currencyCode: 'JPY', amountMinor: -1n }] },
    ],
    ['reserve.bps', { reserve: { bps: 'many', days: 1 } }],
    ['reserve.days', { reserve: { bps: '1', days: 0 } }],
    ['reserve', { participant: ISSUER }],
    ['payout_accounts[0].account_name', account({ accountName: '' })],
    ['payout_accounts[0].bic', account({ bic: 'SAKU' })],
    ['payout_accounts[0].iban', account({ account: undefined })],
    [
      'payout_accounts[0].iban',
      account({ account: { $case: 'iban', value: 'GB82WEST12345698765433' } }),
    ],
    ['payout_accounts[0].local_number', account({ account: { $case: 'localNumber', value: '' } })],
    ['payout_accounts[0].address', account({ address: undefined })],
  ])('is refused for its %s', async (field, change) => {
    expect(await wrongIn(agreementWith(change))).toEqual([field]);
  });

  test('in another currency than it is settled in is refused wherever that stands', async () => {
    expect(await wrongIn(agreementWith({ settlementCurrencyCode: 'USD' }))).toEqual([
      'fees[0].currency_code',
      'minimum_payouts[0].currency_code',
      'payout_accounts[0].currency_code',
    ]);
  });

  test('is refused for all that is wrong at once', async () => {
    const change = { timeZone: '', effectiveFrom: '', ...fees({ currencyCode: 'YEN', tiers: [] }) };
    expect(await wrongIn(agreementWith(change))).toEqual([
      'effective_from',
      'time_zone',
      'fees[0].currency_code',
      'fees[0].tiers',
    ]);
    expect(await wrongIn(undefined)).toEqual(['agreement']);
  });
});

describe('a message', () => {
  test('is what the command kept of it', () => {
    const kept = SettlementAgreement.fromJSON(
      bodyOf(agreementWith({ version: 7, operatorId: 'x' })),
    );
    expect(kept).toEqual(agreementWith());
  });

  test('says an agreement', () => {
    const { fees: said, ...agreement } = agreementOf(agreementWith());
    expect(agreement).toMatchObject({
      participant: { kind: 'acquirer', id: 'sakura' },
      day: { timeZone: 'Asia/Tokyo', cutOffSeconds: 64_800 },
      method: 'net',
      minimumPayouts: new Map([['JPY', 10_000n]]),
      reserve: { bps: 5_000_000n, days: 30 },
      payoutAccounts: [{ name: 'Sakura Acquiring', account: { localNumber: '0001-123-1234567' } }],
    });
    expect(said[0]?.tiers[1]).toEqual({
      ...{ fromVolumeMinor: 1_000_000n, bps: 995_000n, fixedMinor: 0n },
    });
    expect(agreementOf(agreementWith(fees({ maxMinor: 0n }))).fees[0]).not.toHaveProperty(
      'maxMinor',
    );
  });

  test('of the built-in agreement is that agreement', () => {
    const participant = { kind: 'issuer', id: 'harbour-wallet' } as const;
    expect(agreementOf(builtInMessage(participant))).toEqual(builtInAgreement(participant));
  });
});
