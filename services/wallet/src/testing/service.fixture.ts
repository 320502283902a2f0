import { randomUUID } from 'node:crypto';
import { PayerServiceService } from '@causeway/proto/acquiring';
import { FxServiceService, type RateBoard } from '@causeway/proto/fx';
import {
  FloatServiceService,
  IssuerServiceService,
  WalletServiceService,
} from '@causeway/proto/wallet';
import { connect, type Handlers, implement, readTls, serve } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testCertificates, testDatabase } from '@causeway/testing';
import { afterAll } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { walletConfig } from '../config.ts';
import { start } from '../main.ts';

/** The runtime of services and clients alike. */
export const runtime = quietRuntime('wallet');

const common = { runtime, defaultDeadlineMs: 10_000 };

/** Certificates of all who call or serve, and an fx with one rate. */
export async function testWorld() {
  const folderOf = await testCertificates([
    ...['wallet', 'fx', 'routing', 'acquiring'].map((id) => ({ kind: 'service' as const, id })),
    { kind: 'partner', id: 'sakura' },
    ...['harbour-wallet', 'peak-wallet'].map((id) => ({ kind: 'issuer' as const, id })),
  ]);
  const toClose: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of toClose.reverse()) await close();
  });
  const serving = { runtime, host: '127.0.0.1', port: 0 };
  const { getRateBoard } = FxServiceService;
  const fx = await serve({
    ...serving,
    ...{ tls: readTls(folderOf('fx')), reasons: {} },
    services: [
      implement({ getRateBoard }, { getRateBoard: async () => ({ rateBoard: boardNow() }) }),
    ],
  });
  toClose.push(() => fx.drain());

  return {
    /** Serves acquiring's side of the payer; answers its address. */
    async acquiring(handlers: Handlers<typeof PayerServiceService>): Promise<string> {
      const server = await serve({
        ...serving,
        tls: readTls(folderOf('acquiring')),
        reasons: { ORDER_TAKEN: 'FAILED_PRECONDITION', UNHEARD_OF: 'FAILED_PRECONDITION' },
        services: [implement(PayerServiceService, handlers)],
      });
      toClose.push(() => server.drain());
      return `127.0.0.1:${server.port}`;
    },
    /** Starts a wallet operator on a database of its own. */
    async operator(issuerId: string, codePrefix: string, acquiringAddress = '127.0.0.1:1') {
      const { db, url } = await testDatabase(migrations);
      const isOutside = issuerId !== 'harbour-wallet';
      const running = await start(
        walletConfig({
          ...{ DATABASE_URL: url, FX_ADDRESS: `127.0.0.1:${fx.port}` },
          ...{ ACQUIRING_ADDRESS: acquiringAddress, CAUSEWAY_INSTANCE: issuerId },
          ...{ TLS_DIR: folderOf(isOutside ? issuerId : 'wallet') },
          ...{ ISSUER_ID: issuerId, CODE_PREFIX: codePrefix },
          CODE_HASH_KEY: `for tests of ${issuerId} alone`,
          TOKEN_KEYS: `k1:for tests of ${issuerId} alone`,
        }),
        runtime,
      );
      toClose.push(() => running.drain());
      const peerKinds = [isOutside ? ('issuer' as const) : ('service' as const)];
      const at = { ...common, address: `127.0.0.1:${running.port}`, peerKinds };
      const kept = <C extends { close(): void }>(client: C): C => {
        toClose.push(() => client.close());
        return client;
      };
      return {
        db,
        /** The operator's back end, or whoever else has a certificate. */
        walletsAs: (caller: string) =>
          kept(
            connect(WalletServiceService, {
              ...{ ...at, tls: readTls(folderOf(caller)), mode: 'unary' },
            }),
          ),
        issuerAs: (caller: string, mode: 'unary' | 'coalesced' = 'coalesced') =>
          kept(connect(IssuerServiceService, { ...at, tls: readTls(folderOf(caller)), mode })),
        floatAs: (caller: string) =>
          kept(
            connect(FloatServiceService, { ...at, tls: readTls(folderOf(caller)), mode: 'unary' }),
          ),
        /** An app with a token. */
        appWith: (token: string) => {
          const address = `127.0.0.1:${running.appPort}`;
          const { ca } = readTls(folderOf('fx'));
          const options = { ...at, address, tls: { ca }, mode: 'unary' as const };
          return kept(connect(WalletServiceService, { ...options, token: () => token }));
        },
      };
    },
  };
}

/** A wallet operator that runs. */
export type RunningOperator = Awaited<
  ReturnType<Awaited<ReturnType<typeof testWorld>>['operator']>
>;

function boardNow(): RateBoard {
  const nowMs = runtime.clock.nowMs();
  return {
    rateBoardId: randomUUID(),
    payerCurrencyCode: 'HKD',
    publishTime: new Date(nowMs),
    showUntilTime: new Date(nowMs + 30_000),
    guaranteeUntilTime: new Date(nowMs + 120_000),
    entries: [
      {
        ...{ payeeCurrencyCode: 'JPY', rate: '19', midRate: '19.1', referenceRate: '19.1' },
        ...{ referenceSource: 'ECB 2026-03-13', markupBps: 52, offers: [] },
      },
    ],
  };
}

/** The refusal that a call ends with. Throws where it ends otherwise. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refusal) return error;
  throw new Error(`not refused: ${String(error)}`);
}

export const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });
