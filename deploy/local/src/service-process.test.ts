import { expect, test } from 'vitest';
import { peerAddresses } from './service-process.ts';
import { callersOf, SANDBOX_CALLERS, SERVICES } from './services.ts';

test('a service is told the addresses of its peers, those for wallet apps too', () => {
  const endpoints = { fx: 'a:1', wallet: 'a:2', wallet_app: 'a:3', 'second-wallet': 'a:4' };
  expect(peerAddresses(['wallet', 'second-wallet'], endpoints)).toEqual({
    WALLET_ADDRESS: 'a:2',
    WALLET_APP_ADDRESS: 'a:3',
    SECOND_WALLET_ADDRESS: 'a:4',
  });
});

test('every service stands after its peers, so that the order of the list is one to start in', () => {
  const seen = new Set<string>();
  for (const { name, peers } of SERVICES) {
    expect(peers.filter((peer) => !seen.has(peer))).toEqual([]);
    seen.add(name);
  }
});

test('a service that starts later is told of all the same', () => {
  const known = new Set(SERVICES.map(({ name }) => name));
  for (const { laterPeers = [] } of SERVICES) {
    expect(laterPeers.filter((peer) => !known.has(peer))).toEqual([]);
  }
});

test('no two callers have one id', () => {
  const ids = callersOf(SERVICES, SANDBOX_CALLERS).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
