import type { RoutePartner } from './routes.ts';

/** One seeded merchant; every one has one store. */
export interface SeededMerchant {
  displayName: string;
  /** ISO 18245 merchant category code. */
  categoryCode: string;
  storeName: string;
  terminalLabels: readonly string[];
}

/**
 * What people spend at once, from a snack to a present: `low` to `high` steps of `stepMinor`, as
 * shops of the currency really ask for.
 */
export interface Basket {
  stepMinor: bigint;
  low: number;
  high: number;
}

/** One seeded acquirer with the merchants that it signed, all in one city. */
export interface SeededAcquirer extends RoutePartner {
  city: string;
  basket: Basket;
  merchants: readonly SeededMerchant[];
}

const COUNTER = ['Counter 1', 'Counter 2'] as const;

/** The acquirers, one a city. The merchants are invented. */
export const ACQUIRERS: readonly SeededAcquirer[] = [
  {
    id: 'sakura',
    displayName: 'Sakura Acquiring',
    countryCode: 'JP',
    city: 'Tokyo',
    currencyCode: 'JPY',
    basket: { stepMinor: 10n, low: 15, high: 800 },
    timeZone: 'Asia/Tokyo',
    merchants: [
      merchant('Kumo Coffee', '5814', 'Yanaka'),
      merchant('Tsubame Stationery', '5943', 'Kuramae'),
      merchant('Minato Konbini', '5411', 'Shimbashi'),
      merchant('Hoshi Rail', '4112', 'Ueno'),
    ],
  },
  {
    id: 'siam',
    displayName: 'Siam Merchant Services',
    countryCode: 'TH',
    city: 'Bangkok',
    currencyCode: 'THB',
    basket: { stepMinor: 100n, low: 35, high: 1_600 },
    timeZone: 'Asia/Bangkok',
    merchants: [
      merchant('Mali Noodle House', '5812', 'Ari'),
      merchant('Chao Silk Studio', '5699', 'Thonglor'),
    ],
  },
  {
    id: 'hangang',
    displayName: 'Hangang Payments',
    countryCode: 'KR',
    city: 'Seoul',
    currencyCode: 'KRW',
    basket: { stepMinor: 100n, low: 15, high: 700 },
    timeZone: 'Asia/Seoul',
    merchants: [
      merchant('Byeolbit Books', '5942', 'Mangwon'),
      merchant('Haneul Skincare', '5977', 'Seongsu'),
      merchant('Pixie Photo App', '5817', 'Online'),
    ],
  },
  {
    id: 'pearl',
    displayName: 'Pearl Delta Acquiring',
    countryCode: 'CN',
    city: 'Shenzhen',
    currencyCode: 'CNY',
    basket: { stepMinor: 50n, low: 12, high: 600 },
    timeZone: 'Asia/Shanghai',
    merchants: [
      merchant('Lychee Garden Tea', '5499', 'Nanshan'),
      merchant('Blue Kite Electronics', '5732', 'Futian'),
      merchant('Many Hands Group Buy', '5399', 'Online'),
    ],
  },
  {
    id: 'merlion',
    displayName: 'Merlion Acquiring',
    countryCode: 'SG',
    city: 'Singapore',
    currencyCode: 'SGD',
    basket: { stepMinor: 10n, low: 20, high: 800 },
    timeZone: 'Asia/Singapore',
    merchants: [
      merchant('Lantern Kopi', '5814', 'Tiong Bahru'),
      merchant('Orchid Lane Gifts', '5947', 'Joo Chiat'),
      merchant('Vanda Mall', '5311', 'Marina'),
    ],
  },
  {
    id: 'kelana',
    displayName: 'Kelana Pay Services',
    countryCode: 'MY',
    city: 'Kuala Lumpur',
    currencyCode: 'MYR',
    basket: { stepMinor: 10n, low: 40, high: 2_000 },
    timeZone: 'Asia/Kuala_Lumpur',
    merchants: [
      merchant('Rumah Satay', '5812', 'Bangsar'),
      merchant('Batik Bulan', '5699', 'Chow Kit'),
      merchant('Gagah Rides', '4121', 'Everywhere'),
    ],
  },
  {
    id: 'luzon',
    displayName: 'Luzon Merchant Bank',
    countryCode: 'PH',
    city: 'Manila',
    currencyCode: 'PHP',
    basket: { stepMinor: 100n, low: 60, high: 3_000 },
    timeZone: 'Asia/Manila',
    merchants: [
      merchant('Halo Mango Desserts', '5451', 'Malate'),
      merchant('Sampaguita Crafts', '5970', 'Quiapo'),
    ],
  },
  {
    id: 'lotus',
    displayName: 'Lotus Acquiring',
    countryCode: 'MO',
    city: 'Macau',
    currencyCode: 'MOP',
    basket: { stepMinor: 50n, low: 16, high: 700 },
    timeZone: 'Asia/Macau',
    merchants: [
      merchant('Pastelaria Lua', '5462', 'Taipa'),
      merchant('Azulejo Souvenirs', '5947', 'Coloane'),
      merchant('Estrela Taxi', '4121', 'Everywhere'),
    ],
  },
  {
    id: 'harbour',
    displayName: 'Harbour Acquiring',
    countryCode: 'HK',
    city: 'Hong Kong',
    currencyCode: 'HKD',
    basket: { stepMinor: 10n, low: 80, high: 4_000 },
    timeZone: 'Asia/Hong_Kong',
    merchants: [
      merchant('Ding Ding Bakery', '5462', 'Sai Ying Pun'),
      merchant('Jade Ferry Mart', '5411', 'Sham Shui Po'),
    ],
  },
];

function merchant(displayName: string, categoryCode: string, storeName: string): SeededMerchant {
  return { displayName, categoryCode, storeName, terminalLabels: COUNTER };
}
