import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

const REQUIRED = {
  DATABASE_URL: 'postgres://localhost/x',
  NATS_URL: 'nats://localhost:4222',
  TLS_DIR: '/certs',
};
const KEY = 'ab'.repeat(32);

it('has a default for all but its place', () => {
  const config = readConfig(REQUIRED);
  expect(config.liquidityProviders).toEqual([{ id: 'lp-harbour', address: undefined }]);
  expect(config.marketOrder).toEqual(['provider', 'peg']);
  expect(config.outlierReferenceBps).toEqual({ dollar: 150, major: 500, emerging: 800 });
  expect(config.quoteTokenKeys).toEqual([]);
  expect(() => readConfig({})).toThrow(/DATABASE_URL is required(.|\n)*TLS_DIR is required/);
});

it('reads what is set, and shows no key', () => {
  const config = readConfig({
    ...REQUIRED,
    PIVOT_CURRENCIES: 'USD, EUR',
    PEGS: '',
    LIQUIDITY_PROVIDERS: 'lp-a=10.0.0.1:9000, lp-b',
    QUOTE_TOKEN_KEYS: `k2:${KEY},k1:${KEY}`,
  });
  expect(config.pivots).toEqual(['USD', 'EUR']);
  expect(config.liquidityProviders).toEqual([
    { id: 'lp-a', address: '10.0.0.1:9000' },
    { id: 'lp-b', address: undefined },
  ]);
  expect(config.quoteTokenKeys.map(({ id }) => id)).toEqual(['k2', 'k1']);
  expect(JSON.stringify(config.quoteTokenKeys)).not.toContain(KEY);
});

it('refuses what makes no sense, saying where', () => {
  const wrong: Record<string, string> = {
    PIVOT_CURRENCIES: 'USD,ZZZ',
    BOARD_CURRENCIES: 'hkd',
    MARKET_ORDER: 'provider,guess',
    OUTLIER_REFERENCE_BPS: 'dollar:150',
    OUTLIER_SOURCES_BPS: 'dollar:1,major:2,exotic:3',
    PEGS: 'HKD-MOP:1.2.3',
    MARKUP_POLICY: '{}',
    QUOTE_TOKEN_KEYS: 'k1:abcd',
    LIQUIDITY_PROVIDERS: 'lp-a=nowhere',
    COVER_LIMITS: 'HKD',
    OFFER_DISTANCE_BPS: 'dollar:1',
    BOARD_PERIOD_SECONDS: '0',
  };
  for (const [name, value] of Object.entries(wrong)) {
    expect(() => readConfig({ ...REQUIRED, [name]: value })).toThrow(name);
  }
  expect(() => readConfig({ ...REQUIRED, BOARD_PERIOD_SECONDS: '10' })).toThrow('BOARD_SHOW');
});
