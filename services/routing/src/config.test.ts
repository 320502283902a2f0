import { expect, test } from 'vitest';
import { routingConfig } from './config.ts';

const ENV = {
  ...{ DATABASE_URL: 'postgres://localhost/routing', NATS_URL: 'nats://localhost:4222' },
  ...{ TLS_DIR: '/certs', FX_ADDRESS: 'localhost:1', CAUSEWAY_INSTANCE: 'routing-1' },
  SETTLEMENT_ADDRESS: 'localhost:2',
};
const KEY = '0a'.repeat(32);

test('the first key of tokens signs, all are read', () => {
  const { quoteTokenKeys } = routingConfig({ ...ENV, QUOTE_TOKEN_KEYS: `k2:${KEY}, k1:${KEY}` });
  expect(quoteTokenKeys.map(({ id }) => id)).toEqual(['k2', 'k1']);
});

test.each([undefined, '', 'k1:abcd', KEY])('it does not start with the keys %s', (keys) => {
  const env = keys === undefined ? ENV : { ...ENV, QUOTE_TOKEN_KEYS: keys };
  expect(() => routingConfig(env)).toThrow('QUOTE_TOKEN_KEYS');
});
