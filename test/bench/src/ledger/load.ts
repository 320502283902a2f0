import { coalesce } from '@causeway/batch';
import { type Database, openDatabase } from '@causeway/db';
import { applyTransfers, type Transfer, type TransferResult } from '@causeway/ledger';
import { systemRuntime } from '@causeway/runtime';
import { closedLoop } from '../measure/closed-loop.ts';
import { openLedger } from './accounts.ts';
import { Transfers } from './mixes.ts';
import { postPlainly } from './plain-sql.ts';
import type { LedgerLoad, LedgerLooped, Writer } from './protocol.ts';

const runtime = systemRuntime({ service: 'bench-ledger', logLevel: 'fatal' });
const MAX_CONNECTIONS = 32;
const databases = new Map<string, Database>();
const mixes = new Map<string, Transfers>();

/** Where a ledger is to be made, and how large. */
export interface PreparedLedger {
  url: string;
  lanes: readonly number[];
  walletCount: number;
}

/** Makes the accounts of the lanes in an empty database. */
export async function prepareLedger(ledger: PreparedLedger): Promise<void> {
  const { url, lanes, walletCount } = ledger;
  await openLedger(databaseAt(url), lanes, walletCount);
}

/**
 * Draws transfers and has them written by this same process, as a service that embeds the ledger
 * does. A hold and its capture count as two transfers.
 */
export async function loadLedger(load: LedgerLoad): Promise<LedgerLooped> {
  const write = writerOf(load.writer, databaseAt(load.url));
  const transfers = mixOf(load);
  const answered: Record<string, number> = {};
  const { perSecond, latency } = await closedLoop(
    runtime.clock,
    load.inFlight,
    load.seconds,
    async (n) => {
      const operation = transfers.next(n);
      for (const transfer of operation) {
        const { outcome, replay } = await write(transfer);
        const key = `${load.lane} ${outcome}`;
        if (!replay) answered[key] = (answered[key] ?? 0) + 1;
      }
      return operation.length;
    },
  );
  return { perSecond, latency: latency.toData(), answered };
}

type Write = (transfer: Transfer) => Promise<TransferResult>;

function writerOf(writer: Writer, db: Database): Write {
  if (writer === 'plain_sql') return (transfer) => postPlainly(db, transfer);
  const apply = (items: Transfer[]) => db.transaction((tx) => applyTransfers(tx, items));
  if (writer === 'batched') return coalesce({ name: 'bench.ledger', runtime, execute: apply });
  return async (transfer) => {
    const [result] = await apply([transfer]);
    if (result === undefined) throw new Error('a transfer was not answered');
    return result;
  };
}

function mixOf({ lane, walletCount, mix }: LedgerLoad): Transfers {
  const key = `${lane} ${mix}`;
  const made = mixes.get(key) ?? new Transfers(runtime.random, lane, walletCount, mix);
  mixes.set(key, made);
  return made;
}

function databaseAt(url: string): Database {
  const made =
    databases.get(url) ?? openDatabase({ url, runtime, maxConnections: MAX_CONNECTIONS });
  databases.set(url, made);
  return made;
}
