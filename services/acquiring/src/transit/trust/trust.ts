import type { Database } from '@causeway/db';
import { type Cancel, type Runtime, Trouble } from '@causeway/runtime';
import { type Cryptography, learn, type Root, TrustBundle } from '@causeway/transit';
import type { Denial } from '../tap.ts';
import { publicRootOf } from './root.ts';
import { selectDenials, selectUpdates, trustVersion } from './store.ts';

const POLL_EVERY_MS = 500;
const PAGE = 500;

/** What wallet operators have said of their keys and grants, in memory, as gates learn it. */
export class Trust {
  #bundle: TrustBundle;
  readonly #denials = new Map<string, Denial>();
  /** The version with which each key was revoked, by issuer and key id. */
  readonly #revoked = new Map<string, bigint>();
  readonly #cryptography: Cryptography;
  #turn: Promise<void> = Promise.resolve();

  constructor(root: Root | undefined, cryptography: Cryptography) {
    this.#bundle = TrustBundle.anchored(root === undefined ? [] : [publicRootOf(root)]);
    this.#cryptography = cryptography;
  }

  /** The newest version that is known here. */
  get bundle(): TrustBundle {
    return this.#bundle;
  }

  /** The grant's place on the deny list; undefined where it is not there. */
  denialOf(issuerId: string, grantId: string): Denial | undefined {
    return this.#denials.get(`${issuerId}/${grantId}`);
  }

  /** The version of the bundle with which gates heard that a key is revoked; undefined while it is not. */
  revokedIn(issuerId: string, keyId: string): bigint | undefined {
    return this.#revoked.get(`${issuerId}/${keyId}`);
  }

  /**
   * Learns what was published since; calls wait for each other, so that whoever is answered knows all
   * of it. Throws where an update does not lead on from what is known.
   */
  catchUp(db: Database): Promise<void> {
    const caught = this.#turn.then(() => this.#catchUp(db));
    this.#turn = caught.catch(() => undefined);
    return caught;
  }

  async #catchUp(db: Database): Promise<void> {
    const before = BigInt(this.#bundle.version);
    const latest = await trustVersion(db);
    if (latest === before) return;
    for (const row of await selectDenials(db, before, latest)) {
      const { issuerId, grantId, version, denyTime, byUser } = row;
      const denial = { version, denyTimeMs: denyTime.getTime(), byUser };
      this.#denials.set(`${issuerId}/${grantId}`, denial);
    }
    let bundle = this.#bundle;
    while (BigInt(bundle.version) < latest) {
      const page = await selectUpdates(db, BigInt(bundle.version), latest, PAGE);
      for (const { version, signed } of page) {
        const learned = await learn(bundle, new Uint8Array(signed), this.#cryptography);
        if (!learned.ok) throw new Error(`trust update ${version}: ${learned.reason}`);
        bundle = learned.bundle;
        this.#noteRevoked(bundle);
      }
      if (page.length === 0) throw new Error(`trust updates up to ${latest} are missing`);
    }
    this.#bundle = bundle;
  }

  #noteRevoked({ version, content }: TrustBundle): void {
    for (const [name, { isRevoked }] of content.keys) {
      if (isRevoked && !this.#revoked.has(name)) this.#revoked.set(name, BigInt(version));
    }
  }
}

/** Keeps the trust up with what any replica learned. */
export function followTrust(db: Database, trust: Trust, runtime: Runtime): Cancel {
  const unread = new Trouble(runtime, 'the trust in wallet operators was not refreshed');
  return runtime.timers.every(POLL_EVERY_MS, async () => {
    try {
      await trust.catchUp(db);
      unread.passed();
    } catch (err) {
      unread.failed({ err });
    }
  });
}
