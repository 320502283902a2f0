import { signCode } from '../code/sign.ts';
import { codeText } from '../code/text.ts';
import type { Signer } from '../crypto/algorithm.ts';
import { capIn, type Grant } from '../grant/grant.ts';
import { type ReadGrant, readGrant } from '../grant/sign.ts';
import type { Scene } from '../scene.ts';

/** The phone's own time, which may be wrong. */
export interface PhoneClock {
  /** Unix milliseconds, as the person or the network set them. */
  nowMs(): number;
  /** Milliseconds since the phone was switched on; nobody sets them. */
  monotonicMs(): number;
}

/** What a phone keeps. */
export interface PhoneState {
  readonly grants: readonly {
    readonly bytes: Uint8Array;
    /** The counter of the last code that was made; 0 before the first. */
    readonly counter: number;
  }[];
  /** What is to be added to the phone's time to have the issuer's, in milliseconds. */
  readonly offsetMs: number;
}

/** Where a phone keeps it. */
export interface PhoneStore {
  /** Resolves once it is durable. A code is shown only then, or its counter might be used twice. */
  save(state: PhoneState): Promise<void>;
}

/** Why no code can be made. */
export type NoCode =
  | 'NO_GRANT'
  | 'GRANT_ENDED'
  | 'CODES_USED_UP'
  | 'OTHER_SCENE'
  | 'OTHER_CURRENCY';

/** What a code is wanted for. Anything that the grant allows, where nothing is said. */
export interface Wanted {
  readonly scene?: Scene | undefined;
  readonly currencyCode?: string | undefined;
}

/** A code to show, or why there is none. */
export type PhoneCode =
  | {
      readonly ok: true;
      readonly text: string;
      readonly bytes: Uint8Array;
      readonly counter: number;
    }
  | { readonly ok: false; readonly reason: NoCode };

interface Kept {
  readonly read: ReadGrant;
  counter: number;
}

/** The most grants that are kept; the oldest go first. */
const MOST_GRANTS = 16;

/**
 * A phone, for reference and for tests: it takes grants while it has a network and makes codes without
 * one. Its time is the issuer's as it was when a grant came, carried on by the clock that nobody sets;
 * only after it was switched off and on does it believe its own clock, corrected by what it was off.
 */
export class Phone {
  readonly #signer: Signer;
  readonly #clock: PhoneClock;
  readonly #store: PhoneStore | undefined;
  readonly #grants: Kept[];
  #offsetMs: number;
  #anchor: { issuerMs: number; monotonicMs: number } | undefined;

  constructor(options: {
    /** The user key, which never leaves the phone. */
    signer: Signer;
    clock: PhoneClock;
    store?: PhoneStore;
    /** What was kept when it was last on. */
    state?: PhoneState;
  }) {
    this.#signer = options.signer;
    this.#clock = options.clock;
    this.#store = options.store;
    const { grants = [], offsetMs = 0 } = options.state ?? {};
    this.#grants = grants.map(({ bytes, counter }) => ({ read: readGrant(bytes), counter }));
    this.#offsetMs = offsetMs;
  }

  /** What has to be kept for when it is on again. */
  get state(): PhoneState {
    const grants = this.#grants.map(({ read, counter }) => ({ bytes: read.bytes, counter }));
    return { grants, offsetMs: this.#offsetMs };
  }

  /** The grants that it has, in the order in which they came. */
  get grants(): readonly Grant[] {
    return this.#grants.map(({ read }) => read.grant);
  }

  /** Unix milliseconds, as codes will say. */
  nowMs(): number {
    if (this.#anchor === undefined) return this.#clock.nowMs() + this.#offsetMs;
    return this.#anchor.issuerMs + this.#clock.monotonicMs() - this.#anchor.monotonicMs;
  }

  /**
   * Takes a grant, and the issuer's time with it. Throws a MalformedError where it cannot be read and
   * a RangeError where it is for another key.
   */
  async accept(grant: Uint8Array, issuerNowMs?: number): Promise<void> {
    const read = readGrant(grant);
    const own = this.#signer.publicKey;
    const isOwn =
      read.grant.userKey.algorithm === own.algorithm &&
      read.grant.userKey.bytes.join() === own.bytes.join();
    if (!isOwn) throw new RangeError('the grant is for another key');
    if (issuerNowMs !== undefined) {
      this.#offsetMs = issuerNowMs - this.#clock.nowMs();
      this.#anchor = { issuerMs: issuerNowMs, monotonicMs: this.#clock.monotonicMs() };
    }
    this.#grants.push({ read, counter: 0 });
    this.#grants.splice(0, this.#grants.length - MOST_GRANTS);
    await this.#store?.save(this.state);
  }

  /** Makes a code that was never made before. */
  async code(wanted: Wanted = {}): Promise<PhoneCode> {
    const nowSeconds = Math.floor(this.nowMs() / 1000);
    let reason: NoCode = 'NO_GRANT';
    for (const kept of this.#grants) {
      const why = whyNot(kept, wanted, nowSeconds);
      if (why === undefined) return this.#codeFrom(kept, wanted, nowSeconds);
      reason = why;
    }
    return { ok: false, reason };
  }

  async #codeFrom(kept: Kept, { scene }: Wanted, madeAt: number): Promise<PhoneCode> {
    const counter = ++kept.counter;
    await this.#store?.save(this.state);
    const bytes = await signCode({ counter, madeAt, scene }, kept.read.bytes, this.#signer);
    return { ok: true, text: codeText(bytes), bytes, counter };
  }
}

function whyNot(
  { read: { grant }, counter }: Kept,
  { scene, currencyCode }: Wanted,
  nowSeconds: number,
): NoCode | undefined {
  if (nowSeconds >= grant.expiresAt) return 'GRANT_ENDED';
  if (counter >= grant.codes) return 'CODES_USED_UP';
  if (currencyCode !== undefined && capIn(grant, currencyCode) === undefined)
    return 'OTHER_CURRENCY';
  const isScene = scene === undefined || grant.scenes.length === 0 || grant.scenes.includes(scene);
  return isScene ? undefined : 'OTHER_SCENE';
}
