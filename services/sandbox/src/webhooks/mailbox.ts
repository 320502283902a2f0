import { problemWith, type SignedMessage } from './signature.ts';

/** A message as it was received. */
export interface Received {
  /** The `webhook-id`: the same at every attempt. */
  id: string;
  /** The HTTP status that it was answered. */
  status: number;
  /** What was wrong with it; empty where its signature holds. */
  problem: string;
  /** Its body as it came. */
  body: string;
}

/** What the owner of a mailbox decides. */
export interface Terms {
  /** `whsec_…`, with which its messages must be signed. */
  secret: string;
  /** So many messages are answered 500 first, for whoever wants to see them tried again. */
  failures: number;
}

/** More than anybody looks at; what is older is forgotten. */
const MAX_KEPT = 1_000;
const HTTP = { ok: 200, badSignature: 401, failing: 500 } as const;

/** Where one webhook leads: it checks what arrives and keeps it to be looked at. */
export class Mailbox {
  readonly #received: Received[] = [];
  #failuresLeft: number;
  #secret: string;

  constructor({ secret, failures }: Terms) {
    this.#secret = secret;
    this.#failuresLeft = failures;
  }

  /** Changes the terms, as after a rotation of the secret; what was received stays. */
  change({ secret, failures }: Terms): void {
    this.#secret = secret;
    this.#failuresLeft = failures;
  }

  /** Takes a message in and answers the HTTP status for it. */
  receive(message: SignedMessage, nowMs: number): number {
    const problem = problemWith(message, this.#secret, nowMs) ?? '';
    const status = this.#statusFor(problem);
    this.#received.push({ id: message.id, status, problem, body: message.body });
    if (this.#received.length > MAX_KEPT) this.#received.shift();
    return status;
  }

  /** What arrived, oldest first. */
  received(): readonly Received[] {
    return this.#received;
  }

  #statusFor(problem: string): number {
    if (problem !== '') return HTTP.badSignature;
    if (this.#failuresLeft === 0) return HTTP.ok;
    this.#failuresLeft -= 1;
    return HTTP.failing;
  }
}
