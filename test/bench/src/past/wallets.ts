import { uuidFrom } from '@causeway/runtime';
import { ISSUER } from '@causeway/sandbox';
import { type Loader, load, uuidSql } from './loader.ts';

/** The widest limits that the built-in policy has. */
const TIER = 'advanced';

/** What every loaded wallet holds at first, in HKD minor units: the most that its tier may. */
const BALANCE_MINOR = 100_000_00n;

/** The request that filled a wallet, which also names its transfer. */
const TOP_UP = 'past-opening';

/** All digits, so that ids of one load are equally long. */
const DIGITS = 8;

/** Which wallets: those numbered from `first` on. */
export interface LoadedWallets {
  /** From 1; 1 unless given. */
  first?: number;
  count: number;
}

/** The id of the wallet with this number, from 1 on, as the wallet service would name it. */
export function loadedWalletId(number: number): string {
  return uuidFrom('wallet', ISSUER.id, `past-${String(number).padStart(DIGITS, '0')}`);
}

/** SQL for that id; `number` is an integer expression. */
export function loadedWalletIdSql(number: string): string {
  return uuidSql(`'wallet'`, `'${ISSUER.id}'`, requestIdSql(number));
}

const requestIdSql = (number: string) => `'past-' || lpad((${number})::text, ${DIGITS}, '0')`;

/** Steps of the plan that two connections can make at once. */
const PARTS = 4;

/**
 * Opens wallets as OpenWallet and TopUp do, by SQL and in bulk: the same rows with the same ids,
 * and books that add up. Nobody else may use the wallet's database meanwhile.
 */
export async function loadWallets(
  { databases }: { databases: Readonly<Record<string, string>> },
  { first = 1, count }: LoadedWallets,
): Promise<void> {
  const url = databases.wallet;
  if (url === undefined) throw new Error('the stack has no wallet service');
  await load(url, async (loader) => {
    await plan(loader, first, count);
    await loader.withoutIndexes(['wallets', 'ledger_transfers', 'fund_movements'], () =>
      loader.together([TRANSFERS, ACCOUNTS, WALLETS, MOVEMENTS]),
    );
    await loader.run(FLOAT);
    await loader.settle(['ledger_transfers', 'ledger_accounts', 'wallets', 'fund_movements']);
  });
}

async function plan(loader: Loader, first: number, count: number): Promise<void> {
  await loader.run(PLAN);
  const edges = Array.from({ length: PARTS + 1 }, (_, part) => Math.floor((count * part) / PARTS));
  await loader.together(
    edges
      .slice(1)
      .map((edge, part) => planPart(first, count, first + (edges[part] ?? 0), first + edge - 1)),
  );
  await loader.run('ANALYZE past.wallets');
}

const PLAN = `
  CREATE UNLOGGED TABLE past.wallets (
    number integer, request_id text, wallet_id uuid, lane smallint, transfer_id uuid,
    opened_at timestamptz)`;

/** They were opened evenly over some weeks, before the oldest of the past payments. */
const planPart = (first: number, count: number, from: number, to: number) => `
  INSERT INTO past.wallets
  SELECT number, request_id, wallet_id, past.lane_of(wallet_id),
         ${uuidSql(`'transfer'`, 'wallet_id::text', `'${TOP_UP}'`, `'top_up'`)},
         now() - interval '60 days' + interval '20 days' * ((number - ${first})::float8 / ${count})
    FROM (
      SELECT number, ${requestIdSql('number')} AS request_id,
             ${loadedWalletIdSql('number')} AS wallet_id
        FROM generate_series(${from}, ${to}) AS number OFFSET 0
    ) AS wallet`;

const WALLETS = `
  INSERT INTO wallets (opened_at, wallet_id, lane, status, tier, opened_tier, issuer_id,
                       request_id, display_name)
  SELECT opened_at, wallet_id, lane, 'active', '${TIER}', '${TIER}', '${ISSUER.id}', request_id,
         'Payer ' || number
    FROM past.wallets ORDER BY number`;

const ACCOUNTS = `
  INSERT INTO ledger_accounts (credits_posted, seq, opened_at, account_id, lane, may_go_negative,
                               normal_side, currency_code, code, owner)
  SELECT ${BALANCE_MINOR}, 1, opened_at, wallet_id, lane, false, 'credit',
         '${ISSUER.currencyCode}', 'user', wallet_id::text
    FROM past.wallets ORDER BY number`;

const IS_FLOAT = `float.code = 'float' AND float.currency_code = '${ISSUER.currencyCode}'`;

const TRANSFERS = `
  INSERT INTO ledger_transfers (
    amount_minor, held_minor, debit_seq, credit_seq, debit_balance_minor, credit_balance_minor,
    recorded_at, transfer_id, debit_account_id, credit_account_id, lane, kind, outcome,
    currency_code, code, reference)
  SELECT ${BALANCE_MINOR}, 0, float.seq + place, 1,
         float.debits_posted - float.credits_posted + place * ${BALANCE_MINOR}, ${BALANCE_MINOR},
         wallet.opened_at, transfer_id, float.account_id, wallet_id, lane, 'post', 'posted',
         '${ISSUER.currencyCode}', 'top_up', '${TOP_UP}'
    FROM (SELECT *, row_number() OVER (PARTITION BY lane ORDER BY number) AS place
            FROM past.wallets) AS wallet
    JOIN ledger_accounts AS float USING (lane)
   WHERE ${IS_FLOAT}
   ORDER BY number`;

const FLOAT = `
  UPDATE ledger_accounts float
     SET seq = float.seq + opened.count,
         debits_posted = float.debits_posted + opened.count * ${BALANCE_MINOR}
    FROM (SELECT lane, count(*) AS count FROM past.wallets GROUP BY lane) AS opened
   WHERE float.lane = opened.lane AND ${IS_FLOAT}`;

const MOVEMENTS = `
  INSERT INTO fund_movements (amount_minor, created_at, wallet_id, lane, kind, request_id)
  SELECT ${BALANCE_MINOR}, opened_at, wallet_id, lane, 'top_up', '${TOP_UP}'
    FROM past.wallets ORDER BY number`;
