import { createHmac } from 'node:crypto';
import { type Random, Secret } from '@causeway/runtime';

const PREFIX = 'whsec_';
/** The convention asks for 24 to 64. */
const SECRET_BYTES = 32;

/** What is signed: one attempt to send one message. */
export interface Message {
  /** The same at every attempt. */
  id: string;
  /** When the attempt is made, in seconds since the epoch. */
  timestampSeconds: number;
  body: string;
}

/** A new secret. */
export function newSecret(random: Random): Secret<Uint8Array> {
  return new Secret(random.bytes(SECRET_BYTES));
}

/** A secret as its partner is told it, once. */
export function shownSecret(secret: Secret<Uint8Array>): string {
  return `${PREFIX}${Buffer.from(secret.reveal()).toString('base64')}`;
}

/**
 * The headers that the Standard Webhooks convention asks for, with one signature for each secret:
 * a receiver takes the message when any of them is right.
 */
export function signedHeaders(
  secrets: readonly Secret<Uint8Array>[],
  { id, timestampSeconds, body }: Message,
): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', secret.reveal()).update(`${id}.${timestampSeconds}.${body}`);
    return `v1,${mac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatures.join(' '),
  };
}
