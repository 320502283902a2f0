import { UsageError } from './usage.ts';

/** Much more than any code, and less than what would fill the memory. */
const MAX_BYTES = 1_000_000;

/**
 * All of stdin as text, without the line break at its end. Throws a UsageError where stdin is a
 * terminal, which would wait for ever, or holds too much.
 */
export async function readStdin(wanted: string): Promise<string> {
  if (process.stdin.isTTY) throw new UsageError(`give ${wanted}, or pipe it in`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    const part = Buffer.from(chunk);
    chunks.push(part);
    bytes += part.length;
    if (bytes > MAX_BYTES) throw new UsageError(`stdin holds more than ${MAX_BYTES} bytes`);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
