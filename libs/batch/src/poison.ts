/** SQLSTATE classes of errors that the data caused: 22 data exception, 23 constraint violation. */
const DATA_CAUSED = /^2[23][0-9A-Z]{3}$/;

/**
 * Whether an error was caused by an item's data, so that the batch may succeed without it.
 * Everything else (a lost connection, a deadlock, a full disk) would fail each part as well.
 */
export function isDataCaused(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return typeof error.code === 'string' && DATA_CAUSED.test(error.code);
}
