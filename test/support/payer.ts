import type { WalletApp } from '@causeway/callers';
import type { CreatePaymentCodeResponse, StatementEntry } from '@causeway/proto/wallet';
import { ISSUER } from '@causeway/sandbox';
import { minor } from './books.ts';
import type { World } from './world.ts';

/** Somebody with a wallet of their own and its app. */
export interface Payer {
  walletId: string;
  /** The wallet operator. */
  issuerId: string;
  app: WalletApp;
  /** A fresh code; it lives as long as the policy lets it where no time is given. */
  code(ttlSeconds?: number): Promise<string>;
  /** The same with its rate board and expiry. */
  show(ttlSeconds?: number): Promise<CreatePaymentCodeResponse>;
  /** What could be spent now, in HKD minor units. */
  balance(): Promise<bigint>;
  /** What of it is held for payments on their way. */
  held(): Promise<bigint>;
  /** Puts HKD into the wallet. */
  topUp(amountMinor: bigint): Promise<void>;
  /** The last movements, newest first. */
  statement(): Promise<StatementEntry[]>;
}

/** What a wallet is opened with. */
export interface PayerOptions {
  /** The wallet operator; the first one unless told. */
  issuerId?: string;
  tier?: 'unverified' | 'intermediate' | 'advanced';
  balanceMinor?: bigint;
}

/** Opens a wallet that no other test knows: HKD 10,000 and the highest limits unless told. */
export async function openPayer(
  world: World,
  { issuerId = ISSUER.id, tier = 'advanced', balanceMinor = 10_000_00n }: PayerOptions = {},
): Promise<Payer> {
  const { callers } = world;
  const issuer = callers.as(issuerId);
  const { wallet } = await issuer.wallets.openWallet({
    requestId: world.id('wallet'),
    displayName: 'End-to-end payer',
    tier,
  });
  const walletId = wallet?.walletId ?? '';
  const app = await callers.appOf(issuerId, walletId);
  const show = (ttlSeconds = 0) => app.wallets.createPaymentCode({ walletId, ttlSeconds });
  const payer: Payer = {
    walletId,
    issuerId,
    app,
    show,
    code: async (ttlSeconds) => (await show(ttlSeconds)).paymentCode,
    balance: async () =>
      minor((await app.wallets.getWallet({ walletId })).wallet?.availableBalance),
    held: async () => minor((await app.wallets.getWallet({ walletId })).wallet?.heldBalance),
    topUp: async (amountMinor) => {
      const amount = { currencyCode: ISSUER.currencyCode, amountMinor };
      await issuer.wallets.topUp({ walletId, requestId: world.id('top-up'), amount });
    },
    statement: async () =>
      (await app.wallets.listStatementEntries({ walletId, pageSize: 100, pageToken: '' })).entries,
  };
  if (balanceMinor > 0n) await payer.topUp(balanceMinor);
  return payer;
}
