import type { Database } from '@causeway/db';
import type { DirectoryServiceService, RoutingServiceService } from '@causeway/proto/routing';
import {
  type GetTransitTrustResponse,
  TransitAlgorithm,
  type TransitTrustKey,
} from '@causeway/proto/wallet';
import type { Client } from '@causeway/rpc';
import { failpoint, type Runtime, uuidBytes } from '@causeway/runtime';
import {
  type Cryptography,
  type IssuerKey,
  learn,
  publishUpdate,
  type Root,
  type TrustBundle,
  type TrustChange,
} from '@causeway/transit';
import { failuresOf, type Running, startLooking } from '../looking.ts';
import {
  insertDenials,
  insertUpdate,
  knownVersionOf,
  lockTrust,
  selectUnlisted,
  setKnownVersion,
} from './store.ts';
import type { Trust } from './trust.ts';

/** What asking wallet operators works with. */
export interface Learning {
  db: Database;
  trust: Trust;
  root: Root;
  cryptography: Cryptography;
  runtime: Runtime;
  directory: Pick<Client<typeof DirectoryServiceService>, 'listIssuers'>;
  routing: Pick<Client<typeof RoutingServiceService>, 'getTransitTrust'>;
}

/** Whoever has more to say is asked again at the next turn, after all others. */
const PAGES_AT_ONCE = 20;
/** The end of the year 9999: a key that signs has no end yet. */
const NEVER_SECONDS = 253_402_300_799;

/** Asks every wallet operator, again and again, what gates must know of it. */
export function startLearning(learning: Learning): Running {
  const { runtime, directory } = learning;
  const trouble = 'a wallet operator was not asked for its transit keys';
  return startLooking(runtime, trouble, async () => {
    const { issuers } = await directory.listIssuers({});
    const failures: unknown[] = [];
    // In turn, since each publishes a version on top of the one before.
    for (const { issuerId } of issuers) {
      failures.push(...(await failuresOf([learnOne(learning, issuerId)])));
    }
    return failures;
  });
}

/** Publishes what one operator says beyond what is known of it. */
async function learnOne(learning: Learning, issuerId: string): Promise<void> {
  const { db, routing, trust } = learning;
  let knownVersion = await knownVersionOf(db, issuerId);
  for (let page = 0; page < PAGES_AT_ONCE; page += 1) {
    const answer = await routing.getTransitTrust({ issuerId, knownVersion });
    if (answer.trust === undefined) return;
    await trust.catchUp(db);
    const keys = changedKeys(trust.bundle, issuerId, answer.trust.keys);
    const isNews = keys.length + answer.trust.denials.length > 0;
    if (isNews || answer.trust.version !== knownVersion) {
      await publish(learning, issuerId, answer.trust, keys);
      await trust.catchUp(db);
    }
    if (!answer.trust.hasMore) return;
    knownVersion = answer.trust.version;
  }
}

function changedKeys(
  bundle: TrustBundle,
  issuer: string,
  said: readonly TransitTrustKey[],
): IssuerKey[] {
  return said
    .map((key) => keyOf(issuer, key))
    .filter((key) => {
      const known = bundle.keyOf(issuer, key.keyId);
      return known?.notAfter !== key.notAfter || known.isRevoked !== key.isRevoked;
    });
}

function keyOf(issuer: string, key: TransitTrustKey): IssuerKey {
  return {
    ...{ issuer, keyId: key.keyId, isRevoked: key.revoked },
    publicKey: {
      algorithm: key.algorithm === TransitAlgorithm.ES256 ? 'ES256' : 'EdDSA',
      bytes: new Uint8Array(key.publicKey),
    },
    // Grants say whole seconds, so those of a key's first and last second are good.
    notBefore: Math.floor((key.startTime?.getTime() ?? 0) / 1_000),
    notAfter: key.endTime ? Math.floor(key.endTime.getTime() / 1_000) + 1 : NEVER_SECONDS,
  };
}

/** Adds one version with all of it; nothing where another replica was faster. */
async function publish(
  { db, trust, root, cryptography, runtime }: Learning,
  issuerId: string,
  { denials, version }: GetTransitTrustResponse,
  keys: readonly IssuerKey[],
): Promise<void> {
  await db.transaction(async (tx) => {
    const before = await lockTrust(tx);
    if (before !== BigInt(trust.bundle.version)) return;
    const listed = await selectUnlisted(
      tx,
      issuerId,
      denials.map(({ grantId }) => grantId),
    );
    const fresh = denials.filter(({ grantId }) => listed.has(grantId));
    await setKnownVersion(tx, issuerId, version);
    if (fresh.length + keys.length === 0) return;
    const changes: TrustChange[] = [
      ...keys.map((key) => ({ kind: 'key' as const, key })),
      ...fresh.map(({ grantId }) => ({
        kind: 'deny' as const,
        entry: {
          kind: 'grant' as const,
          issuer: issuerId,
          value: new Uint8Array(uuidBytes(grantId)),
        },
      })),
    ];
    const at = Math.floor(runtime.clock.nowMs() / 1_000);
    const update = await publishUpdate(trust.bundle, changes, at, root, cryptography);
    // A wallet operator may answer what no gate can read. Once it is a version, no later one is learned.
    const learned = await learn(trust.bundle, update.bytes, cryptography);
    if (!learned.ok) throw new Error(`what ${issuerId} says cannot be learned: ${learned.reason}`);
    const next = BigInt(update.bundle.version);
    await insertUpdate(tx, next, update.bytes);
    await insertDenials(
      tx,
      fresh.map(({ grantId, denyTime, byUser }) => ({
        ...{ version: next, issuerId, grantId, byUser, denyTime: denyTime ?? new Date(0) },
      })),
    );
    await failpoint('acquiring.trust.publishing');
  });
}
