import { expect, test } from 'vitest';
import { chooseEndpoints, peerAddresses } from './service-process.ts';
import { callersOf, SANDBOX_CALLERS, SERVICES, serviceOf, withReplicas } from './services.ts';

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

test('replicas share what their service is, and its name stands for all of them', async () => {
  const services = withReplicas(SERVICES, (service) => (service === 'wallet' ? 3 : 1));
  const wallets = services.filter(({ program }) => program === 'wallet').map(serviceOf);
  expect(wallets).toEqual(['wallet', 'wallet', 'wallet', 'peak-wallet']);
  expect(callersOf(services, SANDBOX_CALLERS)).toEqual(callersOf(SERVICES, SANDBOX_CALLERS));
  const endpoints = await chooseEndpoints(services);
  const own = (name: string) => endpoints[name]?.split(',') ?? [];
  expect(own('wallet')).toHaveLength(3);
  expect(own('wallet').slice(1)).toEqual([...own('wallet-2'), ...own('wallet-3')]);
  expect(own('wallet_app').slice(1)).toEqual([...own('wallet-2_app'), ...own('wallet-3_app')]);
  expect(own('routing')).toHaveLength(1);
});
