import type { Callers, WalletApp } from '@causeway/callers';
import { ISSUER } from '../world/issuers.ts';

const HKD_PER_PAYER_MINOR = 20_000_00n;
const OPENED_AT_ONCE = 16;

/**
 * Opens wallets of the traffic's own and answers their apps, so that its payments use up nobody's
 * limits. The same run opens the same wallets.
 */
export async function openPayers(
  callers: Callers,
  run: string,
  count: number,
): Promise<WalletApp[]> {
  const apps: WalletApp[] = [];
  for (let first = 0; first < count; first += OPENED_AT_ONCE) {
    const some = Array.from({ length: Math.min(OPENED_AT_ONCE, count - first) }, (_, at) =>
      openPayer(callers, `traffic-${run}-${first + at}`),
    );
    apps.push(...(await Promise.all(some)));
  }
  return apps;
}

async function openPayer(callers: Callers, requestId: string): Promise<WalletApp> {
  const issuer = callers.as(ISSUER.id);
  const { wallet } = await issuer.wallets.openWallet({
    requestId,
    displayName: requestId,
    tier: 'advanced',
  });
  const walletId = wallet?.walletId ?? '';
  await issuer.wallets.topUp({
    walletId,
    requestId: 'opening',
    amount: { currencyCode: ISSUER.currencyCode, amountMinor: HKD_PER_PAYER_MINOR },
  });
  return callers.appOf(ISSUER.id, walletId);
}
