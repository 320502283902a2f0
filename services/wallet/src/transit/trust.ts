import { type GetTransitTrustResponse, TransitAlgorithm } from '@causeway/proto/wallet';
import { failpoint } from '@causeway/runtime';
import { numberDenied, selectDenied } from './deny-store.ts';
import { type KeyRecord, selectKeys } from './keys-store.ts';
import type { TransitOffice } from './office.ts';
import type { Seal } from './seal.ts';

/** An answer holds at most so many entries of the deny list; whoever wants more asks again. */
const MAX_ENTRIES = 10_000;

/** What gates must know of this operator. */
export type TrustAfter = (knownVersion: bigint) => Promise<GetTransitTrustResponse>;

/**
 * Tells every key, and what came onto the deny list since a version. Grants get their place in the
 * list when somebody asks, all that are denied by then, so that no version misses one.
 */
export function transitTrust({ seal, db }: TransitOffice): TrustAfter {
  return async (knownVersion) => {
    if (seal === undefined) return { keys: [], denials: [], version: 0n, hasMore: false };
    const found = await db.transaction(async (tx) => {
      const listed = await numberDenied(tx);
      // Who knows more than there is has it from before a restore, and begins again.
      const isKnown = knownVersion >= 0n && knownVersion <= listed;
      const denied = await selectDenied(tx, isKnown ? knownVersion : 0n, MAX_ENTRIES);
      const keys = await selectKeys(tx);
      await failpoint('wallet.transit.listed');
      return { listed, denied, keys };
    });
    const last = found.denied.length < MAX_ENTRIES ? undefined : found.denied.at(-1)?.version;
    return {
      keys: found.keys.map((key) => trustKey(key, seal)),
      denials: found.denied.map(({ version, grantId, deniedAt, expiresAt, deniedReason }) => ({
        ...{ version, grantId, denyTime: deniedAt, expireTime: expiresAt },
        byUser: deniedReason === 'USER',
      })),
      version: last ?? found.listed,
      hasMore: last !== undefined && last < found.listed,
    };
  };
}

function trustKey({ keyId, state, createdAt, retiredAt }: KeyRecord, seal: Seal) {
  return {
    keyId,
    algorithm: TransitAlgorithm.EDDSA,
    publicKey: Buffer.from(seal.publicKey(keyId)),
    startTime: createdAt,
    endTime: retiredAt ?? undefined,
    revoked: state === 'revoked',
  };
}
