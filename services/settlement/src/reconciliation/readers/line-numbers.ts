import { FileRefused } from './file-refused.ts';

/**
 * The numbers that a file gives its lines: each comes once and in order, and the last one says that
 * it is the last. So a file that was cut off, or in which something came twice or got lost on the
 * way, is told from one that says something odd.
 */
export class LineNumbers {
  readonly #max: number;
  #last = 0;
  #ended = false;

  constructor(max: number) {
    this.#max = max;
  }

  /** Takes the number of one more line. Throws FileRefused. */
  next(
    cells: { raw(name: 'line'): string; refused(name: 'line', problem: string): FileRefused },
    line: number,
    isLast: boolean,
  ): number {
    if (this.#ended)
      throw new FileRefused({ line, column: 1 }, 'there is more behind the last line');
    const expected = this.#last + 1;
    if (expected > this.#max) {
      throw new FileRefused({ line, column: 1 }, `there are more than ${this.#max} lines`);
    }
    const raw = cells.raw('line');
    if (raw !== String(expected)) throw cells.refused('line', problemOf(raw, expected));
    this.#last = expected;
    this.#ended = isLast;
    return expected;
  }

  /** Throws FileRefused where the file ended before its last line. */
  ended(lines: number): void {
    if (this.#ended) return;
    throw new FileRefused({ line: lines + 1, column: 1 }, 'the file ends before its last line');
  }
}

function problemOf(raw: string, expected: number): string {
  const given = /^[1-9]\d{0,8}$/.test(raw) ? Number.parseInt(raw, 10) : Number.NaN;
  if (given < expected) return `line number ${given} comes twice`;
  return `must be ${expected}, the number behind that of the line before`;
}
