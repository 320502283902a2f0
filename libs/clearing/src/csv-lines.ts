import { CsvProblem } from './csv.ts';

/** Longer than any line of ours, and short enough to keep. */
const MAX_LINE_BYTES = 64 << 10;

const CR = 0x0d;
const LF = 0x0a;

/**
 * The lines of a file of ours, as bytes without their ends, in constant memory. Throws a CsvProblem
 * where a line does not end in CRLF, the last one too, or is longer than 64 KiB.
 */
export async function* csvLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      if (bytes[end - 1] !== CR || end === start)
        throw new CsvProblem('a line must end in CRLF', 1);
      yield bounded(bytes.subarray(start, end - 1));
      start = end + 1;
    }
    rest = bounded(bytes.subarray(start));
  }
  if (rest.length > 0) throw new CsvProblem('the last line is cut off', rest.length);
}

function bounded(line: Buffer): Buffer {
  if (line.length <= MAX_LINE_BYTES) return line;
  throw new CsvProblem(`a line is longer than ${MAX_LINE_BYTES} bytes`, MAX_LINE_BYTES);
}
