import { dirname } from 'node:path';
import {
  type Config,
  type Env,
  integer,
  loadConfig,
  optionalText,
  type Setting,
  text,
} from '@causeway/runtime';

const SPEC = {
  instance: text('CAUSEWAY_INSTANCE', { default: 'sandbox', doc: 'tells instances apart' }),
  listenHost: text('LISTEN_HOST', { default: '127.0.0.1', doc: 'the address to listen on' }),
  listenPort: integer('LISTEN_PORT', { default: 0, max: 65_535, doc: '0 lets the host choose' }),
  serverPorts: portsByName('SERVER_PORTS', {
    doc: 'ports of the servers that it runs for its partners, like lp-harbour:7001,lp-island:7002',
  }),
  tlsDir: text('TLS_DIR', { doc: 'the folder with ca.pem, cert.pem and key.pem' }),
  certsDir: optionalText('CERTS_DIR', {
    doc: 'the folder with a folder of certificates for each party; beside TLS_DIR unless given',
  }),
  fxAddress: text('FX_ADDRESS', { doc: 'host:port of fx' }),
  walletAddress: text('WALLET_ADDRESS', { doc: 'host:port of the wallet service' }),
  walletAppAddress: text('WALLET_APP_ADDRESS', { doc: 'host:port of its port for wallet apps' }),
  peakWalletAddress: text('PEAK_WALLET_ADDRESS', { doc: 'host:port of the second wallet service' }),
  peakWalletAppAddress: text('PEAK_WALLET_APP_ADDRESS', { doc: 'host:port of its port for apps' }),
  routingAddress: text('ROUTING_ADDRESS', { doc: 'host:port of routing' }),
  acquiringAddress: text('ACQUIRING_ADDRESS', { doc: 'host:port of acquiring' }),
  settlementAddress: text('SETTLEMENT_ADDRESS', { doc: 'host:port of settlement' }),
  seedPatienceMs: integer('SEED_PATIENCE_MS', {
    default: 60_000,
    doc: 'how long to wait for the services before giving up',
  }),
  marketSeed: integer('MARKET_SEED', { default: 852, doc: 'the same seed moves the same way' }),
  marketIntervalMs: integer('MARKET_INTERVAL_MS', {
    default: 500,
    min: 50,
    doc: 'milliseconds between two prices',
  }),
  trafficPerSecond: integer('TRAFFIC_PER_SECOND', {
    default: 0,
    max: 1_000,
    doc: 'payments that the sandbox itself begins each second; 0 for none',
  }),
  trafficSeconds: integer('TRAFFIC_SECONDS', {
    default: 600,
    max: 86_400,
    doc: 'how long it goes on',
  }),
  trafficSeed: integer('TRAFFIC_SEED', { default: 1, doc: 'the same seed, the same shoppers' }),
};

/** What the sandbox can be told by its environment. */
export type SandboxConfig = Config<typeof SPEC>;

/** Reads the environment. Throws a ConfigError that lists everything that is wrong. */
export function sandboxConfig(env: Env): SandboxConfig {
  return loadConfig(env, SPEC);
}

/** What is not named is on a port that the host chooses. */
function portsByName(name: string, { doc }: { doc: string }): Setting<ReadonlyMap<string, number>> {
  return {
    name,
    doc,
    read: (raw) => new Map((raw ?? '').split(',').filter(Boolean).map(portNamed)),
  };
}

function portNamed(pair: string): readonly [string, number] {
  const [, name, port] = /^([a-z0-9-]{1,64}):(\d{1,5})$/.exec(pair) ?? [];
  if (name === undefined) throw new Error(`must be like lp-harbour:7001, not ${pair}`);
  return [name, Number(port)];
}

/** The addresses by the names that `endpoints.json` has for them, and where certificates lie. */
export function placeOf(config: SandboxConfig) {
  return {
    endpoints: {
      fx: config.fxAddress,
      wallet: config.walletAddress,
      wallet_app: config.walletAppAddress,
      'peak-wallet': config.peakWalletAddress,
      'peak-wallet_app': config.peakWalletAppAddress,
      routing: config.routingAddress,
      acquiring: config.acquiringAddress,
      settlement: config.settlementAddress,
    },
    certs: config.certsDir ?? dirname(config.tlsDir),
  };
}
