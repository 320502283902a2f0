import { type Database, migrate } from '@causeway/db';
import {
  type AccountDefinition,
  applyTransfers,
  ledgerSql,
  openAccounts,
  type Transfer,
} from '@causeway/ledger';
import { uuidFrom } from '@causeway/runtime';

/** More than a run can spend. */
const OPENING_MINOR = 10n ** 12n;
const TRANSFERS_AT_ONCE = 1_000;

/** The accounts of one lane. */
export interface LaneAccounts {
  wallets: readonly string[];
  /** Takes part in every transfer of a hot mix. */
  hot: string;
  /** Has nothing, so that every debit is rejected. */
  poor: string;
}

/** Names the accounts of a lane, with as many wallets for transfers to be spread over. */
export function accountsOf(lane: number, walletCount: number): LaneAccounts {
  const id = (name: string) => uuidFrom('bench.account', String(lane), name);
  return {
    wallets: Array.from({ length: walletCount }, (_, n) => id(`wallet ${n}`)),
    hot: id('hot'),
    poor: id('poor'),
  };
}

/** Makes a ledger with that many filled wallets in each of the lanes. */
export async function openLedger(
  db: Database,
  lanes: readonly number[],
  walletCount: number,
): Promise<void> {
  await migrate(db, [{ name: '0001_ledger', sql: ledgerSql }]);
  for (const lane of lanes) await openLane(db, lane, walletCount);
  await db.query('VACUUM ANALYZE');
}

async function openLane(db: Database, lane: number, walletCount: number): Promise<void> {
  const { wallets, hot, poor } = accountsOf(lane, walletCount);
  const float = uuidFrom('bench.account', String(lane), 'float');
  const account = (accountId: string, code: string): AccountDefinition => ({
    ...{ lane, accountId, code, owner: 'bench', currencyCode: 'HKD' },
    normalSide: 'credit',
    mayGoNegative: code === 'house',
  });
  await db.transaction((tx) =>
    openAccounts(tx, [
      ...[...wallets, poor].map((id) => account(id, 'wallet')),
      ...[hot, float].map((id) => account(id, 'house')),
    ]),
  );
  for (let first = 0; first < wallets.length; first += TRANSFERS_AT_ONCE) {
    const fill = wallets.slice(first, first + TRANSFERS_AT_ONCE).map(
      (wallet): Transfer => ({
        ...{ lane, kind: 'post', debit: float, credit: wallet, currencyCode: 'HKD' },
        transferId: uuidFrom('bench.opening', wallet),
        amountMinor: OPENING_MINOR,
        code: 'top_up',
        reference: 'opening',
      }),
    );
    await db.transaction((tx) => applyTransfers(tx, fill));
  }
}
