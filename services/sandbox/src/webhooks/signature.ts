import { createHmac, timingSafeEqual } from 'node:crypto';

/** What came with a message, as far as its signature is about it. */
export interface SignedMessage {
  /** The `webhook-id` header. */
  id: string;
  /** The `webhook-timestamp` header: seconds since the epoch. */
  timestamp: string;
  /** The `webhook-signature` header: one signature for each secret in force, blanks between. */
  signatures: string;
  /** The body as it came. */
  body: string;
}

/** A message may have been on its way this long; an older one may be a recording. */
const TOLERANCE_MS = 300_000;
const SECRET_PREFIX = 'whsec_';
const VERSION_PREFIX = 'v1,';

/**
 * Checks a message as the Standard Webhooks convention has it. Answers what is wrong with it, or
 * nothing where all is well.
 *
 * @param secret `whsec_` and base64
 */
export function problemWith(
  { id, timestamp, signatures, body }: SignedMessage,
  secret: string,
  nowMs: number,
): string | undefined {
  if (!/^\d{1,12}$/.test(timestamp)) return 'its timestamp is not one';
  if (Math.abs(nowMs - Number(timestamp) * 1_000) > TOLERANCE_MS) return 'its time has passed';
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  const given = signatures
    .split(' ')
    .filter((signature) => signature.startsWith(VERSION_PREFIX))
    .map((signature) => Buffer.from(signature.slice(VERSION_PREFIX.length), 'base64'));
  const isOurs = (signature: Buffer) =>
    signature.length === expected.length && timingSafeEqual(signature, expected);
  return given.some(isOurs) ? undefined : 'no signature is by this secret';
}
