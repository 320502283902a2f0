import type { Database } from '@causeway/db';
import type { GetTrustBundleResponse, TrustRoot } from '@causeway/proto/acquiring';
import { Refusal, type Runtime } from '@causeway/runtime';
import { type Cryptography, publishProof, publishWhole, type Root } from '@causeway/transit';
import { selectUpdates } from './store.ts';
import type { Trust } from './trust.ts';

/** What gates are given, after the version that they have. */
export type Bundles = (knownVersion: bigint) => Promise<GetTrustBundleResponse>;

/** A gate that is further behind is given the whole, which is shorter then. */
const MAX_UPDATES = 200;

/** Answers what leads a gate to the newest version, and the proof that there is none newer. */
export function trustBundles(options: {
  db: Database;
  trust: Trust;
  root: Root | undefined;
  cryptography: Cryptography;
  runtime: Runtime;
}): Bundles {
  const { db, trust, root, cryptography, runtime } = options;
  return async (knownVersion) => {
    if (root === undefined) {
      throw new Refusal('DEPENDENCY_UNAVAILABLE', 'this switch signs no trust bundles');
    }
    await trust.catchUp(db);
    const { bundle } = trust;
    const at = Math.floor(runtime.clock.nowMs() / 1_000);
    const version = BigInt(bundle.version);
    const behind = version - knownVersion;
    const isNear = knownVersion > 0n && behind >= 0n && behind <= MAX_UPDATES;
    const updates = isNear ? await selectUpdates(db, knownVersion, version, MAX_UPDATES) : [];
    if (bundle.version === 0) return { messages: [], version, root: rootMessage(root) };
    const messages = isNear
      ? [...updates.map(({ signed }) => signed), Buffer.from(await publishProof(bundle, at, root))]
      : // The whole says itself when it was the newest.
        [Buffer.from((await publishWhole(bundle, at, root, cryptography)).bytes)];
    return { messages, version, root: rootMessage(root) };
  };
}

function rootMessage({ keyId, signer }: Root): TrustRoot {
  return { keyId, publicKey: Buffer.from(signer.publicKey.bytes) };
}
