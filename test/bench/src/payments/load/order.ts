/** A payment that is ready to be sent: its code is made and its request is encoded. */
export interface Order {
  /** Counts all payments of a run; the request id ends in it. */
  number: number;
  /** Which partner sends it, by its place in the list of partners. */
  partner: number;
  /** Who pays, by its place in the list of wallets. */
  wallet: number;
  payeeMinor: bigint;
  /** The request as a message of the stream; see `unaryPart`. */
  message: Buffer;
  /** Epoch milliseconds; the code is worth nothing from then on. */
  expiresAtMs: number;
  /** When it was sent, or of an open loop when it was planned to be; on the monotonic clock. */
  begunMs: number;
}

/** A code must outlive the wait for its turn at the issuer. */
const LIFE_NEEDED_MS = 5_000;

/** Orders in the order in which their codes were made, so that the oldest are used first. */
export class Orders {
  #orders: Order[] = [];
  #next = 0;

  get ready(): number {
    return this.#orders.length - this.#next;
  }

  add(order: Order): void {
    this.#orders.push(order);
  }

  take(): Order | undefined {
    const order = this.#orders[this.#next];
    if (order !== undefined) this.#next += 1;
    return order;
  }

  /** Forgets what was taken, and codes whose life is nearly over. */
  tidy(nowMs: number): void {
    this.#orders = this.#orders
      .slice(this.#next)
      .filter(({ expiresAtMs }) => expiresAtMs > nowMs + LIFE_NEEDED_MS);
    this.#next = 0;
  }
}
