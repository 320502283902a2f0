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
  readonly #cryptography: Cryptography;

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

  /** Learns what was published since. Throws where an update does not lead on from what is known. */
  async catchUp(db: Database): Promise<void> {
    const before = BigInt(this.#bundle.version);
    if ((await trustVersion(db)) === before) return;
    for (;;) {
      const known = BigInt(this.#bundle.version);
      const page = await selectUpdates(db, known, PAGE);
      for (const { version, signed } of page) {
        const learned = await learn(this.#bundle, new Uint8Array(signed), this.#cryptography);
        if (!learned.ok) throw new Error(`trust update ${version}: ${learned.reason}`);
        this.#bundle = learned.bundle;
      }
      if (page.length < PAGE) break;
    }
    for (const row of await selectDenials(db, before, BigInt(this.#bundle.version))) {
      const { issuerId, grantId, version, denyTime, byUser } = row;
      const denial = { version, denyTimeMs: denyTime.getTime(), byUser };
      this.#denials.set(`${issuerId}/${grantId}`, denial);
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
