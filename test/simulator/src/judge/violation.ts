/** A rule that did not hold. */
export interface Violation {
  /** Which rule, in a few words: the same for every way in which it is broken. */
  rule: string;
  /** The payment's short name; empty where it is about all of them. */
  about: string;
  /** What was found. */
  found: string;
  /** When, in milliseconds from the start. */
  atMs: number;
}
