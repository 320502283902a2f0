import { currency, isCurrency } from '@causeway/money';
import { describe, expect, it } from 'vitest';
import { ACQUIRERS } from './acquirers.ts';
import { AGREEMENTS } from './agreements.ts';
import { ISSUER, ISSUERS, type TierName } from './issuers.ts';
import { GATEWAYS, routeIdOf, routeTermsOf } from './routes.ts';
import { TRANSIT_OPERATORS } from './transit.ts';

/** What a wallet of each tier may hold, in HKD minor units, as the regulator has it. */
const BALANCE_LIMITS_MINOR: Record<TierName, bigint> = {
  unverified: 3_000_00n,
  intermediate: 100_000_00n,
  advanced: 100_000_00n,
};

const WALLETS = ISSUERS.flatMap(({ wallets }) => wallets);

describe('the seeded wallet operators', () => {
  it('each have an id, a service and a code prefix of their own', () => {
    for (const key of ['id', 'service', 'codePrefix'] as const) {
      expect(new Set(ISSUERS.map((issuer) => issuer[key])).size).toBe(ISSUERS.length);
    }
    for (const { codePrefix } of ISSUERS) expect(codePrefix).toMatch(/^\d{6}$/);
  });
});

describe('the seeded wallets', () => {
  it.each(ISSUERS)('of $id are over all tiers', ({ wallets }) => {
    expect(new Set(wallets.map((wallet) => wallet.tier))).toEqual(
      new Set(Object.keys(BALANCE_LIMITS_MINOR)),
    );
  });

  it('open within what their tier may hold', () => {
    for (const { tier, openingBalanceMinor } of WALLETS) {
      expect(openingBalanceMinor).toBeGreaterThan(0n);
      expect(openingBalanceMinor).toBeLessThanOrEqual(BALANCE_LIMITS_MINOR[tier]);
    }
  });

  it('and the merchants can each be told by the first letters of their names', () => {
    const names = [
      ...WALLETS.map((wallet) => wallet.displayName),
      ...ACQUIRERS.flatMap((acquirer) => acquirer.merchants.map((shop) => shop.displayName)),
    ].map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the seeded acquirers', () => {
  it('stand in at least the nine cities, each with its own currency and a real time zone', () => {
    const cities =
      'Tokyo,Bangkok,Seoul,Shenzhen,Singapore,Kuala Lumpur,Manila,Macau,Hong Kong'.split(',');
    expect(ACQUIRERS.map(({ city }) => city)).toEqual(expect.arrayContaining(cities));
    for (const acquirer of ACQUIRERS) {
      expect(isCurrency(acquirer.currencyCode)).toBe(true);
      expect(() => new Intl.DateTimeFormat('en', { timeZone: acquirer.timeZone })).not.toThrow();
    }
    expect(new Set(ACQUIRERS.map(routeIdOf)).size).toBe(ACQUIRERS.length);
  });

  it('include one that needs no conversion', () => {
    const local = ACQUIRERS.filter((acquirer) => acquirer.currencyCode === ISSUER.currencyCode);
    expect(local.map((acquirer) => acquirer.city)).toEqual(['Hong Kong']);
    expect(currency(ISSUER.currencyCode).exponent).toBe(2);
  });

  it('use well-formed ids, categories and terminals', () => {
    for (const acquirer of ACQUIRERS) {
      expect(acquirer.id).toMatch(/^[a-z0-9-]{1,32}$/);
      for (const shop of acquirer.merchants) {
        expect(shop.categoryCode).toMatch(/^\d{4}$/);
        expect(shop.displayName.length).toBeLessThanOrEqual(64);
        expect(shop.terminalLabels.length).toBeGreaterThan(0);
      }
    }
  });
});

describe('the seeded routes', () => {
  const partners = [...ACQUIRERS, ...GATEWAYS];

  it('are one a partner', () => {
    expect(new Set(partners.map(routeIdOf)).size).toBe(partners.length);
  });

  it('give the codes of Singapore two ways, and those of Bangkok one', () => {
    const waysTo = (scheme: string) =>
      partners.filter(({ id }) => routeTermsOf(id).schemeIds.includes(scheme)).map(routeIdOf);
    expect(waysTo('SG.PAYNOW')).toEqual(['merlion-sg', 'straits-sg']);
    expect(waysTo('SG.COM.NETS')).toEqual(['straits-sg']);
    expect(waysTo('A000000677010111')).toEqual(['siam-th']);
  });
});

describe('the seeded agreements', () => {
  it('are of everybody who is settled, over several zones, with a tier, gross and a reserve', () => {
    const ids = AGREEMENTS.map(({ participant }) => participant?.participantId);
    const settled = [...ACQUIRERS, ...TRANSIT_OPERATORS, ...GATEWAYS, ...ISSUERS].map(
      ({ id }) => id,
    );
    expect(ids.sort()).toEqual(settled.sort());
    expect(new Set(AGREEMENTS.map(({ timeZone }) => timeZone)).size).toBeGreaterThan(1);
    expect(AGREEMENTS.every(({ fees }) => fees.length === 1)).toBe(true);
    expect(AGREEMENTS.some(({ fees }) => (fees[0]?.tiers.length ?? 0) > 1)).toBe(true);
    expect(AGREEMENTS.some(({ reserve }) => reserve !== undefined)).toBe(true);
    expect(new Set(AGREEMENTS.map(({ method }) => method)).size).toBe(2);
    const foreign = AGREEMENTS.map((one) => one.settlementCurrencyCode).filter(Boolean);
    expect(foreign).toEqual(['HKD']);
  });

  it('end the day when the directory does', () => {
    const zones = new Map(
      [...ACQUIRERS, ...TRANSIT_OPERATORS, ...GATEWAYS, ...ISSUERS].map((one) => [
        one.id,
        one.timeZone,
      ]),
    );
    for (const { participant, timeZone, cutOffSeconds } of AGREEMENTS) {
      expect(timeZone).toBe(zones.get(participant?.participantId ?? ''));
      expect(cutOffSeconds).toBe(0);
    }
  });
});
