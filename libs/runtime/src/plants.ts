let wrongs: ReadonlySet<string> = new Set();

/**
 * Whether a named, deliberate wrong is planted in this process. Each one proves that some check
 * fails when the code is wrong in that way; nothing is planted unless CAUSEWAY_PLANT names it.
 */
export function planted(name: string): boolean {
  return wrongs.size > 0 && wrongs.has(name);
}

/** Plants the wrongs that the text names, between commas, and digs up all others. */
export function plant(names: string | undefined): void {
  wrongs = new Set((names ?? '').split(',').filter((name) => name !== ''));
}
