import type { TransitLine } from '@causeway/proto/acquiring';
import type { RoutePartner } from './routes.ts';

/** A line of a seeded operator; the merchant that is paid is the operator's only one. */
export type SeededLine = Omit<TransitLine, 'merchantId' | 'storeId' | 'currencyCode' | 'timeZone'>;

/** One seeded transit operator: a partner with one merchant, whose gates have no network. */
export interface TransitOperator extends RoutePartner {
  city: string;
  /** ISO 18245 merchant category code. */
  categoryCode: string;
  lines: readonly SeededLine[];
}

const HOUR = 3_600;
const HONG_KONG = {
  ...{ countryCode: 'HK', city: 'Hong Kong', currencyCode: 'HKD', timeZone: 'Asia/Hong_Kong' },
};

/** Fares between stops that stand in one row, dearer by the stop. */
function row(
  stopIds: readonly string[],
  firstMinor: bigint,
  stepMinor: bigint,
): { fromStopId: string; toStopId: string; fareMinor: bigint }[] {
  return stopIds.flatMap((fromStopId, from) =>
    stopIds.slice(from + 1).map((toStopId, ahead) => ({
      ...{ fromStopId, toStopId },
      fareMinor: firstMinor + stepMinor * BigInt(ahead),
    })),
  );
}

/** The transit operators. All of them are invented. */
export const TRANSIT_OPERATORS: readonly TransitOperator[] = [
  {
    ...HONG_KONG,
    id: 'mongkok-minibus',
    displayName: 'Mong Kok Minibus',
    categoryCode: '4131',
    lines: [
      {
        ...{ lineId: 'mk-16', displayName: 'Minibus 16', transfer: undefined },
        fare: { $case: 'flat', value: { fareMinor: 8_40n } },
      },
      {
        ...{ lineId: 'mk-20', displayName: 'Minibus 20' },
        fare: { $case: 'flat', value: { fareMinor: 11_20n } },
        transfer: { fromLineIds: ['mk-16'], withinSeconds: HOUR, discountMinor: 2_00n },
      },
    ],
  },
  {
    ...HONG_KONG,
    id: 'lion-rock-metro',
    displayName: 'Lion Rock Metro',
    categoryCode: '4111',
    lines: [
      {
        ...{ lineId: 'jade', displayName: 'Jade Line', transfer: undefined },
        fare: {
          $case: 'distance',
          value: {
            fares: row(['po-lam', 'tai-wai', 'prince', 'jordan', 'central'], 5_00n, 3_00n),
            ...{ maxFareMinor: 21_50n, waitSeconds: 3 * HOUR, maxRideSeconds: 3 * HOUR },
          },
        },
      },
    ],
  },
  {
    ...HONG_KONG,
    id: 'red-taxi',
    displayName: 'Red Taxi Guild',
    categoryCode: '4121',
    lines: [
      {
        ...{ lineId: 'urban', displayName: 'Urban taxis', transfer: undefined },
        fare: { $case: 'metered', value: { maxFareMinor: 300_00n } },
      },
    ],
  },
  {
    id: 'pengcheng-metro',
    displayName: 'Pengcheng Metro',
    ...{ countryCode: 'CN', city: 'Shenzhen', currencyCode: 'CNY', timeZone: 'Asia/Shanghai' },
    categoryCode: '4111',
    lines: [
      {
        ...{ lineId: 'luobao', displayName: 'Line 1', transfer: undefined },
        fare: {
          $case: 'distance',
          value: {
            fares: row(['luohu', 'huaqiang', 'chegong', 'window', 'airport'], 2_00n, 2_00n),
            ...{ maxFareMinor: 12_00n, waitSeconds: 3 * HOUR, maxRideSeconds: 4 * HOUR },
          },
        },
      },
    ],
  },
  {
    id: 'lotus-bus',
    displayName: 'Lotus Bus',
    ...{ countryCode: 'MO', city: 'Macau', currencyCode: 'MOP', timeZone: 'Asia/Macau' },
    categoryCode: '4131',
    lines: [
      {
        ...{ lineId: 'mo-25', displayName: 'Bus 25', transfer: undefined },
        fare: { $case: 'flat', value: { fareMinor: 6_00n } },
      },
    ],
  },
];
