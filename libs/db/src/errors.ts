/**
 * COMMIT was sent and its answer never came: the transaction may or may not have happened.
 * The caller must find out by reading under the same key, or by repeating an idempotent write;
 * it must never report failure.
 */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';

  constructor(cause: unknown) {
    super('the connection was lost while committing: the outcome is unknown', { cause });
  }
}

/** The driver reports a lost or refused connection by these words, without a code. */
const CONNECTION_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error',
  'Client was closed',
  'Cannot use a pool after calling end',
];

const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // The server's certificate is not believed: its authority has ended, or is another one.
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * SQLSTATE prefixes and codes by which a server says that it cannot serve now: connection
 * exceptions, shutdown and start-up, no room on its disk, in its memory or for a connection, a
 * session ended for idling in a transaction, and a standby where a primary was expected.
 */
const UNAVAILABLE_STATES = ['08', '57P', '53', '25P03', '25006'];

/**
 * True where Postgres could not be reached or went away. After `transaction()` it means that
 * nothing was committed, since a lost COMMIT is `OutcomeUnknown`. After a write sent by
 * `Database.query`, which commits by itself, it means that the outcome is unknown.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof OutcomeUnknown) return false;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  const code = codeOf(error);
  if (code === undefined) return CONNECTION_MESSAGES.some((words) => error.message.includes(words));
  return SYSTEM_CODES.has(code) || UNAVAILABLE_STATES.some((prefix) => code.startsWith(prefix));
}

/**
 * True where an error says that the database is away, or that others were in the way as often as it
 * was tried, whatever became of the work: no defect of ours, and worth another try where that is safe.
 */
export function isDatabaseAway(error: unknown): boolean {
  return error instanceof OutcomeUnknown || isUnavailable(error) || isRepeatable(error);
}

/** True for the two errors that Postgres asks to repeat: serialization failure and deadlock. */
export function isRepeatable(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01';
}

/** The SQLSTATE or system code of an error, if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
