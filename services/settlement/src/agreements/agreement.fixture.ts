import { ParticipantKind } from '@causeway/proto/common';
import { type SettlementAgreement, SettlementMethod } from '@causeway/proto/settlement';

/** An agreement in which every field says something, for tests to change. */
export function agreementWith(changes: Partial<SettlementAgreement> = {}): SettlementAgreement {
  return {
    participant: { participantKind: ParticipantKind.ACQUIRER, participantId: 'sakura' },
    ...{ version: 0, effectiveFrom: '2026-11-30', settlementCurrencyCode: '' },
    ...{ timeZone: 'Asia/Tokyo', cutOffSeconds: 64_800, method: SettlementMethod.NET },
    valueDate: {
      businessDays: 2,
      calendars: [
        { countryCode: 'HK', extraHolidays: ['2026-12-02'], removedHolidays: [] },
        { countryCode: 'JP', extraHolidays: [], removedHolidays: ['2026-12-31'] },
      ],
    },
    fees: [
      {
        ...{ currencyCode: 'JPY', minMinor: 20n, maxMinor: 3_000n, refundable: true },
        tiers: [
          { fromVolumeMinor: 0n, bps: '120', fixedMinor: 10n },
          { fromVolumeMinor: 1_000_000n, bps: '99.5', fixedMinor: 0n },
        ],
      },
    ],
    minimumPayouts: [{ currencyCode: 'JPY', amountMinor: 10_000n }],
    reserve: { bps: '500', days: 30 },
    payoutAccounts: [
      {
        ...{ currencyCode: 'JPY', accountName: 'Sakura Acquiring', bic: 'SAKUJPJT' },
        account: { $case: 'localNumber', value: '0001-123-1234567' },
        address: {
          ...{ addressLine: '1-2-3 Yanaka', city: 'Tokyo' },
          ...{ postalCode: '110-0001', countryCode: 'JP' },
        },
      },
    ],
    ...{ operatorId: '', createTime: undefined, ...changes },
  };
}
