import { createHmac, timingSafeEqual } from 'node:crypto';
import type { NamedKey } from '../keys.ts';

/** What a link leads to. */
export type Linked =
  | { kind: 'order'; paymentId: string }
  | { kind: 'agreement'; agreementId: string };

/** In bytes: whoever guesses is asked back 2^64 times. */
const TAG_BYTES = 8;
const LINKED = /^\/([oa])\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9a-f]{16})$/;

/**
 * The links that lead payers to orders and to offers of agreements. Ids follow from what requests
 * say, so that somebody may know one without having been shown anything: a tag made with a key of
 * ours stands beside it, and without its tag an id leads nowhere.
 */
export class Links {
  readonly #base: string;
  readonly #keys: readonly NamedKey[];

  /**
   * @param base an https URL
   * @param keys the first makes tags, all are good to read
   */
  constructor(base: string, keys: readonly NamedKey[]) {
    this.#base = base.replace(/\/+$/, '');
    this.#keys = keys;
  }

  /** Opens an order in a wallet. */
  toOrder(paymentId: string): string {
    return `${this.#base}/o/${paymentId}.${this.orderTag(paymentId)}`;
  }

  /** Opens the offer of an agreement in a wallet. */
  toAgreement(agreementId: string): string {
    const [key] = this.#keys;
    return `${this.#base}/a/${agreementId}.${tagOf(key, 'agreement', agreementId).toString('hex')}`;
  }

  /** What proves in a code that its order was shown: 16 hexadecimal digits. */
  orderTag(paymentId: string): string {
    return tagOf(this.#keys[0], 'order', paymentId).toString('hex');
  }

  /** Whether a tag of 16 hexadecimal digits is that of the order. */
  isOrderTag(paymentId: string, tag: string): boolean {
    return this.#isTag('order', paymentId, tag);
  }

  /** What a link of ours leads to; undefined for any other text, and for a tag that is not ours. */
  read(text: string): Linked | undefined {
    if (!text.startsWith(`${this.#base}/`)) return undefined;
    const [, path, id = '', tag = ''] = LINKED.exec(text.slice(this.#base.length)) ?? [];
    if (path === 'o' && this.#isTag('order', id, tag)) return { kind: 'order', paymentId: id };
    if (path !== 'a' || !this.#isTag('agreement', id, tag)) return undefined;
    return { kind: 'agreement', agreementId: id };
  }

  #isTag(kind: Linked['kind'], id: string, tag: string): boolean {
    const given = Buffer.from(tag, 'hex');
    if (given.length !== TAG_BYTES) return false;
    return this.#keys.some((key) => timingSafeEqual(tagOf(key, kind, id), given));
  }
}

function tagOf(key: NamedKey | undefined, kind: Linked['kind'], id: string): Buffer {
  if (key === undefined) throw new Error('there is no key to make tags with');
  const mac = createHmac('sha256', key.key.reveal()).update(`${kind}:${id}`).digest();
  return mac.subarray(0, TAG_BYTES);
}
