import { isUuid } from '@causeway/runtime';

/** What a link leads to. */
export type Linked =
  | { kind: 'order'; paymentId: string }
  | { kind: 'agreement'; agreementId: string };

/** The links that lead payers to orders and to offers of agreements. */
export class Links {
  readonly #base: string;

  /** @param base an https URL */
  constructor(base: string) {
    this.#base = base.replace(/\/+$/, '');
  }

  /** Opens an order in a wallet. */
  toOrder(paymentId: string): string {
    return `${this.#base}/o/${paymentId}`;
  }

  /** Opens the offer of an agreement in a wallet. */
  toAgreement(agreementId: string): string {
    return `${this.#base}/a/${agreementId}`;
  }

  /** What a link of ours leads to; undefined for any other text. */
  read(text: string): Linked | undefined {
    if (!text.startsWith(`${this.#base}/`)) return undefined;
    const path = text.slice(this.#base.length);
    const id = path.slice('/o/'.length);
    if (!isUuid(id)) return undefined;
    if (path.startsWith('/o/')) return { kind: 'order', paymentId: id };
    return path.startsWith('/a/') ? { kind: 'agreement', agreementId: id } : undefined;
  }
}
