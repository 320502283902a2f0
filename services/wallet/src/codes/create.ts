import { coalesce } from '@causeway/batch';
import { type Database, togetherByLane } from '@causeway/db';
import type { RateBoard } from '@causeway/proto/fx';
import { laneOf, Refusal, type Runtime, type Secret } from '@causeway/runtime';
import type { Reason } from '../errors.ts';
import { codesIssued } from '../metrics.ts';
import { assertUsable, walletUnknown } from '../wallets/wallet.ts';
import type { RateBoards } from './boards.ts';
import { hashCode, newCode } from './code.ts';
import { insertCodes, type NewCode, type StoredCode } from './store.ts';

/** A code as its payer sees it, once. */
interface PaymentCode {
  code: string;
  expiresAt: Date;
  board: RateBoard;
}

/** What codes are made of. */
export interface CodeSettings {
  /** Six digits: this operator's prefix in the switch's table. */
  prefix: string;
  hashKey: Secret;
  /** The longest that a code lives. */
  ttlSeconds: number;
}

/**
 * Makes a code for a wallet.
 *
 * @param ttlSeconds how long it shall live; the policy's time for 0 and for more than that
 * @throws Refusal WALLET_UNKNOWN, WALLET_FROZEN, WALLET_CLOSED, NO_FRESH_RATE,
 *   DEPENDENCY_UNAVAILABLE
 */
export type CreateCode = (
  request: { walletId: string; ttlSeconds: number },
  options: { deadlineMs: number },
) => Promise<PaymentCode>;

/** Codes that are asked for at once are stored in one statement. */
export function codeMaker(
  db: Database,
  boards: RateBoards,
  runtime: Runtime,
  settings: CodeSettings,
): CreateCode {
  const store = coalesce<NewCode, StoredCode>({
    name: 'wallet.codes',
    runtime,
    execute: (codes) => insertCodes(db, codes),
    together: togetherByLane<NewCode>(db, ({ lane }) => lane),
    // An app that asks for thousands at once waits for itself, and not all others for it.
    party: ({ walletId }) => walletId,
  });
  return async ({ walletId, ttlSeconds }, options) => {
    const board = await boards.current();
    const lane = laneOf(walletId);
    const code = newCode(settings.prefix, lane, runtime.random);
    const stored = await store(
      {
        ...{ lane, walletId, rateBoardId: board.rateBoardId },
        codeHash: hashCode(settings.hashKey, code),
        ttlSeconds: Math.min(ttlSeconds || settings.ttlSeconds, settings.ttlSeconds),
      },
      options,
    );
    if (stored.status === null) throw walletUnknown();
    assertUsable(stored.status);
    if (stored.expiresAt === null) {
      throw new Refusal<Reason>('NO_FRESH_RATE', 'the rate board is not known any more');
    }
    codesIssued.add(1);
    return { code, expiresAt: stored.expiresAt, board };
  };
}
