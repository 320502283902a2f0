import { toHex } from '../bytes.ts';
import type { Grant } from '../grant/grant.ts';

/** What a gate remembers of one grant. */
interface Remembered {
  /** The greatest counter that was let in. */
  highest: number;
  /** Unix seconds at which the grant ends: then it may be forgotten. */
  readonly expiresAt: number;
  /** What was ridden here, by currency, in minor units. */
  readonly ridden: Map<string, bigint>;
}

/** A tap as memory takes it. */
export interface RememberedTap {
  readonly grant: Pick<Grant, 'issuer' | 'grantId' | 'subject' | 'expiresAt'>;
  readonly counter: number;
  readonly tappedAtMs: number;
  readonly currencyCode: string;
  readonly fareMinor: bigint;
}

/** What a gate knows of whom it let in: made again from its journal after each start. */
export class GateMemory {
  readonly #most: number;
  readonly #grants = new Map<string, Remembered>();
  readonly #subjects = new Map<string, number>();

  /** @param most grants that are remembered */
  constructor(most: number) {
    this.#most = most;
  }

  /** The greatest counter of the grant that was let in here; 0 where there was none. */
  highest(grant: Pick<Grant, 'issuer' | 'grantId'>): number {
    return this.#grants.get(grantName(grant))?.highest ?? 0;
  }

  /** What was ridden here with the grant in a currency, in minor units. */
  ridden(grant: Pick<Grant, 'issuer' | 'grantId'>, currencyCode: string): bigint {
    return this.#grants.get(grantName(grant))?.ridden.get(currencyCode) ?? 0n;
  }

  /** When the person was last let in here, in Unix milliseconds; undefined where never. */
  lastAtMs({ issuer, subject }: Pick<Grant, 'issuer' | 'subject'>): number | undefined {
    return this.#subjects.get(`${issuer}/${subject}`);
  }

  /** Takes in what was let in. */
  remember({ grant, counter, tappedAtMs, currencyCode, fareMinor }: RememberedTap): void {
    const name = grantName(grant);
    const known = this.#grants.get(name);
    const { highest = 0, ridden = new Map<string, bigint>() } = known ?? {};
    ridden.set(currencyCode, (ridden.get(currencyCode) ?? 0n) + fareMinor);
    // Taken out and put in again, so that the first ones are those not seen for longest.
    this.#grants.delete(name);
    const { expiresAt } = grant;
    this.#grants.set(name, { highest: Math.max(highest, counter), expiresAt, ridden });
    const subject = `${grant.issuer}/${grant.subject}`;
    this.#subjects.delete(subject);
    this.#subjects.set(subject, tappedAtMs);
    if (this.#grants.size > this.#most) this.#forget(tappedAtMs / 1000);
    if (this.#subjects.size > this.#most) this.#subjects.delete(first(this.#subjects));
  }

  /** Forgets grants that have ended, or else the one not seen for longest. */
  #forget(nowSeconds: number): void {
    for (const [name, { expiresAt }] of this.#grants) {
      if (expiresAt < nowSeconds) this.#grants.delete(name);
    }
    if (this.#grants.size > this.#most) this.#grants.delete(first(this.#grants));
  }
}

function grantName({ issuer, grantId }: Pick<Grant, 'issuer' | 'grantId'>): string {
  return `${issuer}/${toHex(grantId)}`;
}

function first(map: ReadonlyMap<string, unknown>): string {
  return map.keys().next().value ?? '';
}
