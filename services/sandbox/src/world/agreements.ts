import { type Participant, ParticipantKind } from '@causeway/proto/common';
import {
  type FeeSchedule,
  type FeeTier,
  type SettlementAgreement,
  SettlementMethod,
} from '@causeway/proto/settlement';
import { ACQUIRERS } from './acquirers.ts';
import { ISSUERS } from './issuers.ts';
import { GATEWAYS } from './routes.ts';
import { TRANSIT_OPERATORS } from './transit.ts';

/** What is particular about one participant's agreement; the rest follows from who it is. */
interface Terms {
  /** Business days until money moves; both Hong Kong and the participant's place are open on them. */
  days: number;
  fees: Omit<FeeSchedule, 'currencyCode'>;
  bic: string;
  /** Below this nothing is paid out, in minor units. */
  minimumMinor?: bigint;
  /** Kept back for thirty days. */
  reserveBps?: string;
  isGross?: boolean;
  /** The one currency that it is settled in, where that is not its merchants' own. */
  settledIn?: string;
}

const MIDNIGHT = 0;
const RESERVE_DAYS = 30;
/** Before any window: whoever starts a sandbox has these agreements from its first day on. */
const EFFECTIVE_FROM = '2026-01-01';

/** Each is different in something: tiers, bounds, refunds, days, gross. All of it is invented. */
const TERMS: Readonly<Record<string, Terms>> = {
  sakura: {
    ...{ days: 2, bic: 'SKRAJPJT', minimumMinor: 1_000n, reserveBps: '200' },
    fees: fees([tier('90', 5n), tier('72.5', 0n, 1_000_000n)], { minMinor: 5n, refundable: true }),
  },
  siam: { days: 1, bic: 'SMSVTHBK', fees: fees([tier('110', 100n)]) },
  hangang: {
    ...{ days: 2, bic: 'HNGPKRSE' },
    fees: fees([tier('100')], { maxMinor: 50_000n, refundable: true }),
  },
  pearl: { days: 1, bic: 'PRDACNBS', minimumMinor: 100_00n, fees: fees([tier('60')]) },
  merlion: {
    ...{ days: 1, bic: 'MRLASGSG' },
    fees: fees([tier('75', 5n)], { minMinor: 10n, refundable: true }),
  },
  straits: { days: 1, bic: 'STGWSGSG', fees: fees([tier('55', 10n)]) },
  kelana: { days: 2, bic: 'KLPSMYKL', isGross: true, fees: fees([tier('85')]) },
  luzon: { days: 2, bic: 'LZMBPHMM', fees: fees([tier('95', 2_00n)], { refundable: true }) },
  lotus: { days: 1, bic: 'LTSAMOMX', settledIn: 'HKD', fees: fees([tier('70')]) },
  harbour: { days: 0, bic: 'HBRAHKHH', fees: fees([tier('50')], { refundable: true }) },
  'mongkok-minibus': { days: 1, bic: 'MKMBHKHH', fees: fees([tier('40')], { refundable: true }) },
  'lion-rock-metro': { days: 1, bic: 'LNRKHKHH', fees: fees([tier('30')], { refundable: true }) },
  'red-taxi': { days: 1, bic: 'RDTXHKHH', fees: fees([tier('90')]) },
  'pengcheng-metro': { days: 1, bic: 'PGCMCNBS', fees: fees([tier('35')], { refundable: true }) },
  'lotus-bus': { days: 1, bic: 'LTBSMOMX', fees: fees([tier('40')]) },
  'harbour-wallet': { days: 1, bic: 'HBRWHKHH', fees: fees([tier('30')], { refundable: true }) },
  'peak-wallet': { days: 1, bic: 'PKWLHKHH', fees: fees([tier('25', 10n)]) },
};

/** Somebody of the seeded world who is settled. */
interface Settled {
  id: string;
  displayName: string;
  city: string;
  countryCode: string;
  currencyCode: string;
  timeZone: string;
}

/** An agreement for everybody who is settled. */
export const AGREEMENTS: readonly SettlementAgreement[] = [
  ...ACQUIRERS.map((one) => agreementOf(ParticipantKind.ACQUIRER, one)),
  ...TRANSIT_OPERATORS.map((one) => agreementOf(ParticipantKind.ACQUIRER, one)),
  ...GATEWAYS.map((one) => agreementOf(ParticipantKind.ACQUIRER, { ...one, city: 'Singapore' })),
  ...ISSUERS.map((one) => agreementOf(ParticipantKind.ISSUER, { ...one, city: 'Hong Kong' })),
];

function agreementOf(
  participantKind: Participant['participantKind'],
  { id, displayName, city, countryCode, currencyCode: ownCurrencyCode, timeZone }: Settled,
): SettlementAgreement {
  const terms = TERMS[id];
  if (terms === undefined) throw new Error(`the sandbox has no agreement for ${id}`);
  const { days, bic, minimumMinor, reserveBps, isGross, settledIn = '' } = terms;
  const currencyCode = settledIn || ownCurrencyCode;
  const places = [...new Set(['HK', countryCode])];
  return {
    participant: { participantKind, participantId: id },
    ...{ version: 0, effectiveFrom: EFFECTIVE_FROM, settlementCurrencyCode: settledIn },
    ...{ timeZone, cutOffSeconds: MIDNIGHT },
    valueDate: {
      businessDays: days,
      calendars: places.map((place) => ({
        ...{ countryCode: place, extraHolidays: [], removedHolidays: [] },
      })),
    },
    method: isGross ? SettlementMethod.GROSS : SettlementMethod.NET,
    fees: [{ ...terms.fees, currencyCode }],
    minimumPayouts: minimumMinor === undefined ? [] : [{ currencyCode, amountMinor: minimumMinor }],
    reserve: reserveBps === undefined ? undefined : { bps: reserveBps, days: RESERVE_DAYS },
    payoutAccounts: [
      {
        ...{ currencyCode, accountName: displayName, bic },
        account: { $case: 'localNumber', value: `${countryCode}-${id.toUpperCase()}-1` },
        address: {
          ...{ addressLine: '1 Settlement Street', city, postalCode: '', countryCode },
        },
      },
    ],
    ...{ operatorId: '', createTime: undefined },
  };
}

function fees(
  tiers: FeeTier[],
  more: Partial<Pick<FeeSchedule, 'minMinor' | 'maxMinor' | 'refundable'>> = {},
): Terms['fees'] {
  return { tiers, minMinor: 0n, maxMinor: 0n, refundable: false, ...more };
}

function tier(bps: string, fixedMinor = 0n, fromVolumeMinor = 0n): FeeTier {
  return { fromVolumeMinor, bps, fixedMinor };
}
