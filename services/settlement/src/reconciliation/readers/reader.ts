/**
 * Reads a file piece by piece, as it arrives, and keeps no more of it than what the next line needs.
 * Both methods throw FileRefused. A reader that threw is of no use any more.
 */
export interface Reader<Line> {
  /** The lines that this piece completes, in their order. */
  push(piece: Uint8Array): Line[];
  /** The last lines, once the file has ended. */
  end(): Line[];
}

/** How much of a file is read at most, whoever sends it. */
export interface Bounds {
  /** Records of the file, its first and last ones included. */
  maxLines: number;
}

/** Five times what the largest participant has in a day, and a few minutes of work. */
export const DEFAULT_BOUNDS: Bounds = { maxLines: 5_000_000 };
